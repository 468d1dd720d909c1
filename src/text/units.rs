//! A stretch of text being worked on: characters with the place they come from, and what was undone.

use super::glyphs::Kind;
use super::trie::{ROOT, Trie};
use crate::model::offset_map::{Evasion, NormalText};
use std::ops::Range;

/// One character of the text so far, and the bytes of the original that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) ch: char,
    pub(super) kind: Kind,
    /// First byte of the original.
    pub(super) start: usize,
    /// End byte of the original.
    pub(super) end: usize,
    /// Whether the original holds this very character here.
    pub(super) same: bool,
}

/// How sure it is that something was written so to evade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Common in innocent text.
    Weak,
    /// Tells only inside a word of the lexicons.
    InWord,
    /// Nobody writes it without intent.
    Strong,
}

/// Something undone, by its place in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) original: Range<usize>,
    pub(super) strength: Strength,
}

/// The stretch being worked on.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) units: Vec<Unit>,
    pub(super) marks: Vec<Mark>,
}

impl Draft {
    pub(super) fn mark(&mut self, class: &'static str, original: Range<usize>, strength: Strength) {
        self.marks.push(Mark {
            class,
            original,
            strength,
        });
    }

    /// Replaces the units of `range` by `plain`. Where the lengths agree each character keeps its own
    /// place; else all of them stand for the whole range.
    pub(super) fn replace(
        &mut self,
        range: Range<usize>,
        plain: &[char],
        kind_of: impl Fn(char) -> Kind,
    ) {
        let Some(old) = self.units.get(range.clone()) else {
            return;
        };
        let (Some(first), Some(last)) = (old.first(), old.last()) else {
            return;
        };
        let (start, end) = (first.start, last.end);
        let aligned = old.len() == plain.len();
        let new: Vec<Unit> = plain
            .iter()
            .zip(old.iter().map(Some).chain(std::iter::repeat(None)))
            .map(|(ch, old)| match old.filter(|_| aligned) {
                Some(old) if old.ch == *ch => *old,
                Some(old) => changed(*ch, kind_of(*ch), old.start, old.end),
                None => changed(*ch, kind_of(*ch), start, end),
            })
            .collect();
        self.units.splice(range, new);
    }

    /// Appends the stretch to the finished text.
    pub(super) fn emit(mut self, words: &Trie, out: &mut NormalText) {
        self.settle(words);
        let base = out.plain.len();
        let mut place = base;
        for unit in &self.units {
            out.plain.push(unit.ch);
            out.map
                .push(unit.ch.len_utf8(), unit.start..unit.end, unit.same);
        }
        self.marks.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut first = 0;
        for mark in &self.marks {
            while let Some(unit) = self
                .units
                .get(first)
                .filter(|u| u.end <= mark.original.start)
            {
                place += unit.ch.len_utf8();
                first += 1;
            }
            let inside = self.units.iter().skip(first);
            let length: usize = inside
                .take_while(|u| u.start < mark.original.end)
                .map(|u| u.ch.len_utf8())
                .sum();
            push_evasion(out, mark, place..place + length);
        }
    }

    /// Settles the marks that tell only inside a word of the lexicons.
    fn settle(&mut self, words: &Trie) {
        if !self.marks.iter().any(|m| m.strength == Strength::InWord) {
            return;
        }
        let spans = word_spans(&self.units, words);
        for mark in self
            .marks
            .iter_mut()
            .filter(|m| m.strength == Strength::InWord)
        {
            let index = spans.partition_point(|s| s.end < mark.original.end);
            let inside = spans
                .get(index)
                .is_some_and(|s| s.start <= mark.original.start);
            mark.strength = if inside {
                Strength::Strong
            } else {
                Strength::Weak
            };
        }
    }
}

fn changed(ch: char, kind: Kind, start: usize, end: usize) -> Unit {
    Unit {
        ch,
        kind,
        start,
        end,
        same: false,
    }
}

