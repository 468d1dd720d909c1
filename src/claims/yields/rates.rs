//! Rates: an amount, the label and the period that govern it.

use super::amounts::{Amount, amount_at};
use super::figure::{Rate, of_rate};
use super::labels::{Label, REACH_BEFORE, inherited, label_of};
use super::scope::Scope;
use super::vocabulary::{RateUnit, Role};
use crate::model::yields::{Period, YieldFigure, YieldSide};
use std::ops::Range;

/// Per cent up to which the rate of a bank's product with a term is for a year (90天 4.5%).
const MODEST: f64 = 8.0;
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
    let (period, assumed_year) = period_of(scope, amount, label, role);
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
    let rate = Rate {
        percent,
        period,
        bare,
        assumed_year,
    };
    Some(of_rate(scope.text, span(scope, amount, label), rate, side))
}

/// 收益的30%, 投资收益5%提成: a share of the gain, not a rate.
fn is_subject_to(scope: &Scope<'_>, amount: &Amount, label: Label) -> bool {
    let between = scope
        .tokens
        .get(label.index)
        .filter(|_| label.before)
        .and_then(|t| scope.text.get(t.end..amount.start));
    between.is_some_and(|gap| {
        let gap = gap.trim();
        gap == "的" || gap.contains("下调") || gap.contains("扣")
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
        None => return bare_percent(scope, amount, label, role, word).map(|p| (Some(p), true)),
    };
    let sound = percent.is_none_or(|(low, high)| low > 0.0 && high < 1e6);
    sound.then_some((percent, false))
}

/// 预期年化收益率5.3, 年息10: spam often leaves the percent sign out.
fn bare_percent(
    scope: &Scope<'_>,
    amount: &Amount,
    label: Label,
    role: Role,
    word: &str,
) -> Option<(f64, f64)> {
    let (low, high) = amount.value?;
    let names_rate = matches!(role, Role::Basis(Period::Year)) && !word.contains("收入")
        || word.ends_with('率')
        || matches!(word, "月息" | "月收益");
    let between = scope
        .tokens
        .get(label.index)
        .and_then(|t| scope.text.get(t.end..amount.start))?;
    let linked = is_link(between) || scope.is_term_and_slash(label.index, amount.first);
    let sound = (0.5..=60.0).contains(&low) && high <= 60.0 && !scope.is_counted(amount.end);
    (label.before && names_rate && linked && sound && scope.is_arabic(amount.start))
        .then_some((low, high))
}

/// Words that only link a label to its number.
fn is_link(text: &str) -> bool {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '(' | '（' | ')' | '）' | '=')
    });
    matches!(
        text,
        "" | "率"
            | "为"
            | "约"
            | "约为"
            | "达"
            | "达到"
            | "可达"
            | "高达"
            | "最高"
            | "最高达"
            | "最高可达"
            | "至少"
            | "在"
            | "是"
            | "达成"
            | "稳定在"
            | "超"
            | "超过"
            | "不低于"
            | "预计"
            | "预期"
            | "可到"
            | "可达到"
            | "百分"
            | "将达"
            | "将达到"
            | "高至"
            | "均为"
            | "约在"
            | "就有"
            | "有"
    )
}

