//! Homophones that stand in no table (OB-b): a lexicon word with some of its characters replaced by others that
//! sound (or look) alike.
//!
//! Chinese is full of homophones, so four guards keep honest text as it is: at least half of the characters
//! must be right; no word of the dictionary may claim a replaced one (现代|款式 is not 贷款); a common function
//! word is no replacement (理财是 is not 理财师); and a word of two characters must be of the core list and stand
//! near another lexicon word.

use super::glyphs::{Glyphs, Kind, in_gb2312};
use super::hash::{BitFilter, IntMap, IntSet, pair_key};
use super::sounds::{NONE, SOUNDS, Sounds};
use super::trie::Trie;
use super::units::{Draft, Strength, Unit, has_word, word_length};
use crate::model::evasion::EvasionTables;
use jieba_rs::{Jieba, TokenizeMode};
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// Words by their sounds.
#[derive(Debug, Clone)]
pub(super) struct Homophones {
    sounds: Sounds,
    /// One bit for each pair of sounds that is a word of two characters.
    pairs: Box<[u64]>,
    /// The words of two characters as they should be.
    right_pairs: IntSet<u64>,
    /// The first three sounds of longer words.
    triples: BitFilter,
    /// Words of three characters that no longer word begins with, as they should be.
    right_triples: IntSet<u64>,
    /// The first three characters of words that are longer.
    begun: IntSet<u64>,
    /// (node, sound) to the characters of words that go on so, with their nodes.
    edges: IntMap<u64, Vec<(char, u32)>>,
    ends: Vec<bool>,
    /// A character to the ones it is taken for by its shape.
    shapes: IntMap<u32, Vec<char>>,
    function_words: HashSet<char>,
    /// Words that are no misspellings: the lexicon's own, and innocent ones that sound like them.
    known: Trie,
    jieba: Arc<Jieba>,
}

/// Longest word that is matched by sound.
const LONGEST: usize = 12;

/// A word found by sound: its characters.
type Word = Vec<char>;

