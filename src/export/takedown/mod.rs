//! One list, many forms: canonical JSON, CSV, XLSX, plain domains, hosts, a response policy zone, STIX 2.1, XARF, the letter to
//! an operator, and deltas. Pure; the same list gives the same bytes.
//!
//! Forms on which a machine acts take a [`TakedownList`], whose entries nothing but determinations can make. The referral list
//! has JSON, CSV, XLSX and a letter, and no other form.

pub mod delta;
pub mod letter;
pub mod names;
pub mod referral_letter;
pub mod rpz;
pub mod sheet;
pub mod stix;
pub mod table;
pub mod xarf;

use crate::model::takedown::entry::ActionEntry;
use crate::model::takedown::header::ListHeader;
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::referral::ReferralList;
use crate::wire::takedown::ListFile;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Why a form could not be written.
#[derive(Debug, Error)]
pub enum FormError {
    /// JSON.
    #[error("the JSON form cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// CSV.
    #[error("the CSV form cannot be written: {0}")]
    Csv(String),
    /// XLSX.
    #[error("the XLSX form cannot be written: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

/// One form of a list: its file's name and bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFile {
    /// Name of the file.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The endings of the action list's forms, the canonical one first. XARF is written where the issuer has e-mail and domain.
pub const ACTION_FORMS: [&str; 8] = [
    "json",
    "csv",
    "xlsx",
    "domains.txt",
    "hosts",
    "rpz",
    "stix.json",
    "xarf.jsonl",
];

/// All forms of the action list.
pub fn action_forms(list: &TakedownList) -> Result<Vec<FormFile>, FormError> {
    let mut forms = Vec::new();
    for ending in ACTION_FORMS {
        if let Some(bytes) = action_form(list, ending)? {
            forms.push(FormFile {
                name: format!("{}.{ending}", list.header().stem()),
                bytes,
            });
        }
    }
    Ok(forms)
}

/// One form of the action list; `None` when there is no such form, or the issuer lacks what it needs.
pub fn action_form(list: &TakedownList, ending: &str) -> Result<Option<Vec<u8>>, FormError> {
    let bytes = match ending {
        "json" => ListFile::from(list).to_bytes()?,
        "csv" => table::csv(&table::action(list))?,
        "xlsx" => sheet::action(list)?,
        "domains.txt" => names::domains(list).into_bytes(),
        "hosts" => names::hosts(list).into_bytes(),
        "rpz" => rpz::zone(list).into_bytes(),
        "stix.json" => stix::bundle(list)?,
        "xarf.jsonl" => match xarf::reports(list)? {
            Some(bytes) => bytes,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some(bytes))
}

/// All forms of the referral list.
pub fn referral_forms(list: &ReferralList) -> Result<Vec<FormFile>, FormError> {
    let stem = list.header().stem();
    Ok(vec![
        FormFile {
            name: format!("{stem}.json"),
            bytes: ListFile::from(list).to_bytes()?,
        },
        FormFile {
            name: format!("{stem}.csv"),
            bytes: table::csv(&table::referral(list))?,
        },
        FormFile {
            name: format!("{stem}.xlsx"),
            bytes: sheet::referral(list)?,
        },
    ])
}

/// SHA-256 of bytes, lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The lines at the head of text forms.
fn head_lines(list: &TakedownList, form: &str) -> Vec<String> {
    let header: &ListHeader = list.header();
    let counts = list.counts();
    vec![
        format!("{} serial {} ({form})", header.list_id, header.serial),
        format!("issuer {}", one_line(&header.issuer.name)),
        format!(
            "issued {} expires {} key {}",
            header.issued.format("%Y-%m-%dT%H:%M:%SZ"),
            header.expires.format("%Y-%m-%dT%H:%M:%SZ"),
            header.key_id
        ),
        format!(
            "active {} withdrawn {} expired {} superseded {}",
            counts.active, counts.withdrawn, counts.expired, counts.superseded
        ),
    ]
}

/// What a text form says of an entry that no longer holds.
fn lifted_line(entry: &ActionEntry) -> String {
    let status = entry.status();
    let tail = [&status.document, &status.reason, &status.successor]
        .into_iter()
        .filter(|t| !t.is_empty())
        .map(|t| one_line(t))
        .collect::<Vec<_>>()
        .join(" ");
    format!(
        "{} {} {} {} {tail}",
        status.state.code(),
        entry.target().value(),
        entry.id(),
        status.since.format("%Y-%m-%d"),
    )
    .trim_end()
    .to_owned()
}

/// Text that cannot leave its line.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    text.chars()
        .map(|c| if breaks(c) { ' ' } else { c })
        .collect()
}
