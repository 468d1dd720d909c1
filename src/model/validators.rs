//! With what a page is asked for conditionally (RFC 9110 section 13).

/// The validators of an answer that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// For `If-None-Match`, as received.
    pub etag: Option<String>,
    /// For `If-Modified-Since`, as received.
    pub last_modified: Option<String>,
}
