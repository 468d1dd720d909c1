//! Figures of return and of borrowing cost, annualised, with the formula shown (catalogue section 9, YD-CALC).
//!
//! A figure counts only when a word of return or of interest governs it: the nearest label in its clause
//! decides, so that down payments, discounts, growth rates and shares stay out. Whether the reader earns or
//! pays it is told by the label, or else by the nearest telling word.

mod amounts;
mod arithmetic;
mod bare;
mod capitals;
mod deals;
mod fees;
mod figure;
mod income;
mod labels;
mod loans;
mod money;
mod multiples;
mod periods;
mod phrases;
mod rates;
mod scope;
mod side;
mod sums;
mod tokens;
mod totals;
mod unlabelled;
mod vocabulary;
mod wordlist;

use crate::model::benchmarks::Benchmarks;
use crate::model::yields::YieldFigure;
use scope::Scope;
use std::collections::BTreeMap;
use tokens::{Token, tokens};
pub(super) use vocabulary::Place;
use vocabulary::{Vocabulary, vocabulary};

/// The figures of return or cost in a plain (normalised) text, in order of place; none overlap.
pub fn find(plain: &str, benchmarks: &Benchmarks) -> Vec<YieldFigure> {
    let Some(vocabulary) = vocabulary().filter(|_| may_hold_figures(plain)) else {
        return Vec::new();
    };
    read(plain, vocabulary, &vocabulary.places(plain), benchmarks)
}

/// The words that figures are read by, by number, for whoever looks for them together with others.
pub(super) fn words() -> &'static [&'static str] {
    vocabulary().map_or(&[], Vocabulary::words)
}

/// The same figures as [`find`], by a caller that has found all places of the words.
pub(super) fn find_among(
    plain: &str,
    mut places: Vec<Place>,
    benchmarks: &Benchmarks,
) -> Vec<YieldFigure> {
    let Some(vocabulary) = vocabulary().filter(|_| may_hold_figures(plain)) else {
        return Vec::new();
    };
    vocabulary.leftmost_longest(plain, &mut places);
    read(plain, vocabulary, &places, benchmarks)
}

fn read(
    plain: &str,
    vocabulary: &Vocabulary,
    places: &[Place],
    benchmarks: &Benchmarks,
) -> Vec<YieldFigure> {
    let tokens = tokens(plain, vocabulary, places);
    if !tokens.iter().any(Token::may_make_figure) {
        return Vec::new();
    }
    let scope = Scope::new(plain, tokens);
    let mut figures = money::sums(&scope);
    figures.extend(rates::rates(&scope));
    figures.extend(multiples::multiples(&scope, benchmarks));
    let mut figures = without_overlaps(figures);
    totals::add_bases(plain, &mut figures);
    totals::cap(&mut figures, benchmarks.cap);
    figures
}

/// Marks without which no figure is read; many blocks hold none.
fn may_hold_figures(plain: &str) -> bool {
    const MARKS: [&str; 25] = [
        "%", "‰", "℅", "分之", "息", "利", "收益", "回报", "返", "赚", "翻", "倍", "入", "还",
        "年", "月", "日", "天", "投", "借", "贷", "存", "充", "费", "盈",
    ];
    MARKS.iter().any(|mark| plain.contains(mark))
}

/// Keeps the earlier reader's figure where two readers found the same place.
fn without_overlaps(figures: Vec<YieldFigure>) -> Vec<YieldFigure> {
    let mut kept: BTreeMap<usize, YieldFigure> = BTreeMap::new();
    for figure in figures {
        let clash = kept
            .range(..figure.span.end)
            .next_back()
            .is_some_and(|(_, k)| k.span.end > figure.span.start);
        if !clash {
            kept.insert(figure.span.start, figure);
        }
    }
    kept.into_values().collect()
}
