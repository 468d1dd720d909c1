//! What can go wrong while evidence is kept.

use super::warc::error::WarcError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Trouble of the keeper of evidence.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The file system refused.
    #[error("{what} {}: {source}{}", path.display(), advice(source))]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process works in this home.
    #[error("{} is in use by {holder}", home.display())]
    InUse {
        /// The home.
        home: PathBuf,
        /// Who says to hold it.
        holder: String,
    },
    /// The home was written by another version of the format, or is no home.
    #[error("{}: format is {found:?}, this program knows {known:?}", path.display())]
    Format {
        /// The FORMAT file.
        path: PathBuf,
        /// Its first line.
        found: String,
        /// The version known.
        known: &'static str,
    },
    /// There is no home here.
    #[error("{} holds no evidence store (no FORMAT file)", path.display())]
    NoHome {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A run id, visit or writer name that cannot be kept.
    #[error(
        "{what} {value:?} must be 1 to 100 characters of [A-Za-z0-9._-], not beginning with a dot"
    )]
    Name {
        /// What is named.
        what: &'static str,
        /// The name.
        value: String,
    },
    /// Stored bytes are not what they were.
    #[error("{}: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A key cannot be used.
    #[error("{}: {detail}", path.display())]
    Key {
        /// The key's file or folder.
        path: PathBuf,
        /// Why, and what to do.
        detail: String,
    },
    /// What a time-stamp authority sent is not kept.
    #[error("the time stamp of {authority} is not kept: {detail}")]
    Stamp {
        /// Name of the authority.
        authority: String,
        /// Why.
        detail: String,
    },
    /// The item is not there.
    #[error("no evidence item {id:?}")]
    NoItem {
        /// The identifier.
        id: String,
    },
    /// The item was deleted, and its tombstone stands.
    #[error(
        "the evidence item {id} was deleted; `wangxun evidence custody {id}` tells by whom and why"
    )]
    Deleted {
        /// The identifier.
        id: String,
    },
    /// Something is to be handed out into a folder that holds other things.
    #[error("{} is not empty; give a new folder", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A finding's quote does not stand where the finding says.
    #[error("the quote of rule {rule} does not stand at bytes {start}..{end} of the page's text")]
    Quote {
        /// The rule.
        rule: String,
        /// First byte.
        start: usize,
        /// Byte after the last.
        end: usize,
    },
    /// What was to be kept is beyond a limit of the format.
    #[error("{what}: {detail}")]
    Limit {
        /// What was to be written.
        what: &'static str,
        /// The limit and the value.
        detail: String,
    },
    /// A WARC file cannot be read.
    #[error("{}: {source}", path.display())]
    Warc {
        /// The file.
        path: PathBuf,
        /// Why.
        source: WarcError,
    },
    /// No WARC record can be found in the file.
    #[error("{}: holds no WARC record", path.display())]
    NotWarc {
        /// The file.
        path: PathBuf,
    },
    /// A stored form could not be written as JSON.
    #[error("{what} cannot be written as JSON: {source}")]
    Json {
        /// What was to be written.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// The index cannot be read or written; it can be rebuilt.
    #[error("index: {detail}{}", index_advice(detail))]
    Index {
        /// What the engine said.
        detail: String,
    },
    /// An earlier write failed, so the state of the file is not known; reopen to recover.
    #[error("{}: an earlier write failed; reopen the store", path.display())]
    Poisoned {
        /// The file.
        path: PathBuf,
    },
}

/// What to do, where that is plain.
fn advice(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            " (what is stored stays whole: free some space, then run the same command again)"
        }
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            " (run as a user that may write there, or give another --home)"
        }
        _ => "",
    }
}

/// The engine of the index tells trouble in words only.
fn index_advice(detail: &str) -> &'static str {
    match detail.contains("No space left") || detail.contains("os error 28") {
        true => advice(&io::ErrorKind::StorageFull.into()),
        false => "",
    }
}

impl StorageError {
    /// A closure for `map_err` that names what was tried on which path.
    pub(crate) fn io<'a>(
        what: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(io::Error) -> StorageError + 'a {
        move |source| Self::Io {
            what,
            path: path.to_owned(),
            source,
        }
    }

    /// The key at `path` cannot be used.
    pub(crate) fn key(path: &Path, detail: impl Into<String>) -> Self {
        Self::Key {
            path: path.to_owned(),
            detail: detail.into(),
        }
    }

    /// Stored bytes of `path` are not what they were.
    pub(crate) fn damaged(path: &Path, detail: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            detail: detail.into(),
        }
    }
}
