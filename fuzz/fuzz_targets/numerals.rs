//! Numerals and yields of any text: they are slices of it, in order, and no figure is without a number.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use wangxun::claims::{numerals, yields};
use wangxun::lexicons::benchmarks;
use wangxun::model::benchmarks::Benchmarks;
use wangxun_fuzz::is_slice;

fn bundled() -> &'static Benchmarks {
    static BENCHMARKS: OnceLock<Benchmarks> = OnceLock::new();
    BENCHMARKS.get_or_init(|| benchmarks::load(None).expect("benchmarks"))
}

fuzz_target!(|text: &str| {
    for (at, _) in text.char_indices().take(200) {
        if let Some(numeral) = numerals::parse_prefix(&text[at..]) {
            assert!(numeral.len > 0 && numeral.value.is_finite());
            is_slice(&text[at..], &(0..numeral.len));
        }
    }
    for figure in yields::find(text, bundled()) {
        is_slice(text, &figure.span);
        let written: Vec<&str> = text[figure.span.clone()].split_whitespace().collect();
        assert_eq!(figure.raw, written.join(" "));
        for (low, high) in figure.percent.into_iter().chain(figure.annual).chain(figure.with_base) {
            assert!(!low.is_nan() && !high.is_nan() && low <= high, "{figure:?}");
        }
    }
});
