//! Reading a sealed item for its site: the identity facts of the page as it was sealed, and what the manifest says of it.
//!
//! Facts in the slot of an advertisement are the advertiser's and left out. On a page that does not itself advertise (a warning, the
//! news) only what stands in the footer is the site's own: the rest is quoted.

use crate::dossier::pseudonym::{person, pseudonym};
use crate::fetch::{Limits, charset, undo_content_coding};
use crate::model::capture::Exchange;
use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use crate::model::page::{BlockRole, Page};
use crate::model::person_role::PersonRole;
use crate::model::sketch::Sketch;
use crate::model::subject_fact::SubjectFactKind as Kind;
use crate::page;
use crate::signals::sketch::sketch;
use crate::storage::extract::capture_of;
use crate::wire::desk::subject::{ItemRead, StoredFact};
use crate::wire::manifest::Manifest;
use std::collections::BTreeSet;
use url::Url;

/// Runs that a text must have for its sketch to be kept.
const LEAST_RUNS: u32 = 60;
/// Facts kept of one item.
const MOST_FACTS: usize = 500;

/// What an item tells. `package` are the bytes of the package, which were held against the journal by whoever read them. `None` for an
/// item that is no capture of a web page.
///
/// # Errors
/// What is wrong with the package, in a few words.
pub fn read_item(manifest: &Manifest, package: &[u8]) -> Result<Option<ItemRead>, String> {
    let Some(url) = Url::parse(&manifest.final_url).ok() else {
        return Ok(None);
    };
    let Some(host) = url.host_str().map(str::to_owned) else {
        return Ok(None);
    };
    let capture = capture_of(package)?;
    let page = match &capture.rendering {
        Some(rendering) => page::read(&rendering.dom, &rendering.url),
        None => {
            let mut answers = capture.exchanges.into_iter();
            match answers.find(|e| e.url.as_str() == manifest.final_url) {
                Some(answer) => read_answer(answer),
                None => return Ok(None),
            }
        }
    };
    let texts = page
        .blocks
        .iter()
        .map(|b| page.text.get(b.span.clone()).unwrap_or(""));
    let sketch = sketch(texts);
    Ok(Some(ItemRead {
        bearer: format!("site:{host}"),
        evidence_id: manifest.evidence_id.clone(),
        captured: manifest.captured_start.utc.clone(),
        url: manifest.final_url.clone(),
        title: manifest.title.clone(),
        platform: manifest.platform.clone(),
        context: manifest.context.clone(),
        offer: manifest.offer.clone(),
        score: manifest.score.total,
        severity: manifest
            .findings
            .iter()
            .map(|f| f.severity)
            .max()
            .unwrap_or(0),
        rules: manifest
            .findings
            .iter()
            .map(|f| f.rule.clone())
            .collect::<BTreeSet<String>>()
            .into_iter()
            .collect(),
        topics: manifest.topics.iter().map(|t| t.id.clone()).collect(),
        standing: manifest.who.standing.clone(),
        institution: manifest.who.institution.clone().unwrap_or_default(),
        hops: hops(manifest),
        leads_to: leads_to(manifest),
        facts: facts(manifest, &page, &host),
        sketch: if sketch.runs >= LEAST_RUNS {
            to_hex(&sketch)
        } else {
            String::new()
        },
    }))
}

fn read_answer(mut answer: Exchange) -> Page {
    undo_content_coding(&mut answer, &Limits::default());
    let tld = answer.url.host_str().and_then(|h| h.rsplit('.').next());
    let kind = answer.header("content-type");
    let decoded = charset::decode(answer.content(), kind, tld, answer.truncated.is_some());
    page::read(&decoded.text, &answer.url)
}

fn hops(manifest: &Manifest) -> Vec<String> {
    let all = manifest.redirect_chain.iter().map(|h| h.url.clone());
    all.filter(|u| *u != manifest.final_url).collect()
}

fn leads_to(manifest: &Manifest) -> Vec<String> {
    let landings = manifest
        .ads
        .iter()
        .filter_map(|ad| ad.chain.last().cloned());
    let advertisers = manifest
        .findings
        .iter()
        .filter_map(|f| f.advertiser.clone());
    let all: BTreeSet<String> = landings.chain(advertisers).collect();
    all.into_iter().collect()
}

