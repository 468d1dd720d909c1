//! Licence numbers that have no form of their own: taken only after their word.

use super::checks::is_filler;
use super::found::Found;
use super::person::is_han;
use crate::model::identity::{FactCheck, FactKind};
use crate::page::pattern::constant;
use regex::Regex;
use std::sync::LazyLock;

/// After a word for a licence.
pub(super) fn licence(found: &mut Found<'_>, start: usize, end: usize) {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        constant(concat!(
            r"^(?:[（(][^）)\n]{0,16}[）)])?(?:流水|批准|登记|备案|证书)?(?:编?号码?|编码|代码)?[》”\x22]?[\s\x{a0}]*[:：为是]?[\s\x{a0}]*",
            r"(第?\p{Han}{0,10}[〔\[（(【]\s?(?:19|20)\d{2}\s?[〕\]）)】]\s?第?\s?[0-9A-Z-]{1,12}\s?号?",
            r"|\p{Han}{0,8}字?第?\s?[A-Z0-9][A-Z0-9-]{5,29}\s?号?)"
        ))
    });
    let after = found.after(end, 160);
    let Some(captured) = NUMBER.captures(after) else {
        return;
    };
    let Some(number) = captured.get(1) else {
        return;
    };
    let digits: String = number
        .as_str()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let range = end + number.start()..end + number.end();
    let is_longer = after[number.end()..].starts_with(|c: char| c.is_ascii_alphanumeric());
    if digits.len() < 4
        || is_longer
        || has_own_form(number.as_str())
        || found.is_taken(range.clone())
    {
        return;
    }
    let check = if is_filler(&digits) {
        FactCheck::Template
    } else {
        FactCheck::None
    };
    let cue = found.text().get(start..end).unwrap_or("");
    let name: Vec<char> = found
        .before(start, 48)
        .chars()
        .rev()
        .take_while(|c| is_han(*c))
        .take(14)
        .collect();
    let licence: String = name.into_iter().rev().chain(cue.chars()).collect();
    let value: String = number
        .as_str()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    found.add(
        FactKind::OtherLicence,
        range,
        value,
        check,
        vec![("licence", licence)],
    );
}

/// Numbers that other rules know: ICP and public-security filings, telecom, payment, institution and fund codes,
/// telephone numbers, dates.
fn has_own_form(number: &str) -> bool {
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        constant(concat!(
            r"ICP|公网安|^Z2\d{12}$|^[A-Z]\d{4}[A-Z]\d{9}$|^P\d{7}$|^\p{Han}?[AB][12]-|^1[3-9]\d{9}$",
            r"|^0\d{2,3}-\d{7,8}|^[48]00-?\d|^(?:19|20)\d{2}-\d{1,2}-\d{1,2}"
        ))
    });
    OWN.is_match(number)
}
