//! Events of takedown lists.

use super::DocumentRef;
use crate::wire::takedown::{BasisForm, HeaderForm};
use crate::wire::{day, moment};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A target that was put on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedTarget {
    /// `action` or `referral`.
    pub list: String,
    /// Kind of the target.
    pub target: String,
    /// The value for machines.
    pub value: String,
    /// Number of the case.
    pub case: String,
    /// Number of the determination; empty on the referral list.
    pub decision: String,
    /// `exact` or `subtree`.
    pub scope: String,
    /// What is asked for.
    pub measure: String,
    /// The rule that weighs most.
    pub reason: String,
    /// Legal bases as they stood in the catalogue on that day.
    pub bases: Vec<BasisForm>,
    /// The sealed item.
    pub evidence: String,
    /// SHA-256 of its package.
    pub evidence_sha256: String,
    /// What it says.
    pub quote: String,
    /// ICP filing number; may be empty.
    pub icp: String,
    /// Who hosts it; may be empty.
    pub hosting: String,
    /// Seen first.
    #[serde(with = "moment")]
    pub first_seen: DateTime<Utc>,
    /// Seen last.
    #[serde(with = "moment")]
    pub last_verified: DateTime<Utc>,
    /// First day in force.
    #[serde(with = "day")]
    pub valid_from: NaiveDate,
    /// Last day in force.
    #[serde(with = "day::option")]
    pub valid_until: Option<NaiveDate>,
    /// Where the party can turn to.
    pub appeal_contact: String,
    /// Remedies.
    pub remedies: String,
    /// To which department it is referred; empty on the action list.
    pub department: String,
    /// Rules that seem broken (referral list).
    pub rules: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TakedownFact {
    /// A remark of an officer.
    Remarked {
        /// What it is about.
        about: String,
        /// The remark.
        text: String,
    },
    /// A target was put on a list.
    Listed(Box<ListedTarget>),
    /// An entry was lifted.
    Withdrawn {
        /// The entry.
        entry: String,
        /// Why.
        reason: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// Entries whose time had passed were marked.
    Expired {
        /// The entries.
        entries: Vec<String>,
        /// As of this day.
        #[serde(with = "day")]
        day: NaiveDate,
    },
    /// Another entry stands in its place.
    Superseded {
        /// The entry.
        entry: String,
        /// The one in its place.
        successor: String,
        /// Why.
        reason: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// A refusal of the guard is to be set aside; two officers sign it.
    OverruleWritten {
        /// Its id.
        id: String,
        /// Kind of the target.
        target: String,
        /// Value of the target.
        value: String,
        /// The refusal's code.
        code: String,
        /// Why.
        reason: String,
        /// Number of the document.
        document: String,
        /// Day of the decision.
        #[serde(with = "day")]
        date: NaiveDate,
        /// The two officers.
        officers: [String; 2],
    },
    /// One of the two signed it.
    OverruleSigned {
        /// Which.
        id: String,
        /// The officer.
        officer: String,
        /// The signature file of minisign.
        signature: String,
    },
    /// A list was issued.
    Built {
        /// Its head.
        header: Box<HeaderForm>,
        /// The canonical file, kept as a document.
        file: DocumentRef,
    },
    /// A list was sent to an operator or department.
    Sent {
        /// The list.
        list_id: String,
        /// Its serial.
        serial: u32,
        /// To whom.
        operator: String,
        /// Number of the letter; may be empty.
        letter: String,
        /// Day until which the receipt is expected.
        #[serde(with = "day")]
        due: NaiveDate,
    },
}
