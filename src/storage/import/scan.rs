//! Reading a foreign WARC file to its end, past damage: what cannot be read is told with its place and reason, and the
//! reader goes on at the next record.

pub use super::unpack::Layout;
use super::{search, unpack};
use crate::storage::warc::error::WarcError;
use crate::storage::warc::headers::Headers;
use crate::storage::warc::http::{head_end, read_head};
use crate::storage::warc::reader::{DigestCheck, Record, RecordEnd, WarcReader};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Blocks longer than this are passed over, their digests checked.
pub const MAX_PAGE: u64 = 32 << 20;
/// How much of a block is read to find its HTTP head.
const MAX_HEAD: usize = 64 * 1024;
/// Damaged places after which the rest of a file is not read.
const MAX_FAULTS: u64 = 10_000;
/// So many times its size may be read again while looking for records behind damage.
const MAX_AGAIN: u64 = 8;

/// What the file holds next.
#[derive(Debug)]
pub enum Scanned {
    /// A record that could be read.
    Record(Box<Foreign>),
    /// A place that could not.
    Fault(Fault),
}

/// A record as found.
#[derive(Debug)]
pub struct Foreign {
    /// Its number among the records that could be read, from 0.
    pub number: u64,
    /// Version line.
    pub version: String,
    /// The named fields.
    pub headers: Headers,
    /// Where it begins in the file (in the unpacked one when it was compressed as a whole).
    pub offset: u64,
    /// Its length there.
    pub length: u64,
    /// The block, where it may be a page, a request or a description of the file, and is not too long.
    pub block: Option<Vec<u8>>,
    /// Whether it is an answer with a transfer coding whose content was not held: its payload digest may be that of
    /// the content without the coding, which was then not tried.
    pub untried: bool,
    /// Digest of the block.
    pub block_digest: DigestCheck,
    /// Digest of the payload as stored.
    pub payload_digest: DigestCheck,
    /// What is not as it should be, though the record can be used.
    pub marks: Vec<String>,
}

/// A place that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// First byte.
    pub offset: u64,
    /// Where reading went on; `None` when nothing more was found.
    pub resumed: Option<u64>,
    /// Id of the record, when its fields could be read.
    pub record_id: Option<String>,
    /// What is wrong.
    pub why: String,
}

type Reader = WarcReader<BufReader<Counted>>;

/// A file that tells how much of it was read: what is read again behind damage is bounded by it.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(out)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Reads one file.
pub struct Scanner {
    path: PathBuf,
    layout: Layout,
    size: u64,
    /// Removed at the end.
    unpacked: Option<PathBuf>,
    /// Damage of the compression as a whole, told at the end.
    broken: Option<String>,
    reader: Option<Reader>,
    base: u64,
    /// Bytes read since `base`.
    read: Arc<AtomicU64>,
    number: u64,
    faults: u64,
    again: u64,
    /// Where the last damage was, and up to where what is found may be part of it: set when reading went on behind it.
    behind: Option<(u64, u64)>,
}

impl Scanner {
    /// Opens a file; one that was compressed as a whole is unpacked to `aside` first.
    pub fn open(path: &Path, aside: &Path) -> io::Result<Self> {
        let layout = unpack::layout(path)?;
        let (path, unpacked, broken) = match layout {
            Layout::Whole => {
                let broken = unpack::unpack(path, aside)?;
                (aside.to_owned(), Some(aside.to_owned()), broken)
            }
            Layout::Plain | Layout::PerRecord => (path.to_owned(), None, None),
        };
        let mut scanner = Self {
            size: fs::metadata(&path)?.len(),
            path,
            layout,
            unpacked,
            broken,
            reader: None,
            base: 0,
            read: Arc::default(),
            number: 0,
            faults: 0,
            again: 0,
            behind: None,
        };
        scanner.go_to(0)?;
        Ok(scanner)
    }

    /// How the file holds its records.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Bytes of the file that is read (the unpacked one when it was compressed as a whole).
    pub fn size(&self) -> u64 {
        self.size
    }

