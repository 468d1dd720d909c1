//! Fees of instalments: 每期手续费0.6%,12期. Each instalment pays the fee on the whole sum though part of it is
//! repaid already, so the true rate is almost twice the fee (人民银行公告〔2021〕第3号: by internal rate of return).

use super::amounts::Amount;
use super::arithmetic::{rate_of_instalments, round4, show};
use super::figure::{percents, raw};
use super::labels::Label;
use super::phrases::holds;
use super::scope::Scope;
use super::vocabulary::{Role, TimeUnit};
use crate::model::yields::{Period, YieldFigure, YieldSide};
use std::ops::Range;

/// What the yearly rate is of twelve fees where the number of instalments is not told (catalogue YD-CALC).
const TIMES: (f64, f64) = (1.8, 2.0);
/// Per cent from which a fee named after its instalments (12期手续费7.2%) is the fee for all of them.
const WHOLE_FEE: f64 = 1.5;

/// The figure of a fee on instalments; `None` when it is no such fee.
pub(super) fn instalment_fee(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    percent: Option<(f64, f64)>,
    span: Range<usize>,
) -> Option<YieldFigure> {
    let word = scope.word(label.index);
    let is_fee = holds(word, "手续费 费率 服务费 息费 管理费")
        && !word.starts_with('年')
        && !word.contains("综合");
    let (low, high) = percent.filter(|(low, high)| *low > 0.0 && *high <= 100.0)?;
    let sentence = scope.sentence_text(amount.first);
    let terms = terms(scope, amount.first);
    let in_parts = terms.is_some() || sentence.contains("分期") || is_per_term(scope, amount);
    if !is_fee || !in_parts || sentence.contains("先息后本") {
        return None;
    }
    let each = is_per_term(scope, amount) || is_monthly(scope, amount, label);
    match terms {
        Some(n) if each || low < WHOLE_FEE => Some(of_terms(scope, span, (low, high), n, false)?),
        Some(n) => Some(of_terms(scope, span, (low, high), n, true)?),
        None if each => Some(of_unknown_terms(scope, span, (low, high))),
        None => None,
    }
}

/// The number of instalments that the sentence tells.
fn terms(scope: &Scope<'_>, index: usize) -> Option<u32> {
    scope.sentence(index).windows(2).find_map(|pair| {
        let [number, time] = pair else { return None };
        let of_terms = time.role() == Some(Role::Time(TimeUnit::Term)) && number.end == time.start;
        let count = number.number().filter(|n| (2.0..=120.0).contains(n))?;
        of_terms.then_some(count as u32)
    })
}

/// 每期 in the clause before the amount, /期 right after it.
fn is_per_term(scope: &Scope<'_>, amount: &Amount) -> bool {
    let near = |i: usize| scope.role(i) == Some(Role::EachTerm);
    (amount.first.saturating_sub(4)..amount.first).any(near) || near(amount.last + 1)
}

/// 月手续费, 每月, /月.
fn is_monthly(scope: &Scope<'_>, amount: &Amount, label: Label) -> bool {
    matches!(scope.role(label.index), Some(Role::Basis(Period::Month)))
        || scope.every_before(label.index) == Some(Period::Month)
        || scope.every_before(amount.first) == Some(Period::Month)
        || scope
            .period_after(amount.last)
            .is_some_and(|(period, _)| period == Period::Month)
}

/// By internal rate of return over `terms` months, of a fee for each of them or for `all`.
fn of_terms(
    scope: &Scope<'_>,
    span: Range<usize>,
    (low, high): (f64, f64),
    terms: u32,
    all: bool,
) -> Option<YieldFigure> {
    let n = f64::from(terms);
    let a_year = |fee: f64| {
        let each = if all { fee / n } else { fee } / 100.0;
        rate_of_instalments(1.0, 1.0 / n + each, terms).map(|rate| round4(rate * 1200.0))
    };
    let annual = (a_year(low)?, a_year(high)?);
    let how = if all {
        format!("为{terms}期合计")
    } else {
        format!("/期,{terms}期")
    };
    let formula = format!(
        "{}{how},等额还本按月计内部收益率 × 12 ≈ {}/年",
        percents((low, high)),
        percents(annual)
    );
    let per_term = if all { n } else { 1.0 };
    Some(fee(
        scope,
        span,
        (low / per_term, high / per_term),
        annual,
        &formula,
    ))
}

/// Between 1.8 and 2 times twelve fees.
fn of_unknown_terms(scope: &Scope<'_>, span: Range<usize>, (low, high): (f64, f64)) -> YieldFigure {
    let annual = (round4(low * 12.0 * TIMES.0), round4(high * 12.0 * TIMES.1));
    let formula = format!(
        "{}/期 × 12 × {}~{} ≈ {}/年(未写期数,近似)",
        percents((low, high)),
        show(TIMES.0),
        show(TIMES.1),
        percents(annual)
    );
    fee(scope, span, (low, high), annual, &formula)
}

fn fee(
    scope: &Scope<'_>,
    span: Range<usize>,
    (low, high): (f64, f64),
    annual: (f64, f64),
    formula: &str,
) -> YieldFigure {
    let raw = raw(scope.text, &span);
    YieldFigure {
        span,
        formula: format!("{raw} = {formula}"),
        raw,
        percent: Some((round4(low), round4(high))),
        period: Period::Month,
        annual: Some(annual),
        with_base: None,
        side: YieldSide::Cost,
        masked: false,
        approximate: true,
        income: None,
    }
}
