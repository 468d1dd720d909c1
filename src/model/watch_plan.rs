//! How a list is patrolled by itself: when, in whose time, how often each page is seen again.

use super::revisit::RevisitBounds;
use super::schedule::{BEIJING, QuietHours, Schedule};
use chrono::FixedOffset;
use std::collections::BTreeMap;

/// The plan of `patrol watch`.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchPlan {
    /// When the seeds without a schedule of their own are patrolled; `None` = only those with one.
    pub schedule: Option<Schedule>,
    /// Schedules of single seeds, by id.
    pub own: BTreeMap<String, Schedule>,
    /// The time in which schedules and quiet hours are meant.
    pub zone: FixedOffset,
    /// Hours in which nothing is visited.
    pub quiet: Option<QuietHours>,
    /// How far apart two visits of a page may lie.
    pub revisit: RevisitBounds,
    /// Whether sitemaps are read.
    pub sitemaps: bool,
}

impl Default for WatchPlan {
    fn default() -> Self {
        Self {
            schedule: None,
            own: BTreeMap::new(),
            zone: BEIJING,
            quiet: None,
            revisit: RevisitBounds::default(),
            sitemaps: true,
        }
    }
}
