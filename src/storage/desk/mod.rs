//! The desk's events, its documents and its officers' public keys: written once under `desk/`, fixed by the journal.
//!
//! Nothing here is changed or deleted; what the desk knows is folded from all events at opening, so there is no index of
//! them that could be lost. Who reported a tip lies apart, see [`private`].

mod documents;
mod keys;
mod opening;
pub mod private;
mod read;
pub(crate) mod record;
mod recover;

pub use documents::document;
pub use keys::{OfficerKey, OfficerKeys, generate_key, sign};
pub use opening::{CaseOpening, OpeningDraft};
pub use read::read;
pub(crate) use record::check_file;
pub(crate) use recover::recover;

use super::digest::sha256;
use super::error::StorageError;
use super::home::Home;
use super::journal::Journal;
use super::store::Store;
use crate::model::custody::Actor;
use crate::wire::desk::case::CaseFact;
use crate::wire::desk::{DESK_FORMAT, DeskEvent, DeskFact};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Most events of one record. A larger batch becomes several records, each whole or not at all.
const MOST_EVENTS: usize = 10_000;

/// The desk, open for writing.
#[derive(Debug)]
pub struct Desk {
    home: Home,
    journal: Arc<Journal>,
    events: Vec<DeskEvent>,
    known: HashSet<String>,
}

impl Store {
    /// Opens the desk: reads all events and holds them against the journal.
    pub fn desk(&self) -> Result<Desk, StorageError> {
        let events = read(self.home())?;
        let known = events.iter().map(|e| e.id.clone()).collect();
        Ok(Desk {
            home: self.home().clone(),
            journal: Arc::clone(self.journal()),
            events,
            known,
        })
    }
}

impl Desk {
    /// All events, in the order of the journal.
    pub fn events(&self) -> &[DeskEvent] {
        &self.events
    }

    /// The home.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Whether an event of this id is kept.
    pub fn knows(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// Keeps events, those that are not known yet, and gives their number. When this returns all are durable; after a
    /// crash the whole record is there or nothing of it. Cases are opened, and evidence is taken into them, by
    /// [`Desk::open_cases`] alone.
    ///
    /// # Errors
    /// Refuses events that open a case or bring evidence into one; says what the file system refused.
    pub fn append(&mut self, events: Vec<DeskEvent>, actor: &Actor) -> Result<usize, StorageError> {
        if let Some(event) = events.iter().find(|e| brings_evidence(&e.what)) {
            return Err(StorageError::damaged(
                &record::folder(&self.home),
                format!(
                    "event {} brings evidence into a case without proof that it is sealed",
                    event.id
                ),
            ));
        }
        self.keep(events, actor)
    }

    /// Keeps cases that were opened from sealed evidence, with whatever else belongs to the same act.
    pub fn open_cases(
        &mut self,
        openings: Vec<CaseOpening>,
        besides: Vec<DeskEvent>,
        actor: &Actor,
    ) -> Result<usize, StorageError> {
        if besides.iter().any(|e| brings_evidence(&e.what)) {
            return self.append(besides, actor);
        }
        let mut events: Vec<DeskEvent> = openings.into_iter().map(CaseOpening::event).collect();
        events.extend(besides);
        self.keep(events, actor)
    }

    fn keep(&mut self, events: Vec<DeskEvent>, actor: &Actor) -> Result<usize, StorageError> {
        let mut fresh = Vec::new();
        let mut ids = HashSet::new();
        for event in events {
            if !self.known.contains(&event.id) && ids.insert(event.id.clone()) {
                fresh.push(event);
            }
        }
        let count = fresh.len();
        while !fresh.is_empty() {
            let rest = fresh.split_off(fresh.len().min(MOST_EVENTS));
            record::write(&self.home, &self.journal, &fresh, actor)?;
            self.known.extend(fresh.iter().map(|e| e.id.clone()));
            self.events.append(&mut fresh);
            fresh = rest;
        }
        Ok(count)
    }

    /// Keeps a document under its SHA-256. The same bytes are kept once.
    pub fn attach(
        &self,
        bytes: &[u8],
        name: &str,
        actor: &Actor,
    ) -> Result<crate::wire::desk::DocumentRef, StorageError> {
        documents::attach(&self.home, &self.journal, bytes, name, actor)
    }

    /// Puts an officer's public key where others can check signatures with it: `desk/officers/<number>.pub`.
    pub fn keep_public_key(&self, key: &str, actor: &Actor) -> Result<PathBuf, StorageError> {
        keys::keep_public(&self.home, &self.journal, key, actor)
    }

    /// The journal.
    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }
}

fn brings_evidence(fact: &DeskFact) -> bool {
    matches!(
        fact,
        DeskFact::Case(CaseFact::Opened(_) | CaseFact::EvidenceAdded { .. })
    )
}

/// An event that happened once at this time: its id follows from all that it says.
pub fn event(at: DateTime<Utc>, by: &str, what: DeskFact) -> DeskEvent {
    // Milliseconds are what is stored; more would give another id after reading.
    let at = DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at);
    let said = serde_json::to_string(&what).unwrap_or_default();
    let key = format!("{}\n{said}", crate::wire::moment::text(&at));
    event_once(&key, at, by, what)
}

/// An event that is kept once however often it is told: its id follows from the officer and `key` alone, such as
/// `import <digest of the file> <row>`.
pub fn event_once(key: &str, at: DateTime<Utc>, by: &str, what: DeskFact) -> DeskEvent {
    DeskEvent {
        schema: DESK_FORMAT.to_owned(),
        id: short_id("de", &[by, key]),
        at: DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at),
        by: by.to_owned(),
        what,
    }
}

/// `<prefix>-` and 20 characters of base32 (100 bits of SHA-256 over the parts, one a line, after the format's name).
pub fn short_id(prefix: &str, parts: &[&str]) -> String {
    let text = [&[DESK_FORMAT, prefix], parts].concat().join("\n");
    let digest = sha256(text.as_bytes());
    let letters = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
    format!("{prefix}-{}", letters.get(..20).unwrap_or(&letters))
}

/// Whether a text is such an id.
pub fn is_short_id(prefix: &str, text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|rest| rest.len() == 20 && rest.bytes().all(good))
}

#[cfg(test)]
mod tests;
