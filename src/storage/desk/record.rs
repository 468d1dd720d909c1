//! Records: `desk/<year>/<month>/<id>.json`, the events of one act, written once and fixed by one line of the journal.

use super::{is_short_id, short_id};
use crate::model::custody::{Action, Actor};
use crate::storage::digest::digests;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::{Act, Journal};
use crate::wire::desk::{DESK_FORMAT, DeskEvent, DeskRecord};
use crate::wire::file_digest::FileDigest;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// The desk's folder in the home.
pub(crate) fn folder(home: &Home) -> PathBuf {
    home.root().join("desk")
}

fn path_of(home: &Home, made: &DateTime<Utc>, id: &str) -> PathBuf {
    let month = made.format("%Y/%m").to_string();
    folder(home).join(month).join(format!("{id}.json"))
}

/// The id of a record: the event's where there is one, else one of all ids.
fn id_of(events: &[DeskEvent]) -> String {
    match events {
        [one] => one.id.clone(),
        many => {
            let ids: Vec<&str> = many.iter().map(|e| e.id.as_str()).collect();
            short_id("db", &ids)
        }
    }
}

/// Writes a record for ever and enters it in the journal; when this returns all is durable.
pub(super) fn write(
    home: &Home,
    journal: &Journal,
    events: &[DeskEvent],
    actor: &Actor,
) -> Result<(), StorageError> {
    let now = Utc::now();
    let record = DeskRecord {
        format: DESK_FORMAT.to_owned(),
        id: id_of(events),
        made: DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now),
        actor: actor.name.clone(),
        role: actor.role.clone(),
        unit: actor.unit.clone(),
        events: events.to_vec(),
    };
    let path = path_of(home, &record.made, &record.id);
    let bytes = to_bytes(&record)?;
    if let Some(folder) = path.parent() {
        durable::create_dir(folder)?;
    }
    let aside = home.tmp().join(format!("{}.json", record.id));
    durable::write_for_ever(&path, &aside, &bytes)?;
    enter(home, journal, &record, &path, &bytes, None)
}

/// One line for the head, one for each event, so that a large record can be looked at with ordinary tools.
pub(super) fn to_bytes(record: &DeskRecord) -> Result<Vec<u8>, StorageError> {
    let json = |source| StorageError::Json {
        what: "record of the desk",
        source,
    };
    let empty = DeskRecord {
        events: Vec::new(),
        ..record.clone()
    };
    let head = serde_json::to_string(&empty).map_err(json)?;
    // The head ends with the empty list of events.
    let mut text = head.strip_suffix("]}").unwrap_or(&head).to_owned();
    for (n, event) in record.events.iter().enumerate() {
        text.push_str(if n == 0 { "\n" } else { ",\n" });
        text.push_str(&serde_json::to_string(event).map_err(json)?);
    }
    text.push_str("\n]}\n");
    Ok(text.into_bytes())
}

/// Enters a record in the journal: its id, what it holds and its digests; no name of a subject or person.
pub(super) fn enter(
    home: &Home,
    journal: &Journal,
    record: &DeskRecord,
    path: &Path,
    bytes: &[u8],
    why: Option<&str>,
) -> Result<(), StorageError> {
    let actor = Actor {
        name: record.actor.clone(),
        role: record.role.clone(),
        unit: record.unit.clone(),
    };
    let mut said = format!("{} events", record.events.len());
    if let Some(why) = why {
        said.push_str("; ");
        said.push_str(why);
    }
    let act = Act::new(Action::Desk, record.id.as_str())
        .by(actor)
        .file(FileDigest::new(home.relative(path), &digests(bytes)))
        .reason(said);
    journal.append(act).map(|_| ())
}

/// Reads a record and checks it against itself: form, version, ids, name and place.
pub(crate) fn check(home: &Home, path: &Path, bytes: &[u8]) -> Result<DeskRecord, Vec<String>> {
    let record: DeskRecord = serde_json::from_slice(bytes).map_err(|e| vec![e.to_string()])?;
    let mut faults = Vec::new();
    let versions = record.events.iter().map(|e| &e.schema);
    if let Some(other) = versions.chain([&record.format]).find(|f| *f != DESK_FORMAT) {
        faults.push(format!("format {other:?} is not known"));
    }
    if record.events.is_empty() {
        faults.push("holds no event".to_owned());
    }
    if let Some(event) = record.events.iter().find(|e| !is_short_id("de", &e.id)) {
        faults.push(format!("{:?} is no id of an event", event.id));
    }
    if record.id != id_of(&record.events) || path_of(home, &record.made, &record.id) != path {
        faults.push(format!("holds the record {:?}", record.id));
    }
    if to_bytes(&record).ok().as_deref() != Some(bytes) {
        faults.push("is not in the form in which it is written".to_owned());
    }
    if faults.is_empty() {
        Ok(record)
    } else {
        Err(faults)
    }
}

/// All files under `desk/`.
pub(crate) fn files(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    let mut found = Vec::new();
    let mut folders = vec![folder(home)];
    while let Some(next) = folders.pop() {
        for path in durable::list(&next)? {
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What a file under `desk/` is, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A record of events.
    Record,
    /// A document, named by its SHA-256.
    Document,
    /// An officer's public key, named by its number.
    Key,
    /// Who reported a tip.
    Private,
}

/// The kind of a file; `None` when it does not belong there.
pub(crate) fn kind(home: &Home, path: &Path) -> Option<Kind> {
    let relative = home.relative(path);
    let parts: Vec<&str> = relative.split('/').collect();
    let ["desk", rest @ ..] = parts.as_slice() else {
        return None;
    };
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    match rest {
        ["documents", name] => is_sha256(name).then_some(Kind::Document),
        ["officers", name] => {
            let id = name.strip_suffix(".pub")?;
            let hex = id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
            hex.then_some(Kind::Key)
        }
        ["private", name] => {
            let receipt = name.strip_suffix(".json")?;
            is_short_id("tp", receipt).then_some(Kind::Private)
        }
        [year, month, name] if digits(year, 4) && digits(month, 2) => {
            let id = name.strip_suffix(".json")?;
            (is_short_id("de", id) || is_short_id("db", id)).then_some(Kind::Record)
        }
        _ => None,
    }
}

fn is_sha256(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 64 && text.bytes().all(good)
}

/// Checks a file under `desk/` against itself.
pub(crate) fn check_file(home: &Home, path: &Path, bytes: &[u8]) -> Result<Kind, Vec<String>> {
    let Some(kind) = kind(home, path) else {
        return Err(vec!["does not belong here".to_owned()]);
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    match kind {
        Kind::Record => check(home, path, bytes).map(|_| kind),
        Kind::Document if hex::encode(digests(bytes).sha256) == stem => Ok(kind),
        Kind::Document => Err(vec!["is not the document of its name".to_owned()]),
        Kind::Key => super::keys::check_public(&stem, bytes)
            .map(|()| kind)
            .map_err(|fault| vec![fault]),
        Kind::Private => super::private::check(path, bytes)
            .map(|_| kind)
            .map_err(|fault| vec![fault]),
    }
}
