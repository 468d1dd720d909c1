//! XARF v4: one abuse report per line. Category `content`, type `fraud`; entries without an address of the web have none.

use super::stix::{moment, uuid};
use super::{FormError, sha256_hex};
use crate::model::takedown::entry::ActionEntry;
use crate::model::takedown::header::ListHeader;
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::target::TargetKind;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Longest description that the schema allows, in characters.
const LONGEST: usize = 1000;

/// The reports; `None` when the issuer has no e-mail or no domain, without which a report is not valid.
pub fn reports(list: &TakedownList) -> Result<Option<Vec<u8>>, FormError> {
    let header = list.header();
    if header.issuer.email.is_empty() || header.issuer.domain.is_empty() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    for entry in list.entries() {
        if let Some(report) = report(header, entry) {
            serde_json::to_writer(&mut bytes, &report)?;
            bytes.push(b'\n');
        }
    }
    Ok(Some(bytes))
}

fn address(entry: &ActionEntry) -> Option<String> {
    let value = entry.target().value();
    match entry.target().kind() {
        TargetKind::Domain | TargetKind::Subdomain => Some(format!("http://{value}/")),
        TargetKind::Url => Some(value.to_owned()),
        TargetKind::Ip if !value.contains('/') && value.contains(':') => {
            Some(format!("http://[{value}]/"))
        }
        TargetKind::Ip if !value.contains('/') => Some(format!("http://{value}/")),
        _ => None,
    }
}

fn report(header: &ListHeader, entry: &ActionEntry) -> Option<Value> {
    let url = address(entry)?;
    let draft = entry.draft();
    let host = entry.target().host();
    let contact = json!({
        "org": header.issuer.name.chars().take(200).collect::<String>(),
        "contact": header.issuer.email, "domain": header.issuer.domain,
    });
    let state = entry.status().state;
    let told = match entry.is_active() {
        true => entry.notice(),
        false => format!("【{}】{}", state.label(), entry.notice()),
    };
    let mut report = json!({
        "xarf_version": "4.2.0",
        "report_id": uuid(&["xarf", entry.id(), &header.serial.to_string()]),
        "timestamp": moment(&entry.status().since),
        "reporter": contact, "sender": contact,
        "source_identifier": host.clone().unwrap_or_else(|| entry.target().value().to_owned()),
        "category": "content", "type": "fraud", "fraud_type": "investment",
        "url": url,
        "verified_at": moment(&draft.last_verified),
        "verification_method": "manual",
        "evidence_source": "crawler",
        "description": told.chars().take(LONGEST).collect::<String>(),
        "tags": [format!("wangxun:{}", state.code()), format!("wangxun:{}", entry.id())],
        "evidence": [{
            "content_type": "text/plain",
            "description": format!("quote from {}", draft.evidence),
            "payload": STANDARD.encode(draft.quote.as_bytes()),
            "hash": format!("sha256:{}", sha256_hex(draft.quote.as_bytes())),
            "size": draft.quote.len(),
        }],
    });
    if let Some(host) = host.filter(|h| is_plain(h)) {
        report["domain"] = json!(host);
    }
    Some(report)
}

/// The schema's pattern takes letters only in the last label and no double hyphen, so internationalised names stay out.
fn is_plain(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    !host.contains("--") && last.len() > 1 && last.bytes().all(|b| b.is_ascii_lowercase())
}
