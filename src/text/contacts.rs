//! Contact tokens: masked names of messengers (OB-n), look-alike letters in account names (OB-j).

use super::glyphs::{Glyphs, Kind};
use super::units::{Draft, Strength, Unit};
use crate::model::evasion::ContactMask;
use aho_corasick::{AhoCorasick, MatchKind};

use super::confusions::{is_account, unit_starts};

/// The compiled masks.
#[derive(Debug, Clone)]
pub(super) struct Contacts {
    seen: AhoCorasick,
    masks: Vec<ContactMask>,
    not_glued: Vec<String>,
}

/// Shortest account name or number.
const SHORTEST_ID: usize = 5;
/// Longest account name that is looked at.
const LONGEST_ID: usize = 24;
/// Most letters at the beginning of an account name that a mask is glued to.
const MOST_LETTERS: usize = 8;

impl Contacts {
    /// `None` when the automaton cannot be built (too many masks).
    pub(super) fn compile(masks: &[ContactMask], not_glued: &[String]) -> Option<Self> {
        let seen = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(masks.iter().map(|m| m.seen.as_str()))
            .ok()?;
        Some(Self {
            seen,
            masks: masks.to_vec(),
            not_glued: not_glued.to_vec(),
        })
    }

    /// Undoes the masks of a stretch.
    pub(super) fn undo(&self, glyphs: &Glyphs, draft: &mut Draft) {
        let text: String = draft.units.iter().map(|u| u.ch).collect();
        if !self.seen.is_match(&text) {
            return;
        }
        let starts = unit_starts(&draft.units);
        let found: Vec<_> = self.seen.find_iter(&text).collect();
        for hit in found.into_iter().rev() {
            let Some(mask) = self.masks.get(hit.pattern().as_usize()) else {
                continue;
            };
            let (Ok(first), Ok(end)) = (
                starts.binary_search(&hit.start()),
                starts.binary_search(&hit.end()),
            ) else {
                continue;
            };
            let honest = mask.plain.eq_ignore_ascii_case(&mask.seen);
            if honest
                || !is_whole(&draft.units, first, end)
                    && !self.is_glued(mask, &draft.units, first, end)
                || mask.needs_id && !has_id(&draft.units, end)
            {
                continue;
            }
            let place = draft
                .units
                .get(first..end)
                .and_then(|u| Some(u.first()?.start..u.last()?.end));
            if let Some(place) = place {
                let strength = if mask.strong {
                    Strength::Strong
                } else {
                    Strength::Weak
                };
                draft.mark("OB-n", place, strength);
                let plain: Vec<char> = mask.plain.chars().collect();
                draft.replace(first..end, &plain, |ch| glyphs.kind(ch));
            }
        }
    }
}

impl Contacts {
    /// 加Vabc123, wxabc123: a mask that ends in letters, glued to an account name.
    fn is_glued(&self, mask: &ContactMask, units: &[Unit], first: usize, end: usize) -> bool {
        let before = first.checked_sub(1).and_then(|i| units.get(i));
        let begins =
            before.is_none_or(|u| !is_account(u.kind) && !matches!(u.ch, '/' | '.' | '@' | '_'));
        let name = units.iter().skip(end).take(LONGEST_ID);
        let name: Vec<&Unit> = name.take_while(|u| is_account(u.kind)).collect();
        let letters = name.iter().take_while(|u| u.kind == Kind::Letter).count();
        let digits = name
            .iter()
            .skip(letters)
            .take_while(|u| u.kind == Kind::Digit)
            .count();
        let spelt: String = name.iter().map(|u| u.ch).collect();
        mask.seen.chars().count() >= 2
            && begins
            && name.len() >= SHORTEST_ID
            && letters <= MOST_LETTERS
            && (digits >= 2 || digits == 1 && name.len() > SHORTEST_ID)
            && !self.not_glued.iter().any(|w| spelt.starts_with(w.as_str()))
    }
}

/// A mask in letters must not be a part of a longer name: 加VIP is not 加V.
fn is_whole(units: &[Unit], first: usize, end: usize) -> bool {
    let kind = |i: Option<usize>| i.and_then(|i| units.get(i)).map(|u| u.kind);
    let starts = kind(Some(first)) == Some(Kind::Letter);
    let before = first.checked_sub(1).and_then(|i| units.get(i));
    // Addresses hold such letters too: tb.test/v6abc.
    let before = before.is_some_and(|u| {
        is_account(u.kind) || matches!(u.ch, '/' | '.' | '_' | '-' | '@' | '=' | '?' | '&')
    });
    let ends = kind(end.checked_sub(1)) == Some(Kind::Letter);
    let after = kind(Some(end)) == Some(Kind::Letter);
    !(starts && before || ends && after)
}

/// Whether an account name or number follows: 薇信：abc123, 扣扣 12345678.
fn has_id(units: &[Unit], end: usize) -> bool {
    let link = |u: &Unit| {
        matches!(u.kind, Kind::Separator | Kind::Symbol | Kind::Drop)
            || matches!(
                u.ch,
                ':' | '：'
                    | '号'
                    | '是'
                    | '为'
                    | '同'
                    | '加'
                    | '群'
                    | '裙'
                    | '@'
                    | '('
                    | '（'
                    | '【'
                    | '码'
                    | '，'
                    | ','
            )
    };
    let skipped = units
        .iter()
        .skip(end)
        .take(6)
        .take_while(|u| link(u))
        .count();
    let id: Vec<&Unit> = units
        .iter()
        .skip(end + skipped)
        .take(24)
        .take_while(|u| is_account(u.kind) || matches!(u.ch, '_' | '-'))
        .collect();
    let digits = id
        .iter()
        .filter(|u| u.kind == Kind::Digit || matches!(u.ch, 'x' | 'X'))
        .count();
    id.len() >= SHORTEST_ID && digits >= 2 || id.len() > SHORTEST_ID && digits == 1
}

/// Look-alike letters inside a token that is otherwise of ASCII letters and digits: ΕКХ596.
pub(super) fn undo_lookalikes(glyphs: &Glyphs, draft: &mut Draft) {
    let mut at = 0;
    while at < draft.units.len() {
        let length = draft
            .units
            .iter()
            .skip(at)
            .take_while(|u| is_account(u.kind))
            .count();
        let token = draft.units.get(at..at + length).unwrap_or_default();
        let odd = token.iter().filter(|u| u.kind == Kind::OddLetter).count();
        let digits = token.iter().filter(|u| u.kind == Kind::Digit).count();
        let letters = length - odd - digits;
        if odd > 0 && length >= SHORTEST_ID && (digits >= 2 || letters > odd) {
            fold_token(glyphs, draft, at, length);
        }
        at += length.max(1);
    }
}

fn fold_token(glyphs: &Glyphs, draft: &mut Draft, at: usize, length: usize) {
    let mut places = Vec::new();
    for unit in draft.units.iter_mut().skip(at).take(length) {
        if let Some(plain) = glyphs.lookalike(unit.ch) {
            places.push(unit.start..unit.end);
            *unit = Unit {
                ch: plain,
                kind: Kind::Letter,
                same: false,
                ..*unit
            };
        }
    }
    for place in places {
        draft.mark("OB-j", place, Strength::Strong);
    }
}
