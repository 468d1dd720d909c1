//! Appeals against entries: who reviews, by when, what came of it.

use super::decide::{Refused, because};
use crate::wire::desk::appeal::AppealFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Its number.
    pub number: String,
    /// The entry.
    pub entry: String,
    /// In which role the party objects.
    pub party: String,
    /// The grounds.
    pub grounds: String,
    /// When it came in.
    pub received: NaiveDate,
    /// The day by which it is to be decided.
    pub due: NaiveDate,
    /// Who entered it.
    pub filed_by: String,
    /// Who reviews it.
    pub reviewer: Option<String>,
    /// Outcome, reason, document, who decided.
    pub decided: Option<(String, String, String, String)>,
}

/// All appeals, by number.
pub fn appeals(events: &[DeskEvent]) -> BTreeMap<String, Appeal> {
    let mut all: BTreeMap<String, Appeal> = BTreeMap::new();
    for event in events {
        let DeskFact::Appeal(fact) = &event.what else {
            continue;
        };
        match fact.clone() {
            AppealFact::Remarked { .. } => {}
            AppealFact::Filed {
                number,
                entry,
                party,
                grounds,
                received,
                due,
            } => {
                all.entry(number.clone()).or_insert(Appeal {
                    number,
                    entry,
                    party,
                    grounds,
                    received,
                    due,
                    filed_by: event.by.clone(),
                    reviewer: None,
                    decided: None,
                });
            }
            AppealFact::Assigned { number, reviewer } => {
                if let Some(appeal) = all.get_mut(&number) {
                    appeal.reviewer = Some(reviewer);
                }
            }
            AppealFact::Decided {
                number,
                outcome,
                reason,
                document,
            } => {
                if let Some(appeal) = all.get_mut(&number) {
                    appeal.decided = Some((outcome, reason, document, event.by.clone()));
                }
            }
        }
    }
    all
}

/// Who reviews an appeal has had no part in what it is against.
///
/// # Errors
/// Names the part that the reviewer had.
pub fn may_review(reviewer: &str, authors: &[(&str, &str)]) -> Result<(), Refused> {
    match authors.iter().find(|(name, _)| *name == reviewer) {
        Some((name, part)) => Err(because(format!(
            "{name} {part} and cannot review the appeal: name another officer"
        ))),
        None => Ok(()),
    }
}

/// Decides an appeal.
///
/// # Errors
/// Says that somebody else reviews it, or that it is decided already.
pub fn decide(
    appeal: &Appeal,
    by: &str,
    outcome: &str,
    reason: &str,
    document: &str,
) -> Result<AppealFact, Refused> {
    if let Some((outcome, ..)) = &appeal.decided {
        return Err(because(format!(
            "{} is decided already: {outcome}",
            appeal.number
        )));
    }
    match &appeal.reviewer {
        Some(reviewer) if reviewer == by => Ok(AppealFact::Decided {
            number: appeal.number.clone(),
            outcome: outcome.to_owned(),
            reason: reason.to_owned(),
            document: document.to_owned(),
        }),
        Some(reviewer) => Err(because(format!(
            "{} is reviewed by {reviewer}, not by {by}",
            appeal.number
        ))),
        None => Err(because(format!(
            "nobody reviews {} yet: `wangxun takedown appeal assign`",
            appeal.number
        ))),
    }
}
