//! Files that only their owner may read. On systems without Unix modes the account's own protection holds.

use super::durable;
use super::error::StorageError;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Creates a folder that only the owner may enter.
pub(crate) fn create_dir(path: &Path) -> Result<(), StorageError> {
    if path.is_dir() {
        return check(path);
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(StorageError::io("create folder", path))?;
    path.parent().map_or(Ok(()), durable::sync_dir)
}

/// Writes a file that only the owner may read, by way of `aside`. An existing one is replaced.
pub(crate) fn write_file(path: &Path, aside: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let _ = fs::remove_file(aside);
    let mut file = open_private(aside).map_err(StorageError::io("create", aside))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(StorageError::io("write", aside))?;
    drop(file);
    durable::rename(aside, path)
}

fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Refuses a key's file or folder that others may read or write.
pub(crate) fn check(path: &Path) -> Result<(), StorageError> {
    match loose(path)? {
        None => Ok(()),
        Some(detail) => Err(StorageError::key(path, detail)),
    }
}

/// What is wrong with the permissions of a key's file or folder, and what to do.
pub(crate) fn loose(path: &Path) -> Result<Option<String>, StorageError> {
    let data = fs::metadata(path).map_err(StorageError::io("read permissions of", path))?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let wanted = if data.is_dir() { "700" } else { "600" };
            return Ok(Some(format!(
                "other users may read or change it (mode {mode:03o}), so it is not used: run `chmod {wanted} {}`; if \
                 others could have read it, run `wangxun keys rotate` afterwards",
                path.display()
            )));
        }
    }
    let _ = data;
    Ok(None)
}
