//! Evidence preserved in advance (行政处罚法 56): the record with its form, the time to decide, the decision.

use super::{CustodyError, Grounds, record};
use crate::model::custody::{Action, Actor, ItemKind};
use crate::storage::error::StorageError;
use crate::storage::index::ItemQuery;
use crate::storage::package::moment;
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::custody_record::{CUSTODY_FORMAT, CustodyRecord};
use crate::wire::custody_state::Decided;
use crate::wire::item_row::ItemRow;
use crate::wire::journal_entry::JournalEntry;
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// One item preserved in advance, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Preserved {
    /// Its line in lists.
    pub row: ItemRow,
    /// Until when it must be decided.
    pub decide_by: DateTime<Utc>,
    /// The decision, when there is one.
    pub decided: Option<Decided>,
}

impl Store {
    /// Records a preservation with its form; the item must have been sealed as preserved. Repeated, it changes nothing.
    /// Gives the path of the form.
    pub fn record_preservation(
        &self,
        sealed: &Sealed,
        unit: &str,
        form: &str,
        now: DateTime<Utc>,
    ) -> Result<PathBuf, CustodyError> {
        let id = sealed.evidence_id();
        let custody = &sealed.manifest().custody;
        let order = custody
            .preservation
            .as_ref()
            .ok_or_else(|| not_preserved(id))?;
        let path =
            record::path_of(self.home(), Action::Preserve, id).ok_or_else(|| not_preserved(id))?;
        if path.exists() {
            return Ok(path.with_extension("html"));
        }
        let names: Vec<&str> = custody.collectors.iter().map(|o| o.name.as_str()).collect();
        let draft = CustodyRecord {
            format: CUSTODY_FORMAT.to_owned(),
            action: Action::Preserve.code().to_owned(),
            subject: id.to_owned(),
            made: moment(now),
            actor: names.join("、"),
            role: "collector".to_owned(),
            unit: unit.to_owned(),
            approver: Some(order.approver.clone()),
            authority: order.authority.clone(),
            reason: format!("{}; decide by {}", order.reason, order.decide_by.utc),
            retained_until: None,
            within_retention: false,
            receiver: None,
            objects: vec![sealed.file_digest()],
            form: None,
            remark: None,
        };
        record::write(self.home(), self.journal(), draft, Some(form))?;
        Ok(path.with_extension("html"))
    }

    /// All items preserved in advance, those to be decided soonest first.
    pub fn preserved(&self) -> Result<Vec<Preserved>, StorageError> {
        let query = ItemQuery {
            kind: Some(ItemKind::PreservedCapture.code().to_owned()),
            ..ItemQuery::default()
        };
        let state = self.index().custody()?;
        let mut all: Vec<Preserved> = self
            .index()
            .items(&query)?
            .into_iter()
            .map(|row| Preserved {
                decide_by: row
                    .decide_by
                    .as_deref()
                    .and_then(|t| t.parse().ok())
                    .unwrap_or_default(),
                decided: state.decided.get(&row.evidence_id).cloned(),
                row,
            })
            .collect();
        all.sort_by(|a, b| {
            (a.decide_by, &a.row.evidence_id).cmp(&(b.decide_by, &b.row.evidence_id))
        });
        Ok(all)
    }

    /// Records what was decided on an item preserved in advance, once; a decision after its time says so.
    pub fn decide(
        &self,
        id: &str,
        decision: &str,
        grounds: &Grounds,
        now: DateTime<Utc>,
    ) -> Result<JournalEntry, CustodyError> {
        let sealed = Sealed::open(self.home(), id)?;
        let order = sealed.manifest().custody.preservation.as_ref();
        let order = order.ok_or_else(|| not_preserved(id))?;
        if super::state(self.home())?.decided.contains_key(id) {
            return Err(CustodyError::Bad {
                what: "decision",
                detail: format!(
                    "it was decided on {id} already; `wangxun evidence custody {id}` tells how"
                ),
            });
        }
        let late = order
            .decide_by
            .utc
            .parse::<DateTime<Utc>>()
            .is_ok_and(|by| now > by);
        let mut reason = format!("{decision}; {}", grounds.reason);
        if late {
            reason.push_str("; after its time");
        }
        let told = Grounds {
            reason,
            ..grounds.clone()
        };
        self.record_custody(told.act(Action::PreserveDecide, id))
    }

    /// Enters that officers attended a capture, and how it compares with the one before.
    pub fn record_attendance(
        &self,
        sealed: &Sealed,
        grounds: &Grounds,
    ) -> Result<JournalEntry, CustodyError> {
        let custody = &sealed.manifest().custody;
        let names: Vec<&str> = custody.collectors.iter().map(|o| o.name.as_str()).collect();
        let prior = match &custody.prior_capture {
            Some(prior) => format!(
                "held against {}: payload {}, text {} of 1000",
                prior.evidence_id,
                if prior.same_payload {
                    "same"
                } else {
                    "different"
                },
                prior.text_likeness
            ),
            None => "no earlier capture".to_owned(),
        };
        let told = Grounds {
            actor: Actor {
                name: names.join("、"),
                ..grounds.actor.clone()
            },
            reason: format!("{prior}; {}", grounds.reason),
            authority: grounds.authority.clone(),
        };
        let act = told.act(Action::Attend, sealed.evidence_id());
        self.record_custody(act.file(sealed.file_digest()))
    }
}

fn not_preserved(id: &str) -> CustodyError {
    CustodyError::Bad {
        what: "item",
        detail: format!(
            "{id} was not preserved in advance; `wangxun preserve list` shows those that were"
        ),
    }
}
