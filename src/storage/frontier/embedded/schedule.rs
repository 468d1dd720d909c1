//! Whose turn it is. In memory only, some 100 bytes per group that has targets; made anew from the rows on opening.

use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};

/// The groups of the run under way and their turns.
#[derive(Debug)]
pub(super) struct Schedule {
    slots: HashMap<u32, Slot>,
    /// Groups that may be leased from, by when they were served last.
    ready: BTreeSet<(u64, u32)>,
    /// Groups whose time has not come, by that time.
    waiting: BTreeSet<(i64, u32)>,
    /// Groups with targets queued or under way.
    live: u64,
    concurrency: u16,
}

/// One group.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// Not to be asked before this moment, in milliseconds since 1970.
    pub(super) ready_at: i64,
    /// Number of the last lease; 0 = never served by this process.
    pub(super) served: u64,
    /// Fingerprint of its saved robots.txt copies; 0 = not known.
    pub(super) robots_print: u64,
    /// Leases out.
    active: u16,
    /// Leases that may be out.
    limit: u16,
    /// Whether a queued target may be there that is not leased.
    more: bool,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing queued, or as many leases out as allowed.
    Nowhere,
    Ready,
    Waiting,
}

impl Schedule {
    /// An empty schedule with the concurrency of groups for which nothing else is set.
    pub(super) fn new(concurrency: u16) -> Self {
        Self {
            slots: HashMap::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            live: 0,
            concurrency: concurrency.max(1),
        }
    }

    /// Whether the group has a slot.
    pub(super) fn knows(&self, group: u32) -> bool {
        self.slots.contains_key(&group)
    }

    /// The group as it stands.
    pub(super) fn slot(&self, group: u32) -> Option<&Slot> {
        self.slots.get(&group)
    }

    /// Changes a group and finds its new place.
    pub(super) fn change(
        &mut self,
        group: u32,
        now: DateTime<Utc>,
        change: impl FnOnce(&mut Slot),
    ) {
        let limit = self.concurrency;
        let slot = self.slots.entry(group).or_insert_with(|| Slot::new(limit));
        match slot.place {
            Place::Ready => self.ready.remove(&(slot.served, group)),
            Place::Waiting => self.waiting.remove(&(slot.ready_at, group)),
            Place::Nowhere => false,
        };
        let was_live = slot.is_live();
        change(slot);
        slot.place = slot.settle(now);
        match slot.place {
            Place::Ready => self.ready.insert((slot.served, group)),
            Place::Waiting => self.waiting.insert((slot.ready_at, group)),
            Place::Nowhere => false,
        };
        self.live += u64::from(slot.is_live());
        self.live -= u64::from(was_live);
    }

    /// Moves the groups whose time has come.
    pub(super) fn wake(&mut self, now: DateTime<Utc>) {
        let millis = now.timestamp_millis();
        while let Some((at, group)) = self.waiting.first().copied() {
            if at > millis {
                return;
            }
            self.change(group, now, |_| {});
        }
    }

    /// The group whose turn it is.
    pub(super) fn next(&self) -> Option<u32> {
        self.ready.first().map(|(_, group)| *group)
    }

    /// The earliest time of a waiting group.
    pub(super) fn next_time(&self) -> Option<DateTime<Utc>> {
        let (millis, _) = self.waiting.first()?;
        DateTime::from_timestamp_millis(*millis)
    }

    /// Number of groups with targets queued or under way.
    pub(super) fn live(&self) -> u64 {
        self.live
    }

    /// Number of groups that wait for their time.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting.len() as u64
    }
}

impl Slot {
    fn new(limit: u16) -> Self {
        Self {
            ready_at: 0,
            served: 0,
            robots_print: 0,
            active: 0,
            limit,
            more: false,
            place: Place::Nowhere,
        }
    }

    fn settle(&self, now: DateTime<Utc>) -> Place {
        if !self.more || self.active >= self.limit {
            Place::Nowhere
        } else if self.ready_at > now.timestamp_millis() {
            Place::Waiting
        } else {
            Place::Ready
        }
    }

    fn is_live(&self) -> bool {
        self.more || self.active > 0
    }

    /// A target was queued or came back.
    pub(super) fn filled(&mut self) {
        self.more = true;
    }

    /// A lease went out; `more` tells whether another target is queued.
    pub(super) fn served(&mut self, number: u64, more: bool) {
        self.served = number;
        self.active = self.active.saturating_add(1);
        self.more = more;
    }

    /// Nothing was queued.
    pub(super) fn emptied(&mut self) {
        self.more = false;
    }

    /// A lease came back.
    pub(super) fn returned(&mut self) {
        self.active = self.active.saturating_sub(1);
    }

    /// The group is not to be asked before this moment; never shortens.
    pub(super) fn wait_until(&mut self, moment: Option<DateTime<Utc>>) {
        let millis = moment.map_or(0, |m| m.timestamp_millis());
        self.ready_at = self.ready_at.max(millis);
    }

    /// Sets how many leases may be out.
    pub(super) fn allow(&mut self, limit: u16) {
        self.limit = limit.max(1);
    }
}
