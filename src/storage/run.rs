//! A run's archive: every capture goes to rolling WARC files, so that past pages can be audited again.
//!
//! `runs/<run>/warc/` holds `<run>-00001.warc.gz` with its index `.cdxj` and its capture list `.captures.jsonl`. A
//! file that is still written is called `.warc.gz.open`. A capture counts from the moment its line stands in the
//! capture list; what lies behind the last listed capture after a crash is cut off ([`recover`]).

mod open_warc;
pub mod read;
pub mod recover;

use super::durable;
use super::error::StorageError;
use super::home::{Home, check_name};
use super::journal::{Act, Journal};
use super::warc::encode::{CaptureContext, EncodedCapture, RefersTo, encode_revisit};
use super::warc::error::WarcError;
use super::warc::headers::Headers;
use super::warc::member::MemberWriter;
use crate::model::capture::Capture;
use crate::model::custody::Action;
use crate::model::note::Note;
use crate::storage::digest::sha256;
use open_warc::OpenWarc;
pub use read::{Captured, read_capture};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How a run is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSettings {
    /// Program and version, for the warcinfo record.
    pub software: String,
    /// SHA-256 of the configuration, lower-case hex, when there is one.
    pub config_sha256: Option<String>,
    /// How robots.txt is treated on the whole, for the warcinfo record: `obey`, `ignore`, `mixed`.
    pub robots: String,
    /// A file that has grown to this many bytes is closed and the next one begun.
    pub rotate_bytes: u64,
    /// So many bytes may lie in the system's memory before they are put to disk (a killed program loses nothing of
    /// them, a power failure does).
    pub sync_bytes: u64,
    /// So long they may lie there while captures come.
    pub sync_interval: Duration,
    /// After so many bytes the journal fixes what has been written of the open file.
    pub checkpoint_bytes: u64,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            software: format!("wangxun/{}", env!("CARGO_PKG_VERSION")),
            config_sha256: None,
            robots: "obey".to_owned(),
            rotate_bytes: 1_000_000_000,
            sync_bytes: 16 * 1024 * 1024,
            sync_interval: Duration::from_secs(5),
            checkpoint_bytes: 64 * 1024 * 1024,
        }
    }
}

/// Where a capture lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRef {
    /// The run.
    pub run: String,
    /// Name of the WARC file, as it is called when closed.
    pub file: String,
    /// Where the capture begins.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
    /// Record id of the last response, without angle brackets.
    pub response_id: String,
    /// SHA-256 of the last response's payload, lower-case hex.
    pub payload_sha256: String,
}

/// One run's archive, open for appending. Threads may share it.
pub struct RunArchive {
    home: Home,
    run: String,
    settings: RunSettings,
    journal: Arc<Journal>,
    writers: Mutex<Vec<MemberWriter>>,
    state: Mutex<State>,
}

struct State {
    open: Option<OpenWarc>,
    serial: u32,
}

impl RunArchive {
    /// Opens the archive of a run. What a killed program left is put in order first, and told in the notes.
    pub fn open(
        home: &Home,
        journal: &Arc<Journal>,
        run: &str,
        settings: RunSettings,
    ) -> Result<(Self, Vec<Note>), StorageError> {
        check_name("run id", run)?;
        let folder = home.warc(run);
        let existed = folder.is_dir();
        durable::create_dir(&folder)?;
        let notes = recover::recover_run(home, journal, run)?;
        // The folder alone does not tell: a program may be killed between it and the entry of the beginning.
        let begun = existed && recover::journalled(home, Action::RunStart)?.contains(run);
        let action = if begun {
            Action::RunResume
        } else {
            Action::RunStart
        };
        journal.append(
            Act::new(action, run)
                .reason(format!("{}, robots {}", settings.software, settings.robots)),
        )?;
        let serial = read::serials(&folder, run)?.last().copied().unwrap_or(0);
        let archive = Self {
            home: home.clone(),
            run: run.to_owned(),
            settings,
            journal: Arc::clone(journal),
            writers: Mutex::new(Vec::new()),
            state: Mutex::new(State { open: None, serial }),
        };
        Ok((archive, notes))
    }

