//! `journal/<writer>.checkpoints`: the signed tree heads of one journal, one after the other, each followed by an
//! empty line. The file only grows.

use super::checkpoint::{Checkpoint, Checkpoints};
use super::digest::Digester;
use super::durable;
use super::error::StorageError;
use super::home::Home;
use super::journal_tree::JournalTree;
use crate::wire::file_digest::FileDigest;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file beside a journal.
pub(crate) fn path_of(journal: &Path) -> PathBuf {
    journal.with_extension("checkpoints")
}

/// Its path relative to the home.
pub(crate) fn relative(writer: &str) -> String {
    format!("journal/{writer}.checkpoints")
}

/// The day in Beijing.
pub(crate) fn beijing_day(at: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(8 * 3600).map_or_else(
        || at.date_naive(),
        |zone| at.with_timezone(&zone).date_naive(),
    )
}

/// The file as one process appends to it.
#[derive(Debug)]
pub(crate) struct CheckpointFile {
    path: PathBuf,
    relative: String,
    file: Option<File>,
    digester: Digester,
    last: Option<Checkpoint>,
    day: Option<NaiveDate>,
    covered: u64,
    failed: bool,
}

impl CheckpointFile {
    /// Reads the file, if it is there, and cuts off a torn last checkpoint, which is told.
    pub(crate) fn open(
        home: &Home,
        writer: &str,
    ) -> Result<(Self, Vec<Checkpoint>, Option<String>), StorageError> {
        let relative = relative(writer);
        let path = home.root().join(&relative);
        let mut own = Self {
            file: None,
            digester: Digester::new(),
            last: None,
            day: None,
            covered: 0,
            failed: false,
            relative,
            path,
        };
        if !own.path.exists() {
            return Ok((own, Vec::new(), None));
        }
        let bytes = fs::read(&own.path).map_err(StorageError::io("read", &own.path))?;
        let read = Checkpoints::read(&bytes);
        if let Some(fault) = read.fault {
            return Err(StorageError::damaged(&own.path, fault));
        }
        own.create()?;
        own.digester
            .update(bytes.get(..read.bytes).unwrap_or_default());
        let cut = own.cut(read.bytes, read.torn)?;
        Ok((own, read.all, cut))
    }

    fn cut(&self, bytes: usize, torn: usize) -> Result<Option<String>, StorageError> {
        let Some(file) = self.file.as_ref().filter(|_| torn > 0) else {
            return Ok(None);
        };
        file.set_len(bytes as u64)
            .and_then(|()| file.sync_all())
            .map_err(StorageError::io("cut the torn tail of", &self.path))?;
        Ok(Some(format!(
            "a torn last checkpoint of {torn} bytes was cut off"
        )))
    }

    /// Makes the file where it is not there.
    pub(crate) fn create(&mut self) -> Result<(), StorageError> {
        if self.file.is_some() {
            return Ok(());
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .map_err(StorageError::io("open", &self.path))?;
        file.sync_all()
            .map_err(StorageError::io("sync", &self.path))?;
        self.file = Some(file);
        self.path.parent().map_or(Ok(()), durable::sync_dir)
    }

    /// Takes up what was signed before, held against the journal.
    pub(crate) fn take_up(&mut self, signed: &[Checkpoint], lines: &JournalTree) {
        let Some(last) = signed.last() else {
            return;
        };
        let size = last.head().size;
        if let Some(seen) = lines.seen(size) {
            self.covered = size + u64::from(seen.entered);
            self.day = seen.time.parse().ok().map(beijing_day);
        }
        self.last = Some(last.clone());
    }

    /// Lines of the journal that need no further checkpoint.
    pub(crate) fn covered(&self) -> u64 {
        self.covered
    }

    pub(crate) fn cover(&mut self, lines: u64) {
        self.covered = lines;
    }

    /// The last checkpoint.
    pub(crate) fn last(&self) -> Option<&Checkpoint> {
        self.last.as_ref()
    }

    /// Whether none was signed today (Beijing).
    pub(crate) fn is_of_another_day(&self) -> bool {
        self.day != Some(beijing_day(Utc::now()))
    }

    /// Appends a checkpoint and puts it to disk; gives the digests of the whole file.
    pub(crate) fn append(&mut self, checkpoint: &Checkpoint) -> Result<FileDigest, StorageError> {
        self.create()?;
        let Some(file) = self.file.as_mut().filter(|_| !self.failed) else {
            return Err(StorageError::Poisoned {
                path: self.path.clone(),
            });
        };
        let note = format!("{}\n", checkpoint.text());
        let written = file
            .write_all(note.as_bytes())
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            // What stands there now is not known; the next opening cuts a torn tail off.
            self.failed = true;
            return Err(StorageError::io("append to", &self.path)(error));
        }
        self.digester.update(note.as_bytes());
        self.last = Some(checkpoint.clone());
        self.day = Some(beijing_day(Utc::now()));
        self.cover(checkpoint.head().size);
        Ok(FileDigest::new(
            self.relative.clone(),
            &self.digester.snapshot(),
        ))
    }
}
