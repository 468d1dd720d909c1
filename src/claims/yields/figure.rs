//! Builds a figure from a reading: to a year, with the formula in words.

use super::arithmetic::{compounded, periods_a_year, round4, show};
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
    /// What had to be supplied because the text does not say it.
    pub(super) assumed: Assumed,
    /// The text says that the interest earns interest (复利); then so many times a year.
    pub(super) compounded: Option<f64>,
}

/// What was supplied about the period of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assumed {
    /// Nothing: the text says it.
    Nothing,
    /// A year, as is the custom for yields and interest.
    Year,
    /// A month, as is the custom for 分 and 厘.
    Month,
    /// A day: bought yesterday, sold today.
    Day,
}

impl Assumed {
    /// Said in the formula.
    fn note(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Year => "(未写周期,按一年计)",
            Self::Month => "(未写周期,按民间习惯以月计)",
            Self::Day => "(未写周期,语境为当日买卖,按一日计)",
        }
    }
}

/// The figure of a rate at `span` of `text`.
pub(super) fn of_rate(text: &str, span: Range<usize>, rate: Rate, side: YieldSide) -> YieldFigure {
    let raw = raw(text, &span);
    let annual = rate.percent.and_then(|(low, high)| {
        let low = a_year(low, rate)?;
        Some((round4(low), round4(a_year(high, rate)?)))
    });
    YieldFigure {
        span,
        formula: formula(&raw, rate, annual),
        raw,
        percent: rate.percent.map(|(low, high)| (round4(low), round4(high))),
        period: rate.period,
        annual,
        with_base: None,
        side,
        masked: rate.percent.is_none(),
        approximate: rate.assumed != Assumed::Nothing || rate.bare,
        income: None,
    }
}

/// Percent a year of a percentage of the rate's period.
fn a_year(percent: f64, rate: Rate) -> Option<f64> {
    match rate.compounded {
        Some(times) => {
            let each = percent * periods_a_year(rate.period)? / times;
            Some(compounded(each, times))
        }
        None if rate.assumed == Assumed::Year => Some(percent),
        None => Some(percent * periods_a_year(rate.period)?),
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
        with_base: None,
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
    let year = rate.assumed == Assumed::Year || rate.period == Period::Year;
    match (rate.compounded, annual) {
        (Some(times), Some(annual)) => {
            let each = periods_a_year(rate.period).unwrap_or(1.0) * percent.1 / times;
            text += &format!(
                "{},复利 (1 + {}%)^{} - 1 = {}/年",
                unit_name(rate.period),
                show(each),
                show(times),
                percents(annual)
            );
        }
        (_, Some(_)) if year => text += "/年",
        (_, Some(annual)) => {
            text += &format!("{} = {}/年", to_a_year(rate.period), percents(annual));
        }
        (_, None) => text += &format!("{}(未写周期)", to_a_year(rate.period)),
    }
    text += rate.assumed.note();
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
            format!("{} × {}", unit_name(period), show(factor))
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
pub(super) fn unit_name(period: Period) -> &'static str {
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
            assumed: Assumed::Nothing,
            compounded: None,
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
