//! Postal addresses after their word.

use super::found::Found;
use crate::model::identity::{FactCheck, FactKind};
use crate::page::pattern::constant;
use regex::Regex;
use std::sync::LazyLock;

/// Words that make 地址 something else than a place.
const OTHER_ADDRESSES: [&str; 14] = [
    "网站", "网", "站", "链接", "IP", "ip", "邮箱", "邮件", "邮", "钱包", "收币", "充币", "下载",
    "MAC",
];

/// At the word 地址.
pub(super) fn address(found: &mut Found<'_>, start: usize, end: usize) {
    static PLACE: LazyLock<Regex> = LazyLock::new(|| {
        constant(
            r"^[\s\x{a0}]*(?:[:：][\s\x{a0}]*|为[\s\x{a0}]*)([\p{Han}A-Za-z0-9（）()·#\-—－～~、, \x{a0}]{5,80})",
        )
    });
    // Where the place ends and the next label begins.
    static NEXT: LazyLock<Regex> = LazyLock::new(|| {
        constant(
            r"  |[\s、,]*(?:电话|联系|邮编|邮政|邮箱|传真|客服|热线|网址|手机|法定|Tel|TEL|Fax|E-?mail|Email|Copyright|\p{Han}{2}地址)",
        )
    });
    let before = found.before(start, 12);
    if OTHER_ADDRESSES.iter().any(|word| before.ends_with(word)) {
        return;
    }
    let after = found.after(end, 300);
    let Some(place) = PLACE.captures(after).and_then(|c| c.get(1)) else {
        return;
    };
    let whole = place.as_str();
    let cut = NEXT.find(whole).map_or(whole.len(), |next| next.start());
    let Some(place_text) = whole.get(..cut) else {
        return;
    };
    let value = place_text
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '-' | '—'));
    let telling = value.contains([
        '省', '市', '区', '县', '镇', '乡', '村', '路', '街', '号', '楼', '室', '厦', '道',
    ]);
    if value.chars().count() < 5 || !telling {
        return;
    }
    let begin = end + place.start();
    found.add(
        FactKind::Address,
        begin..begin + value.len(),
        value.split_whitespace().collect::<Vec<_>>().join(" "),
        FactCheck::None,
        Vec::new(),
    );
}
