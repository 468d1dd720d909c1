//! The fast pass: which stretches need work at all. Plain simplified text is copied as it is.

use super::contacts::chinese_digit;
use super::fold::entity;
use super::glyphs::{Glyphs, Kind};
use super::hash::{IntMap, pair_key};
use super::homophones::Homophones;
use super::trie::Trie;
use std::collections::{HashMap, HashSet};

/// A pair of characters stands side by side in a lexicon word: a mark between them is worth a look.
const IN_WORD: u8 = 1;
/// A pair of characters begins or is a misspelling.
const SUSPECT: u8 = 2;

/// What the fast pass looks for.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// One bit per hashed pair; most pairs are turned away here.
    filter: Box<[u64]>,
    pairs: IntMap<u64, u8>,
    /// Syllables and words in letters, in lower case.
    letters: HashSet<String>,
    /// Symbols with a reading.
    readable: HashSet<char>,
}

/// Bits of the filter: 128 KiB.
const FILTER_BITS: u64 = 1 << 20;
/// Most letters in a run that may be pinyin or an abbreviation.
const MAX_LETTERS: usize = 24;
/// How many Chinese digits in a row may be a number read aloud.
const SPOKEN_DIGITS: usize = 6;

/// State of the scan of one stretch.
struct Walk {
    /// The last Chinese character, and how many marks stand after it.
    han: Option<char>,
    gap: bool,
    /// Whether the last character is a bracket right after a Chinese one.
    bracket: bool,
    previous: Kind,
    spoken: usize,
}

impl Scan {
    fn new() -> Self {
        Self {
            filter: vec![0; (FILTER_BITS / 64) as usize].into(),
            pairs: IntMap::default(),
            letters: HashSet::new(),
            readable: HashSet::new(),
        }
    }

    /// Adds the inner pairs of a lexicon word.
    fn add_word(&mut self, word: &str) {
        let chars: Vec<char> = word.chars().collect();
        for pair in chars.windows(2) {
            if let [a, b] = pair {
                self.add(pair_key(*a, *b), IN_WORD);
            }
        }
    }

    /// Adds the first pair (or the letters) of a misspelling.
    pub(super) fn add_suspect(&mut self, word: &str) {
        let letters: String = word
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if !letters.is_empty() {
            self.letters.insert(letters.to_ascii_lowercase());
        }
        let mut chars = word.chars();
        if let (Some(a), Some(b)) = (chars.next(), chars.next()) {
            self.add(
                pair_key(a.to_ascii_lowercase(), b.to_ascii_lowercase()),
                SUSPECT,
            );
        }
    }

    /// Adds a symbol that has a reading.
    pub(super) fn add_symbol(&mut self, symbol: char) {
        self.readable.insert(symbol);
    }

    /// Adds pinyin syllables.
    pub(super) fn add_syllables<V>(&mut self, syllables: &HashMap<String, V>) {
        self.letters
            .extend(syllables.keys().filter(|s| s.len() > 1).cloned());
    }

    fn add(&mut self, key: u64, bits: u8) {
        *self.pairs.entry(key).or_insert(0) |= bits;
        let bit = filter_bit(key);
        if let Some(word) = self.filter.get_mut((bit / 64) as usize) {
            *word |= 1 << (bit % 64);
        }
    }

    #[inline]
    fn pair(&self, a: char, b: char) -> u8 {
        let key = pair_key(a, b);
        let bit = filter_bit(key);
        let word = self.filter.get((bit / 64) as usize).copied().unwrap_or(0);
        if word & (1 << (bit % 64)) == 0 {
            return 0;
        }
        self.pairs.get(&key).copied().unwrap_or(0)
    }

