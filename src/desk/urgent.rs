//! Cases that are reported up at once (county plan: 一经发现涉嫌重大非法集资等违法行为,马上报告相关部门).

use super::cases::Case;
use crate::model::playbook::{Playbook, Scale};
use crate::model::politeness::politeness_group;
use chrono::{DateTime, Days, Utc};
use std::collections::BTreeSet;
use url::Url;

/// Why a case is reported up at once, in Chinese; nothing when it need not be.
pub fn reasons(case: &Case, book: &Playbook) -> Vec<String> {
    book.immediate_reasons(Scale {
        severity: case.opened.severity,
        yuan: case.opened.claimed_yuan,
        people: case.opened.claimed_people,
        sites: spread(case, book.immediate.days),
    })
}

/// Whether it should have been reported up and was not.
pub fn waits(case: &Case, book: &Playbook) -> bool {
    case.reports.is_empty() && !reasons(case, book).is_empty()
}

/// Most sites of the case that were first captured within so many days of one another.
fn spread(case: &Case, days: u32) -> usize {
    let mut first: Vec<(DateTime<Utc>, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut all: Vec<(DateTime<Utc>, String)> = case
        .evidence
        .iter()
        .filter_map(|(e, _)| {
            let at = e.captured.parse().ok()?;
            Some((at, politeness_group(&Url::parse(&e.url).ok()?)))
        })
        .collect();
    all.sort();
    for (at, site) in all {
        if seen.insert(site.clone()) {
            first.push((at, site));
        }
    }
    let window = Days::new(u64::from(days));
    let within = |start: &DateTime<Utc>| {
        let end = start.checked_add_days(window).unwrap_or(*start);
        first
            .iter()
            .filter(|(at, _)| at >= start && *at <= end)
            .count()
    };
    first.iter().map(|(at, _)| within(at)).max().unwrap_or(0)
}
