//! Restores words of the lexicons that were broken up or partly written otherwise: separators
//! between characters (OB-c), pinyin for a character (OB-a), characters as parts (OB-l), emoji (OB-k).
//!
//! All of these are one search: walk the tree of lexicon words over the text, where at each step the next
//! character may be there as it is, behind marks, or in another spelling. The longest word wins. The work
//! per start is bounded, so the whole is linear.

use super::glyphs::{Glyphs, Kind, toneless};
use super::hash::IntMap;
use super::trie::{ROOT, Trie};
use super::units::{Draft, Strength, Unit};
use jieba_rs::Jieba;
use std::collections::HashMap;
use std::sync::Arc;

/// Most marks that may stand between two characters of one word.
const MAX_GAP: usize = 4;
/// Most letters of a pinyin syllable.
const MAX_SYLLABLE: usize = 6;
/// Most steps of the search from one start; no honest word needs more.
const BUDGET: u32 = 400;

/// Lexicon words and the other spellings of their characters.
#[derive(Debug, Clone)]
pub(super) struct Restorer {
    pub(super) words: Trie,
    /// Pinyin syllable (no tone) to the characters of lexicon words so read.
    pub(super) syllables: HashMap<String, Vec<char>>,
    /// First part to (all parts, the character).
    pub(super) splits: IntMap<u32, Vec<(Vec<char>, char)>>,
    /// Symbol to readings.
    pub(super) symbols: IntMap<u32, Vec<Vec<char>>>,
    /// Symbols whose first reading holds everywhere.
    pub(super) always: IntMap<u32, Vec<char>>,
    pub(super) jieba: Arc<Jieba>,
}

/// How a character of the word was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Plain,
    Pinyin,
    Parts,
    Symbol,
}

/// One character of a word under way.
#[derive(Debug, Clone, Copy)]
struct Step {
    ch: char,
    from: usize,
    to: usize,
    spelling: Spelling,
}

/// A word found.
#[derive(Debug, Clone)]
struct Found {
    steps: Vec<Step>,
}

struct Search<'a> {
    restorer: &'a Restorer,
    units: &'a [Unit],
    steps: Vec<Step>,
    best: Option<Found>,
    budget: u32,
}

impl Restorer {
    /// Rewrites the draft with every disguised word restored.
    pub(super) fn restore(&self, draft: &mut Draft) {
        let units = std::mem::take(&mut draft.units);
        let mut at = 0;
        while let Some(unit) = units.get(at) {
            match self.longest_from(&units, at) {
                Some(found) => at = self.accept(&units, &found, draft).max(at + 1),
                None => {
                    draft.units.push(*unit);
                    at += 1;
                }
            }
        }
    }

    /// Reads out the symbols that mean the same everywhere: ➕ is 加.
    pub(super) fn read_symbols(&self, glyphs: &Glyphs, draft: &mut Draft) {
        for at in (0..draft.units.len()).rev() {
            let Some(unit) = draft
                .units
                .get(at)
                .filter(|u| u.kind == Kind::Symbol)
                .copied()
            else {
                continue;
            };
            if let Some(reading) = self.always.get(&u32::from(unit.ch)) {
                draft.mark("OB-k", unit.start..unit.end, Strength::Weak);
                draft.replace(at..at + 1, reading, |ch| glyphs.kind(ch));
            }
        }
    }

