//! One automaton over many words, and whom each of them serves.
//!
//! Character-wise, because Han text has three bytes to a character: on real texts it is between two and four times as
//! fast as the byte-wise automaton of the `aho-corasick` crate (`wangxun bench audit` shows what it costs).

use daachorse::CharwiseDoubleArrayAhoCorasick;
use daachorse::errors::DaachorseError;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// The compiled words, each with the numbers of those whom it serves. ASCII letters are compared without regard to case.
pub(super) struct Finder {
    /// A word's value is the one number that it serves, or with [`MANY`] where its list begins. `None` without words.
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// Lists of numbers, each with its length before it.
    lists: Vec<u32>,
}

/// Marks a value that is a place in the lists. Most words serve one, and are spared the way there.
const MANY: u32 = 1 << 31;

impl Finder {
    /// Compiles words with the numbers that they serve, below 2^31; a word may be given any number of times. Empty words
    /// are left out.
    pub(super) fn compile(
        words: impl IntoIterator<Item = (String, u32)>,
    ) -> Result<Self, DaachorseError> {
        let mut all: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (word, number) in words {
            if !word.is_empty() {
                all.entry(word.to_ascii_lowercase())
                    .or_default()
                    .push(number & !MANY);
            }
        }
        let mut lists = Vec::new();
        let mut valued = Vec::with_capacity(all.len());
        for (word, numbers) in &all {
            let value = match numbers.as_slice() {
                [one] => *one,
                many => {
                    let place = MANY | lists.len() as u32;
                    lists.push(many.len() as u32);
                    lists.extend_from_slice(many);
                    place
                }
            };
            valued.push((word, value));
        }
        let automaton = match valued.is_empty() {
            true => None,
            false => Some(CharwiseDoubleArrayAhoCorasick::with_values(valued)?),
        };
        Ok(Self { automaton, lists })
    }

    /// Tells every place of every word with each number that the word serves, overlapping places too, in order of their
    /// ends.
    pub(super) fn each(&self, text: &str, mut see: impl FnMut(u32, Range<usize>)) {
        let Some(automaton) = &self.automaton else {
            return;
        };
        for hit in automaton.find_overlapping_iter(lowered(text)) {
            let (value, span) = (hit.value(), hit.start()..hit.end());
            if value & MANY == 0 {
                see(value, span);
                continue;
            }
            for number in self.list((value & !MANY) as usize) {
                see(*number, span.clone());
            }
        }
    }

    fn list(&self, at: usize) -> &[u32] {
        let length = self.lists.get(at).map_or(0, |length| *length as usize);
        self.lists.get(at + 1..at + 1 + length).unwrap_or(&[])
    }
}

/// The text with ASCII letters in lower case; byte for byte as long.
fn lowered(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.automaton.as_ref().map_or(0, |a| a.heap_bytes());
        write!(f, "Finder({bytes} bytes)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every place of every word, by looking everywhere.
    fn everywhere(words: &[String], text: &str) -> Vec<(usize, Range<usize>)> {
        let text = text.to_ascii_lowercase();
        let mut found = Vec::new();
        for (number, word) in words.iter().enumerate() {
            let word = word.to_ascii_lowercase();
            for (at, _) in text.char_indices() {
                if !word.is_empty() && text[at..].starts_with(&word) {
                    found.push((number, at..at + word.len()));
                }
            }
        }
        found.sort_by_key(|(number, span)| (*number, span.start));
        found
    }

    proptest! {
        #[test]
        fn all_places_are_found(
            words in proptest::collection::vec("[保本息aB一😀]{0,4}", 0..12),
            text in "[保本息aAbB一，😀]{0,40}|\\PC{0,20}",
        ) {
            let numbered = (0..).zip(&words).map(|(n, w)| (w.clone(), n));
            let finder = Finder::compile(numbered).expect("compiles");
            let mut found = Vec::new();
            finder.each(&text, |number, span| found.push((number as usize, span)));
            found.sort_by_key(|(number, span)| (*number, span.start));
            prop_assert_eq!(found, everywhere(&words, &text));
        }
    }

    #[test]
    fn nothing_is_found_with_no_words() {
        let finder = Finder::compile([(String::new(), 1)]).expect("compiles");
        finder.each("保本", |_, _| panic!("found something"));
    }
}
