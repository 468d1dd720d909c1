//! Joining: rounds from the surest facts to the weakest that suffice. Nothing is joined against different credit codes or an
//! officer's decision, and nothing by what many have in common.

use super::common::{contested, unrelated};
use super::groups::Groups;
use super::table::Table;
use super::weights::{ROUNDS, proposes};
use crate::model::joining::{Common, CommonFact, JoinDecision, JoinLink, Joined};
use crate::model::subject_fact::{Bearer, SubjectFactKind as Kind};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Turns of one round at most; each but the last joins something.
const MOST_TURNS: usize = 1_000;
/// Groups whose ties by one value are told.
const MOST_TIED: usize = 40;

/// Joins bearers to subjects. The order of bearers and facts does not matter; that of decisions does.
pub fn join(bearers: &[Bearer], decisions: &[JoinDecision]) -> Joined {
    let table = Table::new(bearers);
    let decided = Decided::new(&table, decisions);
    let mut work = Work {
        groups: Groups::new(&table, decided.apart),
        table: &table,
        common: BTreeMap::new(),
        links: Vec::new(),
    };
    work.by_officers(&decided.together);
    work.by_codes();
    work.common = unrelated(&table, &work.groups);
    for threshold in ROUNDS {
        for _ in 0..MOST_TURNS {
            if !work.turn(threshold) {
                break;
            }
        }
    }
    work.finish()
}

/// Officers' decisions by numbers of bearers; the later one about two bearers counts.
struct Decided {
    together: Vec<(u32, u32)>,
    apart: BTreeMap<u32, BTreeSet<u32>>,
}

impl Decided {
    fn new(table: &Table, decisions: &[JoinDecision]) -> Self {
        let numbers = |ids: &[String]| -> BTreeSet<u32> {
            ids.iter().filter_map(|id| table.number(id)).collect()
        };
        let mut pairs: BTreeMap<(u32, u32), bool> = BTreeMap::new();
        for decision in decisions {
            match decision {
                JoinDecision::Together(ids) => {
                    let all: Vec<u32> = numbers(ids).into_iter().collect();
                    for (n, one) in all.iter().enumerate() {
                        pairs.extend(all.iter().skip(n + 1).map(|other| ((*one, *other), true)));
                    }
                }
                JoinDecision::Apart(ids, others) => {
                    for one in numbers(ids) {
                        let others = numbers(others).into_iter().filter(|other| *other != one);
                        pairs.extend(others.map(|o| ((one.min(o), one.max(o)), false)));
                    }
                }
            }
        }
        let mut apart: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for ((one, other), _) in pairs.iter().filter(|(_, together)| !**together) {
            apart.entry(*one).or_default().insert(*other);
            apart.entry(*other).or_default().insert(*one);
        }
        let together = pairs.into_iter().filter(|(_, together)| *together);
        Self {
            together: together.map(|(pair, _)| pair).collect(),
            apart,
        }
    }
}

struct Work<'t> {
    table: &'t Table,
    groups: Groups<'t>,
    common: BTreeMap<u32, Common>,
    links: Vec<JoinLink>,
}

