//! Reads WARC files of anybody as a stream: gzip per record, gzip as a whole, or plain; version 0.17 to 1.1.
//!
//! Memory is bounded by the header limit and one buffer, whatever the file says. Damage is an error with the byte
//! where the record began, never a panic.

use super::error::WarcError;
use super::headers::{Headers, text_line};
use super::http::HeadEnd;
use super::stated::{Older, compare};
use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead, Read};
use std::ops::Range;

/// A record's named fields may not be longer than this.
const MAX_HEADER: usize = 1024 * 1024;
const BUFFER: usize = 64 * 1024;

/// A stream of records.
pub struct WarcReader<R> {
    stream: Stream<R>,
    buffer: Box<[u8]>,
    unread: Range<usize>,
    member_start: u64,
    max_block: u64,
    /// Bytes of the last record's block that nobody read.
    skip: u64,
}

enum Stream<R> {
    Plain(Counting<R>),
    Member(Box<GzDecoder<Counting<R>>>),
    Between(Counting<R>),
    Gone,
}

/// What a digest field of a record turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestCheck {
    /// The bytes have the stated digest.
    Match,
    /// They have not.
    Mismatch {
        /// What the record says.
        stated: String,
    },
    /// The record states none (or it is a revisit, whose payload lies elsewhere).
    Absent,
    /// Stated in an algorithm that is not computed here.
    Unchecked {
        /// The algorithm.
        algorithm: String,
    },
}

/// What is known when a record has been read to its end.
#[derive(Debug, Clone)]
pub struct RecordEnd {
    /// Where it begins in the file: at its gzip member, or its first line when not compressed.
    pub offset: u64,
    /// Its length in the file as indexes state it: the whole member, or head and block.
    pub length: u64,
    /// Digest of the block.
    pub block: DigestCheck,
    /// Digest of the payload.
    pub payload: DigestCheck,
    /// SHA-256 of the block.
    pub block_sha256: [u8; 32],
    /// Whether the record ends in exactly CRLF CRLF and, when compressed, its member ends there too.
    pub clean: bool,
}

impl<R: BufRead> WarcReader<R> {
    /// Reads from the beginning of a file.
    pub fn new(inner: R) -> io::Result<Self> {
        let mut inner = Counting { inner, count: 0 };
        let gzip = inner.fill_buf()?.first() == Some(&0x1f);
        Ok(Self {
            stream: if gzip {
                Stream::Between(inner)
            } else {
                Stream::Plain(inner)
            },
            buffer: vec![0; BUFFER].into_boxed_slice(),
            unread: 0..0,
            member_start: 0,
            max_block: u64::MAX,
            skip: 0,
        })
    }

    /// Refuses records whose block is longer than `bytes`.
    pub fn with_max_block(mut self, bytes: u64) -> Self {
        self.max_block = bytes;
        self
    }

