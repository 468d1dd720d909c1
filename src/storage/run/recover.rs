//! After a crash: what a killed program left open is cut at its last whole capture, indexed and closed.

use super::open_warc::close_files;
use super::{WarcNames, read};
use crate::model::custody::Action;
use crate::model::note::Note;
use crate::storage::cdxj::index_warc;
use crate::storage::chain::{self, ChainEnd};
use crate::storage::digest::{Digester, digests};
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::{self, Act, Journal};
use crate::wire::capture_mark::CaptureMark;
use crate::wire::file_digest::FileDigest;
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Puts the WARC files of one run in order. A file whose beginning is damaged is left as it is, for the verifier to
/// name; no evidence is ever thrown away.
pub fn recover_run(home: &Home, journal: &Journal, run: &str) -> Result<Vec<Note>, StorageError> {
    let folder = home.warc(run);
    let mut notes = Vec::new();
    let mut closed = None;
    for serial in read::serials(&folder, run)? {
        let names = WarcNames::new(home, run, &format!("{run}-{serial:05}"));
        if !names.open().exists() {
            continue;
        }
        let closed = match &mut closed {
            Some(closed) => closed,
            none => none.insert(journalled(home, Action::WarcClose)?),
        };
        if closed.contains(&home.relative(&names.closed())) {
            durable::rename(&names.open(), &names.closed())?;
        } else {
            notes.extend(recover_file(home, journal, &names)?);
        }
    }
    Ok(notes)
}

/// Puts all runs in order, and answers for files that the journal announces but that never came to be.
pub fn recover_all(home: &Home, journal: &Journal) -> Result<Vec<Note>, StorageError> {
    let mut notes = Vec::new();
    for path in durable::list(&home.runs())? {
        if let Some(run) = path.file_name().and_then(|name| name.to_str()) {
            notes.extend(recover_run(home, journal, run)?);
        }
    }
    let answered = journalled(home, Action::Repair)?;
    for object in journalled(home, Action::WarcOpen)? {
        let closed = home.root().join(&object);
        let open = home.root().join(format!("{object}.open"));
        // A closed file that is gone is for the verifier to name; one that was never begun has no mark either.
        let marks = object
            .strip_suffix(".warc.gz")
            .map(|stem| home.root().join(format!("{stem}.captures.jsonl")));
        let traces = closed.exists() || open.exists() || marks.is_some_and(|m| m.exists());
        if !traces
            && !answered.contains(&object)
            && !journalled(home, Action::WarcClose)?.contains(&object)
        {
            journal.append(Act::new(Action::Repair, object).reason(NEVER_BEGUN))?;
        }
    }
    Ok(notes)
}

const NEVER_BEGUN: &str =
    "the file was announced, but the program ended before anything was written";

/// The objects of all journal entries with this action.
pub(crate) fn journalled(home: &Home, action: Action) -> Result<HashSet<String>, StorageError> {
    let mut objects = HashSet::new();
    for path in journal::files(home)? {
        journal::read_file(&path, &mut |entry, _| {
            if entry.action == action.code() {
                objects.insert(entry.object);
            }
            true
        })?;
    }
    Ok(objects)
}

fn recover_file(
    home: &Home,
    journal: &Journal,
    names: &WarcNames,
) -> Result<Option<Note>, StorageError> {
    let whole = match find_whole(names)? {
        Found::Whole(whole) => whole,
        Found::Nothing => return remove_begun(home, journal, names).map(Some),
        Found::Damaged(detail) => return Ok(Some(Note::new("warc-damaged", detail))),
    };
    let mut note = None;
    let warc_cut = cut(&names.open(), whole.warc.byte_count())?;
    let marks_cut = cut(&names.marks(), whole.marks.byte_count())?;
    if let Some(reason) = cut_reason(warc_cut, marks_cut, whole.warc.byte_count()) {
        journal.append(
            Act::new(Action::Repair, home.relative(&names.closed())).reason(reason.clone()),
        )?;
        note = Some(Note::new(
            "warc-tail-cut",
            format!("{}: {reason}", names.file_name()),
        ));
    }
    let file = File::open(names.open()).map_err(StorageError::io("open", &names.open()))?;
    let entries = index_warc(BufReader::with_capacity(1 << 16, file)).map_err(|source| {
        StorageError::Warc {
            path: names.open(),
            source,
        }
    })?;
    close_files(home, journal, names, &entries, &[whole.warc, whole.marks])?;
    Ok(note)
}

/// How much of a file and its list can be relied on.
struct Whole {
    warc: Digester,
    marks: Digester,
}

enum Found {
    Whole(Box<Whole>),
    /// Not even the warcinfo record was finished.
    Nothing,
    /// The beginning is not what it was.
    Damaged(String),
}

