//! The WARC file that is being written.

use super::{CaptureRef, RunSettings, WarcNames};
use crate::model::capture::Capture;
use crate::model::custody::Action;
use crate::storage::cdxj::{CdxjEntry, index_text};
use crate::storage::chain;
use crate::storage::digest::{Digester, digests};
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::{Act, Journal};
use crate::storage::warc::encode::{CaptureContext, EncodedCapture, target_uri, warcinfo};
use crate::storage::warc::headers::Headers;
use crate::storage::warc::member::MemberWriter;
use crate::wire::capture_mark::{CaptureMark, CertificatePlace};
use crate::wire::file_digest::FileDigest;
use chrono::Utc;
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// An open file with all that must be known to close it.
pub(super) struct OpenWarc {
    names: WarcNames,
    /// Path of the closed file, relative to the home.
    relative: String,
    file: Arc<File>,
    marks: Arc<File>,
    digester: Digester,
    marks_digester: Digester,
    seq: u64,
    hash: String,
    cdxj: Vec<CdxjEntry>,
    certificates: HashSet<[u8; 32]>,
    unsynced: u64,
    unchecked: u64,
    last_sync: Instant,
    poisoned: bool,
}

/// What is to be put to disk, outside of the lock.
pub(super) struct Sync {
    file: Arc<File>,
    marks: Arc<File>,
    path: String,
    checkpoint: Option<FileDigest>,
}

impl Sync {
    /// Syncs, and gives what the journal should then fix.
    pub(super) fn run(self) -> Result<Option<FileDigest>, StorageError> {
        self.file
            .sync_data()
            .and_then(|()| self.marks.sync_data())
            .map_err(StorageError::io("sync", Path::new(&self.path)))?;
        Ok(self.checkpoint)
    }
}

impl OpenWarc {
    /// Begins a file with its warcinfo record. The journal knows of it before it is there.
    pub(super) fn create(
        home: &Home,
        journal: &Journal,
        run: &str,
        stem: &str,
        writer: &mut MemberWriter,
        info: &Headers,
    ) -> Result<Self, StorageError> {
        let names = WarcNames::new(home, run, stem);
        let relative = home.relative(&names.closed());
        let mut encoded = EncodedCapture::default();
        warcinfo(writer, &names.file_name(), Utc::now(), info, &mut encoded).map_err(|source| {
            StorageError::Warc {
                path: names.open(),
                source,
            }
        })?;
        journal.append(Act::new(Action::WarcOpen, relative.clone()))?;
        let mut open = Self {
            file: Arc::new(create_new(&names.open())?),
            marks: Arc::new(create_new(&names.marks())?),
            hash: names.genesis(),
            names,
            relative,
            digester: Digester::new(),
            marks_digester: Digester::new(),
            seq: 0,
            cdxj: Vec::new(),
            certificates: HashSet::new(),
            unsynced: 0,
            unchecked: 0,
            last_sync: Instant::now(),
            poisoned: false,
        };
        let mark = open.mark(&encoded);
        open.write(&encoded.bytes, mark)?;
        durable::sync_dir(&open.names.folder)?;
        Ok(open)
    }

    pub(super) fn has_certificate(&self, digest: &[u8; 32]) -> bool {
        self.certificates.contains(digest)
    }

    /// Whether an earlier write failed and could not be taken back.
    pub(super) fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// Whether the file should be closed before `bytes` more come. A capture longer than a file gets one of its own.
    pub(super) fn is_full(&self, bytes: u64, limit: u64) -> bool {
        self.seq > 1 && self.digester.byte_count() + bytes > limit
    }

    /// Writes a capture and its line in the capture list.
    pub(super) fn append(
        &mut self,
        run: &str,
        capture: &Capture,
        context: &CaptureContext,
        encoded: EncodedCapture,
    ) -> Result<CaptureRef, StorageError> {
        let mut mark = self.mark(&encoded);
        mark.requested = capture.requested.as_str().to_owned();
        mark.final_url = capture
            .last()
            .map(|e| target_uri(&e.url))
            .unwrap_or_default();
        mark.visit = context.visit.clone();
        let place = CaptureRef {
            run: run.to_owned(),
            file: self.names.file_name(),
            offset: mark.offset,
            length: mark.length,
            response_id: mark.response.clone(),
            payload_sha256: mark.payload.clone(),
        };
        self.write(&encoded.bytes, mark)?;
        self.certificates
            .extend(encoded.certificates.iter().map(|c| c.0));
        self.cdxj
            .extend(encoded.cdxj.into_iter().map(|e| e.moved(place.offset)));
        Ok(place)
    }

