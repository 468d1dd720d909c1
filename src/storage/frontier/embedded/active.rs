//! The run under way: its tree, its counters, its seeds, its turns and its leases.

use super::hosts::Hosts;
use super::keys;
use super::schedule::Schedule;
use super::seeds::Seeds;
use crate::model::address::VisitKey;
use crate::storage::frontier::error::FrontierError;
use crate::storage::frontier::run::Run;
use crate::storage::frontier::stats::FrontierStats;
use crate::wire::frontier::{CountersRow, StateRow, TargetRow};
use crate::wire::rows::RowError;
use chrono::{DateTime, Utc};
use sled::{Batch, Tree};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Targets that come back from being put off in one write.
const CAME_BACK_MAX: usize = 1000;

/// The run under way.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) run: Run,
    pub(super) tree: Tree,
    pub(super) counters: CountersRow,
    pub(super) seeds: Seeds,
    pub(super) schedule: Schedule,
    /// The latest moment told by a caller.
    pub(super) clock: DateTime<Utc>,
    leases: HashMap<u64, Held>,
    places: HashSet<Vec<u8>>,
    expiries: BTreeSet<(DateTime<Utc>, u64)>,
}

/// One lease that is out.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Identity of the target.
    pub(super) key: VisitKey,
    /// Where it stands.
    pub(super) place: Vec<u8>,
    /// Number of its group.
    pub(super) group: u32,
    /// Number of its seed.
    pub(super) seed: u32,
    /// Which attempt this is.
    pub(super) attempt: u8,
    /// Whether it counts against the group's concurrency.
    pub(super) counted: bool,
    /// When it expires.
    pub(super) expires: DateTime<Utc>,
}

/// A queued target and where it stands.
#[derive(Debug)]
pub(super) struct Next {
    pub(super) place: Vec<u8>,
    pub(super) row: TargetRow,
    /// Whether the group has another one that is not leased.
    pub(super) more: bool,
}

impl Active {
    /// Takes up a run as its rows tell it.
    pub(super) fn load(
        run: Run,
        tree: Tree,
        hosts: &Hosts,
        concurrency: u16,
        limits: &HashMap<u32, u16>,
    ) -> Result<Self, FrontierError> {
        let mut active = Self {
            counters: counters(&tree)?,
            seeds: Seeds::load(&tree)?,
            schedule: Schedule::new(concurrency),
            clock: DateTime::UNIX_EPOCH,
            leases: HashMap::new(),
            places: HashSet::new(),
            expiries: BTreeSet::new(),
            run,
            tree,
        };
        active.load_groups(hosts, limits)?;
        Ok(active)
    }

    /// Finds the groups with queued targets by leaping from one to the next, not by reading all targets.
    fn load_groups(
        &mut self,
        hosts: &Hosts,
        limits: &HashMap<u32, u16>,
    ) -> Result<(), FrontierError> {
        let mut from = keys::group_queue(0);
        while let Some(place) = self.first_place(&from)? {
            let group = group_of(&place)?;
            self.know(group, hosts, limits)?;
            self.fill(group);
            match group.checked_add(1) {
                None => break,
                Some(following) => from = keys::group_queue(following),
            }
        }
        Ok(())
    }

    fn first_place(&self, from: &[u8]) -> Result<Option<sled::IVec>, FrontierError> {
        let mut range = self.tree.range(from..keys_end(keys::QUEUE).as_slice());
        Ok(range.next().transpose()?.map(|(place, _)| place))
    }

    /// Gives the group a slot, with what was saved of it.
    pub(super) fn know(
        &mut self,
        group: u32,
        hosts: &Hosts,
        limits: &HashMap<u32, u16>,
    ) -> Result<(), FrontierError> {
        if self.schedule.knows(group) {
            return Ok(());
        }
        let ready_at = hosts.ready_at(group)?;
        self.schedule.change(group, self.clock, |slot| {
            slot.wait_until(ready_at);
            if let Some(limit) = limits.get(&group) {
                slot.allow(*limit);
            }
        });
        Ok(())
    }

    /// Notes that a group has a target to lease.
    pub(super) fn fill(&mut self, group: u32) {
        let clock = self.clock;
        self.schedule.change(group, clock, |slot| slot.filled());
    }

    /// Notes the time.
    pub(super) fn tell_time(&mut self, now: DateTime<Utc>) {
        self.clock = self.clock.max(now);
    }

    /// The group's next target that is not leased.
    pub(super) fn next_of(&self, group: u32) -> Result<Option<Next>, FrontierError> {
        let mut found: Option<Next> = None;
        for row in self.tree.scan_prefix(keys::group_queue(group)) {
            let (place, row) = row?;
            if self.places.contains(place.as_ref()) {
                continue;
            }
            if let Some(next) = &mut found {
                next.more = true;
                break;
            }
            found = Some(Next {
                place: place.to_vec(),
                row: TargetRow::decode(&row)?,
                more: false,
            });
        }
        Ok(found)
    }

    /// The target at a place, if it stands there and is not leased.
    pub(super) fn at(&self, place: &[u8]) -> Result<Option<TargetRow>, FrontierError> {
        if self.places.contains(place) {
            return Ok(None);
        }
        let row = self.tree.get(place)?;
        Ok(row.map(|bytes| TargetRow::decode(&bytes)).transpose()?)
    }

