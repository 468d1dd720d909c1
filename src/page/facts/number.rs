//! Telephone numbers and bank cards: numbers by how their digits are grouped.

use super::checks::{is_filler, is_identity_card, luhn_holds};
use super::found::Found;
use crate::model::identity::{FactCheck, FactKind};
use std::ops::Range;

/// Groups looked at together.
const MOST_GROUPS: usize = 6;

/// Looks at every number of the text.
pub(super) fn numbers(found: &mut Found<'_>) {
    let text = found.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let groups = groups(text, at);
        at = groups.last().map_or(at + 1, |group| group.end);
        if card(found, &groups) {
            continue;
        }
        let mut first = 0;
        while first < groups.len() {
            first += telephone(found, groups.get(first..).unwrap_or_default()).max(1);
        }
    }
}

/// The groups of digits that begin at `start`, one separator between each two.
fn groups(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut at = start;
    loop {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        groups.push(at..at + digits);
        at += digits;
        let separator = separator(&text[at..]);
        if separator == 0 || groups.len() == MOST_GROUPS {
            return groups;
        }
        at += separator;
    }
}

/// Bytes of the separator that `rest` begins with, if a digit follows it.
fn separator(rest: &str) -> usize {
    let length = rest
        .char_indices()
        .take(4)
        .find(|(_, c)| !matches!(c, '-' | '－' | '—' | '–' | ' ' | '\u{a0}' | ')' | '）'))
        .map(|(at, _)| at);
    match length {
        Some(length) if rest[length..].starts_with(|c: char| c.is_ascii_digit()) => length,
        _ => 0,
    }
}

/// Reads a telephone number at the first group; says how many groups it took.
fn telephone(found: &mut Found<'_>, groups: &[Range<usize>]) -> usize {
    let text = found.text();
    let digits: Vec<&str> = groups.iter().map(|g| &text[g.clone()]).collect();
    let Some((kind, taken)) = telephone_kind(&digits) else {
        return 0;
    };
    let Some((first, last)) = groups.first().zip(groups.get(taken - 1)) else {
        return 0;
    };
    if !stands_alone(text, first.start, last.end) {
        return 0;
    }
    let joined: String = digits.iter().take(taken).copied().collect();
    match kind {
        FactKind::Mobile => {
            let number = joined.get(joined.len() - 11..).unwrap_or("").to_owned();
            let check = template_mobile(&number);
            found.add(kind, first.start..last.end, number, check, Vec::new());
        }
        FactKind::Hotline => {
            let short = joined.len() < 10;
            if short && !is_announced(found.before(first.start, 40)) {
                return 0;
            }
            let check = filler(joined.get(3..).unwrap_or(""));
            found.add(kind, first.start..last.end, joined, check, Vec::new());
        }
        _ => landline(found, first, last, &digits),
    }
    taken
}

/// What kind of number the groups begin with, and how many of them it takes.
fn telephone_kind(digits: &[&str]) -> Option<(FactKind, usize)> {
    let lengths: Vec<usize> = digits.iter().map(|d| d.len()).collect();
    let joined = |n: usize| digits.iter().take(n).copied().collect::<String>();
    if let ["86" | "0086", rest @ ..] = digits
        && let Some((FactKind::Mobile, taken)) = telephone_kind(rest)
    {
        return Some((FactKind::Mobile, taken + 1));
    }
    match lengths.as_slice() {
        [11, ..] if is_mobile(digits[0]) => Some((FactKind::Mobile, 1)),
        [13, ..] if digits[0].starts_with("86") && is_mobile(&digits[0][2..]) => {
            Some((FactKind::Mobile, 1))
        }
        [3, 4, 4, ..] | [3, 3, 5, ..] | [4, 3, 4, ..] if is_mobile(&joined(3)) => {
            Some((FactKind::Mobile, 3))
        }
        [3, 8, ..] | [7, 4, ..] if is_mobile(&joined(2)) => Some((FactKind::Mobile, 2)),
        [10, ..] if is_toll_free(digits[0]) => Some((FactKind::Hotline, 1)),
        [3, 3, 4, ..] | [3, 4, 3, ..] | [4, 3, 3, ..] if is_toll_free(&joined(3)) => {
            Some((FactKind::Hotline, 3))
        }
        [3, 7, ..] | [4, 6, ..] | [7, 3, ..] if is_toll_free(&joined(2)) => {
            Some((FactKind::Hotline, 2))
        }
        [5 | 6, ..] if digits[0].starts_with("95") => Some((FactKind::Hotline, 1)),
        [3 | 4, 7 | 8, ..] if is_area(digits[0]) && !digits[1].starts_with(['0', '1']) => {
            Some((FactKind::Landline, 2))
        }
        [3 | 4, 4, 4, ..] | [3 | 4, 3, 4, ..]
            if is_area(digits[0]) && !digits[1].starts_with(['0', '1']) =>
        {
            Some((FactKind::Landline, 3))
        }
        _ => None,
    }
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && matches!(bytes[1], b'3'..=b'9')
}

