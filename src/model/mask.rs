//! Finding personal data in a text, and covering it without moving anything that stands behind it.
//!
//! What can be told by its form is found: mobile and fixed-line telephone numbers, citizens' identity numbers (GB 11643,
//! with their check digit), bank cards (Luhn check), e-mail addresses, accounts of messengers behind their names, and
//! whatever [`super::partial_mask`] masks in lists and views. Names of persons cannot be told by form: they are given by
//! whoever orders the copy.

use super::partial_mask;
use regex::Regex;
use std::ops::Range;

/// What kind of personal data was covered (个人信息保护法 4, 28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PersonalData {
    /// Number of an identity card.
    IdentityNumber,
    /// Number of a bank card.
    BankCard,
    /// Mobile telephone.
    Mobile,
    /// Fixed-line telephone.
    Landline,
    /// Address of electronic mail.
    Mail,
    /// Account of a messenger.
    Messenger,
    /// Any other account or number that the index and views mask.
    Account,
    /// A wording that the order named.
    Named,
}

impl PersonalData {
    /// The word of manifests.
    pub fn code(self) -> &'static str {
        match self {
            Self::IdentityNumber => "identity-number",
            Self::BankCard => "bank-card",
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::Mail => "mail",
            Self::Messenger => "messenger",
            Self::Account => "account",
            Self::Named => "named",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::IdentityNumber => "居民身份证号码",
            Self::BankCard => "银行卡号",
            Self::Mobile => "手机号码",
            Self::Landline => "固定电话号码",
            Self::Mail => "电子邮箱",
            Self::Messenger => "即时通讯账号",
            Self::Account => "其他账号",
            Self::Named => "指定遮盖的文字",
        }
    }
}

/// One place to be covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// Kind of data.
    pub kind: PersonalData,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

const MAIL: &str = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}";
const MESSENGER: &str = r"(?i:微信|薇信|威信|vx|v信|wechat|weixin|qq|q群|扣扣|支付宝|alipay|telegram|电报|钉钉)[号群账户码: ：是为]{0,4}([A-Za-z0-9][A-Za-z0-9_-]{4,23})";

/// Digits with what may stand between them.
const NUMBER: &str = r"[0-9０-９](?:[ \u{a0}\u{3000}.－—–-]?[0-9０-９Xx]){5,22}";

/// Finds personal data by its form. Compiled once, used on many texts.
#[derive(Debug)]
pub struct Finder {
    mail: Option<Regex>,
    messenger: Option<Regex>,
    number: Option<Regex>,
}

impl Default for Finder {
    fn default() -> Self {
        Self::new()
    }
}

impl Finder {
    /// Compiles the expressions, which are constants; `tests` prove that they compile.
    pub fn new() -> Self {
        Self {
            mail: Regex::new(MAIL).ok(),
            messenger: Regex::new(MESSENGER).ok(),
            number: Regex::new(NUMBER).ok(),
        }
    }

    /// All personal data in a text, in order, without overlaps.
    pub fn find(&self, text: &str) -> Vec<Personal> {
        let mut found = Vec::new();
        for hit in self.mail.iter().flat_map(|r| r.find_iter(text)) {
            let (kind, span) = (PersonalData::Mail, hit.range());
            found.push(Personal { kind, span });
        }
        let accounts = self.messenger.iter().flat_map(|r| r.captures_iter(text));
        for account in accounts.filter_map(|c| c.get(1)) {
            let (kind, span) = (PersonalData::Messenger, account.range());
            found.push(Personal { kind, span });
        }
        for hit in self.number.iter().flat_map(|r| r.find_iter(text)) {
            found.extend(numbers(hit.as_str(), hit.start()));
        }
        found.extend(masked_elsewhere(text));
        without_overlaps(found)
    }
}

/// What lists, search and views mask: a copy must not tell more than they do.
fn masked_elsewhere(text: &str) -> Vec<Personal> {
    let masked = partial_mask::mask(text);
    let mut found: Vec<Personal> = Vec::new();
    for ((at, c), other) in text.char_indices().zip(masked.chars()) {
        if c == other {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.span.end == at => last.span.end = at + c.len_utf8(),
            _ => found.push(Personal {
                kind: PersonalData::Account,
                span: at..at + c.len_utf8(),
            }),
        }
    }
    found
}

