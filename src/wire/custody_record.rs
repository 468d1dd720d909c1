//! A record of custody beside the evidence (format `wangxun-custody/1`): tombstone, handover, order to preserve.

use super::file_digest::FileDigest;
use super::manifest::Moment;
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const CUSTODY_FORMAT: &str = "wangxun-custody/1";

/// One act of custody, written once. The journal fixes its digests; it holds all that the journal's entry says, so that
/// the entry can be made from it after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodyRecord {
    /// [`CUSTODY_FORMAT`].
    pub format: String,
    /// `delete`, `transfer` or `preserve`.
    pub action: String,
    /// What was acted upon: an evidence id, a run id, or the id of a transfer. Also the name of the file.
    pub subject: String,
    /// When.
    pub made: Moment,
    /// Who acted.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// Of which office.
    pub unit: String,
    /// Who approved it, where it needs approval; never the actor.
    pub approver: Option<String>,
    /// The document that authorises it.
    pub authority: Option<String>,
    /// Why.
    pub reason: String,
    /// For a deletion: until when (UTC) the default retention would have lasted.
    pub retained_until: Option<String>,
    /// For a deletion: whether it came before that time, because the authority document says so.
    pub within_retention: bool,
    /// For a transfer: who receives.
    pub receiver: Option<Receiver>,
    /// The packages or files that it concerns, as the journal had fixed them.
    pub objects: Vec<FileDigest>,
    /// The form in Chinese beside this record.
    pub form: Option<FileDigest>,
    /// What should be known besides, in Chinese.
    pub remark: Option<String>,
}

/// Who receives what is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// The office.
    pub unit: String,
    /// The officer.
    pub name: String,
}
