//! What the run under way spent on each seed. Seeds stand in rows by their number.

use super::keys;
use crate::model::spent::Spent;
use crate::storage::frontier::error::FrontierError;
use crate::wire::frontier::SeedRow;
use chrono::{DateTime, Utc};
use sled::Tree;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// The seeds of a run by number, which is the order of their first target.
#[derive(Debug, Default)]
pub(super) struct Seeds {
    states: Vec<SeedState>,
    numbers: HashMap<String, u32>,
}

/// One seed.
#[derive(Debug)]
pub(super) struct SeedState {
    /// As saved, or as to be saved with the next write that names it.
    pub(super) row: SeedRow,
    /// Whether the row is on disk.
    pub(super) saved: bool,
    /// Fences of the leases that are out.
    under_way: BTreeSet<u64>,
    /// Time under patrol before this process took up the run.
    before: Duration,
    /// First lease of this process.
    since: Option<DateTime<Utc>>,
}

impl Seeds {
    /// Reads the seeds of a run.
    pub(super) fn load(tree: &Tree) -> Result<Self, FrontierError> {
        let mut seeds = Self::default();
        for row in tree.scan_prefix(keys::SEEDS) {
            let row = SeedRow::decode(&row?.1)?;
            seeds.push(row, true)?;
        }
        Ok(seeds)
    }

    fn push(&mut self, row: SeedRow, saved: bool) -> Result<u32, FrontierError> {
        let number = u32::try_from(self.states.len());
        let number = number.map_err(|_| FrontierError::TooMany { what: "seeds" })?;
        self.numbers.insert(row.id.clone(), number);
        self.states.push(SeedState {
            before: row.elapsed,
            row,
            saved,
            under_way: BTreeSet::new(),
            since: None,
        });
        Ok(number)
    }

    /// The number of a seed, given now if it has none.
    pub(super) fn intern(&mut self, id: &str) -> Result<u32, FrontierError> {
        if let Some(number) = self.numbers.get(id) {
            return Ok(*number);
        }
        let row = SeedRow {
            id: id.to_owned(),
            ..SeedRow::default()
        };
        self.push(row, false)
    }

    /// A seed by number.
    pub(super) fn get(&self, number: u32) -> Option<&SeedState> {
        self.states.get(usize::try_from(number).ok()?)
    }

    /// A seed by number, to be changed.
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut SeedState> {
        self.states.get_mut(usize::try_from(number).ok()?)
    }

    /// The identifier of a seed.
    pub(super) fn id(&self, number: u32) -> String {
        self.get(number)
            .map(|s| s.row.id.clone())
            .unwrap_or_default()
    }

    /// What was spent on a seed, visits under way with fences under `before` counted as pages.
    pub(super) fn spent(&self, id: &str, before: u64, now: DateTime<Utc>) -> Spent {
        let state = self.numbers.get(id).and_then(|n| self.get(*n));
        state.map_or_else(Spent::default, |s| Spent {
            pages: s.row.pages + s.under_way.range(..before).count() as u64,
            bytes: s.row.bytes,
            elapsed: s.elapsed(now),
        })
    }
}

impl SeedState {
    /// Time under patrol.
    pub(super) fn elapsed(&self, now: DateTime<Utc>) -> Duration {
        let session = self.since.and_then(|since| (now - since).to_std().ok());
        self.before.saturating_add(session.unwrap_or_default())
    }

    /// A lease went out.
    pub(super) fn leased(&mut self, fence: u64, now: DateTime<Utc>) {
        self.under_way.insert(fence);
        self.since.get_or_insert(now);
    }

    /// A lease came back.
    pub(super) fn returned(&mut self, fence: u64) {
        self.under_way.remove(&fence);
    }
}
