//! The head file `journal/<writer>.head`: which line of the journal was the last made durable.

use crate::storage::chain::ChainEnd;
use crate::storage::error::StorageError;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The head file: lines and last hash, always of the same length, so that it is replaced in one write.
pub(super) fn write_head(head: &mut File, lines: u64, hash: &str) -> io::Result<()> {
    head.seek(SeekFrom::Start(0))?;
    head.write_all(head_text(lines, hash).as_bytes())
}

fn head_text(lines: u64, hash: &str) -> String {
    format!("{lines:020} {hash}\n")
}

pub(crate) fn head_path(journal: &Path) -> PathBuf {
    journal.with_extension("head")
}

/// What the head file says.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    text: String,
    /// Lines that it knows; `None` when it is missing or not in its form.
    lines: Option<u64>,
}

impl Head {
    pub(crate) fn read(journal: &Path) -> Self {
        let bytes = fs::read(head_path(journal)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines = text.get(..20).and_then(|n| n.parse().ok());
        Self { text, lines }
    }

    /// Whether the line with this number is the last one that it knows.
    pub(crate) fn names(&self, seq: u64) -> bool {
        self.lines == seq.checked_add(1)
    }

    /// What is wrong with it, held against the chain. It may know fewer lines than there are, when the program was
    /// killed between line and head. `hash` is that of the line that it names.
    pub(crate) fn fault(&self, end: &ChainEnd, hash: Option<&str>) -> Option<String> {
        match (self.lines, hash) {
            (None, _) => Some("its head file is missing or not in its form".to_owned()),
            (Some(lines), _) if lines > end.lines => Some(format!(
                "its tail was dropped: the head file knows {lines} lines, {} are there",
                end.lines
            )),
            (Some(lines), Some(hash)) if self.text == head_text(lines, hash) => None,
            _ => Some("its head file names a line that is not in it".to_owned()),
        }
    }

    /// Refuses a journal that is damaged or has lost its tail.
    pub(super) fn refuse_dropped_tail(
        &self,
        path: &Path,
        end: &ChainEnd,
    ) -> Result<(), StorageError> {
        if let Some(fault) = &end.fault {
            return Err(StorageError::damaged(path, fault.clone()));
        }
        match self.fault(end, None) {
            Some(fault) if self.lines.is_some_and(|n| n > end.lines) => {
                Err(StorageError::damaged(path, fault))
            }
            _ => Ok(()),
        }
    }
}
