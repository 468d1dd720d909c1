//! The right to visit one target for a while.

use super::run::RunId;
use crate::model::address::VisitKey;
use crate::model::target::Target;
use chrono::{DateTime, Utc};

/// A leased target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The run it belongs to.
    pub run: RunId,
    /// What to visit.
    pub target: Target,
    /// Its identity.
    pub key: VisitKey,
    /// Its politeness group.
    pub group: String,
    /// Which attempt this is, from 1.
    pub attempt: u8,
    /// Grows with every lease; a holder whose number is no longer known may not write.
    pub fence: u64,
    /// From this moment on the target may be leased to another.
    pub expires: DateTime<Utc>,
}
