//! A WARC file read once for everything: one thread reads and digests, another undoes the compression and checks the
//! records.

use super::work::Progress;
use super::{Check, check_records};
use crate::model::digest::Digests;
use crate::storage::digest::Digester;
use crate::storage::warc::reader::WarcReader;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes that travel together, and how many such pieces may wait: two megabytes at most.
const PIECE: usize = 256 * 1024;
const WAITING: usize = 8;

/// Digests of a file, in constant memory.
pub(super) fn digests_of(path: &Path, progress: &Progress<'_>) -> io::Result<Digests> {
    read_all(&mut File::open(path)?, None, progress)
}

/// Digests of a WARC file, and the checks of its records, from one read.
pub(super) fn digests_and_records(
    path: &Path,
    subject: &str,
    progress: &Progress<'_>,
) -> io::Result<(Digests, Vec<Check>)> {
    let mut file = File::open(path)?;
    let (sender, receiver) = sync_channel(WAITING);
    std::thread::scope(|scope| {
        let records = scope.spawn(|| records_of(Pieces::new(receiver), subject));
        let digests = read_all(&mut file, Some(sender), progress)?;
        let records = records
            .join()
            .map_err(|_| io::Error::other("the reader of records broke off"))?;
        Ok((digests, records))
    })
}

fn records_of(pieces: Pieces, subject: &str) -> Vec<Check> {
    match WarcReader::new(pieces) {
        Ok(reader) => check_records(reader, subject),
        Err(e) => vec![Check::fail(
            "records",
            subject,
            format!("cannot be read: {e}"),
        )],
    }
}

fn read_all(
    file: &mut File,
    mut records: Option<SyncSender<Vec<u8>>>,
    progress: &Progress<'_>,
) -> io::Result<Digests> {
    let mut digester = Digester::new();
    let mut buffer = vec![0; PIECE];
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => return Ok(digester.snapshot()),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let piece = buffer.get(..read).unwrap_or_default();
        // Whoever reads the records stops at the first fault; the digests are still wanted.
        if records
            .as_ref()
            .is_some_and(|sender| sender.send(piece.to_vec()).is_err())
        {
            records = None;
        }
        digester.update(piece);
        progress.add(read as u64);
    }
}

/// The other end: the pieces as one stream.
struct Pieces {
    receiver: Receiver<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl Pieces {
    fn new(receiver: Receiver<Vec<u8>>) -> Self {
        Self {
            receiver,
            piece: Vec::new(),
            at: 0,
        }
    }
}

impl BufRead for Pieces {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.piece.len() {
            self.at = 0;
            // No more senders: the end of the file.
            self.piece = self.receiver.recv().unwrap_or_default();
        }
        Ok(self.piece.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at = self.at.saturating_add(amount).min(self.piece.len());
    }
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(out.len());
        let (Some(from), Some(to)) = (ready.get(..n), out.get_mut(..n)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.consume(n);
        Ok(n)
    }
}