fn facts(manifest: &Manifest, page: &Page, host: &str) -> Vec<StoredFact> {
    let mut found: BTreeSet<StoredFact> = BTreeSet::new();
    let mut add = |kind: Kind, value: String, detail: &str, tells: bool| {
        found.insert(StoredFact {
            kind: kind.code().to_owned(),
            value,
            detail: detail.to_owned(),
            tells,
        });
    };
    if let Some(domain) = psl::domain_str(host) {
        add(Kind::Domain, domain.to_owned(), "", true);
    }
    let advertises = manifest.context == "ad";
    let codes: BTreeSet<&str> = page
        .facts
        .iter()
        .filter(|f| f.kind == FactKind::CreditCode && f.check == FactCheck::Passed)
        .map(|f| f.value.as_str())
        .collect();
    let stated = manifest.who.operator_code.as_deref();
    let own_code = stated.or(if codes.len() == 1 {
        codes.first().copied()
    } else {
        None
    });
    for fact in page.facts.iter().take(MOST_FACTS) {
        let Some(kind) = Kind::of(fact.kind) else {
            continue;
        };
        let Some(place) = place(page, fact) else {
            continue;
        };
        let own = place == Place::Footer || advertises || fact.kind == FactKind::Analytics;
        let sound = !matches!(fact.check, FactCheck::Failed | FactCheck::Template);
        let fits = kind != Kind::CreditCode || own_code == Some(fact.value.as_str());
        let (value, detail) = stored(kind, fact);
        add(
            kind,
            value,
            &detail,
            own && sound && fits && tells(fact) && is_whole(page, fact),
        );
    }
    if let Some(name) = &manifest.who.operator {
        add(Kind::Name, plain_name(name), "", is_registered(name));
    }
    if let Some(brand) = manifest
        .who
        .brand
        .as_ref()
        .filter(|b| b.chars().count() > 1)
    {
        add(Kind::Brand, brand.trim().to_owned(), "", true);
    }
    if let Some(payee) = &manifest.who.payee {
        let name = payee.name.as_deref().unwrap_or_default();
        let detail = if payee.personal { "个人" } else { "单位" };
        if !name.is_empty() {
            let value = match payee.personal {
                true => pseudonym("payee-name", name),
                false => plain_name(name),
            };
            // Of persons the manifest has the family name only, which tells nothing.
            add(Kind::PayeeName, value, detail, !payee.personal);
        }
    }
    for (payload, in_slot) in codes_in_images(manifest) {
        if !in_slot && let Some(target) = qr_target(payload, host) {
            add(Kind::QrTarget, target, "", advertises);
        }
    }
    found.into_iter().collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Footer,
    Elsewhere,
}

/// Where a fact stands; `None` in the slot of an advertisement.
fn place(page: &Page, fact: &IdentityFact) -> Option<Place> {
    let Some(span) = &fact.span else {
        return Some(Place::Elsewhere);
    };
    let block = page
        .blocks
        .iter()
        .find(|b| b.span.start <= span.start && span.start < b.span.end);
    match block {
        Some(block) if block.slot.is_some() => None,
        Some(block) if block.role == BlockRole::Footer => Some(Place::Footer),
        _ => Some(Place::Elsewhere),
    }
}

/// Whether a fact of its kind can tell one operator from another.
fn tells(fact: &IdentityFact) -> bool {
    match fact.kind {
        // Numbers of public authorities, banks and carriers.
        FactKind::Hotline => !["95", "96", "12", "10"]
            .iter()
            .any(|p| fact.value.starts_with(p)),
        FactKind::Address => fact.value.chars().count() >= 8,
        // Numbers of five digits are service numbers and fillers (10000).
        FactKind::Qq | FactKind::QqGroup => fact.value.len() > 5,
        FactKind::OtherLicence => false,
        _ => true,
    }
}

/// Whether a number ends where it was read to end: one that is covered (`10000xxxx`, `138****`) is nobody's.
fn is_whole(page: &Page, fact: &IdentityFact) -> bool {
    let Some(span) = &fact.span else {
        return true;
    };
    let next = page
        .text
        .get(span.end..)
        .and_then(|rest| rest.chars().next());
    !next.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '×' | '＊'))
}

