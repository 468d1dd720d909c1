//! Facts that many have in common and that therefore join nobody: a hosting company's filing, an agency's contact, the statistics
//! identifier that comes with a template.

use super::groups::Groups;
use super::table::Table;
use super::weights::points;
use crate::model::joining::Common;
use crate::model::subject_fact::SubjectFactKind as Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Groups from which on a value is looked at.
const SUSPECT: usize = 3;
/// A value with more groups is never looked at.
const MOST_GROUPS: usize = 1_500;
/// Of a value's groups so many are compared with one another.
const COMPARED: usize = 150;
/// Registered names that the bearers of one operator's fact have at most.
const MOST_NAMES: usize = 2;
/// Pairs that must be comparable for a judgement.
const LEAST_PAIRS: usize = 6;
/// Of a hundred comparable pairs so many have another telling fact in common where the value is one operator's.
const AGREE_PERCENT: usize = 20;
/// Points of a fact from which on it counts as another telling one. Pages do not: templates go with hosts and kits.
const TELLING: i32 = 4;
/// Times that values are judged again without those found common.
const MOST_PASSES: usize = 6;
/// A company with so many sites that show a value can be its owner ...
const OWNER_SITES: usize = 3;
/// ... beside others that show it on fewer than so many of a hundred of that.
const PART_PERCENT: usize = 25;
/// A family has so many companies at most.
const MOST_OWNERS: usize = 3;
/// Companies with so many points between them, without the value in question, are one family: what they share is theirs.
const FAMILY: i32 = 12;

/// Values that are common because their bearers have nothing else in common. Judged once, before facts but codes join.
pub(super) fn unrelated(table: &Table, groups: &Groups<'_>) -> BTreeMap<u32, Common> {
    let numbers = || (0u32..).zip(&table.values);
    let holding: BTreeMap<u32, Vec<u32>> = numbers()
        .filter(|(_, v)| may_be_common(v.kind) && v.bearers.len() >= SUSPECT)
        .map(|(n, _)| (n, groups.holding(n)))
        .filter(|(_, held)| held.len() >= SUSPECT)
        .collect();
    let mut common: BTreeMap<u32, Common> = BTreeMap::new();
    for (value, held) in &holding {
        if held.len() > MOST_GROUPS {
            common.insert(*value, Common::TooMany);
        } else if names(groups, held) > MOST_NAMES {
            common.insert(*value, Common::Unrelated);
        }
    }
    // What is common must not vouch for another: a hosting company's filing for the kit that it sells.
    for _ in 0..MOST_PASSES {
        let judged = holding
            .iter()
            .filter(|(value, _)| !common.contains_key(value));
        let found: Vec<u32> = judged
            .filter(|(value, held)| {
                let telling = |v: u32| {
                    let enough = table
                        .kind(v)
                        .is_some_and(|k| points(k) >= TELLING && k != Kind::Page);
                    v != **value && enough && !common.contains_key(&v)
                };
                disagree(groups, held, &telling)
            })
            .map(|(value, _)| *value)
            .collect();
        if found.is_empty() {
            break;
        }
        common.extend(found.into_iter().map(|v| (v, Common::Unrelated)));
    }
    common
}

/// Codes and registered names belong to somebody; what is wrong with them shows by contradiction.
fn may_be_common(kind: Kind) -> bool {
    !matches!(kind, Kind::CreditCode | Kind::Name)
}

fn names(groups: &Groups<'_>, held: &[u32]) -> usize {
    let names = held.iter().flat_map(|g| groups.of_kind(*g, Kind::Name));
    names.collect::<BTreeSet<u32>>().len()
}

/// Whether most of these groups have nothing else that is telling in common, where they have anything else.
fn disagree(groups: &Groups<'_>, held: &[u32], telling: &dyn Fn(u32) -> bool) -> bool {
    let others: Vec<Vec<u32>> = held
        .iter()
        .take(COMPARED)
        .map(|g| {
            let values = groups.values(*g).iter().copied();
            values.filter(|v| telling(*v)).collect::<Vec<u32>>()
        })
        .filter(|values| !values.is_empty())
        .collect();
    let (mut pairs, mut agreeing) = (0usize, 0usize);
    for (n, one) in others.iter().enumerate() {
        for other in others.iter().skip(n + 1) {
            pairs += 1;
            agreeing += usize::from(one.iter().any(|v| other.binary_search(v).is_ok()));
        }
    }
    pairs >= LEAST_PAIRS && agreeing * 100 < pairs * AGREE_PERCENT
}

/// Whether groups with different credit codes have a value, none of them is plainly its owner, and they are no family.
pub(super) fn contested(
    table: &Table,
    groups: &Groups<'_>,
    (value, held): (u32, &[u32]),
    common: &BTreeMap<u32, Common>,
) -> bool {
    let coded = held
        .iter()
        .copied()
        .filter(|g| groups.of_kind(*g, Kind::CreditCode).next().is_some());
    let bearers = table.value(value).map_or(&[][..], |v| &v.bearers);
    let sites = |group: u32| bearers.iter().filter(|b| groups.of(**b) == group).count();
    let mut coded: Vec<(u32, usize)> = coded.map(|g| (g, sites(g))).collect();
    let most = coded.iter().map(|(_, n)| *n).max().unwrap_or(0);
    if coded.len() > 1 && most >= OWNER_SITES {
        // Who has it on few of its sites beside somebody's many has copied it.
        coded.retain(|(_, n)| n * 100 >= most * PART_PERCENT);
    }
    let owners: Vec<u32> = coded.into_iter().map(|(g, _)| g).collect();
    owners.len() > 1 && !family(groups, value, &owners, common)
}

/// Whether companies have so much in common besides a value that they are behind it together.
fn family(groups: &Groups<'_>, value: u32, owners: &[u32], common: &BTreeMap<u32, Common>) -> bool {
    let counts = |v: u32| {
        let barred = matches!(common.get(&v), Some(Common::Unrelated | Common::TooMany));
        v != value && !barred
    };
    let tied = |one: u32, other: u32| {
        let (_, reasons) = groups.weigh(one, other, &counts);
        let speaks = reasons.iter().filter(|r| r.points > 0);
        speaks.map(|r| r.points).sum::<i32>() >= FAMILY
    };
    let mut rest = owners;
    while let [one, others @ ..] = rest {
        if !others.iter().all(|other| tied(*one, *other)) {
            return false;
        }
        rest = others;
    }
    owners.len() <= MOST_OWNERS
}
