//! After a crash: what was written under `desk/` but not entered in the journal is entered.

use super::record::{self, Kind};
use crate::model::custody::{Action, Actor};
use crate::model::note::Note;
use crate::storage::custody::for_each_entry;
use crate::storage::digest::digests;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::{AFTER_RESTART, Act, Journal};
use crate::wire::file_digest::FileDigest;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub(crate) fn recover(home: &Home, journal: &Journal) -> Result<Vec<Note>, StorageError> {
    let files = record::files(home)?;
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = BTreeSet::new();
    for_each_entry(home, &mut |entry| {
        let paths = entry.files.into_iter().map(|f| f.path);
        known.extend(paths.filter(|p| p.starts_with("desk/")));
    })?;
    let mut notes = Vec::new();
    for path in files {
        let relative = home.relative(&path);
        if known.contains(&relative) {
            continue;
        }
        match adopt(home, journal, &path) {
            Ok(()) => notes.push(Note::new("desk-entered", relative)),
            // Not ours, or damaged: the verifier names it; the journal must not vouch for it.
            Err(faults) => notes.push(Note::new(
                "desk-not-entered",
                format!("{relative}: {faults}"),
            )),
        }
    }
    Ok(notes)
}

fn adopt(home: &Home, journal: &Journal, path: &Path) -> Result<(), String> {
    let bytes = fs::read(path).map_err(|e| e.to_string())?;
    let kind = record::check_file(home, path, &bytes).map_err(|faults| faults.join("; "))?;
    let done = match kind {
        Kind::Record => {
            let record = record::check(home, path, &bytes).map_err(|f| f.join("; "))?;
            record::enter(home, journal, &record, path, &bytes, Some(AFTER_RESTART))
        }
        Kind::Document | Kind::Key | Kind::Private => {
            enter_file(home, journal, path, &bytes, None, Some(AFTER_RESTART))
        }
    };
    done.map_err(|e| e.to_string())
}

/// Enters a document, a public key or who reported a tip; `by` is the journal's own actor where it is not known.
pub(super) fn enter_file(
    home: &Home,
    journal: &Journal,
    path: &Path,
    bytes: &[u8],
    by: Option<&Actor>,
    why: Option<&str>,
) -> Result<(), StorageError> {
    let relative = home.relative(path);
    let mut act = Act::new(Action::Desk, relative.as_str())
        .file(FileDigest::new(relative.as_str(), &digests(bytes)));
    if let Some(actor) = by {
        act = act.by(actor.clone());
    }
    if let Some(why) = why {
        act = act.reason(why);
    }
    journal.append(act).map(|_| ())
}