impl Work<'_> {
    fn by_officers(&mut self, together: &[(u32, u32)]) {
        for (one, other) in together {
            self.unite(*one, *other, true, &|_| true);
        }
    }

    /// The same credit code is the same subject.
    fn by_codes(&mut self) {
        let codes = (0u32..).zip(&self.table.values);
        for (_, value) in codes.filter(|(_, v)| v.kind == Kind::CreditCode) {
            let Some((first, rest)) = value.bearers.split_first() else {
                continue;
            };
            for other in rest {
                let (one, other) = (self.groups.of(*first), self.groups.of(*other));
                if !self.groups.forbidden(one, other) {
                    self.unite(one, other, false, &|_| true);
                }
            }
        }
    }

    fn unite(&mut self, one: u32, other: u32, by_officer: bool, active: &dyn Fn(u32) -> bool) {
        let (a, b) = (self.groups.of(one), self.groups.of(other));
        if a == b {
            return;
        }
        let (points, reasons) = self.groups.weigh(a, b, active);
        self.links.push(JoinLink {
            one: self.name(a),
            other: self.name(b),
            points,
            reasons,
            by_officer,
        });
        self.groups.union(a, b);
    }

    fn name(&self, bearer: u32) -> String {
        let name = self.table.ids.get(bearer as usize);
        name.cloned().unwrap_or_default()
    }

    /// Values that join at present, each with the groups that hold it; and those that no longer do.
    fn shared(&mut self) -> BTreeMap<u32, Vec<u32>> {
        let mut shared = BTreeMap::new();
        for (number, value) in (0u32..).zip(&self.table.values) {
            if value.bearers.len() < 2 || self.common.contains_key(&number) {
                continue;
            }
            let held = self.groups.holding(number);
            if held.len() < 2 {
                continue;
            }
            if value.kind != Kind::CreditCode && contested(&self.groups, &held) {
                self.common.insert(number, Common::Contested);
            } else {
                shared.insert(number, held);
            }
        }
        shared
    }

    /// Pairs of groups that share something that proposes joining.
    fn pairs(&self, shared: &BTreeMap<u32, Vec<u32>>, most: usize) -> BTreeSet<(u32, u32)> {
        let mut pairs = BTreeSet::new();
        for (value, held) in shared {
            let proposes = self.table.kind(*value).is_some_and(proposes);
            if !proposes || held.len() > most {
                continue;
            }
            for (n, one) in held.iter().enumerate() {
                pairs.extend(held.iter().skip(n + 1).map(|other| (*one, *other)));
            }
        }
        pairs
    }

    /// Joins what has points enough, the most points first. Whether anything was joined.
    fn turn(&mut self, threshold: i32) -> bool {
        let shared = self.shared();
        let active = |value: u32| shared.contains_key(&value);
        let mut candidates: Vec<(Reverse<i32>, u32, u32)> = Vec::new();
        for (one, other) in self.pairs(&shared, usize::MAX) {
            let (points, _) = self.groups.weigh(one, other, &active);
            if points >= threshold && !self.groups.forbidden(one, other) {
                candidates.push((Reverse(points), one, other));
            }
        }
        candidates.sort_unstable();
        let mut joined = false;
        for (_, one, other) in candidates {
            let (a, b) = (self.groups.of(one), self.groups.of(other));
            // Others may have joined them meanwhile, and what they brought along counts.
            if a == b || self.groups.forbidden(a, b) {
                continue;
            }
            if self.groups.weigh(a, b, &active).0 >= threshold {
                self.unite(a, b, false, &active);
                joined = true;
            }
        }
        joined
    }

    fn finish(mut self) -> Joined {
        let shared = self.shared();
        let related = self.related(&shared);
        let common = self.common.iter().filter_map(|(number, why)| {
            let value = self.table.value(*number)?;
            Some(CommonFact {
                kind: value.kind,
                value: value.text.clone(),
                groups: self.groups.holding(*number).len(),
                why: *why,
            })
        });
        let common: Vec<CommonFact> = common.filter(|c| c.groups > 1).collect();
        let groups = self.groups.all().map(|g| {
            let members = self.groups.members(g).iter();
            members.map(|m| self.name(*m)).collect()
        });
        let groups = groups.collect();
        Joined {
            groups,
            related,
            common,
            links: self.links,
        }
    }

    /// Groups that share something but were not joined. Common values tie, too, where not many hold them: that two companies have
    /// one contact is what an officer wants to know.
    fn related(&self, shared: &BTreeMap<u32, Vec<u32>>) -> Vec<JoinLink> {
        let mut ties = shared.clone();
        for number in self.common.keys() {
            ties.insert(*number, self.groups.holding(*number));
        }
        ties.retain(|_, held| held.len() > 1 && held.len() <= MOST_TIED);
        let mut related = Vec::new();
        for (one, other) in self.pairs(&ties, MOST_TIED) {
            let (points, reasons) = self.groups.weigh(one, other, &|v| ties.contains_key(&v));
            related.push(JoinLink {
                one: self.name(one),
                other: self.name(other),
                points,
                reasons,
                by_officer: false,
            });
        }
        related.sort_by(|a, b| {
            let order = (Reverse(a.points), &a.one, &a.other);
            order.cmp(&(Reverse(b.points), &b.one, &b.other))
        });
        related
    }
}
