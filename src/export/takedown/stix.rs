//! STIX 2.1: one indicator per entry, revoked where it no longer holds.

use super::FormError;
use crate::model::takedown::action::Scope;
use crate::model::takedown::entry::ActionEntry;
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::target::TargetKind;
use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An identifier that follows from its parts, in the shape of a UUID of version 4.
pub(super) fn uuid(parts: &[&str]) -> String {
    let mut bytes = [0u8; 16];
    for (to, from) in bytes.iter_mut().zip(Sha256::digest(parts.join("\n"))) {
        *to = from;
    }
    if let Some(version) = bytes.get_mut(6) {
        *version = (*version & 0x0f) | 0x40;
    }
    if let Some(variant) = bytes.get_mut(8) {
        *variant = (*variant & 0x3f) | 0x80;
    }
    let text = hex::encode(bytes);
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

pub(super) fn moment(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The bundle.
pub fn bundle(list: &TakedownList) -> Result<Vec<u8>, FormError> {
    let header = list.header();
    let identity = format!("identity--{}", uuid(&["identity", &header.list_id]));
    let id = format!(
        "bundle--{}",
        uuid(&["bundle", &header.list_id, &header.serial.to_string()])
    );
    let mut bytes = format!("{{\"type\":\"bundle\",\"id\":\"{id}\",\"objects\":[\n").into_bytes();
    let issuer = json!({
        "type": "identity", "spec_version": "2.1", "id": identity,
        "created": moment(&header.issued), "modified": moment(&header.issued),
        "name": header.issuer.name, "identity_class": "organization",
        "sectors": ["government"],
        "contact_information": header.issuer.contact,
        "description": format!("{} serial {}", header.list_id, header.serial),
    });
    serde_json::to_writer(&mut bytes, &issuer)?;
    for entry in list.entries() {
        bytes.extend_from_slice(b",\n");
        serde_json::to_writer(&mut bytes, &indicator(entry, &identity))?;
    }
    bytes.extend_from_slice(b"\n]}\n");
    Ok(bytes)
}

/// Midnight in Beijing at the beginning of a day.
fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(8)
}

fn indicator(entry: &ActionEntry, identity: &str) -> Value {
    let draft = entry.draft();
    let created = draft.listed;
    let modified = entry.status().since.max(draft.last_verified).max(created);
    let mut value = json!({
        "type": "indicator", "spec_version": "2.1",
        "id": format!("indicator--{}", uuid(&["indicator", entry.id()])),
        "created_by_ref": identity,
        "created": moment(&created), "modified": moment(&modified),
        "name": format!("{} {}", draft.target.kind().label(), draft.target.shown()),
        "description": entry.notice(),
        "indicator_types": ["malicious-activity"],
        "pattern": pattern(entry), "pattern_type": "stix",
        "valid_from": moment(&begins(draft.valid_from)),
        "labels": [draft.reason.to_lowercase(), entry.status().state.code()],
        "lang": "zh",
        "external_references": [
            { "source_name": entry.authority(), "external_id": entry.number(), "description": entry.statement() },
            { "source_name": "wangxun-entry", "external_id": entry.id() },
            { "source_name": "wangxun-evidence", "external_id": draft.evidence,
              "description": format!("SHA-256 {}", draft.evidence_sha256) },
        ],
    });
    if let Some(next) = draft.valid_until.and_then(|until| until.succ_opt()) {
        value["valid_until"] = json!(moment(&begins(next)));
    }
    if !entry.is_active() {
        value["revoked"] = json!(true);
    }
    value
}

/// The pattern that an entry's target matches.
fn pattern(entry: &ActionEntry) -> String {
    let target = entry.target();
    let value = target.value().replace('\\', "\\\\").replace('\'', "\\'");
    match target.kind() {
        TargetKind::Domain | TargetKind::Subdomain => {
            let exact = format!("[domain-name:value = '{value}']");
            match entry.draft().scope {
                Scope::Exact => exact,
                Scope::Subtree => format!("{exact} OR [domain-name:value LIKE '%.{value}']"),
            }
        }
        TargetKind::Url => format!("[url:value = '{value}']"),
        TargetKind::Ip => {
            let kind = if value.contains(':') { "ipv6" } else { "ipv4" };
            match value.contains('/') {
                true => format!("[{kind}-addr:value ISSUBSET '{value}']"),
                false => format!("[{kind}-addr:value = '{value}']"),
            }
        }
        TargetKind::App => format!("[software:name = '{value}']"),
        TargetKind::Account => {
            let (platform, account) = value.split_once(':').unwrap_or(("", &value));
            format!(
                "[user-account:account_login = '{account}' AND user-account:display_name = '{platform}']"
            )
        }
        TargetKind::Phone => format!("[user-account:user_id = 'tel:{value}']"),
    }
}
