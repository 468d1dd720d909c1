//! Reader of `evasion/*.toml`: the tables of the normaliser.

use super::file::{LexiconError, text_of};
use crate::model::evasion::{
    Confusion, ContactMask, DigitTables, EvasionTables, Fold, SplitCharacter, SymbolSense, class,
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

const GLYPHS: &str = "evasion/glyphs.toml";
const WORDS: &str = "evasion/words.toml";
const CONTACTS: &str = "evasion/contacts.toml";

/// The tables: the embedded ones, each replaced by `directory/evasion/<name>.toml` where it exists.
pub fn load(directory: Option<&Path>) -> Result<EvasionTables, LexiconError> {
    let mut tables = EvasionTables::default();
    let glyphs = include_str!("../../lexicons/evasion/glyphs.toml");
    read_glyphs(&text_of(directory, GLYPHS, glyphs)?, &mut tables)?;
    let words = include_str!("../../lexicons/evasion/words.toml");
    read_words(&text_of(directory, WORDS, words)?, &mut tables)?;
    let contacts = include_str!("../../lexicons/evasion/contacts.toml");
    read_contacts(&text_of(directory, CONTACTS, contacts)?, &mut tables)?;
    Ok(tables)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GlyphFile {
    drops: Vec<String>,
    separators: String,
    folds: Vec<FoldGroup>,
    lookalikes: Vec<String>,
    splits: BTreeMap<String, Vec<String>>,
    symbols: BTreeMap<String, SymbolRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FoldGroup {
    class: String,
    #[serde(default)]
    strong: bool,
    pairs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SymbolRow {
    readings: Vec<String>,
    #[serde(default)]
    always: bool,
}

fn read_glyphs(text: &str, tables: &mut EvasionTables) -> Result<(), LexiconError> {
    let file: GlyphFile = toml::from_str(text).map_err(|e| LexiconError::parse(GLYPHS, e))?;
    let bad = |what: &str, value: &str| LexiconError::parse(GLYPHS, format!("{what}: {value:?}"));
    for range in &file.drops {
        let range = char_range(range).ok_or_else(|| bad("drops", range))?;
        tables.drops.push(range);
    }
    tables.separators = file.separators.chars().collect();
    for group in &file.folds {
        let class = class(&group.class).ok_or_else(|| bad("folds.class", &group.class))?;
        for pair in &group.pairs {
            let (seen, plain) = first_and_rest(pair).ok_or_else(|| bad("folds.pairs", pair))?;
            tables.folds.push(Fold {
                seen,
                plain,
                class,
                strong: group.strong,
            });
        }
    }
    for pair in &file.lookalikes {
        match first_and_rest(pair) {
            Some((seen, plain)) if plain.len() == 1 => {
                tables.lookalikes.extend(plain.chars().map(|p| (seen, p)));
            }
            _ => return Err(bad("lookalikes", pair)),
        }
    }
    for (plain, spellings) in &file.splits {
        let whole = only_char(plain).ok_or_else(|| bad("splits", plain))?;
        tables
            .splits
            .extend(spellings.iter().map(|parts| SplitCharacter {
                parts: parts.chars().collect(),
                plain: whole,
            }));
    }
    for (seen, row) in file.symbols {
        tables.symbols.push(SymbolSense {
            seen: only_char(&seen).ok_or_else(|| bad("symbols", &seen))?,
            readings: row.readings,
            always: row.always,
        });
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordFile {
    words: Vec<String>,
    homophone_words: Vec<String>,
    shapes: Vec<String>,
    function_words: String,
    readings: Vec<String>,
    known_words: Vec<String>,
    letter_words: Vec<String>,
    confusions: Vec<ConfusionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfusionRow {
    class: String,
    seen: Vec<String>,
    plain: String,
    #[serde(default)]
    cues: Vec<String>,
    #[serde(default)]
    not_before: Vec<String>,
    #[serde(default)]
    not_after: Vec<String>,
}

fn read_words(text: &str, tables: &mut EvasionTables) -> Result<(), LexiconError> {
    let file: WordFile = toml::from_str(text).map_err(|e| LexiconError::parse(WORDS, e))?;
    tables.words = file.words;
    tables.homophone_words = file.homophone_words;
    tables.function_words = file.function_words;
    tables.known_words = file.known_words;
    tables.letter_words = file.letter_words;
    for reading in &file.readings {
        let pair = first_and_rest(reading)
            .ok_or_else(|| LexiconError::parse(WORDS, format!("readings: {reading:?}")))?;
        tables.readings.push(pair);
    }
    for pair in &file.shapes {
        match first_and_rest(pair) {
            Some((seen, rest)) if rest.chars().count() == 1 => {
                tables
                    .shapes
                    .extend(rest.chars().map(|plain| (seen, plain)));
            }
            _ => return Err(LexiconError::parse(WORDS, format!("shapes: {pair:?}"))),
        }
    }
    for row in file.confusions {
        let class = class(&row.class).ok_or_else(|| {
            LexiconError::parse(WORDS, format!("confusions.class: {:?}", row.class))
        })?;
        if row.plain.is_empty() || row.seen.iter().any(String::is_empty) {
            return Err(LexiconError::parse(WORDS, "confusions: empty word"));
        }
        for seen in &row.seen {
            tables.confusions.push(Confusion {
                class,
                seen: seen.clone(),
                plain: row.plain.clone(),
                cues: row.cues.clone(),
                not_before: row.not_before.clone(),
                not_after: row.not_after.clone(),
            });
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactFile {
    not_glued: Vec<String>,
    digits: DigitRow,
    contacts: Vec<ContactRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DigitRow {
    spoken: Vec<String>,
    heard: Vec<String>,
    seen: Vec<String>,
    before_numbers: Vec<String>,
    before_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactRow {
    plain: String,
    #[serde(default)]
    always: Vec<String>,
    #[serde(default)]
    with_id: Vec<String>,
    #[serde(default)]
    weak_with_id: Vec<String>,
    /// Lists of parts: every combination is a spelling with an account.
    #[serde(default)]
    joined_with_id: Vec<Vec<String>>,
}

fn read_contacts(text: &str, tables: &mut EvasionTables) -> Result<(), LexiconError> {
    let file: ContactFile = toml::from_str(text).map_err(|e| LexiconError::parse(CONTACTS, e))?;
    tables.digits = DigitTables {
        spoken: digits(&file.digits.spoken)?,
        heard: digits(&file.digits.heard)?,
        seen: digits(&file.digits.seen)?,
        before_numbers: file.digits.before_numbers,
        before_names: file.digits.before_names,
    };
    tables.not_glued = file.not_glued;
    let listed: HashSet<&String> = file
        .contacts
        .iter()
        .flat_map(|row| [&row.always, &row.with_id, &row.weak_with_id])
        .flatten()
        .collect();
    let mut combined: HashSet<String> = HashSet::new();
    for row in &file.contacts {
        // A spelling that a row lists itself is meant as it says there.
        let mut joined = joined(&row.joined_with_id);
        joined.retain(|seen| !listed.contains(seen) && combined.insert(seen.clone()));
        let groups = [
            (&row.always, false, true),
            (&row.with_id, true, true),
            (&joined, true, true),
            (&row.weak_with_id, true, false),
        ];
        for (spellings, needs_id, strong) in groups {
            for seen in spellings {
                if seen.is_empty() {
                    return Err(LexiconError::parse(CONTACTS, "contacts: empty word"));
                }
                tables.contacts.push(ContactMask {
                    seen: seen.clone(),
                    plain: row.plain.clone(),
                    needs_id,
                    strong,
                });
            }
        }
    }
    Ok(())
}

/// `洞0`: a character and the digit that it stands for.
fn digits(rows: &[String]) -> Result<Vec<(char, char)>, LexiconError> {
    let row = |row: &String| {
        let (seen, digit) = first_and_rest(row)?;
        let digit = only_char(&digit).filter(char::is_ascii_digit)?;
        Some((seen, digit))
    };
    let bad = |text: &String| LexiconError::parse(CONTACTS, format!("digits: {text:?}"));
    rows.iter().map(|r| row(r).ok_or_else(|| bad(r))).collect()
}

/// Every combination of one part of each list, in order.
fn joined(lists: &[Vec<String>]) -> Vec<String> {
    let Some((first, rest)) = lists.split_first() else {
        return Vec::new();
    };
    rest.iter().fold(first.clone(), |heads, tails| {
        let with = |head: &String| {
            tails
                .iter()
                .map(move |tail| format!("{head}{tail}"))
                .collect::<Vec<_>>()
        };
        heads.iter().flat_map(with).collect()
    })
}

/// `200B-200F` or `00AD`, hexadecimal code points.
fn char_range(text: &str) -> Option<(char, char)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let point = |hex: &str| char::from_u32(u32::from_str_radix(hex, 16).ok()?);
    let (from, to) = (point(from)?, point(to)?);
    (from <= to).then_some((from, to))
}

fn first_and_rest(text: &str) -> Option<(char, String)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest: String = chars.collect();
    (!rest.is_empty()).then_some((first, rest))
}

fn only_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let only = chars.next()?;
    chars.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn embedded_tables_parse_and_repeat_nothing() {
        let tables = load(None).expect("embedded tables parse");
        let mut folds = HashSet::new();
        assert!(tables.folds.iter().all(|f| folds.insert(f.seen)));
        let mut words = HashSet::new();
        for c in &tables.confusions {
            assert!(words.insert(&c.seen), "twice: {}", c.seen);
        }
        let mut contacts = HashSet::new();
        for c in &tables.contacts {
            assert!(contacts.insert(&c.seen), "twice: {}", c.seen);
        }
    }

    #[test]
    fn faults_name_the_field() {
        let fault = read_words(
            "words=[]\nhomophone_words=[]\nshapes=[]\nfunction_words=''\nreadings=[]\nknown_words=[]\nletter_words=[]\n[[confusions]]\nclass='OB-z'\nseen=['a']\nplain='b'",
            &mut EvasionTables::default(),
        );
        assert!(fault.is_err_and(|e| e.to_string().contains("OB-z")));
        assert_eq!(char_range("200B-200D"), Some(('\u{200B}', '\u{200D}')));
        assert_eq!(char_range("D800"), None);
        assert_eq!(char_range("20-10"), None);
    }
}
