//! Rates: an amount, the label and the period that govern it.

use super::amounts::{Amount, amount_at};
use super::arithmetic::{YEAR_DAYS, periods_a_year};
use super::bare::bare_percent;
use super::fees::instalment_fee;
use super::figure::{Assumed, Rate, of_rate};
use super::labels::{Label, REACH_BEFORE, inherited, label_of};
use super::phrases::{begins, holds};
use super::scope::Scope;
use super::unlabelled::unlabelled;
use super::vocabulary::{RateUnit, Role};
use crate::model::yields::{Period, YieldFigure, YieldSide};
use std::ops::Range;

/// Per cent up to which the rate of a bank's product with a term is for a year (90天 4.5%).
pub(super) const MODEST: f64 = 8.0;
/// All rates of a text.
pub(super) fn rates(scope: &Scope<'_>) -> Vec<YieldFigure> {
    let mut figures = Vec::new();
    let mut last_labelled: Option<(usize, Label, Role)> = None;
    let mut at = 0;
    while at < scope.tokens.len() {
        let Some(amount) = amount_at(scope, at) else {
            at += 1;
            continue;
        };
        let label = label_of(scope, &amount).or_else(|| inherited(scope, &amount, last_labelled));
        if let Some(figure) = figure(scope, &amount, label) {
            if let Some(label) = label
                && let Some(role) = scope.role(label.index)
            {
                last_labelled = Some((amount.last, label, role));
            }
            figures.push(figure);
        }
        at = amount.last + 1;
    }
    figures
}

fn figure(scope: &Scope<'_>, amount: &Amount, label: Option<Label>) -> Option<YieldFigure> {
    let Some(label) = label else {
        return unlabelled(scope, amount);
    };
    let role = scope.role(label.index)?;
    let word = scope.word(label.index);
    if is_subject_to(scope, amount, label) {
        return None;
    }
    let (period, assumed) = period_of(scope, amount, label, role);
    let (percent, bare) = percent_of(scope, amount, label, role, word, period)?;
    if is_whole_hundred(scope, amount, label, percent) {
        return None;
    }
    let side = match role {
        Role::Subsidy => YieldSide::Subsidy,
        _ if scope.follows_plus(amount.first) => YieldSide::Subsidy,
        _ => scope.side(label.index, amount.first),
    };
    if role == Role::Subsidy && scope.is_monetary_policy(amount.start) {
        return None;
    }
    let span = span(scope, amount, label);
    if side == YieldSide::Cost
        && let Some(fee) = instalment_fee(scope, amount, label, percent, span.clone())
    {
        return Some(fee);
    }
    let rate = Rate {
        percent,
        period,
        bare,
        assumed,
        compounded: compounding(scope, amount.first, period, assumed),
    };
    Some(of_rate(scope.text, span, rate, side))
}

/// How often a year the interest is added to the principal, where the sentence speaks of compound interest.
pub(super) fn compounding(
    scope: &Scope<'_>,
    index: usize,
    period: Period,
    assumed: Assumed,
) -> Option<f64> {
    const COMPOUND: &str = "复利 利滚利 息滚息 利生利 利上滚利";
    const SIMPLE: &str = "不计复利 非复利 不算复利 无复利 不复利 单利";
    const MONTHLY: &str = "按月复利 月复利 每月复利";
    const DAILY: &str = "按日复利 日复利 每日复利";
    let sentence = scope.sentence_text(index);
    let says = |words| holds(sentence, words);
    if !says(COMPOUND) || says(SIMPLE) {
        return None;
    }
    match period {
        _ if assumed == Assumed::Year => None,
        Period::Year if says(MONTHLY) => Some(12.0),
        Period::Year if says(DAILY) => Some(YEAR_DAYS),
        Period::Year | Period::Unknown => None,
        _ => periods_a_year(period),
    }
}

/// 收益的30%, 投资收益5%提成: a share of the gain; 年盈利升25%: its growth. Neither is a rate.
fn is_subject_to(scope: &Scope<'_>, amount: &Amount, label: Label) -> bool {
    let between = scope
        .tokens
        .get(label.index)
        .filter(|_| label.before)
        .and_then(|t| scope.text.get(t.end..amount.start));
    between.is_some_and(|gap| {
        let gap = gap.trim();
        let grows = begins(gap, "升 增 涨 降 跌 同增 下滑") && !gap.contains(['至', '到']);
        gap == "的" || grows || gap.contains("下调") || gap.contains("扣")
    })
}

/// 100%本息保障: a promise of safety, not a rate of 100 percent.
fn is_whole_hundred(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    percent: Option<(f64, f64)>,
) -> bool {
    let hundred = percent.is_some_and(|(low, high)| low == 100.0 && high == 100.0);
    hundred
        && amount.unit == Some(RateUnit::Percent)
        && (!label.before || label.distance > 12)
        && !scope
            .text
            .get(amount.end..)
            .unwrap_or_default()
            .starts_with("收益")
}