    /// What is known of an address.
    pub(super) fn state(&self, key: VisitKey) -> Result<Option<StateRow>, FrontierError> {
        state(&self.tree, key)
    }

    /// Marks a target as leased.
    pub(super) fn hold(&mut self, fence: u64, held: Held, more: bool) {
        if let Some(seed) = self.seeds.get_mut(held.seed) {
            seed.leased(fence, self.clock);
        }
        if held.counted {
            let clock = self.clock;
            self.schedule
                .change(held.group, clock, |slot| slot.served(fence, more));
        }
        self.expiries.insert((held.expires, fence));
        self.places.insert(held.place.clone());
        self.leases.insert(fence, held);
    }

    /// The lease that is out under this fence for this target.
    pub(super) fn held(&self, fence: u64, key: VisitKey) -> Option<Held> {
        let held = self.leases.get(&fence).filter(|held| held.key == key);
        held.cloned()
    }

    /// Takes a lease back. `back` tells whether its target is to be leased again from where it stood.
    pub(super) fn take_back(&mut self, fence: u64, back: bool) {
        let Some(held) = self.leases.remove(&fence) else {
            return;
        };
        self.places.remove(&held.place);
        self.expiries.remove(&(held.expires, fence));
        if let Some(seed) = self.seeds.get_mut(held.seed) {
            seed.returned(fence);
        }
        let clock = self.clock;
        self.schedule.change(held.group, clock, |slot| {
            if held.counted {
                slot.returned();
            }
            if back && held.place.starts_with(keys::QUEUE) {
                slot.filled();
            }
        });
    }

    /// Takes back all leases that have expired.
    pub(super) fn expire(&mut self, now: DateTime<Utc>) {
        while let Some((expires, fence)) = self.expiries.first().copied() {
            if expires > now {
                return;
            }
            self.take_back(fence, true);
        }
    }

    /// Queues the targets again whose time has come.
    pub(super) fn end_delays(
        &mut self,
        now: DateTime<Utc>,
        hosts: &Hosts,
        limits: &HashMap<u32, u16>,
    ) -> Result<(), FrontierError> {
        loop {
            let due = self.due(now)?;
            if due.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::default();
            for (place, row) in &due {
                let target = TargetRow::decode(row)?.target;
                let queued = keys::undelayed(place);
                let key = target.key();
                batch.remove(place.as_ref());
                batch.insert(
                    keys::visit(key.as_bytes()),
                    StateRow::Queued(queued.clone()).encode(),
                );
                batch.insert(queued, row);
            }
            self.tree.apply_batch(batch)?;
            for (place, _) in &due {
                let group = group_of(place)?;
                self.know(group, hosts, limits)?;
                self.fill(group);
            }
        }
    }

    fn due(&self, now: DateTime<Utc>) -> Result<Vec<(sled::IVec, sled::IVec)>, FrontierError> {
        let end = keys::delayed_bound(now + chrono::Duration::milliseconds(1));
        let rows = self.tree.range(keys::DELAYED..end.as_slice());
        let free = rows.filter(|row| {
            let place = row.as_ref().map(|(place, _)| place.as_ref());
            !place.is_ok_and(|place| self.places.contains(place))
        });
        Ok(free.take(CAME_BACK_MAX).collect::<Result<_, _>>()?)
    }

    /// When the next target comes back from being put off.
    pub(super) fn next_delay(&self) -> Result<Option<DateTime<Utc>>, FrontierError> {
        for row in self.tree.scan_prefix(keys::DELAYED) {
            let (place, _) = row?;
            if !self.places.contains(place.as_ref()) {
                return Ok(keys::delayed_until(&place));
            }
        }
        Ok(None)
    }

    /// The figures of the run.
    pub(super) fn stats(&self) -> FrontierStats {
        FrontierStats {
            groups: self.schedule.live(),
            groups_waiting: self.schedule.waiting(),
            ..FrontierStats::of(&self.counters, self.leases.len() as u64)
        }
    }
}

/// The counters of a run's tree.
pub(super) fn counters(tree: &Tree) -> Result<CountersRow, FrontierError> {
    let row = tree.get(keys::COUNTERS)?;
    let counters = row.map(|bytes| CountersRow::decode(&bytes)).transpose()?;
    Ok(counters.unwrap_or_default())
}

/// What a run's tree knows of an address.
pub(super) fn state(tree: &Tree, key: VisitKey) -> Result<Option<StateRow>, FrontierError> {
    let row = tree.get(keys::visit(key.as_bytes()))?;
    Ok(row.map(|bytes| StateRow::decode(&bytes)).transpose()?)
}

/// The group of a place that the database gave.
fn group_of(place: &[u8]) -> Result<u32, RowError> {
    keys::group_of(place).ok_or(RowError::Field { field: "place" })
}

/// The first key behind all keys of a one-byte prefix.
fn keys_end(prefix: &[u8]) -> Vec<u8> {
    prefix.iter().map(|b| b.saturating_add(1)).collect()
}
