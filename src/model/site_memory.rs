//! What is remembered of sites and pages between runs, small enough for a million of them.

use super::certificate::CertificateFacts;
use super::sketch::Sketch;
use chrono::{DateTime, Utc};

/// Networks remembered of one site.
pub const MOST_NETWORKS: usize = 32;

/// What is remembered of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteMemory {
    /// The host.
    pub host: String,
    /// When it answered first.
    pub first_seen: DateTime<Utc>,
    /// When it answered last, to the hour.
    pub last_seen: DateTime<Utc>,
    /// The run that met it last.
    pub run: String,
    /// Its last certificate.
    pub certificate: Option<CertificateFacts>,
    /// Addresses it answered from, one of each network (/24 or /48), oldest first, at most [`MOST_NETWORKS`].
    pub addresses: Vec<String>,
}

/// What is remembered of a page: a start page, a landing page, or one that offers finance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastLook {
    /// The address asked for.
    pub url: String,
    /// The view it was asked from, as a word; empty where the list names none.
    pub vantage: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The run.
    pub run: String,
    /// The visit.
    pub visit: String,
    /// Record id of the response.
    pub record: String,
    /// HTTP status.
    pub status: u16,
    /// Final address.
    pub final_url: String,
    /// Title.
    pub title: String,
    /// Who runs it, where that was said.
    pub operator: String,
    /// Its text.
    pub sketch: Sketch,
    /// Whether it has vanished since; the fields above then are of its last good capture.
    pub gone: bool,
}
