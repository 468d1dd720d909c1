//! Reader of `finance.dict`, the segmenter's own words: `word [frequency] [tag]`, `#` comments.

use super::file::{LexiconError, text_of};
use crate::model::dictionary::DictionaryWord;
use std::path::Path;

const NAME: &str = "finance.dict";

/// The finance dictionary: the embedded one, or `directory/finance.dict` where it exists.
pub fn load(directory: Option<&Path>) -> Result<Vec<DictionaryWord>, LexiconError> {
    let text = text_of(directory, NAME, include_str!("../../lexicons/finance.dict"))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<DictionaryWord>, LexiconError> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            word_of(line)
                .ok_or_else(|| LexiconError::parse(NAME, format!("line {}: {line:?}", index + 1)))
        })
        .collect()
}

/// A line's word; `None` when the line has too many fields or a word that is too long.
fn word_of(line: &str) -> Option<DictionaryWord> {
    let mut fields = line.split_whitespace();
    let word = fields
        .next()
        .filter(|w| w.chars().count() <= 24)?
        .to_owned();
    let second = fields.next();
    let frequency = second.and_then(|f| f.parse().ok());
    let tag = match frequency {
        Some(_) => fields.next(),
        None => second,
    };
    if fields.next().is_some() {
        return None;
    }
    Some(DictionaryWord {
        word,
        frequency,
        tag: tag.unwrap_or("n").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_dictionary_is_unique_and_plain() {
        let words = load(None).expect("embedded dictionary parses");
        let mut seen = std::collections::HashSet::new();
        for word in &words {
            assert!(seen.insert(&word.word), "twice: {}", word.word);
            assert!(word.word.chars().count() >= 2, "too short: {}", word.word);
        }
        assert!(words.is_sorted_by(|a, b| a.word < b.word), "not sorted");
        assert!(words.len() > 500, "{} words", words.len());
    }

    #[test]
    fn lines_have_word_frequency_and_tag() {
        let words = parse("# head\n保本保息 300 v\n年化 n\n\n配资\n").expect("good lines");
        assert_eq!(words[0].frequency, Some(300));
        assert_eq!(words[1].tag, "n");
        assert_eq!(words[2].frequency, None);
        assert!(parse("a 1 n extra").is_err());
    }
}
