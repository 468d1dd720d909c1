//! ICP numbers (备案号, 许可证号) in a text, in the form in which they are indexed.

use regex::Regex;
use std::sync::LazyLock;

/// `辽ICP备12345678号-1`, `ICP证 123456`; marks and blanks differ from page to page.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let province = "[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川蜀贵黔云滇陕秦甘陇青蒙桂宁新藏]";
    Regex::new(&format!(
        r"(?i)({province})?[ \x{{a0}}]*ICP[ \x{{a0}}]*(备|证)(?:案|书|号)*[ \x{{a0}}:：]*第?[ \x{{a0}}]*([0-9]{{6,10}})"
    ))
    .ok()
});

/// The terms under which the ICP numbers of a text are found: the whole number without site (`辽icp备12345678`), and
/// its digits.
pub(super) fn terms(text: &str) -> Vec<String> {
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
            }
            _ => c,
        })
        .collect();
    let mut terms = Vec::new();
    let found = NUMBER
        .iter()
        .flat_map(|number| number.captures_iter(&narrow));
    for parts in found.take(1_000) {
        let part = |i: usize| parts.get(i).map_or("", |m| m.as_str());
        terms.push(format!("{}icp{}{}", part(1), part(2), part(3)));
        terms.push(part(3).to_owned());
    }
    terms.sort();
    terms.dedup();
    terms
}

/// The term that a person asks for, who may give the whole number or its digits.
pub(super) fn asked(number: &str) -> String {
    let whole = terms(number).into_iter().find(|term| term.contains("icp"));
    let digits = || {
        let digits = number.chars().skip_while(|c| !c.is_ascii_digit());
        digits.take_while(char::is_ascii_digit).collect()
    };
    whole.unwrap_or_else(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for text in [
            "备案号：辽ICP备12345678号-1",
            "辽 icp备案号: 12345678",
            "辽ＩＣＰ备１２３４５６７８号",
        ] {
            assert_eq!(terms(text), ["12345678", "辽icp备12345678"], "{text}");
            assert_eq!(asked(text), "辽icp备12345678");
        }
        assert_eq!(asked("12345678号"), "12345678");
        assert_eq!(terms("京ICP证030173号"), ["030173", "京icp证030173"]);
        assert!(terms("ICP备案查询").is_empty());
    }
}
