//! The generator's data and its dice.

use serde::Deserialize;
use std::ops::Range;
use std::sync::OnceLock;

/// Which half of the substitutions is drawn from. Tables of the normaliser were improved while looking at misses of
/// the first half only, so the second tells how far that carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    First,
    Second,
}

impl Half {
    pub(super) fn holds(self, option: &str) -> bool {
        (hash(&[option]) >> 17 & 1 == 0) == (self == Self::First)
    }
}

#[derive(Debug, Deserialize)]
struct Raw {
    words: String,
    pinyin: String,
    sounds: String,
    shapes: String,
    traditional: String,
    variants: String,
    parts: String,
    pictures: String,
    short: String,
    masks: String,
    digits: String,
    numerals: String,
    letters: String,
    imitations: String,
    separators: Vec<String>,
    emoji: Vec<String>,
    invisible: Vec<String>,
    marks: Vec<String>,
}

/// A row: what is replaced, and by what.
pub(super) type Row = (&'static str, &'static str);

/// The tables of `tables.toml`.
#[derive(Debug)]
pub(super) struct Tables {
    words: Vec<&'static str>,
    pub(super) pinyin: Vec<Row>,
    pub(super) by_ear_or_eye: Vec<Row>,
    pub(super) traditional: Vec<Row>,
    pub(super) variants: Vec<Row>,
    pub(super) parts: Vec<Row>,
    pub(super) pictures: Vec<Row>,
    pub(super) short: Vec<Row>,
    pub(super) masks: Vec<Row>,
    pub(super) digits: Vec<&'static str>,
    pub(super) numerals: Vec<&'static str>,
    pub(super) letters: Vec<&'static str>,
    pub(super) imitations: Vec<Row>,
    pub(super) separators: Vec<&'static str>,
    pub(super) emoji: Vec<&'static str>,
    pub(super) invisible: Vec<&'static str>,
    pub(super) marks: Vec<&'static str>,
}

impl Tables {
    pub(super) fn shared() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| {
            let raw: Raw = toml::from_str(include_str!("tables.toml")).expect("tables.toml");
            // Kept for the life of the test binary.
            Self::of(Box::leak(Box::new(raw)))
        })
    }

    fn of(raw: &'static Raw) -> Self {
        let list = |list: &'static [String]| list.iter().map(String::as_str).collect();
        let mut words: Vec<&str> = raw.words.split_whitespace().collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        let by_ear = one_by_one(&raw.sounds);
        Self {
            words,
            pinyin: by_char(&raw.pinyin),
            by_ear_or_eye: by_ear.into_iter().chain(one_by_one(&raw.shapes)).collect(),
            traditional: one_by_one(&raw.traditional),
            variants: one_by_one(&raw.variants),
            parts: by_char(&raw.parts),
            pictures: by_word(&raw.pictures, &["银行", "红包", "手机", "学生"]),
            short: by_word(&raw.short, &Self::of_words(raw)),
            masks: by_word(
                &raw.masks,
                &[
                    "加微信",
                    "微信",
                    "加QQ",
                    "QQ群",
                    "QQ",
                    "电话",
                    "进群",
                    "电报",
                ],
            ),
            digits: raw.digits.split_whitespace().collect(),
            numerals: raw.numerals.split_whitespace().collect(),
            letters: raw.letters.trim().lines().collect(),
            imitations: one_by_one(&raw.imitations),
            separators: list(&raw.separators),
            emoji: list(&raw.emoji),
            invisible: list(&raw.invisible),
            marks: list(&raw.marks),
        }
    }

    fn of_words(raw: &'static Raw) -> Vec<&'static str> {
        let mut words: Vec<&str> = raw.words.split_whitespace().collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        words
    }

    /// The sensitive words of a text, the longest at each place.
    pub(super) fn sensitive(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
            match self.words.iter().find(|w| rest.starts_with(**w)) {
                Some(word) => {
                    places.push(at..at + word.len());
                    at += word.len();
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
        places
    }
}

/// What the rows of a table give for `key`.
pub(super) fn of(rows: &[Row], key: &str) -> Vec<&'static str> {
    let mine = rows.iter().filter(|(k, _)| *k == key);
    mine.map(|(_, value)| *value).collect()
}

fn first(row: &'static str) -> Row {
    row.split_at(row.chars().next().map_or(0, char::len_utf8))
}

/// Rows of one character and what stands for it.
fn by_char(table: &'static str) -> Vec<Row> {
    table.split_whitespace().map(first).collect()
}

/// Rows of one character and several that stand for it.
fn one_by_one(table: &'static str) -> Vec<Row> {
    by_char(table)
        .into_iter()
        .flat_map(|(key, all)| {
            all.char_indices()
                .map(move |(i, c)| (key, &all[i..i + c.len_utf8()]))
        })
        .collect()
}

/// Rows of one of `words`, else of one character, and what stands for it.
fn by_word(table: &'static str, words: &[&str]) -> Vec<Row> {
    let rows = table.split_whitespace();
    rows.map(|row| {
        let word = words.iter().find(|w| row.starts_with(**w));
        word.map_or_else(|| first(row), |w| row.split_at(w.len()))
    })
    .collect()
}

fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|p| p.bytes().chain([0xFF]));
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// Dice that fall the same way for the same text (splitmix64).
#[derive(Debug)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn of(seeds: &[&str], turn: u64) -> Self {
        Self(hash(seeds) ^ turn.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// A number from 0 to `end`, without `end`; 0 where there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z % end.max(1) as u64) as usize
    }
}
