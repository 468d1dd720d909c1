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

/// The compiled words. ASCII letters are compared without regard to case.
pub(super) struct Finder<T> {
    /// `None` without words.
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each word, where its part of `users` begins; one more at the end.
    begins: Vec<usize>,
    users: Vec<T>,
}

impl<T> Finder<T> {
    /// Compiles words with whom they serve; a word may be given any number of times. Empty words are left out.
    pub(super) fn compile(
        words: impl IntoIterator<Item = (String, T)>,
    ) -> Result<Self, DaachorseError> {
        let mut all: BTreeMap<String, Vec<T>> = BTreeMap::new();
        for (word, user) in words {
            if !word.is_empty() {
                all.entry(word.to_ascii_lowercase()).or_default().push(user);
            }
        }
        let automaton = match all.is_empty() {
            true => None,
            false => Some(CharwiseDoubleArrayAhoCorasick::new(all.keys())?),
        };
        let mut finder = Self {
            automaton,
            begins: vec![0],
            users: Vec::new(),
        };
        for users in all.into_values() {
            finder.users.extend(users);
            finder.begins.push(finder.users.len());
        }
        Ok(finder)
    }

    /// Tells every place of every word, overlapping ones too, in order of their ends.
    pub(super) fn each<'a>(&'a self, text: &str, mut see: impl FnMut(&'a [T], Range<usize>)) {
        let Some(automaton) = &self.automaton else {
            return;
        };
        for hit in automaton.find_overlapping_iter(lowered(text)) {
            let word = hit.value() as usize;
            if let (Some(from), Some(to)) = (self.begins.get(word), self.begins.get(word + 1))
                && let Some(users) = self.users.get(*from..*to)
            {
                see(users, hit.start()..hit.end());
            }
        }
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

impl<T> fmt::Debug for Finder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finder({} words)", self.begins.len().saturating_sub(1))
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
            let numbered = words.iter().cloned().enumerate().map(|(n, w)| (w, n));
            let finder = Finder::compile(numbered).expect("compiles");
            let mut found = Vec::new();
            finder.each(&text, |users, span| {
                found.extend(users.iter().map(|user| (*user, span.clone())));
            });
            found.sort_by_key(|(number, span)| (*number, span.start));
            prop_assert_eq!(found, everywhere(&words, &text));
        }
    }

    #[test]
    fn nothing_is_found_with_no_words() {
        let finder: Finder<u8> = Finder::compile([(String::new(), 1)]).expect("compiles");
        finder.each("保本", |_, _| panic!("found something"));
    }
}
