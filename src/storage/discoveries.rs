//! Decisions about proposed sites, and the sites that tips name. Decisions stand in the journal, tips among the desk's
//! events; the index keeps a copy of both.

use super::custody::for_each_entry;
use super::error::StorageError;
use super::journal::Act;
use super::store::Store;
use crate::model::custody::{Action, Actor};
use crate::wire::desk::DeskFact;
use crate::wire::desk::tip::{TakenTip, TipFact};
use crate::wire::journal_entry::JournalEntry;
use crate::wire::proposal::{Decision, ProposalKind, Sighting};

/// Before the subject in the journal.
const SITE: &str = "site:";

fn decision_of(entry: &JournalEntry) -> Option<Decision> {
    let accepted = entry.action == Action::SeedAccept.code();
    let rejected = entry.action == Action::SeedReject.code();
    let subject = entry.object.strip_prefix(SITE)?;
    (accepted || rejected).then(|| Decision {
        subject: subject.to_owned(),
        accepted,
        reason: entry.reason.clone().unwrap_or_default(),
        actor: entry.actor.clone(),
        at: entry.time.clone(),
    })
}

impl Store {
    /// Sees to it that the index knows what the journals say of decisions and the desk of tips.
    pub fn take_up_discoveries(&self) -> Result<(), StorageError> {
        if self.index().knows_decisions()? {
            return Ok(());
        }
        let mut decisions = Vec::new();
        for_each_entry(self.home(), &mut |entry| {
            decisions.extend(decision_of(&entry))
        })?;
        decisions.sort_by(|a, b| a.at.cmp(&b.at));
        for decision in &decisions {
            self.index().decide(decision)?;
        }
        let events = super::desk::read(self.home())?;
        let taken = events.iter().filter_map(|event| match &event.what {
            DeskFact::Tip(TipFact::Taken(tip)) => Some(tip),
            _ => None,
        });
        self.propose_tips(taken)?;
        self.index().set_knows_decisions()
    }

    /// Decides about a site, for ever or until the next decision.
    pub fn decide_site(
        &self,
        subject: &str,
        accepted: bool,
        reason: &str,
        actor: &Actor,
    ) -> Result<Decision, StorageError> {
        let action = if accepted {
            Action::SeedAccept
        } else {
            Action::SeedReject
        };
        let act = Act::new(action, format!("{SITE}{subject}"));
        let entry = self.record(act.reason(reason).by(actor.clone()))?;
        let decision = Decision {
            subject: subject.to_owned(),
            accepted,
            reason: reason.to_owned(),
            actor: actor.name.clone(),
            at: entry.time,
        };
        self.index().decide(&decision)?;
        Ok(decision)
    }

    /// Proposes the sites that tips name. A tip that is proposed again counts once.
    pub fn propose_tips<'t>(
        &self,
        tips: impl IntoIterator<Item = &'t TakenTip>,
    ) -> Result<(), StorageError> {
        for tip in tips.into_iter().filter(|t| !t.site.is_empty()) {
            let sighting = Sighting {
                kind: ProposalKind::Tip,
                url: tip.url.clone(),
                page: String::new(),
                seed: String::new(),
                slot: None,
                text: tip.note.clone(),
                evidence_id: None,
                receipt: Some(tip.receipt.clone()),
                at: tip.received,
            };
            self.index().propose(&tip.site, &sighting)?;
        }
        Ok(())
    }
}
