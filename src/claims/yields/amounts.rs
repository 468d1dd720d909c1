//! Amounts of a rate: a number with its unit, or a range of two.

use super::scope::Scope;
use super::tokens::{Kind, Token};
use super::vocabulary::{RateUnit, Role};
use crate::claims::numerals::{digit, parse_prefix};

/// A number with its unit: `6%`, `6.0至6.4%`, `2分`, `一分五`, `百分之十二`, `xx%`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    /// Lowest and highest in units; `None` when masked.
    pub(super) value: Option<(f64, f64)>,
    pub(super) unit: Option<RateUnit>,
    /// First and last token.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Bytes.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The amount that begins at a token.
pub(super) fn amount_at(scope: &Scope<'_>, at: usize) -> Option<Amount> {
    let first = scope.tokens.get(at)?;
    if scope.is_negative(first.start) {
        return None;
    }
    let single = single_amount(scope, at, first)?;
    Some(range_from(scope, single).unwrap_or(single))
}

fn single_amount(scope: &Scope<'_>, at: usize, first: &Token) -> Option<Amount> {
    let amount = |value, unit, last: usize, end| Amount {
        value,
        unit,
        first: at,
        last,
        start: first.start,
        end,
    };
    match first.kind {
        Kind::PerMany(percent) => Some(amount(
            Some((percent, percent)),
            Some(RateUnit::Percent),
            at,
            first.end,
        )),
        Kind::Number(value) => Some(match scope.unit_after(at) {
            Some((unit @ (RateUnit::Fen | RateUnit::Li), end)) => {
                let (value, end) = with_tail(scope.text, value, unit, end);
                amount(Some((value, value)), Some(unit), at + 1, end)
            }
            Some((unit, end)) => amount(Some((value, value)), Some(unit), at + 1, end),
            None => amount(Some((value, value)), None, at, first.end),
        }),
        Kind::Masked => Some(match scope.unit_after(at) {
            Some((unit, end)) => amount(None, Some(unit), at + 1, end),
            None => amount(None, None, at, first.end),
        }),
        Kind::Word(entry) => {
            let Role::PerPrefix(factor) = entry.role else {
                return None;
            };
            let number = scope.tokens.get(at + 1).filter(|t| t.start == first.end)?;
            match number.kind {
                Kind::Number(value) => {
                    let percent = value * factor;
                    Some(amount(
                        Some((percent, percent)),
                        Some(RateUnit::Percent),
                        at + 1,
                        number.end,
                    ))
                }
                Kind::Masked => Some(amount(None, Some(RateUnit::Percent), at + 1, number.end)),
                _ => None,
            }
        }
    }
}

/// 一分五, 1分5, 一分半, 6厘5, 1分2厘: the tenths after the unit. Gives the value in that unit and its end.
fn with_tail(text: &str, value: f64, unit: RateUnit, end: usize) -> (f64, usize) {
    let rest = text.get(end..).unwrap_or_default();
    let Some(ch) = rest.chars().next() else {
        return (value, end);
    };
    if ch == '半' {
        return (value + 0.5, end + ch.len_utf8());
    }
    if digit(ch).is_none() {
        return (value, end);
    }
    let Some(numeral) = parse_prefix(rest).filter(|n| n.value < 10.0 && n.value.fract() == 0.0)
    else {
        return (value, end);
    };
    let after = rest.get(numeral.len..).unwrap_or_default();
    let next = after.chars().next();
    if unit == RateUnit::Fen && next == Some('厘') {
        return (
            value + numeral.value / 10.0,
            end + numeral.len + '厘'.len_utf8(),
        );
    }
    if next.is_some_and(|c| "个天月年日万千百元块折%％倍成期人".contains(c)) {
        return (value, end);
    }
    (value + numeral.value / 10.0, end + numeral.len)
}

/// Extends an amount to a range: 6%-8%, 6.0至6.4%, 百分之六到百分之八.
fn range_from(scope: &Scope<'_>, low: Amount) -> Option<Amount> {
    let next_index = low.last + 1;
    let next = scope.tokens.get(next_index)?;
    let gap = scope.text.get(low.end..next.start)?.trim();
    if !matches!(
        gap,
        "-" | "－" | "–" | "—" | "~" | "～" | "至" | "到" | "--" | "——"
    ) {
        return None;
    }
    let high = single_amount(scope, next_index, next)?;
    let unit = high.unit.or(low.unit);
    if low.unit.is_some() && high.unit.is_some() && low.unit != high.unit {
        return None;
    }
    let masked = low.value.is_none() && high.value.is_none();
    let small = masked || is_small(low.value) && is_small(high.value);
    if low.unit.is_none() && high.unit.is_none() && !small {
        return None;
    }
    let value = match (low.value, high.value) {
        (Some((a, _)), Some((b, _))) => Some((a.min(b), a.max(b))),
        _ => None,
    };
    Some(Amount {
        value,
        unit,
        last: high.last,
        end: high.end,
        ..low
    })
}

fn is_small(value: Option<(f64, f64)>) -> bool {
    value.is_some_and(|(low, high)| low >= 0.1 && high <= 60.0)
}