    /// Drops emoji set between the digits of a number, or before its per cent sign: 年化18🔥%.
    pub(super) fn drop_symbols_in_numbers(&self, draft: &mut Draft) {
        let mut at = 1;
        while at + 1 < draft.units.len() {
            let Some([before, unit, after]) = draft.units.get(at - 1..at + 2) else {
                return;
            };
            let inside =
                before.kind == Kind::Digit && (after.kind == Kind::Digit || after.ch == '%');
            if unit.kind == Kind::Symbol && inside && !is_numeral_symbol(unit.ch) {
                let place = unit.start..unit.end;
                draft.mark("OB-k", place, Strength::Strong);
                draft.units.remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// Marks and symbols may break up a word; a symbol that is read everywhere may not.
    fn may_be_skipped(&self, unit: &Unit) -> bool {
        match unit.kind {
            Kind::Separator => true,
            Kind::Symbol => !self.always.contains_key(&u32::from(unit.ch)),
            _ => false,
        }
    }

    fn longest_from(&self, units: &[Unit], at: usize) -> Option<Found> {
        let starts = units.get(at).is_some_and(|u| {
            matches!(u.kind, Kind::Han | Kind::Symbol)
                || is_letter(u)
                    && at
                        .checked_sub(1)
                        .and_then(|p| units.get(p))
                        .is_none_or(|p| !joins_letters(p))
        });
        if !starts {
            return None;
        }
        let mut search = Search {
            restorer: self,
            units,
            steps: Vec::new(),
            best: None,
            budget: BUDGET,
        };
        search.step(ROOT, at);
        search.best
    }

    /// Puts the word into the draft; gives the place after it.
    fn accept(&self, units: &[Unit], found: &Found, draft: &mut Draft) -> usize {
        let mut end = 0;
        let mut last_to = found.steps.first().map_or(0, |s| s.from);
        for step in &found.steps {
            let (Some(first), Some(last)) = (units.get(step.from), units.get(step.to - 1)) else {
                continue;
            };
            if last_to < step.from {
                self.mark_gap(units, last_to, step.from, draft);
            }
            let class = match step.spelling {
                Spelling::Plain => None,
                Spelling::Pinyin => Some("OB-a"),
                Spelling::Parts => Some("OB-l"),
                Spelling::Symbol => Some("OB-k"),
            };
            if let Some(class) = class {
                draft.mark(class, first.start..last.end, Strength::Strong);
                let kind = if step.ch.is_ascii() {
                    Kind::Other
                } else {
                    Kind::Han
                };
                draft.units.push(Unit {
                    ch: step.ch,
                    kind,
                    start: first.start,
                    end: last.end,
                    same: false,
                });
            } else {
                draft.units.push(*first);
            }
            last_to = step.to;
            end = step.to;
        }
        end
    }

    fn mark_gap(&self, units: &[Unit], from: usize, to: usize, draft: &mut Draft) {
        let Some(gap) = units.get(from..to) else {
            return;
        };
        let (Some(first), Some(last)) = (gap.first(), gap.last()) else {
            return;
        };
        let class = if gap.iter().any(|u| u.kind == Kind::Symbol) {
            "OB-k"
        } else {
            "OB-c"
        };
        let blank = gap.iter().all(|u| u.ch.is_whitespace());
        let standing_alone =
            blank && !is_han_at(units, from.checked_sub(2)) && !is_han_at(units, to.checked_add(1));
        let strength = if standing_alone {
            Strength::Weak
        } else {
            Strength::Strong
        };
        draft.mark(class, first.start..last.end, strength);
    }

    /// Whether a spelling with separators is one word broken up, not words set side by side.
    fn is_broken_up(&self, units: &[Unit], steps: &[Step]) -> bool {
        let pieces = pieces(steps);
        let whole_words: Vec<bool> = pieces
            .iter()
            .map(|p| p.len() >= 2 && self.is_known(p))
            .collect();
        if pieces.len() < 2 {
            return true;
        }
        let is_ascii = steps.iter().all(|s| s.ch.is_ascii());
        if is_ascii && pieces.iter().any(|p| p.len() > 1) {
            return false;
        }
        // A blank or a hyphen beside a whole word only sets words apart.
        let telling_gap = whole_words.windows(2).any(|w| w == [false, false]);
        if !telling_gap && has_only_common_gaps(units, steps) {
            return false;
        }
        !self.is_torn_from_neighbours(units, steps)
    }

    fn is_known(&self, piece: &[char]) -> bool {
        self.words.contains(piece.iter().copied())
            || self.jieba.has_word(&piece.iter().collect::<String>())
    }

    /// 应收 益智, 交易日 结算日: both sides of the gap belong to words of their own.
    fn is_torn_from_neighbours(&self, units: &[Unit], steps: &[Step]) -> bool {
        let [first, .., last] = steps else {
            return false;
        };
        // 1200万股 金正大: the first character belongs to a quantity.
        let quantity = first.from.checked_sub(1).and_then(|i| units.get(i));
        if steps.len() == 2
            && quantity.is_some_and(|u| u.kind == Kind::Digit || "万亿千百".contains(u.ch))
        {
            return true;
        }
        let gap = steps.windows(2).find_map(|w| match w {
            [a, b] if a.to < b.from => Some((a.to, b.from)),
            _ => None,
        });
        gap.is_some_and(|(end, start)| {
            let has_left = end - first.from < self.word_ending_at(units, end);
            let has_right = last.to - start < self.word_starting_at(units, start);
            has_left && has_right
        })
    }

    /// Length of the dictionary word that the Chinese text before `end` ends with.
    fn word_ending_at(&self, units: &[Unit], end: usize) -> usize {
        let text: String = units
            .iter()
            .take(end)
            .rev()
            .take(NEIGHBOURS)
            .take_while(|u| u.kind == Kind::Han)
            .map(|u| u.ch)
            .collect();
        let text: String = text.chars().rev().collect();
        let tokens = self.jieba.cut(&text, false);
        tokens.last().map_or(0, |t| t.word.chars().count())
    }

    /// Length of the dictionary word that the Chinese text at `start` begins with.
    fn word_starting_at(&self, units: &[Unit], start: usize) -> usize {
        let text: String = units
            .iter()
            .skip(start)
            .take(NEIGHBOURS)
            .take_while(|u| u.kind == Kind::Han)
            .map(|u| u.ch)
            .collect();
        let tokens = self.jieba.cut(&text, false);
        tokens.first().map_or(0, |t| t.word.chars().count())
    }
}

/// How many characters the dictionary is shown on each side of a gap.
const NEIGHBOURS: usize = 6;

impl Search<'_> {
    fn step(&mut self, node: u32, at: usize) {
        if self.budget == 0 {
            return;
        }
        self.budget -= 1;
        if self.restorer.words.is_word(node) {
            self.consider(at);
        }
        if let Some(mark) = self.units.get(at).filter(|u| u.kind == Kind::Separator) {
            self.try_char(node, mark.ch, at, at + 1, Spelling::Plain);
        }
        let place = if self.steps.is_empty() {
            at
        } else {
            self.after_gap(at)
        };
        self.try_symbols(node, at, place);
        let Some(unit) = self.units.get(place) else {
            return;
        };
        match unit.kind {
            Kind::Han => {
                self.try_char(node, unit.ch, place, place + 1, Spelling::Plain);
                self.try_parts(node, place);
            }
            Kind::Letter | Kind::OddLetter => {
                self.try_char(node, unit.ch, place, place + 1, Spelling::Plain);
                self.try_pinyin(node, place);
            }
            Kind::Digit => self.try_char(node, unit.ch, place, place + 1, Spelling::Plain),
            _ => {}
        }
    }

    fn try_char(&mut self, node: u32, ch: char, from: usize, to: usize, spelling: Spelling) {
        if let Some(next) = self.restorer.words.child(node, ch) {
            self.steps.push(Step {
                ch,
                from,
                to,
                spelling,
            });
            self.step(next, to);
            self.steps.pop();
        }
    }

    fn try_parts(&mut self, node: u32, at: usize) {
        let restorer = self.restorer;
        let Some(unit) = self.units.get(at) else {
            return;
        };
        let Some(spellings) = restorer.splits.get(&u32::from(unit.ch)) else {
            return;
        };
        for (parts, whole) in spellings {
            let window = self.units.get(at..at + parts.len()).unwrap_or_default();
            if window.len() == parts.len() && window.iter().map(|u| u.ch).eq(parts.iter().copied())
            {
                self.try_char(node, *whole, at, at + parts.len(), Spelling::Parts);
            }
        }
    }

    fn try_pinyin(&mut self, node: u32, at: usize) {
        let restorer = self.restorer;
        let mut syllable = String::new();
        for length in 1..=MAX_SYLLABLE {
            let Some(unit) = self.units.get(at + length - 1).filter(|u| is_letter(u)) else {
                return;
            };
            syllable.push(toneless(unit.ch).unwrap_or(unit.ch.to_ascii_lowercase()));
            // One letter alone is an abbreviation, not a syllable.
            let Some(chars) = restorer.syllables.get(&syllable).filter(|_| length > 1) else {
                continue;
            };
            for ch in chars {
                self.try_char(node, *ch, at, at + length, Spelling::Pinyin);
            }
        }
    }

    /// Symbols between `at` and `place` (or at `place`) that may stand for a part of the word.
    fn try_symbols(&mut self, node: u32, at: usize, place: usize) {
        let restorer = self.restorer;
        for index in at..=place {
            let Some(unit) = self.units.get(index).filter(|u| u.kind == Kind::Symbol) else {
                continue;
            };
            let Some(readings) = restorer.symbols.get(&u32::from(unit.ch)) else {
                continue;
            };
            for reading in readings {
                self.try_reading(node, reading, index);
            }
            return;
        }
    }

    fn try_reading(&mut self, node: u32, reading: &[char], at: usize) {
        let depth = self.steps.len();
        let mut node = node;
        for ch in reading {
            let Some(next) = self.restorer.words.child(node, *ch) else {
                self.steps.truncate(depth);
                return;
            };
            node = next;
            self.steps.push(Step {
                ch: *ch,
                from: at,
                to: at + 1,
                spelling: Spelling::Symbol,
            });
        }
        self.step(node, at + 1);
        self.steps.truncate(depth);
    }

    /// The place after marks and symbols that break up the word, or `at` when there are too many.
    fn after_gap(&self, at: usize) -> usize {
        let gap = self
            .units
            .iter()
            .skip(at)
            .take(MAX_GAP + 1)
            .take_while(|u| self.restorer.may_be_skipped(u))
            .count();
        if gap > MAX_GAP { at } else { at + gap }
    }

    /// Takes the word so far if it is disguised, honest to restore, and longer than the best.
    fn consider(&mut self, end: usize) {
        let longer = self
            .best
            .as_ref()
            .is_none_or(|b| b.steps.len() < self.steps.len());
        if !longer || !self.is_disguised() || !self.is_licensed(end) {
            return;
        }
        self.best = Some(Found {
            steps: self.steps.clone(),
        });
    }

    fn is_disguised(&self) -> bool {
        let gaps = self.steps.windows(2).any(|w| match w {
            [a, b] => a.to < b.from,
            _ => false,
        });
        gaps || self.steps.iter().any(|s| s.spelling != Spelling::Plain)
    }

    fn is_licensed(&self, end: usize) -> bool {
        let plain_han = self
            .steps
            .iter()
            .filter(|s| s.spelling == Spelling::Plain && !s.ch.is_ascii())
            .count();
        let has = |spelling| self.steps.iter().any(|s| s.spelling == spelling);
        if has(Spelling::Pinyin) && (plain_han == 0 || self.cuts_letters(end)) {
            return false;
        }
        if has(Spelling::Symbol) && plain_han == 0 {
            return false;
        }
        self.restorer.is_broken_up(self.units, &self.steps)
    }

    /// Whether the word would end or begin inside a run of letters.
    fn cuts_letters(&self, end: usize) -> bool {
        let ends_in_letters = self
            .steps
            .last()
            .is_some_and(|s| s.spelling == Spelling::Pinyin);
        ends_in_letters
            && self
                .units
                .get(end)
                .is_some_and(|u| is_letter(u) || matches!(u.ch, '@' | '_'))
    }
}

/// Arrows and mathematical signs mean something between digits: 100→200.
fn is_numeral_symbol(ch: char) -> bool {
    matches!(ch, '\u{2722}'..='\u{274B}' | '\u{2190}'..='\u{22FF}' | '\u{2460}'..='\u{24FF}' | '\u{2500}'..='\u{25FF}' | '\u{E000}'..='\u{F8FF}')
}

fn is_letter(unit: &Unit) -> bool {
    unit.kind == Kind::Letter || unit.kind == Kind::OddLetter && toneless(unit.ch).is_some()
}

/// Characters that make a run of letters part of an address, a name or a number.
fn joins_letters(unit: &Unit) -> bool {
    is_letter(unit) || unit.kind == Kind::Digit || matches!(unit.ch, '@' | '_' | '/')
}

fn is_han_at(units: &[Unit], at: Option<usize>) -> bool {
    at.and_then(|i| units.get(i))
        .is_some_and(|u| u.kind == Kind::Han)
}

/// The characters of a word, cut at its gaps.
fn pieces(steps: &[Step]) -> Vec<Vec<char>> {
    let mut pieces: Vec<Vec<char>> = vec![Vec::new()];
    let mut end = steps.first().map_or(0, |s| s.from);
    for step in steps {
        if step.from > end {
            pieces.push(Vec::new());
        }
        end = step.to;
        if let Some(piece) = pieces.last_mut() {
            piece.push(step.ch);
        }
    }
    pieces
}

/// Whether all gaps hold marks that honest text sets between words.
fn has_only_common_gaps(units: &[Unit], steps: &[Step]) -> bool {
    let gaps = steps.windows(2).filter_map(|w| match w {
        [a, b] => units.get(a.to..b.from),
        _ => None,
    });
    gaps.flatten().all(|u| {
        u.ch.is_whitespace()
            || matches!(
                u.ch,
                '-' | '/' | '|' | '–' | '—' | '~' | '+' | '…' | '→' | '\\' | '·' | '•' | '&'
            )
    })
}
