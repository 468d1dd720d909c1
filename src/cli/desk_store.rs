//! The desk as commands open it.

use super::config::Settings;
use super::custody::clean;
use super::exit::{Trouble, incomplete, misuse};
use super::store;
use crate::desk::decide::Refused;
use crate::model::custody::Actor;
use crate::model::playbook::Playbook;
use crate::model::routing::RoutingTable;
use crate::seeds;
use crate::storage::desk::{self, Desk};
use crate::storage::store::Store;
use crate::wire::desk::DeskEvent;
use anyhow::anyhow;
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

/// The playbook: the office's own or the bundled one.
pub fn playbook(settings: &Settings) -> Result<Playbook, Trouble> {
    let own = own_table(settings, "playbook.toml");
    let table = seeds::load_playbook(own.as_deref()).map_err(misuse)?;
    table.map_err(|fault| misuse(anyhow!("{fault}")))
}