fn is_toll_free(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

/// 010, 02x, or four digits from 03 on.
fn is_area(digits: &str) -> bool {
    match digits.len() {
        3 => digits == "010" || digits.starts_with("02"),
        _ => {
            digits.starts_with('0')
                && !digits.starts_with("00")
                && !digits.starts_with("01")
                && !digits.starts_with("02")
        }
    }
}

fn landline(found: &mut Found<'_>, first: &Range<usize>, last: &Range<usize>, digits: &[&str]) {
    let area = digits.first().copied().unwrap_or("");
    let number: String = match digits {
        [_, a, ..] if a.len() >= 7 => (*a).to_owned(),
        [_, a, b, ..] => format!("{a}{b}"),
        _ => return,
    };
    let text = found.text();
    let mut end = last.end;
    let mut value = format!("{area}-{number}");
    // An extension: 转803, -803.
    let rest = &text[end..];
    let mark = rest
        .chars()
        .take_while(|c| matches!(c, '转' | '-' | '－' | '—' | ' '))
        .map(char::len_utf8)
        .sum::<usize>();
    let extension = rest[mark..].bytes().take_while(u8::is_ascii_digit).count();
    if rest[..mark].contains(['转', '-', '－', '—']) && (1..=5).contains(&extension) {
        value = format!("{value}-{}", &rest[mark..mark + extension]);
        end += mark + extension;
    }
    let parts = vec![("area", area.to_owned())];
    let start = first.start - usize::from(text[..first.start].ends_with('('));
    let start = start
        - if text[..start].ends_with('（') {
            '（'.len_utf8()
        } else {
            0
        };
    found.add(
        FactKind::Landline,
        start..end,
        value,
        filler(&number),
        parts,
    );
}

/// Neither part of a longer code nor an amount.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].trim_end_matches('+');
    let open = match before.chars().next_back() {
        Some(c) => {
            !(c.is_ascii_alphanumeric() && !ends_with_phone_word(before)
                || matches!(c, '.' | '_' | '=' | '%' | '&'))
        }
        None => true,
    };
    let rest = &text[end..];
    let closed = match rest.chars().next() {
        Some(c) if c.is_ascii_alphanumeric() => matches!(c.to_ascii_lowercase(), 'q' | 'v' | 'w'),
        Some('%' | '_' | '元' | '万' | '亿' | '股' | '笔' | '人') => false,
        Some('.') => !rest[1..].starts_with(|c: char| c.is_ascii_digit()),
        _ => true,
    };
    open && closed
}

fn ends_with_phone_word(before: &str) -> bool {
    let tail: String = before
        .chars()
        .rev()
        .take_while(char::is_ascii_alphabetic)
        .take(8)
        .collect();
    let word: String = tail.chars().rev().collect::<String>().to_ascii_lowercase();
    matches!(
        word.as_str(),
        "tel" | "phone" | "mobile" | "mob" | "vx" | "wx" | "v" | "wechat" | "qq"
    )
}

/// Whether a word for telephones stands before.
fn is_announced(before: &str) -> bool {
    [
        "客服", "热线", "电话", "拨打", "致电", "咨询", "来电", "Tel", "TEL",
    ]
    .iter()
    .any(|word| before.contains(word))
}

fn filler(digits: &str) -> FactCheck {
    if is_filler(digits) {
        FactCheck::Template
    } else {
        FactCheck::None
    }
}

/// Numbers that templates are filled with.
fn template_mobile(number: &str) -> FactCheck {
    let known = matches!(
        number,
        "13800138000" | "13812345678" | "13912345678" | "13512345678" | "18812345678"
    );
    if known || is_filler(number.get(3..).unwrap_or("")) {
        FactCheck::Template
    } else {
        FactCheck::None
    }
}

/// Reads the groups as a bank card, if a word before them says so; says whether they are one.
fn card(found: &mut Found<'_>, groups: &[Range<usize>]) -> bool {
    let text = found.text();
    let digits: String = groups.iter().map(|g| &text[g.clone()]).collect();
    let Some((first, last)) = groups.first().zip(groups.last()) else {
        return false;
    };
    if !(16..=19).contains(&digits.len()) || is_identity_card(&digits) {
        return false;
    }
    let before = found.before(first.start, 60);
    let announced = [
        "卡号",
        "账号",
        "帐号",
        "账户",
        "帐户",
        "开户行",
        "收款",
        "银行卡",
    ]
    .iter()
    .any(|word| before.contains(word));
    let holds = luhn_holds(&digits);
    let check = match holds {
        _ if is_filler(digits.get(4..).unwrap_or("")) => FactCheck::Template,
        true => FactCheck::Passed,
        false => FactCheck::Failed,
    };
    if !announced || !(holds || digits.starts_with("62")) {
        return false;
    }
    let tail = digits.get(digits.len() - 4..).unwrap_or("").to_owned();
    found.add(
        FactKind::BankCard,
        first.start..last.end,
        digits,
        check,
        vec![("last4", tail)],
    );
    true
}
