//! Cases, folded from the desk's events.

mod records;

pub use records::{
    Acted, Attached, BasisConfirmed, Case, Change, Deadline, Handover, Proposal, Route, Sample,
    Stamp, Wording, Written,
};

use crate::model::case::CaseState;
use crate::wire::desk::case::{CaseFact, OpenedCase};
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// All cases.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cases {
    /// By number.
    pub cases: BTreeMap<String, Case>,
    /// Confirmed bases, by rule.
    pub bases: BTreeMap<String, Vec<BasisConfirmed>>,
    /// Samples, in the order in which they were drawn.
    pub samples: Vec<Sample>,
}

impl Cases {
    /// Folds the desk's events. What concerns a case that is not known is passed over.
    pub fn of(events: &[DeskEvent]) -> Self {
        let mut all = Self::default();
        for event in events {
            if let DeskFact::Case(fact) = &event.what {
                all.learn(event, fact);
            }
        }
        all
    }

    /// The case of this number.
    pub fn get(&self, case: &str) -> Option<&Case> {
        self.cases.get(case)
    }

    fn learn(&mut self, event: &DeskEvent, fact: &CaseFact) {
        let stamp = Stamp {
            at: event.at,
            by: event.by.clone(),
        };
        match fact {
            CaseFact::Opened(opened) => {
                let fresh = || Case::new(stamp, opened);
                self.cases.entry(opened.case.clone()).or_insert_with(fresh);
            }
            CaseFact::BasisConfirmed {
                rule,
                basis,
                source,
            } => self
                .bases
                .entry(rule.clone())
                .or_default()
                .push(BasisConfirmed {
                    stamp,
                    basis: basis.clone(),
                    source: source.clone(),
                }),
            CaseFact::Sampled {
                sample,
                seed,
                from,
                until,
                population,
                drawn,
            } => self.samples.push(Sample {
                sample: sample.clone(),
                stamp,
                seed: seed.clone(),
                period: (*from, *until),
                population: *population,
                drawn: drawn.clone(),
                reviews: Vec::new(),
            }),
            CaseFact::Reviewed {
                sample,
                case,
                agrees,
                comment,
            } => {
                if let Some(of) = self.samples.iter_mut().find(|s| s.sample == *sample) {
                    let review = (stamp, case.clone(), *agrees, comment.clone());
                    of.reviews.push(review);
                }
            }
            CaseFact::Determined { determination } => {
                if let Some(case) = self.cases.get_mut(&determination.case_no) {
                    case.determinations.push(Written {
                        stamp,
                        determination: determination.clone(),
                        signatures: Vec::new(),
                    });
                }
            }
            other => {
                if let Some(case) = case_of(other).and_then(|no| self.cases.get_mut(no)) {
                    case.learn(stamp, other);
                }
            }
        }
    }
}

/// The case that a fact concerns.
fn case_of(fact: &CaseFact) -> Option<&str> {
    match fact {
        CaseFact::EvidenceAdded { case, .. }
        | CaseFact::Moved { case, .. }
        | CaseFact::Proposed { case, .. }
        | CaseFact::Confirmed { case, .. }
        | CaseFact::Returned { case, .. }
        | CaseFact::Attached { case, .. }
        | CaseFact::Routed { case, .. }
        | CaseFact::HandedOver { case, .. }
        | CaseFact::TakenOver { case, .. }
        | CaseFact::Deadline { case, .. }
        | CaseFact::DeadlineMet { case, .. }
        | CaseFact::Acted { case, .. }
        | CaseFact::Wording { case, .. }
        | CaseFact::Question { case, .. }
        | CaseFact::Signed { case, .. }
        | CaseFact::ReportedUp { case, .. }
        | CaseFact::SubjectSet { case, .. }
        | CaseFact::Reviewed { case, .. } => Some(case),
        CaseFact::Opened(opened) => Some(&opened.case),
        CaseFact::Determined { determination } => Some(&determination.case_no),
        CaseFact::BasisConfirmed { .. } | CaseFact::Sampled { .. } => None,
    }
}

impl Case {
    fn new(stamp: Stamp, opened: &OpenedCase) -> Self {
        let at = stamp.at;
        let evidence = opened.evidence.iter().map(|e| (e.clone(), at)).collect();
        Self {
            stamp,
            opened: opened.clone(),
            subject: opened.subject.clone(),
            region: opened.region.clone(),
            licensed: opened.licensed.clone(),
            state: CaseState::Found,
            evidence,
            history: Vec::new(),
            proposals: Vec::new(),
            documents: Vec::new(),
            route: None,
            handovers: Vec::new(),
            deadlines: Vec::new(),
            acts: Vec::new(),
            wording: None,
            questions: Vec::new(),
            determinations: Vec::new(),
            reports: Vec::new(),
        }
    }

    /// Its number.
    pub fn number(&self) -> &str {
        &self.opened.case
    }

    /// The proposal that waits for a decision.
    pub fn open_proposal(&self) -> Option<&Proposal> {
        self.proposals.iter().find(|p| p.decided.is_none())
    }

    /// What is due and not done, the earliest first.
    pub fn open_deadlines(&self) -> Vec<&Deadline> {
        let mut open: Vec<&Deadline> = self.deadlines.iter().filter(|d| d.met.is_none()).collect();
        open.sort_by_key(|d| d.due);
        open
    }

    /// When it came to its present state.
    pub fn since(&self) -> DateTime<Utc> {
        self.history.last().map_or(self.stamp.at, |c| c.stamp.at)
    }

    /// The last change to this state.
    pub fn came_to(&self, state: CaseState) -> Option<&Change> {
        self.history.iter().rev().find(|c| c.to == state)
    }

