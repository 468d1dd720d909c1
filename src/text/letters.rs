//! Letters that stand for characters: pinyin (OB-a), and first letters of readings (OB-m).

use super::glyphs::{Kind, toneless};
use super::restore::Restorer;
use super::search::{Spelling, Step};
use super::units::{Unit, has_word};
use std::ops::Range;

/// Most letters of a syllable.
const MAX_SYLLABLE: usize = 6;
/// Most letters of a run that is taken apart into syllables.
const MAX_RUN: usize = 24;
/// Characters on each side in which another word of the lexicons must stand.
const REACH: usize = 60;

/// Key of a node and a first letter.
pub(super) fn key(node: u32, letter: char) -> u64 {
    (u64::from(node) << 32) | u64::from(u32::from(letter))
}

/// The letter of a unit without tone, in lower case.
pub(super) fn lower(unit: &Unit) -> Option<char> {
    match unit.kind {
        Kind::Letter => Some(unit.ch.to_ascii_lowercase()),
        Kind::OddLetter => toneless(unit.ch),
        _ => None,
    }
}

/// The letters from `at` on.
pub(super) fn run_after(units: &[Unit], at: usize) -> String {
    let run = units.iter().skip(at).take(MAX_RUN);
    run.map_while(lower).collect()
}

/// Whether letters can be read as syllables, to the last letter.
pub(super) fn are_syllables(restorer: &Restorer, letters: &str) -> bool {
    let mut read = vec![false; letters.len() + 1];
    if let Some(start) = read.first_mut() {
        *start = true;
    }
    for from in 0..letters.len() {
        if read.get(from) != Some(&true) {
            continue;
        }
        for to in from + 2..=(from + MAX_SYLLABLE).min(letters.len()) {
            let known = letters
                .get(from..to)
                .is_some_and(|s| restorer.syllables.contains_key(s));
            if let Some(slot) = read.get_mut(to).filter(|_| known) {
                *slot = true;
            }
        }
    }
    read.last() == Some(&true) && letters.len() < MAX_RUN
}

/// Whether the syllable at the start of the letters, `length` long, is the beginning of a longer one: xi of xian.
pub(super) fn goes_on(restorer: &Restorer, letters: &str, length: usize) -> bool {
    let longer = length + 1..=MAX_SYLLABLE.min(letters.len());
    longer.into_iter().any(|to| {
        let (Some(syllable), Some(rest)) = (letters.get(..to), letters.get(to..)) else {
            return false;
        };
        restorer.syllables.contains_key(syllable) && are_syllables(restorer, rest)
    })
}

/// Whether first letters of readings stand for characters of a word here: whole runs of letters of one case; a word of
/// two characters must be a core word, and stand near another.
pub(super) fn are_initials(restorer: &Restorer, units: &[Unit], steps: &[Step]) -> bool {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return false;
    };
    let is_initial = |s: &Step| s.spelling == Spelling::Initial;
    let initials = steps.iter().filter(|s| is_initial(s)).count();
    let plain = steps
        .iter()
        .filter(|s| s.spelling == Spelling::Plain && !s.ch.is_ascii());
    let whole = steps.iter().filter(|s| is_initial(s)).all(|s| {
        let own = |i: &usize| steps.iter().any(|s| s.from == *i && is_initial(s));
        let stranger = |i: Option<usize>| {
            let unit = i.filter(|i| !own(i)).and_then(|i| units.get(i));
            unit.is_some_and(|u| lower(u).is_some())
        };
        !stranger(s.from.checked_sub(1)) && !stranger(s.from.checked_add(1))
    });
    let letter = |s: &Step| units.get(s.from).map(|u| u.ch);
    let letters: Vec<char> = steps
        .iter()
        .filter(|s| is_initial(s))
        .filter_map(letter)
        .collect();
    let upper = letters.iter().all(char::is_ascii_uppercase);
    let one_case = upper || initials > 1 && letters.iter().all(char::is_ascii_lowercase);
    let place = first.from..last.to;
    if plain.count() == 0 || !whole || !one_case || is_letter_word(restorer, units, &place) {
        return false;
    }
    // B单位: the characters after a letter belong to what follows.
    let outer = units
        .get(last.to)
        .filter(|u| u.kind == Kind::Han && !is_initial(last));
    if outer.is_some_and(|u| restorer.gaps.is_pair(last.ch, u.ch)) {
        return false;
    }
    let short = steps.len() == 2;
    let named = digit_before(units, first.from) && is_initial(first);
    let core = || restorer.core.contains(steps.iter().map(|s| s.ch));
    !named && (!short || core() && has_cue(restorer, units, &place))
}

fn digit_before(units: &[Unit], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| units.get(i));
    before.is_some_and(|u| u.kind == Kind::Digit)
}

/// 信用K线: the letter belongs to a word of its own with what follows.
fn is_letter_word(restorer: &Restorer, units: &[Unit], place: &Range<usize>) -> bool {
    place.clone().any(|at| {
        restorer.letter_words.iter().any(|word| {
            let length = word.chars().count();
            let seen = units.get(at..at + length).unwrap_or_default();
            seen.len() == length && seen.iter().map(|u| u.ch).eq(word.chars())
        })
    })
}

/// Whether a core word stands here in pinyin: no part of an address or of an account, and among Chinese words.
pub(super) fn is_core_word_in_pinyin(
    restorer: &Restorer,
    units: &[Unit],
    steps: &[Step],
    end: usize,
) -> bool {
    let Some(first) = steps.first() else {
        return false;
    };
    let before = first.from.checked_sub(1).and_then(|i| units.get(i));
    if before.is_some_and(is_open) && explains(units, first.from, steps) {
        return false;
    }
    let address = |u: &Unit| matches!(u.ch, '.' | '@' | '_' | '-' | '/');
    let rest = end + run_after(units, end).len();
    let after = units.get(rest);
    let figure = || {
        let digits = units
            .iter()
            .skip(rest)
            .take_while(|u| u.kind == Kind::Digit || u.ch == '.');
        let unit = units.get(rest + digits.count());
        unit.is_some_and(|u| u.kind == Kind::Han || u.ch == '%')
    };
    let free = !before.is_some_and(address)
        && !after.is_some_and(address)
        && (!after.is_some_and(|u| u.kind == Kind::Digit) || figure());
    free && steps.len() >= 2
        && restorer.core.contains(steps.iter().map(|s| s.ch))
        && has_cue(restorer, units, &(first.from..end))
}

fn is_open(unit: &Unit) -> bool {
    matches!(unit.ch, '(' | '（' | '[' | '【' | '〔')
}

/// 保险(baoxian): the word itself stands before the bracket.
fn explains(units: &[Unit], at: usize, steps: &[Step]) -> bool {
    let end = at.saturating_sub(1);
    let before = units
        .get(end.saturating_sub(steps.len())..end)
        .unwrap_or_default();
    before.iter().map(|u| u.ch).eq(steps.iter().map(|s| s.ch))
}

/// Whether another word of the lexicons stands near.
fn has_cue(restorer: &Restorer, units: &[Unit], place: &Range<usize>) -> bool {
    let before = units.get(place.start.saturating_sub(REACH)..place.start);
    let after = units.get(place.end..units.len().min(place.end + REACH));
    [before, after]
        .into_iter()
        .flatten()
        .any(|part| has_word(part, &restorer.words))
}
