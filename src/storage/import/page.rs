//! From a record of others to an exchange that can be audited and sealed.

use super::chunks::{Unchunked, unchunk};
use super::scan::Foreign;
use crate::model::capture::{Exchange, Truncation};
use crate::storage::warc::decode::truncation;
use crate::storage::warc::headers::Headers;
use crate::storage::warc::http::{fetched_version, head_end, read_head};
use crate::storage::warc::reader::DigestCheck;
use crate::storage::warc::stated;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// An answer of others, ready for the auditor.
#[derive(Debug)]
pub struct ForeignPage {
    /// The exchange. Without a request head when the file holds none; start and end are both the record's date.
    pub exchange: Exchange,
    /// The payload digest, which may be that of the body with or without its transfer coding.
    pub payload_digest: DigestCheck,
    /// What is not as it should be.
    pub marks: Vec<String>,
}

/// Makes an exchange of a `response` record and the head of its request. Refused with the reason when it has no
/// address, no date or no HTTP head.
pub fn answer(
    record: &Foreign,
    block: Vec<u8>,
    request: Option<Vec<u8>>,
) -> Result<ForeignPage, String> {
    let headers = &record.headers;
    let end = head_end(&block).ok_or("has no whole HTTP head")?;
    let head = read_head(block.get(..end).unwrap_or_default());
    if !head.line.starts_with("HTTP/") || head.status == 0 {
        return Err("has no HTTP status line".to_owned());
    }
    let mut marks = Vec::new();
    let mut truncated = headers
        .get("WARC-Truncated")
        .map(|word| cut_by(word, &mut marks));
    let stored = block.get(end..).unwrap_or_default();
    let body = undo_chunks(&head.headers, stored, &mut truncated, &mut marks);
    let payload_digest = payload(record, stored, &body);
    compare_length(&head.headers, stored, &body, &mut marks);
    let url = address(headers)?;
    let started = date(headers)?;
    Ok(ForeignPage {
        exchange: Exchange {
            request_head: request.unwrap_or_default(),
            http_version: fetched_version(&head.line, headers.get("WARC-Protocol")),
            status: head.status,
            headers: head.headers,
            body,
            decoded: None,
            truncated,
            server: server(headers, &url),
            tls_chain: Vec::new(),
            started,
            ended: started,
            url,
        },
        payload_digest,
        marks,
    })
}

/// Reads a `resource` record with an HTTP address as if its content had been an answer, for the auditor only: it is no
/// exchange, and nothing is sealed as one.
pub fn resource(headers: &Headers, block: Vec<u8>) -> Result<Exchange, String> {
    let url = address(headers)?;
    let started = date(headers)?;
    let kind = headers.get("Content-Type").unwrap_or("");
    Ok(Exchange {
        url,
        request_head: Vec::new(),
        http_version: "HTTP/1.1",
        status: 200,
        headers: vec![("Content-Type".to_owned(), kind.as_bytes().to_vec())],
        body: block,
        decoded: None,
        truncated: None,
        server: None,
        tls_chain: Vec::new(),
        started,
        ended: started,
    })
}

/// The head of a request record.
pub fn request_head(block: &[u8]) -> Option<Vec<u8>> {
    let end = head_end(block)?;
    block.get(..end).map(<[u8]>::to_vec)
}

fn cut_by(word: &str, marks: &mut Vec<String>) -> Truncation {
    marks.push(format!("was cut by the program that captured it: {word}"));
    truncation(word.trim()).unwrap_or(Truncation::Disconnect)
}

fn undo_chunks(
    headers: &[(String, Vec<u8>)],
    stored: &[u8],
    truncated: &mut Option<Truncation>,
    marks: &mut Vec<String>,
) -> Vec<u8> {
    let chunked = headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("transfer-encoding")
            && value.to_ascii_lowercase().ends_with(b"chunked")
    });
    if !chunked {
        return stored.to_vec();
    }
    match unchunk(stored) {
        Unchunked::Whole(body) => body,
        Unchunked::Not => {
            if !stored.is_empty() {
                marks.push("says that it is chunked, but is not; read as it stands".to_owned());
            }
            stored.to_vec()
        }
        Unchunked::Broken { body, why } => {
            marks.push(format!("its chunks are wrong: {why}; read up to there"));
            truncated.get_or_insert(Truncation::Disconnect);
            body
        }
    }
}

/// Programs disagree whether the payload is the body with or without its transfer coding; both are right.
fn payload(record: &Foreign, stored: &[u8], body: &[u8]) -> DigestCheck {
    if let DigestCheck::Mismatch { stated: digest } = &record.payload_digest
        && stored != body
    {
        return stated::check(Some(digest), body);
    }
    record.payload_digest.clone()
}

fn compare_length(
    headers: &[(String, Vec<u8>)],
    stored: &[u8],
    body: &[u8],
    marks: &mut Vec<String>,
) {
    let named = |n: &&(String, Vec<u8>)| n.0.eq_ignore_ascii_case("content-length");
    let Some((_, value)) = headers.iter().find(named) else {
        return;
    };
    let value = String::from_utf8_lossy(value).trim().to_owned();
    let right = |length: usize| value == length.to_string();
    if !right(stored.len()) && !right(body.len()) {
        marks.push(format!(
            "the HTTP head states {value} bytes, the body has {}",
            body.len()
        ));
    }
}

fn address(headers: &Headers) -> Result<Url, String> {
    let target = headers.target();
    Url::parse(target).map_err(|e| format!("its address cannot be read: {e}"))
}

/// The date of a record: RFC 3339, or shortened as WARC 1.1 section 5.4 allows (to the day at least: rules have days).
pub fn date(headers: &Headers) -> Result<DateTime<Utc>, String> {
    let text = headers.get("WARC-Date").unwrap_or("").trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let bare = text.trim_end_matches('Z');
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y%m%d%H%M%S"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(bare, form) {
            return Ok(time.and_utc());
        }
    }
    let day = NaiveDate::parse_from_str(bare, "%Y-%m-%d").ok();
    day.and_then(|day| day.and_hms_opt(0, 0, 0))
        .map(|time| time.and_utc())
        .ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            format!("its date {shown:?} cannot be read, so it is not known when it was seen")
        })
}

fn server(headers: &Headers, url: &Url) -> Option<SocketAddr> {
    let address: IpAddr = headers.get("WARC-IP-Address")?.trim().parse().ok()?;
    Some(SocketAddr::new(address, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(text: &str) -> Result<DateTime<Utc>, String> {
        let mut headers = Headers::new();
        headers.push("WARC-Date", text);
        date(&headers)
    }

    #[test]
    fn dates_of_all_precisions_are_read() {
        for (text, time) in [
            ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z"),
            (
                "2026-03-04T05:06:07.123456789Z",
                "2026-03-04T05:06:07.123456789Z",
            ),
            ("2026-03-04T13:06:07+08:00", "2026-03-04T05:06:07Z"),
            ("2026-03-04T05:06Z", "2026-03-04T05:06:00Z"),
            ("2026-03-04", "2026-03-04T00:00:00Z"),
            ("20260304050607", "2026-03-04T05:06:07Z"),
        ] {
            assert_eq!(dated(text), Ok(time.parse().unwrap()), "{text}");
        }
        for bad in ["", "2026", "2026-03", "yesterday", "2026-13-01T00:00:00Z"] {
            assert!(dated(bad).is_err(), "{bad}");
        }
    }
}
