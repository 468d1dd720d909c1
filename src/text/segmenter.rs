//! Words, by jieba with the finance dictionary.

use crate::model::dictionary::DictionaryWord;
use crate::model::tokens::Tokenizer;
use jieba_rs::{Jieba, TokenizeMode};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The segmenter. Cheap to clone: the dictionary is shared.
#[derive(Debug, Clone)]
pub struct Segmenter {
    jieba: Arc<Jieba>,
}

/// jieba with its own dictionary only, loaded once for the process (0.1 s, about 30 MB).
pub(super) fn plain_jieba() -> Arc<Jieba> {
    static JIEBA: OnceLock<Arc<Jieba>> = OnceLock::new();
    Arc::clone(JIEBA.get_or_init(|| Arc::new(Jieba::new())))
}

impl Segmenter {
    /// A segmenter that knows these words beside jieba's own.
    pub fn new(dictionary: &[DictionaryWord]) -> Self {
        let mut jieba = Jieba::clone(&plain_jieba());
        for word in dictionary {
            let frequency = word.frequency.map(|f| f as usize);
            jieba.add_word(&word.word, frequency, Some(&word.tag));
        }
        Self {
            jieba: Arc::new(jieba),
        }
    }
}

impl Tokenizer for Segmenter {
    fn words(&self, text: &str) -> Vec<Range<usize>> {
        not_blank(text, self.jieba.tokenize(text, TokenizeMode::Default, true))
    }

    fn search_words(&self, text: &str) -> Vec<Range<usize>> {
        not_blank(text, self.jieba.tokenize(text, TokenizeMode::Search, true))
    }
}

fn not_blank(text: &str, tokens: Vec<jieba_rs::Token<'_>>) -> Vec<Range<usize>> {
    tokens
        .into_iter()
        .map(|t| t.byte_start..t.byte_end)
        .filter(|r| text.get(r.clone()).is_some_and(|w| !w.trim().is_empty()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segmenter() -> Segmenter {
        let word = |w: &str| DictionaryWord {
            word: w.to_owned(),
            frequency: None,
            tag: "wealth".to_owned(),
        };
        Segmenter::new(&[word("保本保息"), word("秒下款")])
    }

    fn cut<'a>(text: &'a str, ranges: &[Range<usize>]) -> Vec<&'a str> {
        ranges.iter().map(|r| &text[r.clone()]).collect()
    }

    #[test]
    fn own_words_stay_whole_and_blanks_are_left_out() {
        let text = "保本保息 秒下款\n";
        assert_eq!(cut(text, &segmenter().words(text)), ["保本保息", "秒下款"]);
    }

    #[test]
    fn search_words_include_the_shorter_ones() {
        let text = "中华人民共和国";
        let words = segmenter().search_words(text);
        let words = cut(text, &words);
        assert!(
            words.contains(&"共和国") && words.contains(&"中华人民共和国"),
            "{words:?}"
        );
    }
}
