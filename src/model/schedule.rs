//! When something is due: a period or a cron pattern in the office's time, and hours in which nothing is begun.

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use std::fmt;
use std::time::Duration;

/// Beijing time, which knows no summer time since 1991.
pub const BEIJING: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours are an offset"),
};

/// Shortest and longest period.
const PERIODS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(366 * 86_400));

/// When runs are due.
#[derive(Debug, Clone)]
pub struct Schedule {
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Every(Duration),
    Cron(Box<Cron>),
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Schedule {
    /// Reads `every 30m` (s, m, h, d), or a cron pattern of five fields: minute, hour, day of the month, month, day of
    /// the week (0 or 7 is Sunday); `@daily` and the like. Where day of the month and day of the week are both given,
    /// either is enough, as in cron. The error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let kind = match text.strip_prefix("every ") {
            Some(period) => Kind::Every(period_of(period)?),
            None => Kind::Cron(Box::new(cron_of(&text)?)),
        };
        Ok(Self { text, kind })
    }

    /// The first moment after `after` at which a run is due; `None` when there is none in the calendar.
    pub fn next_after(&self, after: DateTime<Utc>, zone: FixedOffset) -> Option<DateTime<Utc>> {
        match &self.kind {
            Kind::Every(period) => shifted(grid(after, *period, zone)?, *period),
            Kind::Cron(cron) => cron
                .find_next_occurrence(&after.with_timezone(&zone), false)
                .ok()
                .map(|at| at.to_utc()),
        }
    }

    /// The last moment up to `at` (itself included) at which a run was due.
    pub fn latest(&self, at: DateTime<Utc>, zone: FixedOffset) -> Option<DateTime<Utc>> {
        match &self.kind {
            Kind::Every(period) => grid(at, *period, zone),
            Kind::Cron(cron) => cron
                .find_previous_occurrence(&at.with_timezone(&zone), true)
                .ok()
                .map(|at| at.to_utc()),
        }
    }

    /// How many runs were due after `from` and up to `until`, counted up to 1,000.
    pub fn count(&self, from: DateTime<Utc>, until: DateTime<Utc>, zone: FixedOffset) -> usize {
        let mut count = 0;
        let mut at = from;
        while count < 1_000 {
            match self.next_after(at, zone).filter(|next| *next <= until) {
                Some(next) => at = next,
                None => break,
            }
            count += 1;
        }
        count
    }
}

/// Periods are counted from midnight of 1 January 1970 in the zone, so that a restart changes nothing.
fn grid(at: DateTime<Utc>, period: Duration, zone: FixedOffset) -> Option<DateTime<Utc>> {
    let period = i64::try_from(period.as_millis()).ok()?;
    let shift = i64::from(zone.local_minus_utc()) * 1_000;
    let local = at.timestamp_millis().checked_add(shift)?;
    DateTime::from_timestamp_millis(local - local.rem_euclid(period) - shift)
}

fn shifted(at: DateTime<Utc>, by: Duration) -> Option<DateTime<Utc>> {
    at.checked_add_signed(TimeDelta::from_std(by).ok()?)
}

fn period_of(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no period: write every 30m, every 6h, every 1d");
    let text = text.trim();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).unwrap_or_default().trim();
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let period = Duration::from_secs(number.saturating_mul(seconds));
    if (PERIODS.0..=PERIODS.1).contains(&period) {
        Ok(period)
    } else {
        Err("a period is one second to 366 days".to_owned())
    }
}

fn cron_of(text: &str) -> Result<Cron, String> {
    // The pattern's own limits are small, but nobody writes a long one.
    if text.len() > 200 {
        return Err("the pattern is too long".to_owned());
    }
    let parser = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build();
    let cron = parser.parse(text).map_err(|error| {
        format!(
            "not a cron pattern of five fields ({error}): write \"0 9 * * 1-5\" or \"every 6h\""
        )
    })?;
    let reference = DateTime::UNIX_EPOCH.with_timezone(&BEIJING);
    match cron.find_next_occurrence(&reference, false) {
        Ok(_) => Ok(cron),
        Err(_) => Err("no day of any year fits the pattern".to_owned()),
    }
}

/// Reads a time zone: `Asia/Shanghai`, `UTC`, or an offset such as `+08:00`. Other names are not known: their summer
/// time would need a table that changes.
pub fn zone_of(text: &str) -> Option<FixedOffset> {
    match text {
        "Asia/Shanghai" | "Asia/Chongqing" | "PRC" | "北京时间" => Some(BEIJING),
        "UTC" | "Z" => FixedOffset::east_opt(0),
        offset => offset.parse().ok(),
    }
}

/// Hours of every day in which no run begins, and a running one rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From this time of day on.
    pub from: NaiveTime,
    /// Until this one; earlier than `from` means on the next day.
    pub until: NaiveTime,
}

impl QuietHours {
    /// Reads `22:00-06:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let hours = Self {
            from: time(from)?,
            until: time(until)?,
        };
        (hours.from != hours.until).then_some(hours)
    }

    /// When the quiet hours that hold at `at` end; `None` when none hold.
    pub fn end(&self, at: DateTime<Utc>, zone: FixedOffset) -> Option<DateTime<Utc>> {
        let time = at.with_timezone(&zone).time();
        let inside = if self.from < self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        };
        inside.then(|| at + ahead(time, self.until))
    }

    /// Time from `at`, when none hold, until the next ones begin.
    pub fn begin_in(&self, at: DateTime<Utc>, zone: FixedOffset) -> Duration {
        let time = at.with_timezone(&zone).time();
        ahead(time, self.from).to_std().unwrap_or_default()
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{}",
            self.from.format("%H:%M"),
            self.until.format("%H:%M")
        )
    }
}

