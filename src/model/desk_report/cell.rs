//! A cell of a table: a value with its type, so that each form of a report can show it in its own way.

use super::count::Count;
use super::trace::Trace;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A line left blank for a pen.
    Blank,
    /// Words.
    Text(String),
    /// A count with what was counted.
    Count(Count),
    /// A part of a whole. A whole of nothing has no share.
    Share {
        /// The part.
        part: Count,
        /// The whole.
        whole: Count,
    },
    /// A day.
    Date(NaiveDate),
    /// A moment, shown in Beijing time.
    Moment(DateTime<Utc>),
    /// An amount in fen.
    Fen(i64),
    /// A number that counts nothing, such as a score or a severity.
    Figure(i64),
    /// Identifiers.
    Traces(Vec<Trace>),
}

impl Cell {
    /// Words.
    pub fn text(words: impl Into<String>) -> Self {
        Self::Text(words.into())
    }

    /// A count of these things.
    pub fn count(things: impl IntoIterator<Item = Trace>) -> Self {
        Self::Count(Count::of(things))
    }

    /// A day, when there is one.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Date)
    }

    /// A moment, when there is one.
    pub fn moment(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::Empty, Self::Moment)
    }

    /// The counts in it.
    pub fn counts(&self) -> Vec<&Count> {
        match self {
            Self::Count(count) => vec![count],
            Self::Share { part, whole } => vec![part, whole],
            _ => Vec::new(),
        }
    }

    /// Whether it stands on the right side of its column.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Count(_) | Self::Share { .. } | Self::Fen(_) | Self::Figure(_)
        )
    }

    /// As words, for terminals and for forms that know nothing else.
    pub fn words(&self) -> String {
        match self {
            Self::Empty | Self::Blank => String::new(),
            Self::Text(words) => words.clone(),
            Self::Count(count) => count.number().to_string(),
            Self::Share { part, whole } => share(part.number(), whole.number()),
            Self::Date(day) => day.to_string(),
            Self::Moment(at) => beijing(*at).format("%Y-%m-%d %H:%M").to_string(),
            Self::Fen(fen) => yuan(*fen),
            Self::Figure(number) => number.to_string(),
            Self::Traces(traces) => {
                let ids: Vec<&str> = traces.iter().map(|t| t.id.as_str()).collect();
                ids.join("、")
            }
        }
    }
}

/// The clock of Beijing (UTC+8, no summer time).
pub fn beijing(at: DateTime<Utc>) -> NaiveDateTime {
    let utc = at.naive_utc();
    utc.checked_add_signed(TimeDelta::hours(8)).unwrap_or(utc)
}

/// `25.0%`; a whole of nothing has no share.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let tenths = (u128::from(part) * 2000 + u128::from(whole)) / (2 * u128::from(whole));
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// `1,234.50` from 123450 fen.
pub fn yuan(fen: i64) -> String {
    let whole = (fen.unsigned_abs() / 100).to_string();
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{grouped}.{:02}", fen.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_nothing_has_none() {
        for (part, whole, words) in [
            (1, 4, "25.0%"),
            (1, 3, "33.3%"),
            (2, 3, "66.7%"),
            (0, 5, "0.0%"),
            (7, 7, "100.0%"),
            (0, 0, "—"),
        ] {
            assert_eq!(share(part, whole), words);
        }
    }

    #[test]
    fn money_is_grouped() {
        for (fen, words) in [
            (0, "0.00"),
            (5, "0.05"),
            (123_450, "1,234.50"),
            (-100_000_000, "-1,000,000.00"),
        ] {
            assert_eq!(yuan(fen), words);
        }
    }

    #[test]
    fn moments_are_told_in_beijing() {
        let at = DateTime::parse_from_rfc3339("2026-11-25T16:05:00Z").unwrap();
        assert_eq!(Cell::Moment(at.to_utc()).words(), "2026-11-26 00:05");
    }
}
