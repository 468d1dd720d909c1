//! Homophones that stand in no table (OB-b): a word of the core list with some characters replaced by others
//! that sound (or look) alike, where the replaced characters make no word of their own.

use super::glyphs::{Glyphs, Kind, in_gb2312};
use super::hash::{IntMap, pair_key};
use super::trie::Trie;
use super::units::{Draft, Strength, Unit, word_length};
use jieba_rs::Jieba;
use pinyin::ToPinyinMulti;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Core words by the pairs of characters that their misspellings show.
#[derive(Debug, Clone)]
pub(super) struct Homophones {
    words: Vec<Vec<char>>,
    /// A misspelt pair to (word, place of the pair in it).
    pairs: IntMap<u64, Vec<(u32, u32)>>,
    /// For each character the syllables it is read as, as numbers.
    sounds: IntMap<u32, Vec<u16>>,
    shapes: BTreeSet<(char, char)>,
    jieba: Arc<Jieba>,
}

impl Homophones {
    pub(super) fn compile(words: &[String], shapes: &[(char, char)], jieba: Arc<Jieba>) -> Self {
        let (sounds, alike) = sound_table();
        let mut homophones = Self {
            words: words.iter().map(|w| w.chars().collect()).collect(),
            pairs: IntMap::default(),
            sounds,
            shapes: shapes.iter().copied().collect(),
            jieba,
        };
        let mut pairs: BTreeMap<u64, Vec<(u32, u32)>> = BTreeMap::new();
        for (index, word) in homophones.words.iter().enumerate() {
            for (place, pair) in word.windows(2).enumerate() {
                if let [a, b] = pair {
                    for (x, y) in homophones.misspelt_pairs(&alike, *a, *b) {
                        pairs
                            .entry(pair_key(x, y))
                            .or_default()
                            .push((index as u32, place as u32));
                    }
                }
            }
        }
        homophones.pairs = pairs.into_iter().collect();
        homophones
    }

    /// Pairs with one of two characters replaced, words of the dictionary left out.
    fn misspelt_pairs(
        &self,
        alike: &HashMap<u16, Vec<char>>,
        a: char,
        b: char,
    ) -> Vec<(char, char)> {
        let first = self.others(alike, a).into_iter().map(|x| (x, b));
        let second = self.others(alike, b).into_iter().map(|y| (a, y));
        first
            .chain(second)
            .filter(|(x, y)| !self.jieba.has_word(&[*x, *y].iter().collect::<String>()))
            .collect()
    }

    fn others(&self, alike: &HashMap<u16, Vec<char>>, ch: char) -> BTreeSet<char> {
        let sounds = self.sounds.get(&u32::from(ch)).into_iter().flatten();
        let mut others: BTreeSet<char> = sounds
            .filter_map(|s| alike.get(s))
            .flatten()
            .copied()
            .collect();
        others.extend(
            self.shapes
                .iter()
                .filter(|(_, plain)| *plain == ch)
                .map(|(seen, _)| *seen),
        );
        others.remove(&ch);
        others
    }

