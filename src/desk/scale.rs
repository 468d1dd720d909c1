//! The scale that a page claims for itself: yuan and people, as far as words of volume stand beside the figure.

use regex::Regex;
use std::sync::OnceLock;

/// Longest text that is looked at, in bytes.
const MOST: usize = 2 << 20;
/// Characters before a sum in which a word of volume must stand.
const NEAR: usize = 14;

/// Words that make a sum the size of a business, not a price or a registered capital.
const VOLUME: [&str; 16] = [
    "累计",
    "成交",
    "交易",
    "规模",
    "募集",
    "出借",
    "撮合",
    "管理",
    "资产",
    "兑付",
    "投资总额",
    "借贷",
    "融资",
    "投资额",
    "收益",
    "存量",
];

/// Largest claimed sum in yuan and largest claimed number of people; 0 where none is claimed.
pub fn claimed(text: &str) -> (u64, u64) {
    let end = (0..=MOST.min(text.len()))
        .rev()
        .find(|n| text.is_char_boundary(*n))
        .unwrap_or(0);
    let text = text.get(..end).unwrap_or("");
    (yuan(text), people(text))
}

fn yuan(text: &str) -> u64 {
    static SUM: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r"([0-9][0-9,，]{0,20}(?:\.[0-9]{1,4})?)\s*(万亿|千亿|百亿|十亿|亿|千万|百万|万)?\s*(?:余|多)?\s*(?:元|人民币)";
    let Some(sum) = SUM.get_or_init(|| Regex::new(pattern).ok()) else {
        return 0;
    };
    let mut most = 0;
    for found in sum.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        let before: String = text
            .get(..whole.start())
            .unwrap_or("")
            .chars()
            .rev()
            .take(NEAR)
            .collect::<Vec<char>>()
            .into_iter()
            .rev()
            .collect();
        if VOLUME.iter().any(|word| before.contains(word)) {
            let unit = found.get(2).map_or("", |m| m.as_str());
            most = most.max(value(found.get(1).map_or("", |m| m.as_str()), unit));
        }
    }
    most
}

fn people(text: &str) -> u64 {
    static COUNT: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r"([0-9][0-9,，]{0,20}(?:\.[0-9]{1,4})?)\s*(亿|千万|百万|十万|万)?\s*(?:余|多|\+)?\s*(?:名|位|个)?\s*(?:注册)?(?:用户|会员|投资人|投资者|出借人|客户|人)";
    let Some(count) = COUNT.get_or_init(|| Regex::new(pattern).ok()) else {
        return 0;
    };
    let found = count.captures_iter(text).map(|found| {
        let unit = found.get(2).map_or("", |m| m.as_str());
        value(found.get(1).map_or("", |m| m.as_str()), unit)
    });
    found.max().unwrap_or(0)
}

fn value(digits: &str, unit: &str) -> u64 {
    let plain: String = digits
        .chars()
        .filter(|c| !matches!(c, ',' | '，'))
        .collect();
    let factor = match unit {
        "万亿" => 1e12,
        "千亿" => 1e11,
        "百亿" => 1e10,
        "十亿" => 1e9,
        "亿" => 1e8,
        "千万" => 1e7,
        "百万" => 1e6,
        "十万" => 1e5,
        "万" => 1e4,
        _ => 1.0,
    };
    let number: f64 = plain.parse().unwrap_or(0.0);
    // What is beyond this is no claim that somebody could mean.
    let value = number * factor;
    if value > 1e15 { 0 } else { value as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_and_people_are_read_and_prices_are_not() {
        for (text, expected) in [
            (
                "平台累计成交额突破12.5亿元,服务30万投资人",
                (1_250_000_000, 300_000),
            ),
            ("累计交易 1,234,567,890 元", (1_234_567_890, 0)),
            ("注册用户超200万人", (0, 2_000_000)),
            ("注册资本1亿元", (0, 0)),
            ("起投100元", (0, 0)),
            ("管理规模达3千万元", (30_000_000, 0)),
            ("已有 12,000 名会员", (0, 12_000)),
            ("", (0, 0)),
        ] {
            assert_eq!(claimed(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,200}", figures in "[0-9,，.亿万元人累计]{0,60}") {
            let _ = (claimed(&text), claimed(&figures));
        }
    }
}
