//! What a case consists of, as it was folded.

use crate::model::case::CaseState;
use crate::wire::desk::DocumentRef;
use crate::wire::desk::case::{CaseEvidence, Drawn, OpenedCase};
use crate::wire::desk::determination::{StoredDetermination, StoredSignature};
use chrono::{DateTime, NaiveDate, Utc};

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub at: DateTime<Utc>,
    /// The officer.
    pub by: String,
}

/// One change of state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who and when.
    pub stamp: Stamp,
    /// From.
    pub from: CaseState,
    /// To.
    pub to: CaseState,
    /// Why.
    pub why: String,
    /// Number of the document; may be empty.
    pub document: String,
    /// The day by which the next step is due.
    pub due: Option<NaiveDate>,
    /// What a recheck saw; may be empty.
    pub result: String,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Number within the case.
    pub number: u32,
    /// Who and when.
    pub stamp: Stamp,
    /// The unit that proposes.
    pub unit: String,
    /// The state that is proposed.
    pub to: CaseState,
    /// Opinion and reasons.
    pub why: String,
    /// Number of the document; may be empty.
    pub document: String,
    /// The day by which it is to be done.
    pub due: Option<NaiveDate>,
    /// What a recheck saw; may be empty.
    pub result: String,
    /// What was decided: by whom and when, whether it was confirmed, the comment.
    pub decided: Option<(Stamp, bool, String)>,
}

/// A document in the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Who and when.
    pub stamp: Stamp,
    /// What it is.
    pub what: String,
    /// The document.
    pub document: DocumentRef,
    /// Remark.
    pub remark: String,
}

/// Who is competent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Who and when.
    pub stamp: Stamp,
    /// Departments, the leading one first.
    pub departments: Vec<String>,
    /// The unit that leads.
    pub lead: String,
    /// Units that assist.
    pub assist: Vec<String>,
    /// By which rule.
    pub why: String,
}

/// A handover between units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Who and when.
    pub stamp: Stamp,
    /// From this unit.
    pub from: String,
    /// To this one.
    pub to: String,
    /// `lead` or `assist`.
    pub part: String,
    /// Why.
    pub why: String,
    /// Number of the document.
    pub document: String,
    /// Who took it over, with a remark.
    pub taken: Option<(Stamp, String)>,
}

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What.
    pub what: String,
    /// When.
    pub due: NaiveDate,
    /// Why.
    pub why: String,
    /// When it was done.
    pub met: Option<DateTime<Utc>>,
}

/// A measure that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// Who and when.
    pub stamp: Stamp,
    /// Which.
    pub action: String,
    /// By which unit.
    pub unit: String,
    /// What came of it.
    pub result: String,
    /// Number of the document.
    pub document: String,
}

/// The approved wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Who entered it and when.
    pub stamp: Stamp,
    /// The text, used word for word.
    pub text: String,
    /// Who approved it.
    pub approved_by: String,
    /// Number of the document.
    pub document: String,
}

/// A determination with the signatures so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Who wrote it and when.
    pub stamp: Stamp,
    /// The determination.
    pub determination: StoredDetermination,
    /// The signatures, one per officer.
    pub signatures: Vec<StoredSignature>,
}

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Who opened it and when.
    pub stamp: Stamp,
    /// What it began with.
    pub opened: OpenedCase,
    /// The subject's id; empty while none is known.
    pub subject: String,
    /// Code of the unit of registration; empty for the county's pool.
    pub region: String,
    /// `yes`, `no` or `unknown`.
    pub licensed: String,
    /// How far it has come.
    pub state: CaseState,
    /// All evidence.
    pub evidence: Vec<(CaseEvidence, DateTime<Utc>)>,
    /// All changes of state.
    pub history: Vec<Change>,
    /// All proposals.
    pub proposals: Vec<Proposal>,
    /// All documents.
    pub documents: Vec<Attached>,
    /// Who is competent now.
    pub route: Option<Route>,
    /// Handovers between units.
    pub handovers: Vec<Handover>,
    /// What is and was due.
    pub deadlines: Vec<Deadline>,
    /// Measures.
    pub acts: Vec<Acted>,
    /// The approved wording in force.
    pub wording: Option<Wording>,
    /// Questions with answers.
    pub questions: Vec<(String, String)>,
    /// Determinations; the last one of a number is in force.
    pub determinations: Vec<Written>,
    /// Immediate reports: when and by whom, to whom, how.
    pub reports: Vec<(Stamp, String, String)>,
}

/// A confirmation of a rule's legal basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasisConfirmed {
    /// Who and when.
    pub stamp: Stamp,
    /// The text that was confirmed.
    pub basis: String,
    /// Where it was read.
    pub source: String,
}

/// Cases drawn for review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its number.
    pub sample: String,
    /// Who drew it and when.
    pub stamp: Stamp,
    /// The seed.
    pub seed: String,
    /// The period, both days inclusive.
    pub period: (NaiveDate, NaiveDate),
    /// Cases from which was drawn.
    pub population: u64,
    /// What was drawn.
    pub drawn: Vec<Drawn>,
    /// Reviews: by whom and when, the case, whether the reviewer agrees, the remark.
    pub reviews: Vec<(Stamp, String, bool, String)>,
}
