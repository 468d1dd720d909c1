//! What a run did, in figures.

use crate::storage::frontier::stats::FrontierStats;
use std::collections::BTreeMap;
use std::time::Duration;

/// The end of a patrol, or of a part of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunSummary {
    /// The run.
    pub run: String,
    /// Whether every target was visited or skipped for good.
    pub complete: bool,
    /// Why it stopped when it is not complete.
    pub stopped: Option<String>,
    /// Whether it resumed an earlier part.
    pub resumed: bool,
    /// Captures of a killed part that were settled from the archive, without fetching.
    pub recovered: u64,
    /// Pages that answered, in the whole run.
    pub pages: u64,
    /// Pages that answered, in this part.
    pub pages_now: u64,
    /// Pages with a finding, in the whole run.
    pub findings: u64,
    /// Bytes of decoded bodies, in the whole run.
    pub bytes: u64,
    /// Targets still queued.
    pub pending: u64,
    /// Targets and links not visited, by code of the reason, in the whole run.
    pub skipped: BTreeMap<String, u64>,
    /// Links, in this part, to pages that are known from earlier runs and not due yet.
    pub not_due: u64,
    /// Pages by HTTP status, in this part.
    pub statuses: BTreeMap<u16, u64>,
    /// Pages by charset, in this part.
    pub charsets: BTreeMap<String, u64>,
    /// New signals about sites and pages, by code, in this part; no findings.
    pub signals: BTreeMap<&'static str, u64>,
    /// Pages looked at from another vantage, by what the comparison says, in this part.
    pub looks: BTreeMap<&'static str, u64>,
    /// Time of this part.
    pub elapsed: Duration,
}

impl RunSummary {
    /// Takes over the whole run's figures.
    pub(super) fn take(&mut self, stats: &FrontierStats) {
        self.pages = stats.done;
        self.findings = stats.findings;
        self.bytes = stats.body_bytes;
        self.pending = stats.pending + stats.leased;
        self.skipped.clear();
        for (code, count) in stats.skipped.iter().chain(&stats.refused) {
            *self.skipped.entry((*code).to_owned()).or_default() += count;
        }
        self.complete = self.pending == 0;
    }

    /// One line for the journal.
    pub fn line(&self) -> String {
        let skipped: u64 = self.skipped.values().sum();
        format!(
            "pages {}, findings {}, skipped {skipped}, queued {}, bytes {}",
            self.pages, self.findings, self.pending, self.bytes
        )
    }
}
