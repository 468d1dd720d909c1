//! Keeping a foreign file: copied, put to disk, named by its digest, entered in the journal; then what was found in it.

use super::place::{file_in, file_path, folder, import_id, imports, is_import_id, record_path};
use super::scan::{Scanned, Scanner};
use crate::model::custody::{Action, Actor};
use crate::model::digest::Digests;
use crate::model::note::Note;
use crate::storage::digest::{Digester, digests, read_digests};
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::{self, Act, Journal};
use crate::wire::file_digest::FileDigest;
use crate::wire::import::{IMPORT_FORMAT, ImportRecord};
use crate::wire::journal_entry::JournalEntry;
use chrono::{DateTime, Utc};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A file that was taken in.
#[derive(Debug)]
pub struct TakenIn {
    /// The import's identifier.
    pub id: String,
    /// The kept file.
    pub path: PathBuf,
    /// Its path relative to the home, with its digests.
    pub file: FileDigest,
    /// When it was first taken in.
    pub at: DateTime<Utc>,
    /// Who brought it then.
    pub by: String,
    /// What was found in it, when it was read to its end before.
    pub record: Option<ImportRecord>,
}

/// Takes a file in: unchanged, read-only, fixed by the journal. A file that was taken in before is not kept twice. A
/// file in which no WARC record can be found is refused, and nothing of it stays.
pub(crate) fn take_in(
    home: &Home,
    journal: &Journal,
    source: &Path,
    actor: &Actor,
) -> Result<TakenIn, StorageError> {
    let aside = home.tmp().join("import");
    let sums = copy(source, &aside)?;
    let id = import_id(&sums.sha256);
    if let Some(known) = known(home, &id)? {
        fs::remove_file(&aside).map_err(StorageError::io("remove", &aside))?;
        return Ok(known);
    }
    if !holds_a_record(home, &aside)? {
        fs::remove_file(&aside).map_err(StorageError::io("remove", &aside))?;
        return Err(StorageError::NotWarc {
            path: source.to_owned(),
        });
    }
    durable::create_dir(&folder(home, &id))?;
    let path = file_path(home, &id, is_gzip(&aside)?);
    durable::rename(&aside, &path)?;
    enter(home, journal, &id, &path, &sums, Some(actor))
}

fn enter(
    home: &Home,
    journal: &Journal,
    id: &str,
    path: &Path,
    sums: &Digests,
    actor: Option<&Actor>,
) -> Result<TakenIn, StorageError> {
    let file = FileDigest::new(home.relative(path), sums);
    let act = Act::new(Action::Import, id).file(file.clone());
    let entry = journal.append(match actor {
        Some(actor) => act.by(actor.clone()),
        None => act.reason(journal::AFTER_RESTART),
    })?;
    taken(path.to_owned(), file, &entry, None)
}

fn taken(
    path: PathBuf,
    file: FileDigest,
    entry: &JournalEntry,
    record: Option<ImportRecord>,
) -> Result<TakenIn, StorageError> {
    let at = DateTime::parse_from_rfc3339(&entry.time)
        .map_err(|e| StorageError::damaged(&path, format!("its time in the journal: {e}")))?;
    Ok(TakenIn {
        id: entry.object.clone(),
        path,
        file,
        at: at.to_utc(),
        by: entry.actor.clone(),
        record,
    })
}

/// The import as it was taken in before, if the journal knows it. Its file must still be what it was.
fn known(home: &Home, id: &str) -> Result<Option<TakenIn>, StorageError> {
    let Some(entry) = journal::find(home, Action::Import, id)? else {
        return Ok(None);
    };
    let Some(file) = entry.files.first().cloned() else {
        return Ok(None);
    };
    let path = home.root().join(&file.path);
    let present = File::open(&path)
        .and_then(read_digests)
        .map_err(StorageError::io("read", &path))?;
    if !file.matches(&present) {
        return Err(StorageError::damaged(
            &path,
            "is not the file that the journal fixed",
        ));
    }
    let record = match record_path(home, id).exists() {
        true => Some(read_record(home, id)?),
        false => None,
    };
    taken(path, file, &entry, record).map(Some)
}

fn copy(source: &Path, to: &Path) -> Result<Digests, StorageError> {
    let mut from = File::open(source).map_err(StorageError::io("open", source))?;
    // What an import left that could not be finished; it may be read-only already.
    if let Err(e) = fs::remove_file(to)
        && e.kind() != std::io::ErrorKind::NotFound
    {
        return Err(StorageError::io("remove", to)(e));
    }
    let mut file = File::create(to).map_err(StorageError::io("create", to))?;
    let mut digester = Digester::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = from
            .read(&mut buffer)
            .map_err(StorageError::io("read", source))?;
        let Some(piece) = buffer.get(..read).filter(|p| !p.is_empty()) else {
            break;
        };
        let written = file.write_all(piece);
        written.map_err(|e| {
            // What is there is worth nothing, and the room may be wanted.
            let _ = fs::remove_file(to);
            StorageError::io("write", to)(e)
        })?;
        digester.update(piece);
    }
    let finished = file.metadata().and_then(|about| {
        let mut permissions = about.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions)?;
        file.sync_all()
    });
    finished.map_err(StorageError::io("write", to))?;
    Ok(digester.snapshot())
}

