//! How a frontier is set up.

use crate::model::politeness::politeness_group;
use crate::model::target::Target;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Tells the politeness group of a target. It must give the same answer for the same target within a run.
pub type Grouping = Arc<dyn Fn(&Target) -> String + Send + Sync>;

/// Settings of a frontier.
#[derive(Clone)]
pub struct FrontierOptions {
    /// How targets are put into politeness groups; by default [`politeness_group`] of the address.
    pub grouping: Grouping,
    /// Visits tried before a target ends as skipped, at least 1.
    pub max_attempts: u8,
    /// How long a lease is good for.
    pub lease_time: Duration,
    /// Leases of one group at once, where nothing else is set; at least 1.
    pub concurrency: u16,
    /// Rows kept of refused links per kind of skip and seed.
    pub kept_refusals: u32,
    /// Ended runs kept when a new one begins.
    pub kept_runs: usize,
    /// Size of the database's page cache, in bytes as stored; in memory its pages take about twice that. With a million
    /// targets 16 MB are as fast as 64 MB and take 110 MB less (`benches/frontier.rs`): the system's cache serves as well.
    pub cache_bytes: u64,
    /// How long opening may take, on top of which comes one second per 20 MB of database, before it is taken for damaged.
    pub open_timeout: Duration,
}

impl Default for FrontierOptions {
    fn default() -> Self {
        Self {
            grouping: Arc::new(|target| politeness_group(&target.url)),
            max_attempts: 3,
            lease_time: Duration::from_secs(15 * 60),
            concurrency: 1,
            kept_refusals: 1000,
            kept_runs: 3,
            cache_bytes: 16 << 20,
            open_timeout: Duration::from_secs(120),
        }
    }
}

impl fmt::Debug for FrontierOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrontierOptions")
            .field("max_attempts", &self.max_attempts)
            .field("lease_time", &self.lease_time)
            .field("concurrency", &self.concurrency)
            .field("kept_refusals", &self.kept_refusals)
            .field("kept_runs", &self.kept_runs)
            .field("cache_bytes", &self.cache_bytes)
            .field("open_timeout", &self.open_timeout)
            .finish_non_exhaustive()
    }
}
