//! Figures of a run.

use crate::model::visit::VisitEnd;
use crate::wire::frontier::{CountersRow, SKIP_CODES, SKIP_KINDS};
use std::collections::BTreeMap;

/// The figures of a run, exact at any moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontierStats {
    /// Targets queued or put off, not under way.
    pub pending: u64,
    /// Targets under way.
    pub leased: u64,
    /// Visits that ended with an answer.
    pub done: u64,
    /// Of them, with a finding.
    pub findings: u64,
    /// Bytes of their decoded bodies.
    pub body_bytes: u64,
    /// Targets offered again.
    pub duplicates: u64,
    /// Visits put off, attempts in all.
    pub postponed: u64,
    /// Targets that ended without an answer, by code of the reason; zeros left out.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Links that were never admitted, by code of the reason; zeros left out.
    pub refused: BTreeMap<&'static str, u64>,
    /// Politeness groups with targets queued or under way.
    pub groups: u64,
    /// Of them, those whose time had not come at the last lease.
    pub groups_waiting: u64,
    /// Bytes on disk, all runs together.
    pub disk_bytes: u64,
}

impl FrontierStats {
    /// The figures that a run's counters tell; what is in memory comes on top.
    pub fn of(counters: &CountersRow, leased: u64) -> Self {
        Self {
            pending: counters.open.saturating_sub(leased),
            leased,
            done: counters.done,
            findings: counters.findings,
            body_bytes: counters.body_bytes,
            duplicates: counters.duplicates,
            postponed: counters.postponed,
            skipped: by_code(&counters.skipped),
            refused: by_code(&counters.refused),
            ..Self::default()
        }
    }

    /// Targets and links not visited for this reason.
    pub fn skips(&self, code: &str) -> u64 {
        self.skipped.get(code).unwrap_or(&0) + self.refused.get(code).unwrap_or(&0)
    }

    /// Targets that ended because the host failed us: no answer, no robots.txt, or told to wait too often.
    pub fn failures(&self) -> u64 {
        ["failed", "robots-unreachable", "throttled"]
            .iter()
            .filter_map(|code| self.skipped.get(code))
            .sum()
    }

    /// Targets met in all.
    pub fn known(&self) -> u64 {
        self.pending + self.leased + self.done + self.skipped.values().sum::<u64>()
    }
}

fn by_code(counts: &[u64; SKIP_KINDS]) -> BTreeMap<&'static str, u64> {
    SKIP_CODES
        .into_iter()
        .zip(*counts)
        .filter(|(_, n)| *n > 0)
        .collect()
}

/// What is known of one address of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlState {
    /// Queued, put off or under way.
    Pending,
    /// Ended.
    Ended(VisitEnd),
}