fn key(mark: &Mark) -> (usize, usize, &'static str) {
    (mark.original.start, mark.original.end, mark.class)
}

/// Places in the original of the lexicon words of a stretch, longest first match, without overlaps.
pub(super) fn word_spans(units: &[Unit], words: &Trie) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(first) = units.get(at) {
        let length = word_length(units, at, words);
        if let Some(last) = length.checked_sub(1).and_then(|l| units.get(at + l)) {
            spans.push(first.start..last.end);
        }
        at += length.max(1);
    }
    spans
}

/// Whether a word of the lexicons stands anywhere.
pub(super) fn has_word(units: &[Unit], words: &Trie) -> bool {
    (0..units.len()).any(|at| word_length(units, at, words) >= 2)
}

/// How many units from `at` are a word of the lexicons, at most.
pub(super) fn word_length(units: &[Unit], at: usize, words: &Trie) -> usize {
    let mut node = ROOT;
    let mut longest = 0;
    for (index, unit) in units.iter().enumerate().skip(at) {
        match words.child(node, unit.ch) {
            Some(next) => node = next,
            None => break,
        }
        if words.is_word(node) {
            longest = index + 1 - at;
        }
    }
    longest
}

/// Adds an evasion; one that touches the one before and is of its kind is merged into it.
fn push_evasion(out: &mut NormalText, mark: &Mark, plain: Range<usize>) {
    let strong = mark.strength == Strength::Strong;
    if let Some(last) = out.evasions.last_mut()
        && last.class == mark.class
        && last.strong == strong
        && last.original.end >= mark.original.start
    {
        last.original.end = last.original.end.max(mark.original.end);
        last.plain.end = last.plain.end.max(plain.end);
        return;
    }
    out.evasions.push(Evasion {
        class: mark.class,
        plain,
        original: mark.original.clone(),
        strong,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        let units = text
            .char_indices()
            .map(|(start, ch)| Unit {
                ch,
                kind: Kind::Han,
                start,
                end: start + ch.len_utf8(),
                same: true,
            })
            .collect();
        Draft {
            units,
            marks: Vec::new(),
        }
    }

    #[test]
    fn replacing_keeps_places_where_lengths_agree() {
        let mut draft = draft("无代款");
        draft.replace(1..3, &['贷', '款'], |_| Kind::Han);
        let places: Vec<_> = draft
            .units
            .iter()
            .map(|u| (u.ch, u.start, u.same))
            .collect();
        assert_eq!(places, [('无', 0, true), ('贷', 3, false), ('款', 6, true)]);
    }

    #[test]
    fn replacing_by_another_length_spans_the_whole() {
        let mut draft = draft("薇号x");
        draft.replace(0..1, &['微', '信'], |_| Kind::Han);
        let places: Vec<_> = draft.units.iter().map(|u| (u.ch, u.start, u.end)).collect();
        assert_eq!(
            places,
            [('微', 0, 3), ('信', 0, 3), ('号', 3, 6), ('x', 6, 7)]
        );
    }

    #[test]
    fn marks_in_words_are_strong_and_neighbours_merge() {
        let mut words = Trie::new();
        words.insert("保本");
        let mut draft = draft("保本和");
        draft.mark("OB-d", 3..6, Strength::InWord);
        draft.mark("OB-d", 6..9, Strength::InWord);
        draft.mark("OB-e", 0..3, Strength::Weak);
        draft.mark("OB-e", 3..6, Strength::Weak);
        let mut out = NormalText::default();
        draft.emit(&words, &mut out);
        let seen: Vec<_> = out
            .evasions
            .iter()
            .map(|e| (e.class, e.plain.clone(), e.strong))
            .collect();
        assert_eq!(
            seen,
            [
                ("OB-e", 0..3, false),
                ("OB-d", 3..6, true),
                ("OB-e", 3..6, false),
                ("OB-d", 6..9, false)
            ]
        );
    }
}
