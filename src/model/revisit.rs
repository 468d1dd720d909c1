//! When a page is seen again: sooner where something was found or changed, later where it stays as it is.

use chrono::{DateTime, Utc};
use std::time::Duration;

/// How far apart two visits of a page may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisitBounds {
    /// Least time between two visits.
    pub least: Duration,
    /// Most time between two visits.
    pub most: Duration,
}

impl Default for RevisitBounds {
    /// Half a day to two weeks.
    fn default() -> Self {
        Self {
            least: Duration::from_secs(12 * 3600),
            most: Duration::from_secs(14 * 86_400),
        }
    }
}

/// What the last visit of a page showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Whether there was a finding.
    pub finding: bool,
    /// The verdict's score, 0 to 100.
    pub score: u8,
    /// Whether the page differs from the visit before; `None` at the first visit.
    pub changed: Option<bool>,
}

/// Below this score a page without a finding is nothing special.
const SUSPECT: u8 = 30;

impl RevisitBounds {
    /// The time until the next visit, given the one before the last visit. A finding: the least. Else halved by a change,
    /// longer by half without one; a first visit begins at twice the least. A page with a score of 30 and more is never
    /// left alone for more than four times the least.
    pub fn next(&self, before: Duration, seen: Seen) -> Duration {
        if seen.finding {
            return self.least;
        }
        let interval = match seen.changed {
            None => self.least.saturating_mul(2),
            Some(true) => before / 2,
            Some(false) => before.saturating_add(before / 2),
        };
        let most = if seen.score >= SUSPECT {
            self.most.min(self.least.saturating_mul(4))
        } else {
            self.most
        };
        interval.clamp(self.least, most.max(self.least))
    }
}

/// Whether a page whose next visit was set for `due` is to be seen now. A tenth of the interval is let pass, so that a page
/// visited at 9:01 is not found too fresh at 9:00 the next day.
pub fn is_due(due: DateTime<Utc>, interval: Duration, now: DateTime<Utc>) -> bool {
    let slack = chrono::TimeDelta::from_std(interval / 10).unwrap_or_default();
    due.checked_sub_signed(slack).is_none_or(|due| due <= now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn bounds(least: u32, most: u32) -> RevisitBounds {
        RevisitBounds {
            least: HOUR * least,
            most: HOUR * most,
        }
    }

    #[test]
    fn stable_pages_are_seen_less_and_less() {
        let bounds = bounds(12, 336);
        let mut interval = Duration::ZERO;
        let mut hours = Vec::new();
        for visit in 0..9 {
            let changed = (visit > 0).then_some(false);
            let seen = Seen {
                finding: false,
                score: 0,
                changed,
            };
            interval = bounds.next(interval, seen);
            hours.push(interval.as_secs() / 3600);
        }
        assert_eq!(hours, [24, 36, 54, 81, 121, 182, 273, 336, 336]);
        let changed = Seen {
            finding: false,
            score: 0,
            changed: Some(true),
        };
        assert_eq!(bounds.next(interval, changed), HOUR * 168);
        let finding = Seen {
            finding: true,
            score: 80,
            changed: Some(false),
        };
        assert_eq!(bounds.next(interval, finding), HOUR * 12);
    }

    proptest! {
        #[test]
        fn always_within_bounds_and_in_order(
            least in 1u32..1_000, more in 0u32..10_000, before in 0u64..100_000_000, score in 0u8..=100,
        ) {
            let bounds = bounds(least, least + more);
            let before = Duration::from_secs(before);
            let next = |finding, changed, score| bounds.next(before, Seen { finding, score, changed });
            for changed in [None, Some(false), Some(true)] {
                let quiet = next(false, changed, score);
                prop_assert!((bounds.least..=bounds.most).contains(&quiet));
                prop_assert!(next(true, changed, score) <= quiet);
                prop_assert!(quiet <= next(false, changed, 0));
            }
            prop_assert!(next(false, Some(true), score) <= next(false, Some(false), score));
        }
    }
}
