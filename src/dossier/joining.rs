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
pub(super) const MOST_TURNS: usize = 1_000;
/// Groups whose ties by one value are told.
pub(super) const MOST_TIED: usize = 40;

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
    work.rounds();
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

pub(super) struct Work<'t> {
    pub(super) table: &'t Table,
    pub(super) groups: Groups<'t>,
    pub(super) common: BTreeMap<u32, Common>,
    links: Vec<JoinLink>,
}

impl Work<'_> {
    fn by_officers(&mut self, together: &[(u32, u32)]) {
        for (one, other) in together {
            let (a, b) = (self.groups.of(*one), self.groups.of(*other));
            // Both may be joined with a third, from which one of them was parted later.
            if !self.groups.kept_apart(a, b) {
                self.unite(a, b, true, &|_| true);
            }
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

    pub(super) fn unite(
        &mut self,
        one: u32,
        other: u32,
        by_officer: bool,
        active: &dyn Fn(u32) -> bool,
    ) {
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
        // That different companies have a value may have come about since, or have become a family's matter.
        self.common.retain(|_, why| *why != Common::Contested);
        let (mut shared, mut contests) = (BTreeMap::new(), Vec::new());
        for (number, value) in (0u32..).zip(&self.table.values) {
            if value.bearers.len() < 2 || self.common.contains_key(&number) {
                continue;
            }
            let held = self.groups.holding(number);
            if held.len() < 2 {
                continue;
            }
            let may_be = value.kind != Kind::CreditCode;
            if may_be && contested(self.table, &self.groups, (number, &held), &self.common) {
                contests.push(number);
            } else {
                shared.insert(number, held);
            }
        }
        let contests = contests.into_iter().map(|v| (v, Common::Contested));
        self.common.extend(contests);
        shared
    }

    /// Pairs of groups that share something that proposes joining.
    pub(super) fn pairs(
        &self,
        shared: &BTreeMap<u32, Vec<u32>>,
        most: usize,
    ) -> BTreeSet<(u32, u32)> {
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

    /// Joins in rounds, the surest first, until nothing more is joined.
    pub(super) fn rounds(&mut self) {
        for threshold in ROUNDS {
            for _ in 0..MOST_TURNS {
                if !self.turn(threshold) {
                    break;
                }
            }
        }
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
        let groups = self.names();
        let links = std::mem::take(&mut self.links);
        let circles = self.circles();
        Joined {
            groups,
            related,
            common,
            links,
            circles,
            circle_links: self.links,
        }
    }

    /// The groups by the names of their bearers.
    pub(super) fn names(&self) -> Vec<Vec<String>> {
        let of = |group: u32| {
            let members = self.groups.members(group).iter();
            members.map(|m| self.name(*m)).collect()
        };
        self.groups.all().map(of).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::subject_fact::{Provenance, SubjectFact};
    use proptest::prelude::*;

    fn fact(kind: Kind, value: &str) -> SubjectFact {
        SubjectFact {
            kind,
            value: value.to_owned(),
            detail: String::new(),
            tells: true,
            provenance: Provenance {
                source: "ev-1".to_owned(),
                seen: "2026-11-01T00:00:00.000Z".to_owned(),
            },
        }
    }

    fn site(id: &str, facts: &[(Kind, &str)]) -> Bearer {
        Bearer {
            id: id.to_owned(),
            facts: facts.iter().map(|(k, v)| fact(*k, v)).collect(),
            pages: Vec::new(),
        }
    }

    fn groups(bearers: &[Bearer], decisions: &[JoinDecision]) -> Vec<Vec<String>> {
        join(bearers, decisions).groups
    }

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn a_link_tells_why() {
        let sites = [
            site(
                "a",
                &[(Kind::Icp, "辽ICP备2026000001号"), (Kind::Brand, "示例")],
            ),
            site(
                "b",
                &[(Kind::Icp, "辽ICP备2026000001号"), (Kind::Brand, "另名")],
            ),
        ];
        let joined = join(&sites, &[]);
        assert_eq!(joined.groups, [ids(&["a", "b"])]);
        let link = joined.links.first().expect("one link");
        let told: Vec<(Kind, i32)> = link.reasons.iter().map(|r| (r.kind, r.points)).collect();
        assert_eq!(told, [(Kind::Icp, 9), (Kind::Brand, -1)]);
        assert_eq!((link.points, link.by_officer), (8, false));
    }

    #[test]
    fn different_codes_stay_apart_and_are_tied() {
        let shared = (Kind::Contact, "mobile:13800001234");
        let sites = [
            site(
                "a",
                &[
                    (Kind::CreditCode, "91210727MA00000001"),
                    shared,
                    (Kind::Icp, "i"),
                ],
            ),
            site(
                "b",
                &[
                    (Kind::CreditCode, "91210727MA00000002"),
                    shared,
                    (Kind::Icp, "i"),
                ],
            ),
            site("c", &[shared]),
        ];
        let joined = join(&sites, &[]);
        assert_eq!(joined.groups, [ids(&["a"]), ids(&["b"]), ids(&["c"])]);
        assert!(
            joined
                .related
                .iter()
                .any(|l| l.one == "a" && l.other == "b")
        );
        let why: Vec<(Kind, Common)> = joined.common.iter().map(|c| (c.kind, c.why)).collect();
        assert_eq!(
            why,
            [
                (Kind::Icp, Common::Contested),
                (Kind::Contact, Common::Contested)
            ]
        );
    }

    #[test]
    fn the_filing_of_a_hosting_company_joins_nobody() {
        let mut sites: Vec<Bearer> = (0..8)
            .flat_map(|n| {
                let own = format!("mobile:1390000000{n}");
                [0, 1].map(|m| {
                    site(
                        &format!("s{n}-{m}"),
                        &[(Kind::Icp, "host"), (Kind::Contact, &own)],
                    )
                })
            })
            .collect();
        sites.push(site("x", &[(Kind::Icp, "host")]));
        let joined = join(&sites, &[]);
        assert_eq!(joined.groups.len(), 9);
        let host = joined.common.iter().find(|c| c.value == "host");
        assert_eq!(
            host.map(|c| (c.why, c.groups)),
            Some((Common::Unrelated, 9))
        );
    }

    #[test]
    fn likeness_alone_never_joins() {
        let mut sites = [
            site("a", &[(Kind::Brand, "b")]),
            site("b", &[(Kind::Brand, "b")]),
        ];
        for s in &mut sites {
            s.pages.push(crate::model::sketch::Sketch {
                simhash: 77,
                minima: [5; 64],
                runs: 900,
            });
        }
        assert_eq!(groups(&sites, &[]).len(), 2);
        for s in &mut sites {
            s.facts.push(fact(Kind::Analytics, "baidu:1"));
        }
        assert_eq!(groups(&sites, &[]).len(), 1);
    }

    #[test]
    fn an_officer_parts_and_joins_and_the_later_word_counts() {
        let sites = [
            site("a", &[(Kind::CreditCode, "c"), (Kind::Icp, "i")]),
            site("b", &[(Kind::CreditCode, "c"), (Kind::Icp, "i")]),
            site("c", &[]),
        ];
        let apart = JoinDecision::Apart(ids(&["a"]), ids(&["b"]));
        let together = JoinDecision::Together(ids(&["a", "b", "c"]));
        assert_eq!(groups(&sites, &[]).len(), 2);
        assert_eq!(groups(&sites, std::slice::from_ref(&apart)).len(), 3);
        assert_eq!(groups(&sites, &[apart.clone(), together.clone()]).len(), 1);
        // c was joined with both, which are apart: it goes with the first.
        let parted = groups(&sites, &[together, apart]);
        assert_eq!(parted, [ids(&["a", "c"]), ids(&["b"])]);
    }

    fn world() -> impl Strategy<Value = Vec<Bearer>> {
        let kinds = prop::sample::select(vec![
            Kind::CreditCode,
            Kind::Icp,
            Kind::Contact,
            Kind::Name,
            Kind::Analytics,
            Kind::Address,
            Kind::Brand,
        ]);
        let facts = prop::collection::vec((kinds, 0u8..4), 0..5);
        prop::collection::vec(facts, 1..14).prop_map(|sites| {
            let numbered = sites.into_iter().enumerate();
            let make = |(n, facts): (usize, Vec<(Kind, u8)>)| Bearer {
                id: format!("s{n:02}"),
                facts: facts
                    .iter()
                    .map(|(k, v)| fact(*k, &format!("v{v}")))
                    .collect(),
                pages: Vec::new(),
            };
            numbered.map(make).collect()
        })
    }

    fn codes_of(sites: &[Bearer], group: &[String]) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for site in sites.iter().filter(|s| group.contains(&s.id)) {
            let codes = site.facts.iter().filter(|f| f.kind == Kind::CreditCode);
            let codes: BTreeSet<String> = codes.map(|f| f.value.clone()).collect();
            // Of a site with several none is surely its own.
            if codes.len() == 1 {
                all.extend(codes);
            }
        }
        all
    }

    proptest! {
        #[test]
        fn the_order_of_the_input_does_not_matter(sites in world(), turn in 0usize..14) {
            let mut other = sites.clone();
            let by = turn % sites.len();
            other.rotate_left(by);
            for site in &mut other {
                site.facts.reverse();
            }
            prop_assert_eq!(join(&sites, &[]), join(&other, &[]));
        }

        #[test]
        fn every_site_is_in_one_group_and_no_group_has_two_codes(sites in world()) {
            let found = groups(&sites, &[]);
            let mut all: Vec<String> = found.concat();
            all.sort();
            prop_assert_eq!(all, sites.iter().map(|s| s.id.clone()).collect::<Vec<_>>());
            for group in &found {
                prop_assert!(codes_of(&sites, group).len() < 2, "{:?}", group);
            }
        }

        #[test]
        fn what_was_parted_stays_apart(sites in world(), a in 0usize..14, b in 0usize..14) {
            let (a, b) = (a % sites.len(), b % sites.len());
            prop_assume!(a != b);
            let (one, other) = (sites[a].id.clone(), sites[b].id.clone());
            let apart = JoinDecision::Apart(vec![one.clone()], vec![other.clone()]);
            let found = groups(&sites, &[apart]);
            prop_assert!(!found.iter().any(|g| g.contains(&one) && g.contains(&other)));
        }
    }
}
