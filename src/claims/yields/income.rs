//! Income promised with no capital named: 日赚300元, 月入3万.

use super::arithmetic::{YEAR_DAYS, periods_a_year, round4, show};
use super::figure::raw;
use super::phrases::is_none_or;
use super::scope::Scope;
use super::sums::sum_at;
use crate::model::yields::{Period, YieldFigure, YieldSide};
use std::ops::Range;

/// 日赚300元, 月入3万: income with no capital named.
pub(super) fn income(scope: &Scope<'_>, index: usize, period: Period) -> Option<YieldFigure> {
    let token = scope.tokens.get(index)?;
    let number = scope.tokens.get(index + 1)?;
    let sum = sum_at(scope, index + 1)?;
    let gap = scope.between(token.end, number.start).trim();
    // 月收入5000元 is also what a lender asks of a borrower.
    let of_wages = scope.word(index).contains("收入");
    if of_wages && scope.nearest_side(index) != YieldSide::Return {
        return None;
    }
    let dated = scope
        .text
        .get(..token.start)
        .is_some_and(|t| t.ends_with(|c: char| c.is_ascii_digit()));
    (is_link(gap) && !dated && sum.yuan >= 10.0)
        .then(|| income_figure(scope, token.start..sum.end, sum.yuan, period))?
}

/// 日收益300元, 月返200: a sum after a basis word.
pub(super) fn income_of_basis(
    scope: &Scope<'_>,
    index: usize,
    period: Period,
) -> Option<YieldFigure> {
    if period == Period::Year || scope.counted_basis(index).is_some() {
        return None;
    }
    let token = scope.tokens.get(index)?;
    let number = scope.tokens.get(index + 1)?;
    let sum = sum_at(scope, index + 1)?;
    let gap = scope.between(token.end, number.start).trim();
    let is_money = sum.explicit || sum.yuan >= 100.0 && !scope.is_counted(number.end);
    let linked = is_link(gap) && !scope.word(index).contains(['率', '费', '息', '化']);
    (linked && is_money && sum.yuan >= 10.0)
        .then(|| income_figure(scope, token.start..sum.end, sum.yuan, period))?
}

/// Words that only link a word of income to its sum.
fn is_link(gap: &str) -> bool {
    is_none_or(
        gap,
        "可达 达 高达 可 能 过 上 超 约 近 取 到 了 几 数 稳定 轻松 至少 达到 超过 最高 金 为 就有 得 逾 破 净 最少 ： : 可达到 不低于 多 钱",
    )
}

fn income_figure(
    scope: &Scope<'_>,
    span: Range<usize>,
    yuan: f64,
    period: Period,
) -> Option<YieldFigure> {
    let a_year = periods_a_year(period)?;
    let a_day = round4(yuan * a_year / YEAR_DAYS);
    let raw = raw(scope.text, &span);
    Some(YieldFigure {
        span,
        formula: format!("{raw} = 每日约{}元,未写本金,不能折年化", show(a_day)),
        raw,
        percent: None,
        period,
        annual: None,
        with_base: None,
        side: YieldSide::Return,
        masked: false,
        approximate: false,
        income: Some(a_day),
    })
}
