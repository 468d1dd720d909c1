//! Where a deal begins: the capital that is put in or borrowed.

use super::deals::{Deal, Reader};
use super::scope::Scope;
use super::sums::sum_at;
use super::tokens::Token;
use super::vocabulary::{Hint, Role};
use crate::model::yields::{Period, YieldSide};

/// Sums below which a number that no verb names is no capital.
const LEAST_BARE: f64 = 1000.0;

/// The deal whose verb of investing or borrowing (or whose 每万元) is at a token.
pub(super) fn deal(scope: &Scope<'_>, index: usize) -> Option<Deal> {
    let token = scope.tokens.get(index)?;
    let role = token.role()?;
    let (capital, next, end) = match role {
        Role::TenThousand | Role::TenThousandDaily => (10_000.0, index + 1, token.end),
        _ => capital_after(scope, index, token)?,
    };
    let daily = role == Role::TenThousandDaily;
    let borrowed = role == Role::Borrow || daily && token.hint() == Hint::Cost;
    let mut deal = Deal::of(token.start..end, capital, borrowed);
    deal.period = time_before(scope, index);
    let may_give = matches!(
        scope.word(index),
        "投" | "投资" | "投入" | "入金" | "出借" | "认购"
    );
    let reader = Reader::new(scope, deal, may_give);
    let reader = if daily { reader.daily() } else { reader };
    Some(reader.read(next))
}

/// The deal of a capital that no verb names: 10万一年利息1.2万, 1万元每天收益5元.
pub(super) fn bare_deal(scope: &Scope<'_>, index: usize) -> Option<Deal> {
    let token = scope.tokens.get(index)?;
    let sum = sum_at(scope, index).filter(|s| s.explicit && s.yuan >= LEAST_BARE)?;
    let time = scope.tokens.get(sum.next).filter(|t| t.start == sum.end)?;
    let timed = match time.role() {
        Some(Role::Every(_) | Role::Income(_)) => true,
        _ => {
            let unit = scope.tokens.get(sum.next + 1)?;
            scope.term(time, unit).is_some() || scope.term_in_basis(sum.next + 1).is_some()
        }
    };
    if !timed || !scope.begins_clause(token.start) && scope.before(token.start) != Some('每') {
        return None;
    }
    let borrowed = scope.nearest_side(index) == YieldSide::Cost;
    let deal = Deal::of(token.start..sum.end, sum.yuan, borrowed);
    Some(
        Reader::new(scope, deal, false)
            .within_clause()
            .read(sum.next),
    )
}

/// The capital after a verb, the token after it and its end.
fn capital_after(scope: &Scope<'_>, index: usize, token: &Token) -> Option<(f64, usize, usize)> {
    let sum = sum_at(scope, index + 1)?;
    let buys = scope.word(index).contains(['买', '购', '申']);
    if !sum.explicit && (buys || sum.yuan < 100.0 || sum.yuan % 100.0 != 0.0) {
        return None;
    }
    let gap = scope.between(token.end, scope.tokens.get(index + 1)?.start);
    let linked = matches!(
        gap.trim(),
        "" | "了"
            | "入"
            | "款"
            | "资"
            | "满"
            | "额"
            | "进"
            | "够"
            | "钱"
            | ":"
            | "："
            | "养老金"
            | "会员费"
            | "学费"
    );
    (linked && sum.yuan >= 1.0).then_some((sum.yuan, sum.next, sum.end))
}

/// 三个月投1万: a term right before the verb.
fn time_before(scope: &Scope<'_>, index: usize) -> Option<Period> {
    scope
        .duration_before(index)
        .filter(|(_, gap)| *gap == 0)
        .map(|(period, _)| period)
}