    /// All rules that its evidence names, sorted.
    pub fn rules(&self) -> Vec<String> {
        let mut rules: Vec<String> = self
            .evidence
            .iter()
            .flat_map(|(e, _)| e.rules.iter().cloned())
            .collect();
        rules.sort();
        rules.dedup();
        rules
    }

    fn learn(&mut self, stamp: Stamp, fact: &CaseFact) {
        match fact {
            CaseFact::EvidenceAdded { evidence, .. } => {
                for item in evidence {
                    if self.evidence.iter().all(|(e, _)| e.id != item.id) {
                        self.evidence.push((item.clone(), stamp.at));
                    }
                }
            }
            CaseFact::Moved {
                from,
                to,
                why,
                document,
                due,
                result,
                ..
            } => {
                let (Some(from), Some(to)) = (CaseState::parse(from), CaseState::parse(to)) else {
                    return;
                };
                self.meet(from.label(), stamp.at);
                if let Some(due) = due {
                    self.due(to.label(), *due, why);
                }
                self.state = to;
                self.history.push(Change {
                    stamp,
                    from,
                    to,
                    why: why.clone(),
                    document: document.clone(),
                    due: *due,
                    result: result.clone(),
                });
            }
            CaseFact::Proposed {
                number,
                to,
                why,
                document,
                due,
                unit,
                result,
                ..
            } => {
                let Some(to) = CaseState::parse(to) else {
                    return;
                };
                self.proposals.push(Proposal {
                    number: *number,
                    stamp,
                    unit: unit.clone(),
                    to,
                    why: why.clone(),
                    document: document.clone(),
                    due: *due,
                    result: result.clone(),
                    decided: None,
                });
            }
            CaseFact::Confirmed {
                number, comment, ..
            } => self.decide(stamp, *number, true, comment),
            CaseFact::Returned {
                number, comment, ..
            } => self.decide(stamp, *number, false, comment),
            CaseFact::Deadline { what, due, why, .. } => self.due(what, *due, why),
            CaseFact::DeadlineMet { what, .. } => self.meet(what, stamp.at),
            CaseFact::Signed {
                number, signature, ..
            } => {
                let mut written = self.determinations.iter_mut().rev();
                if let Some(written) = written.find(|w| w.determination.number == *number) {
                    let signatures = &mut written.signatures;
                    signatures.retain(|s| s.officer != signature.officer);
                    signatures.push(signature.clone());
                }
            }
            CaseFact::SubjectSet {
                subject,
                region,
                licensed,
                ..
            } => {
                self.subject.clone_from(subject);
                self.region.clone_from(region);
                self.licensed.clone_from(licensed);
            }
            other => self.learn_papers(stamp, other),
        }
    }

    fn learn_papers(&mut self, stamp: Stamp, fact: &CaseFact) {
        match fact.clone() {
            CaseFact::Attached {
                what,
                document,
                remark,
                ..
            } => self.documents.push(Attached {
                stamp,
                what,
                document,
                remark,
            }),
            CaseFact::Routed {
                departments,
                lead,
                assist,
                why,
                ..
            } => {
                self.route = Some(Route {
                    stamp,
                    departments,
                    lead,
                    assist,
                    why,
                });
            }
            CaseFact::HandedOver {
                from,
                to,
                part,
                why,
                document,
                ..
            } => {
                if let (Some(route), "lead") = (&mut self.route, part.as_str()) {
                    route.lead.clone_from(&to);
                } else if let Some(route) = &mut self.route
                    && !route.assist.contains(&to)
                {
                    route.assist.retain(|unit| *unit != from);
                    route.assist.push(to.clone());
                }
                self.handovers.push(Handover {
                    stamp,
                    from,
                    to,
                    part,
                    why,
                    document,
                    taken: None,
                });
            }
            CaseFact::TakenOver { unit, comment, .. } => {
                let open = |h: &&mut Handover| h.to == unit && h.taken.is_none();
                if let Some(handover) = self.handovers.iter_mut().find(open) {
                    handover.taken = Some((stamp, comment));
                }
            }
            CaseFact::Acted {
                action,
                unit,
                result,
                document,
                ..
            } => self.acts.push(Acted {
                stamp,
                action,
                unit,
                result,
                document,
            }),
            CaseFact::Wording {
                text,
                approved_by,
                document,
                ..
            } => {
                self.wording = Some(Wording {
                    stamp,
                    text,
                    approved_by,
                    document,
                });
            }
            CaseFact::Question {
                question, answer, ..
            } => match self.questions.iter_mut().find(|(q, _)| *q == question) {
                Some((_, known)) => *known = answer,
                None => self.questions.push((question, answer)),
            },
            CaseFact::ReportedUp { to, how, .. } => self.reports.push((stamp, to, how)),
            _ => {}
        }
    }

    fn decide(&mut self, stamp: Stamp, number: u32, confirmed: bool, comment: &str) {
        let mut open = self.proposals.iter_mut();
        if let Some(proposal) = open.find(|p| p.number == number && p.decided.is_none()) {
            proposal.decided = Some((stamp, confirmed, comment.to_owned()));
        }
    }

    fn due(&mut self, what: &str, due: NaiveDate, why: &str) {
        let mut open = self.deadlines.iter_mut();
        match open.find(|d| d.what == what && d.met.is_none()) {
            Some(known) => (known.due, known.why) = (due, why.to_owned()),
            None => self.deadlines.push(Deadline {
                what: what.to_owned(),
                due,
                why: why.to_owned(),
                met: None,
            }),
        }
    }

    fn meet(&mut self, what: &str, at: DateTime<Utc>) {
        for deadline in self.deadlines.iter_mut().filter(|d| d.what == what) {
            deadline.met.get_or_insert(at);
        }
    }
}
