//! The days that a report tells of, in Beijing time.

use super::cell::beijing;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// From one day to another, both belonging to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

impl Period {
    /// A period; `None` when it would end before it begins.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// One day.
    pub fn day(day: NaiveDate) -> Self {
        Self { from: day, to: day }
    }

    /// The week from Monday to Sunday in which a day lies.
    pub fn week(day: NaiveDate) -> Self {
        let back = u64::from(day.weekday().num_days_from_monday());
        let from = day.checked_sub_days(Days::new(back)).unwrap_or(day);
        let to = from.checked_add_days(Days::new(6)).unwrap_or(day);
        Self { from, to }
    }

    /// The month in which a day lies.
    pub fn month(day: NaiveDate) -> Self {
        let from = day.with_day(1).unwrap_or(day);
        let to = (28..=31).rev().find_map(|last| day.with_day(last));
        Self {
            from,
            to: to.unwrap_or(day),
        }
    }

    /// The first day.
    pub fn from(&self) -> NaiveDate {
        self.from
    }

    /// The last day.
    pub fn to(&self) -> NaiveDate {
        self.to
    }

    /// Whether a day belongs to it.
    pub fn has(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether a moment belongs to it.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.has(beijing(at).date())
    }

    /// The moment at which it ends; that moment itself is outside.
    pub fn end(&self) -> DateTime<Utc> {
        let after = self.to.checked_add_days(Days::new(1)).unwrap_or(self.to);
        let midnight = NaiveDateTime::from(after);
        let utc = midnight.checked_sub_signed(TimeDelta::hours(8));
        utc.unwrap_or(midnight).and_utc()
    }

    /// Its days, at most `most` of them.
    pub fn days(&self, most: usize) -> Vec<NaiveDate> {
        let all = self.from.iter_days().take_while(|day| *day <= self.to);
        all.take(most).collect()
    }

    /// 2026年11月26日, or 2026年11月23日至2026年11月29日.
    pub fn label(&self) -> String {
        match self.from == self.to {
            true => chinese(self.from),
            false => format!("{}至{}", chinese(self.from), chinese(self.to)),
        }
    }
}

/// 2026年11月26日.
pub fn chinese(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_and_months() {
        let week = Period::week(day("2026-11-26"));
        assert_eq!(
            (week.from(), week.to()),
            (day("2026-11-23"), day("2026-11-29"))
        );
        let month = Period::month(day("2028-02-10"));
        assert_eq!(
            (month.from(), month.to()),
            (day("2028-02-01"), day("2028-02-29"))
        );
        assert_eq!(Period::new(day("2026-01-02"), day("2026-01-01")), None);
        assert_eq!(Period::day(day("2026-11-26")).label(), "2026年11月26日");
        assert_eq!(week.days(99).len(), 7);
    }

    #[test]
    fn a_day_is_a_day_of_beijing() {
        let period = Period::day(day("2026-11-26"));
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        assert!(period.holds(at("2026-11-25T16:00:00Z")));
        assert!(!period.holds(at("2026-11-25T15:59:59Z")));
        assert!(!period.holds(period.end()));
        assert_eq!(period.end(), at("2026-11-26T16:00:00Z"));
    }
}
