//! Why an act of custody is refused.

use crate::storage::error::StorageError;
use thiserror::Error;

/// An act of custody that cannot be done.
#[derive(Debug, Error)]
pub enum CustodyError {
    /// The keeper of evidence is in trouble.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A legal hold is in force.
    #[error(
        "{object} is held ({holds}); it cannot be deleted until every hold is lifted with `wangxun evidence release`"
    )]
    Held {
        /// What is held.
        object: String,
        /// Names of the holds with their authority documents.
        holds: String,
    },
    /// The time of retention is not over.
    #[error(
        "{object} is to be kept until {until} (five years by default, 行政处罚法 36); if the authority document orders deletion before that, say so with --within-retention"
    )]
    Retained {
        /// What is to be kept.
        object: String,
        /// Until when (UTC).
        until: String,
    },
    /// The one who approves is the one who acts.
    #[error("whoever approves must be another person than {name:?}")]
    SamePerson {
        /// The actor.
        name: String,
    },
    /// An act that needs an authority document has none.
    #[error("{action} needs an authority document")]
    NoAuthority {
        /// The act.
        action: &'static str,
    },
    /// Nothing is held.
    #[error("no hold is in force on {object}; `wangxun evidence holds` lists those that are")]
    NotHeld {
        /// The object.
        object: String,
    },
    /// Several holds are in force, and none was named.
    #[error("several holds are in force on {object}: {holds}; name the one to lift with --hold")]
    ManyHolds {
        /// The object.
        object: String,
        /// Their names.
        holds: String,
    },
    /// Something that is named is not there.
    #[error("no {what} {name:?} is known here")]
    Unknown {
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A run is not at its end.
    #[error("the archive of run {run} is still open")]
    OpenRun {
        /// The run.
        run: String,
    },
    /// What was given cannot be used.
    #[error("{what}: {detail}")]
    Bad {
        /// What was given.
        what: &'static str,
        /// Why it cannot be used.
        detail: String,
    },
}
