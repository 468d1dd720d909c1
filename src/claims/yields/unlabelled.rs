//! Amounts with a time of their own and no label: 三个月15%, 24%/年, 日2%, 一年期4.5%, 三分利.

use super::amounts::Amount;
use super::figure::{Assumed, Rate, of_rate};
use super::rates::{MODEST, compounding};
use super::scope::{Scope, is_clause_end};
use super::tokens::Kind;
use super::vocabulary::{RateUnit, Role};
use crate::model::yields::{Period, YieldFigure, YieldSide};

/// Where an amount takes its time from.
struct Timed {
    period: Period,
    start: usize,
    end: usize,
    /// Whether the time alone makes the amount a rate.
    sure: bool,
}

/// The figure of an amount that no label names.
pub(super) fn unlabelled(scope: &Scope<'_>, amount: &Amount) -> Option<YieldFigure> {
    let factor = match amount.unit? {
        RateUnit::Percent => 1.0,
        RateUnit::Permille => 0.1,
        RateUnit::Fen | RateUnit::Li => return interest_after(scope, amount),
        _ => return None,
    };
    if scope.clause_has_not_yield(amount.first) || scope.text.get(amount.end..)?.starts_with('的')
    {
        return None;
    }
    let timed = timed(scope, amount)?;
    let side = scope.side(amount.first, amount.first);
    if !timed.sure && side == YieldSide::Unclear {
        return None;
    }
    let percent = amount
        .value
        .map(|(low, high)| (low * factor, high * factor));
    let term = matches!(
        timed.period,
        Period::Days(_) | Period::Months(_) | Period::Unknown
    );
    let modest = percent.is_none_or(|(_, high)| high <= MODEST);
    let by_custom = term && modest && scope.speaks_of_bank_products();
    let assumed = if by_custom {
        Assumed::Year
    } else {
        Assumed::Nothing
    };
    let rate = Rate {
        percent,
        period: timed.period,
        bare: false,
        assumed,
        compounded: compounding(scope, amount.first, timed.period, assumed),
    };
    let whole = rate.percent.is_some_and(|(low, _)| low >= 100.0);
    (!whole || side == YieldSide::Return)
        .then(|| of_rate(scope.text, timed.start..timed.end, rate, side))
}

fn timed(scope: &Scope<'_>, amount: &Amount) -> Option<Timed> {
    if let Some((period, start)) = scope.time_before(amount.first) {
        let term = matches!(period, Period::Days(_) | Period::Months(_));
        let bare = matches!(period, Period::Day | Period::Week | Period::Month);
        let end = amount.end;
        let sure = term || bare && scope.begins_clause(start);
        return Some(Timed {
            period,
            start,
            end,
            sure,
        });
    }
    let start = amount.start;
    if let Some((period, end)) = scope.period_after(amount.last) {
        return Some(Timed {
            period,
            start,
            end,
            sure: false,
        });
    }
    if let Some(period) = scope.term_after(amount.last) {
        let end = amount.end;
        return Some(Timed {
            period,
            start,
            end,
            sure: false,
        });
    }
    listed_term(scope, amount).map(|(period, start)| Timed {
        period,
        start,
        end: amount.end,
        sure: false,
    })
}

/// How far before its rate the term of a bank's product may stand, in bytes.
const LIST_REACH: usize = 45;

/// A bank's list of products: 220天理财10万起,4.25%; 保本xxx天,x.x%. The term with its start.
fn listed_term(scope: &Scope<'_>, amount: &Amount) -> Option<(Period, usize)> {
    let modest = amount.value.is_none_or(|(_, high)| high <= MODEST);
    if !scope.sells_savings() || !modest {
        return None;
    }
    let mut commas = 0;
    for index in (amount.first.saturating_sub(8)..amount.first).rev() {
        let token = scope.tokens.get(index)?;
        commas += u32::from(is_clause_end(token));
        let far = amount.start - token.end > LIST_REACH;
        let ended = matches!(token.role(), Some(Role::Full | Role::Unit(_)));
        if far || ended || commas > 1 {
            return None;
        }
        let number = index.checked_sub(1).and_then(|i| scope.tokens.get(i))?;
        if let Some(period) = scope.term(number, token) {
            return Some((period, number.start));
        }
        let masked = matches!(number.kind, Kind::Masked) && number.end == token.start;
        if masked && matches!(token.role(), Some(Role::Time(_))) {
            return Some((Period::Unknown, number.start));
        }
    }
    None
}

/// 三分利, 2分息, 月2分: interest by custom of the month.
fn interest_after(scope: &Scope<'_>, amount: &Amount) -> Option<YieldFigure> {
    let factor = match amount.unit? {
        RateUnit::Fen => 1.0,
        RateUnit::Li => 0.1,
        _ => return None,
    };
    let side = scope.side(amount.first, amount.first);
    let month = scope
        .time_before(amount.first)
        .filter(|(period, _)| *period == Period::Month && side != YieldSide::Unclear);
    let (start, end, assumed) = if let Some((_, start)) = month {
        (start, amount.end, Assumed::Nothing)
    } else if scope.is_interest_after(amount.end) {
        let word = scope.after(amount.end)?.len_utf8();
        (amount.start, amount.end + word, Assumed::Month)
    } else {
        return None;
    };
    let rate = Rate {
        percent: amount
            .value
            .map(|(low, high)| (low * factor, high * factor)),
        period: Period::Month,
        bare: false,
        assumed,
        compounded: None,
    };
    Some(of_rate(scope.text, start..end, rate, side))
}
