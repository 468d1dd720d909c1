//! How a visit ended, as the frontier remembers it.

use super::skip::SkipReason;

/// The end of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisitEnd {
    /// An answer came and was judged.
    Done {
        /// HTTP status of the last hop.
        status: u16,
        /// Bytes of the decoded body.
        bytes: u64,
        /// Whether the page's verdict is a finding.
        finding: bool,
        /// The sealed item, when there is one.
        evidence_id: Option<String>,
    },
    /// Not fetched, or nothing that could be judged, for good in this run.
    Skipped(SkipReason),
}
