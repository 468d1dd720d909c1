//! What differs from what is remembered of a page or site.

use crate::model::certificate::CertificateFacts;
use crate::model::signal::{Observation, SignalKind};
use crate::model::site_memory::{LastLook, MOST_NETWORKS, SiteMemory};
use chrono::TimeDelta;
use std::net::IpAddr;
use url::Url;

/// Below this likeness (thousandths) a text is another one.
const REPLACED: u16 = 250;
/// Below this likeness a text under another title is another one.
const REPLACED_WITH_TITLE: u16 = 500;
/// Runs that a text must have for a judgement on its likeness.
const LEAST_RUNS: u32 = 60;
/// A new key of the same issuer and names, so near to the old certificate's end, is a renewal. Certificates are mostly
/// renewed when a third of their time is left.
const RENEWAL: TimeDelta = TimeDelta::days(35);

/// What a page's new answer tells against the last good one.
pub fn page_changes(before: &LastLook, now: &LastLook) -> Vec<Observation> {
    let mut found = Vec::new();
    if now.gone {
        if !before.gone {
            let detail = format!("网页已不存在(状态{})", now.status);
            let change = Observation::new(SignalKind::Vanished, detail);
            found.push(change.change(before.title.as_str(), now.status.to_string()));
        }
        return found;
    }
    if before.gone {
        let change = Observation::new(SignalKind::Returned, "此前消失的网页恢复访问");
        found.push(change.change(before.title.as_str(), now.title.as_str()));
    }
    let likeness = before.sketch.likeness(&now.sketch);
    let told = before.sketch.runs.min(now.sketch.runs) >= LEAST_RUNS;
    let retitled = before.title != now.title;
    if told && (likeness < REPLACED || (retitled && likeness < REPLACED_WITH_TITLE)) {
        let detail = format!("与上次相比,文字相似度约{}%", likeness / 10);
        let change = Observation::new(SignalKind::ContentReplaced, detail);
        found.push(change.change(before.title.as_str(), now.title.as_str()));
    }
    let named = !before.operator.is_empty() && !now.operator.is_empty();
    if named && !same_name(&before.operator, &now.operator) {
        let change = Observation::new(SignalKind::OperatorChanged, "页面所示运营主体与上次不同");
        found.push(change.change(before.operator.as_str(), now.operator.as_str()));
    }
    if leads(&before.final_url) != leads(&now.final_url) {
        let change = Observation::new(SignalKind::RedirectChanged, "同一网址跳转到另一主机");
        found.push(change.change(before.final_url.as_str(), now.final_url.as_str()));
    }
    found
}

/// Names that differ only in marks and width are one.
fn same_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String { name.chars().filter(|c| c.is_alphanumeric()).collect() };
    letters(one) == letters(other)
}

