//! What holds for every text, however strange: the map is monotone and total, quotes are slices of the
//! original, and hostile texts take no more than linear time.

use super::dictionary_normaliser;
use proptest::prelude::*;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use wangxun::claims::{numerals, yields};
use wangxun::lexicons::benchmarks;
use wangxun::model::offset_map::NormalText;
use wangxun::text::Normaliser;

fn shared() -> &'static Normaliser {
    static NORMALISER: OnceLock<Normaliser> = OnceLock::new();
    NORMALISER.get_or_init(dictionary_normaliser)
}

/// Pieces that evasive texts are made of, and some that only look so.
const PIECES: [&str; 60] = [
    "保",
    "本",
    "息",
    "保本保息",
    "贷款",
    "代款",
    "货款",
    "抵押",
    "无",
    "kuan",
    "dai",
    "bao",
    "DK",
    "V",
    "❤",
    "️",
    "信",
    "薇",
    "加",
    "扣扣",
    "12345678",
    "138O0138000",
    "一三八零零一三八零零零",
    "①",
    "⑨",
    "❸",
    "〇",
    "％",
    "℅",
    ".",
    "*",
    " ",
    "　",
    "·",
    "\u{200B}",
    "\u{FEFF}",
    "\u{AD}",
    "\u{202E}",
    "(",
    "bǎo",
    ")",
    "（běn）",
    "&#20445;",
    "&amp;",
    "&",
    "亻",
    "呆",
    "贝",
    "貸",
    "夲",
    "穏",
    "🔥",
    "💰",
    "➕",
    "👨‍🏫",
    "𝟗",
    "，",
    "。",
    "\n",
    "ΕК",
];

fn mixed() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40).prop_map(|p| p.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => mixed(),
        1 => any::<String>(),
        1 => prop::collection::vec(any::<char>(), 0..60).prop_map(|c| c.into_iter().collect()),
    ]
}

fn boundaries(text: &str) -> Vec<usize> {
    text.char_indices()
        .map(|(i, _)| i)
        .chain([text.len()])
        .collect()
}

fn check_map(text: &str, found: &NormalText) -> Result<(), TestCaseError> {
    prop_assert_eq!(&found.original, text);
    prop_assert_eq!(found.map.plain_len(), found.plain.len());
    let places = boundaries(&found.plain);
    let mut last = 0..0;
    for pair in places.windows(2) {
        let range = found.map.original(pair[0]..pair[1]);
        prop_assert!(
            range.start >= last.start && range.end >= last.end,
            "not monotone"
        );
        prop_assert!(
            text.get(range.clone()).is_some_and(|s| !s.is_empty()),
            "not a slice: {:?}",
            range
        );
        prop_assert_eq!(found.quote(pair[0]..pair[1]), &text[range.clone()]);
        last = range;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_map_is_monotone_and_total(text in any_text()) {
        let found = shared().normalise(&text);
        check_map(&text, &found)?;
    }

    #[test]
    fn evasions_lie_in_both_texts_and_in_order(text in any_text()) {
        let found = shared().normalise(&text);
        let mut last = 0;
        for evasion in &found.evasions {
            prop_assert!(text.get(evasion.original.clone()).is_some_and(|s| !s.is_empty()));
            prop_assert!(found.plain.get(evasion.plain.clone()).is_some());
            prop_assert!(evasion.original.start >= last);
            last = evasion.original.start;
        }
    }

    #[test]
    fn the_same_text_gives_the_same_result(text in mixed()) {
        let (a, b) = (shared().normalise(&text), shared().normalise(&text));
        prop_assert_eq!(a.plain, b.plain);
        prop_assert_eq!(a.evasions, b.evasions);
    }

    #[test]
    fn plain_words_stay_as_they_are(words in prop::collection::vec(
        prop::sample::select(vec!["我们", "今天", "天气", "会议", "，", "。", "2024", "年", "公司", "产品", "介绍", "、", "\n"]), 0..40)) {
        let text = words.concat();
        let found = shared().normalise(&text);
        prop_assert_eq!(&found.plain, &text);
        prop_assert!(found.evasions.is_empty());
    }

    #[test]
    fn figures_are_slices_in_order(text in prop::collection::vec(prop::sample::select(vec![
        "年化", "月息", "收益", "收益率", "投", "返", "1万", "1.3万", "12", "6.0", "%", "分", "厘", "百分之", "三", "-", "至", "倍", "翻", "三年",
        "个月", "天", "每天", "借", "还", "到手", "，", "。", "xx", "日赚", "元", "千", "半", "两", "\n", " ", "/", "首付", "成", "期", "加息"]), 0..30)) {
        let text = text.concat();
        let benchmarks = benchmarks::load(None).expect("embedded benchmarks");
        let mut last = 0;
        for figure in yields::find(&text, &benchmarks) {
            prop_assert!(figure.span.start >= last, "overlap");
            last = figure.span.end;
            prop_assert!(text.get(figure.span.clone()).is_some_and(|s| !s.is_empty()));
            prop_assert!(!figure.formula.is_empty());
            for (low, high) in [figure.percent, figure.annual].into_iter().flatten() {
                prop_assert!(low.is_finite() && high.is_finite() && low <= high && low > 0.0, "{:?}", figure);
            }
        }
    }

    #[test]
    fn any_text_is_safe_for_the_yield_reader(text in any::<String>()) {
        let benchmarks = benchmarks::load(None).expect("embedded benchmarks");
        for figure in yields::find(&text, &benchmarks) {
            prop_assert!(text.get(figure.span).is_some());
        }
    }

    #[test]
    fn chinese_numerals_read_back(value in 0u64..1_000_000_000_000) {
        for capital in [false, true] {
            let text = chinese(value, capital);
            let read = numerals::parse_prefix(&text).expect("a numeral");
            prop_assert_eq!(read.len, text.len(), "{}", text);
            prop_assert_eq!(read.value, value as f64, "{}", text);
        }
    }

    #[test]
    fn arabic_numerals_read_back(value in 0u32..100_000_000, decimals in 0u32..100) {
        let text = format!("{value}.{decimals:02}");
        let read = numerals::parse_prefix(&text).expect("a numeral");
        prop_assert_eq!(read.len, text.len());
        prop_assert!((read.value - text.parse::<f64>().expect("a number")).abs() < 1e-6);
    }
}

/// A number in Chinese numerals, in the long form.
fn chinese(value: u64, capital: bool) -> String {
    let (digits, units) = if capital {
        ("零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"])
    } else {
        ("零一二三四五六七八九", ["", "十", "百", "千"])
    };
    let digits: Vec<char> = digits.chars().collect();
    if value == 0 {
        return digits[0].to_string();
    }
    let mut text = String::new();
    for (group, name) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let part = value / group
            % if group == 100_000_000 {
                10_000
            } else {
                group.max(1) * 10_000 / group
            };
        if part == 0 {
            continue;
        }
        let mut zero = !text.is_empty() && part < 1000;
        for place in (0..4).rev() {
            let digit = (part / 10u64.pow(place) % 10) as usize;
            if digit == 0 {
                zero = !text.is_empty();
                continue;
            }
            if zero && !text.ends_with(digits[0]) {
                text.push(digits[0]);
            }
            zero = false;
            text.push(digits[digit]);
            text += units[place as usize];
        }
        text += name;
    }
    text
}

