//! Arguments of `wangxun evidence`.

use super::handout;
use crate::cli::seal_arguments::{Sign, Stamp};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `wangxun evidence ...`.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// List sealed items
    List {
        /// Only items whose address contains this
        #[arg(long, value_name = "TEXT")]
        url: Option<String>,
        /// Only items of this seed
        #[arg(long, value_name = "ID")]
        seed: Option<String>,
        /// Only items with this rule
        #[arg(long, value_name = "RULE")]
        rule: Option<String>,
        /// At most this many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Show one item: what was seen, when, where, and what it is said to break
    Show {
        /// The identifier of an item, or of a re-audit record (its first characters are enough)
        #[arg(value_name = "ID")]
        id: String,
        /// Who views it, for the journal [default: the user's name]
        #[arg(long, value_name = "NAME")]
        actor: Option<String>,
    },
    /// Verify the whole store, one item, or one file: every byte, every digest, the journal's chain
    Verify {
        /// An item's identifier or a file [default: everything]
        #[arg(value_name = "ID|FILE")]
        what: Option<String>,
        /// Print passed checks too
        #[arg(long)]
        all: bool,
        /// A public key for the signature of a package outside of a home (repeatable)
        #[arg(long = "key", value_name = "FILE.pub")]
        keys: Vec<PathBuf>,
        /// Certificates (PEM) for the time stamps of a package outside of a home
        #[arg(long, value_name = "FILE.pem")]
        ca: Option<PathBuf>,
        /// Read every record of the runs' WARC files too; their bytes are held against the journal in any case
        #[arg(long)]
        deep: bool,
    },
    /// Sign items that were sealed without a key
    Sign(Sign),
    /// Get trusted time for items: tokens of the configured time-stamp authorities (RFC 3161)
    Stamp(Stamp),
    /// Find items by Chinese text, address, names, numbers, digest, date, rule or score
    Search(handout::Search),
    /// Take one part out of an item: text, WARC, screenshot, PDF, manifest, DOM
    Extract(handout::Extract),
    /// Copy items with their signatures into a folder for somebody else, with a receipt list
    Export(handout::Export),
    /// Make a court package: items, record of extraction, list, integrity values, transcript, how to verify
    Court(handout::Court),
    /// Delete the lists and the search index and build them again from the evidence and the journal
    Rebuild,
    /// Custody: hold, hand over, delete.
    #[command(flatten)]
    Custody(crate::cli::custody::arguments::CustodyCommand),
    /// Take in WARC files that other programs made, judge their pages, seal what is found
    Import(Import),
}

/// `wangxun evidence import`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence import crawl-00001.warc.gz
  wangxun evidence import *.warc.gz --origin '县公安局经侦大队 2026-11-20 移交' --actor 张某
  wangxun evidence show im-...                what was found in a file that was imported

WARC 1.0 and 1.1 of Heritrix, browsertrix, wget, warcio and others: compressed by record, as a whole, or not at all. The
file is kept unchanged under imports/ and fixed by the journal; pages with findings become sealed items whose manifest
says that another program captured them, and when. What is damaged is told with its place and reason, the rest is read.
A file that was imported before is told, not kept twice; an interrupted import goes on with the same command.

Exit codes: 0 all of it could be read, 1 something is damaged or has a wrong digest, 2 no WARC file, 3 not completed.")]
pub struct Import {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where the files come from: who captured them, who handed them over, when
    #[arg(long, value_name = "TEXT")]
    pub origin: Option<String>,
    /// Who brings them, for the journal [default: the user's name]
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}