    fn go_to(&mut self, place: u64) -> io::Result<()> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(place))?;
        self.base = place;
        self.read = Arc::default();
        let file = Counted {
            file,
            read: Arc::clone(&self.read),
        };
        self.reader = Some(WarcReader::new(BufReader::with_capacity(1 << 16, file))?);
        Ok(())
    }

    /// The next record or fault; `None` at the end of the file.
    pub fn next_found(&mut self) -> io::Result<Option<Scanned>> {
        let Some(mut reader) = self.reader.take() else {
            let broken = self.broken.take();
            return Ok(broken.map(|why| Scanned::Fault(self.last_fault(self.size, why))));
        };
        match read_one(&mut reader, self.base) {
            Ok(None) => self.next_found(),
            Ok(Some(found)) => {
                self.reader = Some(reader);
                Ok(Some(self.take_in(found)))
            }
            Err(Trouble::Io(error)) => Err(error),
            Err(Trouble::Damage(damage)) => self.pass(damage).map(|f| Some(Scanned::Fault(f))),
        }
    }

    fn take_in(&mut self, mut found: Foreign) -> Scanned {
        found.number = self.number;
        self.number += 1;
        if let Some((place, until)) = self.behind {
            found.marks.push(format!(
                "found behind damage at byte {place}; may be part of a damaged record's content"
            ));
            if found.offset >= until {
                self.behind = None;
            }
        }
        Scanned::Record(Box::new(found))
    }

    /// Looks for the next record behind damage.
    fn pass(&mut self, damage: Damage) -> io::Result<Fault> {
        self.faults += 1;
        let reached = self.base + self.read.load(Ordering::Relaxed);
        self.again += reached.saturating_sub(damage.offset);
        let fault = |resumed| Fault {
            offset: damage.offset,
            resumed,
            record_id: damage.record_id.clone(),
            why: damage.why.clone(),
        };
        if self.faults >= MAX_FAULTS || self.again > self.size.saturating_mul(MAX_AGAIN) {
            let mut last = fault(None);
            last.why
                .push_str("; too much is damaged, the rest was not read");
            return Ok(last);
        }
        let gzip = self.layout == Layout::PerRecord;
        let next = search::next_record(&self.path, gzip, damage.offset + 1)?;
        if let Some(place) = next {
            self.go_to(place)?;
            // A member ends where it ends, whatever its record says.
            let claimed = if gzip { 0 } else { damage.claims_to };
            let before = self.behind.map_or(0, |(_, until)| until);
            self.behind = Some((damage.offset, before.max(claimed)));
        }
        Ok(fault(next))
    }

    fn last_fault(&self, offset: u64, why: String) -> Fault {
        Fault {
            offset,
            resumed: None,
            record_id: None,
            why,
        }
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        if let Some(path) = &self.unpacked {
            // What stays is removed at the next opening of the store.
            let _ = fs::remove_file(path);
        }
    }
}

enum Trouble {
    Io(io::Error),
    Damage(Damage),
}

struct Damage {
    offset: u64,
    /// Up to where the damaged record says that it goes, as far as that is known.
    claims_to: u64,
    record_id: Option<String>,
    why: String,
}

