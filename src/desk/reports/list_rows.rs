//! Rows of issued lists, of receipts and of rechecks.

use super::facts::{Facts, ListRow, ReceiptRow, RecheckRow};
use crate::desk::figures::day_of;
use crate::desk::receipts::{Receipts, label};
use crate::desk::recheck::{SeenAgain, proposal_label};
use crate::desk::referral::Lists;
use crate::wire::desk::receipt::ReceiptFact;
use crate::wire::desk::recheck::RecheckFact;
use crate::wire::desk::takedown::TakedownFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Adds what became of lists until `end`.
pub(super) fn add(facts: &mut Facts, events: &[DeskEvent], end: DateTime<Utc>) {
    let lists = Lists::of(events);
    facts.lists = issued(events);
    facts.receipts = answered(events);
    facts.receipts.extend(owed(events, &lists, end));
    facts.rechecks = seen(events, &lists);
}

fn issued(events: &[DeskEvent]) -> Vec<ListRow> {
    let mut cases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut rows = Vec::new();
    for event in events {
        match &event.what {
            DeskFact::Takedown(TakedownFact::Listed(target)) => {
                let of = cases.entry(target.list.as_str()).or_default();
                of.insert(&target.case);
            }
            DeskFact::Takedown(TakedownFact::Built { header, .. }) => {
                let on_it = cases.get(header.kind.as_str()).into_iter().flatten();
                let counts = &header.counts;
                rows.push(ListRow {
                    id: format!("{} 第{}期", header.list_id, header.serial),
                    serial: u64::from(header.serial),
                    issued: header.issued,
                    expires: Some(header.expires),
                    active: counts.active,
                    ended: counts.withdrawn + counts.expired + counts.superseded,
                    cases: on_it.map(|case| (*case).to_owned()).collect(),
                    by: event.by.clone(),
                });
            }
            _ => {}
        }
    }
    rows
}

/// What operators answered: one row for each operator and issue, the last answer to each entry.
fn answered(events: &[DeskEvent]) -> Vec<ReceiptRow> {
    type Answers<'e> = BTreeMap<&'e str, &'e str>;
    let mut all: BTreeMap<(&str, &str, u32), (DateTime<Utc>, Answers<'_>)> = BTreeMap::new();
    for event in events {
        if let DeskFact::Receipt(ReceiptFact::Answered {
            operator,
            list_id,
            serial,
            entry,
            result,
            ..
        }) = &event.what
        {
            let key = (operator.as_str(), list_id.as_str(), *serial);
            let (at, answers) = all.entry(key).or_insert_with(|| (event.at, Answers::new()));
            *at = (*at).max(event.at);
            answers.insert(entry, result);
        }
    }
    let row = |((operator, list, serial), (at, answers)): ((&str, &str, u32), (_, Answers<'_>))| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for result in answers.into_values() {
            *counts.entry(label(result)).or_default() += 1;
        }
        ReceiptRow {
            id: format!("{operator} {list} {serial}"),
            operator: operator.to_owned(),
            serial: u64::from(serial),
            received: Some(at),
            results: counts.into_iter().map(|(l, n)| (l.to_owned(), n)).collect(),
        }
    };
    all.into_iter().map(row).collect()
}

/// What operators have not answered.
fn owed(events: &[DeskEvent], lists: &Lists, end: DateTime<Utc>) -> Vec<ReceiptRow> {
    // The end of a period is the first moment after it.
    let last_day = day_of(end - TimeDelta::milliseconds(1));
    let owed = Receipts::of(events).owed(lists, last_day);
    owed.into_iter()
        .map(|owed| ReceiptRow {
            id: format!(
                "{} {} {}",
                owed.sent.operator, owed.sent.list_id, owed.sent.serial
            ),
            operator: owed.sent.operator,
            serial: u64::from(owed.sent.serial),
            received: None,
            results: Vec::new(),
        })
        .collect()
}

fn seen(events: &[DeskEvent], lists: &Lists) -> Vec<RecheckRow> {
    let facts = events.iter().filter_map(|event| match &event.what {
        DeskFact::Recheck(fact) => Some(fact),
        _ => None,
    });
    facts
        .filter_map(|fact| {
            let RecheckFact::Seen {
                entry,
                order,
                at,
                result,
                before,
                after,
                proposal,
                ..
            } = fact
            else {
                return None;
            };
            let listed = lists.get(entry);
            let seen = SeenAgain::parse(result).map_or(result.as_str(), |known| known.label());
            Some(RecheckRow {
                id: order.clone(),
                at: *at,
                case: listed.map(|l| l.what.case.clone()).unwrap_or_default(),
                target: listed.map_or_else(|| entry.clone(), |l| l.target.shown().to_owned()),
                result: format!("{seen}（{}）", proposal_label(proposal)),
                evidence: (before.clone(), after.clone()),
            })
        })
        .collect()
}
