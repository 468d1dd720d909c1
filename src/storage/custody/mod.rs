//! Custody of what is sealed: who holds it, hands it over, deletes it, and on what grounds.
//!
//! The truth is the journal; the records under `custody/` (tombstones, handovers, orders to preserve) are written once,
//! and the journal fixes their digests. Sealed packages are never changed by any of this.

mod delete;
mod deposit;
pub mod error;
mod history;
mod hold;
mod preserve;
mod prior;
pub mod record;
mod redact;
mod retention;
mod transfer;

pub use delete::Deletion;
pub use deposit::Depositing;
pub use error::CustodyError;
pub use history::history;
pub(crate) use hold::for_each_entry;
pub use hold::state;
pub use preserve::Preserved;
pub use prior::Prior;
pub use redact::Redacting;
pub use retention::{Due, DueKind, retained_until};
pub use transfer::Handover;

use super::journal::Act;
use super::store::Store;
use crate::model::custody::{Action, Actor};
use crate::wire::journal_entry::JournalEntry;

/// On whose word something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// Who acts.
    pub actor: Actor,
    /// Why.
    pub reason: String,
    /// The document that authorises it.
    pub authority: Option<String>,
}

impl Grounds {
    /// The act with these grounds.
    fn act(&self, action: Action, object: &str) -> Act {
        let act = Act::new(action, object)
            .by(self.actor.clone())
            .reason(self.reason.as_str());
        match &self.authority {
            Some(authority) => act.authority(authority.as_str()),
            None => act,
        }
    }
}

impl Store {
    /// Enters an act of custody in the journal, and what follows from it in the index.
    pub fn record_custody(&self, act: Act) -> Result<JournalEntry, CustodyError> {
        let entry = self.record(act)?;
        let mut state = self.index().custody()?;
        state.learn(&entry);
        self.index().set_custody(&state)?;
        Ok(entry)
    }
}

/// Actor and approver must be two persons.
fn two_persons(actor: &Actor, approver: &str) -> Result<(), CustodyError> {
    if approver.trim().is_empty() || approver.trim() == actor.name.trim() {
        return Err(CustodyError::SamePerson {
            name: actor.name.clone(),
        });
    }
    Ok(())
}
