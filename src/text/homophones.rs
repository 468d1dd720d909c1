//! Homophones that stand in no table (OB-b): a lexicon word with some of its characters replaced by others that
//! sound (or look) alike.
//!
//! Chinese is full of homophones, so four guards keep honest text as it is: at least half of the characters
//! must be right; no word of the dictionary may claim a replaced one (现代|款式 is not 贷款); a common function
//! word is no replacement (理财是 is not 理财师); and a word of two characters must be of the core list and stand
//! near another lexicon word.

use super::glyphs::{Glyphs, Kind, in_gb2312};
use super::hash::IntMap;
use super::trie::Trie;
use super::units::{Draft, Strength, Unit, word_length};
use jieba_rs::Jieba;
use pinyin::ToPinyinMulti;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Words by their sounds.
#[derive(Debug, Clone)]
pub(super) struct Homophones {
    sounds: Sounds,
    /// One bit for each pair of sounds that begins a word.
    starts: Box<[u64]>,
    /// (node, sound) to the characters of words that go on so, with their nodes.
    edges: IntMap<u64, Vec<(char, u32)>>,
    ends: Vec<bool>,
    function_words: HashSet<char>,
    jieba: Arc<Jieba>,
}

/// Fewer syllables than this exist in Chinese, tones apart.
const SOUNDS: usize = 512;
/// Longest word that is matched by sound.
const LONGEST: usize = 12;

/// A word found by sound: its characters.
type Word = Vec<char>;

