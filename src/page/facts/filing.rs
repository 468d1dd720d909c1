//! ICP filings and licences (互联网信息服务管理办法 art. 4, 12), value-added telecom licences, public-security filings.

use super::checks::is_filler;
use super::found::Found;
use crate::model::identity::{FactCheck, FactKind};
use crate::page::pattern::constant;
use regex::Regex;
use std::sync::LazyLock;

/// The characters that stand for a province in such numbers.
pub(super) const PROVINCES: &str =
    "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川蜀贵黔云滇陕秦甘陇青蒙桂宁新藏";

/// The province character that ends `before`, with its start.
fn province(before: &str) -> Option<(char, usize)> {
    let trimmed = before.trim_end_matches([' ', '\u{a0}']);
    let last = trimmed.chars().next_back()?;
    PROVINCES
        .contains(last)
        .then(|| (last, before.len() - trimmed.len() + last.len_utf8()))
}

/// At the letters ICP.
pub(super) fn icp(found: &mut Found<'_>, start: usize, end: usize) {
    static FILING: LazyLock<Regex> = LazyLock::new(|| {
        constant(concat!(
            r"^[ \x{a0}]*(?:备(?:案(?:证书)?号?)?)?[ \x{a0}:：]*第?[ \x{a0}]*(\d{10}|\d{8})(?:[ \x{a0}]*号)?",
            r"(?:[ \x{a0}]*[-－—][ \x{a0}]*(\d{1,4})([A-Z])?)?"
        ))
    });
    static LICENCE: LazyLock<Regex> =
        LazyLock::new(|| constant(r"^[ \x{a0}]*证[ \x{a0}:：]*(\d{6})(?:[ \x{a0}]*号)?"));
    let after = found.after(end, 80);
    let province = province(found.before(start, 8));
    let from = province.map_or(start, |(_, length)| start - length);
    let mut parts = Vec::new();
    let prefix = province.map(|(c, _)| c.to_string()).unwrap_or_default();
    if !prefix.is_empty() {
        parts.push(("province", prefix.clone()));
    }
    if let Some(number) = FILING.captures(after) {
        let (Some(whole), Some(main)) = (number.get(0), number.get(1)) else {
            return;
        };
        // A longer number is none of these.
        if after[whole.end()..].starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        if let Some(site) = number.get(2) {
            parts.push(("site", site.as_str().to_owned()));
        }
        if let Some(app) = number.get(3) {
            parts.push(("app", app.as_str().to_owned()));
        }
        let value = format!("{prefix}ICP备{}号", main.as_str());
        found.add(
            FactKind::IcpFiling,
            from..end + whole.end(),
            value,
            check_filing(main.as_str()),
            parts,
        );
    } else if let Some(number) = LICENCE.captures(after)
        && let (Some(whole), Some(main)) = (number.get(0), number.get(1))
        && !after[whole.end()..].starts_with(|c: char| c.is_ascii_digit())
    {
        let check = if is_filler(main.as_str()) {
            FactCheck::Template
        } else {
            FactCheck::None
        };
        let value = format!("{prefix}ICP证{}号", main.as_str());
        found.add(
            FactKind::IcpLicence,
            from..end + whole.end(),
            value,
            check,
            parts,
        );
    }
}

/// Eight digits begin with the year since 2005, ten with the year in full.
fn check_filing(number: &str) -> FactCheck {
    if is_filler(number) {
        return FactCheck::Template;
    }
    let year = |digits: usize| {
        number
            .get(..digits)
            .and_then(|y| y.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let holds = match number.len() {
        8 => (5..=50).contains(&year(2)),
        _ => (2005..=2099).contains(&year(4)),
    };
    if holds {
        FactCheck::Passed
    } else {
        FactCheck::Failed
    }
}

/// At a public-security filing.
pub(super) fn security(found: &mut Found<'_>, start: usize, end: usize) {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        constant(
            r"^备?(?:案)?(?:号|编号)?[ \x{a0}:：]*第?[\[【(（]?[ \x{a0}]*(\d{12,14}(?:-\d{1,4})?)[\]】)）]?(?:[ \x{a0}]*号)?",
        )
    });
    let after = found.after(end, 80);
    let Some(captured) = NUMBER.captures(after) else {
        return;
    };
    let (Some(whole), Some(number)) = (captured.get(0), captured.get(1)) else {
        return;
    };
    let province = province(found.before(start, 8));
    let from = province.map_or(start, |(_, length)| start - length);
    let value = number.as_str().to_owned();
    let region = value.get(..6).unwrap_or("").to_owned();
    let check = match value.len() {
        _ if is_filler(&value) => FactCheck::Template,
        14 if !value.contains('-') => {
            let known = ("11".."83").contains(&value.get(..2).unwrap_or(""));
            if known && value.get(6..8) == Some("02") {
                FactCheck::Passed
            } else {
                FactCheck::Failed
            }
        }
        _ => FactCheck::None,
    };
    let mut parts = vec![("region", region)];
    if let Some((c, _)) = province {
        parts.push(("province", c.to_string()));
    }
    found.add(
        FactKind::SecurityFiling,
        from..end + whole.end(),
        value,
        check,
        parts,
    );
}

/// A value-added telecom licence whose `B2-2017…` part begins at `start`.
pub(super) fn telecom(found: &mut Found<'_>, start: usize) {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        constant(r"^[AB][12](?:\s*\.\s*[AB][12])*\s*[-－—]\s*(\d{8})(?:[-－—]\d{1,3})?")
    });
    let after = found.after(start, 60);
    let Some(captured) = NUMBER.captures(after) else {
        return;
    };
    let (Some(whole), Some(number)) = (captured.get(0), captured.get(1)) else {
        return;
    };
    if after[whole.end()..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return;
    }
    let before = found.before(start, 12);
    let (prefix, length) = match province(before) {
        Some((c, length)) => (c.to_string(), length),
        None if before.ends_with("合字") => ("合字".to_owned(), "合字".len()),
        None => (String::new(), 0),
    };
    let plain: String = whole
        .as_str()
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '－' | '—') { '-' } else { c })
        .collect();
    let year = number.as_str().get(..4).unwrap_or("");
    let check = match year {
        _ if is_filler(number.as_str()) => FactCheck::Template,
        _ if ("1998".."2100").contains(&year) => FactCheck::Passed,
        _ => FactCheck::Failed,
    };
    let mut parts = vec![("year", year.to_owned())];
    if !prefix.is_empty() {
        parts.push(("province", prefix.clone()));
    }
    found.add(
        FactKind::TelecomLicence,
        start - length..start + whole.end(),
        format!("{prefix}{plain}"),
        check,
        parts,
    );
}
