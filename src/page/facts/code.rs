//! Codes of letters and digits: credit codes, licence numbers of a form of their own, crypto-currency addresses.

use super::checks::{
    base58_holds, credit_code_holds, is_credit_code_form, is_filler, is_identity_card,
    registration_number_holds,
};
use super::filing::telecom;
use super::found::Found;
use crate::model::identity::{FactCheck, FactKind};
use crate::page::pattern::constant;
use regex::Regex;
use std::sync::LazyLock;

/// Registering department and category that a credit code may begin with.
const CREDIT_CODE_KINDS: [&str; 26] = [
    "11", "12", "13", "19", "21", "29", "31", "32", "33", "34", "35", "39", "41", "49", "51", "52",
    "53", "54", "59", "61", "71", "81", "91", "92", "93", "N1",
];

/// Looks at every run of letters and digits.
pub(super) fn codes(found: &mut Found<'_>) {
    let text = found.text();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        code(found, start, at, text.get(start..at).unwrap_or(""));
    }
}

fn code(found: &mut Found<'_>, start: usize, end: usize, code: &str) {
    let bytes = code.as_bytes();
    let first = bytes.first().copied().unwrap_or(0);
    match code.len() {
        2 if matches!(bytes, [b'A' | b'B', b'1' | b'2']) && !found.is_taken(start..end) => {
            telecom(found, start);
        }
        8 if first == b'P' && bytes[1..].iter().all(u8::is_ascii_digit) => {
            fund_manager(found, start, end, code)
        }
        14 if code.starts_with("Z2") && bytes[1..].iter().all(u8::is_ascii_digit) => {
            let parts = vec![("region", code.get(6..8).unwrap_or("").to_owned())];
            found.add(
                FactKind::PaymentLicence,
                start..end,
                code.to_owned(),
                FactCheck::Passed,
                parts,
            );
        }
        15 if is_institution_code(bytes) => {
            let parts = vec![("letter", code.get(5..6).unwrap_or("").to_owned())];
            found.add(
                FactKind::FinancialLicence,
                start..end,
                code.to_owned(),
                FactCheck::Passed,
                parts,
            );
        }
        18 => bare_credit_code(found, start, end, code),
        26..=62 => crypto(found, start, end, code),
        _ => {}
    }
}

/// 金融许可证: a letter, four digits, the letter of the trade, nine digits.
fn is_institution_code(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, b)| match at {
        0 | 5 => b.is_ascii_uppercase(),
        _ => b.is_ascii_digit(),
    })
}

fn fund_manager(found: &mut Found<'_>, start: usize, end: usize, code: &str) {
    let before = found.before(start, 60);
    let announced = ["登记", "备案", "管理人", "编号", "中基协", "协会", "私募"]
        .iter()
        .any(|word| before.contains(word));
    if announced {
        found.add(
            FactKind::FundManager,
            start..end,
            code.to_owned(),
            FactCheck::None,
            Vec::new(),
        );
    }
}

/// Without a word before it, only what cannot be anything else is taken.
fn bare_credit_code(found: &mut Found<'_>, start: usize, end: usize, code: &str) {
    if !is_credit_code_form(code) || is_identity_card(code) {
        return;
    }
    let holds = credit_code_holds(code);
    let has_letter = code.bytes().any(|b| b.is_ascii_alphabetic());
    let known = CREDIT_CODE_KINDS.iter().any(|kind| code.starts_with(kind));
    if known && (holds || has_letter) {
        add_credit_code(found, start, end, code, holds);
    }
}

fn add_credit_code(found: &mut Found<'_>, start: usize, end: usize, code: &str, holds: bool) {
    let check = match holds {
        _ if is_filler(code.get(..17).unwrap_or("")) => FactCheck::Template,
        true => FactCheck::Passed,
        false => FactCheck::Failed,
    };
    let parts = vec![
        ("kind", code.get(..2).unwrap_or("").to_owned()),
        ("region", code.get(2..8).unwrap_or("").to_owned()),
    ];
    found.add(
        FactKind::CreditCode,
        start..end,
        code.to_owned(),
        check,
        parts,
    );
}

/// After the words for a credit code it may be spaced and in small letters.
pub(super) fn announced_credit_code(found: &mut Found<'_>, end: usize) {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        constant(
            r"^(?:[（(][^）)\n]{0,20}[）)])?[ \x{a0}:：为是]*([0-9A-Za-z](?:[ \x{a0}-]?[0-9A-Za-z]){17})",
        )
    });
    let after = found.after(end, 120);
    let Some(spaced) = CODE.captures(after).and_then(|c| c.get(1)) else {
        return;
    };
    if after[spaced.end()..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return;
    }
    let code: String = spaced
        .as_str()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if is_credit_code_form(&code) {
        let holds = credit_code_holds(&code);
        add_credit_code(
            found,
            end + spaced.start(),
            end + spaced.end(),
            &code,
            holds,
        );
    }
}

/// After the words for a registration number.
pub(super) fn registration_number(found: &mut Found<'_>, end: usize) {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        constant(r"^(?:[（(][^）)\n]{0,20}[）)])?[码 \x{a0}:：为是]*(\d{15}|\d{13})(?:\D|$)")
    });
    let after = found.after(end, 80);
    let Some(number) = NUMBER.captures(after).and_then(|c| c.get(1)) else {
        return;
    };
    let value = number.as_str().to_owned();
    let check = match value.len() {
        _ if is_filler(&value) => FactCheck::Template,
        15 if registration_number_holds(&value) => FactCheck::Passed,
        15 => FactCheck::Failed,
        _ => FactCheck::None,
    };
    let parts = vec![("region", value.get(..6).unwrap_or("").to_owned())];
    found.add(
        FactKind::RegistrationNumber,
        end + number.start()..end + number.end(),
        value,
        check,
        parts,
    );
}

fn crypto(found: &mut Found<'_>, start: usize, end: usize, code: &str) {
    let announced = || {
        let before = found.before(start, 40).to_ascii_lowercase();
        ["usdt", "trc", "钱包", "地址", "充币", "转账"]
            .iter()
            .any(|word| before.contains(word))
    };
    let (chain, value, check) = if code.len() == 34 && code.starts_with('T') {
        match base58_holds(code, &[0x41]) {
            true => ("tron", code.to_owned(), FactCheck::Passed),
            false if announced() => ("tron", code.to_owned(), FactCheck::Failed),
            false => return,
        }
    } else if code.len() == 42
        && code.starts_with("0x")
        && code.bytes().skip(2).all(|b| b.is_ascii_hexdigit())
    {
        ("ethereum", code.to_ascii_lowercase(), FactCheck::None)
    } else if code.starts_with(['1', '3']) && code.len() <= 35 && base58_holds(code, &[0, 5]) {
        ("bitcoin", code.to_owned(), FactCheck::Passed)
    } else if code.starts_with("bc1")
        && code.len() >= 42
        && !code.bytes().any(|b| b.is_ascii_uppercase())
    {
        ("bitcoin", code.to_owned(), FactCheck::None)
    } else {
        return;
    };
    found.add(
        FactKind::CryptoAddress,
        start..end,
        value,
        check,
        vec![("chain", chain.to_owned())],
    );
}