    /// The run.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Writes one capture. When this returns the bytes are with the operating system, so that a killed program loses
    /// nothing; they are put to disk every few seconds.
    pub fn append(
        &self,
        capture: &Capture,
        context: &CaptureContext,
    ) -> Result<CaptureRef, StorageError> {
        self.append_revisit(capture, context, None)
    }

    /// Writes one capture like [`RunArchive::append`]; its last answer, a 304, refers to a stored one.
    pub fn append_revisit(
        &self,
        capture: &Capture,
        context: &CaptureContext,
        refers_to: Option<&RefersTo>,
    ) -> Result<CaptureRef, StorageError> {
        let mut writer = locked(&self.writers).pop().unwrap_or_default();
        let result = self.append_with(&mut writer, capture, context, refers_to);
        locked(&self.writers).push(writer);
        let (place, sync) = result?;
        if let Some(sync) = sync {
            self.sync(sync)?;
        }
        Ok(place)
    }

    fn append_with(
        &self,
        writer: &mut MemberWriter,
        capture: &Capture,
        context: &CaptureContext,
        refers_to: Option<&RefersTo>,
    ) -> Result<(CaptureRef, Option<open_warc::Sync>), StorageError> {
        loop {
            // The costly part runs outside the lock. It leaves out certificates that the present file has; should
            // the file be another one by then, it is done again.
            let (serial, known) = self.known_certificates(capture);
            let encoded =
                encode_revisit(writer, capture, context, refers_to, &|d| known.contains(d))
                    .map_err(|e| self.warc_error(e))?;
            let mut state = locked(&self.state);
            self.make_room(&mut state, writer, encoded.bytes.len() as u64)?;
            if !known.is_empty() && state.serial != serial {
                continue;
            }
            return self.commit(&mut state, capture, context, encoded);
        }
    }

    fn commit(
        &self,
        state: &mut State,
        capture: &Capture,
        context: &CaptureContext,
        encoded: EncodedCapture,
    ) -> Result<(CaptureRef, Option<open_warc::Sync>), StorageError> {
        let Some(open) = state.open.as_mut() else {
            return Err(StorageError::Poisoned {
                path: self.home.warc(&self.run),
            });
        };
        let place = open.append(&self.run, capture, context, encoded)?;
        Ok((place, open.sync_when_due(&self.settings)))
    }

    /// Digests of those certificates of the capture that the present file has already.
    fn known_certificates(&self, capture: &Capture) -> (u32, HashSet<[u8; 32]>) {
        let chain = capture.exchanges.iter().flat_map(|e| e.tls_chain.iter());
        let digests: HashSet<[u8; 32]> = chain.map(|der| sha256(der)).collect();
        let state = locked(&self.state);
        let has = |digest: &[u8; 32]| {
            state
                .open
                .as_ref()
                .is_some_and(|open| open.has_certificate(digest))
        };
        (state.serial, digests.into_iter().filter(has).collect())
    }

    /// Sees to it that a file is open which can take `bytes` more.
    fn make_room(
        &self,
        state: &mut State,
        writer: &mut MemberWriter,
        bytes: u64,
    ) -> Result<(), StorageError> {
        // A file of unknown state stays as it is until the next opening cuts it at its last whole capture.
        state.open.take_if(|open| open.is_poisoned());
        if let Some(open) = state
            .open
            .take_if(|o| o.is_full(bytes, self.settings.rotate_bytes))
        {
            open.close(&self.home, &self.journal)?;
        }
        if state.open.is_none() {
            let serial = state.serial + 1;
            let info = self.info();
            let name = format!("{}-{serial:05}", self.run);
            // Taken even when the creation fails half-way, so that the next attempt does not meet its leavings.
            state.serial = serial;
            state.open = Some(OpenWarc::create(
                &self.home,
                &self.journal,
                &self.run,
                &name,
                writer,
                &info,
            )?);
        }
        Ok(())
    }

