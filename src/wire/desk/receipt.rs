//! Events of receipts of operators.

use crate::wire::moment;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ReceiptFact {
    /// A remark of an officer.
    Remarked {
        /// What it is about.
        about: String,
        /// The remark.
        text: String,
    },
    /// An operator told what became of an entry.
    Answered {
        /// The operator.
        operator: String,
        /// The list.
        list_id: String,
        /// The serial to which it answers.
        serial: u32,
        /// SHA-256 of the list as the operator states it; may be empty.
        list_sha256: String,
        /// The entry.
        entry: String,
        /// `blocked`, `partial`, `not-ours`, `refused` or `lifted`.
        result: String,
        /// Why; never empty for `partial` and `refused`.
        reason: String,
        /// When it was done, as the operator states it.
        #[serde(with = "moment")]
        done: DateTime<Utc>,
        /// SHA-256 of the file in which it stood.
        file_sha256: String,
    },
}
