//! Finding and reading the captures of a run, from closed files and from the open one.

use super::{CaptureRef, WarcNames};
use crate::model::capture::Capture;
use crate::model::custody::Action;
use crate::storage::chain;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::{Home, check_name};
use crate::storage::journal;
use crate::storage::warc::decode::{DecodedCapture, decode_capture};
use crate::storage::warc::reader::WarcReader;
use crate::wire::capture_mark::{CaptureMark, CertificatePlace};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// No record of our own is longer than this; a longer one is damage.
const MAX_RECORD: u64 = 1 << 30;

/// One capture of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The visit, as the frontier names it.
    pub visit: String,
    /// Address asked for.
    pub requested: String,
    /// Final address.
    pub final_url: String,
    /// Where it lies.
    pub place: CaptureRef,
}

/// The captures of a run in the order of its files. Of a list that is being written, whole lines are read.
pub fn captured(
    home: &Home,
    run: &str,
) -> Result<impl Iterator<Item = Result<Captured, StorageError>> + use<>, StorageError> {
    check_name("run id", run)?;
    let folder = home.warc(run);
    let run = run.to_owned();
    let names: Vec<WarcNames> = serials(&folder, &run)?
        .into_iter()
        .map(|serial| WarcNames {
            folder: folder.clone(),
            stem: format!("{run}-{serial:05}"),
        })
        .collect();
    Ok(names.into_iter().flat_map(move |names| list(&names, &run)))
}

/// The serial numbers of a run's WARC files, closed or open, in order.
pub(super) fn serials(folder: &Path, run: &str) -> Result<Vec<u32>, StorageError> {
    let serial = |path: PathBuf| {
        let name = path.file_name()?.to_str()?;
        let digits = name
            .strip_prefix(run)?
            .strip_prefix('-')?
            .split('.')
            .next()?;
        digits.parse::<u32>().ok()
    };
    let mut serials: Vec<u32> = durable::list(folder)?
        .into_iter()
        .filter_map(serial)
        .collect();
    serials.sort_unstable();
    serials.dedup();
    Ok(serials)
}

fn list(names: &WarcNames, run: &str) -> Box<dyn Iterator<Item = Result<Captured, StorageError>>> {
    let path = names.marks();
    let file = match File::open(&path) {
        Ok(file) => file,
        // The file was begun, but nothing has been captured.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Box::new(std::iter::empty()),
        Err(e) => return Box::new(std::iter::once(Err(StorageError::io("open", &path)(e)))),
    };
    let (file_name, run) = (names.file_name(), run.to_owned());
    Box::new(whole_lines(file).filter_map(move |line| {
        let mark = chain::open_line::<CaptureMark>(&line)
            .map_err(|why| StorageError::damaged(&path, format!("a line {why}")));
        match mark {
            Ok(mark) if mark.seq == 0 => None,
            Ok(mark) => Some(Ok(captured_of(mark, &run, &file_name))),
            Err(e) => Some(Err(e)),
        }
    }))
}

/// Lines with their end; a last line without one is still being written.
fn whole_lines(file: File) -> impl Iterator<Item = Vec<u8>> {
    let mut reader = BufReader::new(file);
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).ok()?;
        (line.pop() == Some(b'\n')).then_some(line)
    })
}

fn captured_of(mark: CaptureMark, run: &str, file: &str) -> Captured {
    Captured {
        visit: mark.visit,
        requested: mark.requested,
        final_url: mark.final_url,
        place: CaptureRef {
            run: run.to_owned(),
            file: file.to_owned(),
            offset: mark.offset,
            length: mark.length,
            response_id: mark.response,
            payload_sha256: mark.payload,
        },
    }
}

/// Reads a capture back from its records, every digest checked. [`crate::model::capture::Exchange::decoded`] is
/// `None`: undoing a content coding is the fetch room's work. Notes of the fetch come back as `stored-note`.
pub fn read_capture(home: &Home, place: &CaptureRef) -> Result<Capture, StorageError> {
    read_decoded(home, place).map(|decoded| decoded.capture)
}

/// Reads a capture back like [`read_capture`], with the run, visit and seed that its records name.
pub fn read_decoded(home: &Home, place: &CaptureRef) -> Result<DecodedCapture, StorageError> {
    let names = names_of(home, place)?;
    let path = names.present();
    let open = || File::open(&path).map_err(StorageError::io("open", &path));
    let part =
        part_of(open()?, place.offset, place.length).map_err(StorageError::io("read", &path))?;
    let certificate = |digest: &[u8; 32]| {
        let place = find_certificate(&names, &hex::encode(digest))?;
        read_certificate(part_of(open().ok()?, place.offset, place.length).ok()?)
    };
    decode_capture(part, MAX_RECORD, &certificate).map_err(|source| StorageError::Warc {
        path: path.clone(),
        source,
    })
}

fn names_of(home: &Home, place: &CaptureRef) -> Result<WarcNames, StorageError> {
    check_name("run id", &place.run)?;
    check_name("WARC file", &place.file)?;
    let stem = place.file.strip_suffix(".warc.gz").unwrap_or(&place.file);
    Ok(WarcNames::new(home, &place.run, stem))
}

fn part_of(mut file: File, offset: u64, length: u64) -> std::io::Result<impl BufRead> {
    file.seek(SeekFrom::Start(offset))?;
    Ok(BufReader::new(file.take(length)))
}

fn find_certificate(names: &WarcNames, digest: &str) -> Option<CertificatePlace> {
    let file = File::open(names.marks()).ok()?;
    whole_lines(file)
        .filter_map(|line| chain::open_line::<CaptureMark>(&line).ok())
        .flat_map(|mark| mark.certificates)
        .find(|place| place.sha256 == digest)
}

fn read_certificate(part: impl BufRead) -> Option<Vec<u8>> {
    let mut reader = WarcReader::new(part).ok()?;
    let mut record = reader.next_record().ok()??;
    record.block(1 << 20).ok()
}

/// The runs that the journals know, each with the time of its beginning (UTC).
pub fn runs_begun(home: &Home) -> Result<Vec<(String, String)>, StorageError> {
    let code = Action::RunStart.code();
    let wanted = format!("\"action\":\"{code}\"");
    let mut runs = Vec::new();
    journal::scan(home, &[&wanted], &mut |entry| {
        if entry.action == code {
            runs.push((entry.object, entry.time));
        }
    })?;
    Ok(runs)
}

/// Ids of the runs that have an archive, oldest first.
pub fn runs(home: &Home) -> Result<Vec<String>, StorageError> {
    let folders = durable::list(&home.runs())?.into_iter();
    let names = folders.filter(|path| path.is_dir()).filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        check_name("run id", name).ok()?;
        Some(name.to_owned())
    });
    Ok(names.collect())
}
