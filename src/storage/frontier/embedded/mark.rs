//! The run under way, written beside the database.
//!
//! sled takes most damage for a torn tail and silently opens an older state, perhaps of before the run began. The file
//! tells which run should be there, so that it can be restored under its own identity and rebuilt from the archive.

use crate::storage::frontier::error::FrontierError;
use crate::storage::frontier::run::{Run, RunId};
use crate::wire::frontier::RunRow;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Name of the file.
const NAME: &str = "run-under-way";

/// Longest content read.
const MAX: u64 = 4096;

/// Writes the mark: the run's identity, a space, its row in hexadecimal digits.
pub(super) fn set(dir: &Path, run: &Run) -> Result<(), FrontierError> {
    let row = RunRow {
        list_digest: run.list_digest,
        started: run.started,
        ended: None,
    };
    let text = format!("{} {}\n", run.id, hex::encode(row.encode()));
    let fresh = dir.join(format!("{NAME}.new"));
    write_synced(&fresh, &text)
        .and_then(|()| fs::rename(&fresh, dir.join(NAME)))
        .and_then(|()| File::open(dir)?.sync_all())
        .map_err(|source| folder(dir, source))
}

fn write_synced(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Takes the mark away when it names this run.
pub(super) fn clear(dir: &Path, run: RunId) -> Result<(), FrontierError> {
    if read(dir).is_none_or(|marked| marked.id != run) {
        return Ok(());
    }
    match fs::remove_file(dir.join(NAME)) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(folder(dir, source)),
        _ => Ok(()),
    }
}

/// The run that the mark names; none when it is absent or malformed, since it is only a help.
pub(super) fn read(dir: &Path) -> Option<Run> {
    let path: PathBuf = dir.join(NAME);
    if fs::metadata(&path).ok()?.len() > MAX {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    let (id, digits) = text.trim().split_once(' ')?;
    let row = RunRow::decode(&hex::decode(digits).ok()?).ok()?;
    Some(Run {
        id: RunId::parse(id)?,
        list_digest: row.list_digest,
        started: row.started,
        ended: None,
    })
}

fn folder(path: &Path, source: io::Error) -> FrontierError {
    FrontierError::Folder {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn the_mark_comes_back_and_goes_with_its_run() {
        let dir = tempfile::tempdir().unwrap();
        let started = DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let run = Run {
            id: RunId::next(started, None),
            list_digest: [3; 32],
            started,
            ended: None,
        };
        assert_eq!(read(dir.path()), None);
        set(dir.path(), &run).unwrap();
        assert_eq!(read(dir.path()), Some(run.clone()));
        clear(dir.path(), RunId::next(started, Some(run.id))).unwrap();
        assert_eq!(read(dir.path()), Some(run.clone()));
        clear(dir.path(), run.id).unwrap();
        assert_eq!(read(dir.path()), None);
        for damaged in ["", "x", "zz 00", "0123456789ab zz", "0123456789ab 01"] {
            fs::write(dir.path().join(NAME), damaged).unwrap();
            assert_eq!(read(dir.path()), None, "{damaged}");
        }
    }
}
