//! Circles: joining beyond companies. What companies have in common tells of one operator behind them, though each remains a
//! subject of its own.

use super::joining::{MOST_TIED, MOST_TURNS, Work};
use super::weights::CIRCLE;
use crate::model::joining::Common;
use crate::model::subject_fact::SubjectFactKind as Kind;
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl Work<'_> {
    /// Goes on joining beyond companies: those with very much in common are one circle, and so is what joins either of them.
    pub(super) fn circles(&mut self) -> Vec<Vec<String>> {
        for _ in 0..MOST_TURNS {
            if !self.companies() {
                break;
            }
            self.rounds();
        }
        self.names()
    }

    /// Joins companies, that is, groups with different credit codes, that have [`CIRCLE`] points in common. Whether any was.
    fn companies(&mut self) -> bool {
        let mut held: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, value) in (0u32..).zip(&self.table.values) {
            if value.bearers.len() > 1 && self.may_tie(number) {
                held.insert(number, self.groups.holding(number));
            }
        }
        held.retain(|_, groups| groups.len() > 1);
        let counts = |v: u32| held.contains_key(&v);
        let mut tied: Vec<(Reverse<i32>, u32, u32)> = Vec::new();
        for (one, other) in self.pairs(&held, MOST_TIED) {
            let companies = self.groups.differ(one, other, Kind::CreditCode);
            let (points, _) = self.groups.weigh(one, other, &counts);
            if companies && points >= CIRCLE && !self.groups.kept_apart(one, other) {
                tied.push((Reverse(points), one, other));
            }
        }
        tied.sort_unstable();
        for (_, one, other) in &tied {
            let (a, b) = (self.groups.of(*one), self.groups.of(*other));
            if !self.groups.kept_apart(a, b) {
                self.unite(a, b, false, &counts);
            }
        }
        !tied.is_empty()
    }

    /// What hosts, agencies and kits leave ties no companies; what companies quarrel about does.
    fn may_tie(&self, value: u32) -> bool {
        !matches!(
            self.common.get(&value),
            Some(Common::Unrelated | Common::TooMany)
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::dossier::join;
    use crate::model::joining::JoinDecision;
    use crate::model::subject_fact::{Bearer, Provenance, SubjectFact, SubjectFactKind as Kind};

    fn site(id: &str, facts: &[(Kind, &str)]) -> Bearer {
        let fact = |(kind, value): &(Kind, &str)| SubjectFact {
            kind: *kind,
            value: (*value).to_owned(),
            detail: String::new(),
            tells: true,
            provenance: Provenance {
                source: "ev-1".to_owned(),
                seen: "2026-11-01T00:00:00.000Z".to_owned(),
            },
        };
        Bearer {
            id: id.to_owned(),
            facts: facts.iter().map(fact).collect(),
            pages: Vec::new(),
        }
    }

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn companies_with_very_much_in_common_are_a_circle_and_not_one_subject() {
        let shared = [
            (Kind::Contact, "mobile:13800001234"),
            (Kind::Payee, "6220000000000000001"),
            (Kind::Analytics, "baidu:1"),
        ];
        let with = |id: &str, own: &[(Kind, &str)]| site(id, &[&shared[..], own].concat());
        let codes = [
            [(Kind::CreditCode, "91210727MA00000001")],
            [(Kind::CreditCode, "91210727MA00000002")],
        ];
        let mut sites = vec![
            with("a", &codes[0]),
            with("b", &codes[1]),
            site("c", &shared[..1]),
        ];
        let joined = join(&sites, &[]);
        assert_eq!(joined.groups, [ids(&["a", "c"]), ids(&["b"])]);
        assert_eq!(joined.circles, [ids(&["a", "b", "c"])]);
        let why: Vec<i32> = joined.circle_links.iter().map(|l| l.points).collect();
        assert_eq!(why, [20]);
        // An officer's word goes before.
        let apart = JoinDecision::Apart(ids(&["a"]), ids(&["b"]));
        assert_eq!(join(&sites, &[apart]).circles, joined.groups);
        // One contact in common is a tie and no circle.
        sites = (0..2)
            .map(|n| site(&n.to_string(), &[&shared[..1], &codes[n][..]].concat()))
            .collect();
        let joined = join(&sites, &[]);
        assert_eq!((joined.circles.len(), joined.related.len()), (2, 1));
    }
}
