//! The ledger of a report: every count gets a number under which stands what was counted. Equal counts share one number.

use crate::model::desk_report::DeskReport;
use crate::model::desk_report::count::Count;
use crate::model::desk_report::trace::Trace;
use std::collections::BTreeMap;

/// Places of one entry that are told.
const MOST_PLACES: usize = 3;

/// What was counted somewhere.
pub(super) struct Entry {
    /// Where the count stands, the first places.
    pub(super) places: Vec<String>,
    /// Places beyond those told.
    pub(super) more: usize,
    /// The count.
    pub(super) count: Count,
}

/// All counts of a report that counted something.
pub(super) struct Ledger {
    entries: Vec<Entry>,
    by_count: BTreeMap<(Vec<Trace>, u64), usize>,
}

impl Ledger {
    /// The ledger of a report, in reading order.
    pub(super) fn of(report: &DeskReport) -> Self {
        let mut ledger = Self {
            entries: Vec::new(),
            by_count: BTreeMap::new(),
        };
        for (place, cell) in report.cells() {
            for count in cell.counts() {
                ledger.add(&place, count);
            }
        }
        ledger
    }

    fn add(&mut self, place: &str, count: &Count) {
        if count.traces().is_empty() {
            return;
        }
        match self.by_count.get(&key(count)) {
            Some(at) => {
                if let Some(entry) = self.entries.get_mut(*at) {
                    match entry.places.len() < MOST_PLACES {
                        true => entry.places.push(place.to_owned()),
                        false => entry.more += 1,
                    }
                }
            }
            None => {
                self.by_count.insert(key(count), self.entries.len());
                self.entries.push(Entry {
                    places: vec![place.to_owned()],
                    more: 0,
                    count: count.clone(),
                });
            }
        }
    }

    /// The number of a count, from 1; `None` when nothing was counted.
    pub(super) fn number(&self, count: &Count) -> Option<usize> {
        self.by_count.get(&key(count)).map(|at| at + 1)
    }

    /// The entries with their numbers.
    pub(super) fn entries(&self) -> impl Iterator<Item = (usize, &Entry)> {
        (1..).zip(&self.entries)
    }
}

fn key(count: &Count) -> (Vec<Trace>, u64) {
    (count.traces().to_vec(), count.number())
}

impl Entry {
    /// Where the count stands, in words.
    pub(super) fn place(&self) -> String {
        let mut words = self.places.join("；");
        if self.more > 0 {
            words.push_str(&format!("；等{}处", self.places.len() + self.more));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_sample::sample;
    use super::*;

    #[test]
    fn every_count_of_something_has_a_number() {
        let report = sample();
        let ledger = Ledger::of(&report);
        let mut seen = 0;
        for (_, cell) in report.cells() {
            for count in cell.counts() {
                assert_eq!(ledger.number(count).is_some(), count.number() > 0);
                seen += 1;
            }
        }
        assert!(seen > 8);
        assert!(ledger.entries().any(|(_, e)| e.places.len() > 1));
    }
}
