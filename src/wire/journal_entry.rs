//! One line of the custody journal (format `wangxun-journal/1`, see `storage/README.md`).

use super::file_digest::FileDigest;
use serde::{Deserialize, Serialize};

/// One journal line. Fields are in the order of their names: the JSON written from it, without white space, is
/// canonical in the sense of RFC 8785, since it holds only strings, whole numbers, arrays and objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    /// The word of [`crate::model::custody::Action`].
    pub action: String,
    /// Who acted.
    pub actor: String,
    /// The document that authorises the act, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// The files that the act fixed, with their digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileDigest>,
    /// SHA-256 of the canonical line without this field, lower-case hex.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// What was acted upon: an evidence id, a run id, a path relative to the home.
    pub object: String,
    /// `hash` of the line before; 64 zeros in the first line.
    pub prev: String,
    /// Why, or what should be known besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// In which role.
    pub role: String,
    /// Number of the line, from 0.
    pub seq: u64,
    /// When (UTC, RFC 3339 with milliseconds).
    pub time: String,
    /// The office.
    pub unit: String,
    /// Name of the journal file without its extension, so that files cannot be swapped.
    pub writer: String,
}