/// From one time of day to the next occurrence of another; a whole day to itself.
fn ahead(from: NaiveTime, to: NaiveTime) -> TimeDelta {
    let ahead = to - from;
    if ahead > TimeDelta::zero() {
        ahead
    } else {
        ahead + TimeDelta::days(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn next_and_latest_in_beijing_time() {
        for (schedule, after, next) in [
            (
                "0 9 * * 1-5",
                "2026-11-26T09:00:00+08:00",
                "2026-11-27T09:00:00+08:00",
            ),
            (
                "0 9 * * 1-5",
                "2026-11-27T09:00:01+08:00",
                "2026-11-30T09:00:00+08:00",
            ),
            (
                "30 0 1 * *",
                "2026-11-30T23:00:00+08:00",
                "2026-12-01T00:30:00+08:00",
            ),
            (
                "0 8 31 * *",
                "2026-08-31T08:00:00+08:00",
                "2026-10-31T08:00:00+08:00",
            ),
            (
                "0 8 29 2 *",
                "2026-01-01T00:00:00+08:00",
                "2028-02-29T08:00:00+08:00",
            ),
            (
                "0 8 L * *",
                "2026-02-01T00:00:00+08:00",
                "2026-02-28T08:00:00+08:00",
            ),
            (
                "*/20 * * * *",
                "2026-11-26T23:40:00+08:00",
                "2026-11-27T00:00:00+08:00",
            ),
            (
                "0 0 * * 7",
                "2026-11-26T00:00:00+08:00",
                "2026-11-29T00:00:00+08:00",
            ),
            (
                "@daily",
                "2026-12-31T12:00:00+08:00",
                "2027-01-01T00:00:00+08:00",
            ),
            (
                "every 6h",
                "2026-11-26T05:59:59+08:00",
                "2026-11-26T06:00:00+08:00",
            ),
            (
                "every  2s",
                "2026-11-26T00:00:01+08:00",
                "2026-11-26T00:00:02+08:00",
            ),
        ] {
            let schedule = Schedule::parse(schedule).unwrap();
            let (after, next) = (at(after), at(next));
            assert_eq!(
                schedule.next_after(after, BEIJING),
                Some(next),
                "{schedule}"
            );
            assert_eq!(schedule.latest(next, BEIJING), Some(next), "{schedule}");
            assert!(
                schedule.latest(after, BEIJING).unwrap() <= after,
                "{schedule}"
            );
        }
    }

    #[test]
    fn what_is_no_schedule_is_said() {
        for text in [
            "",
            "9",
            "* * * *",
            "0 9 * * 1-5 *",
            "61 * * * *",
            "0 25 * * *",
            "0 0 31 2 *",
            "every",
            "every 0s",
            "every 5",
            "every 5x",
            "every -1s",
            "every 400d",
            "every 99999999999999999999d",
            "0 9 * * monday-fry",
            &"1,".repeat(200),
        ] {
            assert!(Schedule::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn zones() {
        assert_eq!(zone_of("Asia/Shanghai"), Some(BEIJING));
        assert_eq!(zone_of("+08:00"), Some(BEIJING));
        assert_eq!(zone_of("UTC").map(|z| z.local_minus_utc()), Some(0));
        assert_eq!(zone_of("Europe/Berlin"), None);
    }

    #[test]
    fn quiet_hours_over_midnight() {
        let quiet = QuietHours::parse("22:00-06:00").unwrap();
        for (now, end) in [
            ("2026-11-26T21:59:59+08:00", None),
            (
                "2026-11-26T22:00:00+08:00",
                Some("2026-11-27T06:00:00+08:00"),
            ),
            (
                "2026-11-27T05:59:59+08:00",
                Some("2026-11-27T06:00:00+08:00"),
            ),
            ("2026-11-27T06:00:00+08:00", None),
        ] {
            assert_eq!(quiet.end(at(now), BEIJING), end.map(at), "{now}");
        }
        let noon = at("2026-11-26T12:00:00+08:00");
        assert_eq!(
            quiet.begin_in(noon, BEIJING),
            Duration::from_secs(10 * 3600)
        );
        assert_eq!(quiet.to_string(), "22:00-06:00");
        for wrong in ["", "22-6", "22:00", "22:00-22:00", "25:00-01:00"] {
            assert_eq!(QuietHours::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        /// Due moments are the fixed points: nothing is due between one and the next, whatever the moment.
        #[test]
        fn latest_and_next_meet(seconds in 1_500_000_000i64..2_500_000_000, which in 0usize..6) {
            let patterns = ["0 9 * * 1-5", "*/7 * * * *", "15 3 L * *", "0 0 1,15 * 3", "every 7h", "every 90s"];
            let schedule = Schedule::parse(patterns[which]).unwrap();
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let latest = schedule.latest(now, BEIJING).unwrap();
            let next = schedule.next_after(now, BEIJING).unwrap();
            prop_assert!(latest <= now && now < next);
            prop_assert_eq!(schedule.next_after(latest, BEIJING), Some(next));
            prop_assert_eq!(schedule.latest(next - TimeDelta::milliseconds(1), BEIJING), Some(latest));
            prop_assert_eq!(schedule.count(latest, next, BEIJING), 1);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9*/,a-zL#@? -]{0,40}") {
            if let Ok(schedule) = Schedule::parse(&text) {
                let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
                let _ = schedule.next_after(now, BEIJING);
            }
        }
    }
}
