//! Events of subjects and dossiers (一户一档). What is folded from them: who bears which facts, what officers decided about
//! joining, and what they entered in the dossier.
//!
//! Personal values (contacts, accounts, persons) are not kept here: a masked form and a tag by which equal values are
//! recognised. The values themselves stay in the sealed evidence.

use super::DocumentRef;
use serde::{Deserialize, Serialize};

/// One fact as kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredFact {
    /// Word of [`crate::model::subject_fact::SubjectFactKind`].
    pub kind: String,
    /// In the form in which it is compared; of personal data masked, with a tag behind `~`.
    pub value: String,
    /// More about it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Whether it may join.
    pub tells: bool,
}

/// What one sealed item tells of its site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRead {
    /// The bearer: `site:` and the host.
    pub bearer: String,
    /// The item.
    pub evidence_id: String,
    /// When it was captured (UTC, RFC 3339 with milliseconds).
    pub captured: String,
    /// Final address.
    pub url: String,
    /// Title of the page.
    pub title: String,
    /// Name of the platform on the patrol list.
    pub platform: String,
    /// Context of the page.
    pub context: String,
    /// What is offered, by what is promised.
    pub offer: String,
    /// Score of the page.
    pub score: f64,
    /// Gravest severity, 0 without a finding.
    pub severity: u8,
    /// Rules fired.
    pub rules: Vec<String>,
    /// High-incidence topics (HT-*).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// What the registers say: `unnamed`, `unknown`, `listed`, `refused`.
    pub standing: String,
    /// The institution that a register names; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub institution: String,
    /// Addresses passed on the way, where it was not asked for directly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<String>,
    /// Where the advertisements on the page lead: landing addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads_to: Vec<String>,
    /// The facts.
    pub facts: Vec<StoredFact>,
    /// Sketch of the text: fingerprint, runs, minima, as hex; empty for a text too short to compare.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sketch: String,
}

/// One row of an imported list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedRow {
    /// The bearer: `row:` and import and row number.
    pub bearer: String,
    /// Kind of the list: `registration`, `licence`, `court`, `police`, `credit`, `survey`, `other`.
    pub list: String,
    /// Who provided the list.
    pub source: String,
    /// Date of the list (YYYY-MM-DD).
    pub as_of: String,
    /// The file.
    pub file: DocumentRef,
    /// Line of the row in the file.
    pub line: u64,
    /// Name of the entity.
    pub name: String,
    /// What the row says, in Chinese, personal data masked; may be empty.
    pub text: String,
    /// The facts.
    pub facts: Vec<StoredFact>,
    /// Watch words in name or scope; empty where none were found or looked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watch: Vec<WatchWord>,
}

/// A watch word in a registered name or scope of business.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchWord {
    /// The word.
    pub word: String,
    /// `name` (名称) or `scope` (经营范围).
    pub place: String,
    /// Id of the list of words.
    pub list: String,
    /// Basis of the list.
    pub basis: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SubjectFact {
    /// A sealed item was read.
    Read(ItemRead),
    /// A row of a list was taken in.
    Listed(ListedRow),
    /// An officer decided that all of these are one subject.
    Joined {
        /// Bearers.
        bearers: Vec<String>,
        /// Why.
        reason: String,
    },
    /// An officer decided that none of the first belongs with any of the second.
    Parted {
        /// Bearers.
        bearers: Vec<String>,
        /// Bearers.
        from: Vec<String>,
        /// Why.
        reason: String,
    },
    /// An earlier event of an officer about joining, marks or persons no longer counts.
    Withdrawn {
        /// The event.
        event: String,
        /// Why.
        reason: String,
    },
    /// A field of the dossier was set. Fields: `watch` (yes, no), `track` (department, township, unknown), `sector` (word of the offer),
    /// `calls-itself`, `owner-unit` (code), `grade` (A to D), `wording` (approved wording), `contacted`.
    Set {
        /// A bearer of the subject.
        bearer: String,
        /// The field.
        field: String,
        /// The value.
        value: String,
        /// Why, or the document.
        reason: String,
    },
    /// A person stands in a role.
    Person {
        /// A bearer of the subject.
        bearer: String,
        /// Word of the role.
        role: String,
        /// The name, masked, with its tag.
        name: String,
        /// Where it is known from: an evidence id or a document.
        source: String,
    },
    /// An entity was looked into on the spot or by a talk (摸底核实).
    Surveyed {
        /// A bearer of the subject.
        bearer: String,
        /// `visit` (现场核查), `talk` (约谈), `papers` (书面).
        how: String,
        /// Who did it.
        officers: String,
        /// When (YYYY-MM-DD).
        day: String,
        /// What was found.
        result: String,
    },
    /// A remark of an officer.
    Remarked {
        /// What it is about.
        about: String,
        /// The remark.
        text: String,
    },
}
