//! Groups of bearers while they are joined.

use super::table::Table;
use super::weights::{AGAINST, LARGE, points};
use crate::model::joining::Reason;
use crate::model::subject_fact::SubjectFactKind as Kind;
use std::collections::{BTreeMap, BTreeSet};

/// The groups; each is known by its first bearer.
pub(super) struct Groups<'t> {
    table: &'t Table,
    parent: Vec<u32>,
    members: Vec<Vec<u32>>,
    values: Vec<Vec<u32>>,
    /// Whom each bearer must not be joined with, by an officer's decision.
    apart: BTreeMap<u32, BTreeSet<u32>>,
}

impl<'t> Groups<'t> {
    pub(super) fn new(table: &'t Table, apart: BTreeMap<u32, BTreeSet<u32>>) -> Self {
        let count = table.ids.len();
        Self {
            table,
            parent: (0u32..).take(count).collect(),
            members: (0u32..).take(count).map(|n| vec![n]).collect(),
            values: table.of.clone(),
            apart,
        }
    }

    /// The group of a bearer.
    pub(super) fn of(&self, bearer: u32) -> u32 {
        let mut at = bearer;
        while let Some(up) = self.parent.get(at as usize).copied().filter(|up| *up != at) {
            at = up;
        }
        at
    }

    pub(super) fn members(&self, group: u32) -> &[u32] {
        self.members.get(group as usize).map_or(&[], Vec::as_slice)
    }

    pub(super) fn values(&self, group: u32) -> &[u32] {
        self.values.get(group as usize).map_or(&[], Vec::as_slice)
    }

    /// Groups that hold a value, ascending.
    pub(super) fn holding(&self, value: u32) -> Vec<u32> {
        let bearers = self.table.value(value).map_or(&[][..], |v| &v.bearers);
        let groups: BTreeSet<u32> = bearers.iter().map(|b| self.of(*b)).collect();
        groups.into_iter().collect()
    }

    /// Values of one kind that a group has.
    pub(super) fn of_kind(&self, group: u32, kind: Kind) -> impl Iterator<Item = u32> + '_ {
        let values = self.values(group).iter().copied();
        values.filter(move |v| self.table.kind(*v) == Some(kind))
    }

    /// Whether both have values of a kind, and none in common.
    pub(super) fn differ(&self, one: u32, other: u32, kind: Kind) -> bool {
        let theirs: BTreeSet<u32> = self.of_kind(other, kind).collect();
        let mut own = self.of_kind(one, kind).peekable();
        own.peek().is_some() && !theirs.is_empty() && !own.any(|v| theirs.contains(&v))
    }

    /// Whether they must not be joined: different credit codes, or an officer's decision.
    pub(super) fn forbidden(&self, one: u32, other: u32) -> bool {
        self.differ(one, other, Kind::CreditCode) || self.kept_apart(one, other)
    }

    /// Whether an officer has parted some of them.
    pub(super) fn kept_apart(&self, one: u32, other: u32) -> bool {
        if self.apart.is_empty() {
            return false;
        }
        let theirs: BTreeSet<u32> = self.members(other).iter().copied().collect();
        let mut foes = self.members(one).iter().filter_map(|m| self.apart.get(m));
        foes.any(|list| list.iter().any(|foe| theirs.contains(foe)))
    }

    /// What speaks for joining two groups and against it, the heaviest first, and the sum. Of each kind a second value counts
    /// half, more do not count.
    pub(super) fn weigh(
        &self,
        one: u32,
        other: u32,
        active: &dyn Fn(u32) -> bool,
    ) -> (i32, Vec<Reason>) {
        let theirs = self.values(other);
        let mut reasons = Vec::new();
        let mut counted: BTreeMap<Kind, i32> = BTreeMap::new();
        for number in self.values(one).iter().copied() {
            if theirs.binary_search(&number).is_err() || !active(number) {
                continue;
            }
            let Some(value) = self.table.value(number) else {
                continue;
            };
            let seen = counted.entry(value.kind).or_default();
            *seen += 1;
            let mut points = match *seen {
                1 => points(value.kind),
                2 => points(value.kind) / 2,
                _ => 0,
            };
            if value.kind != Kind::CreditCode
                && (self.is_stray(one, &value.bearers) || self.is_stray(other, &value.bearers))
            {
                points /= 2;
            }
            reasons.push(Reason {
                kind: value.kind,
                value: value.text.clone(),
                points,
            });
        }
        if !reasons.is_empty() {
            for (kind, points) in AGAINST {
                if self.differ(one, other, kind) {
                    reasons.push(Reason {
                        kind,
                        value: String::new(),
                        points,
                    });
                }
            }
        }
        reasons.sort_by_key(|r| (std::cmp::Reverse(r.points), r.kind, r.value.clone()));
        (reasons.iter().map(|r| r.points).sum(), reasons)
    }

    /// Whether only one bearer of a large group is among these.
    fn is_stray(&self, group: u32, bearers: &[u32]) -> bool {
        self.members(group).len() >= LARGE
            && bearers
                .iter()
                .filter(|b| self.of(**b) == group)
                .nth(1)
                .is_none()
    }

    /// Joins two groups; the first bearer stands for the new one.
    pub(super) fn union(&mut self, one: u32, other: u32) -> u32 {
        let (keep, give) = (one.min(other), one.max(other));
        if keep == give {
            return keep;
        }
        if let Some(place) = self.parent.get_mut(give as usize) {
            *place = keep;
        }
        for lists in [&mut self.members, &mut self.values] {
            let given = lists
                .get_mut(give as usize)
                .map(std::mem::take)
                .unwrap_or_default();
            if let Some(list) = lists.get_mut(keep as usize) {
                list.extend(given);
                list.sort_unstable();
                list.dedup();
            }
        }
        keep
    }

    /// All groups, ascending.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> + '_ {
        let numbered = (0u32..).zip(&self.parent);
        numbered.filter(|(n, p)| n == *p).map(|(n, _)| n)
    }
}
