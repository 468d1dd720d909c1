//! The desk as commands open it.

use super::config::Settings;
use super::custody::clean;
use super::exit::{Trouble, incomplete, misuse};
use super::store;
use super::tools::today;
use crate::desk::decide::Refused;
use crate::desk::officers::{DeskOfficer, Officers};
use crate::model::custody::Actor;
use crate::model::playbook::Playbook;
use crate::model::region::Units;
use crate::model::routing::RoutingTable;
use crate::seeds;
use crate::storage::desk::{self, Desk, event};
use crate::storage::store::Store;
use crate::wire::desk::{DeskEvent, DeskFact};
use anyhow::anyhow;
use chrono::Utc;
use std::path::PathBuf;

/// The store and its desk, open for writing.
pub struct Opened {
    /// The desk. First, so that it is dropped first.
    pub desk: Desk,
    /// The store.
    pub store: Store,
}

/// Opens the desk for writing; a home is made where there is none.
pub fn open(settings: &Settings) -> Result<Opened, Trouble> {
    let store = store::open(settings, &crate::model::monitor::Silent)?;
    let desk = store.desk().map_err(incomplete)?;
    Ok(Opened { desk, store })
}

/// Opens the desk of a home that must be there.
pub fn open_existing(settings: &Settings) -> Result<Opened, Trouble> {
    store::read_only(settings)?;
    open(settings)
}

/// The desk, open for a registered officer.
pub struct Acting {
    /// The desk and its store.
    pub opened: Opened,
    /// The officer.
    pub actor: Actor,
}

impl Acting {
    /// Opens the desk of a home that must be there for an officer who acts today.
    pub fn open(name: &str, settings: &Settings) -> Result<Self, Trouble> {
        let actor = actor(name, settings)?;
        let opened = open_existing(settings)?;
        let acting = Self { opened, actor };
        acting.registered(&acting.actor.name)?;
        Ok(acting)
    }

    /// The registration of an officer, which must be in force today.
    pub fn registered(&self, name: &str) -> Result<DeskOfficer, Trouble> {
        let officers = Officers::of(self.events());
        let found = officers.acting(name, today());
        found.cloned().map_err(|why| misuse(anyhow!("{why}")))
    }

    /// All events.
    pub fn events(&self) -> &[DeskEvent] {
        self.opened.desk.events()
    }

    /// Keeps what the officer enters, together.
    pub fn keep(&mut self, facts: Vec<DeskFact>) -> Result<usize, Trouble> {
        let now = Utc::now();
        let by = &self.actor.name;
        let events = facts.into_iter().map(|fact| event(now, by, fact)).collect();
        self.opened
            .desk
            .append(events, &self.actor)
            .map_err(incomplete)
    }
}

/// All events, without the lock.
pub fn read(settings: &Settings) -> Result<Vec<DeskEvent>, Trouble> {
    let home = store::read_only(settings)?;
    desk::read(&home).map_err(incomplete)
}

/// The officer who acts, for the journal.
pub fn actor(name: &str, settings: &Settings) -> Result<Actor, Trouble> {
    Ok(Actor {
        name: clean("--actor", name)?,
        role: "officer".to_owned(),
        unit: settings.unit.clone(),
    })
}

/// What the rules forbid is the asker's to change.
pub fn refused(refused: Refused) -> Trouble {
    misuse(refused)
}

/// A text of several lines at most: no control characters but line ends.
pub fn long_text(what: &str, text: &str, most: usize) -> Result<String, Trouble> {
    let text = text.trim().replace("\r\n", "\n");
    let bad = |c: char| c.is_control() && c != '\n';
    if text.is_empty() || text.chars().count() > most || text.contains(bad) {
        return Err(misuse(anyhow!("{what} must have 1 to {most} characters")));
    }
    Ok(text)
}

/// Like [`clean`], and may be empty.
pub fn clean_or_empty(what: &str, text: Option<&str>) -> Result<String, Trouble> {
    match text.map(str::trim) {
        None | Some("") => Ok(String::new()),
        Some(text) => clean(what, text),
    }
}

/// A table of the office's own, when it is there.
pub fn own_table(settings: &Settings, name: &str) -> Option<PathBuf> {
    Some(settings.home.join("tables").join(name)).filter(|path| path.is_file())
}

/// The table of competence: the office's own or the bundled one.
pub fn routing(settings: &Settings) -> Result<RoutingTable, Trouble> {
    let own = own_table(settings, "routing.toml");
    let table = seeds::load_routing(own.as_deref()).map_err(misuse)?;
    table.map_err(|fault| misuse(anyhow!("{fault}")))
}

/// The regional units: the office's own or the bundled ones.
pub fn units(settings: &Settings) -> Result<Units, Trouble> {
    let own = own_table(settings, "units.toml");
    Ok(seeds::load_units(own.as_deref()).map_err(misuse)?.value)
}

/// The playbook: the office's own or the bundled one.
pub fn playbook(settings: &Settings) -> Result<Playbook, Trouble> {
    let own = own_table(settings, "playbook.toml");
    let table = seeds::load_playbook(own.as_deref()).map_err(misuse)?;
    table.map_err(|fault| misuse(anyhow!("{fault}")))
}
