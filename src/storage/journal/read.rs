//! Reading journals: a whole chain, or the entries in which something is named.

use super::GENESIS;
use crate::model::custody::Action;
use crate::storage::chain::{self, ChainEnd};
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::wire::journal_entry::JournalEntry;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

/// Reads a journal file from its beginning.
pub fn read_file(
    path: &Path,
    each: &mut dyn FnMut(JournalEntry, u64) -> bool,
) -> Result<ChainEnd, StorageError> {
    read_lines(path, &mut |entry, _, bytes| each(entry, bytes))
}

/// Reads a journal file from its beginning, with each line (without LF) as it stands there.
pub fn read_lines(
    path: &Path,
    each: &mut dyn FnMut(JournalEntry, &[u8], u64) -> bool,
) -> Result<ChainEnd, StorageError> {
    let file = File::open(path).map_err(StorageError::io("open", path))?;
    chain::read_chain_lines(BufReader::with_capacity(1 << 16, file), GENESIS, each)
        .map_err(StorageError::io("read", path))
}

/// All journal files of a home, in the order of their names.
pub fn files(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    let paths = durable::list(&home.journal())?;
    Ok(paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .collect())
}

/// Finds the last entry with this action and object in any journal of the home; its line must be whole and have the
/// hash that it states. Lines that do not hold the object's name are passed over unread, so this stays fast.
pub fn find(
    home: &Home,
    action: Action,
    object: &str,
) -> Result<Option<JournalEntry>, StorageError> {
    let wanted = format!("\"object\":\"{object}\"");
    let mut found = None;
    scan(home, &[&wanted], &mut |entry| {
        if entry.action == action.code() && entry.object == object {
            found = Some(entry);
        }
    })?;
    Ok(found)
}

/// Gives all entries to `each` whose lines hold one of these texts and have the hash that they state, in the order of
/// files and lines. Other lines are passed over unread; that the chain holds is not checked.
pub(crate) fn scan(
    home: &Home,
    texts: &[&str],
    each: &mut dyn FnMut(JournalEntry),
) -> Result<(), StorageError> {
    let any: Vec<String> = texts.iter().map(|text| regex::escape(text)).collect();
    let finder = regex::bytes::Regex::new(&format!("(?-u){}", any.join("|"))).ok();
    for path in files(home)? {
        let file = File::open(&path).map_err(StorageError::io("open", &path))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = io::BufRead::read_until(&mut reader, b'\n', &mut line);
            if read.map_err(StorageError::io("read", &path))? == 0 {
                break;
            }
            if finder.as_ref().is_none_or(|f| f.is_match(&line)) {
                let body = line.strip_suffix(b"\n").unwrap_or(&line);
                if let Ok(entry) = chain::open_line::<JournalEntry>(body) {
                    each(entry);
                }
            }
        }
    }
    Ok(())
}
