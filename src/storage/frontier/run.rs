//! A run: one patrol of one list, from its beginning to its end over any number of interruptions.

use chrono::{DateTime, Utc};
use std::fmt;

/// Identity of a run: the millisecond (since 1970, UTC) at which it began, moved on when that is taken. So identities
/// stay unique and in order even after the frontier was lost and rebuilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(u64);

impl RunId {
    /// The first identity at or after `now` that comes after `last`.
    pub fn next(now: DateTime<Utc>, last: Option<Self>) -> Self {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        Self(last.map_or(millis, |l| millis.max(l.0.saturating_add(1))))
    }

    /// The identity of a stored number.
    pub fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number, as stored.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The identity written by its `Display`, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let id = Self(u64::from_str_radix(text, 16).ok()?);
        (id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for RunId {
    /// Twelve lower-case hexadecimal digits (until the year 10889): short, and sorted as text like as numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}", self.0)
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its identity.
    pub id: RunId,
    /// SHA-256 of the patrol list: an interrupted run is only resumed with the list it began with.
    pub list_digest: [u8; 32],
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended, if it has.
    pub ended: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_grow_and_come_back_from_text() {
        let now = DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let first = RunId::next(now, None);
        let second = RunId::next(now, Some(first));
        assert!(second > first && second.to_string() > first.to_string());
        assert_eq!(RunId::parse(&first.to_string()), Some(first));
        assert_eq!(RunId::parse("1"), None);
        assert_eq!(RunId::parse("../../etc"), None);
    }
}
