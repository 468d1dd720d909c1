//! Facts that many have in common and that therefore join nobody: a hosting company's filing, an agency's contact, the statistics
//! identifier that comes with a template.

use super::families::Chains;
use super::groups::Groups;
use super::table::Table;
use super::weights::points;
use crate::model::joining::Common;
use crate::model::subject_fact::SubjectFactKind as Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Groups from which on a value is looked at.
const SUSPECT: usize = 6;
/// A value with more groups is never looked at.
const MOST_GROUPS: usize = 1_500;
/// Registered names that the bearers of one operator's fact have at most.
const MOST_NAMES: usize = 2;
/// Parts that the bearers must fall into, for their fact to be common: at least so many ...
const LEAST_PARTS: usize = 4;
/// ... and so many of a hundred bearers that can be told apart.
const PARTS_PERCENT: usize = 25;
/// Of the sites with a code, so many of a hundred must bear the commonest one for the fact to be its owner's.
const OWNER_PERCENT: usize = 80;
/// ... and at least so many sites.
const OWNER_SITES: usize = 3;

/// Values that are common because their bearers have nothing else in common. Judged once, before facts but codes join.
pub(super) fn unrelated(table: &Table, groups: &Groups<'_>) -> BTreeMap<u32, Common> {
    let numbers = || (0u32..).zip(&table.values);
    let holding: BTreeMap<u32, Vec<u32>> = numbers()
        .filter(|(_, v)| v.kind != Kind::CreditCode && v.bearers.len() >= SUSPECT)
        .map(|(n, _)| (n, groups.holding(n)))
        .filter(|(_, held)| held.len() >= SUSPECT)
        .collect();
    let mut common = BTreeMap::new();
    for (value, held) in &holding {
        if held.len() > MOST_GROUPS {
            common.insert(*value, Common::TooMany);
        } else if fall_apart(table, groups, held, &|v| !holding.contains_key(&v)) {
            common.insert(*value, Common::Unrelated);
        }
    }
    common
}

/// Whether these groups have many registered names, or fall into many parts by what is rare.
fn fall_apart(
    table: &Table,
    groups: &Groups<'_>,
    held: &[u32],
    is_rare: &dyn Fn(u32) -> bool,
) -> bool {
    let names: BTreeSet<u32> = held
        .iter()
        .flat_map(|g| groups.of_kind(*g, Kind::Name))
        .collect();
    if names.len() > MOST_NAMES {
        return true;
    }
    let mut chains = Chains::new(held.len());
    let mut first: BTreeMap<u32, usize> = BTreeMap::new();
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for (at, group) in held.iter().enumerate() {
        let rare = groups.values(*group).iter().copied();
        let telling = |v: &u32| is_rare(*v) && table.kind(*v).is_some_and(|k| points(k) >= 5);
        for value in rare.filter(telling) {
            told.insert(at);
            match first.get(&value) {
                Some(earlier) => chains.union(*earlier, at),
                None => {
                    first.insert(value, at);
                }
            }
        }
    }
    let parts: BTreeSet<usize> = told.iter().map(|at| chains.find(*at)).collect();
    parts.len() >= LEAST_PARTS && parts.len() * 100 >= told.len() * PARTS_PERCENT
}

/// Whether groups with different credit codes have a value, and none of them is plainly its owner.
pub(super) fn contested(groups: &Groups<'_>, held: &[u32]) -> bool {
    let mut sites: Vec<usize> = Vec::new();
    for group in held {
        if groups.of_kind(*group, Kind::CreditCode).next().is_some() {
            sites.push(groups.members(*group).len());
        }
    }
    let all: usize = sites.iter().sum();
    let most = sites.iter().copied().max().unwrap_or(0);
    let owned = most >= OWNER_SITES && most * 100 >= all * OWNER_PERCENT;
    sites.len() > 1 && !owned
}