impl Homophones {
    /// From the core list and from all lexicon words of three and more characters.
    pub(super) fn compile<'a>(
        tables: &'a EvasionTables,
        lexicon: impl Iterator<Item = &'a String>,
        jieba: Arc<Jieba>,
    ) -> Self {
        let mut homophones = Self {
            sounds: Sounds::build(&tables.readings),
            pairs: vec![0; SOUNDS * SOUNDS / 64].into(),
            right_pairs: IntSet::default(),
            triples: BitFilter::new(18),
            right_triples: IntSet::default(),
            begun: IntSet::default(),
            edges: IntMap::default(),
            ends: vec![false],
            shapes: IntMap::default(),
            function_words: tables.function_words.chars().collect(),
            known: Trie::new(),
            jieba,
        };
        for (seen, plain) in &tables.shapes {
            homophones
                .shapes
                .entry(u32::from(*seen))
                .or_default()
                .push(*plain);
        }
        for word in &tables.known_words {
            homophones.known.insert(word);
        }
        let long = lexicon.filter(|w| w.chars().count() >= 3);
        let words: BTreeSet<&String> = tables.homophone_words.iter().chain(long).collect();
        for word in words {
            homophones.known.insert(word);
            homophones.insert(word);
        }
        homophones
    }

    fn insert(&mut self, word: &str) {
        let chars: Vec<char> = word.chars().collect();
        let sounded = chars.iter().all(|c| self.sounds.of(*c) != NONE);
        if !sounded || !(2..=LONGEST).contains(&chars.len()) {
            return;
        }
        let mut node = 0;
        for ch in &chars {
            node = self.extend(node, *ch);
        }
        if let Some(end) = self.ends.get_mut(node as usize) {
            *end = true;
        }
        match chars[..] {
            [a, b] => {
                self.right_pairs.insert(pair_key(a, b));
                self.add_pair(a, b);
            }
            [a, b, c, ..] => self.add_triple(a, b, c, chars.len() == 3),
            _ => {}
        }
    }

    fn add_pair(&mut self, first: char, second: char) {
        for a in self.sounds_of_spellings(first) {
            for b in self.sounds_of_spellings(second) {
                let bit = usize::from(a) * SOUNDS + usize::from(b);
                if let Some(block) = self.pairs.get_mut(bit / 64) {
                    *block |= 1 << (bit % 64);
                }
            }
        }
    }

    fn add_triple(&mut self, first: char, second: char, third: char, whole: bool) {
        for a in self.sounds_of_spellings(first) {
            for b in self.sounds_of_spellings(second) {
                for c in self.sounds_of_spellings(third) {
                    self.triples.insert(sound_key(a, b, c));
                }
            }
        }
        let right = triple_key(first, second, third);
        if whole && !self.begun.contains(&right) {
            self.right_triples.insert(right);
        } else if !whole {
            self.begun.insert(right);
            self.right_triples.remove(&right);
        }
    }

    /// The sound of a character, and those of the characters that are taken for it by their shape.
    fn sounds_of_spellings(&self, plain: char) -> Vec<u16> {
        let alike = self
            .shapes
            .iter()
            .filter(|(_, list)| list.contains(&plain))
            .filter_map(|(seen, _)| char::from_u32(*seen));
        std::iter::once(plain)
            .chain(alike)
            .map(|c| self.sounds.of(c))
            .collect()
    }

    /// The node after `ch`, made where it is missing.
    fn extend(&mut self, node: u32, ch: char) -> u32 {
        let next = self.ends.len() as u32;
        let list = self
            .edges
            .entry(edge(node, self.sounds.of(ch)))
            .or_default();
        if let Some((_, known)) = list.iter().find(|(c, _)| *c == ch) {
            return *known;
        }
        list.push((ch, next));
        self.ends.push(false);
        next
    }

    /// Whether two characters sound like a core word and are not that word. The fast pass asks this for
    /// every pair.
    #[inline]
    pub(super) fn pair_may_begin(&self, a: char, b: char) -> bool {
        let bit = usize::from(self.sounds.of(a)) * SOUNDS + usize::from(self.sounds.of(b));
        let sounds = self
            .pairs
            .get(bit / 64)
            .is_some_and(|block| block & (1 << (bit % 64)) != 0);
        sounds && !self.right_pairs.contains(&pair_key(a, b))
    }

    /// Whether three characters sound like the beginning of a longer word and are not the whole of one.
    #[inline]
    pub(super) fn triple_may_begin(&self, a: char, b: char, c: char) -> bool {
        let key = sound_key(self.sounds.of(a), self.sounds.of(b), self.sounds.of(c));
        self.triples.may_contain(key) && !self.right_triples.contains(&triple_key(a, b, c))
    }

    fn may_begin(&self, units: &[Unit], at: usize) -> bool {
        let han = |i: usize| units.get(i).filter(|u| u.kind == Kind::Han).map(|u| u.ch);
        match (han(at), han(at + 1), han(at + 2)) {
            (Some(a), Some(b), Some(c)) => {
                self.pair_may_begin(a, b) || self.triple_may_begin(a, b, c)
            }
            (Some(a), Some(b), None) => self.pair_may_begin(a, b),
            _ => false,
        }
    }

    /// The longest word that the characters misspell, the dictionary not yet asked.
    pub(super) fn misspelt(&self, seen: &[char]) -> Option<Word> {
        let mut word = Vec::new();
        let mut best = None;
        self.walk(0, seen, &mut word, 0, &mut best);
        best
    }

    fn walk(
        &self,
        node: u32,
        seen: &[char],
        word: &mut Word,
        same: usize,
        best: &mut Option<Word>,
    ) {
        let length = word.len();
        if self.ends.get(node as usize).is_some_and(|e| *e)
            && same < length
            && best.as_ref().is_none_or(|b| b.len() < length)
            && self.is_plausible(seen, word, same)
        {
            *best = Some(word.clone());
        }
        let Some(ch) = seen.get(length).copied().filter(|_| length < LONGEST) else {
            return;
        };
        // So many wrong characters that no end of the word can make up for them.
        if length - same > LONGEST / 2 {
            return;
        }
        let alike = self
            .edges
            .get(&edge(node, self.sounds.of(ch)))
            .into_iter()
            .flatten();
        let shaped = self
            .shapes
            .get(&u32::from(ch))
            .into_iter()
            .flatten()
            .filter_map(|plain| {
                let list = self.edges.get(&edge(node, self.sounds.of(*plain)))?;
                list.iter().find(|(c, _)| c == plain)
            });
        for (plain, next) in alike.chain(shaped) {
            word.push(*plain);
            self.walk(*next, seen, word, same + usize::from(*plain == ch), best);
            word.pop();
        }
    }

    /// Half of the characters right, and no function word among the wrong ones of a short word.
    fn is_plausible(&self, seen: &[char], word: &[char], same: usize) -> bool {
        let pairs = seen.iter().zip(word);
        let wrong_function_word = pairs
            .clone()
            .any(|(s, w)| s != w && self.function_words.contains(s));
        let first_is_right = pairs.take(1).all(|(s, w)| s == w);
        let long = word.len() >= 4 && word.len() - same == 1 && first_is_right;
        same * 2 >= word.len() && (long || !wrong_function_word)
    }

    /// Undoes the homophones of a stretch.
    pub(super) fn undo(&self, glyphs: &Glyphs, lexicon: &Trie, draft: &mut Draft) {
        // What is undone at the end may be what a word at the beginning needs beside it.
        if self.undo_once(glyphs, lexicon, draft) {
            self.undo_once(glyphs, lexicon, draft);
        }
    }

    fn undo_once(&self, glyphs: &Glyphs, lexicon: &Trie, draft: &mut Draft) -> bool {
        let mut undone = false;
        let mut at = 0;
        while at + 1 < draft.units.len() {
            match self.word_at(lexicon, &draft.units, at) {
                Some(word) => {
                    for (unit, plain) in draft
                        .units
                        .iter()
                        .skip(at)
                        .zip(&word)
                        .map(|(u, p)| (*u, *p))
                        .collect::<Vec<_>>()
                    {
                        if unit.ch != plain {
                            // A character of no simplified text is a variant, whatever it sounds like.
                            let class = if in_gb2312(unit.ch) { "OB-b" } else { "OB-d" };
                            draft.mark(class, unit.start..unit.end, Strength::Strong);
                        }
                    }
                    draft.replace(at..at + word.len(), &word, |ch| glyphs.kind(ch));
                    at += word.len();
                    undone = true;
                }
                None => at += 1,
            }
        }
        undone
    }

    fn word_at(&self, lexicon: &Trie, units: &[Unit], at: usize) -> Option<Word> {
        if !self.may_begin(units, at) {
            return None;
        }
        let seen: Vec<char> = units
            .iter()
            .skip(at)
            .take(LONGEST)
            .take_while(|u| u.kind == Kind::Han)
            .map(|u| u.ch)
            .collect();
        let word = self.misspelt(&seen)?;
        let wrong: Vec<usize> = (at..)
            .zip(&word)
            .filter(|(i, plain)| units.get(*i).is_some_and(|u| u.ch != **plain))
            .map(|(i, _)| i)
            .collect();
        let place = at..at + word.len();
        let meant = !self.is_known(units, &place, &wrong)
            && !self.pairs_outward(units, &place, &wrong)
            && self.stands_apart(units, &place, &wrong)
            && has_cue(lexicon, units, at, word.len());
        meant.then_some(word)
    }

    /// Whether a known word covers a replaced character: 公募基金 holds no misspelt 母基金.
    fn is_known(&self, units: &[Unit], place: &Range<usize>, wrong: &[usize]) -> bool {
        (place.start.saturating_sub(MARGIN)..place.end).any(|from| {
            let length = word_length(units, from, &self.known);
            wrong.iter().any(|i| (from..from + length).contains(i))
        })
    }

    /// 小红|抱着: a replaced character at the edge makes a word with its outer neighbour.
    fn pairs_outward(&self, units: &[Unit], place: &Range<usize>, wrong: &[usize]) -> bool {
        let pair = |a: Option<usize>, b: usize| {
            let (a, b) = (a.and_then(|i| units.get(i)), units.get(b));
            a.zip(b).is_some_and(|(a, b)| {
                let both_han = a.kind == Kind::Han && b.kind == Kind::Han;
                both_han
                    && self
                        .jieba
                        .has_word(&[a.ch, b.ch].iter().collect::<String>())
            })
        };
        let last = place.end.saturating_sub(1);
        wrong.contains(&place.start) && pair(place.start.checked_sub(1), place.start)
            || wrong.contains(&last) && pair(Some(last), place.end)
    }

    /// Whether no word of the dictionary claims a replaced character, or reaches out of a short word.
    fn stands_apart(&self, units: &[Unit], place: &Range<usize>, wrong: &[usize]) -> bool {
        let from = place.start.saturating_sub(MARGIN);
        let window: String = units
            .iter()
            .take(place.end + MARGIN)
            .skip(from)
            .map(|u| if u.kind == Kind::Han { u.ch } else { ' ' })
            .collect();
        let tokens = self.jieba.tokenize(&window, TokenizeMode::Default, false);
        tokens.iter().all(|token| {
            let range = from + token.start..from + token.end;
            let claims = wrong.iter().any(|i| range.contains(i));
            let reaches_out = place.len() == 2
                && range.start < place.end
                && range.end > place.start
                && (range.start < place.start || range.end > place.end);
            range.len() < 2 || !claims && !reaches_out
        })
    }
}

