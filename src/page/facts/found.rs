//! Facts while they are being found.

use super::fold::Folded;
use crate::model::identity::{FactCheck, FactKind, IdentityFact};
use std::collections::HashSet;
use std::ops::Range;

/// Facts kept of one text: a page that holds more is a list, not an operator.
const MOST_FACTS: usize = 2_000;

/// The facts of one text so far.
#[derive(Debug)]
pub(super) struct Found<'a> {
    folded: &'a Folded<'a>,
    facts: Vec<IdentityFact>,
    known: HashSet<(FactKind, String)>,
}

impl<'a> Found<'a> {
    /// Nothing yet.
    pub(super) fn new(folded: &'a Folded<'a>) -> Self {
        Self {
            folded,
            facts: Vec::new(),
            known: HashSet::new(),
        }
    }

    /// The folded text.
    pub(super) fn text(&self) -> &'a str {
        &self.folded.text
    }

    /// What follows `from` on its line, `most` bytes of it.
    pub(super) fn after(&self, from: usize, most: usize) -> &'a str {
        let text = self.text();
        let end = crate::page::wash::floor_char_boundary(text, from.saturating_add(most));
        let rest = text.get(from..end).unwrap_or("");
        rest.split('\n').next().unwrap_or("")
    }

    /// What stands before `to` on its line, about `most` bytes of it.
    pub(super) fn before(&self, to: usize, most: usize) -> &'a str {
        let text = self.text();
        let start = crate::page::wash::floor_char_boundary(text, to.saturating_sub(most));
        let rest = text.get(start..to).unwrap_or("");
        rest.rsplit('\n').next().unwrap_or("")
    }

    /// Adds a fact that stands at `range` of the folded text; the first of its kind and value counts.
    pub(super) fn add(
        &mut self,
        kind: FactKind,
        range: Range<usize>,
        value: String,
        check: FactCheck,
        parts: Vec<(&'static str, String)>,
    ) {
        let span = self.folded.original_range(range);
        let Some(raw) = self.folded.original.get(span.clone()) else {
            return;
        };
        if self.facts.len() >= MOST_FACTS || !self.known.insert((kind, value.clone())) {
            return;
        }
        self.facts.push(IdentityFact {
            kind,
            raw: raw.to_owned(),
            value,
            span: Some(span),
            check,
            parts,
        });
    }

    /// Whether a fact of another kind stands where `range` of the folded text is.
    pub(super) fn is_taken(&self, range: Range<usize>) -> bool {
        let span = self.folded.original_range(range);
        self.facts.iter().any(|fact| {
            fact.kind != FactKind::Company
                && fact.kind != FactKind::Address
                && fact
                    .span
                    .as_ref()
                    .is_some_and(|s| s.start < span.end && span.start < s.end)
        })
    }

    /// All facts in the order of the text.
    pub(super) fn finish(mut self) -> Vec<IdentityFact> {
        self.facts
            .sort_by_key(|fact| (fact.span.as_ref().map_or(0, |s| s.start), fact.kind));
        self.facts
    }
}
