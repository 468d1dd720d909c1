//! The referral list (线索移送): what is suspected, for departments. It may hold what nobody has determined, so nothing makes
//! a zone, a hosts file or any other form of it on which a machine would act.

use super::header::ListHeader;
use super::id;
use super::status::{EntryState, EntryStatus};
use super::target::TakedownTarget;
use chrono::{DateTime, Utc};

/// A suspected target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralEntry {
    /// What it is about.
    pub target: TakedownTarget,
    /// Number of the case.
    pub case_no: String,
    /// To which department it is referred, in Chinese.
    pub department: String,
    /// Identifiers of the rules that seem broken.
    pub rules: Vec<String>,
    /// The sealed item that shows it.
    pub evidence: String,
    /// SHA-256 of its package.
    pub evidence_sha256: String,
    /// What it says, word for word.
    pub quote: String,
    /// ICP filing number; empty when none is shown.
    pub icp: String,
    /// Seen first.
    pub first_seen: DateTime<Utc>,
    /// Seen last.
    pub last_verified: DateTime<Utc>,
    /// Where it stands.
    pub status: EntryStatus,
}

impl ReferralEntry {
    /// `tr-` is a handover; these are `rf-` and 20 characters of base32 over target and case.
    pub fn id(&self) -> String {
        id::of(
            "rf",
            &[
                self.target.kind().code(),
                self.target.value(),
                &self.case_no,
            ],
        )
    }

    /// Whether it still stands.
    pub fn is_active(&self) -> bool {
        self.status.state == EntryState::Active
    }
}

/// One issue of the referral list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralList {
    header: ListHeader,
    entries: Vec<ReferralEntry>,
}

impl ReferralList {
    /// An issue with these entries, sorted by their identifiers.
    pub fn new(header: ListHeader, mut entries: Vec<ReferralEntry>) -> Self {
        entries.sort_by_cached_key(ReferralEntry::id);
        Self { header, entries }
    }

    /// The head.
    pub fn header(&self) -> &ListHeader {
        &self.header
    }

    /// The entries by their identifiers.
    pub fn entries(&self) -> &[ReferralEntry] {
        &self.entries
    }
}