/// Percent per period, and whether the unit had to be supplied; `None` when the amount is none.
#[allow(clippy::type_complexity)]
fn percent_of(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    role: Role,
    word: &str,
    period: Period,
) -> Option<(Option<(f64, f64)>, bool)> {
    let scaled = |factor: f64| {
        amount
            .value
            .map(|(low, high)| (low * factor, high * factor))
    };
    let interest = word.contains(['息', '利']) || scope.is_interest_after(amount.end);
    let near = label.distance <= 15;
    let percent = match amount.unit {
        Some(RateUnit::Percent) => scaled(1.0),
        Some(RateUnit::Permille) => scaled(0.1),
        Some(RateUnit::Fen) if interest && near => {
            scaled(if period == Period::Year { 10.0 } else { 1.0 })
        }
        Some(RateUnit::Li) if interest && near => {
            scaled(if period == Period::Year { 1.0 } else { 0.1 })
        }
        Some(RateUnit::Cheng) if near => scaled(10.0),
        Some(RateUnit::Point) if near && !matches!(role, Role::Subsidy) => scaled(1.0),
        Some(_) => return None,
        None => return bare_percent(scope, amount, label, role, word).map(|p| (p, true)),
    };
    let sound = percent.is_none_or(|(low, high)| low > 0.0 && high < 1e6);
    sound.then_some((percent, false))
}

/// The period of a labelled amount, and what had to be assumed of it.
fn period_of(scope: &Scope<'_>, amount: &Amount, label: Label, role: Role) -> (Period, Assumed) {
    let told = |period| (period, Assumed::Nothing);
    if let Some((period, _)) = scope.period_after(amount.last) {
        return told(period);
    }
    let from = if label.before {
        label.index
    } else {
        amount.first
    };
    if let Role::Basis(period) = role {
        let whole = matches!(amount.unit, Some(RateUnit::Percent | RateUnit::Cheng));
        return told(
            scope
                .counted_basis(label.index)
                .filter(|_| whole)
                .unwrap_or(period),
        );
    }
    if matches!(amount.unit, Some(RateUnit::Fen | RateUnit::Li)) {
        return match scope.every_before(from) {
            Some(period) => told(period),
            None => (Period::Month, Assumed::Month),
        };
    }
    if let Some(period) = scope
        .every_before(amount.first)
        .or_else(|| scope.every_before(from))
    {
        return told(period);
    }
    if scope.is_of_round(amount, from) {
        return told(scope.stated_term(amount.first).unwrap_or(Period::Unknown));
    }
    period_by_term(scope, amount, from).map_or_else(|| untold(scope, amount, label, role), told)
}

/// The term that stands beside a labelled amount, unless the text offers products whose rates are for a year.
fn period_by_term(scope: &Scope<'_>, amount: &Amount, from: usize) -> Option<Period> {
    let yearly = scope.names_yearly_product(amount.first)
        || scope.speaks_of_bank_products() && amount.value.is_none_or(|(_, high)| high <= MODEST);
    if yearly {
        return None;
    }
    [amount.first, from]
        .into_iter()
        .find_map(|index| scope.time_before(index).map(|(period, _)| period))
        .or_else(|| scope.term_after(amount.last))
}

/// The period that custom or the sentence supplies.
fn untold(scope: &Scope<'_>, amount: &Amount, label: Label, role: Role) -> (Period, Assumed) {
    if role == Role::YearlyLabel {
        return (Period::Year, Assumed::Year);
    }
    let trade = role == Role::Label && scope.trades_by_the_day(amount.first);
    if trade && !scope.names_yearly_product(amount.first) {
        return (Period::Day, Assumed::Day);
    }
    if is_yearly_by_custom(scope, label) {
        return (Period::Unknown, Assumed::Year);
    }
    let stated = scope.stated_term(amount.first);
    (stated.unwrap_or(Period::Unknown), Assumed::Nothing)
}

/// 收益20% means a year unless something else is said; 返利20%, 利润30% and fees do not.
fn is_yearly_by_custom(scope: &Scope<'_>, label: Label) -> bool {
    let word = scope.word(label.index);
    holds(word, "收益 回报 分红 保底 利息 息 复利 单利 增值 升值 加息")
        && !holds(word, "返 费 砍头")
}

fn span(scope: &Scope<'_>, amount: &Amount, label: Label) -> Range<usize> {
    let Some(token) = scope.tokens.get(label.index) else {
        return amount.start..amount.end;
    };
    let shared = label.distance >= REACH_BEFORE;
    let start = match scope.time_before(amount.first) {
        _ if label.before && !shared => token.start,
        Some((_, start)) if shared => start,
        _ => amount.start,
    };
    // A label after its amount may stand before a later one that shares it.
    let end = if label.before {
        amount.end
    } else {
        token.end.max(amount.end)
    };
    let end = scope
        .period_after(amount.last)
        .map_or(end, |(_, e)| e.max(end));
    let start = scope
        .every_start_before(start, label.index)
        .unwrap_or(start);
    let term = scope
        .time_before(label.index)
        .filter(|_| label.before && !shared && matches!(token.role(), Some(Role::Label)));
    term.map_or(start, |(_, from)| from.min(start))..end
}