/// An amount with a time of its own and no label: 三个月15%, 24%/年, 日2%.
fn unlabelled(scope: &Scope<'_>, amount: &Amount) -> Option<YieldFigure> {
    if !matches!(amount.unit, Some(RateUnit::Percent | RateUnit::Permille)) {
        return interest_after(scope, amount);
    }
    if scope.clause_has_not_yield(amount.first) || scope.text.get(amount.end..)?.starts_with('的')
    {
        return None;
    }
    let factor = if amount.unit == Some(RateUnit::Permille) {
        0.1
    } else {
        1.0
    };
    let before = scope.time_before(amount.first);
    let (period, start, end, sure) = if let Some((period, start)) = before {
        (
            period,
            start,
            amount.end,
            matches!(period, Period::Days(_) | Period::Months(_)),
        )
    } else {
        let (period, end) = scope.period_after(amount.last)?;
        (period, amount.start, end, false)
    };
    let side = scope.side(amount.first, amount.first);
    if !sure && side == YieldSide::Unclear {
        return None;
    }
    let percent = amount
        .value
        .map(|(low, high)| (low * factor, high * factor));
    let term = matches!(period, Period::Days(_) | Period::Months(_));
    let modest = percent.is_none_or(|(_, high)| high <= MODEST);
    let rate = Rate {
        percent,
        period,
        bare: false,
        assumed_year: term && modest && scope.speaks_of_bank_products(),
    };
    let whole = rate.percent.is_some_and(|(low, _)| low >= 100.0);
    (!whole || side == YieldSide::Return).then(|| of_rate(scope.text, start..end, rate, side))
}

/// 三分利, 2分息: interest by custom of the month.
fn interest_after(scope: &Scope<'_>, amount: &Amount) -> Option<YieldFigure> {
    let factor = match amount.unit? {
        RateUnit::Fen => 1.0,
        RateUnit::Li => 0.1,
        _ => return None,
    };
    if !scope.is_interest_after(amount.end) {
        return None;
    }
    let rate = Rate {
        percent: amount
            .value
            .map(|(low, high)| (low * factor, high * factor)),
        period: Period::Month,
        bare: false,
        assumed_year: false,
    };
    let end = amount.end + scope.text.get(amount.end..)?.chars().next()?.len_utf8();
    let side = scope.side(amount.first, amount.first);
    Some(of_rate(scope.text, amount.start..end, rate, side))
}

/// The period of a labelled amount, and whether a year had to be assumed.
fn period_of(scope: &Scope<'_>, amount: &Amount, label: Label, role: Role) -> (Period, bool) {
    if let Some((period, _)) = scope.period_after(amount.last) {
        return (period, false);
    }
    let from = if label.before {
        label.index
    } else {
        amount.first
    };
    if let Role::Basis(period) = role {
        let whole = matches!(amount.unit, Some(RateUnit::Percent | RateUnit::Cheng));
        return match scope.counted_basis(label.index).filter(|_| whole) {
            Some(term) => (term, false),
            None => (period, false),
        };
    }
    if matches!(amount.unit, Some(RateUnit::Fen | RateUnit::Li)) {
        return (scope.every_before(from).unwrap_or(Period::Month), false);
    }
    if let Some(period) = scope
        .every_before(amount.first)
        .or_else(|| scope.every_before(from))
    {
        return (period, false);
    }
    let product = scope.names_yearly_product(amount.first)
        || scope.speaks_of_bank_products() && amount.value.is_none_or(|(_, high)| high <= MODEST);
    if !product {
        for index in [amount.first, from] {
            if let Some((period, _)) = scope.time_before(index) {
                return (period, false);
            }
        }
        if let Some(period) = scope.term_after(amount.last) {
            return (period, false);
        }
    }
    match role {
        Role::YearlyLabel => (Period::Year, true),
        _ => (Period::Unknown, is_yearly_by_custom(scope, label)),
    }
}

/// 收益20% means a year unless something else is said; 返利20%, 利润30% and fees do not.
fn is_yearly_by_custom(scope: &Scope<'_>, label: Label) -> bool {
    let word = scope.word(label.index);
    [
        "收益", "回报", "分红", "保底", "利息", "息", "复利", "单利", "增值", "升值", "加息",
        "补贴",
    ]
    .iter()
    .any(|w| word.contains(w))
        && !["返", "费", "砍头"].iter().any(|w| word.contains(w))
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
    let end = if label.before { amount.end } else { token.end };
    let end = scope
        .period_after(amount.last)
        .map_or(end, |(_, e)| e.max(end));
    let start = scope
        .every_start_before(start, label.index)
        .unwrap_or(start);
    start..end
}
