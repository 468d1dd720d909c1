//! How the library tells what it is doing without printing.

use super::note::Note;
use super::skip::SkipReason;

/// Something worth telling while a long work is under way.
#[derive(Debug, Clone)]
pub enum Event {
    /// A page was fetched (or failed) and its visit is finished.
    Visited {
        /// The final address of the page.
        url: String,
        /// HTTP status of the last hop, 0 when no answer came.
        status: u16,
        /// Bytes of the (decoded) body.
        bytes: u64,
        /// Whether the page's verdict is a finding.
        finding: bool,
    },
    /// A target was not fetched, and why.
    Skipped {
        /// The target's address.
        url: String,
        /// Why.
        reason: SkipReason,
    },
    /// Politeness groups that have targets and wait for their time.
    Waiting {
        /// Number of groups.
        groups: u64,
    },
    /// An evidence item was sealed.
    Sealed {
        /// Its identifier.
        evidence_id: String,
    },
    /// A long work has done `done` of `total` units (`total` 0 = unknown).
    Progress {
        /// What is counted, in English, such as `items verified`.
        what: &'static str,
        /// Units done.
        done: u64,
        /// Units in all, 0 when unknown.
        total: u64,
    },
    /// An order to see an address again was carried out.
    Rechecked,
    /// Non-fatal trouble.
    Noted(Note),
}

/// Receives events; members are the terminal, nothing, and a recorder for tests.
pub trait Monitor: Send + Sync {
    /// Takes one event. Must not block for long and must not panic.
    fn event(&self, event: Event);
}

/// The monitor that ignores everything.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Monitor for Silent {
    fn event(&self, _event: Event) {}
}