#[test]
fn shorthand_numerals() {
    for (text, value) in [
        ("1万3", 13_000.0),
        ("1万3千", 13_000.0),
        ("三千五", 3500.0),
        ("一百二", 120.0),
        ("两万五", 25_000.0),
        ("十二点五", 12.5),
        ("二〇二五", 2025.0),
        ("廿三", 23.0),
        ("半", 0.5),
        ("10,000", 10_000.0),
        ("１２", 12.0),
        ("1.3万", 13_000.0),
        ("三百万", 3_000_000.0),
        ("1亿2千万", 120_000_000.0),
        ("一千零五", 1005.0),
        ("两三百", 200.0),
    ] {
        let read = numerals::parse_prefix(text).expect("a numeral");
        assert_eq!((read.value, read.len), (value, text.len()), "{text}");
    }
    // What follows belongs to something else.
    for (text, read) in [
        ("1万3个月", "1万"),
        ("1万30天", "1万"),
        ("1万一年", "1万"),
        ("12.5%", "12.5"),
        ("3.", "3"),
    ] {
        assert_eq!(
            numerals::parse_prefix(text).map(|n| n.len),
            Some(read.len()),
            "{text}"
        );
    }
    assert_eq!(numerals::parse_prefix("万元"), None);
    assert_eq!(numerals::parse_prefix(""), None);
}

/// How long the normaliser and the yield reader take for a text.
fn time(text: &str) -> Duration {
    let benchmarks = benchmarks::load(None).expect("embedded benchmarks");
    let start = Instant::now();
    let found = shared().normalise(text);
    let figures = yields::find(&found.plain, &benchmarks);
    std::hint::black_box((found, figures));
    start.elapsed()
}

#[test]
fn hostile_texts_take_linear_time() {
    shared().normalise("warm up");
    let pieces = [
        "保.",
        "保 ",
        "\u{200B}",
        "①",
        "&#",
        "&",
        "bao",
        "a",
        "(a",
        "保(",
        "亻",
        "🔥",
        "一",
        "1",
        "x",
        "年化",
        "投1万返",
        "12%",
        "每天",
        "翻",
        "保夲",
        "代款",
        "V",
        "扣",
        "贷\u{200B}",
        "1万",
        "三个月15%",
        "❤️",
        "漢",
        "，",
        "万",
        "千百",
        "银",
        "收益1",
        "借1",
        "1-",
        "百分之",
        "还本",
    ];
    let mut faults = Vec::new();
    for piece in pieces {
        let text = |bytes: usize| piece.repeat(bytes / piece.len());
        let (short, long) = (time(&text(10_000)), time(&text(80_000)));
        // Eight times the text: linear is 8, quadratic 64; the constant hides noise of a busy machine.
        if long > short * 24 + Duration::from_millis(300) {
            faults.push(format!("{piece:?}: {short:?} then {long:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
