//! The server's own log. Politeness is measured here, not in what the client says of itself.

use chrono::{DateTime, Utc};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longest request target or agent kept in an entry, in bytes.
const LONGEST_TEXT: usize = 512;

/// One request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// Since the server started, by a clock that never jumps.
    pub since_start: Duration,
    /// Wall time (UTC).
    pub at: DateTime<Utc>,
    /// The host that was asked.
    pub host: String,
    /// Method.
    pub method: String,
    /// Path and query as asked, cut at 512 bytes.
    pub target: String,
    /// The `User-Agent`, empty when none, cut at 512 bytes.
    pub agent: String,
    /// Status answered; 0 for connections that were broken on purpose.
    pub status: u16,
}

/// A bounded log: keeps the newest entries and counts all.
#[derive(Debug)]
pub struct AccessLog {
    started: Instant,
    capacity: usize,
    total: AtomicU64,
    entries: Mutex<VecDeque<AccessEntry>>,
}

impl AccessLog {
    /// An empty log that keeps at most `capacity` entries (0 = only counts).
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            started: Instant::now(),
            capacity,
            total: AtomicU64::new(0),
            entries: Mutex::new(VecDeque::new()),
        }
    }

    /// Requests since the start, kept or not.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// The kept entries, oldest first.
    pub fn entries(&self) -> Vec<AccessEntry> {
        self.lock().iter().cloned().collect()
    }

    /// The kept entries of one host, oldest first.
    pub fn of_host(&self, host: &str) -> Vec<AccessEntry> {
        self.lock()
            .iter()
            .filter(|e| e.host == host)
            .cloned()
            .collect()
    }

    /// The least time between the starts of two requests to `host`; `None` below two requests.
    pub fn least_interval(&self, host: &str) -> Option<Duration> {
        let entries = self.of_host(host);
        let later = entries.iter().skip(1);
        later
            .zip(&entries)
            .map(|(b, a)| b.since_start.saturating_sub(a.since_start))
            .min()
    }

    /// Writes one entry; the oldest gives way when the log is full.
    pub(super) fn record(&self, host: &str, asked: &Asked<'_>, status: u16) {
        self.total.fetch_add(1, Ordering::Relaxed);
        if self.capacity == 0 {
            return;
        }
        let mut entries = self.lock();
        if entries.len() >= self.capacity {
            entries.pop_front();
        }
        entries.push_back(AccessEntry {
            since_start: asked.came.saturating_duration_since(self.started),
            at: asked.at,
            host: host.to_owned(),
            method: asked.method.to_owned(),
            target: cut(asked.target),
            agent: cut(asked.agent),
            status,
        });
        // Two connections may lock in another order than they came.
        let mut last = entries.len() - 1;
        while last > 0 && entries[last - 1].since_start > entries[last].since_start {
            entries.swap(last - 1, last);
            last -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<AccessEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request, as far as the log needs it.
pub(super) struct Asked<'a> {
    /// When its head had been read.
    pub(super) came: Instant,
    /// The same by the wall clock.
    pub(super) at: DateTime<Utc>,
    /// Method.
    pub(super) method: &'a str,
    /// Path and query.
    pub(super) target: &'a str,
    /// User agent.
    pub(super) agent: &'a str,
}

fn cut(text: &str) -> String {
    text.get(..text.floor_char_boundary(LONGEST_TEXT))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(log: &AccessLog, host: &str, after: u64) {
        let asked = Asked {
            came: log.started + Duration::from_millis(after),
            at: Utc::now(),
            method: "GET",
            target: "/",
            agent: "t",
        };
        log.record(host, &asked, 200);
    }

    #[test]
    fn keeps_the_newest_and_counts_all() {
        let log = AccessLog::new(3);
        for n in 0..5 {
            record(&log, &format!("h{n}.test"), n * 10);
        }
        assert_eq!(log.total(), 5);
        let hosts: Vec<_> = log.entries().into_iter().map(|e| e.host).collect();
        assert_eq!(hosts, ["h2.test", "h3.test", "h4.test"]);
    }

    #[test]
    fn measures_the_least_interval_of_a_host_even_when_logged_out_of_order() {
        let log = AccessLog::new(10);
        for (host, after) in [("a", 0), ("b", 3), ("a", 150), ("a", 90), ("b", 400)] {
            record(&log, host, after);
        }
        assert_eq!(log.least_interval("a"), Some(Duration::from_millis(60)));
        assert_eq!(log.least_interval("c"), None);
    }

    #[test]
    fn capacity_zero_only_counts() {
        let log = AccessLog::new(0);
        record(&log, "a", 1);
        assert_eq!((log.total(), log.entries().len()), (1, 0));
    }
}
