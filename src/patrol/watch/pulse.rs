//! How the watch is: counted from what the runs tell, written to the health file every few seconds.

use crate::model::monitor::{Event, Monitor};
use crate::program::figures::own_figures;
use crate::storage::error::StorageError;
use crate::storage::watch::write_health;
use crate::wire::watch::{HEALTH_FORMAT, Health, LastError, LastRun, WatchCounters, WatchPhase};
use chrono::{DateTime, TimeDelta, Utc};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Without any event for so long a run is stuck: longer than any wait that a host can ask for within a run.
const STUCK: TimeDelta = TimeDelta::minutes(30);
/// So many runs that failed one after the other are no accident.
const FAILURES: u64 = 3;

/// The watch's pulse; the monitor of its runs.
pub struct Pulse {
    root: PathBuf,
    every: Duration,
    health: Mutex<Health>,
}

impl Pulse {
    /// A watch that begins now.
    pub fn new(root: &Path, list: &str, every: Duration) -> Self {
        let now = Utc::now();
        Self {
            root: root.to_owned(),
            every,
            health: Mutex::new(Health {
                format: HEALTH_FORMAT.to_owned(),
                written: now,
                every_seconds: every.as_secs().max(1),
                process: std::process::id(),
                started: now,
                list: list.to_owned(),
                phase: WatchPhase::Waiting,
                since: now,
                progress: now,
                next_due: None,
                counters: WatchCounters::default(),
                last_run: None,
                failures_in_a_row: 0,
                last_error: None,
                figures: own_figures().into(),
            }),
        }
    }

    fn locked(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it is.
    pub fn health(&self) -> Health {
        self.locked().clone()
    }

    /// Writes the health file for ever, until aborted.
    pub async fn beat(self: Arc<Self>) {
        let mut failed = false;
        loop {
            tokio::time::sleep(self.every).await;
            let pulse = Arc::clone(&self);
            let written = tokio::task::spawn_blocking(move || pulse.write()).await;
            let fault = match written {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(fault) = fault.as_ref().filter(|_| !failed) {
                tracing::warn!("the health file cannot be written: {fault}");
            }
            failed = fault.is_some();
        }
    }

    /// Writes the health file.
    pub fn write(&self) -> Result<(), StorageError> {
        let figures = own_figures().into();
        let health = {
            let mut health = self.locked();
            health.written = Utc::now();
            health.figures = figures;
            health.clone()
        };
        write_health(&self.root, &health)
    }

    /// What it is doing now.
    pub fn phase(&self, phase: WatchPhase) {
        let mut health = self.locked();
        if health.phase != phase {
            health.phase = phase;
            health.since = Utc::now();
        }
        health.progress = Utc::now();
    }

    /// When something is due next.
    pub fn next_due(&self, at: Option<DateTime<Utc>>) {
        self.locked().next_due = at;
    }

    /// A run begins.
    pub fn begin(&self, made_up: bool) {
        self.phase(WatchPhase::Running);
        self.locked().counters.made_up += u64::from(made_up);
    }

    /// A run ended.
    pub fn ended(&self, run: LastRun) {
        let mut health = self.locked();
        health.counters.runs += 1;
        health.last_run = Some(run);
        health.failures_in_a_row = 0;
    }

    /// A run failed.
    pub fn failed(&self, message: &str) {
        self.note(message);
        self.locked().failures_in_a_row += 1;
    }

    /// Something went wrong that ends nothing.
    pub fn trouble(&self, message: &str) {
        tracing::warn!("{message}");
        self.note(message);
    }

    fn note(&self, message: &str) {
        self.locked().last_error = Some(LastError {
            at: Utc::now(),
            message: message.chars().take(500).collect(),
        });
    }
}

impl Monitor for Pulse {
    fn event(&self, event: Event) {
        let mut health = self.locked();
        health.progress = Utc::now();
        let counters = &mut health.counters;
        match event {
            Event::Visited {
                status,
                bytes,
                finding,
                ..
            } => {
                counters.pages += 1;
                counters.unchanged += u64::from(status == 304);
                counters.findings += u64::from(finding);
                counters.bytes += bytes;
            }
            Event::Skipped { .. } => counters.skipped += 1,
            Event::Sealed { .. } => counters.sealed += 1,
            Event::Rechecked => counters.rechecks += 1,
            Event::Waiting { .. } | Event::Progress { .. } => {}
            Event::Noted(note) => {
                drop(health);
                tracing::warn!(code = note.code, "{}", note.message);
            }
        }
    }
}

/// What is wrong with a watch by its health file at `now`; empty when nothing is. `held` says whether a process has the
/// watch's lock, `oldest` how old the file may be (by default three times as old as it is written, and 30 s).
pub fn faults(
    health: &Health,
    held: bool,
    oldest: Option<Duration>,
    now: DateTime<Utc>,
) -> Vec<String> {
    let mut faults = Vec::new();
    if health.phase == WatchPhase::Stopped && !held {
        faults.push("it was stopped".to_owned());
        return faults;
    }
    if !held {
        faults.push(format!(
            "process {} is gone without a clean end",
            health.process
        ));
    }
    let usual = Duration::from_secs(health.every_seconds.saturating_mul(3).saturating_add(30));
    let age = now - health.written;
    if age.to_std().is_ok_and(|age| age > oldest.unwrap_or(usual)) {
        faults.push(format!(
            "nothing was heard of it for {} s",
            age.num_seconds()
        ));
    }
    let quiet = now - health.progress;
    if health.phase == WatchPhase::Running && quiet > STUCK {
        faults.push(format!(
            "its run has not come on for {} min",
            quiet.num_minutes()
        ));
    }
    if health.failures_in_a_row >= FAILURES {
        let last = health
            .last_error
            .as_ref()
            .map_or("", |e| e.message.as_str());
        faults.push(format!(
            "{} runs failed one after the other, the last one: {last}",
            health.failures_in_a_row
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_watch_unhealthy() {
        let folder = tempfile::tempdir().unwrap();
        let pulse = Pulse::new(folder.path(), "x.toml", Duration::from_secs(10));
        let now = Utc::now();
        let health = pulse.health();
        let wrong = |health: &Health, held, age: i64| {
            faults(health, held, None, now + TimeDelta::seconds(age)).join("; ")
        };
        assert_eq!(wrong(&health, true, 59), "");
        assert!(wrong(&health, true, 62).contains("nothing was heard"));
        assert!(wrong(&health, false, 1).contains("gone without a clean end"));
        let mut stopped = health.clone();
        stopped.phase = WatchPhase::Stopped;
        assert_eq!(wrong(&stopped, false, 1_000), "it was stopped");
        let mut stuck = health.clone();
        stuck.phase = WatchPhase::Running;
        stuck.progress = now - TimeDelta::minutes(31);
        assert!(wrong(&stuck, true, 1).contains("has not come on"));
        for _ in 0..3 {
            pulse.failed("the disk is full");
        }
        assert!(wrong(&pulse.health(), true, 1).contains("the disk is full"));
        let short = faults(
            &health,
            true,
            Some(Duration::from_secs(5)),
            now + TimeDelta::seconds(6),
        );
        assert_eq!(short.len(), 1);
    }
}
