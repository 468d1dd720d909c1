//! Figures given as multiples: 本金三年翻倍, 翻5倍, 收益10倍, 高于银行10倍.

use super::arithmetic::{round4, show};
use super::figure::{of_gain, raw};
use super::phrases::{begins, holds};
use super::scope::Scope;
use super::vocabulary::{Hint, RateUnit, Role};
use crate::model::benchmarks::Benchmarks;
use crate::model::yields::{Period, YieldFigure, YieldSide};
use std::ops::Range;

/// All figures given as multiples.
pub(super) fn multiples(scope: &Scope<'_>, benchmarks: &Benchmarks) -> Vec<YieldFigure> {
    (0..scope.tokens.len())
        .filter_map(|index| at(scope, index, benchmarks))
        .collect()
}

fn at(scope: &Scope<'_>, index: usize, benchmarks: &Benchmarks) -> Option<YieldFigure> {
    match scope.role(index)? {
        Role::Doubling => {
            let token = scope.tokens.get(index)?;
            growth(scope, index, 2.0, token.start..token.end)
        }
        Role::Turn => turned(scope, index),
        Role::Unit(RateUnit::Times) => {
            let number = scope.tokens.get(index.checked_sub(1)?)?;
            let factor = number.number().filter(|n| (1.0..=1e5).contains(n))?;
            let span = number.start..scope.tokens.get(index)?.end;
            above_bank(scope, index, factor, &span, benchmarks)
                .or_else(|| times_bank(scope, index, factor, &span, benchmarks))
                .or_else(|| times_gain(scope, index, factor, span))
        }
        _ => None,
    }
}

/// 翻5倍, 翻三番.
fn turned(scope: &Scope<'_>, index: usize) -> Option<YieldFigure> {
    let turn = scope.tokens.get(index)?;
    let number = scope.tokens.get(index + 1)?;
    let near = number.start - turn.end <= 6
        && !scope.between(turn.end, number.start).contains(['页', '译']);
    let value = number
        .number()
        .filter(|v| near && (1.0..=1e5).contains(v))?;
    let rest = scope.text.get(number.end..)?;
    if rest.starts_with('倍') {
        growth(
            scope,
            index,
            value.max(2.0),
            turn.start..number.end + '倍'.len_utf8(),
        )
    } else if rest.starts_with('番') && value <= 10.0 {
        growth(
            scope,
            index,
            2f64.powf(value),
            turn.start..number.end + '番'.len_utf8(),
        )
    } else {
        None
    }
}

/// Words near a multiple that say that it is money which grows.
fn grows_money(scope: &Scope<'_>, index: usize) -> bool {
    const MONEY: &str =
        "本金 资金 资产 财富 收益 盈利 投资 回报 身家 账户 利润 分红 理财 存款 短线 牛股 积蓄 闲钱";
    const NOT_MONEY: &str = "额度 人数 销量 流量 效率 速度 订单 客流 营收 积分 成交 产量";
    let Some(token) = scope.tokens.get(index) else {
        return false;
    };
    let from = scope
        .text
        .floor_char_boundary(token.start.saturating_sub(45));
    let to = scope
        .text
        .ceil_char_boundary((token.end + 24).min(scope.text.len()));
    let near = scope.between(from, to);
    let before = scope.between(from, token.start);
    !holds(before, NOT_MONEY) && holds(near, MONEY)
}

/// The capital becomes `factor` times itself: (factor - 1) × 100 %.
fn growth(scope: &Scope<'_>, index: usize, factor: f64, span: Range<usize>) -> Option<YieldFigure> {
    let term = term_near(scope, index);
    let grows = grows_money(scope, index) || term.is_some() && has_return_hint(scope, index);
    if !grows {
        return None;
    }
    let percent = round4((factor - 1.0) * 100.0);
    let start = format!("({} - 1) × 100% = {}%", show(factor), show(percent));
    let span = with_term(&term, span);
    Some(of_gain(
        scope.text,
        span,
        percent,
        term.map(|t| t.0),
        &start,
        YieldSide::Return,
    ))
}

/// 收益10倍, 10倍回报.
fn times_gain(
    scope: &Scope<'_>,
    index: usize,
    factor: f64,
    span: Range<usize>,
) -> Option<YieldFigure> {
    let after = scope.text.get(span.end..)?;
    let before = scope.text.get(..span.start)?;
    let gain_after = begins(
        after,
        "收益 回报 利润 盈利 暴利 返利 返还 返现 币 增值 升值",
    );
    const GAINS: &str = "收益 回报 回报率 收益率 收益高达 回报高达 利润 盈利 赚 升值 增值 本金的 返 收益可达 上涨空间";
    let named = GAINS
        .split_whitespace()
        .filter(|w| before.ends_with(w))
        .map(str::len)
        .max();
    let plain = !before.ends_with('翻') && !before.ends_with("翻了");
    if !(plain && (gain_after || named.is_some())) || factor < 1.0 {
        return None;
    }
    let term = term_near(scope, index.checked_sub(1)?);
    let percent = round4(factor * 100.0);
    let start = format!("{}倍 = {}%", show(factor), show(percent));
    let span = with_term(&term, span.start - named.unwrap_or(0)..span.end);
    Some(of_gain(
        scope.text,
        span,
        percent,
        term.map(|t| t.0),
        &start,
        YieldSide::Return,
    ))
}

