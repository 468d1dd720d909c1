//! Pinyin in brackets after characters: 银(yín)行(háng) (OB-g). Readers for children and poems are written so
//! too, so the brackets go only where a word of the lexicons appears without them.

use super::glyphs::{Kind, toneless};
use super::trie::Trie;
use super::units::{Draft, Strength, Unit, word_length};
use pinyin::ToPinyinMulti;

/// Most letters of a syllable.
const MAX_SYLLABLE: usize = 6;

/// Removes pinyin in brackets from a stretch that hides a lexicon word so.
pub(super) fn strip(draft: &mut Draft, words: &Trie) {
    let groups = groups(&draft.units);
    if groups.is_empty() {
        return;
    }
    let mut kept = Vec::with_capacity(draft.units.len());
    let mut read_aloud = Vec::new();
    let mut at = 0;
    for (start, end) in &groups {
        kept.extend_from_slice(draft.units.get(at..*start).unwrap_or_default());
        read_aloud.push(kept.len().saturating_sub(1));
        at = *end;
    }
    kept.extend_from_slice(draft.units.get(at..).unwrap_or_default());
    if !hides_word(&kept, &read_aloud, words) {
        return;
    }
    for (start, end) in groups {
        let place = draft
            .units
            .get(start..end)
            .and_then(|u| Some(u.first()?.start..u.last()?.end));
        if let Some(place) = place {
            draft.mark("OB-g", place, Strength::InWord);
        }
    }
    draft.units = kept;
}

/// Brackets with the reading of the character before them: (first unit, unit after).
fn groups(units: &[Unit]) -> Vec<(usize, usize)> {
    let mut groups = Vec::new();
    for (at, unit) in units.iter().enumerate().skip(1) {
        if !matches!(unit.ch, '(' | '（' | '[' | '【' | '〔') {
            continue;
        }
        let syllable: String = units
            .iter()
            .skip(at + 1)
            .take(MAX_SYLLABLE + 1)
            .map_while(letter)
            .collect();
        let close = at + 1 + syllable.len();
        let closed = units
            .get(close)
            .is_some_and(|u| matches!(u.ch, ')' | '）' | ']' | '】' | '〕'));
        let before = at.checked_sub(1).and_then(|i| units.get(i));
        if closed && before.is_some_and(|b| b.kind == Kind::Han && is_reading(b.ch, &syllable)) {
            groups.push((at, close + 1));
        }
    }
    groups
}

fn letter(unit: &Unit) -> Option<char> {
    let plain = toneless(unit.ch).unwrap_or(unit.ch.to_ascii_lowercase());
    plain.is_ascii_lowercase().then_some(plain)
}

fn is_reading(ch: char, syllable: &str) -> bool {
    ch.to_pinyin_multi()
        .into_iter()
        .flatten()
        .any(|reading| reading.plain().replace('ü', "v") == syllable)
}

/// Whether one of the characters read aloud stands in a lexicon word.
fn hides_word(units: &[Unit], read_aloud: &[usize], words: &Trie) -> bool {
    let mut at = 0;
    while at < units.len() {
        let length = word_length(units, at, words);
        if read_aloud.iter().any(|i| (at..at + length).contains(i)) {
            return true;
        }
        at += length.max(1);
    }
    false
}