/// Finds the last listed capture whose bytes are there as they were written.
fn find_whole(names: &WarcNames) -> Result<Found, StorageError> {
    let (path, list) = (names.open(), names.marks());
    let marks = match fs::read(&list) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(StorageError::io("read", &list)(e)),
    };
    let file = File::open(&path).map_err(StorageError::io("open", &path))?;
    let mut prefix = Prefix::new(file).map_err(StorageError::io("read", &path))?;
    let mut reached = 0;
    let mut wrong = None;
    let end =
        chain::read_chain::<CaptureMark>(marks.as_slice(), &names.genesis(), &mut |mark, bytes| {
            match prefix.advance(&mark) {
                Advance::Good => {
                    reached = bytes;
                    true
                }
                Advance::Short => false,
                Advance::Wrong(why) => {
                    wrong = Some(format!("capture {}: {why}", mark.seq));
                    false
                }
            }
        })
        .map_err(StorageError::io("read", &list))?;
    Ok(judge(names, &marks, reached, prefix, wrong, &end))
}

fn judge(
    names: &WarcNames,
    marks: &[u8],
    reached: u64,
    prefix: Prefix,
    wrong: Option<String>,
    end: &ChainEnd,
) -> Found {
    let fault = wrong.or_else(|| end.fault.clone());
    if let Some(fault) = fault {
        return Found::Damaged(format!("{}: {fault}", names.file_name()));
    }
    if reached == 0 {
        return Found::Nothing;
    }
    let mut digester = Digester::new();
    digester.update(
        marks
            .get(..usize::try_from(reached).unwrap_or(usize::MAX))
            .unwrap_or_default(),
    );
    Found::Whole(Box::new(Whole {
        warc: prefix.digester,
        marks: digester,
    }))
}

/// A file that is hashed from mark to mark.
pub(crate) struct Prefix {
    file: File,
    length: u64,
    pub(crate) digester: Digester,
}

/// What was found up to a mark.
pub(crate) enum Advance {
    /// The bytes are those that the mark fixed.
    Good,
    /// The file ends before.
    Short,
    /// They are not.
    Wrong(String),
}

impl Prefix {
    pub(crate) fn new(file: File) -> std::io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            file,
            length,
            digester: Digester::new(),
        })
    }

    /// Bytes that no mark has reached yet.
    pub(crate) fn rest(&self) -> u64 {
        self.length.saturating_sub(self.digester.byte_count())
    }

    pub(crate) fn advance(&mut self, mark: &CaptureMark) -> Advance {
        let at = self.digester.byte_count();
        if mark.offset != at {
            return Advance::Wrong(format!("begins at byte {} instead of {at}", mark.offset));
        }
        if at.saturating_add(mark.length) > self.length {
            return Advance::Short;
        }
        let before = self.digester.clone();
        if let Err(e) = self.hash(mark.length) {
            self.digester = before;
            return Advance::Wrong(e.to_string());
        }
        if hex::encode(self.digester.sha256()) == mark.sha256 {
            return Advance::Good;
        }
        self.digester = before;
        Advance::Wrong(format!(
            "the bytes from {at} to {} are not what was written",
            at + mark.length
        ))
    }

    fn hash(&mut self, mut bytes: u64) -> std::io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        while bytes > 0 {
            let want = usize::try_from(bytes.min(buffer.len() as u64)).unwrap_or(buffer.len());
            let piece = buffer.get_mut(..want).unwrap_or_default();
            self.file.read_exact(piece)?;
            self.digester.update(piece);
            bytes -= want as u64;
        }
        Ok(())
    }
}

/// Cuts a file to `bytes` and tells the digests of what was cut off.
fn cut(path: &Path, bytes: u64) -> Result<Option<FileDigest>, StorageError> {
    let io = || StorageError::io("cut", path);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(io())?;
    let length = file.metadata().map_err(io())?.len();
    if length <= bytes {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(bytes)).map_err(io())?;
    let lost = crate::storage::digest::read_digests(&mut file).map_err(io())?;
    file.set_len(bytes)
        .and_then(|()| file.sync_all())
        .map_err(io())?;
    Ok(Some(FileDigest::new("", &lost)))
}

fn cut_reason(warc: Option<FileDigest>, marks: Option<FileDigest>, at: u64) -> Option<String> {
    let part = |what: &str, cut: Option<FileDigest>| {
        cut.map(|c| format!("{} bytes of {what} (sha256 {})", c.bytes, c.sha256))
    };
    let parts: Vec<String> = [part("the WARC file", warc), part("the capture list", marks)]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "cut off behind the last whole capture at byte {at}: {}",
            parts.join(", ")
        )
    })
}

/// Removes a file in which not even the first record was finished.
fn remove_begun(home: &Home, journal: &Journal, names: &WarcNames) -> Result<Note, StorageError> {
    let path = names.open();
    let begun = fs::read(&path).map_err(StorageError::io("read", &path))?;
    let digest = hex::encode(digests(&begun).sha256);
    let reason = format!(
        "nothing was captured in it; its {} bytes (sha256 {digest}) were removed",
        begun.len()
    );
    journal
        .append(Act::new(Action::Repair, home.relative(&names.closed())).reason(reason.clone()))?;
    if names.marks().exists() {
        fs::remove_file(names.marks()).map_err(StorageError::io("remove", &names.marks()))?;
    }
    fs::remove_file(&path).map_err(StorageError::io("remove", &path))?;
    Ok(Note::new(
        "warc-removed",
        format!("{}: {reason}", names.file_name()),
    ))
}
