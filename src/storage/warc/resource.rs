//! Resource records of things that did not come over HTTP: files handed in, the masked text of a copy.

use super::encode::{EncodedCapture, head, record_id, write_record};
use super::error::WarcError;
use super::member::MemberWriter;
use crate::storage::digest::{label, sha256};
use chrono::{DateTime, SecondsFormat, Utc};

/// One resource (WARC 1.1 section 6.4): the block is the thing itself.
pub(crate) struct Resource<'a> {
    /// Run and visit, which name the item.
    pub(crate) name: (&'a str, &'a str),
    /// WARC-Target-URI.
    pub(crate) target: &'a str,
    /// WARC-Date.
    pub(crate) at: DateTime<Utc>,
    /// Media type.
    pub(crate) media_type: &'a str,
    /// The bytes.
    pub(crate) block: &'a [u8],
}

/// Writes the record; gives its id without angle brackets.
pub(crate) fn resource(
    writer: &mut MemberWriter,
    resource: &Resource<'_>,
    out: &mut EncodedCapture,
) -> Result<String, WarcError> {
    let (run, visit) = resource.name;
    let date = resource.at.to_rfc3339_opts(SecondsFormat::Nanos, true);
    let id = record_id(&[run, visit, resource.target, &date]);
    let mut headers = head("resource", &id, resource.at, resource.target);
    headers.push("WARC-Payload-Digest", label(&sha256(resource.block)));
    write_record(writer, headers, resource.media_type, &[resource.block], out)?;
    Ok(id)
}
