//! A stretch of text being worked on: characters with the place they come from, and what was undone.

use super::glyphs::Kind;
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
    /// The character as written, before folding.
    pub(super) seen: char,
}

impl Unit {
    fn is_unchanged(&self) -> bool {
        self.ch == self.seen && self.end - self.start == self.ch.len_utf8()
    }
}

/// Something undone, by its place in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) original: Range<usize>,
    pub(super) strong: bool,
}

/// The stretch being worked on.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) units: Vec<Unit>,
    pub(super) marks: Vec<Mark>,
}

impl Draft {
    pub(super) fn mark(&mut self, class: &'static str, original: Range<usize>, strong: bool) {
        self.marks.push(Mark {
            class,
            original,
            strong,
        });
    }

    /// Appends the stretch to the finished text.
    pub(super) fn emit(mut self, out: &mut NormalText) {
        let mut places = Vec::with_capacity(self.units.len());
        for unit in &self.units {
            places.push((unit.start, unit.end, out.plain.len()));
            out.plain.push(unit.ch);
            let equal = unit.is_unchanged();
            out.map
                .push(unit.ch.len_utf8(), unit.start..unit.end, equal);
        }
        let end = out.plain.len();
        self.marks.sort_by(|a, b| {
            (a.original.start, a.original.end, a.class).cmp(&(
                b.original.start,
                b.original.end,
                b.class,
            ))
        });
        for mark in self.marks {
            let first = places.partition_point(|p| p.1 <= mark.original.start);
            let last = places.partition_point(|p| p.0 < mark.original.end);
            let at = |index: usize| places.get(index).map_or(end, |p| p.2);
            push_evasion(out, mark, at(first)..at(last.max(first)));
        }
    }
}

/// Adds an evasion; one that touches the one before and is of its kind is merged into it.
fn push_evasion(out: &mut NormalText, mark: Mark, plain: Range<usize>) {
    if let Some(last) = out.evasions.last_mut()
        && last.class == mark.class
        && last.strong == mark.strong
        && last.original.end >= mark.original.start
    {
        last.original.end = last.original.end.max(mark.original.end);
        last.plain.end = last.plain.end.max(plain.end);
        return;
    }
    out.evasions.push(Evasion {
        class: mark.class,
        plain,
        original: mark.original,
        strong: mark.strong,
    });
}
