//! Bearers and values by number: who has what.

use super::families::families;
use super::weights::points;
use crate::model::subject_fact::{Bearer, SubjectFact, SubjectFactKind as Kind};
use std::collections::{BTreeMap, BTreeSet};

/// One value with the bearers that have it.
pub(super) struct Value {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// Numbers of bearers, ascending.
    pub(super) bearers: Vec<u32>,
}

/// Who has what. Bearers are numbered by name, values by kind and text.
pub(super) struct Table {
    pub(super) ids: Vec<String>,
    pub(super) values: Vec<Value>,
    /// Numbers of values by bearer, ascending.
    pub(super) of: Vec<Vec<u32>>,
}

impl Table {
    pub(super) fn new(bearers: &[Bearer]) -> Self {
        let merged = merge(bearers);
        let mut holders: BTreeMap<(Kind, String), Vec<u32>> = BTreeMap::new();
        for (number, bearer) in (0u32..).zip(&merged) {
            for (kind, value) in telling(&bearer.facts) {
                let key = (kind, value.to_owned());
                holders.entry(key).or_default().push(number);
            }
        }
        for (number, list) in (0u32..).zip(families(&merged)) {
            for family in list {
                let key = (Kind::Page, format!("{family:06}"));
                holders.entry(key).or_default().push(number);
            }
        }
        let mut of = vec![Vec::new(); merged.len()];
        let mut values = Vec::with_capacity(holders.len());
        for (number, ((kind, text), mut bearers)) in (0u32..).zip(holders) {
            bearers.dedup();
            for bearer in &bearers {
                if let Some(list) = of.get_mut(*bearer as usize) {
                    list.push(number);
                }
            }
            values.push(Value {
                kind,
                text,
                bearers,
            });
        }
        Self {
            ids: merged.into_iter().map(|b| b.id).collect(),
            values,
            of,
        }
    }

    /// The number of a bearer.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        let at = self.ids.binary_search_by(|known| known.as_str().cmp(id));
        at.ok().and_then(|at| u32::try_from(at).ok())
    }

    pub(super) fn value(&self, number: u32) -> Option<&Value> {
        self.values.get(number as usize)
    }

    pub(super) fn kind(&self, number: u32) -> Option<Kind> {
        self.value(number).map(|v| v.kind)
    }
}

/// Bearers by name, those of one name made one.
fn merge(bearers: &[Bearer]) -> Vec<Bearer> {
    let mut by_id: BTreeMap<&str, Bearer> = BTreeMap::new();
    for bearer in bearers {
        let entry = by_id.entry(&bearer.id).or_insert_with(|| Bearer {
            id: bearer.id.clone(),
            ..Bearer::default()
        });
        entry.facts.extend(bearer.facts.iter().cloned());
        entry.pages.extend(bearer.pages.iter().cloned());
    }
    by_id.into_values().collect()
}

/// What may join. Of a bearer with several credit codes or names none is surely its own, so none of them speaks.
fn telling(facts: &[SubjectFact]) -> BTreeSet<(Kind, &str)> {
    let mut all: BTreeSet<(Kind, &str)> = facts
        .iter()
        .filter(|f| f.tells && points(f.kind) > 0 && !f.value.is_empty())
        .map(|f| (f.kind, f.value.as_str()))
        .collect();
    for kind in [Kind::CreditCode, Kind::Name] {
        if all.iter().filter(|(k, _)| *k == kind).count() > 1 {
            all.retain(|(k, _)| *k != kind);
        }
    }
    all
}
