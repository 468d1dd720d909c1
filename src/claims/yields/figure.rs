//! Builds a figure from a reading: to a year, with the formula in words.

use super::arithmetic::{periods_a_year, round4, show};
use crate::model::yields::{Period, YieldFigure, YieldSide};
use std::ops::Range;

/// A rate as read, before annualising.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    /// Percent per period, lowest and highest; `None` when masked.
    pub(super) percent: Option<(f64, f64)>,
    pub(super) period: Period,
    /// Percent was not written but is meant (预期年化收益率5.1).
    pub(super) bare: bool,
    /// The period was not written and is taken to be a year.
    pub(super) assumed_year: bool,
}

/// The figure of a rate at `span` of `text`.
pub(super) fn of_rate(text: &str, span: Range<usize>, rate: Rate, side: YieldSide) -> YieldFigure {
    let raw = raw(text, &span);
    let factor = if rate.assumed_year {
        Some(1.0)
    } else {
        periods_a_year(rate.period)
    };
    let annual = match (rate.percent, factor) {
        (Some((low, high)), Some(factor)) => Some((round4(low * factor), round4(high * factor))),
        _ => None,
    };
    YieldFigure {
        span,
        formula: formula(&raw, rate, annual),
        raw,
        percent: rate.percent.map(|(low, high)| (round4(low), round4(high))),
        period: rate.period,
        annual,
        side,
        masked: rate.percent.is_none(),
        approximate: rate.assumed_year,
        income: None,
    }
}

fn formula(raw: &str, rate: Rate, annual: Option<(f64, f64)>) -> String {
    let Some(percent) = rate.percent else {
        return format!("{raw}:数字被遮盖");
    };
    let mut text = format!("{raw} = {}", percents(percent));
    if rate.assumed_year {
        text += "/年(未写周期,按一年计)";
    } else {
        text += &to_a_year(rate.period);
    }
    match annual {
        _ if rate.assumed_year => {}
        _ if rate.period == Period::Year => {}
        Some(annual) => text += &format!(" = {}/年", percents(annual)),
        None => text += "(未写周期)",
    }
    if rate.bare {
        text += "(原文未写%)";
    }
    text
}

/// The step from a period to a year: `/月 × 12`, ` ÷ 90天 × 365`.
pub(super) fn to_a_year(period: Period) -> String {
    match period {
        Period::Days(days) => format!(" ÷ {days}天 × 365"),
        Period::Months(months) => format!(" ÷ {months}个月 × 12"),
        Period::Year => "/年".to_owned(),
        Period::Unknown => String::new(),
        _ => {
            let factor = periods_a_year(period).unwrap_or(1.0);
            format!("{} × {}", per(period), show(factor))
        }
    }
}

/// `6%` or `6%~8%`.
pub(super) fn percents((low, high): (f64, f64)) -> String {
    if (high - low).abs() < 1e-9 {
        format!("{}%", show(low))
    } else {
        format!("{}%~{}%", show(low), show(high))
    }
}

/// `/月` and the like.
fn per(period: Period) -> &'static str {
    match period {
        Period::Day => "/日",
        Period::Week => "/周",
        Period::Month => "/月",
        Period::Quarter => "/季",
        Period::Year => "/年",
        Period::Days(_) | Period::Months(_) | Period::Unknown => "",
    }
}

/// The text of a span on one line.
pub(super) fn raw(text: &str, span: &Range<usize>) -> String {
    text.get(span.clone())
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