    /// Whether nothing in the stretch calls for work.
    pub(super) fn is_clean(&self, glyphs: &Glyphs, homophones: &Homophones, slice: &str) -> bool {
        let mut walk = Walk {
            han: None,
            gap: false,
            bracket: false,
            previous: Kind::Other,
            spoken: 0,
        };
        let mut last = ' ';
        let mut letters_from = 0;
        for (at, ch) in slice.char_indices() {
            let kind = glyphs.kind(ch);
            if kind == Kind::Letter && walk.previous != Kind::Letter {
                letters_from = at;
            }
            let run_ended = walk.previous == Kind::Letter && kind != Kind::Letter;
            if run_ended && self.is_suspect_run(slice, letters_from, at) {
                return false;
            }
            if self.is_dirty(&mut walk, last, ch, kind)
                || ch == '&' && slice.get(at..).and_then(entity).is_some()
                || is_ruby(&walk, kind)
            {
                return false;
            }
            let pair = kind == Kind::Han && walk.previous == Kind::Han;
            if pair
                && homophones.may_begin(last, ch)
                && begins_misspelling(homophones, slice, at, last)
            {
                return false;
            }
            walk.bracket =
                walk.previous == Kind::Han && matches!(ch, '(' | '（' | '[' | '【' | '〔');
            walk.previous = kind;
            last = ch;
        }
        walk.previous != Kind::Letter || !self.is_suspect_run(slice, letters_from, slice.len())
    }

    #[inline]
    fn is_dirty(&self, walk: &mut Walk, last: char, ch: char, kind: Kind) -> bool {
        match kind {
            Kind::Han => {
                let bits = if walk.gap { IN_WORD } else { SUSPECT };
                let suspect = walk.han.is_some_and(|han| self.pair(han, ch) & bits != 0)
                    || walk.previous != Kind::Han
                        && self.pair(last.to_ascii_lowercase(), ch) & SUSPECT != 0;
                walk.han = Some(ch);
                walk.gap = false;
                walk.spoken = if chinese_digit(ch).is_some() {
                    walk.spoken + 1
                } else {
                    0
                };
                suspect || walk.spoken >= SPOKEN_DIGITS
            }
            Kind::Separator | Kind::Symbol => {
                walk.gap = true;
                self.pair(last, ch) & SUSPECT != 0
                    || kind == Kind::Symbol && self.readable.contains(&ch)
            }
            Kind::Fold | Kind::Drop | Kind::OddLetter => true,
            // 138O0138000: a letter in a number.
            Kind::Letter if walk.previous == Kind::Digit && matches!(ch, 'O' | 'o' | 'l' | 'I') => {
                true
            }
            Kind::Letter => {
                walk.han = None;
                self.pair(last.to_ascii_lowercase(), ch.to_ascii_lowercase()) & SUSPECT != 0
                    && walk.previous != Kind::Letter
            }
            Kind::Digit | Kind::Other | Kind::Barrier => {
                walk.han = None;
                walk.spoken = if kind == Kind::Digit { walk.spoken } else { 0 };
                false
            }
        }
    }

    /// A run of letters that may be pinyin, an abbreviation or the name of a messenger, next to Chinese text.
    fn is_suspect_run(&self, slice: &str, from: usize, to: usize) -> bool {
        let Some(run) = slice.get(from..to).filter(|r| r.len() <= MAX_LETTERS) else {
            return false;
        };
        let run = run.to_ascii_lowercase();
        if self.letters.contains(&run) {
            return true;
        }
        // Two or more syllables: baoben.
        (1..run.len().min(7)).any(|cut| {
            let (head, tail) = run.split_at(cut);
            self.letters.contains(head)
                && (2..=tail.len().min(6))
                    .any(|t| tail.get(..t).is_some_and(|t| self.letters.contains(t)))
        })
    }
}

/// 银(yin: a bracket after a Chinese character, then a letter.
fn is_ruby(walk: &Walk, kind: Kind) -> bool {
    walk.bracket && kind == Kind::Letter
}

/// Whether the characters from the one before `at` misspell a word.
fn begins_misspelling(homophones: &Homophones, slice: &str, at: usize, first: char) -> bool {
    let rest = slice.get(at..).unwrap_or_default().chars().take(12);
    let seen: Vec<char> = std::iter::once(first).chain(rest).collect();
    homophones.misspelt(&seen).is_some()
}

fn filter_bit(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 44
}

/// The words of the lexicons as a tree, and the scan that knows their pairs.
pub(super) fn words_and_scan<'a>(words: impl Iterator<Item = &'a String>) -> (Trie, Scan) {
    let mut trie = Trie::new();
    let mut scan = Scan::new();
    for word in words.filter(|w| w.chars().count() >= 2) {
        trie.insert(word);
        scan.add_word(word);
    }
    (trie, scan)
}
