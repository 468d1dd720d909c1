//! Single parts of a sealed item.

use super::package;
use super::warc::decode::decode_capture;
use super::warc::reader::{DigestCheck, WarcReader};
use crate::model::capture::Capture;

/// No part of an item is longer.
const MOST_BYTES: u64 = 1 << 30;

/// One record of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractedRecord {
    /// Its WARC-Target-URI.
    pub target: String,
    /// Its content type, as the record states it.
    pub media_type: String,
    /// The block.
    pub bytes: Vec<u8>,
}

/// The WARC file of a package.
pub fn warc_of(package: &[u8]) -> Result<&[u8], String> {
    package::file_of(package, "archive/data.warc.gz")
}

/// The manifest of a package as stored.
pub fn manifest_of(package: &[u8]) -> Result<&[u8], String> {
    package::file_of(package, "custody/manifest.json")
}

/// The capture that an item holds: its exchanges, the page as the browser showed it, what was read in images. Certificates are
/// left out. Of an item that holds a comparison the exchanges of both looks come, the base first.
pub fn capture_of(package: &[u8]) -> Result<Capture, String> {
    let decoded = decode_capture(warc_of(package)?, MOST_BYTES, &|_| None);
    decoded.map(|d| d.capture).map_err(|e| e.to_string())
}

/// The records whose target begins with one of these, in order: `urn:view:` and `urn:fullPage:` are screenshots,
/// `urn:dom:` is the page as the browser had built it.
pub fn records_of(package: &[u8], targets: &[&str]) -> Result<Vec<ExtractedRecord>, String> {
    let mut reader = WarcReader::new(warc_of(package)?).map_err(|e| e.to_string())?;
    let mut found = Vec::new();
    while let Some(mut record) = reader.next_record().map_err(|e| e.to_string())? {
        let target = record.headers.target().to_owned();
        let media_type = record.headers.get("Content-Type").unwrap_or("").to_owned();
        if !targets.iter().any(|t| target.starts_with(t)) {
            record.finish().map_err(|e| e.to_string())?;
            continue;
        }
        let bytes = record.block(MOST_BYTES).map_err(|e| e.to_string())?;
        let end = record.finish().map_err(|e| e.to_string())?;
        if end.block != DigestCheck::Match {
            return Err(format!("the record {target} does not have its digest"));
        }
        found.push(ExtractedRecord {
            target,
            media_type,
            bytes,
        });
    }
    Ok(found)
}