    /// The next record, or `None` at the end of the file. A record not read to its end is read on here. After an
    /// error the reader gives no more records.
    pub fn next_record(&mut self) -> Result<Option<Record<'_, R>>, WarcError> {
        match self.begin() {
            Ok(Some((version, headers, offset, length))) => {
                Ok(Some(Record::new(self, version, headers, offset, length)))
            }
            Ok(None) => Ok(None),
            Err(e) => {
                self.stream = Stream::Gone;
                Err(e)
            }
        }
    }

    fn begin(&mut self) -> Result<Option<(String, Headers, u64, u64)>, WarcError> {
        self.skip_unread_block()?;
        if !self.seek_line()? {
            return Ok(None);
        }
        let offset = self.position();
        let (version, headers) = self.read_head(offset)?;
        let length = content_length(&headers, offset)?;
        if length > self.max_block {
            return Err(WarcError::TooLong {
                offset,
                length,
                limit: self.max_block,
            });
        }
        Ok(Some((version, headers, offset, length)))
    }

    fn skip_unread_block(&mut self) -> Result<(), WarcError> {
        while self.skip > 0 {
            if !self.fill()? {
                let offset = self.position();
                return Err(WarcError::Truncated { offset });
            }
            let available = self.unread.len() as u64;
            let take = self.skip.min(available);
            self.skip -= take;
            self.unread.start += usize::try_from(take).unwrap_or(usize::MAX);
        }
        Ok(())
    }

    /// Skips empty lines and, at the end of a member, goes on to the next one; false at the end of the file.
    fn seek_line(&mut self) -> Result<bool, WarcError> {
        loop {
            if let Stream::Between(_) = self.stream
                && !self.open_member()?
            {
                return Ok(false);
            }
            while let Some(byte) = self.peek()? {
                if !matches!(byte, b'\r' | b'\n') {
                    return Ok(true);
                }
                self.unread.start += 1;
            }
            match std::mem::replace(&mut self.stream, Stream::Gone) {
                Stream::Member(decoder) => self.stream = Stream::Between(decoder.into_inner()),
                Stream::Between(_) | Stream::Plain(_) | Stream::Gone => return Ok(false),
            }
        }
    }

    fn open_member(&mut self) -> Result<bool, WarcError> {
        let Stream::Between(mut inner) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Ok(false);
        };
        if inner.fill_buf()?.is_empty() {
            return Ok(false);
        }
        self.member_start = inner.count;
        self.stream = Stream::Member(Box::new(GzDecoder::new(inner)));
        Ok(true)
    }

    /// Where the unread bytes lie in the file; the start of the member when compressed.
    fn position(&self) -> u64 {
        match &self.stream {
            Stream::Plain(inner) => inner.count - self.unread.len() as u64,
            _ => self.member_start,
        }
    }

    /// Whether a record, or the end of the file, is next: asked of files of others, whose lengths may be wrong.
    pub(crate) fn at_record(&mut self) -> Result<bool, WarcError> {
        Ok(!self.seek_line()? || self.starts_with(b"WARC/")?)
    }

    fn starts_with(&mut self, text: &[u8]) -> Result<bool, WarcError> {
        while self.unread.len() < text.len() {
            let held = self.unread.len();
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..held;
            let room = self.buffer.get_mut(held..).unwrap_or_default();
            let read = match &mut self.stream {
                Stream::Plain(inner) => inner.read(room),
                Stream::Member(decoder) => decoder.read(room),
                Stream::Between(_) | Stream::Gone => Ok(0),
            };
            match read {
                Ok(0) => break,
                Ok(n) => self.unread.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.explain(e)),
            }
        }
        let unread = self.buffer.get(self.unread.clone()).unwrap_or_default();
        Ok(unread.starts_with(text))
    }

    /// Fills the buffer when it is empty; false at the end of the member or the plain file.
    fn fill(&mut self) -> Result<bool, WarcError> {
        while self.unread.is_empty() {
            let read = match &mut self.stream {
                Stream::Plain(inner) => inner.read(&mut self.buffer),
                Stream::Member(decoder) => decoder.read(&mut self.buffer),
                Stream::Between(_) | Stream::Gone => Ok(0),
            };
            match read {
                Ok(0) => return Ok(false),
                Ok(n) => self.unread = 0..n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.explain(e)),
            }
        }
        Ok(true)
    }

    fn explain(&self, error: io::Error) -> WarcError {
        let offset = self.member_start;
        match (&self.stream, error.kind()) {
            (Stream::Member(_), io::ErrorKind::UnexpectedEof) => WarcError::Truncated { offset },
            (Stream::Member(_), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
                WarcError::Gzip {
                    offset,
                    detail: error.to_string(),
                }
            }
            _ => WarcError::Io(error),
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, WarcError> {
        if !self.fill()? {
            return Ok(None);
        }
        Ok(self.buffer.get(self.unread.start).copied())
    }

    fn read_head(&mut self, offset: u64) -> Result<(String, Headers), WarcError> {
        let mut head = Vec::new();
        let version = self.read_line(offset, &mut head)?;
        if !version.starts_with("WARC/") {
            return Err(WarcError::Version {
                offset,
                found: version.chars().take(40).collect(),
            });
        }
        let first = head.len();
        loop {
            let line = self.read_line(offset, &mut head)?;
            if line.is_empty() {
                break;
            }
        }
        Ok((
            version,
            Headers::parse(head.get(first..).unwrap_or_default()),
        ))
    }

    /// Reads one line into `head` and returns it as text without its end.
    fn read_line(&mut self, offset: u64, head: &mut Vec<u8>) -> Result<String, WarcError> {
        let start = head.len();
        loop {
            if !self.fill()? {
                return Err(WarcError::Truncated { offset });
            }
            let bytes = self.buffer.get(self.unread.clone()).unwrap_or_default();
            let end = bytes.iter().position(|b| *b == b'\n').map(|i| i + 1);
            let taken = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            head.extend_from_slice(taken);
            self.unread.start += taken.len();
            if head.len() > MAX_HEADER {
                let detail = format!("longer than {MAX_HEADER} bytes");
                return Err(WarcError::Header { offset, detail });
            }
            if end.is_some() {
                return Ok(text_line(head.get(start..).unwrap_or_default()));
            }
        }
    }
}

fn content_length(headers: &Headers, offset: u64) -> Result<u64, WarcError> {
    let stated = headers.get("Content-Length").unwrap_or("").trim();
    stated.parse().map_err(|_| WarcError::Header {
        offset,
        detail: format!("Content-Length {stated:?}"),
    })
}

/// One record: its named fields, and its block as a stream.
pub struct Record<'a, R> {
    /// Version line, such as `WARC/1.1`.
    pub version: String,
    /// The named fields.
    pub headers: Headers,
    /// Where the record begins in the file.
    pub offset: u64,
    /// Bytes of the block.
    pub length: u64,
    reader: &'a mut WarcReader<R>,
    left: u64,
    digest: BlockDigest,
}

