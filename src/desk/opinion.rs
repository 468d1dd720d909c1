//! What was done about warnings of opinion and crowds (舆情), folded from the desk's events. They are a class of their own
//! and no part of any score.

use super::decide::{Refused, because};
use crate::wire::desk::opinion::OpinionFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// A warning: the item in which it stands, and its number there.
pub type WarningId = (String, u32);

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handling {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// What.
    pub what: Handled,
}

/// What was done about a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handled {
    /// An officer saw it, with a remark that may be empty.
    Seen(String),
    /// It was passed on: to whom, how.
    PassedOn(String, String),
    /// Nothing is left to do: what came of it.
    Settled(String),
}

impl Handled {
    /// In Chinese.
    pub fn told(&self) -> String {
        match self {
            Self::Seen(comment) if comment.is_empty() => "已阅".to_owned(),
            Self::Seen(comment) => format!("已阅 {comment}"),
            Self::PassedOn(to, how) => format!("转{to}({how})"),
            Self::Settled(result) => format!("办结：{result}"),
        }
    }

    /// As it is kept.
    pub fn fact(self, (evidence_id, number): WarningId) -> OpinionFact {
        match self {
            Self::Seen(comment) => OpinionFact::Acknowledged {
                evidence_id,
                number,
                comment,
            },
            Self::PassedOn(to, how) => OpinionFact::PassedOn {
                evidence_id,
                number,
                to,
                how,
            },
            Self::Settled(result) => OpinionFact::Settled {
                evidence_id,
                number,
                result,
            },
        }
    }
}

/// All that was done, in its order.
pub fn handlings(events: &[DeskEvent]) -> BTreeMap<WarningId, Vec<Handling>> {
    let mut all: BTreeMap<WarningId, Vec<Handling>> = BTreeMap::new();
    for event in events {
        let DeskFact::Opinion(fact) = &event.what else {
            continue;
        };
        let (id, what) = match fact.clone() {
            OpinionFact::Acknowledged {
                evidence_id,
                number,
                comment,
            } => ((evidence_id, number), Handled::Seen(comment)),
            OpinionFact::PassedOn {
                evidence_id,
                number,
                to,
                how,
            } => ((evidence_id, number), Handled::PassedOn(to, how)),
            OpinionFact::Settled {
                evidence_id,
                number,
                result,
            } => ((evidence_id, number), Handled::Settled(result)),
        };
        all.entry(id).or_default().push(Handling {
            at: event.at,
            by: event.by.clone(),
            what,
        });
    }
    all
}

/// Whether nothing is left to do.
pub fn is_settled(handlings: &[Handling]) -> bool {
    handlings
        .iter()
        .any(|h| matches!(h.what, Handled::Settled(_)))
}

/// Does something about a warning.
///
/// # Errors
/// Says that it is settled, or that an urgent one was not passed on to anybody.
pub fn handle(before: &[Handling], urgent: bool, what: &Handled) -> Result<(), Refused> {
    if is_settled(before) {
        return Err(because("the warning is settled already"));
    }
    let passed_on = before
        .iter()
        .any(|h| matches!(h.what, Handled::PassedOn(..)));
    if urgent && !passed_on && matches!(what, Handled::Settled(_)) {
        return Err(because(
            "an urgent warning is passed on to somebody (`desk opinion pass`) before it is settled",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::desk::event;

    #[test]
    fn an_urgent_warning_is_passed_on_before_it_is_settled() {
        let settled = Handled::Settled("已劝返".to_owned());
        assert!(handle(&[], false, &settled).is_ok());
        assert!(handle(&[], true, &settled).is_err());
        let id = ("wx-a".to_owned(), 0);
        let steps = [
            Handled::Seen(String::new()),
            Handled::PassedOn("县公安局".to_owned(), "电话".to_owned()),
            settled.clone(),
        ];
        let events = steps.map(|s| {
            let fact = DeskFact::Opinion(s.fact(id.clone()));
            event(Utc::now(), "甲某", fact)
        });
        let all = handlings(&events);
        let done = &all[&id];
        assert!(handle(&done[..2], true, &settled).is_ok());
        assert!(handle(done, false, &settled).is_err());
        let told: Vec<String> = done.iter().map(|h| h.what.told()).collect();
        assert_eq!(told, ["已阅", "转县公安局(电话)", "办结：已劝返"]);
    }
}
