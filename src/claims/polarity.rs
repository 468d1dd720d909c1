//! How a claim is meant: said, denied, reported, or an item of a list of duties.

use super::scope::{Scopes, within};
use crate::model::claim::Polarity;
use std::ops::Range;

/// Places of polarity words in one text, each list sorted by place.
#[derive(Debug, Default)]
pub(super) struct Turns {
    pub(super) before: Vec<Range<usize>>,
    pub(super) after: Vec<Range<usize>>,
    pub(super) attribution: Vec<Range<usize>>,
    pub(super) prohibition: Vec<Range<usize>>,
    pub(super) idiom: Vec<Range<usize>>,
}

/// Characters between a denial of several characters and the claim.
const DENIAL_REACH: usize = 10;
/// Characters between a claim and the words that call it false.
const AFTER_REACH: usize = 14;
/// Characters between an attribution and the claim.
const ATTRIBUTION_REACH: usize = 24;

impl Turns {
    /// Takes out denials that are part of a harmless idiom.
    pub(super) fn settle(&mut self) {
        let idioms = std::mem::take(&mut self.idiom);
        self.before.retain(|span| !inside_any(&idioms, span));
        self.idiom = idioms;
    }

    pub(super) fn of(&self, text: &str, scopes: &Scopes, span: &Range<usize>) -> Polarity {
        let sentence = scopes.sentence(span.start);
        if last_before(&self.prohibition, span, sentence.start).is_some() {
            return Polarity::Listed;
        }
        if self.denied(text, scopes, span) {
            return Polarity::Negated;
        }
        let after = first_after(&self.after, span, sentence.end);
        if after.is_some_and(|word| within(text, word, span, AFTER_REACH)) {
            return Polarity::Quoted;
        }
        let said = last_before(&self.attribution, span, sentence.start);
        if said.is_some_and(|word| within(text, word, span, ATTRIBUTION_REACH)) {
            return Polarity::Quoted;
        }
        Polarity::Asserted
    }

    fn denied(&self, text: &str, scopes: &Scopes, span: &Range<usize>) -> bool {
        let clause = scopes.clause(span.start);
        if runs_into(&self.before, span, clause.start) {
            return true;
        }
        let Some(word) = last_before(&self.before, span, clause.start) else {
            return false;
        };
        let single = text
            .get(word.clone())
            .is_some_and(|w| w.chars().count() == 1);
        within(text, word, span, if single { 1 } else { DENIAL_REACH })
    }
}

fn inside_any(list: &[Range<usize>], span: &Range<usize>) -> bool {
    let to = list.partition_point(|s| s.start <= span.start);
    let from = to.saturating_sub(8);
    list.get(from..to)
        .unwrap_or(&[])
        .iter()
        .any(|s| s.end >= span.end)
}

/// The last of the words that ends before the span and starts at `from` or later.
fn last_before<'a>(
    list: &'a [Range<usize>],
    span: &Range<usize>,
    from: usize,
) -> Option<&'a Range<usize>> {
    let to = list.partition_point(|s| s.start < span.start);
    list.get(to.saturating_sub(8)..to)?
        .iter()
        .rev()
        .find(|s| s.end <= span.start && s.start >= from)
}

/// Whether one of the words begins before the span, at `from` or later, and reaches into it: 不保证 into 保证本金.
fn runs_into(list: &[Range<usize>], span: &Range<usize>, from: usize) -> bool {
    let to = list.partition_point(|s| s.start < span.start);
    let near = list.get(to.saturating_sub(8)..to).unwrap_or(&[]);
    near.iter()
        .any(|s| s.end > span.start && s.end <= span.end && s.start >= from)
}

fn first_after<'a>(
    list: &'a [Range<usize>],
    span: &Range<usize>,
    to: usize,
) -> Option<&'a Range<usize>> {
    let from = list.partition_point(|s| s.start < span.end);
    list.get(from).filter(|s| s.end <= to)
}
