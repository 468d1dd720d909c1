//! What the index remembers of a page between runs, for revisits and conditional requests. Lost with the index, pages are
//! fetched anew in full.

use super::moment;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A page as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageMemory {
    /// Normalised address.
    pub url: String,
    /// Links from the start.
    pub depth: u16,
    /// Hops beyond the scope.
    pub offsite: u8,
    /// HTTP status of the last full answer.
    pub status: u16,
    /// Whether it held a finding.
    pub finding: bool,
    /// Score of the verdict, 0 to 100.
    pub score: u8,
    /// SHA-256 of the text that was read, lower-case hex.
    pub text_sha256: String,
    /// When it was last visited.
    #[serde(with = "moment")]
    pub checked: DateTime<Utc>,
    /// When it last differed.
    #[serde(with = "moment")]
    pub changed: DateTime<Utc>,
    /// Seconds until the next visit, from the last one.
    pub interval_seconds: u64,
    /// When it is to be visited next.
    #[serde(with = "moment")]
    pub due: DateTime<Utc>,
    /// Answers "not modified" in a row.
    pub unmodified: u32,
    /// The item in which it was last sealed with this text.
    #[serde(default)]
    pub sealed: Option<SealedAs>,
    /// How it can be asked for conditionally; `None` where that cannot be.
    pub basis: Option<RevisitBasis>,
}

/// The item in which a page was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedAs {
    /// Its identifier.
    pub evidence_id: String,
    /// When.
    #[serde(with = "moment")]
    pub at: DateTime<Utc>,
    /// Version of the lexicons that judged it.
    pub lexicon: String,
}

/// The stored answer that "not modified" refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisitBasis {
    /// `ETag` of the answer, as received.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer, as received.
    pub last_modified: Option<String>,
    /// The run that holds it.
    pub run: String,
    /// Its WARC file, as called when closed.
    pub file: String,
    /// Id of the response record, without angle brackets.
    pub record: String,
    /// Address of the response record.
    pub target: String,
    /// `WARC-Date` of it.
    pub date: String,
    /// SHA-256 of its payload, lower-case hex.
    pub payload_sha256: String,
}
