//! The arithmetic of rates: to a year, internal rate of return, rounding.

use crate::model::yields::Period;

/// Days of a year in all conversions (YD-CALC: 日化 × 365).
pub(super) const YEAR_DAYS: f64 = 365.0;

/// How many such periods a year has; `None` when the period is not said.
pub(super) fn periods_a_year(period: Period) -> Option<f64> {
    Some(match period {
        Period::Day => YEAR_DAYS,
        Period::Week => 52.0,
        Period::Month => 12.0,
        Period::Quarter => 4.0,
        Period::Year => 1.0,
        Period::Days(0) | Period::Months(0) | Period::Unknown => return None,
        Period::Days(days) => YEAR_DAYS / f64::from(days),
        Period::Months(months) => 12.0 / f64::from(months),
    })
}

/// Percent a year of `percent` added so many `times`, each time on what has grown.
pub(super) fn compounded(percent: f64, times: f64) -> f64 {
    ((1.0 + percent / 100.0).powf(times) - 1.0) * 100.0
}

/// Rounded to four decimals, the precision of every stored figure.
pub(super) fn round4(value: f64) -> f64 {
    let rounded = (value * 10_000.0).round() / 10_000.0;
    if rounded.is_finite() { rounded } else { value }
}

/// A number for people: at most four decimals, no trailing zeros.
pub(super) fn show(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// The rate per period at which `terms` equal payments repay `principal`; `None` when they do not
/// even return it, or make no sense.
pub(super) fn rate_of_instalments(principal: f64, payment: f64, terms: u32) -> Option<f64> {
    let sound = principal > 0.0 && payment > 0.0 && (1..=600).contains(&terms);
    if !sound || payment * f64::from(terms) < principal * (1.0 - 1e-12) {
        return None;
    }
    let worth = |rate: f64| -> f64 {
        if rate.abs() < 1e-12 {
            payment * f64::from(terms)
        } else {
            payment * (1.0 - (1.0 + rate).powi(-(terms as i32))) / rate
        }
    };
    let (mut low, mut high) = (0.0, 1.0);
    while worth(high) > principal {
        high *= 2.0;
        if high > 1e6 {
            return None;
        }
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if worth(middle) > principal {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_rates() {
        assert_eq!(periods_a_year(Period::Days(73)), Some(5.0));
        assert_eq!(periods_a_year(Period::Unknown), None);
        // 10,000 in 12 payments of 888.49 is 1 % a month.
        let rate = rate_of_instalments(10_000.0, 888.487_886_783_416, 12).expect("repays");
        assert!((rate - 0.01).abs() < 1e-9, "{rate}");
        assert_eq!(rate_of_instalments(10_000.0, 500.0, 12), None);
        assert_eq!(show(24.0), "24");
        assert_eq!(show(18.25), "18.25");
        assert_eq!(show(-0.000_01), "0");
    }

    #[test]
    fn interest_on_interest() {
        // 2 % a month makes 26.82 % a year.
        assert_eq!(round4(compounded(2.0, 12.0)), 26.8242);
        assert_eq!(compounded(7.0, 1.0).round(), 7.0);
    }

    proptest! {
        #[test]
        fn compounding_never_lowers_a_rate(percent in 0.0..50.0f64, times in 1u32..400) {
            let times = f64::from(times);
            prop_assert!(compounded(percent / times, times) >= percent - 1e-6);
        }

        #[test]
        fn instalments_are_worth_the_principal_at_their_rate(
            principal in 100.0..1e6f64, share in 1.0..2.0f64, terms in 1u32..120
        ) {
            let payment = principal * share / f64::from(terms);
            let rate = rate_of_instalments(principal, payment, terms).expect("repays");
            let worth: f64 = (1..=terms).map(|k| payment / (1.0 + rate).powi(k as i32)).sum();
            prop_assert!((worth - principal).abs() < principal * 1e-6, "{} {}", worth, principal);
        }

        #[test]
        fn shorter_periods_make_higher_years(days in 1u32..3650) {
            let short = periods_a_year(Period::Days(days)).expect("days");
            let long = periods_a_year(Period::Days(days + 1)).expect("days");
            prop_assert!(short > long);
        }

        #[test]
        fn shown_numbers_read_back(value in 0.0..1e6f64) {
            let back: f64 = show(value).parse().expect("a number");
            prop_assert!((back - value).abs() <= 0.000_051);
        }
    }
}
