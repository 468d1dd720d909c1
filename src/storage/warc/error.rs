//! Why a WARC file cannot be read on.

use std::io;
use thiserror::Error;

/// Trouble with a WARC file; offsets are bytes of the file as stored.
#[derive(Debug, Error)]
pub enum WarcError {
    /// The system could not read.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// The file ends inside a record.
    #[error("ends inside the record at byte {offset}")]
    Truncated {
        /// Where the record begins.
        offset: u64,
    },
    /// A gzip member is damaged.
    #[error("damaged gzip member at byte {offset}: {detail}")]
    Gzip {
        /// Where the member begins.
        offset: u64,
        /// What the decoder said.
        detail: String,
    },
    /// There is no record where one should begin.
    #[error("no WARC record at byte {offset}, found {found:?}")]
    Version {
        /// Where.
        offset: u64,
        /// The first characters of what stands there.
        found: String,
    },
    /// The named fields of a record cannot be read.
    #[error("bad record header at byte {offset}: {detail}")]
    Header {
        /// Where the record begins.
        offset: u64,
        /// What is wrong.
        detail: String,
    },
    /// A record's block is longer than the reader was told to take.
    #[error("record at byte {offset} holds {length} bytes, more than the limit of {limit}")]
    TooLong {
        /// Where the record begins.
        offset: u64,
        /// Its Content-Length.
        length: u64,
        /// The limit.
        limit: u64,
    },
    /// The records of a capture do not fit together.
    #[error("not a whole capture: {detail}")]
    Capture {
        /// What is missing or wrong.
        detail: String,
    },
    /// The compressor refused.
    #[error("cannot compress: {detail}")]
    Deflate {
        /// What it said.
        detail: String,
    },
}

impl WarcError {
    /// Where the record or member begins that cannot be read, when it is one.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Truncated { offset }
            | Self::Gzip { offset, .. }
            | Self::Version { offset, .. }
            | Self::Header { offset, .. }
            | Self::TooLong { offset, .. } => Some(*offset),
            Self::Io(_) | Self::Capture { .. } | Self::Deflate { .. } => None,
        }
    }
}
