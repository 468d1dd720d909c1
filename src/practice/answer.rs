//! What goes back for one request.

use bytes::Bytes;
use std::time::Duration;

/// An answer: first wait, then act.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// Wait before the first byte.
    pub(super) delay: Duration,
    /// What to do then.
    pub(super) act: Act,
}

impl Answer {
    /// An answer without delay.
    pub(super) fn now(reply: Reply) -> Self {
        Self {
            delay: Duration::ZERO,
            act: Act::Reply(reply),
        }
    }

    /// The status that the log shows; 0 for broken connections.
    pub(super) fn status(&self) -> u16 {
        match &self.act {
            Act::Reply(reply) | Act::Drip { reply, .. } | Act::Cut(reply) => reply.status,
            Act::Reset | Act::EndlessHeaders => 0,
        }
    }
}

/// What the server does with the connection.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// A proper response.
    Reply(Reply),
    /// A proper response whose body comes in small pieces.
    Drip {
        /// The response.
        reply: Reply,
        /// Bytes of a piece, at least 1.
        chunk: usize,
        /// Time between pieces.
        every: Duration,
    },
    /// A response that announces twice as many bytes as it sends, then the end of the connection.
    Cut(Reply),
    /// RST instead of a response.
    Reset,
    /// Header lines without end.
    EndlessHeaders,
}

/// A response.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// Status code.
    pub(super) status: u16,
    /// Headers, `Content-Type` among them; the length is the server's matter.
    pub(super) headers: Vec<(String, String)>,
    /// Body.
    pub(super) body: Bytes,
}

impl Reply {
    /// A response with one content type.
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }

    /// The answer to a request with this `If-None-Match`: 304 where it names the ETag (RFC 9110 section 13.1.2).
    pub(super) fn unless_known(self, if_none_match: Option<&str>) -> Self {
        let etag = self.headers.iter().find(|(name, _)| name == "ETag");
        let known = etag.zip(if_none_match).is_some_and(|((_, etag), asked)| {
            asked
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == etag)
        });
        if self.status != 200 || !known {
            return self;
        }
        let headers = self
            .headers
            .into_iter()
            .filter(|(name, _)| name != "Content-Type");
        Self {
            status: 304,
            headers: headers.collect(),
            body: Bytes::new(),
        }
    }

    /// A short UTF-8 page for an error status.
    pub(super) fn error(status: u16, words: &str) -> Self {
        let body = format!("<!DOCTYPE html><html><body><h1>{status}</h1>{words}</body></html>");
        Self::new(status, "text/html; charset=utf-8", body)
    }
}
