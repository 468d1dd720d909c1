//! Targets that no name leads to: apps, accounts and telephone numbers.

use super::{TakedownTarget, TargetKind, formula};
use crate::model::takedown::name;
use crate::model::takedown::refusal::Refusal;

/// The package name of an app.
pub(super) fn app(text: &str) -> Result<TakedownTarget, Refusal> {
    let part = |p: &str| {
        p.starts_with(|c: char| c.is_ascii_alphabetic())
            && p.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let package = text.len() <= 255 && text.contains('.') && text.split('.').all(part);
    let apple = text
        .strip_prefix("id")
        .is_some_and(|d| (6..=12).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()));
    match package || apple {
        true => Ok(plain(TargetKind::App, text.to_owned())),
        false => Err(Refusal::new(
            "bad-package",
            text,
            "it is no package name",
            "write it as com.example.app, or id123456789 for the App Store",
        )),
    }
}

/// An account on a platform.
pub(super) fn account(text: &str) -> Result<TakedownTarget, Refusal> {
    let bad = |c: char| c.is_control() || name::is_invisible(c);
    let parts = text.split_once([':', '：']);
    let sound = parts.filter(|(platform, account)| {
        !platform.trim().is_empty() && !account.trim().is_empty() && !text.chars().any(bad)
    });
    match sound {
        Some((platform, account)) => {
            formula(account.trim())?;
            let value = format!("{}:{}", platform.trim(), account.trim());
            Ok(plain(TargetKind::Account, value))
        }
        None => Err(Refusal::new(
            "bad-account",
            text,
            "it does not name platform and account",
            "write it as platform:account, such as 微信公众号:example-licai",
        )),
    }
}

/// A telephone number.
pub(super) fn phone(text: &str) -> Result<TakedownTarget, Refusal> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::new(
            "bad-phone",
            text,
            "it is no telephone number",
            "write digits: 13900000000, 0416-0000000 or 400-000-0000",
        ));
    }
    if digits.len() < 7 {
        return Err(Refusal::new(
            "short-number",
            text,
            "it is a short number, which public services and licensed institutions hold",
            "list the full number from which people were called",
        ));
    }
    let sound = match digits.as_bytes() {
        [b'1', b'3'..=b'9', ..] => digits.len() == 11,
        [b'0', ..] => (10..=12).contains(&digits.len()),
        [b'4' | b'8', b'0', b'0', ..] => digits.len() == 10,
        [b'9', b'5', ..] => (8..=12).contains(&digits.len()),
        _ => false,
    };
    match sound {
        true => Ok(plain(TargetKind::Phone, digits)),
        false => Err(Refusal::new(
            "bad-phone",
            text,
            "it is no telephone number of the national plan",
            "write mobile numbers with 11 digits and landlines with the area code",
        )),
    }
}

fn plain(kind: TargetKind, value: String) -> TakedownTarget {
    TakedownTarget {
        kind,
        shown: value.clone(),
        value,
        registrable: None,
    }
}