    /// The line for records that are about to be written, without its digest and addresses.
    fn mark(&self, encoded: &EncodedCapture) -> CaptureMark {
        let offset = self.digester.byte_count();
        let certificates =
            encoded
                .certificates
                .iter()
                .map(|(digest, at, length)| CertificatePlace {
                    length: *length,
                    offset: offset + at,
                    sha256: hex::encode(digest),
                });
        CaptureMark {
            certificates: certificates.collect(),
            final_url: String::new(),
            hash: String::new(),
            length: encoded.bytes.len() as u64,
            offset,
            payload: hex::encode(encoded.payload_sha256),
            prev: self.hash.clone(),
            requested: String::new(),
            response: encoded.response_id.clone(),
            seq: self.seq,
            sha256: String::new(),
            visit: String::new(),
        }
    }

    /// Writes the records, then the line that makes them count. When the disk is full both are taken back.
    fn write(&mut self, bytes: &[u8], mut mark: CaptureMark) -> Result<(), StorageError> {
        if self.poisoned {
            return Err(StorageError::Poisoned {
                path: self.names.open(),
            });
        }
        let before = (self.digester.byte_count(), self.marks_digester.byte_count());
        let mut digester = self.digester.clone();
        digester.update(bytes);
        mark.sha256 = hex::encode(digester.sha256());
        let line = chain::close_line(&mut mark).map_err(|source| StorageError::Json {
            what: "capture mark",
            source,
        })?;
        if let Err(error) = (&*self.file)
            .write_all(bytes)
            .and_then(|()| (&*self.marks).write_all(&line))
        {
            let marks = self.marks.set_len(before.1);
            self.poisoned = marks.and_then(|()| self.file.set_len(before.0)).is_err();
            return Err(StorageError::io("append to", &self.names.open())(error));
        }
        self.digester = digester;
        self.marks_digester.update(&line);
        self.seq += 1;
        self.hash = mark.hash;
        self.unsynced += bytes.len() as u64;
        self.unchecked += bytes.len() as u64;
        Ok(())
    }

    /// What should be put to disk now, if it is time.
    pub(super) fn sync_when_due(&mut self, settings: &RunSettings) -> Option<Sync> {
        let due = self.unsynced >= settings.sync_bytes
            || self.last_sync.elapsed() >= settings.sync_interval;
        if !due {
            return None;
        }
        let checkpoint = self.unchecked >= settings.checkpoint_bytes;
        self.unsynced = 0;
        self.last_sync = Instant::now();
        if checkpoint {
            self.unchecked = 0;
        }
        Some(Sync {
            file: Arc::clone(&self.file),
            marks: Arc::clone(&self.marks),
            path: self.relative.clone(),
            checkpoint: checkpoint
                .then(|| FileDigest::new(self.relative.clone(), &self.digester.snapshot())),
        })
    }

    /// Closes the file for ever.
    pub(super) fn close(self, home: &Home, journal: &Journal) -> Result<(), StorageError> {
        let Self {
            names,
            file,
            marks,
            digester,
            marks_digester,
            cdxj,
            ..
        } = self;
        file.sync_all()
            .map_err(StorageError::io("sync", &names.open()))?;
        marks
            .sync_all()
            .map_err(StorageError::io("sync", &names.marks()))?;
        close_files(home, journal, &names, &cdxj, &[digester, marks_digester])
    }
}

/// Writes the index, lets the journal fix the three files, and gives the WARC file its closed name. `digests` are
/// those of the WARC file and the capture list.
pub(super) fn close_files(
    home: &Home,
    journal: &Journal,
    names: &WarcNames,
    cdxj: &[CdxjEntry],
    [warc, marks]: &[Digester; 2],
) -> Result<(), StorageError> {
    let index = index_text(cdxj, &names.file_name());
    let aside = home.tmp().join(format!("{}.cdxj", names.stem));
    durable::write_file(&names.cdxj(), &aside, index.as_bytes())?;
    let relative = home.relative(&names.closed());
    let act = Act::new(Action::WarcClose, relative.clone())
        .file(FileDigest::new(relative, &warc.snapshot()))
        .file(FileDigest::new(
            home.relative(&names.cdxj()),
            &digests(index.as_bytes()),
        ))
        .file(FileDigest::new(
            home.relative(&names.marks()),
            &marks.snapshot(),
        ));
    journal.append(act)?;
    durable::rename(&names.open(), &names.closed())
}

fn create_new(path: &Path) -> Result<File, StorageError> {
    OpenOptions::new()
        .create_new(true)
        .append(true)
        .open(path)
        .map_err(StorageError::io("create", path))
}
