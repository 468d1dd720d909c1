//! `imports/<id>/import.json` (format `wangxun-import/1`): what was found in a WARC file that others made.

use super::file_digest::FileDigest;
use super::manifest::{Moment, StoredScore, Tool};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name and version of the format.
pub const IMPORT_FORMAT: &str = "wangxun-import/1";

/// One imported file and what was found in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// [`IMPORT_FORMAT`].
    pub format: String,
    /// The import's identifier.
    pub id: String,
    /// The file as it is kept, with its digests; it was not changed.
    pub file: FileDigest,
    /// What the file was called where it came from.
    pub name: String,
    /// Where it comes from, as whoever brought it said; `None` when nothing was said.
    pub origin: Option<String>,
    /// Who brought it in.
    pub by: String,
    /// When it was taken in. When its pages were captured stands with each of them.
    pub imported: Moment,
    /// The program that read it.
    pub tool: Tool,
    /// Version (digest) of the lexicons that judged.
    pub lexicon_version: String,
    /// `plain`, `gzip-per-record` or `gzip-whole`.
    pub layout: String,
    /// Programs that captured, as the file's warcinfo records say.
    pub software: Vec<String>,
    /// Earliest and latest date of a record, as the file states them (UTC).
    pub dates: Option<(String, String)>,
    /// Records that could be read, by version and type, such as `WARC/1.0 response`.
    pub records: BTreeMap<String, u64>,
    /// How many digests of records were right, wrong, not stated, or in an algorithm that is not computed.
    pub digests: DigestCounts,
    /// Pages that were judged.
    pub pages: Vec<ImportedPage>,
    /// Revisit records: the page was unchanged since an earlier capture, which is judged where the file holds it.
    pub revisits: Revisits,
    /// Places that could not be read, and records that could be read but not used, with the reason; at most 1,000.
    pub refused: Vec<Refused>,
    /// Number of them.
    pub refused_count: u64,
}

/// Digests of records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestCounts {
    /// The bytes have the digest.
    pub right: u64,
    /// They have not.
    pub wrong: u64,
    /// None is stated.
    pub absent: u64,
    /// Stated in an algorithm that is not computed, or of content that was not held.
    pub unchecked: u64,
}

/// Revisit records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisits {
    /// The capture that they refer to stands earlier in this file.
    pub found: u64,
    /// It does not: the page is not in this file.
    pub missing: u64,
}

/// A page of the file, as judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedPage {
    /// Number of its record among those that could be read, from 0.
    pub number: u64,
    /// Where its record begins in the file (in the unpacked one when the layout is `gzip-whole`).
    pub offset: u64,
    /// Id of its record, without angle brackets.
    pub record_id: String,
    /// `response` or `resource`.
    pub kind: String,
    /// Address.
    pub url: String,
    /// When it was captured, as the file states.
    pub captured: String,
    /// HTTP status; 0 for a resource.
    pub status: u16,
    /// Title.
    pub title: String,
    /// Character encoding in which it was read.
    pub charset: String,
    /// Context of the page as a whole.
    pub context: String,
    /// The score with its parts.
    pub score: StoredScore,
    /// Rules fired, without doubles.
    pub rules: Vec<String>,
    /// The item that was sealed of it.
    pub evidence_id: Option<String>,
    /// What is not as it should be.
    pub marks: Vec<String>,
}

/// What could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// First byte.
    pub offset: u64,
    /// Where reading went on; `None` when nothing more was found behind it, or the record itself was read whole.
    pub resumed: Option<u64>,
    /// Id of the record, when it is known.
    pub record_id: Option<String>,
    /// Why.
    pub why: String,
}
