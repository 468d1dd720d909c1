//! Restores words of the lexicons that were broken up or partly written otherwise: separators
//! between characters (OB-c), pinyin for a character (OB-a), characters as parts (OB-l), emoji (OB-k).
//!
//! All of these are one search: walk the tree of lexicon words over the text, where at each step the next
//! character may be there as it is, behind marks, or in another spelling. The longest word wins. The work
//! per start is bounded, so the whole is linear.

use super::gaps::Gaps;
use super::glyphs::{Glyphs, Kind, gap_class};
use super::hash::IntMap;
use super::search::{Spelling, Step, longest_from};
use super::trie::Trie;
use super::units::{Draft, Strength, Unit};
use std::collections::HashMap;

/// Lexicon words and the other spellings of their characters.
#[derive(Debug, Clone)]
pub(super) struct Restorer {
    pub(super) words: Trie,
    /// Pinyin syllable (no tone) to the characters of lexicon words so read.
    pub(super) syllables: HashMap<String, Vec<char>>,
    /// (node of `words`, first letter) to the characters that go on so.
    pub(super) initials: IntMap<u64, Vec<char>>,
    /// Words that are known by less than half of their characters.
    pub(super) core: Trie,
    /// Words in letters after Chinese characters, such as K线.
    pub(super) letter_words: Vec<String>,
    /// First part to (all parts, the character).
    pub(super) splits: IntMap<u32, Vec<(Vec<char>, char)>>,
    /// Symbol to readings.
    pub(super) symbols: IntMap<u32, Vec<Vec<char>>>,
    /// Symbols whose first reading holds everywhere.
    pub(super) always: IntMap<u32, Vec<char>>,
    /// Tells broken words from words set side by side.
    pub(super) gaps: Gaps,
}

impl Restorer {
    /// Rewrites the draft with every disguised word restored.
    pub(super) fn restore(&self, draft: &mut Draft) {
        let units = std::mem::take(&mut draft.units);
        let mut at = 0;
        let mut after_pinyin = false;
        while let Some(unit) = units.get(at) {
            match longest_from(self, &units, at, after_pinyin) {
                Some(steps) => {
                    let last = steps.last().map(|s| s.spelling);
                    after_pinyin = last == Some(Spelling::Pinyin);
                    at = accept(&units, &steps, draft).max(at + 1);
                }
                None => {
                    after_pinyin = false;
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
}

/// Puts the word into the draft; gives the place after it.
fn accept(units: &[Unit], steps: &[Step], draft: &mut Draft) -> usize {
    let mut end = 0;
    let mut last_to = steps.first().map_or(0, |s| s.from);
    for step in steps {
        let (Some(first), Some(last)) = (units.get(step.from), units.get(step.to - 1)) else {
            continue;
        };
        if last_to < step.from {
            mark_gap(units, last_to, step.from, draft);
        }
        let class = match step.spelling {
            Spelling::Plain => None,
            Spelling::Pinyin => Some("OB-a"),
            Spelling::Initial => Some("OB-m"),
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

fn mark_gap(units: &[Unit], from: usize, to: usize, draft: &mut Draft) {
    let Some(gap) = units.get(from..to) else {
        return;
    };
    let (Some(first), Some(last)) = (gap.first(), gap.last()) else {
        return;
    };
    let telling = gap.iter().filter(|u| u.kind == Kind::Symbol);
    let class = telling
        .filter_map(|u| gap_class(u.ch))
        .next()
        .unwrap_or("OB-c");
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

/// Arrows and mathematical signs mean something between digits: 100→200.
fn is_numeral_symbol(ch: char) -> bool {
    matches!(ch, '\u{2722}'..='\u{274B}' | '\u{2190}'..='\u{22FF}' | '\u{2460}'..='\u{24FF}' | '\u{2500}'..='\u{25FF}' | '\u{E000}'..='\u{F8FF}')
}

fn is_han_at(units: &[Unit], at: Option<usize>) -> bool {
    at.and_then(|i| units.get(i))
        .is_some_and(|u| u.kind == Kind::Han)
}