fn is_gzip(path: &Path) -> Result<bool, StorageError> {
    let mut magic = [0; 2];
    let mut file = File::open(path).map_err(StorageError::io("open", path))?;
    Ok(file.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b])
}

fn holds_a_record(home: &Home, path: &Path) -> Result<bool, StorageError> {
    let read = || StorageError::io("read", path);
    let mut scanner = Scanner::open(path, &unpacked(home)).map_err(read())?;
    while let Some(found) = scanner.next_found().map_err(read())? {
        if let Scanned::Record(_) = found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where files are unpacked that were compressed as a whole; one at a time.
fn unpacked(home: &Home) -> PathBuf {
    home.tmp().join("import-unpacked")
}

/// Reads the records of an imported file.
pub(crate) fn scan(home: &Home, taken: &TakenIn) -> Result<Scanner, StorageError> {
    Scanner::open(&taken.path, &unpacked(home)).map_err(StorageError::io("read", &taken.path))
}

/// Writes down for ever what was found, and lets the journal fix it.
pub(crate) fn close(
    home: &Home,
    journal: &Journal,
    record: &ImportRecord,
    actor: &Actor,
) -> Result<(), StorageError> {
    let path = record_path(home, &record.id);
    let mut bytes = serde_json::to_vec(record).map_err(|source| StorageError::Json {
        what: "import record",
        source,
    })?;
    bytes.push(b'\n');
    let aside = home.tmp().join(format!("{}.json", record.id));
    durable::write_for_ever(&path, &aside, &bytes)?;
    enter_record(home, journal, record, &bytes, Some(actor))
}

fn enter_record(
    home: &Home,
    journal: &Journal,
    record: &ImportRecord,
    bytes: &[u8],
    actor: Option<&Actor>,
) -> Result<(), StorageError> {
    let sealed = record.pages.iter().filter(|p| p.evidence_id.is_some());
    let mut reason = format!(
        "records {}; pages {}; sealed {}; wrong digests {}; refused {}",
        record.records.values().sum::<u64>(),
        record.pages.len(),
        sealed.count(),
        record.digests.wrong,
        record.refused_count
    );
    if actor.is_none() {
        reason.push_str("; ");
        reason.push_str(journal::AFTER_RESTART);
    }
    let path = home.relative(&record_path(home, &record.id));
    let act = Act::new(Action::ImportRead, record.id.as_str())
        .file(FileDigest::new(path, &digests(bytes)))
        .reason(reason);
    let act = match actor {
        Some(actor) => act.by(actor.clone()),
        None => act,
    };
    journal.append(act).map(|_| ())
}

/// The record of an import that was read to its end.
pub fn read_record(home: &Home, id: &str) -> Result<ImportRecord, StorageError> {
    if !is_import_id(id) {
        return Err(StorageError::NoItem { id: id.to_owned() });
    }
    let path = record_path(home, id);
    let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
    check_record(id, &bytes).map_err(|why| StorageError::damaged(&path, why))
}

/// Checks a record against itself.
pub(crate) fn check_record(id: &str, bytes: &[u8]) -> Result<ImportRecord, String> {
    let record: ImportRecord = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    if record.format != IMPORT_FORMAT {
        return Err(format!("format {:?} is not known", record.format));
    }
    let mut sha256 = [0; 32];
    let own = hex::decode_to_slice(&record.file.sha256, &mut sha256)
        .is_ok_and(|()| import_id(&sha256) == id);
    if record.id != id || !own {
        return Err(format!("holds the import {:?}", record.id));
    }
    Ok(record)
}

/// After a crash: enters in the journal what a killed program had written but not entered.
pub(crate) fn recover(home: &Home, journal: &Journal) -> Result<Vec<Note>, StorageError> {
    let mut notes = Vec::new();
    for id in imports(home)? {
        let Some(path) = file_in(&folder(home, &id)) else {
            continue;
        };
        if journal::find(home, Action::Import, &id)?.is_none() {
            let sums = File::open(&path).and_then(read_digests);
            let sums = sums.map_err(StorageError::io("read", &path))?;
            let relative = home.relative(&path);
            // Not ours, or damaged: the verifier names it; the journal must not vouch for it.
            if import_id(&sums.sha256) != id {
                notes.push(Note::new("import-not-entered", relative));
                continue;
            }
            enter(home, journal, &id, &path, &sums, None)?;
            notes.push(Note::new("import-entered", relative));
        }
        let record = record_path(home, &id);
        if record.exists() && journal::find(home, Action::ImportRead, &id)?.is_none() {
            let bytes = fs::read(&record).map_err(StorageError::io("read", &record))?;
            let relative = home.relative(&record);
            match check_record(&id, &bytes) {
                Ok(found) => {
                    enter_record(home, journal, &found, &bytes, None)?;
                    notes.push(Note::new("import-entered", relative));
                }
                Err(why) => notes.push(Note::new(
                    "import-not-entered",
                    format!("{relative}: {why}"),
                )),
            }
        }
    }
    Ok(notes)
}
