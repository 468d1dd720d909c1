//! One multi-pattern scan for all words of the lexicon, then the neighbours that each pattern asks for.

use super::scope::within;
use crate::model::lexicon::Pattern;
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;

/// Distance in characters of words that take a match away.
const APART: usize = 30;

/// What a word is to a pattern.
#[derive(Debug, Clone, Copy)]
enum Part {
    Word,
    Near,
    Without,
    Apart,
}

/// The compiled automaton over the words of all patterns and plain lists.
#[derive(Debug)]
pub(super) struct Scanner {
    automaton: AhoCorasick,
    /// For each word of the automaton: the patterns it serves.
    users: Vec<Vec<(usize, Part)>>,
    /// For each word of the automaton: how the lexicon writes it.
    written: Vec<String>,
    patterns: Vec<Neighbours>,
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

/// One place where a word stands, for the people who keep the lexicons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    /// Number of the pattern, in the order of compilation.
    pub(super) pattern: usize,
    /// The word as the lexicon writes it.
    pub(super) word: String,
    /// What became of it.
    pub(super) fate: Fate,
}

#[derive(Debug)]
struct Neighbours {
    near: bool,
    within: usize,
    regex: Option<Regex>,
}

/// Spans of one pattern's words in a text, sorted by place.
#[derive(Debug, Default, Clone)]
struct Bucket {
    word: Vec<Range<usize>>,
    near: Vec<Range<usize>>,
    without: Vec<Range<usize>>,
    apart: Vec<Range<usize>>,
}

