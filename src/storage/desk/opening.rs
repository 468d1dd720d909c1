//! The opening of a case: there is none without sealed evidence.

use super::event;
use crate::storage::seal::Sealed;
use crate::wire::desk::case::{CaseEvidence, CaseFact, OpenedCase};
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, Utc};

/// What is told of a case beside its evidence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpeningDraft {
    /// Number of the case.
    pub case: String,
    /// The subject's id; empty while none is known.
    pub subject: String,
    /// Name of the operator or platform.
    pub title: String,
    /// Sector words.
    pub sectors: Vec<String>,
    /// `yes`, `no` or `unknown`.
    pub licensed: String,
    /// Severity, 1 to 5.
    pub severity: u8,
    /// Score, 0 to 100.
    pub score: f64,
    /// Code of the unit of registration; empty for the county's pool.
    pub region: String,
    /// `patrol`, `tip`, `township` or `transfer`.
    pub source: String,
    /// Receipt of the tip; empty without one.
    pub tip: String,
    /// Largest claimed scale in yuan.
    pub claimed_yuan: u64,
    /// Largest claimed number of people.
    pub claimed_people: u64,
}

/// Proof that a case, or what is added to one, rests on sealed evidence: the only way to a case's beginning.
#[derive(Debug)]
pub struct CaseOpening {
    event: DeskEvent,
}

impl CaseOpening {
    /// Opens a case on this item and perhaps more.
    pub fn new(
        first: &Sealed,
        more: &[Sealed],
        draft: OpeningDraft,
        by: &str,
        at: DateTime<Utc>,
    ) -> Self {
        let fact = CaseFact::Opened(OpenedCase {
            case: draft.case,
            subject: draft.subject,
            title: draft.title,
            evidence: std::iter::once(first).chain(more).map(evidence).collect(),
            sectors: draft.sectors,
            licensed: draft.licensed,
            severity: draft.severity,
            score: draft.score,
            region: draft.region,
            source: draft.source,
            tip: draft.tip,
            claimed_yuan: draft.claimed_yuan,
            claimed_people: draft.claimed_people,
        });
        Self {
            event: event(at, by, DeskFact::Case(fact)),
        }
    }

    /// Takes more evidence into a case.
    pub fn added(case: &str, items: &[Sealed], by: &str, at: DateTime<Utc>) -> Self {
        let fact = CaseFact::EvidenceAdded {
            case: case.to_owned(),
            evidence: items.iter().map(evidence).collect(),
        };
        Self {
            event: event(at, by, DeskFact::Case(fact)),
        }
    }

    pub(super) fn event(self) -> DeskEvent {
        self.event
    }
}

fn evidence(sealed: &Sealed) -> CaseEvidence {
    let manifest = sealed.manifest();
    let mut rules: Vec<String> = manifest.findings.iter().map(|f| f.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    CaseEvidence {
        id: sealed.evidence_id().to_owned(),
        sha256: hex::encode(sealed.digests().sha256),
        url: manifest.final_url.clone(),
        rules,
        captured: manifest.captured_start.utc.clone(),
    }
}