/// What the digits of a stretch are; a stretch may hold several numbers with separators between them.
fn numbers(stretch: &str, at: usize) -> Vec<Personal> {
    if let Some(kind) = kind_of(&digits(stretch)) {
        return vec![Personal {
            kind,
            span: at..at + stretch.len(),
        }];
    }
    let mut found = Vec::new();
    let mut start = 0;
    let ends = stretch
        .char_indices()
        .filter(|(_, c)| is_gap(*c))
        .map(|(i, c)| (i, i + c.len_utf8()))
        .chain([(stretch.len(), stretch.len())]);
    for (end, next) in ends {
        let part = stretch.get(start..end).unwrap_or_default();
        if let Some(kind) = kind_of(&digits(part)) {
            found.push(Personal {
                kind,
                span: at + start..at + end,
            });
        }
        start = next;
    }
    found
}

fn is_gap(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{3000}' | '.' | '－' | '—' | '–' | '-'
    )
}

/// The digits (and a closing X) of a stretch as bytes of ASCII.
fn digits(text: &str) -> Vec<u8> {
    text.chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c as u8),
            '０'..='９' => Some(b'0' + (c as u32 - '０' as u32) as u8),
            'x' | 'X' => Some(b'X'),
            _ => None,
        })
        .collect()
}

fn kind_of(digits: &[u8]) -> Option<PersonalData> {
    let plain = digits.iter().all(u8::is_ascii_digit);
    match digits {
        _ if is_identity(digits) => Some(PersonalData::IdentityNumber),
        [b'1', b'3'..=b'9', ..] if plain && digits.len() == 11 => Some(PersonalData::Mobile),
        [b'8', b'6', b'1', b'3'..=b'9', ..] if plain && digits.len() == 13 => {
            Some(PersonalData::Mobile)
        }
        _ if plain && (15..=19).contains(&digits.len()) && luhn(digits) => {
            Some(PersonalData::BankCard)
        }
        [b'0', b'1'..=b'9', ..] if plain && (10..=12).contains(&digits.len()) => {
            Some(PersonalData::Landline)
        }
        _ => None,
    }
}

/// GB 11643-1999: seventeen digits with a possible date of birth and the check character of ISO 7064 MOD 11-2.
fn is_identity(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let (Some(body), Some(last)) = (digits.get(..17), digits.get(17)) else {
        return false;
    };
    if digits.len() != 18 || !body.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(d, w)| u32::from(d - b'0') * w)
        .sum();
    let month = body.get(10..12).unwrap_or_default();
    let century = body.get(6..8).unwrap_or_default();
    CHECKS.get((sum % 11) as usize) == Some(last)
        && matches!(century, b"18" | b"19" | b"20")
        && (b"01".as_slice()..=b"12".as_slice()).contains(&month)
}