/// Characters around a misspelling that the dictionary is shown.
const MARGIN: usize = 4;

/// A short misspelling counts only beside another word of the lexicons.
fn has_cue(lexicon: &Trie, units: &[Unit], start: usize, length: usize) -> bool {
    const REACH: usize = 60;
    if length >= 3 {
        return true;
    }
    let cue_in = |from: usize, to: usize| {
        let part = units.get(from..to.min(units.len())).unwrap_or_default();
        has_word(part, lexicon)
    };
    cue_in(start.saturating_sub(REACH), start) || cue_in(start + length, start + length + REACH)
}

fn sound_key(a: u16, b: u16, c: u16) -> u64 {
    (u64::from(a) << 32) | (u64::from(b) << 16) | u64::from(c)
}

/// One key for three characters (21 bits each).
fn triple_key(a: char, b: char, c: char) -> u64 {
    (u64::from(u32::from(a)) << 42) | (u64::from(u32::from(b)) << 21) | u64::from(u32::from(c))
}

fn edge(node: u32, sound: u16) -> u64 {
    (u64::from(node) << 16) | u64::from(sound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::segmenter::plain_jieba;

    fn homophones() -> Homophones {
        let tables = EvasionTables {
            homophone_words: vec!["贷款".to_owned(), "理财".to_owned()],
            shapes: vec![('货', '贷')],
            function_words: "是".to_owned(),
            known_words: vec!["李才".to_owned()],
            ..EvasionTables::default()
        };
        let lexicon = ["保本保息", "理财师"].map(String::from);
        Homophones::compile(&tables, lexicon.iter(), plain_jieba())
    }

    fn read(text: &str) -> Option<String> {
        let seen: Vec<char> = text.chars().collect();
        homophones()
            .misspelt(&seen)
            .map(|w| w.into_iter().collect())
    }

    #[test]
    fn half_of_the_characters_must_be_right() {
        assert_eq!(read("宝本宝息").as_deref(), Some("保本保息"));
        assert_eq!(read("宝苯保西"), None);
        assert_eq!(read("代款").as_deref(), Some("贷款"));
        assert_eq!(read("货款").as_deref(), Some("贷款"));
        assert_eq!(read("代宽"), None);
        assert_eq!(read("贷款"), None);
    }

    #[test]
    fn function_words_are_no_misspelling() {
        assert_eq!(read("理财是"), None);
        assert_eq!(read("理财狮").as_deref(), Some("理财师"));
    }

    #[test]
    fn the_fast_pass_stops_at_wrong_pairs_only() {
        let homophones = homophones();
        assert!(homophones.pair_may_begin('代', '款'));
        assert!(!homophones.pair_may_begin('贷', '款'));
        assert!(!homophones.pair_may_begin('今', '天'));
        assert!(homophones.triple_may_begin('宝', '本', '宝'));
    }
}