/// Where an address ends: its host, `www.` and the scheme left out.
fn leads(url: &str) -> String {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// What an answer tells of its site: changes of certificate and network. The memory is brought up to date.
pub fn site_changes(
    memory: &mut SiteMemory,
    certificate: Option<CertificateFacts>,
    address: Option<IpAddr>,
) -> Vec<Observation> {
    let mut found = Vec::new();
    if let Some(now) = certificate {
        if let Some(before) = &memory.certificate {
            found.extend(certificate_change(before, &now));
        }
        memory.certificate = Some(now);
    }
    if let Some(address) = address {
        found.extend(address_change(memory, address));
    }
    found
}

fn certificate_change(before: &CertificateFacts, now: &CertificateFacts) -> Option<Observation> {
    if before.sha256 == now.sha256 {
        return None;
    }
    let parts = [
        (before.issuer != now.issuer, "颁发者"),
        (before.names != now.names, "域名范围"),
        (before.key_sha256 != now.key_sha256, "公钥"),
    ];
    let changed: Vec<&str> = parts.iter().filter(|(c, _)| *c).map(|(_, n)| *n).collect();
    let renewed = now.not_before > before.not_after - RENEWAL;
    if changed.is_empty() || (changed == ["公钥"] && renewed) {
        return None;
    }
    let told = |c: &CertificateFacts| {
        let key: String = c.key_sha256.chars().take(16).collect();
        format!("{};{};公钥{key}", c.issuer, c.names.join(" "))
    };
    let detail = format!("证书变更:{}", changed.join("、"));
    let change = Observation::new(SignalKind::CertificateChanged, detail);
    Some(change.change(told(before), told(now)))
}

fn address_change(memory: &mut SiteMemory, address: IpAddr) -> Option<Observation> {
    let is_near = |known: &&String| {
        let known: Option<IpAddr> = known.parse().ok();
        known.is_some_and(|known| network(known) == network(address))
    };
    if memory.addresses.iter().any(|known| is_near(&known)) {
        return None;
    }
    let before = memory.addresses.last().cloned();
    if memory.addresses.len() >= MOST_NETWORKS {
        memory.addresses.remove(0);
    }
    memory.addresses.push(address.to_string());
    let change = Observation::new(SignalKind::AddressChanged, "服务器所在网段此前未见");
    before.map(|before| change.change(before, address.to_string()))
}

/// The network that an address lies in: /24 or /48.
fn network(address: IpAddr) -> [u8; 6] {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            [4, a, b, c, 0, 0]
        }
        IpAddr::V6(v6) => {
            let o = v6.octets();
            [o[0], o[1], o[2], o[3], o[4], o[5]]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::sketch::sketch;
    use chrono::{DateTime, Utc};

    fn page(text: &str, title: &str) -> LastLook {
        LastLook {
            url: "http://a.test/".into(),
            vantage: String::new(),
            at: DateTime::<Utc>::UNIX_EPOCH,
            run: "r".into(),
            visit: "v".into(),
            record: String::new(),
            status: 200,
            final_url: "http://a.test/".into(),
            title: title.into(),
            operator: "甲乙丙商贸有限公司".into(),
            sketch: sketch(std::iter::once(text)),
            gone: false,
        }
    }

    fn kinds(before: &LastLook, now: &LastLook) -> Vec<SignalKind> {
        page_changes(before, now)
            .into_iter()
            .map(|o| o.kind)
            .collect()
    }

    fn shop() -> String {
        (0..30)
            .map(|n| {
                format!(
                    "第{n}种货物来自{}产地,",
                    char::from_u32(0x5000 + n).unwrap_or('甲')
                )
            })
            .collect()
    }

    #[test]
    fn small_edits_are_no_replacement() {
        let before = page(&shop(), "百货");
        assert_eq!(kinds(&before, &page(&shop(), "百货")), []);
        let edited = shop().replace("产地", "产区");
        assert_eq!(
            kinds(&before, &page(&edited.replace("产区", "产地"), "新百货")),
            []
        );
        let mut other = page("投资有风险入市需谨慎请勿轻信承诺保本的项目", "理财");
        assert_eq!(kinds(&before, &other), [], "too short a text to tell");
        let long: String = (0..40)
            .map(|n| {
                format!(
                    "{}号理财项目由{}担保,",
                    n,
                    char::from_u32(0x6000 + n).unwrap_or('乙')
                )
            })
            .collect();
        other = page(&long, "理财");
        assert_eq!(kinds(&before, &other), [SignalKind::ContentReplaced]);
    }

    #[test]
    fn vanishing_and_coming_back_are_told_once() {
        let before = page(&shop(), "百货");
        let gone = LastLook {
            gone: true,
            status: 404,
            ..before.clone()
        };
        assert_eq!(kinds(&before, &gone), [SignalKind::Vanished]);
        assert_eq!(kinds(&gone, &gone), []);
        assert_eq!(kinds(&gone, &before), [SignalKind::Returned]);
    }

    #[test]
    fn operators_and_redirects() {
        let before = page(&shop(), "百货");
        let mut now = before.clone();
        now.operator = "甲乙丙商贸有限公司 ".into();
        now.final_url = "https://www.a.test/index".into();
        assert_eq!(kinds(&before, &now), []);
        now.operator = "丁戊己信息科技有限公司".into();
        now.final_url = "https://b.test/".into();
        let expected = [SignalKind::OperatorChanged, SignalKind::RedirectChanged];
        assert_eq!(kinds(&before, &now), expected);
    }

    fn certificate(sha: &str, issuer: &str, key: &str, days: i64) -> CertificateFacts {
        let from = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(days);
        CertificateFacts {
            sha256: sha.into(),
            issuer: issuer.into(),
            subject: "CN=a.test".into(),
            names: vec!["a.test".into()],
            key_sha256: key.into(),
            not_before: from,
            not_after: from + TimeDelta::days(90),
        }
    }

    fn site() -> SiteMemory {
        SiteMemory {
            host: "a.test".into(),
            first_seen: DateTime::<Utc>::UNIX_EPOCH,
            last_seen: DateTime::<Utc>::UNIX_EPOCH,
            run: "r".into(),
            certificate: None,
            addresses: Vec::new(),
        }
    }

    #[test]
    fn renewals_are_ordinary_and_other_issuers_are_not() {
        let mut site = site();
        let mut seen = |c| site_changes(&mut site, Some(c), None).len();
        assert_eq!(seen(certificate("1", "甲", "k1", 0)), 0, "the first");
        assert_eq!(seen(certificate("1", "甲", "k1", 0)), 0, "the same");
        assert_eq!(seen(certificate("2", "甲", "k2", 60)), 0, "a renewal");
        assert_eq!(
            seen(certificate("3", "甲", "k3", 61)),
            1,
            "a key in between"
        );
        assert_eq!(seen(certificate("4", "乙", "k3", 140)), 1, "another issuer");
    }

    #[test]
    fn networks_are_learned() {
        let mut site = site();
        let mut seen = |a: &str| site_changes(&mut site, None, a.parse().ok()).len();
        assert_eq!(seen("192.0.2.1"), 0, "the first");
        assert_eq!(seen("192.0.2.200"), 0, "the same network");
        assert_eq!(seen("198.51.100.1"), 1, "another one");
        assert_eq!(seen("192.0.2.7"), 0, "known");
        assert_eq!(seen("2001:db8::1"), 1);
        for n in 0..200u8 {
            seen(&format!("10.0.{n}.1"));
        }
        assert_eq!(site.addresses.len(), MOST_NETWORKS);
    }
}
