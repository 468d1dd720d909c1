//! The search for one disguised word: a walk down the tree of lexicon words over the text.

use super::gaps::LIST_MARK;
use super::glyphs::Kind;
use super::letters::{self, lower, run_after};
use super::restore::Restorer;
use super::trie::ROOT;
use super::units::Unit;

/// Most marks that may stand between two characters of one word.
const MAX_GAP: usize = 4;
/// Most letters of a pinyin syllable.
const MAX_SYLLABLE: usize = 6;
/// Most steps of the search from one start; no honest word needs more.
const BUDGET: u32 = 400;

/// How a character of the word was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Plain,
    Pinyin,
    /// The first letter of its reading.
    Initial,
    Parts,
    Symbol,
}

/// One character of a word under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) ch: char,
    /// First unit and the one after the last.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) spelling: Spelling,
}

/// One search.
struct Search<'a> {
    restorer: &'a Restorer,
    units: &'a [Unit],
    steps: Vec<Step>,
    best: Option<Vec<Step>>,
    budget: u32,
}

/// The longest disguised word from `at`, as steps. `after_pinyin` when a word that ended in pinyin was found right before.
pub(super) fn longest_from(
    restorer: &Restorer,
    units: &[Unit],
    at: usize,
    after_pinyin: bool,
) -> Option<Vec<Step>> {
    let before = at.checked_sub(1).and_then(|p| units.get(p));
    let starts = units.get(at).is_some_and(|u| {
        matches!(u.kind, Kind::Han | Kind::Symbol)
            || lower(u).is_some() && (after_pinyin || before.is_none_or(|p| !joins_letters(p)))
    });
    if !starts {
        return None;
    }
    let mut search = Search {
        restorer,
        units,
        steps: Vec::new(),
        best: None,
        budget: BUDGET,
    };
    search.step(ROOT, at);
    search.best
}

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
                self.try_initial(node, place);
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
            let Some(letter) = self.units.get(at + length - 1).and_then(lower) else {
                return;
            };
            syllable.push(letter);
            // One letter alone is an abbreviation, not a syllable.
            let Some(chars) = restorer.syllables.get(&syllable).filter(|_| length > 1) else {
                continue;
            };
            for ch in chars {
                self.try_char(node, *ch, at, at + length, Spelling::Pinyin);
            }
        }
    }

    fn try_initial(&mut self, node: u32, at: usize) {
        let restorer = self.restorer;
        let letter = self
            .units
            .get(at)
            .filter(|u| u.kind == Kind::Letter)
            .and_then(lower);
        let chars = letter.and_then(|l| restorer.initials.get(&letters::key(node, l)));
        for ch in chars.into_iter().flatten() {
            self.try_char(node, *ch, at, at + 1, Spelling::Initial);
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
            .take_while(|u| self.may_be_skipped(u))
            .count();
        if gap > MAX_GAP { at } else { at + gap }
    }

    /// Takes the word so far if it is disguised, honest to restore, and longer than the best.
    fn consider(&mut self, end: usize) {
        // Of words of one length the one that explains more of the text: 理💰财 is 理财, 💰 not read.
        let measure = |steps: &[Step]| (steps.len(), steps.last().map_or(0, |s| s.to));
        let longer = self
            .best
            .as_ref()
            .is_none_or(|best| measure(best) < measure(&self.steps));
        if !longer || !self.is_disguised() || !self.is_licensed(end) {
            return;
        }
        self.best = Some(self.steps.clone());
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
        let restorer = self.restorer;
        if has(Spelling::Pinyin)
            && (self.cuts_letters(end) || plain_han == 0 && !self.is_read_aloud(end))
        {
            return false;
        }
        if has(Spelling::Initial) && !letters::are_initials(restorer, self.units, &self.steps) {
            return false;
        }
        if has(Spelling::Symbol) && plain_han == 0 {
            return false;
        }
        restorer
            .gaps
            .is_one_word(&restorer.words, self.units, &self.steps)
    }

    /// Whether the word would end inside a run of letters that is not pinyin to its end.
    fn cuts_letters(&self, end: usize) -> bool {
        let ends_in_letters = self
            .steps
            .last()
            .is_some_and(|s| s.spelling == Spelling::Pinyin);
        let rest = run_after(self.units, end);
        let last = self.steps.last().map_or(end, |s| s.from);
        if !rest.is_empty()
            && letters::goes_on(self.restorer, &run_after(self.units, last), end - last)
        {
            return true;
        }
        let address = self
            .units
            .get(end + rest.len())
            .is_some_and(|u| matches!(u.ch, '@' | '_'));
        ends_in_letters && (address || !letters::are_syllables(self.restorer, &rest))
    }

    /// daikuan, li xi: a core word all in pinyin, no part of an address or account, among Chinese words.
    fn is_read_aloud(&self, end: usize) -> bool {
        let pinyin = self.steps.iter().all(|s| s.spelling == Spelling::Pinyin);
        pinyin && letters::is_core_word_in_pinyin(self.restorer, self.units, &self.steps, end)
    }

    /// Marks and symbols may break up a word; a symbol that is read everywhere may not.
    fn may_be_skipped(&self, unit: &Unit) -> bool {
        match unit.kind {
            Kind::Separator => true,
            Kind::Barrier => unit.ch == LIST_MARK,
            Kind::Symbol => !self.restorer.always.contains_key(&u32::from(unit.ch)),
            _ => false,
        }
    }
}

/// Characters that make a run of letters part of an address, a name or a number.
fn joins_letters(unit: &Unit) -> bool {
    lower(unit).is_some() || unit.kind == Kind::Digit || matches!(unit.ch, '@' | '_' | '/')
}