/// Value and detail as kept.
fn stored(kind: Kind, fact: &IdentityFact) -> (String, String) {
    let what = fact.kind.code();
    match kind {
        Kind::Contact | Kind::Payee => (pseudonym(what, &fact.value), what.to_owned()),
        Kind::Person => {
            let role = fact.parts.iter().find(|(name, _)| *name == "role");
            let word = role.map_or("", |(_, word)| word.as_str());
            let role = PersonRole::parse(word).unwrap_or(PersonRole::Other);
            (person(role, &fact.value), word.to_owned())
        }
        Kind::Licence => (format!("{what}:{}", fact.value), what.to_owned()),
        _ => (fact.value.clone(), String::new()),
    }
}

/// A name without white space, its brackets of one width.
pub fn plain_name(name: &str) -> String {
    let kept = name.chars().filter(|c| !c.is_whitespace());
    kept.map(|c| match c {
        '（' => '(',
        '）' => ')',
        other => other,
    })
    .collect()
}

/// Whether a name is a full registered one: it ends with a legal form and is long enough to be somebody's.
pub fn is_registered(name: &str) -> bool {
    let forms = ["公司", "合作社", "合伙)", "合伙）", "事务所", "基金会"];
    name.chars().count() >= 8 && forms.iter().any(|f| name.trim().ends_with(f))
}

fn codes_in_images(manifest: &Manifest) -> impl Iterator<Item = (&str, bool)> {
    manifest.images.iter().flat_map(|image| {
        let codes = image.reading.iter().flat_map(|r| &r.codes);
        codes.map(|c| (c.payload.as_str(), image.slot.is_some()))
    })
}

/// What a QR code leads to: host and path of another site, else a pseudonym of what it says.
fn qr_target(payload: &str, host: &str) -> Option<String> {
    match Url::parse(payload).ok() {
        Some(url) if matches!(url.scheme(), "http" | "https") => {
            let target = url.host_str().filter(|h| *h != host)?;
            Some(format!("{target}{}", url.path()))
        }
        _ => (!payload.trim().is_empty()).then(|| pseudonym("qr", payload.trim())),
    }
}

/// Fingerprint, runs and minima as hex.
fn to_hex(sketch: &Sketch) -> String {
    let mut bytes = sketch.simhash.to_be_bytes().to_vec();
    bytes.extend(sketch.runs.to_be_bytes());
    bytes.extend(sketch.minima.iter().flat_map(|m| m.to_be_bytes()));
    hex::encode(bytes)
}

/// A sketch as [`ItemRead`] holds it; `None` for anything else.
pub fn from_hex(text: &str) -> Option<Sketch> {
    let bytes = hex::decode(text).ok()?;
    let mut sketch = Sketch {
        simhash: u64::from_be_bytes(bytes.get(..8)?.try_into().ok()?),
        runs: u32::from_be_bytes(bytes.get(8..12)?.try_into().ok()?),
        ..Sketch::default()
    };
    let rest = bytes.get(12..)?;
    if rest.len() != sketch.minima.len() * 2 {
        return None;
    }
    for (minimum, pair) in sketch.minima.iter_mut().zip(rest.chunks_exact(2)) {
        *minimum = u16::from_be_bytes(pair.try_into().ok()?);
    }
    Some(sketch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sketches_are_read_back() {
        let made = sketch(["某某平台年化收益稳定,欢迎咨询客服了解详情。"].into_iter());
        assert_eq!(from_hex(&to_hex(&made)), Some(made));
        assert_eq!(from_hex("00"), None);
        assert_eq!(from_hex("zz"), None);
    }

    #[test]
    fn a_code_that_leads_home_tells_nothing() {
        assert_eq!(qr_target("https://a.test/x?k=1", "a.test"), None);
        assert_eq!(
            qr_target("https://b.test/x?k=1", "a.test").as_deref(),
            Some("b.test/x")
        );
        assert!(qr_target("wxp://f2f0example", "a.test").is_some_and(|t| t.starts_with("qr:")));
    }

    #[test]
    fn registered_names() {
        assert!(is_registered("锦州示例信息咨询有限公司"));
        assert!(!is_registered("示例公司") && !is_registered("示例财富平台网站首页"));
        assert_eq!(plain_name("示例（锦州） 公司"), "示例(锦州)公司");
    }
}
