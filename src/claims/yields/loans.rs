//! What a borrower pays on a sum: interest, deduction in advance (砍头息), instalments by internal rate of return.

use super::arithmetic::{periods_a_year, rate_of_instalments, round4, show};
use super::deals::Deal;
use super::figure::{of_gain, percents, raw, unit_name};
use super::scope::Scope;
use super::vocabulary::Role;
use crate::model::yields::{Period, YieldFigure, YieldSide};

/// How the price of a loan was told.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told {
    /// As interest: 利息30元.
    Interest,
    /// As the sum to be repaid: 还2600.
    Repayment,
    /// Only as what is kept back, so that the sum lent is taken to be repaid.
    Deduction,
}

/// The cost of a loan. Where less is paid out than lent, the principal is what was paid out
/// (法释〔2020〕17号 art. 26: interest deducted in advance is no principal).
pub(super) fn cost(scope: &Scope<'_>, deal: &Deal) -> Option<YieldFigure> {
    let principal = deal.received.filter(|r| *r > 0.0).unwrap_or(deal.capital);
    let kept_back = deal.capital - principal;
    let Some((sum, role)) = deal.flow else {
        return interest(scope, deal, principal, kept_back, Told::Deduction);
    };
    let repeated = deal.repeated || role == Role::Repay;
    if let Some(terms) = deal.terms.filter(|t| *t > 1 && repeated)
        && sum * f64::from(terms) > principal
        && sum < principal
    {
        return instalments(scope, deal, principal, sum, terms);
    }
    match role {
        Role::Received => None,
        Role::Gain if deal.received.is_some() => {
            interest(scope, deal, principal, kept_back, Told::Deduction)
        }
        Role::Gain => interest(scope, deal, principal, sum, Told::Interest),
        _ if sum > principal && !deal.repeated => {
            interest(scope, deal, principal, sum - principal, Told::Repayment)
        }
        _ if deal.repeated => interest(scope, deal, principal, sum, Told::Interest),
        _ => None,
    }
}

/// The price of a loan over the deal's period.
fn interest(
    scope: &Scope<'_>,
    deal: &Deal,
    principal: f64,
    gain: f64,
    told: Told,
) -> Option<YieldFigure> {
    let percent = gain / principal * 100.0;
    if !(percent > 0.0 && percent < 1e6) {
        return None;
    }
    let note = match (deal.received.is_some(), told) {
        (true, Told::Deduction) => "(砍头息,按实到本金;未写还款额,按借款额还) ",
        (true, _) => "(砍头息,按实到本金) ",
        _ => "",
    };
    let paid = match told {
        Told::Interest => show(gain),
        _ => format!("({} - {})", show(gain + principal), show(principal)),
    };
    let start = format!(
        "{note}{paid} ÷ {} = {}",
        show(principal),
        percents((percent, percent))
    );
    let span = deal.start..deal.end;
    let period = deal.period;
    let side = YieldSide::Cost;
    let mut figure = of_gain(scope.text, span, percent, period, &start, side);
    figure.approximate = told == Told::Deduction;
    Some(figure)
}

/// Equal instalments: the internal rate of return per instalment, times the instalments of a year.
fn instalments(
    scope: &Scope<'_>,
    deal: &Deal,
    principal: f64,
    payment: f64,
    terms: u32,
) -> Option<YieldFigure> {
    let rate = rate_of_instalments(principal, payment, terms)?;
    let stated = deal.period.filter(|p| {
        deal.repeated
            && matches!(
                p,
                Period::Day | Period::Week | Period::Month | Period::Quarter
            )
    });
    let period = stated.unwrap_or(Period::Month);
    let factor = periods_a_year(period)?;
    let percent = round4(rate * 100.0);
    let annual = round4(rate * 100.0 * factor);
    let raw = raw(scope.text, &(deal.start..deal.end));
    let assumed = if stated.is_some() {
        ""
    } else {
        "(每期按一月计)"
    };
    Some(YieldFigure {
        span: deal.start..deal.end,
        formula: format!(
            "{raw}:本金{} 分{terms}期每期还{}{assumed},内部收益率{}%{} × {} ≈ {}%/年",
            show(principal),
            show(payment),
            show(percent),
            unit_name(period),
            show(factor),
            show(annual)
        ),
        raw,
        percent: Some((percent, percent)),
        period,
        annual: Some((annual, annual)),
        with_base: None,
        side: YieldSide::Cost,
        masked: false,
        approximate: true,
        income: None,
    })
}
