//! Files that survive a crash whole or not at all: written aside, synced, renamed, the folder synced.

use super::error::StorageError;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Creates a folder with its parents, and makes the new entries durable.
pub(crate) fn create_dir(path: &Path) -> Result<(), StorageError> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path).map_err(StorageError::io("create folder", path))?;
    if let Some(parent) = path.parent() {
        sync_dir(parent)?;
        if let Some(grand) = parent.parent() {
            sync_dir(grand)?;
        }
    }
    sync_dir(path)
}

/// Makes the entries of a folder durable.
pub(crate) fn sync_dir(path: &Path) -> Result<(), StorageError> {
    // Windows cannot open a folder as a file and makes renames durable by itself.
    if cfg!(windows) {
        return Ok(());
    }
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(StorageError::io("sync folder", path))
}

/// Writes a new file at `path` by way of `aside` on the same file system. An existing file is replaced at once, so
/// readers see the old bytes or the new, never a mixture.
pub(crate) fn write_file(path: &Path, aside: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let mut file = File::create(aside).map_err(StorageError::io("create", aside))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(StorageError::io("write", aside))?;
    drop(file);
    rename(aside, path)
}

/// Writes a new file like [`write_file`], read-only: it never changes.
pub(crate) fn write_for_ever(path: &Path, aside: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let mut file = File::create(aside).map_err(StorageError::io("create", aside))?;
    let written = file.write_all(bytes).and_then(|()| {
        let mut permissions = file.metadata()?.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions)?;
        file.sync_all()
    });
    written.map_err(StorageError::io("write", aside))?;
    drop(file);
    rename(aside, path)
}

/// Renames. The new name is durable when the folder is synced, which whoever puts another file there does at once.
pub(crate) fn rename_before_another(from: &Path, to: &Path) -> Result<(), StorageError> {
    fs::rename(from, to).map_err(StorageError::io("rename to", to))
}

/// Renames and makes the new name durable.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), StorageError> {
    fs::rename(from, to).map_err(StorageError::io("rename to", to))?;
    match to.parent() {
        Some(folder) => sync_dir(folder),
        None => Ok(()),
    }
}

/// The paths in a folder, sorted; none when there is no such folder.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, StorageError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(StorageError::io("read folder", folder)(e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(
            entry
                .map_err(StorageError::io("read folder", folder))?
                .path(),
        );
    }
    paths.sort();
    Ok(paths)
}
