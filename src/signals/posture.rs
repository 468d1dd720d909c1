//! How a page is secured, told from what it sent: nothing is probed.

use crate::model::capture::Exchange;
use crate::model::page::{Link, LinkKind, Page};
use crate::model::signal::{Observation, SignalKind};
use url::Url;

/// What the last answer and the forms of a page tell. `shown` is the address whose page it is.
pub fn posture(last: &Exchange, shown: &Url, page: &Page) -> Vec<Observation> {
    let mut found = Vec::new();
    let encrypted = shown.scheme() == "https";
    if !encrypted {
        let detail = "网页以明文(http)传输,内容可被旁路读取和篡改";
        found.push(Observation::new(SignalKind::NoTls, detail));
    } else if !insists(last) {
        let detail = "未设置 Strict-Transport-Security";
        found.push(Observation::new(SignalKind::NoHsts, detail));
    }
    let forms = page.links.iter().filter(|l| l.kind == LinkKind::Form);
    let plain = forms.filter(|l| l.url.scheme() == "http");
    if encrypted {
        found.extend(plain.clone().next().map(|form| {
            let detail = "加密网页中的表单提交到明文地址";
            form_of(SignalKind::MixedForm, detail, shown, form)
        }));
    }
    let asks = |link: &&Link| !link.text.is_empty();
    found.extend(plain.clone().find(asks).map(|form| {
        let asked = if form.text.contains("password") {
            "登录密码"
        } else {
            "支付信息"
        };
        let detail = format!("索取{asked}的表单以明文提交");
        form_of(SignalKind::InsecureForm, &detail, shown, form)
    }));
    found
}

fn form_of(kind: SignalKind, detail: &str, shown: &Url, form: &Link) -> Observation {
    Observation::new(kind, detail).change(shown.as_str(), form.url.as_str())
}

/// Whether browsers are told to insist on encryption (RFC 6797: a positive `max-age`).
fn insists(last: &Exchange) -> bool {
    let Some(value) = last.header("strict-transport-security") else {
        return false;
    };
    let mut ages = value.split(';').filter_map(|part| {
        let (name, age) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("max-age").then_some(age)
    });
    let age = ages
        .next()
        .map(|age| age.trim().trim_matches('"').to_owned());
    age.and_then(|age| age.parse::<u64>().ok())
        .is_some_and(|age| age > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    fn answer(url: &str, hsts: Option<&str>) -> Exchange {
        let hsts = hsts.map(|v| {
            (
                "Strict-Transport-Security".to_owned(),
                v.as_bytes().to_vec(),
            )
        });
        Exchange {
            url: Url::parse(url).expect("test address"),
            request_head: Vec::new(),
            http_version: "HTTP/1.1",
            status: 200,
            headers: hsts.into_iter().collect(),
            body: Vec::new(),
            decoded: None,
            truncated: None,
            server: None,
            tls_chain: Vec::new(),
            started: Utc::now(),
            ended: Utc::now(),
        }
    }

    fn kinds(url: &str, hsts: Option<&str>, forms: &[(&str, &str)]) -> Vec<SignalKind> {
        let page = Page {
            links: forms
                .iter()
                .map(|(url, text)| Link {
                    url: Url::parse(url).expect("test address"),
                    text: (*text).to_owned(),
                    kind: LinkKind::Form,
                    sponsored: false,
                    slot: None,
                })
                .collect(),
            ..Page::default()
        };
        let last = answer(url, hsts);
        let found = posture(&last, &last.url, &page);
        found.into_iter().map(|o| o.kind).collect()
    }

    #[test]
    fn each_weakness_and_its_absence() {
        use SignalKind::{InsecureForm, MixedForm, NoHsts, NoTls};
        assert_eq!(
            kinds(
                "https://a.test/",
                Some("max-age=31536000; includeSubDomains"),
                &[]
            ),
            []
        );
        for weak in [
            None,
            Some("max-age=0"),
            Some("includeSubDomains"),
            Some("max-age=\u{7f}"),
        ] {
            assert_eq!(kinds("https://a.test/", weak, &[]), [NoHsts], "{weak:?}");
        }
        assert_eq!(kinds("http://a.test/", Some("max-age=9"), &[]), [NoTls]);
        let search = [("http://a.test/s", "")];
        assert_eq!(kinds("http://a.test/", None, &search), [NoTls]);
        assert_eq!(
            kinds("https://a.test/", Some("max-age=9"), &search),
            [MixedForm]
        );
        let login = [("http://a.test/login", "password")];
        assert_eq!(kinds("http://a.test/", None, &login), [NoTls, InsecureForm]);
        assert_eq!(
            kinds("https://a.test/", Some("max-age=9"), &login),
            [MixedForm, InsecureForm]
        );
        let safe = [("https://a.test/login", "password")];
        assert_eq!(kinds("https://a.test/", Some("max-age=9"), &safe), []);
    }
}
