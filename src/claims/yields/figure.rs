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
    /// Percent was not written but is meant (预期年化收益率5.3).
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

/// The figure of a gain of so many per cent over a period; `start` shows how the per cent was got.
pub(super) fn of_gain(
    text: &str,
    span: Range<usize>,
    percent: f64,
    period: Option<Period>,
    start: &str,
    side: YieldSide,
) -> YieldFigure {
    let period = period.unwrap_or(Period::Unknown);
    let annual = periods_a_year(period).map(|factor| round4(percent * factor));
    let raw = raw(text, &span);
    let mut formula = format!("{raw}:{start}{}", to_a_year(period));
    match annual {
        Some(_) if period == Period::Year => {}
        Some(annual) => formula += &format!(" = {}%/年", show(annual)),
        None => formula += "(未写周期)",
    }
    let percent = round4(percent);
    YieldFigure {
        span,
        formula,
        raw,
        percent: Some((percent, percent)),
        period,
        annual: annual.map(|a| (a, a)),
        side,
        masked: false,
        approximate: false,
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
fn to_a_year(period: Period) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(period: Period, percent: Option<(f64, f64)>) -> (Option<(f64, f64)>, String) {
        let rate = Rate {
            percent,
            period,
            bare: false,
            assumed_year: false,
        };
        let figure = of_rate("月息2分", 0..10, rate, YieldSide::Return);
        (figure.annual, figure.formula)
    }

    #[test]
    fn formulas_show_every_step() {
        assert_eq!(
            shown(Period::Month, Some((2.0, 2.0))),
            (
                Some((24.0, 24.0)),
                "月息2分 = 2%/月 × 12 = 24%/年".to_owned()
            )
        );
        assert_eq!(
            shown(Period::Days(73), Some((1.0, 2.0))),
            (
                Some((5.0, 10.0)),
                "月息2分 = 1%~2% ÷ 73天 × 365 = 5%~10%/年".to_owned()
            )
        );
        assert_eq!(
            shown(Period::Unknown, Some((3.0, 3.0))).1,
            "月息2分 = 3%(未写周期)"
        );
        assert_eq!(
            shown(Period::Year, None),
            (None, "月息2分:数字被遮盖".to_owned())
        );
    }
}