    /// The pairs of characters that call for a closer look.
    pub(super) fn pair_keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.pairs.keys().copied()
    }

    /// Undoes the homophones of a stretch.
    pub(super) fn undo(&self, glyphs: &Glyphs, lexicon: &Trie, draft: &mut Draft) {
        let mut at = 0;
        while at + 1 < draft.units.len() {
            match self.word_at(lexicon, &draft.units, at) {
                Some((start, word)) => {
                    let end = start + word.len();
                    self.mark(draft, start, word);
                    draft.replace(start..end, word, |ch| glyphs.kind(ch));
                    at = end;
                }
                None => at += 1,
            }
        }
    }

    fn mark(&self, draft: &mut Draft, start: usize, word: &[char]) {
        for (offset, plain) in word.iter().enumerate() {
            if let Some(unit) = draft.units.get(start + offset).copied()
                && unit.ch != *plain
            {
                draft.mark("OB-b", unit.start..unit.end, Strength::Strong);
            }
        }
    }

    fn word_at(&self, lexicon: &Trie, units: &[Unit], at: usize) -> Option<(usize, &[char])> {
        let (a, b) = (units.get(at)?, units.get(at + 1)?);
        if a.kind != Kind::Han || b.kind != Kind::Han {
            return None;
        }
        let candidates = self.pairs.get(&pair_key(a.ch, b.ch))?;
        candidates
            .iter()
            .filter_map(|(index, place)| {
                let word = self.words.get(*index as usize)?;
                let start = at.checked_sub(*place as usize)?;
                let seen = units.get(start..start + word.len())?;
                self.is_misspelling(seen, word)
                    .then_some((start, word.as_slice()))
            })
            .filter(|(start, word)| {
                self.stands_apart(units, *start, word)
                    && has_cue(lexicon, units, *start, word.len())
            })
            .max_by_key(|(_, word)| word.len())
    }

    /// Same sounds throughout, and at least half of the characters as they should be.
    fn is_misspelling(&self, seen: &[Unit], word: &[char]) -> bool {
        let same = seen.iter().zip(word).filter(|(u, ch)| u.ch == **ch).count();
        let alike = seen
            .iter()
            .zip(word)
            .all(|(u, ch)| self.is_alike(u.ch, *ch));
        alike && same < word.len() && same * 2 >= word.len()
    }

    fn is_alike(&self, seen: char, plain: char) -> bool {
        if seen == plain || self.shapes.contains(&(seen, plain)) {
            return true;
        }
        let sounds = |ch: char| {
            self.sounds
                .get(&u32::from(ch))
                .map_or(&[][..], Vec::as_slice)
        };
        sounds(seen).iter().any(|s| sounds(plain).contains(s))
    }

    /// Whether no word of the dictionary claims a replaced character: 现代|款式 is not 贷款.
    fn stands_apart(&self, units: &[Unit], start: usize, word: &[char]) -> bool {
        const MARGIN: usize = 4;
        let end = start + word.len();
        let from = start.saturating_sub(MARGIN);
        let window: Vec<char> = units
            .iter()
            .take(end + MARGIN)
            .skip(from)
            .map(|u| if u.kind == Kind::Han { u.ch } else { ' ' })
            .collect();
        let text: String = window.iter().collect();
        let mut place = from;
        for token in self.jieba.cut(&text, false) {
            let length = token.word.chars().count();
            let range = place..place + length;
            place += length;
            let is_claimed = range.clone().any(|i| {
                i >= start
                    && word
                        .get(i - start)
                        .is_some_and(|ch| units.get(i).is_some_and(|u| u.ch != *ch))
            });
            if length >= 2 && is_claimed {
                return false;
            }
        }
        true
    }
}

/// A short misspelling counts only beside another word of the lexicons.
fn has_cue(lexicon: &Trie, units: &[Unit], start: usize, length: usize) -> bool {
    const REACH: usize = 60;
    if length >= 3 {
        return true;
    }
    let cue_in = |from: usize, to: usize| {
        let part = units.get(from..to.min(units.len())).unwrap_or_default();
        (0..part.len()).any(|at| word_length(part, at, lexicon) >= 2)
    };
    cue_in(start.saturating_sub(REACH), start) || cue_in(start + length, start + length + REACH)
}

type Sounds = IntMap<u32, Vec<u16>>;

/// Syllables (without tone) of all characters of GB 2312, and the characters of each syllable.
fn sound_table() -> (Sounds, HashMap<u16, Vec<char>>) {
    let mut numbers: HashMap<&'static str, u16> = HashMap::new();
    let mut sounds = Sounds::default();
    let mut alike: HashMap<u16, Vec<char>> = HashMap::new();
    for ch in ('\u{4E00}'..='\u{9FA5}').filter(|c| in_gb2312(*c)) {
        let mut own: Vec<u16> = Vec::new();
        for reading in ch.to_pinyin_multi().into_iter().flatten() {
            let next = numbers.len() as u16;
            let number = *numbers.entry(reading.plain()).or_insert(next);
            if !own.contains(&number) {
                own.push(number);
                alike.entry(number).or_default().push(ch);
            }
        }
        sounds.insert(u32::from(ch), own);
    }
    (sounds, alike)
}
