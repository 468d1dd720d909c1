//! Reading all events back, in the order of the journal, each file held against the digest that the journal fixed.

use super::record;
use crate::model::custody::Action;
use crate::storage::digest::sha256;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal;
use crate::wire::desk::DeskEvent;
use crate::wire::file_digest::FileDigest;
use std::collections::{BTreeMap, HashSet};
use std::fs;

/// A record's place in the order: the time so far of its journal, the journal, the line.
type Place = (String, String, u64);

/// All events. Needs no lock: what is being written meanwhile is seen or not, each record whole.
///
/// # Errors
/// A record that is missing, changed or not in its form: what rests on it cannot be trusted, so nothing is folded.
/// `wangxun evidence verify` names all such files.
pub fn read(home: &Home) -> Result<Vec<DeskEvent>, StorageError> {
    let mut events = Vec::new();
    let mut known = HashSet::new();
    for file in records(home)? {
        let path = home.root().join(&file.path);
        let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
        if hex::encode(sha256(&bytes)) != file.sha256 {
            return Err(StorageError::damaged(
                &path,
                "does not have the digest that the journal fixed; `wangxun evidence verify` tells more",
            ));
        }
        let record: crate::wire::desk::DeskRecord = serde_json::from_slice(&bytes)
            .map_err(|e| StorageError::damaged(&path, e.to_string()))?;
        for event in record.events {
            if known.insert(event.id.clone()) {
                events.push(event);
            }
        }
    }
    Ok(events)
}

/// The records that the journals fix, in order. Journals of several writers are merged by time; within one, the order of
/// its lines holds, even where a clock was set back.
fn records(home: &Home) -> Result<Vec<FileDigest>, StorageError> {
    let mut found: BTreeMap<Place, FileDigest> = BTreeMap::new();
    let mut latest: BTreeMap<String, String> = BTreeMap::new();
    let wanted = format!("\"action\":\"{}\"", Action::Desk.code());
    journal::scan(home, &[&wanted], &mut |entry| {
        if entry.action != Action::Desk.code() {
            return;
        }
        let so_far = latest.entry(entry.writer.clone()).or_default();
        if entry.time > *so_far {
            so_far.clone_from(&entry.time);
        }
        for file in entry.files {
            let path = home.root().join(&file.path);
            if record::kind(home, &path) == Some(record::Kind::Record) {
                found.insert((so_far.clone(), entry.writer.clone(), entry.seq), file);
            }
        }
    })?;
    Ok(found.into_values().collect())
}
