//! HTTP heads as WARC records store them, and the way back to what was received.

use super::headers::{Headers, escape, unescape};
use crate::model::capture::Exchange;

/// A response head fit to be stored with the body as it is kept.
pub(crate) struct StoredHead {
    /// Status line and headers with CRLF and the empty line.
    pub(crate) bytes: Vec<u8>,
    /// Fields of the metadata record that say what was changed, so that the received head can be had back.
    pub(crate) changes: Headers,
    /// Version for the `WARC-Protocol` field when it is not HTTP/1.x.
    pub(crate) protocol: Option<&'static str>,
}

/// The head of an exchange's response with the transfer coding undone: no `Transfer-Encoding`, and `Content-Length`
/// is that of the stored body, so that other people's tools find head and body in agreement.
pub(crate) fn stored_head(exchange: &Exchange) -> StoredHead {
    let (version, protocol) = stored_version(exchange.http_version);
    let reason = http::StatusCode::from_u16(exchange.status)
        .ok()
        .and_then(|s| s.canonical_reason())
        .unwrap_or("");
    let mut bytes = format!("{version} {} {reason}\r\n", exchange.status).into_bytes();
    let mut changes = Headers::new();
    let length = exchange.body.len().to_string();
    let agrees = lengths_agree(exchange, &length);
    for (index, (name, value)) in exchange.headers.iter().enumerate() {
        let is_length = name.eq_ignore_ascii_case("content-length");
        if name.eq_ignore_ascii_case("transfer-encoding") || (is_length && !agrees) {
            let line = [
                escape(name.as_bytes()).as_bytes(),
                b": ",
                escape(value).as_bytes(),
            ]
            .concat();
            let line = String::from_utf8_lossy(&line).into_owned();
            changes.push("header-removed", format!("{index} {line}"));
        } else {
            push_line(&mut bytes, name, value);
        }
    }
    if !agrees {
        push_line(&mut bytes, "Content-Length", length.as_bytes());
        changes.push("header-added", "Content-Length");
    }
    bytes.extend_from_slice(b"\r\n");
    StoredHead {
        bytes,
        changes,
        protocol,
    }
}

/// Whether exactly the right Content-Length was received (an absent one is added, since that closes the record off).
fn lengths_agree(exchange: &Exchange, length: &str) -> bool {
    let mut seen = exchange
        .headers
        .iter()
        .filter(|(n, _)| n.eq_ignore_ascii_case("content-length"))
        .peekable();
    seen.peek().is_some() && seen.all(|(_, v)| v.trim_ascii() == length.as_bytes())
}

/// HTTP/2 and HTTP/3 have no status line; it is written as HTTP/1.1 and the protocol named beside it.
fn stored_version(version: &str) -> (&'static str, Option<&'static str>) {
    match version {
        "HTTP/1.0" => ("HTTP/1.0", None),
        "HTTP/0.9" => ("HTTP/1.0", Some("http/0.9")),
        "HTTP/2.0" | "HTTP/2" => ("HTTP/1.1", Some("h2")),
        "HTTP/3.0" | "HTTP/3" => ("HTTP/1.1", Some("h3")),
        _ => ("HTTP/1.1", None),
    }
}

/// The version as fetched, from the status line and the `WARC-Protocol` field.
pub(crate) fn fetched_version(line: &str, protocol: Option<&str>) -> &'static str {
    match protocol {
        Some("h2") => "HTTP/2.0",
        Some("h3") => "HTTP/3.0",
        Some("http/0.9") => "HTTP/0.9",
        _ if line.starts_with("HTTP/1.0") => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

/// Bytes that would end the line or the head become spaces: a received header cannot hold them, but a broken
/// program's capture must not be able to forge a head.
fn push_line(bytes: &mut Vec<u8>, name: &str, value: &[u8]) {
    let safe = |b: &u8| match b {
        b'\r' | b'\n' | 0 => b' ',
        other => *other,
    };
    bytes.extend(name.as_bytes().iter().map(safe));
    bytes.extend_from_slice(b": ");
    bytes.extend(value.iter().map(safe));
    bytes.extend_from_slice(b"\r\n");
}

/// Where the head ends: behind the first line that holds only white space, as warcio reads it; `None` when the block
/// ends before.
pub(crate) fn head_end(block: &[u8]) -> Option<usize> {
    let mut finder = HeadEnd::default();
    finder.feed(block)
}

/// Finds the end of a head in a stream.
#[derive(Debug, Clone)]
pub(crate) struct HeadEnd {
    blank: bool,
}

impl Default for HeadEnd {
    fn default() -> Self {
        Self { blank: true }
    }
}

impl HeadEnd {
    /// The index behind the head's last byte, if it lies in these bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        for (index, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if self.blank => return Some(index + 1),
                b'\n' => self.blank = true,
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => {}
                _ => self.blank = false,
            }
        }
        None
    }
}

/// A stored response head taken apart: status line, then headers byte for byte.
pub(crate) struct ReadHead {
    pub(crate) line: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
}

/// Reads a head that [`stored_head`] wrote (and most others).
pub(crate) fn read_head(head: &[u8]) -> ReadHead {
    let mut lines = head
        .split(|b| *b == b'\n')
        .map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    let line = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let status = line
        .split_ascii_whitespace()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    let headers = lines
        .take_while(|l| !l.is_empty())
        .filter_map(split_line)
        .collect();
    ReadHead {
        line,
        status,
        headers,
    }
}

fn split_line(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (name, value) = line.split_at(colon);
    let value = value.get(1..).unwrap_or_default();
    let value = value.strip_prefix(b" ").unwrap_or(value);
    Some((String::from_utf8_lossy(name).into_owned(), value.to_vec()))
}

/// Puts the received headers back from the stored ones and the metadata fields.
pub(crate) fn restore_headers(
    mut headers: Vec<(String, Vec<u8>)>,
    metadata: &Headers,
) -> Vec<(String, Vec<u8>)> {
    if metadata.get("header-added").is_some() {
        headers.pop();
    }
    for removed in metadata.all("header-removed") {
        let Some((index, line)) = removed.split_once(' ') else {
            continue;
        };
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        let name = String::from_utf8_lossy(&unescape(name)).into_owned();
        let at = index.parse().unwrap_or(usize::MAX).min(headers.len());
        headers.insert(at, (name, unescape(value)));
    }
    headers
}