/// The check of ISO/IEC 7812-1 annex B.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, d)| {
            let value = u32::from(d - b'0');
            match (n % 2, value) {
                (0, v) => v,
                (_, v) if v > 4 => v * 2 - 9,
                (_, v) => v * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// All places where one of these wordings stands exactly.
pub fn find_named(text: &str, wordings: &[String]) -> Vec<Personal> {
    let mut found = Vec::new();
    for wording in wordings.iter().filter(|w| !w.is_empty()) {
        for (start, hit) in text.match_indices(wording.as_str()) {
            found.push(Personal {
                kind: PersonalData::Named,
                span: start..start + hit.len(),
            });
        }
    }
    without_overlaps(found)
}

/// In order of place; of two that overlap the earlier and longer stays, and is widened over the other, so that nothing
/// of either is left uncovered.
pub fn without_overlaps(mut found: Vec<Personal>) -> Vec<Personal> {
    found.sort_by(|a, b| (a.span.start, b.span.end).cmp(&(b.span.start, a.span.end)));
    let mut kept: Vec<Personal> = Vec::with_capacity(found.len());
    for personal in found {
        match kept.last_mut() {
            Some(last) if personal.span.start < last.span.end => {
                last.span.end = last.span.end.max(personal.span.end);
            }
            _ => kept.push(personal),
        }
    }
    kept
}

/// The text with these places covered. Every character is replaced by marks of the same number of bytes, so that all
/// offsets behind it stay as they were; nothing of the characters can be read from the marks but their width.
pub fn cover(text: &str, places: &[Personal]) -> String {
    let mut covered = String::with_capacity(text.len());
    let mut at = 0;
    for place in places {
        let (Some(before), Some(inside)) =
            (text.get(at..place.span.start), text.get(place.span.clone()))
        else {
            continue;
        };
        covered.push_str(before);
        for c in inside.chars() {
            covered.push_str(match c.len_utf8() {
                1 => "*",
                2 => "×",
                3 => "＊",
                _ => "＊*",
            });
        }
        at = place.span.end;
    }
    covered.push_str(text.get(at..).unwrap_or_default());
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(PersonalData, &str)> {
        let found = Finder::new().find(text);
        found
            .iter()
            .map(|p| (p.kind, text.get(p.span.clone()).unwrap()))
            .collect()
    }

    #[test]
    fn the_expressions_compile() {
        let finder = Finder::new();
        assert!(finder.mail.is_some() && finder.messenger.is_some() && finder.number.is_some());
    }

    #[test]
    fn personal_data_is_found_by_its_form() {
        use PersonalData::*;
        for (text, expected) in [
            ("电话13800001234。", vec![(Mobile, "13800001234")]),
            ("138-0000-1234", vec![(Mobile, "138-0000-1234")]),
            (
                "１３８００００１２３４",
                vec![(Mobile, "１３８００００１２３４")],
            ),
            ("+86 138 0000 1234", vec![(Mobile, "86 138 0000 1234")]),
            ("座机 010-00001234", vec![(Landline, "010-00001234")]),
            (
                "身份证11010519491231002X",
                vec![(IdentityNumber, "11010519491231002X")],
            ),
            (
                "卡号6222 0000 0000 0009 尾",
                vec![(BankCard, "6222 0000 0000 0009")],
            ),
            ("写信 a.b@mail.example 吧", vec![(Mail, "a.b@mail.example")]),
            ("加微信: xugou00000 投资", vec![(Messenger, "xugou00000")]),
            (
                "13800001234 13900005678",
                vec![(Mobile, "13800001234"), (Mobile, "13900005678")],
            ),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "年化18.5%，2026-11-03 10:11:12",
            "示ICP备12345678号-1",
            "合计 1234567890 元",
            "订单 20261103101112",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn check_digits_tell_numbers_from_other_numbers() {
        assert!(is_identity(b"11010519491231002X") && !is_identity(b"110105194912310021"));
        assert!(luhn(b"6222000000000009") && !luhn(b"6222000000000004"));
    }

    #[test]
    fn covering_moves_nothing() {
        let text = "联系人甲某某，电话13800001234，é\u{1F4B0}末";
        let mut places = Finder::new().find(text);
        places.extend(find_named(
            text,
            &["甲某某".to_owned(), "\u{1F4B0}".to_owned(), "é".to_owned()],
        ));
        let covered = cover(text, &without_overlaps(places));
        assert_eq!(covered, "联系人＊＊＊，电话***********，×＊*末");
        assert_eq!(covered.len(), text.len());
    }

    #[test]
    fn overlapping_places_leave_nothing_uncovered() {
        let text = "abcdef";
        let place = |span| Personal {
            kind: PersonalData::Named,
            span,
        };
        let kept = without_overlaps(vec![place(2..5), place(0..3)]);
        assert_eq!(cover(text, &kept), "*****f");
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_its_length(text in "[\\PC0-9 Xx@.-]{0,80}") {
            let places = Finder::new().find(&text);
            let covered = cover(&text, &places);
            proptest::prop_assert_eq!(covered.len(), text.len());
            for place in places {
                proptest::prop_assert!(covered.get(place.span).is_some());
            }
        }
    }
}
