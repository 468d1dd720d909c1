//! Events of cases. States, outcomes and results are the words of [`crate::model::case`].

use super::DocumentRef;
use super::determination::{StoredDetermination, StoredSignature};
use crate::wire::day;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A sealed item on which a case rests, as it was when it was taken into the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseEvidence {
    /// The item.
    pub id: String,
    /// SHA-256 of its package.
    pub sha256: String,
    /// Final address of the page; empty for what is no page.
    pub url: String,
    /// Rules that its findings name.
    pub rules: Vec<String>,
    /// When it was captured (UTC).
    pub captured: String,
}

/// What a case begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedCase {
    /// Number of the case.
    pub case: String,
    /// The subject's id; empty while none is known.
    pub subject: String,
    /// Name of the operator or platform.
    pub title: String,
    /// The sealed items; never empty.
    pub evidence: Vec<CaseEvidence>,
    /// Sector words, by what is promised.
    pub sectors: Vec<String>,
    /// `yes`, `no` or `unknown`.
    pub licensed: String,
    /// Severity, 1 to 5: the highest of its rules.
    pub severity: u8,
    /// Score of the evidence, 0 to 100; a clue only.
    pub score: f64,
    /// Code of the unit at whose place the subject is registered; empty for the county's pool.
    pub region: String,
    /// Where it comes from: `patrol`, `tip`, `township` or `transfer`.
    pub source: String,
    /// Receipt of the tip, where it comes from one.
    pub tip: String,
    /// Largest scale that the pages claim, in yuan; 0 when none is claimed.
    pub claimed_yuan: u64,
    /// Largest number of people that the pages claim; 0 when none is claimed.
    pub claimed_people: u64,
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CaseFact {
    /// A case was opened from sealed evidence.
    Opened(OpenedCase),
    /// More sealed evidence was taken into it.
    EvidenceAdded {
        /// The case.
        case: String,
        /// The items.
        evidence: Vec<CaseEvidence>,
    },
    /// It went to another state.
    Moved {
        /// The case.
        case: String,
        /// From this state.
        from: String,
        /// To this one.
        to: String,
        /// Why.
        why: String,
        /// Number of the document on which it rests; may be empty.
        document: String,
        /// The day by which the next step is due.
        #[serde(with = "day::option")]
        due: Option<NaiveDate>,
        /// For a move out of the recheck: what was seen (`fixed`, `unchanged`, `moved`, `closed`, `new-owner`); else empty.
        result: String,
    },
    /// A state was proposed that one officer alone does not decide.
    Proposed {
        /// The case.
        case: String,
        /// Number of the proposal within the case, from 1.
        number: u32,
        /// The state that is proposed.
        to: String,
        /// Opinion and reasons.
        why: String,
        /// Number of the document; may be empty.
        document: String,
        /// The day by which it is to be done, where the state has one.
        #[serde(with = "day::option")]
        due: Option<NaiveDate>,
        /// The unit that proposes.
        unit: String,
        /// For a closing: what the recheck saw.
        result: String,
    },
    /// A proposal was confirmed by another officer.
    Confirmed {
        /// The case.
        case: String,
        /// The proposal.
        number: u32,
        /// Remark; may be empty.
        comment: String,
    },
    /// A proposal was returned.
    Returned {
        /// The case.
        case: String,
        /// The proposal.
        number: u32,
        /// What is to be done.
        comment: String,
    },
    /// A document was attached.
    Attached {
        /// The case.
        case: String,
        /// `determination`, `notice`, `bank-report`, `interview`, `wording`, `other` ...
        what: String,
        /// The document.
        document: DocumentRef,
        /// Remark; may be empty.
        remark: String,
    },
    /// It was decided who is competent.
    Routed {
        /// The case.
        case: String,
        /// Ids of departments, the leading one first.
        departments: Vec<String>,
        /// The unit that leads (code or name).
        lead: String,
        /// Units that assist.
        assist: Vec<String>,
        /// By which rule, in Chinese.
        why: String,
    },
    /// It went from one unit to another.
    HandedOver {
        /// The case.
        case: String,
        /// From this unit.
        from: String,
        /// To this one.
        to: String,
        /// `lead` or `assist`.
        part: String,
        /// Why.
        why: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// The other unit took it over.
    TakenOver {
        /// The case.
        case: String,
        /// The unit.
        unit: String,
        /// Remark; may be empty.
        comment: String,
    },
    /// A deadline was set or moved.
    Deadline {
        /// The case.
        case: String,
        /// What is due.
        what: String,
        /// When.
        #[serde(with = "day")]
        due: NaiveDate,
        /// Why.
        why: String,
    },
    /// What was due is done.
    DeadlineMet {
        /// The case.
        case: String,
        /// What was due.
        what: String,
        /// Remark; may be empty.
        comment: String,
    },
    /// A measure was taken: `interview` (警示约谈), `order` (责令整改), `publish` (信息公示), `transfer` (移送).
    Acted {
        /// The case.
        case: String,
        /// Which.
        action: String,
        /// Which unit.
        unit: String,
        /// What came of it.
        result: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// The one approved wording (宣传口径); the last one is in force and is used word for word.
    Wording {
        /// The case.
        case: String,
        /// The text.
        text: String,
        /// Who approved it; another officer than the one who enters it.
        approved_by: String,
        /// Number of the document; may be empty.
        document: String,
    },
    /// A question with its answer (信访答复口径). The same question again replaces the answer.
    Question {
        /// The case.
        case: String,
        /// The question.
        question: String,
        /// The answer.
        answer: String,
    },
    /// An officer has read the text of a rule's legal basis and confirms it.
    BasisConfirmed {
        /// The rule.
        rule: String,
        /// The text of the basis that was confirmed, as it stands in the catalogue.
        basis: String,
        /// Where the text was read.
        source: String,
    },
    /// A determination was written, to be signed.
    Determined {
        /// The determination.
        determination: StoredDetermination,
    },
    /// An officer signed it.
    Signed {
        /// The case.
        case: String,
        /// Number of the determination's document.
        number: String,
        /// The signature.
        signature: StoredSignature,
        /// Number of the key.
        key_id: String,
    },
    /// Cases were drawn for review.
    Sampled {
        /// Number of the sample.
        sample: String,
        /// The seed: the same seed draws the same cases.
        seed: String,
        /// First day of the period.
        #[serde(with = "day")]
        from: NaiveDate,
        /// Last day of the period.
        #[serde(with = "day")]
        until: NaiveDate,
        /// Cases from which was drawn.
        population: u64,
        /// Cases drawn, each with its reviewer.
        drawn: Vec<Drawn>,
    },
    /// A drawn case was reviewed.
    Reviewed {
        /// The sample.
        sample: String,
        /// The case.
        case: String,
        /// Whether the reviewer agrees with what was decided.
        agrees: bool,
        /// Remark; may be empty.
        comment: String,
    },
    /// The immediate report was made (重大情况立即报告).
    ReportedUp {
        /// The case.
        case: String,
        /// To whom.
        to: String,
        /// How (telephone, document number).
        how: String,
    },
    /// The case's subject is known now, or is another one.
    SubjectSet {
        /// The case.
        case: String,
        /// The subject's id.
        subject: String,
        /// Code of the unit of registration; empty for the county's pool.
        region: String,
        /// `yes`, `no` or `unknown`.
        licensed: String,
        /// Why.
        why: String,
    },
}

/// A case that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The case.
    pub case: String,
    /// Who reviews it.
    pub reviewer: String,
    /// On which day.
    #[serde(with = "day")]
    pub on: NaiveDate,
}
