//! What a patrol tells the frontier, and what it hears back.

use crate::model::host_memory::HostMemory;
use crate::model::skip::SkipReason;
use crate::model::target::Target;
use crate::model::visit::VisitEnd;
use chrono::{DateTime, Utc};

/// All that came of a visit.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitReport {
    /// How it ended.
    pub end: VisitEnd,
    /// Admitted links, to be queued where new.
    pub discovered: Vec<Target>,
    /// Links that were not admitted.
    pub refused: Vec<Refusal>,
    /// What is now known of the group; `None` when the host was not contacted.
    pub memory: Option<HostMemory>,
    /// When the group may be asked again. Never shortens what stands.
    pub ready_at: Option<DateTime<Utc>>,
}

/// A link that was not admitted, or a target that ended without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The address as met (cut at 2,048 bytes when kept).
    pub url: String,
    /// The seed in whose patrol it was met.
    pub seed_id: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why a visit is put off.
#[derive(Debug, Clone, PartialEq)]
pub struct Postponement {
    /// Until when.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: SkipReason,
    /// What is now known of the group.
    pub memory: Option<HostMemory>,
}

/// What became of offered targets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    /// Queued.
    pub new: u64,
    /// Known before, or twice in the offer.
    pub duplicate: u64,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// The visit is ended now.
    Now(Added),
    /// It had ended before; nothing was changed.
    Before,
}

/// What became of a postponed visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Postponed {
    /// It will be leased again.
    Later,
    /// That was the last attempt; the visit ended as skipped.
    GivenUp,
}
