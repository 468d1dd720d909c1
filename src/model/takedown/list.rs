//! The action list: entries in a fixed order under a head.

use super::entry::{ActionEntry, determination_id};
use super::header::{Counts, ListHeader};
use super::status::EntryState;
use crate::model::determination::{Confirmed, Determination, OfficerSignature};
use std::collections::BTreeMap;

/// A determination with its signatures, as lists carry it: whoever knows the officers' keys can check it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDetermination {
    /// What was determined.
    pub determination: Determination,
    /// The signatures of officer and reviewer.
    pub signatures: Vec<OfficerSignature>,
}

/// One issue of the action list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakedownList {
    header: ListHeader,
    determinations: BTreeMap<String, SignedDetermination>,
    entries: Vec<ActionEntry>,
}

impl TakedownList {
    /// An issue with these entries, sorted by their identifiers. Of determinations those are kept that entries rest on.
    pub fn new(
        header: ListHeader,
        determinations: impl IntoIterator<Item = (Confirmed, Vec<OfficerSignature>)>,
        mut entries: Vec<ActionEntry>,
    ) -> Self {
        entries.sort_by(|a, b| a.id().cmp(b.id()));
        let used: std::collections::BTreeSet<&str> =
            entries.iter().map(ActionEntry::determination).collect();
        let determinations = determinations
            .into_iter()
            .map(|(confirmed, signatures)| {
                let signed = SignedDetermination {
                    determination: confirmed.determination().clone(),
                    signatures,
                };
                (determination_id(&confirmed), signed)
            })
            .filter(|(id, _)| used.contains(id.as_str()))
            .collect();
        Self {
            header,
            determinations,
            entries,
        }
    }

    /// The head.
    pub fn header(&self) -> &ListHeader {
        &self.header
    }

    /// The determinations by their identifiers.
    pub fn determinations(&self) -> &BTreeMap<String, SignedDetermination> {
        &self.determinations
    }

    /// The entries by their identifiers.
    pub fn entries(&self) -> &[ActionEntry] {
        &self.entries
    }

    /// Entries that are to be acted upon.
    pub fn active(&self) -> impl Iterator<Item = &ActionEntry> {
        self.entries.iter().filter(|e| e.is_active())
    }

    /// Entries that no longer hold.
    pub fn lifted(&self) -> impl Iterator<Item = &ActionEntry> {
        self.entries.iter().filter(|e| !e.is_active())
    }

    /// How many there are.
    pub fn counts(&self) -> Counts {
        count(self.entries.iter().map(|e| e.status().state))
    }
}

/// Counts states.
pub fn count(states: impl Iterator<Item = EntryState>) -> Counts {
    let mut counts = Counts::default();
    for state in states {
        let of = match state {
            EntryState::Active => &mut counts.active,
            EntryState::Withdrawn => &mut counts.withdrawn,
            EntryState::Expired => &mut counts.expired,
            EntryState::Superseded => &mut counts.superseded,
        };
        *of += 1;
    }
    counts
}
