//! From a capture's records back to the capture.

use super::error::WarcError;
use super::headers::{Headers, unescape};
use super::http::{fetched_version, head_end, read_head, restore_headers};
use super::images::images_of;
use super::reader::{DigestCheck, Record, RecordEnd, WarcReader};
use super::rendering::RenderingParts;
use crate::model::capture::{Capture, Exchange, Truncation};
use crate::model::note::Note;
use crate::model::target::TargetSource;
use crate::model::vantage::Vantage;
use chrono::{DateTime, Utc};
use std::io::BufRead;
use url::Url;

/// What the metadata records say of a capture besides the exchanges.
#[derive(Debug, Clone)]
pub struct DecodedCapture {
    /// The capture. [`Exchange::decoded`] is `None`: undoing a content coding is the fetch room's work. The TLS chain
    /// is filled with what `certificate` gave; notes of the fetch come back under the code `stored-note`.
    pub capture: Capture,
    /// The run.
    pub run: String,
    /// The visit.
    pub visit: String,
    /// Id of the seed.
    pub seed: String,
    /// How its address was found.
    pub source: Option<TargetSource>,
    /// The vantage; `None` where the list named none.
    pub vantage: Option<Vantage>,
}

/// A hop while its records are being read.
#[derive(Default)]
struct Hop {
    request_head: Vec<u8>,
    response: Option<(Headers, Vec<u8>)>,
}

/// Reads the records of exactly one capture (as [`super::encode::encode_capture`] wrote them). Every digest must
/// match. `certificate` finds a certificate by its SHA-256.
pub fn decode_capture(
    bytes: impl BufRead,
    limit: u64,
    certificate: &dyn Fn(&[u8; 32]) -> Option<Vec<u8>>,
) -> Result<DecodedCapture, WarcError> {
    let mut reader = WarcReader::new(bytes)?.with_max_block(limit);
    let mut hop = Hop::default();
    let mut exchanges = Vec::new();
    let mut last_fields = Headers::new();
    let mut rendering = RenderingParts::default();
    let mut images = Vec::new();
    while let Some(record) = reader.next_record()? {
        let (headers, block) = checked_block(record, limit)?;
        match headers.record_type().as_str() {
            "request" => hop.request_head = block,
            "response" | "revisit" => hop.response = Some((headers, block)),
            "metadata" => {
                last_fields = Headers::parse(&block);
                exchanges.push(exchange(
                    std::mem::take(&mut hop),
                    &last_fields,
                    certificate,
                )?);
            }
            "resource" => match images_of(headers.target(), &block) {
                Some(found) => images = found,
                None => rendering.take(headers.target(), block),
            },
            _ => {}
        }
    }
    let mut decoded = whole(exchanges, &last_fields)?;
    decoded.capture.rendering = rendering.whole();
    decoded.capture.images = images;
    Ok(decoded)
}

fn whole(exchanges: Vec<Exchange>, fields: &Headers) -> Result<DecodedCapture, WarcError> {
    if exchanges.is_empty() {
        return Err(missing("no metadata record"));
    }
    let text = |name: &str| {
        String::from_utf8_lossy(&unescape(fields.get(name).unwrap_or(""))).into_owned()
    };
    let notes = fields
        .all("note")
        .map(|n| {
            Note::new(
                "stored-note",
                String::from_utf8_lossy(&unescape(n)).into_owned(),
            )
        })
        .collect();
    Ok(DecodedCapture {
        capture: Capture {
            requested: url(fields, "requested")?,
            exchanges,
            notes,
            rendering: None,
            images: Vec::new(),
        },
        run: text("run"),
        visit: text("visit"),
        seed: text("seed"),
        source: TargetSource::parse(&text("source")),
        vantage: Vantage::parse(&text("vantage")),
    })
}

/// The block of a record whose digests match.
fn checked_block<R: BufRead>(
    mut record: Record<'_, R>,
    limit: u64,
) -> Result<(Headers, Vec<u8>), WarcError> {
    let headers = record.headers.clone();
    let block = record.block(limit)?;
    let end: RecordEnd = record.finish()?;
    for check in [&end.block, &end.payload] {
        if let DigestCheck::Mismatch { stated } = check {
            return Err(missing(format!(
                "digest {stated} of {} does not match",
                headers.record_id()
            )));
        }
    }
    Ok((headers, block))
}

fn exchange(
    hop: Hop,
    fields: &Headers,
    certificate: &dyn Fn(&[u8; 32]) -> Option<Vec<u8>>,
) -> Result<Exchange, WarcError> {
    let (headers, block) = hop
        .response
        .ok_or_else(|| missing("metadata without response"))?;
    let end = head_end(&block).ok_or_else(|| missing("response without head"))?;
    let read = read_head(block.get(..end).unwrap_or_default());
    Ok(Exchange {
        url: url(fields, "address")?,
        request_head: hop.request_head,
        http_version: fetched_version(&read.line, headers.get("WARC-Protocol")),
        status: read.status,
        headers: restore_headers(read.headers, fields),
        body: block.get(end..).unwrap_or_default().to_vec(),
        decoded: None,
        truncated: headers.get("WARC-Truncated").and_then(truncation),
        server: fields.get("server").and_then(|s| s.parse().ok()),
        tls_chain: fields
            .all("certificate")
            .filter_map(|c| find(c, certificate))
            .collect(),
        started: moment(fields, "started")?,
        ended: moment(fields, "ended")?,
    })
}

fn find(label: &str, certificate: &dyn Fn(&[u8; 32]) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut digest = [0u8; 32];
    hex::decode_to_slice(label.strip_prefix("sha256:")?, &mut digest).ok()?;
    certificate(&digest)
}

pub(crate) fn truncation(word: &str) -> Option<Truncation> {
    [Truncation::Length, Truncation::Time, Truncation::Disconnect]
        .into_iter()
        .find(|t| t.code() == word)
}

fn url(fields: &Headers, name: &str) -> Result<Url, WarcError> {
    let text = fields.get(name).unwrap_or("");
    Url::parse(text).map_err(|e| missing(format!("{name} {text:?}: {e}")))
}

fn moment(fields: &Headers, name: &str) -> Result<DateTime<Utc>, WarcError> {
    let text = fields.get(name).unwrap_or("");
    DateTime::parse_from_rfc3339(text)
        .map(|t| t.to_utc())
        .map_err(|e| missing(format!("{name} {text:?}: {e}")))
}

fn missing(detail: impl Into<String>) -> WarcError {
    WarcError::Capture {
        detail: detail.into(),
    }
}
