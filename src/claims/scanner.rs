//! One multi-pattern scan for all words of the lexicon, then the neighbours that each pattern asks for.

use super::contact::{Forms, TRIGGERS};
use super::extractor::CompileError;
use super::finder::Finder;
use super::neighbours::{Fate, Hit, Neighbours, Part, Parts, keep_longest};
use super::yields::{self, Place};
use crate::model::lexicon::Pattern;
use regex::Regex;
use std::ops::Range;

/// Whom a word of the automaton serves, as one number: its kind in two bits, what the kind needs in 29.
#[derive(Debug, Clone, Copy)]
enum User {
    /// A pattern by its number, and what the word is to it.
    Pattern(u32, Part),
    /// The trained model, which knows the word by this index.
    Model(u32),
    /// Forms of contact that may stand where the word stands.
    Contact(Forms),
    /// Figures of return and cost, whose vocabulary knows the word by this number.
    Figure(u32),
}

/// Bits of what a kind needs.
const NEEDS: u32 = 29;

impl User {
    fn number(self) -> u32 {
        let (kind, needs) = match self {
            Self::Pattern(pattern, part) => (0, pattern << 2 | part as u32),
            Self::Model(index) => (1, index),
            Self::Contact(forms) => (2, forms.bits()),
            Self::Figure(word) => (3, word),
        };
        kind << NEEDS | needs & ((1 << NEEDS) - 1)
    }

    fn of(number: u32) -> Self {
        let needs = number & ((1 << NEEDS) - 1);
        match number >> NEEDS {
            0 => Self::Pattern(needs >> 2, Part::of(needs & 3)),
            1 => Self::Model(needs),
            2 => Self::Contact(Forms::of_bits(needs)),
            _ => Self::Figure(needs),
        }
    }
}

/// The automaton over all words that are looked for: of all patterns and plain lists, of the trained model, those by
/// which figures are read, and those without which no contact stands in a text.
#[derive(Debug)]
pub(super) struct Scanner {
    finder: Finder,
    patterns: Vec<Neighbours>,
}

/// What was met in a text besides the patterns.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Words of the trained model: indices, sorted, without doubles.
    pub(super) words: Vec<u32>,
    /// Forms of contact whose words stand in the text.
    pub(super) forms: Forms,
    /// All places of words that figures are read by.
    pub(super) figures: Vec<Place>,
}

/// One place where a word stands, for the people who keep the lexicons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    /// Number of the pattern, in the order of compilation.
    pub(super) pattern: usize,
    /// The word as [`compared`] gives it.
    pub(super) word: String,
    /// What became of it.
    pub(super) fate: Fate,
}

/// A lexicon word in the form in which places are told apart: full-width forms and capital letters of ASCII folded.
pub fn compared(word: &str) -> String {
    fold(word).to_ascii_lowercase()
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
        model: impl Iterator<Item = &'a str>,
    ) -> Result<Self, CompileError> {
        let mut words: Vec<(String, u32)> = Vec::new();
        let mut compiled = Vec::new();
        for (index, pattern) in (0..).zip(patterns) {
            let lists = [
                (Part::Word, &pattern.words),
                (Part::Near, &pattern.near),
                (Part::Without, &pattern.without),
                (Part::Apart, &pattern.apart),
            ];
            for (part, word) in lists
                .into_iter()
                .flat_map(|(part, list)| list.iter().map(move |word| (part, word)))
            {
                let user = User::Pattern(index, part).number();
                let folded = fold(word);
                if folded != *word {
                    words.push((folded, user));
                }
                words.push((word.clone(), user));
            }
            compiled.push(Neighbours {
                near: !pattern.near.is_empty(),
                within: pattern.within,
                regex: pattern.regex.as_deref().map(Regex::new).transpose()?,
            });
        }
        words.extend(
            (0..)
                .zip(model)
                .map(|(at, word)| (word.to_owned(), User::Model(at).number())),
        );
        let triggers = TRIGGERS.iter();
        words.extend(
            triggers.map(|(word, forms)| ((*word).to_owned(), User::Contact(*forms).number())),
        );
        let figures = (0..).zip(yields::words());
        words.extend(figures.map(|(at, word)| ((*word).to_owned(), User::Figure(at).number())));
        Ok(Self {
            finder: Finder::compile(words).map_err(|e| CompileError::Automaton(e.to_string()))?,
            patterns: compiled,
        })
    }

    /// Gives each pattern that fires to `give`, in the order of compilation: its number and its places in order.
    pub(super) fn scan(&self, text: &str, mut give: impl FnMut(usize, &[Range<usize>])) -> Met {
        let mut met = Met::default();
        let hits = self.hits(text, &mut met);
        let mut spans: Vec<Range<usize>> = Vec::new();
        for of_pattern in hits.chunk_by(|a, b| a.pattern == b.pattern) {
            let Some((number, rule)) = self.rule(of_pattern) else {
                continue;
            };
            rule.apply(text, of_pattern, &mut spans);
            if !spans.is_empty() {
                give(number, &spans);
            }
        }
        met
    }

    /// Every place where a word of a pattern stands, with what became of it: what [`Scanner::scan`] decides, told.
    pub(super) fn trace(&self, text: &str) -> Vec<Trace> {
        let mut traces = Vec::new();
        let hits = self.hits(text, &mut Met::default());
        for of_pattern in hits.chunk_by(|a, b| a.pattern == b.pattern) {
            let Some((number, rule)) = self.rule(of_pattern) else {
                continue;
            };
            let parts = Parts::of(of_pattern);
            let mut longest = Vec::new();
            keep_longest(parts.words, &mut longest);
            for hit in parts.words {
                let span = hit.span();
                let fate = match longest.contains(&span) {
                    true => rule.fate(text, &parts, &span),
                    false => Fate::InLonger,
                };
                traces.push(Trace {
                    pattern: number,
                    word: compared(text.get(span).unwrap_or("")),
                    fate,
                });
            }
        }
        traces
    }

    fn rule(&self, hits: &[Hit]) -> Option<(usize, &Neighbours)> {
        let number = hits.first()?.pattern as usize;
        Some((number, self.patterns.get(number)?))
    }

    /// All places of the patterns that have a word in the text, sorted; and what else is met.
    fn hits(&self, text: &str, met: &mut Met) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::with_capacity(text.len() / 8);
        let mut with_words = vec![false; self.patterns.len()];
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.finder
            .each(text, |number, span| match User::of(number) {
                User::Pattern(pattern, part) => {
                    if part == Part::Word
                        && let Some(slot) = with_words.get_mut(pattern as usize)
                    {
                        *slot = true;
                    }
                    hits.push(Hit {
                        pattern,
                        part,
                        start: place(span.start),
                        end: place(span.end),
                    });
                }
                User::Model(word) => met.words.push(word),
                User::Contact(forms) => met.forms.add(forms),
                User::Figure(word) => met.figures.push(Place {
                    start: span.start,
                    end: span.end,
                    word,
                }),
            });
        hits.retain(|hit| with_words.get(hit.pattern as usize) == Some(&true));
        hits.sort_unstable_by_key(Hit::order);
        met.words.sort_unstable();
        met.words.dedup();
        hits
    }
}