/// Digests of block and payload, computed while the block is read.
struct BlockDigest {
    block: Sha256,
    payload: Sha256,
    /// What the record states in an older algorithm.
    older_block: Option<Older>,
    older_payload: Option<Older>,
    /// `Some` while the HTTP head has not ended.
    head: Option<HeadEnd>,
}

impl BlockDigest {
    fn new(headers: &Headers) -> Self {
        let kind = headers.record_type();
        let target = headers.target();
        let http = matches!(kind.as_str(), "response" | "request" | "revisit")
            && (target.starts_with("http:") || target.starts_with("https:"));
        Self {
            block: Sha256::new(),
            payload: Sha256::new(),
            older_block: Older::of(headers.get("WARC-Block-Digest")),
            older_payload: Older::of(headers.get("WARC-Payload-Digest")),
            head: http.then(HeadEnd::default),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.block.update(bytes);
        if let Some(older) = &mut self.older_block {
            older.update(bytes);
        }
        match self.head.as_mut().map(|h| h.feed(bytes)) {
            None => self.update_payload(bytes),
            Some(Some(end)) => {
                self.head = None;
                self.update_payload(bytes.get(end..).unwrap_or_default());
            }
            Some(None) => {}
        }
    }

    fn update_payload(&mut self, bytes: &[u8]) {
        self.payload.update(bytes);
        if let Some(older) = &mut self.older_payload {
            older.update(bytes);
        }
    }
}

impl<'a, R: BufRead> Record<'a, R> {
    fn new(
        reader: &'a mut WarcReader<R>,
        version: String,
        headers: Headers,
        offset: u64,
        length: u64,
    ) -> Self {
        Self {
            digest: BlockDigest::new(&headers),
            version,
            headers,
            offset,
            length,
            reader,
            left: length,
        }
    }

    /// The whole block in memory; refuses when it is longer than `limit`.
    pub fn block(&mut self, limit: u64) -> Result<Vec<u8>, WarcError> {
        if self.left > limit {
            return Err(WarcError::TooLong {
                offset: self.offset,
                length: self.length,
                limit,
            });
        }
        // The stated length is not believed until the bytes have come.
        let mut block = Vec::with_capacity(usize::try_from(self.left.min(1 << 20)).unwrap_or(0));
        while let Some(taken) = self.next_piece()? {
            block.extend_from_slice(self.reader.buffer.get(taken).unwrap_or_default());
        }
        Ok(block)
    }

