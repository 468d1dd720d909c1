//! Figures given as sums: 投1万返1.3万, 每万元日收益5元, 借2000到手1400 7天还2000, 日赚300元.

use super::arithmetic::{rate_of_instalments, round4, show};
use super::deals::{Deal, deal};
use super::figure::{of_gain, percents, raw};
use super::income::{income, income_of_basis};
use super::scope::Scope;
use super::vocabulary::Role;
use crate::model::yields::{Period, YieldFigure, YieldSide};

/// All figures given as sums.
pub(super) fn sums(scope: &Scope<'_>) -> Vec<YieldFigure> {
    let mut figures: Vec<YieldFigure> = Vec::new();
    for index in 0..scope.tokens.len() {
        let free_from = figures.last().map_or(0, |f| f.span.end);
        let Some(token) = scope.tokens.get(index).filter(|t| t.start >= free_from) else {
            continue;
        };
        let found = match token.role() {
            Some(Role::Invest | Role::Borrow | Role::TenThousand) => {
                deal(scope, index).and_then(|d| figure(scope, &d))
            }
            Some(Role::Income(period)) => income(scope, index, period),
            Some(Role::Basis(period)) => income_of_basis(scope, index, period),
            _ => None,
        };
        figures.extend(found);
    }
    figures
}

fn figure(scope: &Scope<'_>, deal: &Deal) -> Option<YieldFigure> {
    let (sum, role) = deal.flow?;
    if deal.borrowed {
        return cost(scope, deal, sum, role);
    }
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

/// What a borrower pays: interest of a sum per period, deduction in advance, instalments.
fn cost(scope: &Scope<'_>, deal: &Deal, sum: f64, role: Role) -> Option<YieldFigure> {
    let principal = deal.received.filter(|r| *r > 0.0).unwrap_or(deal.capital);
    if let Some(terms) = deal.terms.filter(|t| *t > 1)
        && sum * f64::from(terms) > principal
        && sum < principal
    {
        let rate = rate_of_instalments(principal, sum, terms)?;
        return Some(instalments(scope, deal, principal, sum, terms, rate));
    }
    if role == Role::Received {
        return None;
    }
    let (gain, start) = if sum > principal && !deal.repeated {
        let gain = sum - principal;
        (
            gain,
            format!(
                "({} - {}) ÷ {}",
                show(sum),
                show(principal),
                show(principal)
            ),
        )
    } else if deal.repeated || role == Role::Gain {
        (sum, format!("{} ÷ {}", show(sum), show(principal)))
    } else {
        return None;
    };
    let percent = gain / principal * 100.0;
    let note = if deal.received.is_some() {
        "(砍头息,按实到本金) "
    } else {
        ""
    };
    let start = format!("{note}{start} = {}", percents((percent, percent)));
    (percent > 0.0 && percent < 1e6).then(|| {
        of_gain(
            scope.text,
            deal.start..deal.end,
            percent,
            deal.period,
            &start,
            YieldSide::Cost,
        )
    })
}

fn instalments(
    scope: &Scope<'_>,
    deal: &Deal,
    principal: f64,
    payment: f64,
    terms: u32,
    rate: f64,
) -> YieldFigure {
    let percent = round4(rate * 100.0);
    let annual = round4(rate * 1200.0);
    let raw = raw(scope.text, &(deal.start..deal.end));
    YieldFigure {
        span: deal.start..deal.end,
        formula: format!(
            "{raw}:本金{} 分{terms}期每期还{},内部收益率{}%/月 × 12 ≈ {}%/年",
            show(principal),
            show(payment),
            show(percent),
            show(annual)
        ),
        raw,
        percent: Some((percent, percent)),
        period: Period::Month,
        annual: Some((annual, annual)),
        side: YieldSide::Cost,
        masked: false,
        approximate: true,
        income: None,
    }
}
