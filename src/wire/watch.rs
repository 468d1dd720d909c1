//! What `patrol watch` keeps beside the evidence: how far each schedule has come, and how it is. Neither is evidence.

use super::moment;
use crate::model::process_figures::ProcessFigures;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name and version of the state.
pub const WATCH_FORMAT: &str = "wangxun-watch/1";
/// Name and version of the health file.
pub const HEALTH_FORMAT: &str = "wangxun-health/1";

/// How far each schedule has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchState {
    /// [`WATCH_FORMAT`].
    pub format: String,
    /// By the id of the seed, empty for the list's own schedule.
    pub schedules: BTreeMap<String, Accounted>,
    /// The run that was begun and has not ended; it is taken up first.
    pub begun: Option<BegunRun>,
}

impl Default for WatchState {
    fn default() -> Self {
        Self {
            format: WATCH_FORMAT.to_owned(),
            schedules: BTreeMap::new(),
            begun: None,
        }
    }
}

/// A moment up to which everything that was due has been done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounted {
    /// The schedule; another text begins anew.
    pub schedule: String,
    /// The moment.
    #[serde(with = "moment")]
    pub until: DateTime<Utc>,
}

/// A run that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BegunRun {
    /// When.
    #[serde(with = "moment")]
    pub at: DateTime<Utc>,
    /// Its seeds.
    pub seeds: Vec<String>,
    /// Whether only addresses on order are visited.
    #[serde(default)]
    pub orders_only: bool,
}

/// What the watch is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatchPhase {
    /// Nothing is due.
    Waiting,
    /// A run is under way.
    Running,
    /// A run is due, but another command holds the home.
    HomeInUse,
    /// Quiet hours.
    Quiet,
    /// It was asked to stop and ends what is under way.
    Stopping,
    /// It has ended cleanly.
    Stopped,
}

impl WatchPhase {
    /// The word in Chinese.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "等待下一次巡查",
            Self::Running => "正在巡查",
            Self::HomeInUse => "到期,等待其他命令释放数据目录",
            Self::Quiet => "静默时段",
            Self::Stopping => "正在停止",
            Self::Stopped => "已停止",
        }
    }
}

/// How the watch is, written every few seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// [`HEALTH_FORMAT`].
    pub format: String,
    /// When this was written.
    #[serde(with = "moment")]
    pub written: DateTime<Utc>,
    /// It is written at least so often, in seconds.
    pub every_seconds: u64,
    /// The process.
    pub process: u32,
    /// When it started.
    #[serde(with = "moment")]
    pub started: DateTime<Utc>,
    /// The list as it was named.
    pub list: String,
    /// What it is doing.
    pub phase: WatchPhase,
    /// Since when.
    #[serde(with = "moment")]
    pub since: DateTime<Utc>,
    /// When something last happened in the run under way.
    #[serde(with = "moment")]
    pub progress: DateTime<Utc>,
    /// When the next run is due.
    #[serde(with = "moment::option")]
    pub next_due: Option<DateTime<Utc>>,
    /// Figures since it started.
    pub counters: WatchCounters,
    /// The last run.
    pub last_run: Option<LastRun>,
    /// Runs that failed, one after the other, up to now.
    pub failures_in_a_row: u64,
    /// The last trouble that ended a run.
    pub last_error: Option<LastError>,
    /// The process, as the kernel accounts for it.
    pub figures: StoredFigures,
}

/// Figures since the watch started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchCounters {
    /// Runs ended.
    pub runs: u64,
    /// Of these made up, because they were missed.
    pub made_up: u64,
    /// Pages that answered.
    pub pages: u64,
    /// Of these with the answer that they are unchanged (304).
    pub unchanged: u64,
    /// Pages with a finding.
    pub findings: u64,
    /// Targets not visited.
    pub skipped: u64,
    /// Items sealed.
    pub sealed: u64,
    /// Rechecks on order carried out.
    pub rechecks: u64,
    /// Bytes of bodies.
    pub bytes: u64,
}

/// The last run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// Its name.
    pub run: String,
    /// When it ended.
    #[serde(with = "moment")]
    pub ended: DateTime<Utc>,
    /// Whether it came to its end.
    pub complete: bool,
    /// What it did, in one line.
    pub line: String,
}

/// A trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    /// When.
    #[serde(with = "moment")]
    pub at: DateTime<Utc>,
    /// What.
    pub message: String,
}

/// A process, as the kernel accounts for it; zeros where there is no `/proc`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFigures {
    /// Resident memory, bytes.
    pub memory_bytes: u64,
    /// Threads.
    pub threads: u64,
    /// Open file descriptors.
    pub handles: u64,
    /// Child processes that have ended and were not waited for.
    pub zombies: u64,
}

impl From<ProcessFigures> for StoredFigures {
    fn from(figures: ProcessFigures) -> Self {
        Self {
            memory_bytes: figures.memory_bytes,
            threads: figures.threads,
            handles: figures.handles,
            zombies: figures.zombies,
        }
    }
}
