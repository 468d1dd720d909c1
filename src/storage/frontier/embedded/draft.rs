//! One atomic change of a run: rows, counters and seeds together, or nothing.

use super::active::{Active, Held};
use super::hosts::Hosts;
use super::keys;
use crate::model::address::VisitKey;
use crate::model::target::Target;
use crate::model::visit::VisitEnd;
use crate::storage::frontier::error::FrontierError;
use crate::storage::frontier::options::FrontierOptions;
use crate::storage::frontier::report::{Added, Refusal};
use crate::wire::frontier::{
    CountersRow, SKIP_KINDS, SeedRow, SkipRow, StateRow, TargetRow, skip_number,
};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sled::Batch;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A change being put together.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    options: &'a FrontierOptions,
    batch: Batch,
    counters: CountersRow,
    seeds: BTreeMap<u32, SeedRow>,
    fresh: HashSet<VisitKey>,
    fresh_skips: HashSet<Vec<u8>>,
    filled: Vec<u32>,
    /// What became of the targets queued by this draft.
    pub(super) added: Added,
}

impl<'a> Draft<'a> {
    /// A change of this run.
    pub(super) fn of(active: &Active, options: &'a FrontierOptions) -> Self {
        Self {
            options,
            batch: Batch::default(),
            counters: active.counters.clone(),
            seeds: BTreeMap::new(),
            fresh: HashSet::new(),
            fresh_skips: HashSet::new(),
            filled: Vec::new(),
            added: Added::default(),
        }
    }

    /// Queues a target if the run has not met it.
    pub(super) fn queue(
        &mut self,
        active: &mut Active,
        hosts: &mut Hosts,
        target: &Target,
    ) -> Result<(), FrontierError> {
        let key = target.key();
        let visit = keys::visit(key.as_bytes());
        if self.fresh.contains(&key) || active.tree.contains_key(&visit)? {
            self.counters.duplicates += 1;
            self.added.duplicate += 1;
            return Ok(());
        }
        let seed = active.seeds.intern(&target.seed_id)?;
        self.touch(active, seed, false);
        let group = hosts.intern(&(self.options.grouping)(target))?;
        let place = keys::queue(group, target.priority, self.counters.next_sequence);
        self.batch
            .insert(place.as_slice(), TargetRow::encode(target, seed, 0));
        self.batch.insert(visit, StateRow::Queued(place).encode());
        self.counters.next_sequence += 1;
        self.counters.open += 1;
        self.added.new += 1;
        self.fresh.insert(key);
        self.filled.push(group);
        Ok(())
    }

    /// The seed's row within this change. Seeds that are saved already are only written when `always`.
    fn touch(&mut self, active: &Active, seed: u32, always: bool) -> Option<&mut SeedRow> {
        let state = active.seeds.get(seed)?;
        if !always && state.saved {
            return None;
        }
        Some(self.seeds.entry(seed).or_insert_with(|| state.row.clone()))
    }

    /// How many rows of refused links of this kind are kept for the seed.
    fn kept(&mut self, active: &Active, seed: u32, kind: u8) -> Option<&mut u32> {
        let row = self.touch(active, seed, true)?;
        row.kept.get_mut(usize::from(kind))
    }

    /// Counts a refused link, and keeps its row while there are few of its kind.
    pub(super) fn refuse(
        &mut self,
        active: &mut Active,
        refusal: &Refusal,
    ) -> Result<(), FrontierError> {
        let kind = skip_number(&refusal.reason);
        if let Some(count) = self.counters.refused.get_mut(usize::from(kind)) {
            *count += 1;
        }
        let seed = active.seeds.intern(&refusal.seed_id)?;
        let kept = self.kept(active, seed, kind).map_or(0, |kept| *kept);
        let place = keys::skip(kind, seed, &Sha256::digest(refusal.url.as_bytes()));
        if kept >= self.options.kept_refusals
            || self.fresh_skips.contains(&place)
            || active.tree.contains_key(&place)?
        {
            return Ok(());
        }
        if let Some(kept) = self.kept(active, seed, kind) {
            *kept += 1;
        }
        let row = SkipRow {
            url: refusal.url.clone(),
            reason: refusal.reason.clone(),
        };
        self.batch.insert(place.as_slice(), row.encode());
        self.fresh_skips.insert(place);
        Ok(())
    }

