//! Which addresses a run still has to visit, and when each politeness group may be asked again.
//!
//! [`Frontier`] speaks in the patrol's own verbs, so that each member can use its engine's strengths: the embedded
//! member ([`embedded::SledFrontier`]) keeps everything in one sled database, the in-memory one
//! ([`memory::MemoryFrontier`]) is the plain statement of what they all must do, and a shared one for many workers fits
//! behind the same verbs (leases carry an expiry and a fence for it).
//!
//! Promises, the same for every member:
//! - An address is taken once per run ([`crate::model::address::VisitKey`]).
//! - A queued target stays until its visit ends; a lease is only a mark beside it, so an interrupted run loses nothing.
//! - Groups take turns: of the groups that are ready and below their concurrency, the one served longest ago is next
//!   (never served first; then by number). Within a group the highest priority is next, then the order of arrival.
//! - [`Frontier::finish`] is one atomic step and may be repeated: the second time changes nothing.
//! - Counters are exact and cost nothing to read.
//!
//! What is not promised: the last half second of writes survives a killed process only after [`Frontier::flush`]. The
//! archive is the truth: captures found in it whose visits have not ended ([`Frontier::unfinished`]) are taken up again
//! with [`Frontier::lease_archived`], in the archive's order, without fetching.

pub mod embedded;
pub mod error;
pub mod lease;
pub mod memory;
pub mod options;
pub mod report;
pub mod run;
pub mod stats;

use crate::model::address::VisitKey;
use crate::model::host_memory::HostMemory;
use crate::model::spent::Spent;
use crate::model::target::Target;
use chrono::{DateTime, Utc};
use error::FrontierError;
use lease::Lease;
use report::{Added, Finished, Postponed, Postponement, Refusal, VisitReport};
use run::{Run, RunId};
use stats::{FrontierStats, UrlState};

/// Skips of a run, one by one.
pub type Skips<'a> = Box<dyn Iterator<Item = Result<Refusal, FrontierError>> + 'a>;

/// The frontier of runs. All calls are short and blocking; one member serves any number of threads.
///
/// One run is under way at a time: the one that [`begin_run`](Self::begin_run), [`open_run`](Self::open_run) or
/// [`restore_run`](Self::restore_run) named last. Calls that write take only that one; calls that read take any run.
pub trait Frontier: Send + Sync {
    /// Begins a run of the patrol list with this SHA-256 and makes it the one under way. Old ended runs are dropped.
    fn begin_run(&self, list_digest: &[u8; 32], now: DateTime<Utc>) -> Result<Run, FrontierError>;

    /// Takes up the newest unfinished run of the same list, if there is one; leases of before are void.
    fn open_run(&self, list_digest: &[u8; 32]) -> Result<Option<Run>, FrontierError>;

    /// Begins an empty run under a known identity, to be rebuilt from the archive after the frontier was lost.
    fn restore_run(&self, run: &Run) -> Result<(), FrontierError>;

    /// Marks a run as ended; nothing can be leased from it any more.
    fn end_run(&self, run: RunId, now: DateTime<Utc>) -> Result<(), FrontierError>;

    /// The runs still kept, oldest first.
    fn runs(&self) -> Result<Vec<Run>, FrontierError>;

    /// Queues targets that the run has not met before.
    fn add(&self, run: RunId, targets: &[Target]) -> Result<Added, FrontierError>;

    /// Leases up to `max` targets whose groups are ready at `now`.
    fn lease(
        &self,
        run: RunId,
        now: DateTime<Utc>,
        max: usize,
    ) -> Result<Vec<Lease>, FrontierError>;

    /// Leases one queued target whose capture is already in the archive, without regard to the group's pace, since
    /// nothing will be fetched. `None` when the address is unknown, ended or leased.
    fn lease_archived(
        &self,
        run: RunId,
        key: VisitKey,
        now: DateTime<Utc>,
    ) -> Result<Option<Lease>, FrontierError>;

    /// Ends a visit with all that came of it, atomically.
    fn finish(
        &self,
        run: RunId,
        lease: &Lease,
        report: &VisitReport,
        now: DateTime<Utc>,
    ) -> Result<Finished, FrontierError>;

    /// Puts a visit off; after the last allowed attempt it ends as skipped with the reason.
    /// When the host asked to wait ([`crate::model::skip::SkipReason::Throttled`]), its whole group waits until then.
    fn postpone(
        &self,
        run: RunId,
        lease: &Lease,
        why: &Postponement,
        now: DateTime<Utc>,
    ) -> Result<Postponed, FrontierError>;

    /// Gives a lease back unused, as if it had not been taken.
    fn release(&self, run: RunId, lease: &Lease, now: DateTime<Utc>) -> Result<(), FrontierError>;

    /// Records links that were refused outside of a visit (start addresses, mostly). Within a visit they belong into
    /// [`VisitReport::refused`], where a repeated visit cannot count them twice.
    fn record_skips(&self, run: RunId, refused: &[Refusal]) -> Result<(), FrontierError>;

    /// When to ask for leases again: `now` when something is ready, later when all wait, `None` when only the end of a
    /// visit under way can bring more, or nothing is left.
    fn next_ready(
        &self,
        run: RunId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, FrontierError>;

    /// The run's figures.
    fn stats(&self, run: RunId) -> Result<FrontierStats, FrontierError>;

    /// What the run has spent on a seed; visits under way whose fences are under `before` count as pages, so that of
    /// several visits at once each is held against those that were leased earlier. Time counts from the seed's first lease and
    /// stands still while no patrol is running.
    fn spent(
        &self,
        run: RunId,
        seed_id: &str,
        before: u64,
        now: DateTime<Utc>,
    ) -> Result<Spent, FrontierError>;

    /// What is known of an address; `None` when the run has not met it.
    fn state(&self, run: RunId, key: VisitKey) -> Result<Option<UrlState>, FrontierError>;

    /// Skips with their reasons, grouped by kind and seed; of one kind (a [`crate::model::skip::SkipReason::code`]) or all. Of links that
    /// never became targets only the first [`options::FrontierOptions::kept_refusals`] per kind and seed are kept as
    /// rows; the counters in [`FrontierStats`] know them all.
    fn skips(
        &self,
        run: RunId,
        code: Option<&str>,
        limit: usize,
    ) -> Result<Skips<'_>, FrontierError>;

    /// What is remembered of a politeness group, across runs.
    fn host_memory(&self, group: &str) -> Result<Option<HostMemory>, FrontierError>;

    /// Sets how many leases of a group may be out at once (at least 1). Not kept over a restart.
    fn set_group_limits(&self, group: &str, concurrency: u16) -> Result<(), FrontierError>;

    /// Which of these visits have not ended, in the given order; unknown addresses among them.
    fn unfinished(&self, run: RunId, keys: &[VisitKey]) -> Result<Vec<VisitKey>, FrontierError>;

    /// Brings all writes to the disk.
    fn flush(&self) -> Result<(), FrontierError>;
}