/// 高于银行10倍, 收益是银行的5倍: measured on the one-year deposit.
fn above_bank(
    scope: &Scope<'_>,
    index: usize,
    factor: f64,
    span: &Range<usize>,
    benchmarks: &Benchmarks,
) -> Option<YieldFigure> {
    let bank = scope
        .tokens
        .iter()
        .take(index)
        .rev()
        .take(8)
        .take_while(|t| !matches!(t.role(), Some(Role::Comma | Role::Full | Role::Line)))
        .find(|t| matches!(t.role(), Some(Role::Bank)))?;
    let between = scope.between(bank.end, span.start);
    let from = scope
        .text
        .floor_char_boundary(bank.start.saturating_sub(30));
    let compared = scope.between(from, bank.start);
    let is_compared = holds(compared, "高 超 比 是 于 胜 为 秒杀");
    if between.len() > 36 || !is_compared || between.contains("贷款") || factor <= 1.0 {
        return None;
    }
    Some(of_deposit(scope, bank.start..span.end, factor, benchmarks))
}

/// 10倍银行利息, 可获4倍活期利息.
fn times_bank(
    scope: &Scope<'_>,
    index: usize,
    factor: f64,
    span: &Range<usize>,
    benchmarks: &Benchmarks,
) -> Option<YieldFigure> {
    let bank = scope.tokens.get(index + 1)?;
    let word = scope.word(index + 1);
    let names_rate = holds(word, "利息 利率 收益 存款 定期 活期");
    let near = matches!(scope.between(span.end, bank.start), "" | "的" | "于");
    let lent = scope.side(index, index) == YieldSide::Cost;
    (bank.role() == Some(Role::Bank) && names_rate && near && factor > 1.0 && !lent)
        .then(|| of_deposit(scope, span.start..bank.end, factor, benchmarks))
}

/// So many times what a bank pays: on demand where the text says 活期, else for a year.
fn of_deposit(
    scope: &Scope<'_>,
    span: Range<usize>,
    factor: f64,
    benchmarks: &Benchmarks,
) -> YieldFigure {
    let raw = raw(scope.text, &span);
    let (deposit, name) = if raw.contains("活期") {
        (&benchmarks.deposit_demand, "活期")
    } else {
        (&benchmarks.deposit_one_year, "一年定存")
    };
    let annual = round4(deposit.percent * factor);
    let checked = if deposit.verified {
        ""
    } else {
        ",基准待核"
    };
    YieldFigure {
        formula: format!(
            "{raw} = {name}{}%({}{checked}) × {} = {}%/年",
            show(deposit.percent),
            deposit.as_of,
            show(factor),
            show(annual)
        ),
        span,
        raw,
        percent: Some((annual, annual)),
        period: Period::Year,
        annual: Some((annual, annual)),
        with_base: None,
        side: YieldSide::Return,
        masked: false,
        approximate: true,
        income: None,
    }
}

/// A term near a multiple: 三年翻倍, 翻倍/一年, 一年本金翻5倍. With its bytes.
fn term_near(scope: &Scope<'_>, index: usize) -> Option<(Period, Range<usize>)> {
    let token = scope.tokens.get(index)?;
    for time_index in (index.saturating_sub(5)..index).rev() {
        let time = scope.tokens.get(time_index)?;
        if matches!(time.role(), Some(Role::Comma | Role::Full | Role::Line))
            || token.start - time.end > 30
        {
            break;
        }
        if let Some(Role::Every(period)) = time.role() {
            return Some((period, time.start..time.end));
        }
        if let Some(number) = time_index.checked_sub(1).and_then(|i| scope.tokens.get(i))
            && let Some(period) = scope.term(number, time)
        {
            return Some((period, number.start..time.end));
        }
    }
    let last = index + usize::from(matches!(scope.role(index), Some(Role::Turn))) * 2;
    scope
        .period_after(last)
        .map(|(period, end)| (period, token.start..end))
        .or_else(|| scope.term_after(last).map(|p| (p, token.start..token.end)))
}

fn with_term(term: &Option<(Period, Range<usize>)>, span: Range<usize>) -> Range<usize> {
    match term {
        Some((_, place)) => place.start.min(span.start)..place.end.max(span.end),
        None => span,
    }
}

fn has_return_hint(scope: &Scope<'_>, index: usize) -> bool {
    scope
        .tokens
        .iter()
        .skip(index.saturating_sub(10))
        .take(20)
        .any(|t| {
            t.hint() == Hint::Return
                && !matches!(t.role(), Some(Role::Doubling | Role::Turn | Role::Back))
        })
}
