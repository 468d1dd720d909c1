//! Which places of a pattern's words count: the longest word at a place, and the neighbours that the pattern asks for.

use super::scope::within;
use regex::Regex;
use std::ops::Range;

/// Distance in characters of words that take a match away.
const APART: usize = 30;

/// What a word is to a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Word,
    Near,
    Without,
    Apart,
}

impl Part {
    /// The part with this number.
    pub(super) fn of(number: u32) -> Self {
        match number {
            0 => Self::Word,
            1 => Self::Near,
            2 => Self::Without,
            _ => Self::Apart,
        }
    }
}

/// What became of one place where a word stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It counts.
    Fires,
    /// A longer word of the same list stands there.
    InLonger,
    /// This stop phrase touches it.
    Stopped(String),
    /// None of the neighbours that it needs is near.
    Alone,
    /// A word that it must not have near is there.
    Apart,
    /// The regular expression does not match over it.
    Unshaped,
}

/// What a pattern asks for beside its words.
#[derive(Debug)]
pub(super) struct Neighbours {
    /// Whether a word beside is asked for.
    pub(super) near: bool,
    /// Within how many characters.
    pub(super) within: usize,
    pub(super) regex: Option<Regex>,
}

/// One place of one word of a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) pattern: u32,
    pub(super) part: Part,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Hit {
    pub(super) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// By pattern and part; words by place with the longest first, the others by place. One number, since sorting asks
    /// for it often.
    pub(super) fn order(&self) -> u128 {
        let end = match self.part {
            Part::Word => u32::MAX - self.end,
            _ => self.end,
        };
        let row = u128::from(self.pattern) << 2 | self.part as u128;
        row << 64 | u128::from(self.start) << 32 | u128::from(end)
    }
}

/// The places of one pattern by what they are to it, each list by place.
pub(super) struct Parts<'a> {
    pub(super) words: &'a [Hit],
    near: &'a [Hit],
    without: &'a [Hit],
    apart: &'a [Hit],
}

impl<'a> Parts<'a> {
    pub(super) fn of(hits: &'a [Hit]) -> Self {
        let part = |part: Part| {
            let from = hits.partition_point(|hit| hit.part < part);
            let to = hits.partition_point(|hit| hit.part <= part);
            hits.get(from..to).unwrap_or(&[])
        };
        Self {
            words: part(Part::Word),
            near: part(Part::Near),
            without: part(Part::Without),
            apart: part(Part::Apart),
        }
    }
}

impl Neighbours {
    /// The places where the pattern fires.
    pub(super) fn apply(&self, text: &str, hits: &[Hit], spans: &mut Vec<Range<usize>>) {
        let parts = Parts::of(hits);
        keep_longest(parts.words, spans);
        spans.retain(|span| {
            touching(parts.without, span).is_none()
                && (!self.near || beside(text, parts.near, span, self.within))
                && !beside_or_over(text, parts.apart, span)
        });
        if let Some(regex) = &self.regex {
            let widened = std::mem::take(spans).into_iter();
            spans.extend(widened.filter_map(|span| widen(text, regex, span)));
        }
    }

    /// What [`Neighbours::apply`] does with one of the longest words, and why.
    pub(super) fn fate(&self, text: &str, parts: &Parts<'_>, span: &Range<usize>) -> Fate {
        if let Some(stop) = touching(parts.without, span) {
            return Fate::Stopped(text.get(stop.span()).unwrap_or("").to_owned());
        }
        if self.near && !beside(text, parts.near, span, self.within) {
            return Fate::Alone;
        }
        if beside_or_over(text, parts.apart, span) {
            return Fate::Apart;
        }
        match &self.regex {
            Some(regex) if widen(text, regex, span.clone()).is_none() => Fate::Unshaped,
            _ => Fate::Fires,
        }
    }
}

/// Words by place, without those inside a longer one.
pub(super) fn keep_longest(words: &[Hit], kept: &mut Vec<Range<usize>>) {
    kept.clear();
    for word in words {
        let span = word.span();
        if kept.last().is_none_or(|last| span.end > last.end) {
            kept.push(span);
        }
    }
}

/// How far back a longer span can start: no lexicon word is longer.
const LOOK_BACK: usize = 128;

fn candidates<'a>(list: &'a [Hit], span: &Range<usize>, reach: usize) -> &'a [Hit] {
    let from = span.start.saturating_sub(reach + LOOK_BACK);
    let first = list.partition_point(|s| (s.start as usize) < from);
    let last = list.partition_point(|s| s.start as usize <= span.end + reach);
    list.get(first..last).unwrap_or(&[])
}

/// Neighbours looked at on each side; more can only come from a text made to be slow.
const LOOKED_AT: usize = 64;

fn touching<'a>(list: &'a [Hit], span: &Range<usize>) -> Option<&'a Hit> {
    candidates(list, span, 0)
        .iter()
        .take(LOOKED_AT)
        .find(|s| overlaps(&s.span(), span))
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn beside(text: &str, list: &[Hit], span: &Range<usize>, most: usize) -> bool {
    candidates(list, span, most * 4)
        .iter()
        .take(LOOKED_AT)
        .any(|s| !overlaps(&s.span(), span) && within(text, &s.span(), span, most))
}

fn beside_or_over(text: &str, list: &[Hit], span: &Range<usize>) -> bool {
    candidates(list, span, APART * 4)
        .iter()
        .take(LOOKED_AT)
        .any(|s| within(text, &s.span(), span, APART))
}

/// The word and the regular expression's match over it, when there is one near by.
fn widen(text: &str, regex: &Regex, span: Range<usize>) -> Option<Range<usize>> {
    let from = back(text, span.start, 12);
    let to = forward(text, span.end, 40);
    let window = text.get(from..to)?;
    regex
        .find_iter(window)
        .map(|m| from + m.start()..from + m.end())
        .find(|m| overlaps(m, &span))
        .map(|m| m.start.min(span.start)..m.end.max(span.end))
}

fn back(text: &str, at: usize, chars: usize) -> usize {
    let head = text.get(..at).unwrap_or("");
    head.char_indices()
        .rev()
        .take(chars)
        .last()
        .map_or(at, |(i, _)| i)
}

fn forward(text: &str, at: usize, chars: usize) -> usize {
    let tail = text.get(at..).unwrap_or("");
    at + tail
        .char_indices()
        .take(chars)
        .last()
        .map_or(0, |(i, c)| i + c.len_utf8())
}