    /// The first `limit` bytes of the block, or all of it when shorter.
    pub fn beginning(&mut self, limit: usize) -> Result<Vec<u8>, WarcError> {
        let mut block = Vec::new();
        while block.len() < limit
            && let Some(taken) = self.next_piece()?
        {
            block.extend_from_slice(self.reader.buffer.get(taken).unwrap_or_default());
        }
        Ok(block)
    }

    /// Takes the next buffered piece of the block; `None` when the block has been read.
    fn next_piece(&mut self) -> Result<Option<Range<usize>>, WarcError> {
        if self.left == 0 {
            return Ok(None);
        }
        if !self.reader.fill()? {
            return Err(WarcError::Truncated {
                offset: self.offset,
            });
        }
        let available = self.reader.unread.len() as u64;
        let take = usize::try_from(available.min(self.left)).unwrap_or(usize::MAX);
        let piece = self.reader.unread.start..self.reader.unread.start + take;
        self.digest
            .update(self.reader.buffer.get(piece.clone()).unwrap_or_default());
        self.reader.unread.start += take;
        self.left -= take as u64;
        Ok(Some(piece))
    }

    /// Reads what is left of the block and the end of the record.
    pub fn finish(mut self) -> Result<RecordEnd, WarcError> {
        let end = self.read_to_end();
        if end.is_err() {
            self.reader.stream = Stream::Gone;
            self.left = 0;
        }
        end
    }

    fn read_to_end(&mut self) -> Result<RecordEnd, WarcError> {
        while self.next_piece()?.is_some() {}
        let plain_end = self.reader.position();
        let mut separator = Vec::new();
        let compressed = matches!(self.reader.stream, Stream::Member(_));
        let enough = |n: usize| !compressed && n == 4;
        let mut ended = true;
        while let Some(byte) = self.reader.peek()? {
            if !matches!(byte, b'\r' | b'\n') || enough(separator.len()) {
                ended = false;
                break;
            }
            self.reader.unread.start += 1;
            if separator.len() < 5 {
                separator.push(byte);
            }
        }
        let clean = separator == b"\r\n\r\n" && (ended || !compressed);
        let end = match &self.reader.stream {
            Stream::Member(decoder) => decoder.get_ref().count,
            _ => plain_end,
        };
        let block_sha256: [u8; 32] = self.digest.block.clone().finalize().into();
        let payload: [u8; 32] = self.digest.payload.clone().finalize().into();
        let revisit = self.headers.record_type() == "revisit";
        let stated = |name| self.headers.get(name).filter(|_| !revisit);
        Ok(RecordEnd {
            offset: self.offset,
            length: end.saturating_sub(self.offset),
            block: compare(
                self.headers.get("WARC-Block-Digest"),
                &block_sha256,
                self.digest.older_block.as_ref().map(Older::finish),
            ),
            payload: compare(
                stated("WARC-Payload-Digest"),
                &payload,
                self.digest.older_payload.as_ref().map(Older::finish),
            ),
            block_sha256,
            clean,
        })
    }
}

impl<R: BufRead> Read for Record<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        // Only as much as fits is taken, so nothing is held back.
        let full = self.left;
        let want = full.min(out.len() as u64);
        self.left = want;
        let piece = self.next_piece();
        let taken = want - self.left;
        self.left = full - taken;
        let piece = match piece {
            Ok(piece) => piece.unwrap_or(0..0),
            Err(WarcError::Io(e)) => return Err(e),
            Err(e) => return Err(io::Error::new(io::ErrorKind::InvalidData, e)),
        };
        let bytes = self.reader.buffer.get(piece).unwrap_or_default();
        out.get_mut(..bytes.len())
            .unwrap_or_default()
            .copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

impl<R> Drop for Record<'_, R> {
    fn drop(&mut self) {
        // Bytes of a page must never be taken for records: what is left of the block is skipped before the next one.
        self.reader.skip = self.left;
    }
}

/// Counts the bytes that have been taken from a reader.
struct Counting<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.count += n as u64;
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
        self.count += amount as u64;
    }
}
