//! The only writer of evidence: WARC, sealed items, journal, frontier, index.

pub mod frontier;
