//! The files of `patrol watch` in the home: its lock, how far its schedules have come, how it is. They are no evidence;
//! what is lost here costs a visit, not a proof.

use super::durable;
use super::error::StorageError;
use super::home::lock_file;
use crate::wire::watch::{Health, WATCH_FORMAT, WatchState};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest file that is read.
const LONGEST: u64 = 4 << 20;

/// The right to watch from a home; one process has it, between its runs as well.
#[derive(Debug)]
pub struct WatchLock {
    _file: File,
}

impl WatchLock {
    /// Takes it. The error names the process that has it.
    pub fn take(root: &Path) -> Result<Self, StorageError> {
        durable::create_dir(root)?;
        Ok(Self {
            _file: lock_file(root, &root.join("WATCH"))?,
        })
    }

    /// Whether a process has it.
    pub fn is_held(root: &Path) -> bool {
        let tried = File::open(root.join("WATCH")).map(|file| file.try_lock_shared());
        matches!(tried, Ok(Err(fs::TryLockError::WouldBlock)))
    }
}

fn state_path(root: &Path) -> PathBuf {
    root.join("watch.json")
}

fn health_path(root: &Path) -> PathBuf {
    root.join("health.json")
}

/// How far the schedules have come; `None` when nothing is known. A file that cannot be understood is an error, since
/// taking it for none would make nothing up.
pub fn read_state(root: &Path) -> Result<Option<WatchState>, StorageError> {
    let path = state_path(root);
    let Some(bytes) = read(&path)? else {
        return Ok(None);
    };
    let state: WatchState = serde_json::from_slice(&bytes).map_err(|error| {
        StorageError::damaged(&path, format!("{error}; remove the file to begin anew"))
    })?;
    if state.format != WATCH_FORMAT {
        return Err(StorageError::Format {
            path,
            found: state.format.chars().take(60).collect(),
            known: WATCH_FORMAT,
        });
    }
    Ok(Some(state))
}

/// Writes it down, at once or not at all.
pub fn write_state(root: &Path, state: &WatchState) -> Result<(), StorageError> {
    write(&state_path(root), "state of the watch", state)
}

/// How the watch said to be last; `None` when there is no file.
pub fn read_health(root: &Path) -> Result<Option<Health>, StorageError> {
    let path = health_path(root);
    let bytes = read(&path)?;
    bytes
        .map(|bytes| {
            serde_json::from_slice(&bytes)
                .map_err(|error| StorageError::damaged(&path, error.to_string()))
        })
        .transpose()
}

/// Writes it down, at once or not at all.
pub fn write_health(root: &Path, health: &Health) -> Result<(), StorageError> {
    write(&health_path(root), "health", health)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, StorageError> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(StorageError::io("read", path)(e)),
    }
}

fn write(
    path: &Path,
    what: &'static str,
    value: &impl serde::Serialize,
) -> Result<(), StorageError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| StorageError::Json { what, source })?;
    bytes.push(b'\n');
    // Not under `tmp/`: whoever opens the home after a crash clears that.
    durable::write_file(path, &path.with_extension("json.new"), &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::watch::Accounted;

    #[test]
    fn the_second_watch_is_told_who_has_the_first() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!WatchLock::is_held(folder.path()));
        let first = WatchLock::take(folder.path()).unwrap();
        assert!(WatchLock::is_held(folder.path()));
        let message = WatchLock::take(folder.path()).unwrap_err().to_string();
        let own = format!("process {}", std::process::id());
        assert!(message.contains(&own), "{message}");
        drop(first);
        WatchLock::take(folder.path()).unwrap();
    }

    #[test]
    fn the_state_comes_back_and_damage_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_state(folder.path()).unwrap(), None);
        let mut state = WatchState::default();
        let accounted = Accounted {
            schedule: "every 6h".to_owned(),
            until: chrono::DateTime::from_timestamp_millis(1_800_000_000_123).unwrap(),
        };
        state.schedules.insert(String::new(), accounted);
        write_state(folder.path(), &state).unwrap();
        assert_eq!(read_state(folder.path()).unwrap(), Some(state));
        for broken in ["", "{", "{\"format\":\"wangxun-watch/2\",\"schedules\":{}}"] {
            fs::write(folder.path().join("watch.json"), broken).unwrap();
            assert!(read_state(folder.path()).is_err(), "{broken}");
        }
        fs::write(folder.path().join("health.json"), "[]").unwrap();
        assert!(read_health(folder.path()).is_err());
    }
}
