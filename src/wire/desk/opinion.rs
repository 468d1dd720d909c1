//! Events of opinion (舆情) and urgent warnings. They are a class of their own and never part of the violation score.

use serde::{Deserialize, Serialize};

/// What happened to a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum OpinionFact {
    /// An urgent warning was seen by an officer.
    Acknowledged {
        /// The item in which it stands.
        evidence_id: String,
        /// Number of the warning in the item, from 0.
        number: u32,
        /// Remark; may be empty.
        comment: String,
    },
    /// It was passed on (公安、信访).
    PassedOn {
        /// The item in which it stands.
        evidence_id: String,
        /// Number of the warning in the item, from 0.
        number: u32,
        /// To whom.
        to: String,
        /// How.
        how: String,
    },
    /// Nothing is left to do.
    Settled {
        /// The item in which it stands.
        evidence_id: String,
        /// Number of the warning in the item, from 0.
        number: u32,
        /// What came of it.
        result: String,
    },
}
