//! Text to terms. Of Chinese text, every pair of neighbouring characters is a term, so that any part of a text is
//! found, whatever the dictionary takes for words; longer words of the dictionary (by the tokenizer of `model`, which
//! `text/` implements) are terms besides, for the ranking. Letters and digits are terms as they stand together.
//!
//! Positions count characters, not terms, and marks between characters do not count: 保·本·高·息 is found as 保本高息.
//! At the end of a line or sentence, and at more than three marks in a row, neighbourhood ends.

use crate::model::tokens::Tokenizer;
use std::sync::Arc;
use tantivy::tokenizer::{Token, TokenStream};

/// Name of the tokenizer in the index; another way of cutting gets another name.
pub(super) const CUTTER: &str = "wangxun-zh-1";

/// Most marks between two characters that still are neighbours.
const MOST_MARKS: usize = 3;
/// Longest term in letters and digits, in characters; of longer ones the beginning counts.
const LONGEST_WORD: usize = 64;

/// One character that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// Lower case, full-width folded.
    pub(super) c: char,
    /// First byte in the text.
    pub(super) start: usize,
    /// Byte after it.
    pub(super) end: usize,
    /// Its place; neighbours differ by one.
    pub(super) place: usize,
}

impl Letter {
    pub(super) fn is_han(&self) -> bool {
        is_han(self.c)
    }

    /// Whether `next` stands beside it.
    fn touches(&self, next: &Letter) -> bool {
        next.place == self.place + 1
    }
}

/// The characters that count, with their places.
pub(super) fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len() / 2);
    let (mut place, mut marks, mut broken) = (0, 0, false);
    for (start, raw) in text.char_indices() {
        let c = folded(raw);
        if !c.is_alphanumeric() {
            marks += 1;
            broken |= matches!(c, '\n' | '\r' | '。' | '!' | '?' | ';');
            continue;
        }
        if !letters.is_empty() {
            place += 1 + usize::from(broken || marks > MOST_MARKS);
        }
        (marks, broken) = (0, false);
        letters.push(Letter {
            c,
            start,
            end: start + raw.len_utf8(),
            place,
        });
    }
    letters
}

fn folded(c: char) -> char {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    // Characters whose lower case is longer than one character keep its first; both sides do so.
    narrow.to_lowercase().next().unwrap_or(narrow)
}

/// Whether a character is a Han character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

/// A term with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) term: String,
    pub(super) place: usize,
    /// How many characters it covers.
    pub(super) length: usize,
}

/// The terms that together stand for a run of characters: pairs of Han characters, whole words of others. A Han
/// character without a neighbour behind it is a term alone.
pub(super) fn pieces(letters: &[Letter]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        if letter.is_han() {
            let next = letters.get(at + 1);
            let mut term = String::from(letter.c);
            if let Some(next) = next.filter(|n| n.is_han() && letter.touches(n)) {
                term.push(next.c);
            }
            pieces.push(Piece {
                length: term.chars().count(),
                term,
                place: letter.place,
            });
            at += 1;
        } else {
            let word = word_at(letters, at);
            let term = word.iter().take(LONGEST_WORD).map(|l| l.c).collect();
            pieces.push(Piece {
                term,
                place: letter.place,
                length: word.len(),
            });
            at += word.len().max(1);
        }
    }
    pieces
}

/// Letters and digits that stand together without any mark.
fn word_at(letters: &[Letter], at: usize) -> &[Letter] {
    let rest = letters.get(at..).unwrap_or_default();
    let joined = rest
        .windows(2)
        .take_while(|pair| matches!(pair, [a, b] if !b.is_han() && a.end == b.start))
        .count();
    rest.get(..joined + 1).unwrap_or(rest)
}

/// Cuts text for the index.
#[derive(Clone)]
pub(super) struct Cutter {
    pub(super) words: Arc<dyn Tokenizer>,
}

impl Cutter {
    /// All terms of a text, by place.
    fn cut(&self, text: &str) -> Vec<Token> {
        let letters = letters(text);
        let mut found = pieces(&letters);
        found.extend(self.long_words(text, &letters));
        found.sort_by_key(|piece| (piece.place, piece.length));
        let token = |piece: Piece| Token {
            offset_from: 0,
            offset_to: 0,
            position: piece.place,
            position_length: piece.length,
            text: piece.term,
        };
        found.into_iter().map(token).collect()
    }

    /// Dictionary words of three Han characters and more.
    fn long_words(&self, text: &str, letters: &[Letter]) -> Vec<Piece> {
        let mut at = 0;
        let mut words: Vec<Piece> = Vec::new();
        for range in self.words.search_words(text) {
            if range.len() < 9 {
                continue;
            }
            // Words come nearly in order: the search begins where the last one was found.
            while at > 0 && letters.get(at).is_some_and(|l| l.start > range.start) {
                at -= 1;
            }
            while letters.get(at).is_some_and(|l| l.start < range.start) {
                at += 1;
            }
            let rest = letters.get(at..).unwrap_or_default();
            let word: Vec<&Letter> = rest.iter().take_while(|l| l.end <= range.end).collect();
            let (Some(first), Some(last)) = (word.first(), word.last()) else {
                continue;
            };
            let whole = last.place + 1 == first.place + word.len();
            if word.len() >= 3 && whole && word.iter().all(|l| l.is_han()) {
                words.push(Piece {
                    term: word.iter().map(|l| l.c).collect(),
                    place: first.place,
                    length: word.len(),
                });
            }
        }
        words
    }
}

impl tantivy::tokenizer::Tokenizer for Cutter {
    type TokenStream<'a> = Terms;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms {
        Terms {
            tokens: self.cut(text).into_iter(),
            current: Token::default(),
        }
    }
}

/// The terms of one text, one after the other.
pub(super) struct Terms {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl TokenStream for Terms {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.current = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(String, usize)> {
        let found = pieces(&letters(text));
        found.into_iter().map(|p| (p.term, p.place)).collect()
    }

    fn row(term: &str, place: usize) -> (String, usize) {
        (term.to_owned(), place)
    }

    #[test]
    fn pairs_words_and_places() {
        assert_eq!(
            terms("保本、高息 APP１8%"),
            [
                row("保本", 0),
                row("本高", 1),
                row("高息", 2),
                row("息", 3),
                row("app18", 4)
            ]
        );
    }

    #[test]
    fn lines_and_sentences_end_neighbourhood() {
        assert_eq!(
            terms("保\n本。高"),
            [row("保", 0), row("本", 2), row("高", 4)]
        );
        assert_eq!(terms("138****0001"), [row("138", 0), row("0001", 4)]);
    }

    #[test]
    fn marks_do_not_hide() {
        assert_eq!(terms("保·本*"), terms("保本"));
    }
}
