//! What a run has spent on a seed so far, to be held against its budget.

use std::time::Duration;

/// Spent in this run on one seed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Pages fetched, and visits under way that were leased earlier.
    pub pages: u64,
    /// Bytes of bodies after decoding.
    pub bytes: u64,
    /// Time since the seed's first fetch.
    pub elapsed: Duration,
}
