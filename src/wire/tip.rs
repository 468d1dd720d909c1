//! Tips as they are kept: what was reported, never who reported it.

use super::moment;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const TIPS_FORMAT: &str = "wangxun-tips/1";

/// The tips of one file. Written once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TipsRecord {
    /// [`TIPS_FORMAT`].
    pub format: String,
    /// `ti-` and 20 characters of base32 of the file's digest: the same file is taken in once.
    pub id: String,
    /// SHA-256 of the file.
    pub file_sha256: String,
    /// When it was taken in.
    #[serde(with = "moment")]
    pub made: DateTime<Utc>,
    /// The tips, in the order of the rows.
    pub tips: Vec<Tip>,
}

/// One tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tip {
    /// Receipt number: `tp-` and 20 characters of base32 of address and note, so that the same tip has the same one.
    pub receipt: String,
    /// The registrable domain of the address.
    pub subject: String,
    /// The address.
    pub url: String,
    /// What was reported; personal data is masked.
    pub note: String,
    /// Name of the site or app, as reported.
    pub name: String,
}
