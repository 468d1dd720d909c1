//! Why a file of `seeds/` could not be read at all.

use std::path::{Path, PathBuf};

/// Largest patrol list, register or unit file, in bytes.
pub(super) const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// A file or folder could not be read, or nothing can be built from it.
#[derive(Debug, thiserror::Error)]
pub enum SeedsError {
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is beyond any sensible list.
    #[error("{} has {bytes} bytes, more than the {most} a list may have: split it", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// The registers could not be indexed.
    #[error("the registers cannot be built: {source}")]
    Registers {
        /// What failed.
        #[from]
        source: crate::model::register::RegisterError,
    },
}

/// Reads a whole file of bounded size.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, SeedsError> {
    use std::io::Read;
    let fail = |source| SeedsError::Read {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(fail)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    let size = bytes.len() as u64;
    if size > LARGEST_FILE {
        return Err(SeedsError::TooLarge {
            path: path.to_owned(),
            bytes: std::fs::metadata(path).map_or(size, |m| m.len()),
            most: LARGEST_FILE,
        });
    }
    Ok(bytes)
}
