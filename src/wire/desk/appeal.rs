//! Events of appeals and lifting.

use crate::wire::day;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AppealFact {
    /// A remark of an officer.
    Remarked {
        /// What it is about.
        about: String,
        /// The remark.
        text: String,
    },
    /// A party objected.
    Filed {
        /// Its number.
        number: String,
        /// The entry.
        entry: String,
        /// In which role the party objects; no name of a person.
        party: String,
        /// The grounds; personal data is masked.
        grounds: String,
        /// When it came in.
        #[serde(with = "day")]
        received: NaiveDate,
        /// The day by which it is to be decided.
        #[serde(with = "day")]
        due: NaiveDate,
    },
    /// Somebody reviews it; neither officer nor reviewer of the determination, nor who listed the entry.
    Assigned {
        /// Its number.
        number: String,
        /// Who.
        reviewer: String,
    },
    /// It was decided.
    Decided {
        /// Its number.
        number: String,
        /// `upheld` (维持), `lifted` (撤回) or `partly` (部分变更).
        outcome: String,
        /// Why.
        reason: String,
        /// Number of the document.
        document: String,
    },
}
