//! What can go wrong in a frontier.

use super::run::RunId;
use crate::wire::rows::RowError;
use std::path::PathBuf;
use thiserror::Error;

/// An error of a frontier.
#[derive(Debug, Error)]
pub enum FrontierError {
    /// Another process has it open.
    #[error("frontier {path} is held by {holder}")]
    Held {
        /// Folder of the frontier.
        path: PathBuf,
        /// The process that holds it, as far as it said.
        holder: String,
    },
    /// The folder could not be made, locked or moved.
    #[error("frontier folder {path}: {source}")]
    Folder {
        /// The path in question.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The database refused.
    #[error("frontier database: {source}")]
    Database {
        /// sled's error.
        #[from]
        source: sled::Error,
    },
    /// A row is malformed: the database is damaged or of another version.
    #[error("frontier row: {source}")]
    Row {
        /// What is wrong with it.
        #[from]
        source: RowError,
    },
    /// The run is not known here.
    #[error("run {run} is not known to the frontier")]
    UnknownRun {
        /// The run.
        run: RunId,
    },
    /// The run is not the one under way.
    #[error("run {run} is not under way")]
    NotUnderWay {
        /// The run.
        run: RunId,
    },
    /// A run of this identity exists already.
    #[error("run {run} exists already")]
    RunExists {
        /// The run.
        run: RunId,
    },
    /// The lease has expired, was given back, or is of an earlier process: its holder must not write.
    #[error("lease {fence} is no longer valid")]
    StaleLease {
        /// Fence number of the lease.
        fence: u64,
    },
    /// No skip has this code.
    #[error("unknown skip code {code:?}")]
    UnknownSkipCode {
        /// The code asked for.
        code: String,
    },
    /// There are more groups or seeds than numbers for them.
    #[error("frontier has too many {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
    },
    /// A thread panicked in the middle of a change; reopen the frontier.
    #[error("frontier was left in the middle of a change by a panic")]
    Poisoned,
    /// The database could not be opened even after a damaged one was moved aside.
    #[error("frontier database {path} cannot be opened: {reason}")]
    Unopenable {
        /// Path of the database.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
}
