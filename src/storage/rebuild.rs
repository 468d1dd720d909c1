//! Building the index again from the packages.

use super::custody;
use super::error::StorageError;
use super::index::Index;
use super::item::item_files;
use super::package;
use super::reaudit;
use super::store::Store;
use super::zip_store;
use crate::model::custody::Action;
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::storage::digest::digests;
use crate::storage::home::Home;
use crate::storage::journal::Act;
use crate::wire::item_row::ItemRow;
use crate::wire::manifest::Manifest;
use std::fs;
use std::path::Path;

/// What a rebuild found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Items entered.
    pub items: u64,
    /// Packages and re-audit records that could not be read, with the reason.
    pub notes: Vec<Note>,
}

/// Empties the index and enters every package again. A package that cannot be read is noted and left out; that it is
/// whole is for the verifier to say.
pub fn rebuild(store: &Store, monitor: &dyn Monitor) -> Result<Rebuilt, StorageError> {
    let rebuilt = refill(store.home(), store.index(), monitor)?;
    let reason = format!("{} items", rebuilt.items);
    store
        .journal()
        .append(Act::new(Action::Rebuild, "index").reason(reason))?;
    Ok(rebuilt)
}

pub(crate) fn refill(
    home: &Home,
    index: &Index,
    monitor: &dyn Monitor,
) -> Result<Rebuilt, StorageError> {
    index.clear()?;
    let paths = item_files(home)?;
    let total = paths.len() as u64;
    let mut rebuilt = Rebuilt {
        items: 0,
        notes: Vec::new(),
    };
    for (done, path) in paths.iter().enumerate() {
        match read_row(home, path) {
            Ok((row, manifest)) => {
                index.put(&row, &manifest)?;
                rebuilt.items += 1;
            }
            Err(why) => {
                let note = Note::new("item-unreadable", format!("{}: {why}", home.relative(path)));
                monitor.event(Event::Noted(note.clone()));
                rebuilt.notes.push(note);
            }
        }
        monitor.event(Event::Progress {
            what: "items indexed",
            done: done as u64 + 1,
            total,
        });
    }
    for path in reaudit::files(home)? {
        match reaudit::read(home, &path) {
            Ok(record) => index.put_reaudit(&record, &home.relative(&path))?,
            Err(why) => {
                let note = Note::new("reaudit-unreadable", why.to_string());
                monitor.event(Event::Noted(note.clone()));
                rebuilt.notes.push(note);
            }
        }
    }
    match custody::state(home) {
        Ok(state) => index.set_custody(&state)?,
        // Lists then show no holds; whoever would delete reads the journals and is refused.
        Err(why) => {
            let note = Note::new("custody-unreadable", why.to_string());
            monitor.event(Event::Noted(note.clone()));
            rebuilt.notes.push(note);
        }
    }
    index.flush()?;
    Ok(rebuilt)
}

/// The row of a package, from its manifest. For lists while another process holds the index.
pub fn read_row(home: &Home, path: &Path) -> Result<(ItemRow, Manifest), String> {
    let bytes = fs::read(path).map_err(|e| e.to_string())?;
    zip_store::read(&bytes)?;
    let manifest = package::file_of(&bytes, "custody/manifest.json")?;
    let manifest: Manifest = serde_json::from_slice(manifest).map_err(|e| e.to_string())?;
    let digests = digests(&bytes);
    let row = ItemRow::new(
        &manifest,
        home.relative(path),
        digests.bytes,
        hex::encode(digests.sha256),
    );
    Ok((row, manifest))
}