/// Reads the next record; with `base` all places are those of the file.
fn read_one(reader: &mut Reader, base: u64) -> Result<Option<Foreign>, Trouble> {
    let record = match reader.next_record() {
        Ok(None) => return Ok(None),
        Ok(Some(record)) => record,
        Err(error) => return Err(damage(error, base, 0, None)),
    };
    let (version, headers) = (record.version.clone(), record.headers.clone());
    let (start, length) = (record.offset, record.length);
    let id = Some(headers.record_id().to_owned()).filter(|id| !id.is_empty());
    let (block, untried, end) =
        read_block(record, &headers).map_err(|e| damage(e, base, length, id.clone()))?;
    let mut marks = Vec::new();
    if !end.clean {
        let at_record = reader
            .at_record()
            .map_err(|e| damage(e, base, length, id.clone()))?;
        if !at_record && end.block != DigestCheck::Match {
            let why = "its length is wrong: no record follows where it says that it ends";
            return Err(Trouble::Damage(Damage {
                offset: base + start,
                claims_to: (base + start).saturating_add(length),
                record_id: id,
                why: why.to_owned(),
            }));
        }
        marks.push("does not end in two empty lines, as the standard asks".to_owned());
    }
    Ok(Some(Foreign {
        number: 0,
        version,
        headers,
        offset: base + end.offset,
        length: end.length,
        block,
        untried,
        block_digest: end.block,
        payload_digest: end.payload,
        marks,
    }))
}

fn damage(error: WarcError, base: u64, length: u64, record_id: Option<String>) -> Trouble {
    let Some(offset) = error.offset() else {
        return match error {
            WarcError::Io(error) => Trouble::Io(error),
            other => Trouble::Io(io::Error::other(other)),
        };
    };
    Trouble::Damage(Damage {
        offset: base + offset,
        claims_to: (base + offset).saturating_add(length),
        record_id,
        why: told(&error),
    })
}

/// The reason without the place, which is told beside it.
fn told(error: &WarcError) -> String {
    match error {
        WarcError::Truncated { .. } => "the file ends inside this record".to_owned(),
        WarcError::Gzip { detail, .. } => format!("the compression is damaged: {detail}"),
        WarcError::Version { found, .. } => {
            format!(
                "no record begins here, but {:?}",
                found.escape_debug().to_string()
            )
        }
        WarcError::Header { detail, .. } => format!("its header cannot be read: {detail}"),
        other => other.to_string(),
    }
}

/// Reads a record to its end, and keeps its block when it is of use. Also tells whether it is an answer with a transfer
/// coding that was not kept.
fn read_block(
    mut record: Record<'_, BufReader<Counted>>,
    headers: &Headers,
) -> Result<(Option<Vec<u8>>, bool, RecordEnd), WarcError> {
    let small = record.length <= MAX_HEAD as u64;
    let fits = record.length <= MAX_PAGE;
    let mut untried = false;
    let block = match headers.record_type().as_str() {
        "request" | "warcinfo" if small => Some(record.block(MAX_PAGE)?),
        "response" if is_http(headers) => {
            let mut block = record.beginning(MAX_HEAD)?;
            let (text, coded) = answer_kind(&block);
            if text && fits {
                block.extend(record.block(MAX_PAGE)?);
                Some(block)
            } else {
                untried = coded;
                None
            }
        }
        "resource" if fits && is_http(headers) && is_text(headers.get("Content-Type")) => {
            Some(record.block(MAX_PAGE)?)
        }
        _ => None,
    };
    Ok((block, untried, record.finish()?))
}

pub(super) fn is_http(headers: &Headers) -> bool {
    let target = headers.target();
    let begins = |scheme: &str| {
        target
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://")
}

/// Whether an answer holds text for people, by its head, and whether it has a transfer coding. An answer without a whole
/// head is kept, to be refused.
fn answer_kind(beginning: &[u8]) -> (bool, bool) {
    let Some(end) = head_end(beginning) else {
        return (true, false);
    };
    let head = read_head(beginning.get(..end).unwrap_or_default());
    let value = |name: &str| {
        let named = |n: &&(String, Vec<u8>)| n.0.eq_ignore_ascii_case(name);
        let found = head.headers.iter().find(named);
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    };
    let text = is_text(value("content-type").as_deref());
    (text, value("transfer-encoding").is_some())
}

/// HTML, XHTML, plain text; what is not declared may be.
fn is_text(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or("").split(';').next().unwrap_or("");
    let kind = kind.trim().to_ascii_lowercase();
    let text = ["", "text/html", "text/plain", "application/xhtml+xml"];
    text.contains(&kind.as_str())
}
