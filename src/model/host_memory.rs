//! What is remembered of a politeness group across visits and restarts.

use chrono::{DateTime, Utc};
use std::time::Duration;

/// Memory of one politeness group: rate, back-off and robots.txt copies. The frontier keeps it, the fetch room
/// fills it, so that a restart forgets nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HostMemory {
    /// The politeness group: a registrable domain, or an address where the list says that sites share one.
    pub group: String,
    /// No request before this moment (Retry-After, back-off, crawl delay).
    pub not_before: Option<DateTime<Utc>>,
    /// Present least time between requests, after adaptation; zero = the seed's own pace.
    pub interval: Duration,
    /// Failures and refusals (429, 503, time-outs) in a row.
    pub failures: u32,
    /// robots.txt as last fetched, per origin.
    pub robots: Vec<RobotsCopy>,
}

/// robots.txt of one origin as last fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsCopy {
    /// Scheme, host and port, such as `https://www.example.test`.
    pub origin: String,
    /// Status of the last hop; 0 when it could not be had.
    pub status: u16,
    /// When it was fetched (UTC). A copy is used for at most 24 hours (RFC 9309 section 2.4).
    pub fetched: DateTime<Utc>,
    /// The first 500 KiB of the body (RFC 9309 section 2.5); of a file that could not be had, why, in English.
    pub body: Vec<u8>,
}
