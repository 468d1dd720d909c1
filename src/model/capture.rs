//! What a fetch brought back: every hop, byte for byte, with where it came from.

use super::image::SeenImage;
use super::note::Note;
use super::rendering::Rendering;
use chrono::{DateTime, Utc};
use std::net::SocketAddr;
use url::Url;

/// One visit: the redirect chain, the last exchange being the page itself.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The address asked for first.
    pub requested: Url,
    /// Request/response pairs in order; never empty.
    pub exchanges: Vec<Exchange>,
    /// Non-fatal trouble of the fetch.
    pub notes: Vec<Note>,
    /// What a browser made of the last answer, where one was asked.
    pub rendering: Option<Box<Rendering>>,
    /// Images of the page that were looked at, or were not, and why.
    pub images: Vec<SeenImage>,
}

impl Capture {
    /// The exchange that answered last.
    pub fn last(&self) -> Option<&Exchange> {
        self.exchanges.last()
    }
}

/// One request and its response.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The address of this hop.
    pub url: Url,
    /// Request line and headers as sent, CRLF line ends, with the empty line.
    pub request_head: Vec<u8>,
    /// HTTP version of the response, such as `HTTP/1.1`.
    pub http_version: &'static str,
    /// Status code.
    pub status: u16,
    /// Response headers in order, names as received, values as received.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Body bytes with the transfer coding undone and the content coding as sent.
    pub body: Vec<u8>,
    /// Body with the content coding undone too; empty = same as `body`.
    pub decoded: Option<Vec<u8>>,
    /// Whether the body was cut, and why.
    pub truncated: Option<Truncation>,
    /// The address connected to.
    pub server: Option<SocketAddr>,
    /// DER certificates the server presented, leaf first; empty without TLS.
    pub tls_chain: Vec<Vec<u8>>,
    /// When the request was sent (UTC).
    pub started: DateTime<Utc>,
    /// When the last byte came (UTC).
    pub ended: DateTime<Utc>,
}

impl Exchange {
    /// The content to read: decoded body if any coding was undone, else the body itself.
    pub fn content(&self) -> &[u8] {
        self.decoded.as_deref().unwrap_or(&self.body)
    }

    /// The first header of this name (case-insensitive), as text, if it is printable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .and_then(|(_, v)| std::str::from_utf8(v).ok())
    }
}

/// Why a body was cut (the words of WARC-Truncated, WARC 1.1 section 5.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truncation {
    /// Longer than the limit.
    Length,
    /// Took longer than the limit.
    Time,
    /// The connection broke.
    Disconnect,
}

impl Truncation {
    /// The word of the WARC header.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Time => "time",
            Self::Disconnect => "disconnect",
        }
    }
}
