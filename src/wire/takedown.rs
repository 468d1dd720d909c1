//! Lists as they are sent (format `wangxun-takedown/1`), their deltas, and the manifest of a bundle.
//!
//! Keys are in byte order and values are strings, whole numbers, arrays and objects of them, so that the compact JSON is the
//! canonical one of RFC 8785; a file is that with LF at its end.

mod convert;

use super::{day, moment};
use crate::model::determination::NotConfirmed;
use crate::model::takedown::refusal::Refusal;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// Name and version of the format.
pub const TAKEDOWN_FORMAT: &str = "wangxun-takedown/1";
/// Name and version of a delta.
pub const DELTA_FORMAT: &str = "wangxun-takedown-delta/1";
/// Name and version of a bundle's manifest.
pub const BUNDLE_FORMAT: &str = "wangxun-takedown-bundle/1";

/// One issue of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFile {
    /// Determinations by their identifiers, with the officers' signatures.
    pub determinations: BTreeMap<String, DeterminationForm>,
    /// The entries by their identifiers.
    pub entries: Vec<EntryForm>,
    /// [`TAKEDOWN_FORMAT`].
    pub format: String,
    /// The head.
    pub header: HeaderForm,
}

/// The head of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderForm {
    /// How many entries there are.
    pub counts: CountsForm,
    /// From when on it is not to be used any more.
    #[serde(with = "moment")]
    pub expires: DateTime<Utc>,
    /// When it was issued.
    #[serde(with = "moment")]
    pub issued: DateTime<Utc>,
    /// Who issues it.
    pub issuer: IssuerForm,
    /// Number of the minisign key that signs it.
    pub key_id: String,
    /// `action` or `referral`.
    pub kind: String,
    /// Which list.
    pub list_id: String,
    /// The issue before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<PointForm>,
    /// Place in the order of issues.
    pub serial: u32,
}

/// How many entries there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountsForm {
    /// To be acted upon.
    pub active: u64,
    /// Out of time.
    pub expired: u64,
    /// Replaced.
    pub superseded: u64,
    /// Lifted.
    pub withdrawn: u64,
}

/// Who issues a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerForm {
    /// Address and telephone.
    pub contact: String,
    /// Domain; may be empty.
    pub domain: String,
    /// E-mail; may be empty.
    pub email: String,
    /// The office.
    pub name: String,
}

/// An issue: serial and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointForm {
    /// The serial.
    pub serial: u32,
    /// SHA-256 of the canonical file.
    pub sha256: String,
}

/// A determination with its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeterminationForm {
    /// The authority.
    pub authority: String,
    /// The case.
    pub case_no: String,
    /// Date of the document.
    #[serde(with = "day")]
    pub date: NaiveDate,
    /// SHA-256 of the document.
    pub document_sha256: String,
    /// Sealed items.
    pub evidence: Vec<String>,
    /// Number of the document.
    pub number: String,
    /// Who proposed it.
    pub officer: String,
    /// Who confirmed it.
    pub reviewer: String,
    /// Rules.
    pub rules: Vec<String>,
    /// Signature files of minisign by officers' names.
    pub signatures: BTreeMap<String, String>,
    /// What was determined.
    pub statement: String,
}

/// One entry of either list. Fields that only the action list has are left out in the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryForm {
    /// Where the party can turn to.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub appeal_contact: String,
    /// The authority that decided.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub authority: String,
    /// Legal bases.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bases: Vec<BasisForm>,
    /// Number of the case.
    pub case_no: String,
    /// Date of the decision.
    #[serde(with = "day::option", skip_serializing_if = "Option::is_none", default)]
    pub decided: Option<NaiveDate>,
    /// Number of the decision.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub decision: String,
    /// To which department it is referred (referral list).
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub department: String,
    /// Identifier of the determination.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub determination: String,
    /// The sealed item.
    pub evidence: String,
    /// SHA-256 of its package.
    pub evidence_sha256: String,
    /// Seen first.
    #[serde(with = "moment")]
    pub first_seen: DateTime<Utc>,
    /// Who hosts it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub hosting: String,
    /// ICP filing number.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub icp: String,
    /// Identifier.
    pub id: String,
    /// Seen last.
    #[serde(with = "moment")]
    pub last_verified: DateTime<Utc>,
    /// When it was listed (action list).
    #[serde(
        with = "moment::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub listed: Option<DateTime<Utc>>,
    /// What is asked for.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub measure: String,
    /// Statement of reasons with remedies. It follows from the other fields.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub notice: String,
    /// What it says.
    pub quote: String,
    /// The reason's code.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reason: String,
    /// Registrable domain.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub registrable: String,
    /// Remedies.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub remedies: String,
    /// Rules that seem broken (referral list).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rules: Vec<String>,
    /// How far it reaches.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub scope: String,
    /// The value for people.
    pub shown: String,
    /// Where it stands.
    pub status: StatusForm,
    /// Kind of the target.
    pub target: String,
    /// First day in force.
    #[serde(with = "day::option", skip_serializing_if = "Option::is_none", default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day in force.
    #[serde(with = "day::option", skip_serializing_if = "Option::is_none", default)]
    pub valid_until: Option<NaiveDate>,
    /// The value for machines.
    pub value: String,
}

/// A legal basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasisForm {
    /// Who has read and confirmed the text; empty when it was read in full.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub confirmed_by: String,
    /// `V`, `S` or `M`.
    pub grade: String,
    /// The rule.
    pub rule: String,
    /// The text.
    pub text: String,
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusForm {
    /// Number of the document.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub document: String,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reason: String,
    /// Since when.
    #[serde(with = "moment")]
    pub since: DateTime<Utc>,
    /// `active`, `withdrawn`, `expired` or `superseded`.
    pub state: String,
    /// The entry in its place.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub successor: String,
}

/// What changed from one issue to the next. Entries never leave a list, so there is nothing to remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeltaFile {
    /// New determinations.
    pub determinations: BTreeMap<String, DeterminationForm>,
    /// New and changed entries, whole.
    pub entries: Vec<EntryForm>,
    /// [`DELTA_FORMAT`].
    pub format: String,
    /// The issue on which it is put.
    pub from: PointForm,
    /// The head of the new issue.
    pub header: HeaderForm,
    /// The issue that comes out.
    pub to: PointForm,
}

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleManifest {
    /// The files, by name, without this one and without signatures.
    pub files: Vec<BundleFile>,
    /// [`BUNDLE_FORMAT`].
    pub format: String,
    /// The head of the list.
    pub header: HeaderForm,
    /// SHA-256 of the full list.
    pub list_sha256: String,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Bytes.
    pub bytes: u64,
    /// Name.
    pub name: String,
    /// SHA-256.
    pub sha256: String,
    /// SM3.
    pub sm3: String,
}

/// Why a file is no list, or not one that can be trusted again.
#[derive(Debug, Error)]
pub enum ListError {
    /// It cannot be read.
    #[error("is no list of the format {TAKEDOWN_FORMAT}: {0}")]
    Form(String),
    /// A determination does not hold.
    #[error("the determination {id} does not hold: {source}")]
    Determination {
        /// Which.
        id: String,
        /// Why.
        source: NotConfirmed,
    },
    /// An entry does not hold.
    #[error(transparent)]
    Entry(#[from] Refusal),
    /// An entry is not what its own fields give.
    #[error("the entry {id} is not in the form in which it is written: {what}")]
    Changed {
        /// Which.
        id: String,
        /// What differs.
        what: String,
    },
}

/// Canonical bytes of a form whose fields are in the order of their names.
pub fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
