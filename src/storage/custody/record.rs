//! Custody records: written once under `custody/`, fixed by the journal, entered after a crash from what they say.

use super::hold::for_each_entry;
use crate::model::custody::{Action, Actor};
use crate::model::note::Note;
use crate::storage::digest::digests;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::{Home, check_name};
use crate::storage::journal::{AFTER_RESTART, Act, Journal};
use crate::wire::custody_record::{CUSTODY_FORMAT, CustodyRecord};
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The acts that have records, each with its folder.
const FOLDERS: [(Action, &str); 3] = [
    (Action::Delete, "tombstones"),
    (Action::Transfer, "transfers"),
    (Action::Preserve, "preserved"),
];

/// Where the tombstone of an item or a run lies, if there is one.
pub fn tombstone(home: &Home, subject: &str) -> PathBuf {
    home.custody()
        .join("tombstones")
        .join(format!("{subject}.json"))
}

/// Where a record of this act lies.
pub fn path_of(home: &Home, action: Action, subject: &str) -> Option<PathBuf> {
    let (_, folder) = FOLDERS.iter().find(|(a, _)| *a == action)?;
    let folder = home.custody().join(folder);
    Some(folder.join(format!("{subject}.json")))
}

fn action_of(record: &CustodyRecord) -> Option<Action> {
    let mut all = FOLDERS.iter().map(|(action, _)| *action);
    all.find(|action| action.code() == record.action)
}

/// Writes form and record for ever, in this order, and enters them in the journal; when this returns all is durable.
/// There is one record of an act upon a subject: a second one is refused.
pub(crate) fn write(
    home: &Home,
    journal: &Journal,
    mut record: CustodyRecord,
    form: Option<&str>,
) -> Result<(CustodyRecord, JournalEntry), StorageError> {
    check_name("subject", &record.subject)?;
    let path = action_of(&record)
        .and_then(|action| path_of(home, action, &record.subject))
        .ok_or_else(|| StorageError::damaged(&home.custody(), "no such act has records"))?;
    if path.exists() {
        return Err(StorageError::damaged(&path, "is there already"));
    }
    if let Some(folder) = path.parent() {
        durable::create_dir(folder)?;
    }
    if let Some(form) = form {
        let beside = path.with_extension("html");
        write_once(home, &beside, form.as_bytes())?;
        record.form = Some(FileDigest::new(
            home.relative(&beside),
            &digests(form.as_bytes()),
        ));
    }
    let bytes = to_bytes(&record)?;
    write_once(home, &path, &bytes)?;
    let entry = enter(home, journal, &record, &path, &bytes, None)?;
    Ok((record, entry))
}

fn write_once(home: &Home, path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let name = path.file_name().unwrap_or_default();
    durable::write_for_ever(path, &home.tmp().join(name), bytes)
}

fn to_bytes(record: &CustodyRecord) -> Result<Vec<u8>, StorageError> {
    let mut bytes = serde_json::to_vec_pretty(record).map_err(|source| StorageError::Json {
        what: "custody record",
        source,
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn enter(
    home: &Home,
    journal: &Journal,
    record: &CustodyRecord,
    path: &Path,
    bytes: &[u8],
    why: Option<&str>,
) -> Result<JournalEntry, StorageError> {
    let action = action_of(record).unwrap_or(Action::Note);
    let actor = Actor {
        name: record.actor.clone(),
        role: record.role.clone(),
        unit: record.unit.clone(),
    };
    let mut act = Act::new(action, record.subject.as_str())
        .by(actor)
        .file(FileDigest::new(home.relative(path), &digests(bytes)));
    for file in record.form.iter().chain(&record.objects) {
        act = act.file(file.clone());
    }
    if let Some(authority) = &record.authority {
        act = act.authority(authority.as_str());
    }
    let approved = record.approver.iter().map(|a| format!("approved by {a}"));
    let reason = approved
        .chain([record.reason.clone()])
        .chain(why.map(str::to_owned));
    journal.append(act.reason(reason.collect::<Vec<_>>().join("; ")))
}

/// All files under `custody/`, folder by folder.
pub fn files(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    let mut paths = Vec::new();
    for folder in durable::list(&home.custody())? {
        if folder.is_dir() {
            paths.extend(durable::list(&folder)?);
        } else {
            paths.push(folder);
        }
    }
    Ok(paths)
}

/// Reads a record and checks it against itself.
pub fn read(home: &Home, path: &Path) -> Result<CustodyRecord, StorageError> {
    let bytes = fs::read(path).map_err(StorageError::io("read", path))?;
    check(home, path, &bytes).map_err(|faults| StorageError::damaged(path, faults.join("; ")))
}

/// Checks a record against itself: form, version, name and place.
pub(crate) fn check(home: &Home, path: &Path, bytes: &[u8]) -> Result<CustodyRecord, Vec<String>> {
    let record: CustodyRecord = serde_json::from_slice(bytes).map_err(|e| vec![e.to_string()])?;
    let mut faults = Vec::new();
    if record.format != CUSTODY_FORMAT {
        faults.push(format!("format {:?} is not known", record.format));
    }
    if to_bytes(&record).ok().as_deref() != Some(bytes) {
        faults.push("is not in the form in which it is written".to_owned());
    }
    let place = action_of(&record).and_then(|a| path_of(home, a, &record.subject));
    if place.as_deref() != Some(path) {
        faults.push(format!(
            "holds the record {:?} of {:?}",
            record.action, record.subject
        ));
    }
    if faults.is_empty() {
        Ok(record)
    } else {
        Err(faults)
    }
}

/// After a crash: records that were written but not entered are entered, forms whose record was never written are removed,
/// deletions that were entered are carried to their end.
pub(crate) fn recover(home: &Home, journal: &Journal) -> Result<Vec<Note>, StorageError> {
    let mut notes = Vec::new();
    let known = journalled_files(home)?;
    for path in files(home)? {
        let relative = home.relative(&path);
        if known.contains_key(&relative) {
            continue;
        }
        if path.extension().is_some_and(|e| e == "html") {
            if !path.with_extension("json").exists() {
                fs::remove_file(&path).map_err(StorageError::io("remove", &path))?;
                notes.push(Note::new("form-removed", relative));
            }
            continue;
        }
        match adopt(home, journal, &path) {
            Ok(()) => notes.push(Note::new("custody-entered", relative)),
            // Not ours, or damaged: the verifier names it; the journal must not vouch for it.
            Err(e) => notes.push(Note::new("custody-not-entered", e.to_string())),
        }
    }
    notes.extend(super::delete::finish_all(home)?);
    Ok(notes)
}

fn adopt(home: &Home, journal: &Journal, path: &Path) -> Result<(), StorageError> {
    let record = read(home, path)?;
    let bytes = to_bytes(&record)?;
    if let Some(form) = &record.form {
        let beside = path.with_extension("html");
        let content = fs::read(&beside).map_err(StorageError::io("read", &beside))?;
        if !form.matches(&digests(&content)) {
            return Err(StorageError::damaged(
                &beside,
                "is not the form that was written",
            ));
        }
    }
    enter(home, journal, &record, path, &bytes, Some(AFTER_RESTART)).map(|_| ())
}

/// The files under `custody/` that the journals fix.
fn journalled_files(home: &Home) -> Result<BTreeMap<String, FileDigest>, StorageError> {
    let mut known = BTreeMap::new();
    for_each_entry(home, &mut |entry| {
        let files = entry.files.into_iter();
        known.extend(
            files
                .filter(|f| f.path.starts_with("custody/"))
                .map(|f| (f.path.clone(), f)),
        );
    })?;
    Ok(known)
}