    /// Ends a visit.
    pub(super) fn end(
        &mut self,
        active: &Active,
        held: &Held,
        url: &str,
        end: &VisitEnd,
        now: DateTime<Utc>,
    ) {
        self.batch.remove(held.place.as_slice());
        self.batch.insert(
            keys::visit(held.key.as_bytes()),
            StateRow::Ended(end.clone()).encode(),
        );
        self.counters.open = self.counters.open.saturating_sub(1);
        count_end(&mut self.counters, end);
        let elapsed = active.seeds.get(held.seed).map(|s| s.elapsed(now));
        if let Some(row) = self.touch(active, held.seed, true) {
            row.elapsed = elapsed.unwrap_or_default();
            if let VisitEnd::Done { bytes, .. } = end {
                row.pages += 1;
                row.bytes = row.bytes.saturating_add(*bytes);
            }
        }
        if let VisitEnd::Skipped(reason) = end {
            let place = keys::skip(
                skip_number(reason),
                held.seed,
                &Sha256::digest(url.as_bytes()),
            );
            let row = SkipRow {
                url: url.to_owned(),
                reason: reason.clone(),
            };
            self.batch.insert(place, row.encode());
        }
    }

    /// Puts a visit off; its row comes from where it stands.
    pub(super) fn delay(
        &mut self,
        active: &Active,
        held: &Held,
        until: DateTime<Utc>,
    ) -> Result<(), FrontierError> {
        let Some(bytes) = active.tree.get(&held.place)? else {
            return Err(FrontierError::StaleLease { fence: 0 });
        };
        let row = TargetRow::decode(&bytes)?;
        let place = keys::delayed(&held.place, until);
        self.batch.remove(held.place.as_slice());
        self.batch.insert(
            place.as_slice(),
            TargetRow::encode(&row.target, row.seed, held.attempt),
        );
        self.batch.insert(
            keys::visit(held.key.as_bytes()),
            StateRow::Queued(place).encode(),
        );
        Ok(())
    }

    /// Counts an attempt that came to nothing.
    pub(super) fn count_postponed(&mut self) {
        self.counters.postponed += 1;
    }

    /// Writes everything, and only then changes what is in memory.
    pub(super) fn commit(
        mut self,
        active: &mut Active,
        hosts: &Hosts,
        limits: &HashMap<u32, u16>,
    ) -> Result<Added, FrontierError> {
        self.batch.insert(keys::COUNTERS, self.counters.encode());
        for (number, row) in &self.seeds {
            self.batch.insert(keys::seed(*number), row.encode());
        }
        active.tree.apply_batch(self.batch)?;
        active.counters = self.counters;
        for (number, row) in self.seeds {
            if let Some(state) = active.seeds.get_mut(number) {
                state.row = row;
                state.saved = true;
            }
        }
        self.filled.sort_unstable();
        self.filled.dedup();
        for group in self.filled {
            active.know(group, hosts, limits)?;
            active.fill(group);
        }
        Ok(self.added)
    }
}

/// Counts the end of a visit.
pub(super) fn count_end(counters: &mut CountersRow, end: &VisitEnd) {
    match end {
        VisitEnd::Done { bytes, finding, .. } => {
            counters.done += 1;
            counters.findings += u64::from(*finding);
            counters.body_bytes = counters.body_bytes.saturating_add(*bytes);
        }
        VisitEnd::Skipped(reason) => {
            let kinds: &mut [u64; SKIP_KINDS] = &mut counters.skipped;
            if let Some(count) = kinds.get_mut(usize::from(skip_number(reason))) {
                *count += 1;
            }
        }
    }
}