impl Homophones {
    /// From the core list and from all lexicon words of three and more characters.
    pub(super) fn compile<'a>(
        core: &'a [String],
        lexicon: impl Iterator<Item = &'a String>,
        shapes: &[(char, char)],
        function_words: &str,
        jieba: Arc<Jieba>,
    ) -> Self {
        let mut homophones = Self {
            sounds: Sounds::build(shapes),
            starts: vec![0; SOUNDS * SOUNDS / 64].into(),
            edges: IntMap::default(),
            ends: vec![false],
            function_words: function_words.chars().collect(),
            jieba,
        };
        let long = lexicon.filter(|w| w.chars().count() >= 3);
        let words: BTreeSet<&String> = core.iter().chain(long).collect();
        for word in words {
            homophones.insert(word);
        }
        homophones
    }

    fn insert(&mut self, word: &str) {
        let chars: Vec<char> = word.chars().collect();
        let sounded = chars.iter().all(|c| !self.sounds.of(*c).is_empty());
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
        if let [first, second, ..] = chars[..] {
            for a in self.sounds.of(first) {
                for b in self.sounds.of(second) {
                    let bit = usize::from(a) * SOUNDS + usize::from(b);
                    if let Some(block) = self.starts.get_mut(bit / 64) {
                        *block |= 1 << (bit % 64);
                    }
                }
            }
        }
    }

    /// The node after `ch`, made where it is missing.
    fn extend(&mut self, node: u32, ch: char) -> u32 {
        let sounds = self.sounds.of(ch);
        let known = sounds
            .first()
            .and_then(|s| self.edges.get(&edge(node, *s)))
            .and_then(|list| list.iter().find(|(c, _)| *c == ch));
        if let Some((_, next)) = known {
            return *next;
        }
        let next = self.ends.len() as u32;
        self.ends.push(false);
        for sound in sounds {
            self.edges
                .entry(edge(node, sound))
                .or_default()
                .push((ch, next));
        }
        next
    }

    /// Whether two characters sound like the beginning of a word. The fast pass asks this for every pair.
    #[inline]
    pub(super) fn may_begin(&self, a: char, b: char) -> bool {
        let (x, y) = (self.sounds.first(a), self.sounds.first(b));
        if x & MORE == 0 && y & MORE == 0 {
            return self.starts_bit(x, y);
        }
        self.sounds
            .of(a)
            .iter()
            .any(|x| self.sounds.of(b).iter().any(|y| self.starts_bit(*x, *y)))
    }

    #[inline]
    fn starts_bit(&self, a: u16, b: u16) -> bool {
        let bit = usize::from(a) * SOUNDS + usize::from(b);
        self.starts
            .get(bit / 64)
            .is_some_and(|block| block & (1 << (bit % 64)) != 0)
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
        for sound in self.sounds.of(ch) {
            for (plain, next) in self.edges.get(&edge(node, sound)).into_iter().flatten() {
                word.push(*plain);
                self.walk(*next, seen, word, same + usize::from(*plain == ch), best);
                word.pop();
            }
        }
    }

    /// Half of the characters right, and no function word among the wrong ones of a short word.
    fn is_plausible(&self, seen: &[char], word: &[char], same: usize) -> bool {
        let wrong_function_word = seen
            .iter()
            .zip(word)
            .any(|(s, w)| s != w && self.function_words.contains(s));
        let long = word.len() >= 4 && word.len() - same == 1;
        same * 2 >= word.len() && (long || !wrong_function_word)
    }

    /// Undoes the homophones of a stretch.
    pub(super) fn undo(&self, glyphs: &Glyphs, lexicon: &Trie, draft: &mut Draft) {
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
                            draft.mark("OB-b", unit.start..unit.end, Strength::Strong);
                        }
                    }
                    draft.replace(at..at + word.len(), &word, |ch| glyphs.kind(ch));
                    at += word.len();
                }
                None => at += 1,
            }
        }
    }

    fn word_at(&self, lexicon: &Trie, units: &[Unit], at: usize) -> Option<Word> {
        let (a, b) = (units.get(at)?, units.get(at + 1)?);
        if a.kind != Kind::Han || b.kind != Kind::Han || !self.may_begin(a.ch, b.ch) {
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
        let apart = self.stands_apart(units, at, &word) && has_cue(lexicon, units, at, word.len());
        apart.then_some(word)
    }

    /// Whether no word of the dictionary claims a replaced character.
    fn stands_apart(&self, units: &[Unit], start: usize, word: &[char]) -> bool {
        const MARGIN: usize = 4;
        let end = start + word.len();
        let from = start.saturating_sub(MARGIN);
        let window: String = units
            .iter()
            .take(end + MARGIN)
            .skip(from)
            .map(|u| if u.kind == Kind::Han { u.ch } else { ' ' })
            .collect();
        let mut place = from;
        for token in self.jieba.cut(&window, false) {
            let length = token.word.chars().count();
            let mut range = place..place + length;
            place += length;
            let claimed = range.any(|i| {
                let plain = i.checked_sub(start).and_then(|offset| word.get(offset));
                plain.is_some_and(|ch| units.get(i).is_some_and(|u| u.ch != *ch))
            });
            if length >= 2 && claimed {
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

fn edge(node: u32, sound: u16) -> u64 {
    (u64::from(node) << 16) | u64::from(sound)
}

/// Set beside the first sound of a character that has more than one.
const MORE: u16 = 0x8000;
/// The sound of a character that has none; no word begins with it.
const NONE: u16 = (SOUNDS - 1) as u16;
const FIRST_HAN: u32 = 0x4E00;
const LAST_HAN: u32 = 0x9FA5;

/// Syllables (without tone) of the characters of GB 2312, as numbers.
#[derive(Debug, Clone)]
struct Sounds {
    first: Box<[u16]>,
    all: IntMap<u32, Vec<u16>>,
}

impl Sounds {
    fn build(shapes: &[(char, char)]) -> Self {
        let mut numbers: HashMap<&'static str, u16> = HashMap::new();
        let mut all: IntMap<u32, Vec<u16>> = IntMap::default();
        for ch in ('\u{4E00}'..='\u{9FA5}').filter(|c| in_gb2312(*c)) {
            let readings = ch.to_pinyin_multi().into_iter().flatten();
            for reading in readings {
                let next = (numbers.len() as u16).min(NONE - 1);
                let number = *numbers.entry(reading.plain()).or_insert(next);
                let own = all.entry(u32::from(ch)).or_default();
                if !own.contains(&number) {
                    own.push(number);
                }
            }
        }
        for (seen, plain) in shapes {
            let more = all.get(&u32::from(*plain)).cloned().unwrap_or_default();
            let own = all.entry(u32::from(*seen)).or_default();
            own.extend(
                more.into_iter()
                    .filter(|s| !own.contains(s))
                    .collect::<Vec<_>>(),
            );
        }
        let first = (FIRST_HAN..=LAST_HAN)
            .map(|point| match all.get(&point).map(Vec::as_slice) {
                Some([only]) => *only,
                Some([first, ..]) => first | MORE,
                _ => NONE,
            })
            .collect();
        Self { first, all }
    }

    #[inline]
    fn first(&self, ch: char) -> u16 {
        u32::from(ch)
            .checked_sub(FIRST_HAN)
            .and_then(|i| self.first.get(i as usize))
            .copied()
            .unwrap_or(NONE)
    }

    fn of(&self, ch: char) -> Vec<u16> {
        match self.first(ch) {
            NONE => Vec::new(),
            one if one & MORE == 0 => vec![one],
            _ => self.all.get(&u32::from(ch)).cloned().unwrap_or_default(),
        }
    }
}