/// Folds a lexicon word as the normaliser folds text: full-width forms to ASCII.
fn fold(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

impl Scanner {
    pub(super) fn compile<'a>(
        patterns: impl Iterator<Item = &'a Pattern>,
    ) -> Result<Self, super::CompileError> {
        let mut words: BTreeMap<String, (String, Vec<(usize, Part)>)> = BTreeMap::new();
        let mut compiled = Vec::new();
        for (index, pattern) in patterns.enumerate() {
            let lists = [
                (Part::Word, &pattern.words),
                (Part::Near, &pattern.near),
                (Part::Without, &pattern.without),
                (Part::Apart, &pattern.apart),
            ];
            for (part, list) in lists {
                for word in list.iter().filter(|w| !w.is_empty()) {
                    for form in [word.clone(), fold(word)] {
                        let (_, users) = words
                            .entry(form)
                            .or_insert_with(|| (word.clone(), Vec::new()));
                        if users
                            .last()
                            .is_none_or(|(i, p)| *i != index || *p as u8 != part as u8)
                        {
                            users.push((index, part));
                        }
                    }
                }
            }
            compiled.push(Neighbours {
                near: !pattern.near.is_empty(),
                within: pattern.within,
                regex: pattern.regex.as_deref().map(Regex::new).transpose()?,
            });
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(words.keys())?;
        let (written, users) = words.into_values().unzip();
        Ok(Self {
            automaton,
            users,
            written,
            patterns: compiled,
        })
    }

    /// For each pattern with matches, in the order of compilation: its index and the matches by place.
    pub(super) fn scan(&self, text: &str) -> Vec<(usize, Vec<Range<usize>>)> {
        let mut found = Vec::new();
        for (index, bucket, rule) in self.buckets(text) {
            let spans = rule.apply(text, bucket);
            if !spans.is_empty() {
                found.push((index, spans));
            }
        }
        found
    }

    /// Every place where a word of a pattern stands, with what became of it: what [`Scanner::scan`] decides, told.
    pub(super) fn trace(&self, text: &str) -> Vec<Trace> {
        let words: Vec<(usize, Range<usize>, &str)> = self
            .automaton
            .find_overlapping_iter(text)
            .flat_map(|hit| {
                let at = hit.pattern().as_usize();
                let users = self.users.get(at).into_iter().flatten();
                let word = self.written.get(at).map_or("", String::as_str);
                users
                    .filter(|(_, part)| matches!(part, Part::Word))
                    .map(move |(pattern, _)| (*pattern, hit.range(), word))
            })
            .collect();
        let mut traces = Vec::new();
        for (index, bucket, rule) in self.buckets(text) {
            let (bucket, longest) = bucket.sorted();
            for (_, span, word) in words.iter().filter(|(pattern, ..)| *pattern == index) {
                let fate = if longest.contains(span) {
                    rule.fate(text, &bucket, span)
                } else {
                    Fate::InLonger
                };
                traces.push(Trace {
                    pattern: index,
                    word: (*word).to_owned(),
                    fate,
                });
            }
        }
        traces
    }

    /// The patterns with words in the text, and all that stands there for them.
    fn buckets(&self, text: &str) -> impl Iterator<Item = (usize, Bucket, &Neighbours)> {
        let mut buckets: Vec<Option<Box<Bucket>>> = vec![None; self.patterns.len()];
        for hit in self.automaton.find_overlapping_iter(text) {
            let Some(users) = self.users.get(hit.pattern().as_usize()) else {
                continue;
            };
            for (pattern, part) in users {
                if let Some(slot) = buckets.get_mut(*pattern) {
                    let bucket = slot.get_or_insert_default();
                    bucket.part(*part).push(hit.range());
                }
            }
        }
        let all = buckets.into_iter().zip(&self.patterns).enumerate();
        all.filter_map(|(index, (bucket, rule))| {
            let bucket = bucket.filter(|b| !b.word.is_empty())?;
            Some((index, *bucket, rule))
        })
    }
}

impl Bucket {
    fn part(&mut self, part: Part) -> &mut Vec<Range<usize>> {
        match part {
            Part::Word => &mut self.word,
            Part::Near => &mut self.near,
            Part::Without => &mut self.without,
            Part::Apart => &mut self.apart,
        }
    }

    /// The bucket with its neighbours by place, and the longest words by place.
    fn sorted(mut self) -> (Self, Vec<Range<usize>>) {
        for list in [&mut self.near, &mut self.without, &mut self.apart] {
            list.sort_by_key(|span| (span.start, span.end));
        }
        let words = longest(std::mem::take(&mut self.word));
        (self, words)
    }
}

impl Neighbours {
    fn apply(&self, text: &str, bucket: Bucket) -> Vec<Range<usize>> {
        let (bucket, mut spans) = bucket.sorted();
        spans.retain(|span| {
            touching(&bucket.without, span).is_none()
                && (!self.near || beside(text, &bucket.near, span, self.within))
                && !beside_or_over(text, &bucket.apart, span)
        });
        match &self.regex {
            Some(regex) => spans
                .into_iter()
                .filter_map(|span| widen(text, regex, span))
                .collect(),
            None => spans,
        }
    }

    /// What [`Neighbours::apply`] does with one of the longest words, and why.
    fn fate(&self, text: &str, bucket: &Bucket, span: &Range<usize>) -> Fate {
        if let Some(stop) = touching(&bucket.without, span) {
            return Fate::Stopped(text.get(stop.clone()).unwrap_or("").to_owned());
        }
        if self.near && !beside(text, &bucket.near, span, self.within) {
            return Fate::Alone;
        }
        if beside_or_over(text, &bucket.apart, span) {
            return Fate::Apart;
        }
        match &self.regex {
            Some(regex) if widen(text, regex, span.clone()).is_none() => Fate::Unshaped,
            _ => Fate::Fires,
        }
    }
}

/// Matches by place, without those inside a longer one.
fn longest(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, usize::MAX - span.end));
    let mut kept: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        if kept.last().is_none_or(|last| span.end > last.end) {
            kept.push(span);
        }
    }
    kept
}

/// How far back a longer span can start: no lexicon word is longer.
const LOOK_BACK: usize = 128;

fn candidates<'a>(
    list: &'a [Range<usize>],
    span: &Range<usize>,
    reach: usize,
) -> &'a [Range<usize>] {
    let from = span.start.saturating_sub(reach + LOOK_BACK);
    let first = list.partition_point(|s| s.start < from);
    let last = list.partition_point(|s| s.start <= span.end + reach);
    list.get(first..last).unwrap_or(&[])
}

/// Neighbours looked at on each side; more can only come from a text made to be slow.
const LOOKED_AT: usize = 64;

fn touching<'a>(list: &'a [Range<usize>], span: &Range<usize>) -> Option<&'a Range<usize>> {
    candidates(list, span, 0)
        .iter()
        .take(LOOKED_AT)
        .find(|s| overlaps(s, span))
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn beside(text: &str, list: &[Range<usize>], span: &Range<usize>, most: usize) -> bool {
    candidates(list, span, most * 4)
        .iter()
        .take(LOOKED_AT)
        .any(|s| !overlaps(s, span) && within(text, s, span, most))
}

fn beside_or_over(text: &str, list: &[Range<usize>], span: &Range<usize>) -> bool {
    candidates(list, span, APART * 4)
        .iter()
        .take(LOOKED_AT)
        .any(|s| within(text, s, span, APART))
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
