//! The normaliser: plain text out of disguised text, with the way back.

use super::glyphs::{Glyphs, Kind, in_gb2312};
use super::hash::IntMap;
use super::restore::Restorer;
use super::segmenter::plain_jieba;
use super::sentences::ends_sentence;
use super::trie::Trie;
use super::units::{Draft, Unit};
use crate::model::evasion::EvasionTables;
use crate::model::offset_map::NormalText;
use pinyin::ToPinyinMulti;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// Data that cannot be made into a normaliser.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The embedded traditional-character data did not load.
    #[error("the traditional-character tables cannot be built")]
    TraditionalTables,
    /// A word is longer than any term may be.
    #[error("lexicon word {word:?} is longer than {limit} characters")]
    WordTooLong {
        /// The word.
        word: String,
        /// The limit in characters.
        limit: usize,
    },
}

/// No lexicon term is longer; the search for broken-up words is bounded by it.
const LONGEST_WORD: usize = 64;

/// Undoes evasive spelling. Compiled once from data, then pure, total and linear in the text.
#[derive(Debug, Clone)]
pub struct Normaliser {
    glyphs: Glyphs,
    restorer: Restorer,
}

impl Normaliser {
    /// Compiles the tables. `lexicon_words` are the words whose whole form licenses undoing a disguise:
    /// 保.本.保.息 becomes 保本保息 because that is one of them; 目 录 stays because it is not.
    pub fn compile(tables: &EvasionTables, lexicon_words: &[String]) -> Result<Self, CompileError> {
        let glyphs = Glyphs::compile(tables).ok_or(CompileError::TraditionalTables)?;
        let all_words = || lexicon_words.iter().chain(&tables.words);
        if let Some(word) = all_words().find(|w| w.chars().count() > LONGEST_WORD) {
            return Err(CompileError::WordTooLong {
                word: word.clone(),
                limit: LONGEST_WORD,
            });
        }
        let mut words = Trie::new();
        for word in all_words().filter(|w| w.chars().count() >= 2) {
            words.insert(word);
        }
        let restorer = Restorer {
            words,
            syllables: syllables_of(all_words()),
            splits: splits_of(tables),
            symbols: symbols_of(tables),
            jieba: plain_jieba(),
        };
        Ok(Self { glyphs, restorer })
    }

    /// The plain form of `text`, with the map to it and the evasions undone, in order.
    pub fn normalise(&self, text: &str) -> NormalText {
        let mut out = NormalText {
            original: text.to_owned(),
            plain: String::with_capacity(text.len()),
            ..NormalText::default()
        };
        let mut clean_from = 0;
        for stretch in stretches(text) {
            let Some(slice) = text.get(stretch.clone()) else {
                continue;
            };
            if self.is_clean(slice) {
                continue;
            }
            copy(text, clean_from..stretch.start, &mut out);
            clean_from = stretch.end;
            self.rework(slice, stretch.start).emit(&mut out);
        }
        copy(text, clean_from..text.len(), &mut out);
        out
    }

    fn is_clean(&self, slice: &str) -> bool {
        let mut previous = Kind::Other;
        for ch in slice.chars() {
            let kind = self.glyphs.kind(ch);
            let dirty = match kind {
                Kind::Fold | Kind::Drop | Kind::Symbol | Kind::OddLetter => true,
                Kind::Separator | Kind::Letter => previous == Kind::Han,
                Kind::Han => matches!(previous, Kind::Letter | Kind::Separator),
                _ => false,
            };
            if dirty {
                return false;
            }
            previous = kind;
        }
        true
    }

    fn rework(&self, slice: &str, offset: usize) -> Draft {
        let mut draft = Draft::default();
        for (at, ch) in slice.char_indices() {
            let start = offset + at;
            self.fold(ch, start..start + ch.len_utf8(), &mut draft);
        }
        self.restorer.restore(&mut draft);
        draft
    }

    fn fold(&self, ch: char, place: Range<usize>, draft: &mut Draft) {
        let kind = self.glyphs.kind(ch);
        match (kind, self.glyphs.plain(ch)) {
            (Kind::Drop, _) => draft.mark("OB-i", place, false),
            (Kind::Fold, Some(plain)) => {
                if let Some(class) = plain.class {
                    draft.mark(class, place.clone(), plain.strong);
                }
                for folded in plain.text.chars() {
                    draft.units.push(Unit {
                        ch: folded,
                        kind: self.glyphs.kind(folded),
                        start: place.start,
                        end: place.end,
                        seen: ch,
                    });
                }
            }
            _ => draft.units.push(Unit {
                ch,
                kind,
                start: place.start,
                end: place.end,
                seen: ch,
            }),
        }
    }
}

/// Copies text that needs no work.
fn copy(text: &str, range: Range<usize>, out: &mut NormalText) {
    if let Some(slice) = text.get(range.clone()) {
        out.plain.push_str(slice);
        out.map.push(slice.len(), range, true);
    }
}

/// Sentences without gaps: no disguised word goes across their ends.
fn stretches(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|r| !r.is_empty())?;
        let length = rest
            .char_indices()
            .find(|(_, ch)| ends_sentence(*ch))
            .map_or(rest.len(), |(at, ch)| at + ch.len_utf8());
        let range = start..start + length;
        start = range.end;
        Some(range)
    })
}

fn syllables_of<'a>(words: impl Iterator<Item = &'a String>) -> HashMap<String, Vec<char>> {
    let mut map: HashMap<String, BTreeSet<char>> = HashMap::new();
    for ch in words.flat_map(|w| w.chars()).filter(|c| in_gb2312(*c)) {
        for syllable in syllables(ch) {
            map.entry(syllable).or_default().insert(ch);
        }
    }
    map.into_iter()
        .map(|(syllable, chars)| (syllable, chars.into_iter().collect()))
        .collect()
}

/// Pinyin of a character without tones, `ü` as `v`.
fn syllables(ch: char) -> BTreeSet<String> {
    ch.to_pinyin_multi()
        .into_iter()
        .flatten()
        .map(|p| p.plain().replace('ü', "v"))
        .collect()
}

fn splits_of(tables: &EvasionTables) -> IntMap<u32, Vec<(Vec<char>, char)>> {
    let mut map: IntMap<u32, Vec<(Vec<char>, char)>> = IntMap::default();
    for split in &tables.splits {
        if let Some(first) = split.parts.first() {
            map.entry(u32::from(*first))
                .or_default()
                .push((split.parts.clone(), split.plain));
        }
    }
    map
}

fn symbols_of(tables: &EvasionTables) -> IntMap<u32, Vec<Vec<char>>> {
    tables
        .symbols
        .iter()
        .map(|s| {
            let readings = s.readings.iter().map(|r| r.chars().collect()).collect();
            (u32::from(s.seen), readings)
        })
        .collect()
}
