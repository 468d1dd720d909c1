//! Files that were compressed as a whole: records are then not to be had one by one, so the file is unpacked first.

use super::search;
use crate::storage::warc::reader::WarcReader;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// How a file holds its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Without compression.
    Plain,
    /// One gzip member per record, as WARC 1.1 annex D recommends.
    PerRecord,
    /// Compressed without regard to records.
    Whole,
}

impl Layout {
    /// The word in stored forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::PerRecord => "gzip-per-record",
            Self::Whole => "gzip-whole",
        }
    }
}

/// Looks at the first record.
pub(super) fn layout(path: &Path) -> io::Result<Layout> {
    let mut file = BufReader::new(File::open(path)?);
    let mut magic = [0; 2];
    let packed = file.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b];
    if !packed {
        return Ok(Layout::Plain);
    }
    // A first member that cannot be read tells nothing; a later one may.
    let first = search::next_record(path, true, 0)?.unwrap_or(0);
    let mut file = File::open(path)?;
    io::Seek::seek(&mut file, io::SeekFrom::Start(first))?;
    let mut reader = WarcReader::new(BufReader::new(file))?;
    let first_end = match reader.next_record() {
        Ok(Some(record)) => record.finish().map(|_| ()),
        _ => Ok(()),
    };
    let alone = match first_end {
        Ok(()) => !matches!(reader.next_record(), Ok(Some(next)) if next.offset == 0),
        // It goes on in the next member, or is damaged: then nothing can be told.
        Err(_) => !goes_on(path, first)?,
    };
    Ok(match alone {
        true => Layout::PerRecord,
        false => Layout::Whole,
    })
}

/// Whether the first member is whole and is followed by one that does not begin with a record.
fn goes_on(path: &Path, first: u64) -> io::Result<bool> {
    let mut file = File::open(path)?;
    io::Seek::seek(&mut file, io::SeekFrom::Start(first))?;
    let mut decoder = flate2::bufread::GzDecoder::new(BufReader::new(file));
    if io::copy(&mut decoder, &mut io::sink()).is_err() {
        return Ok(false);
    }
    let mut next = flate2::bufread::GzDecoder::new(decoder.into_inner());
    let mut head = [0; 5];
    Ok(next.read_exact(&mut head).is_ok() && &head != b"WARC/")
}

/// A whole file may not become larger than this many times itself, and a gigabyte.
const MAX_RATIO: u64 = 100;
const ALWAYS: u64 = 1 << 30;

/// Unpacks a file up to the first damage, and says what that is.
pub(super) fn unpack(path: &Path, to: &Path) -> io::Result<Option<String>> {
    let size = std::fs::metadata(path)?.len();
    let most = size.saturating_mul(MAX_RATIO).max(ALWAYS);
    let mut decoder = MultiGzDecoder::new(BufReader::new(File::open(path)?)).take(most);
    let mut out = BufWriter::new(File::create(to)?);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => out.write_all(buffer.get(..n).unwrap_or_default())?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if damage(&e) => {
                out.flush()?;
                return Ok(Some(format!("the compression breaks off: {e}")));
            }
            Err(e) => return Err(e),
        }
    }
    out.flush()?;
    let full = decoder.limit() == 0;
    Ok(full.then(|| format!("unpacks to more than {most} bytes; what lies behind was not read")))
}

fn damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}
