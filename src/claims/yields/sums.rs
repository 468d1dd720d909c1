//! Sums of money: 1万元, 三千, 10多万; codes, counts and measures are none.

use super::scope::Scope;
use super::tokens::Token;
use super::vocabulary::{RateUnit, Role};

/// A sum of money in yuan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    pub(super) yuan: f64,
    /// Whether it is written as money: 元, or a round numeral (1万, 三千).
    pub(super) explicit: bool,
    /// Token after it.
    pub(super) next: usize,
    pub(super) end: usize,
}

/// The sum of money at a token: a number, with 元 or without.
pub(super) fn sum_at(scope: &Scope<'_>, index: usize) -> Option<Sum> {
    let token = scope.tokens.get(index)?;
    let yuan = token.number()?;
    let word = scope.word(index);
    // 000001 and abc66 are codes.
    let code = word.starts_with('0') && word.len() > 1 && !word.starts_with("0.")
        || scope
            .before(token.start)
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if code || word.chars().filter(char::is_ascii_digit).count() > 9 {
        return None;
    }
    let (next, end, of_yuan) = match scope.tokens.get(index + 1) {
        Some(next) if next.role() == Some(Role::Yuan) && is_blank(scope, token, next) => {
            (index + 2, next.end, true)
        }
        Some(next) if next.start == token.end && is_measure(scope, next, yuan) => return None,
        _ => (index + 1, token.end, false),
    };
    let round = word.ends_with(['万', '千', '百', '亿', 'w', 'W', 'k', 'K', '十']);
    let counted = scope
        .text
        .get(end..)
        .and_then(|t| t.chars().next())
        .is_some_and(|c| "笔个次人份名家张套户种款只支轮页条岁位倍号点级平米辆部台".contains(c));
    (of_yuan || !counted).then_some(Sum {
        yuan,
        explicit: of_yuan || round || word.contains('万'),
        next,
        end,
    })
}

/// Whether nothing but blanks stands between a number and its unit: pages put them in elements of their own.
fn is_blank(scope: &Scope<'_>, number: &Token, unit: &Token) -> bool {
    scope.between(number.end, unit.start).trim().is_empty()
}

/// Whether a number right before this word counts something else than yuan. 借1万日还3元: 日 is not counted.
fn is_measure(scope: &Scope<'_>, word: &Token, value: f64) -> bool {
    match word.role() {
        // 借1万分12期: 分 divides.
        Some(Role::Unit(RateUnit::Fen)) if value >= 1000.0 => {
            !scope.after(word.end).is_some_and(|c| c.is_ascii_digit())
        }
        Some(Role::Unit(_) | Role::Doubling) => true,
        Some(Role::Time(_)) => {
            let of_date = matches!(
                scope.between(word.start, word.end),
                "日" | "月" | "周" | "年"
            );
            !(of_date && value >= 1000.0)
        }
        _ => false,
    }
}
