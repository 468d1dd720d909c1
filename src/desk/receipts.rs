//! Receipts of operators: what each of them says of each entry, and what is overdue.

use super::referral::{Lists, Sent};
use crate::wire::desk::receipt::ReceiptFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// What an operator may answer, with the name shown to officers.
pub const RESULTS: [(&str, &str); 5] = [
    ("blocked", "已处置"),
    ("partial", "部分处置"),
    ("not-ours", "不属本单位"),
    ("refused", "不能办理"),
    ("lifted", "已解除"),
];

/// The name of a result.
pub fn label(result: &str) -> &str {
    let found = RESULTS.iter().find(|(code, _)| *code == result);
    found.map_or(result, |(_, label)| label)
}

/// The last answer of an operator to an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The serial to which it answers.
    pub serial: u32,
    /// What became of it.
    pub result: String,
    /// Why.
    pub reason: String,
    /// When it was done.
    pub done: DateTime<Utc>,
    /// Digest of the list, as stated.
    pub list_sha256: String,
    /// Who took it in.
    pub by: String,
}

/// All receipts: by operator and entry.
#[derive(Debug, Clone, Default)]
pub struct Receipts {
    /// The last answers.
    pub answers: BTreeMap<(String, String), Answer>,
}

/// What an operator still owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What was sent.
    pub sent: Sent,
    /// Entries without an answer.
    pub entries: Vec<String>,
    /// Days since it was due; 0 or less when it is not overdue.
    pub days_over: i64,
}

impl Receipts {
    /// Folds the desk's events.
    pub fn of(events: &[DeskEvent]) -> Self {
        let mut all = Self::default();
        for event in events {
            if let DeskFact::Receipt(ReceiptFact::Answered {
                operator,
                serial,
                list_sha256,
                entry,
                result,
                reason,
                done,
                ..
            }) = &event.what
            {
                let answer = Answer {
                    serial: *serial,
                    result: result.clone(),
                    reason: reason.clone(),
                    done: *done,
                    list_sha256: list_sha256.clone(),
                    by: event.by.clone(),
                };
                let key = (operator.clone(), entry.clone());
                let newer = |old: &Answer| (answer.serial, answer.done) >= (old.serial, old.done);
                if all.answers.get(&key).is_none_or(newer) {
                    all.answers.insert(key, answer);
                }
            }
        }
        all
    }

    /// What operators owe: of the last issue sent to each, the entries that were listed or changed by then and have no answer
    /// that fits. Of an active entry any answer fits, of a lifted one only that it was lifted or never theirs.
    pub fn owed(&self, lists: &Lists, today: NaiveDate) -> Vec<Owed> {
        let mut last: BTreeMap<(&str, &str), &Sent> = BTreeMap::new();
        for sent in &lists.sent {
            last.insert((&sent.operator, &sent.list_id), sent);
        }
        let mut owed = Vec::new();
        for ((operator, _), sent) in last {
            let entries: Vec<String> = lists
                .action
                .iter()
                .filter(|(_, listed)| listed.at <= sent.at)
                .filter(|(id, listed)| {
                    let answer = self.answers.get(&(operator.to_owned(), (*id).clone()));
                    let lifted = listed.status.state
                        != crate::model::takedown::status::EntryState::Active
                        && listed.status.since <= sent.at;
                    match answer {
                        None => true,
                        Some(a) if lifted => !matches!(a.result.as_str(), "lifted" | "not-ours"),
                        Some(_) => false,
                    }
                })
                .map(|(id, _)| id.clone())
                .collect();
            if !entries.is_empty() {
                owed.push(Owed {
                    sent: sent.clone(),
                    entries,
                    days_over: (today - sent.due).num_days(),
                });
            }
        }
        owed
    }
}
