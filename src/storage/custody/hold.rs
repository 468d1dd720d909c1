//! Legal holds: nothing that is held is deleted, by hand or by retention.

use super::{CustodyError, Grounds};
use crate::model::custody::Action;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal;
use crate::storage::store::Store;
use crate::wire::custody_state::{CustodyState, Hold, LIFTS};
use crate::wire::journal_entry::JournalEntry;

/// The state of custody as all journals of a home tell it. A damaged journal is refused: what it no longer tells might be
/// a hold.
pub fn state(home: &Home) -> Result<CustodyState, StorageError> {
    let mut state = CustodyState::default();
    for_each_entry(home, &mut |entry| state.learn(&entry))?;
    Ok(state)
}

/// Gives every entry of every journal; a journal that is not whole is an error.
pub(crate) fn for_each_entry(
    home: &Home,
    each: &mut dyn FnMut(JournalEntry),
) -> Result<(), StorageError> {
    for path in journal::files(home)? {
        let end = journal::read_file(&path, &mut |entry, _| {
            each(entry);
            true
        })?;
        if let Some(fault) = end.fault {
            return Err(StorageError::damaged(&path, fault));
        }
    }
    Ok(())
}

impl Store {
    /// Holds an item, a run, or a case (`object` as [`Hold::object`] says). Several holds may be in force on the same
    /// object, each for its own authority document.
    pub fn hold(&self, object: &str, grounds: &Grounds) -> Result<JournalEntry, CustodyError> {
        if grounds.authority.is_none() {
            return Err(CustodyError::NoAuthority { action: "a hold" });
        }
        self.record_custody(grounds.act(Action::Hold, object))
    }

    /// Lifts a hold: the one of this name, or the only one in force on the object.
    pub fn release(
        &self,
        object: &str,
        name: Option<&str>,
        grounds: &Grounds,
    ) -> Result<JournalEntry, CustodyError> {
        if grounds.authority.is_none() {
            return Err(CustodyError::NoAuthority {
                action: "a release",
            });
        }
        let state = state(self.home())?;
        let mut holds = state.on(object);
        holds.retain(|h| name.is_none_or(|n| n == h.name));
        let hold = match holds.as_slice() {
            [one] => one.name.clone(),
            [] => {
                return Err(CustodyError::NotHeld {
                    object: object.to_owned(),
                });
            }
            many => {
                return Err(CustodyError::ManyHolds {
                    object: object.to_owned(),
                    holds: names(many),
                });
            }
        };
        let told = Grounds {
            reason: format!("{LIFTS}{hold}; {}", grounds.reason),
            ..grounds.clone()
        };
        self.record_custody(told.act(Action::Release, object))
    }
}

/// Names of holds with their authority documents, for messages.
pub(super) fn names(holds: &[&Hold]) -> String {
    let name = |h: &&Hold| {
        let authority = h.authority.as_deref().unwrap_or("no document");
        format!("{} by {authority}", h.name)
    };
    holds.iter().map(name).collect::<Vec<_>>().join(", ")
}
