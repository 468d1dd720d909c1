//! Figures given as sums: 投1万返1.3万, 每万元日收益5元, 借2000到手1400 7天还2000, 日赚300元.

use super::arithmetic::show;
use super::capitals::{bare_deal, deal};
use super::deals::Deal;
use super::figure::{of_gain, percents};
use super::income::{income, income_of_basis};
use super::loans::cost;
use super::scope::Scope;
use super::vocabulary::Role;
use crate::model::yields::{YieldFigure, YieldSide};

/// All figures given as sums.
pub(super) fn sums(scope: &Scope<'_>) -> Vec<YieldFigure> {
    let mut figures: Vec<YieldFigure> = Vec::new();
    for index in 0..scope.tokens.len() {
        let free_from = figures.last().map_or(0, |f| f.span.end);
        let Some(token) = scope.tokens.get(index).filter(|t| t.start >= free_from) else {
            continue;
        };
        let found = match token.role() {
            Some(Role::Invest | Role::Borrow | Role::TenThousand | Role::TenThousandDaily) => {
                deal(scope, index)
                    .and_then(|d| figure(scope, &d))
                    .or_else(|| ratio(scope, index))
            }
            Some(Role::Income(period)) => income(scope, index, period),
            Some(Role::Basis(period)) => income_of_basis(scope, index, period),
            None => bare_deal(scope, index).and_then(|d| figure(scope, &d)),
            _ => None,
        };
        figures.extend(found);
    }
    figures
}

fn figure(scope: &Scope<'_>, deal: &Deal) -> Option<YieldFigure> {
    if deal.borrowed {
        return cost(scope, deal);
    }
    let (sum, role) = deal.flow?;
    if matches!(role, Role::Repay | Role::Received) || sum <= 0.0 {
        return None;
    }
    let whole = role == Role::Back && sum > deal.capital && !deal.repeated;
    let gain = if whole { sum - deal.capital } else { sum };
    let percent = gain / deal.capital * 100.0;
    if percent <= 0.0 || percent > 1e6 {
        return None;
    }
    let sum_of = if whole {
        format!("({} - {})", show(sum), show(deal.capital))
    } else {
        show(gain)
    };
    let start = format!(
        "{sum_of} ÷ {} = {}",
        show(deal.capital),
        percents((percent, percent))
    );
    let side = if deal.gift {
        YieldSide::Subsidy
    } else {
        YieldSide::Return
    };
    Some(of_gain(
        scope.text,
        deal.start..deal.end,
        percent,
        deal.period,
        &start,
        side,
    ))
}

/// 投1返3, 投一返二: both in the same unknown unit.
fn ratio(scope: &Scope<'_>, index: usize) -> Option<YieldFigure> {
    let verb = scope.tokens.get(index)?;
    let (put, back, get) = (
        scope.tokens.get(index + 1)?,
        scope.tokens.get(index + 2)?,
        scope.tokens.get(index + 3)?,
    );
    let joined = verb.end == put.start && put.end == back.start && back.end == get.start;
    let verbs = matches!(scope.word(index), "投" | "投资" | "存" | "充")
        && matches!(
            scope.word(index + 2),
            "返" | "返还" | "变" | "得" | "拿" | "赚"
        );
    let (put, get_value) = (put.number()?, get.number()?);
    let small = |n: f64| (1.0..=100.0).contains(&n) && n.fract() == 0.0;
    if !(joined && verbs && small(put) && small(get_value)) || get_value <= put {
        return None;
    }
    if scope.is_counted(get.end) {
        return None;
    }
    let percent = (get_value - put) / put * 100.0;
    let start = format!(
        "({} - {}) ÷ {} = {}",
        show(get_value),
        show(put),
        show(put),
        percents((percent, percent))
    );
    Some(of_gain(
        scope.text,
        verb.start..get.end,
        percent,
        scope.stated_term(index),
        &start,
        YieldSide::Return,
    ))
}
