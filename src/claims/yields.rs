//! Figures of return and of borrowing cost, annualised, with the formula shown (YD-CALC).

use super::numerals::parse_prefix;
use crate::model::benchmarks::Benchmarks;
use crate::model::yields::{Period, YieldFigure, YieldSide};

/// The figures of return or cost in a plain (normalised) text, in order of place.
pub fn find(plain: &str, _benchmarks: &Benchmarks) -> Vec<YieldFigure> {
    let mut figures = Vec::new();
    for (at, label) in plain.match_indices("年化") {
        let start = at + label.len();
        let rest = plain.get(start..).unwrap_or_default();
        let skipped: usize = rest
            .chars()
            .take(8)
            .take_while(|c| !c.is_ascii_digit())
            .map(char::len_utf8)
            .sum();
        let Some(number) = rest.get(skipped..).and_then(parse_prefix) else {
            continue;
        };
        let end = start + skipped + number.len;
        if !plain.get(end..).is_some_and(|r| r.starts_with('%')) {
            continue;
        }
        let span = at..end + 1;
        let raw = plain.get(span.clone()).unwrap_or_default().to_owned();
        figures.push(YieldFigure {
            span,
            formula: format!("{raw} = {}%/年", number.value),
            raw,
            percent: Some((number.value, number.value)),
            period: Period::Year,
            annual: Some((number.value, number.value)),
            side: YieldSide::Return,
            masked: false,
            approximate: false,
            income: None,
        });
    }
    figures
}
