//! Contact tokens: masked names of messengers (OB-n), look-alike letters in account names (OB-j), telephone
//! numbers in Chinese digits (OB-f).

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
}

/// Shortest account name or number.
const SHORTEST_ID: usize = 5;

impl Contacts {
    /// `None` when the automaton cannot be built (too many masks).
    pub(super) fn compile(masks: &[ContactMask]) -> Option<Self> {
        let seen = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(masks.iter().map(|m| m.seen.as_str()))
            .ok()?;
        Some(Self {
            seen,
            masks: masks.to_vec(),
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

/// A mask in letters must not be a part of a longer name: 加VIP is not 加V.
fn is_whole(units: &[Unit], first: usize, end: usize) -> bool {
    let kind = |i: Option<usize>| i.and_then(|i| units.get(i)).map(|u| u.kind);
    let starts = kind(Some(first)) == Some(Kind::Letter);
    let before = kind(first.checked_sub(1)).is_some_and(is_account);
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
    id.len() >= SHORTEST_ID && digits >= 2
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
        let token = draft.units.get(at..at + length).unwrap_or_default();
        if is_phone_with_letters(token) {
            fold_phone(draft, at, length);
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

/// 138O0138OOO: a mobile number with letters for digits.
fn is_phone_with_letters(token: &[Unit]) -> bool {
    let letters = token.iter().filter(|u| as_digit(u.ch).is_some()).count();
    let digits = token.iter().filter(|u| u.kind == Kind::Digit).count();
    let mobile =
        matches!(token, [first, second, ..] if first.ch == '1' && ('3'..='9').contains(&second.ch));
    token.len() == 11 && mobile && letters > 0 && letters <= 6 && letters + digits == 11
}

fn as_digit(ch: char) -> Option<char> {
    match ch {
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        _ => None,
    }
}

fn fold_phone(draft: &mut Draft, at: usize, length: usize) {
    let mut places = Vec::new();
    for unit in draft.units.iter_mut().skip(at).take(length) {
        if let Some(digit) = as_digit(unit.ch) {
            places.push(unit.start..unit.end);
            *unit = Unit {
                ch: digit,
                kind: Kind::Digit,
                same: false,
                ..*unit
            };
        }
    }
    for place in places {
        draft.mark("OB-j", place, Strength::Strong);
    }
}

/// The digit that a Chinese character stands for in a telephone number read aloud.
pub(super) fn chinese_digit(ch: char) -> Option<char> {
    Some(match ch {
        '零' | '〇' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

/// 一三八零零一三八零零零: eleven Chinese digits that begin like a mobile number, or six and more after a
/// word for a number.
pub(super) fn undo_spoken_numbers(draft: &mut Draft) {
    let mut at = 0;
    while let Some(unit) = draft.units.get(at) {
        if chinese_digit(unit.ch).is_none() && !unit.ch.is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits: Vec<char> = draft
            .units
            .iter()
            .skip(at)
            .take(24)
            .map_while(|u| chinese_digit(u.ch).or(u.ch.is_ascii_digit().then_some(u.ch)))
            .collect();
        let spoken = draft
            .units
            .iter()
            .skip(at)
            .take(digits.len())
            .filter(|u| !u.ch.is_ascii_digit())
            .count();
        // 13800138000七、: the numeral after the number begins something else.
        let last = at + digits.len().saturating_sub(1);
        let inner = draft.units.get(last).is_some_and(|u| u.ch.is_ascii_digit());
        if spoken > 0 && (inner || spoken * 2 >= digits.len()) && is_number(draft, at, &digits) {
            rewrite(draft, at, &digits);
        }
        at += digits.len().max(1);
    }
}

fn is_number(draft: &Draft, at: usize, digits: &[char]) -> bool {
    let mobile = digits.len() == 11 && matches!(digits, ['1', '3'..='9', ..]);
    let before: String = draft
        .units
        .iter()
        .take(at)
        .skip(at.saturating_sub(6))
        .map(|u| u.ch)
        .collect();
    let announced = [
        "电话", "手机", "微信", "QQ", "扣", "热线", "号", "加", "联系", "询", "群", "q", "V", "v",
    ]
    .iter()
    .any(|w| before.contains(w));
    mobile || announced && (6..=12).contains(&digits.len())
}

fn rewrite(draft: &mut Draft, at: usize, digits: &[char]) {
    let mut places = Vec::new();
    for (unit, digit) in draft.units.iter_mut().skip(at).zip(digits) {
        if unit.ch != *digit {
            places.push(unit.start..unit.end);
            *unit = Unit {
                ch: *digit,
                kind: Kind::Digit,
                same: false,
                ..*unit
            };
        }
    }
    for place in places {
        draft.mark("OB-f", place, Strength::Strong);
    }
}