    /// Fields of the warcinfo record.
    fn info(&self) -> Headers {
        info_fields(
            &self.settings.software,
            &self.run,
            &self.settings.robots,
            self.settings.config_sha256.as_deref(),
        )
    }

    /// Puts to disk what `sync` stands for, and lets the journal fix it when it is time.
    fn sync(&self, sync: open_warc::Sync) -> Result<(), StorageError> {
        let Some(checkpoint) = sync.run()? else {
            return Ok(());
        };
        let object = checkpoint.path.clone();
        self.journal
            .append(Act::new(Action::WarcCheckpoint, object).file(checkpoint))?;
        Ok(())
    }

    /// Captures of this run in the order of their files, also those of the time before a crash.
    pub fn captured(
        &self,
    ) -> Result<impl Iterator<Item = Result<Captured, StorageError>> + use<>, StorageError> {
        read::captured(&self.home, &self.run)
    }

    /// Reads a capture back. See [`read_capture`].
    pub fn read_capture(&self, place: &CaptureRef) -> Result<Capture, StorageError> {
        read_capture(&self.home, place)
    }

    /// Closes the open file and tells the journal that the run is at its end, or was stopped before it. `summary`
    /// says in one line what was done.
    pub fn finish(self, complete: bool, summary: &str) -> Result<(), StorageError> {
        let open = locked(&self.state).open.take();
        if let Some(open) = open.filter(|open| !open.is_poisoned()) {
            open.close(&self.home, &self.journal)?;
        }
        let action = if complete {
            Action::RunEnd
        } else {
            Action::RunStop
        };
        self.journal
            .append(Act::new(action, self.run.as_str()).reason(summary))?;
        Ok(())
    }

    fn warc_error(&self, source: WarcError) -> StorageError {
        StorageError::Warc {
            path: self.home.warc(&self.run),
            source,
        }
    }
}

/// Fields of a warcinfo record (WARC 1.1 section 6.3).
pub(crate) fn info_fields(
    software: &str,
    run: &str,
    robots: &str,
    config_sha256: Option<&str>,
) -> Headers {
    let mut fields = Headers::new();
    fields.push("software", software);
    fields.push("format", "WARC File Format 1.1");
    fields.push(
        "conformsTo",
        "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    );
    fields.push("isPartOf", run);
    fields.push("robots", robots);
    if let Some(digest) = config_sha256 {
        fields.push("configDigest", format!("sha256:{digest}"));
    }
    fields
}

/// Names of the files that belong to one WARC file.
#[derive(Debug, Clone)]
pub(crate) struct WarcNames {
    pub(crate) folder: PathBuf,
    /// `<run>-00001`.
    pub(crate) stem: String,
}

impl WarcNames {
    pub(crate) fn new(home: &Home, run: &str, stem: &str) -> Self {
        Self {
            folder: home.warc(run),
            stem: stem.to_owned(),
        }
    }

    /// Name of the closed file, by which records and indexes know it.
    pub(crate) fn file_name(&self) -> String {
        format!("{}.warc.gz", self.stem)
    }

    pub(crate) fn closed(&self) -> PathBuf {
        self.folder.join(self.file_name())
    }

    pub(crate) fn open(&self) -> PathBuf {
        self.folder.join(format!("{}.warc.gz.open", self.stem))
    }

    /// The file under the name that it bears now.
    pub(crate) fn present(&self) -> PathBuf {
        let open = self.open();
        if open.exists() { open } else { self.closed() }
    }

    pub(crate) fn cdxj(&self) -> PathBuf {
        self.folder.join(format!("{}.cdxj", self.stem))
    }

    pub(crate) fn marks(&self) -> PathBuf {
        self.folder.join(format!("{}.captures.jsonl", self.stem))
    }

    /// What the first line of the capture list must name as the line before.
    pub(crate) fn genesis(&self) -> String {
        hex::encode(sha256(
            format!("wangxun-captures/1 {}", self.file_name()).as_bytes(),
        ))
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
