//! Misspelt words from the tables: 代款 for 贷款, DK, daikuan (OB-a, OB-b, OB-m). A row may ask for a cue in
//! the sentence, or forbid neighbours, because many misspellings are words of their own.

use super::glyphs::{Glyphs, Kind};
use super::hash::IntMap;
use super::units::{Draft, Strength, Unit};
use crate::model::evasion::Confusion;
use aho_corasick::{AhoCorasick, MatchKind};

/// The compiled table.
#[derive(Debug, Clone)]
pub(super) struct Confusions {
    seen: AhoCorasick,
    rows: Vec<Confusion>,
    plain: Vec<Vec<char>>,
    cues: IntMap<u32, AhoCorasick>,
}

impl Confusions {
    /// `None` when the automaton cannot be built (too many words).
    pub(super) fn compile(rows: &[Confusion]) -> Option<Self> {
        let seen = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(rows.iter().map(|r| r.seen.as_str()))
            .ok()?;
        let mut cues = IntMap::default();
        for (index, row) in rows.iter().enumerate().filter(|(_, r)| !r.cues.is_empty()) {
            cues.insert(index as u32, AhoCorasick::new(&row.cues).ok()?);
        }
        Some(Self {
            seen,
            plain: rows.iter().map(|r| r.plain.chars().collect()).collect(),
            rows: rows.to_vec(),
            cues,
        })
    }

    /// Undoes the misspellings of a stretch.
    pub(super) fn undo(&self, glyphs: &Glyphs, draft: &mut Draft) {
        let text: String = draft.units.iter().map(|u| u.ch).collect();
        if !self.seen.is_match(&text) {
            return;
        }
        let starts = unit_starts(&draft.units);
        // From the end, so that earlier places stay valid.
        let found: Vec<_> = self.seen.find_iter(&text).collect();
        for hit in found.into_iter().rev() {
            let index = hit.pattern().as_usize();
            let (Some(row), Some(plain)) = (self.rows.get(index), self.plain.get(index)) else {
                continue;
            };
            let (Ok(first), Ok(end)) = (
                starts.binary_search(&hit.start()),
                starts.binary_search(&hit.end()),
            ) else {
                continue;
            };
            if !self.is_meant(row, index, &text, hit.start(), hit.end()) {
                continue;
            }
            let place = draft
                .units
                .get(first..end)
                .and_then(|u| Some(u.first()?.start..u.last()?.end));
            if let Some(place) = place {
                draft.mark(row.class, place, Strength::Strong);
                draft.replace(first..end, plain, |ch| glyphs.kind(ch));
            }
        }
    }

    fn is_meant(
        &self,
        row: &Confusion,
        index: usize,
        text: &str,
        start: usize,
        end: usize,
    ) -> bool {
        let (before, after) = (
            text.get(..start).unwrap_or_default(),
            text.get(end..).unwrap_or_default(),
        );
        let figure = begins_figure(after);
        if row.seen.is_ascii()
            && (touches_word(before.chars().next_back())
                || touches_word(after.chars().next()) && !figure)
        {
            return false;
        }
        if row.seen.ends_with(|c: char| c.is_ascii_alphabetic())
            && after.starts_with(|c: char| c.is_ascii_alphabetic())
            || row.seen.starts_with(|c: char| c.is_ascii_alphabetic())
                && before.ends_with(|c: char| c.is_ascii_alphanumeric())
        {
            return false;
        }
        if row.not_before.iter().any(|w| after.starts_with(w.as_str()))
            || row.not_after.iter().any(|w| before.ends_with(w.as_str()))
        {
            return false;
        }
        let Some(cues) = self.cues.get(&(index as u32)) else {
            return true;
        };
        cues.is_match(before) || cues.is_match(after)
    }
}

/// SY30%, TZ1万: a figure, and no rest of an account name.
fn begins_figure(after: &str) -> bool {
    const MOST: usize = 8;
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let digits = after.len() - rest.len();
    let unit = rest.chars().next();
    (1..=MOST).contains(&digits) && unit.is_some_and(|c| c == '%' || super::glyphs::is_han(c))
}

/// Letters and marks that make a match in letters a part of something longer, such as an address.
fn touches_word(ch: Option<char>) -> bool {
    ch.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '@' | '_' | '-'))
}

/// Byte places of the units in the text that they spell, with its end.
pub(super) fn unit_starts(units: &[Unit]) -> Vec<usize> {
    let mut at = 0;
    let mut starts: Vec<usize> = units
        .iter()
        .map(|u| {
            let start = at;
            at += u.ch.len_utf8();
            start
        })
        .collect();
    starts.push(at);
    starts
}

/// Whether the kind may be part of an account name.
pub(super) fn is_account(kind: Kind) -> bool {
    matches!(kind, Kind::Letter | Kind::Digit | Kind::OddLetter)
}
