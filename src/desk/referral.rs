//! The two lists, folded from the desk's events: what was put on them, what was lifted, what was issued and sent.
//!
//! Entries of the action list are made anew each time, from determinations whose signatures are checked anew: an event that
//! names an undetermined case makes no entry.

use super::cases::Cases;
use crate::model::determination::{Confirmed, Determination, OfficerSignature, SignatureCheck};
use crate::model::rule::BasisGrade;
use crate::model::takedown::action::{Measure, Scope};
use crate::model::takedown::entry::{ActionEntry, EntryDraft, NoticeBasis, entry_id};
use crate::model::takedown::header::{ListHeader, ListPoint};
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::overrule::{OverruleDraft, Overruled};
use crate::model::takedown::referral::{ReferralEntry, ReferralList};
use crate::model::takedown::refusal::Refusal;
use crate::model::takedown::status::{EntryState, EntryStatus};
use crate::model::takedown::target::{TakedownTarget, TargetKind};
use crate::wire::desk::takedown::{ListedTarget, TakedownFact};
use crate::wire::desk::{DeskEvent, DeskFact, DocumentRef};
use crate::wire::takedown::HeaderForm;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// The proof of a determination, with the signatures that a list carries.
pub type Proof = (Confirmed, Vec<OfficerSignature>);

/// A target on a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// When it was listed.
    pub at: DateTime<Utc>,
    /// Who listed it.
    pub by: String,
    /// What was listed.
    pub what: ListedTarget,
    /// The target.
    pub target: TakedownTarget,
    /// Where it stands.
    pub status: EntryStatus,
}

/// An overruling with the signatures so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Overruling {
    /// What is signed.
    pub draft: OverruleDraft,
    /// The signatures.
    pub signatures: Vec<OfficerSignature>,
}

/// An issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Its head.
    pub header: HeaderForm,
    /// The canonical file.
    pub file: DocumentRef,
}

/// A list that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Which list.
    pub list_id: String,
    /// Its serial.
    pub serial: u32,
    /// To whom.
    pub operator: String,
    /// Number of the letter.
    pub letter: String,
    /// Day until which the receipt is expected.
    pub due: NaiveDate,
}

/// Both lists.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// The action list, by entry.
    pub action: BTreeMap<String, Listed>,
    /// The referral list, by entry.
    pub referral: BTreeMap<String, Listed>,
    /// Overrulings, by id.
    pub overrulings: BTreeMap<String, Overruling>,
    /// Issues by list, in their order.
    pub issues: BTreeMap<String, Vec<Issue>>,
    /// What was sent.
    pub sent: Vec<Sent>,
}

impl Lists {
    /// Folds the desk's events.
    pub fn of(events: &[DeskEvent]) -> Self {
        let mut lists = Self::default();
        for event in events {
            if let DeskFact::Takedown(fact) = &event.what {
                lists.learn(event, fact);
            }
        }
        lists
    }

    fn learn(&mut self, event: &DeskEvent, fact: &TakedownFact) {
        match fact {
            TakedownFact::Remarked { .. } => {}
            TakedownFact::Listed(what) => self.list(event, what),
            TakedownFact::Withdrawn {
                entry,
                reason,
                document,
            } => self.change(event, entry, EntryState::Withdrawn, reason, document, ""),
            TakedownFact::Expired { entries, day } => {
                for entry in entries {
                    let reason = format!("期限至{day}前届满");
                    self.change(event, entry, EntryState::Expired, &reason, "", "");
                }
            }
            TakedownFact::Superseded {
                entry,
                successor,
                reason,
                document,
            } => self.change(
                event,
                entry,
                EntryState::Superseded,
                reason,
                document,
                successor,
            ),
            TakedownFact::OverruleWritten {
                id,
                target,
                value,
                code,
                reason,
                document,
                date,
                officers,
            } => {
                let Some(target) = target_of(target, value) else {
                    return;
                };
                let draft = OverruleDraft {
                    target,
                    code: code.clone(),
                    reason: reason.clone(),
                    document: document.clone(),
                    date: *date,
                    officers: officers.clone(),
                };
                let signatures = Vec::new();
                self.overrulings
                    .insert(id.clone(), Overruling { draft, signatures });
            }
            TakedownFact::OverruleSigned {
                id,
                officer,
                signature,
            } => {
                if let Some(of) = self.overrulings.get_mut(id) {
                    of.signatures.retain(|s| s.officer != *officer);
                    of.signatures.push(OfficerSignature {
                        officer: officer.clone(),
                        signature: signature.clone(),
                    });
                }
            }
            TakedownFact::Built { header, file } => {
                let issues = self.issues.entry(header.list_id.clone()).or_default();
                issues.push(Issue {
                    header: (**header).clone(),
                    file: file.clone(),
                });
            }
            TakedownFact::Sent {
                list_id,
                serial,
                operator,
                letter,
                due,
            } => self.sent.push(Sent {
                at: event.at,
                by: event.by.clone(),
                list_id: list_id.clone(),
                serial: *serial,
                operator: operator.clone(),
                letter: letter.clone(),
                due: *due,
            }),
        }
    }

    fn list(&mut self, event: &DeskEvent, what: &ListedTarget) {
        let Some(target) = target_of(&what.target, &what.value) else {
            return;
        };
        let listed = Listed {
            at: event.at,
            by: event.by.clone(),
            what: what.clone(),
            status: EntryStatus::active(event.at),
            target,
        };
        let id = listed.id();
        let list = match what.list.as_str() {
            "action" => &mut self.action,
            _ => &mut self.referral,
        };
        list.entry(id).or_insert(listed);
    }

    fn change(
        &mut self,
        event: &DeskEvent,
        entry: &str,
        state: EntryState,
        reason: &str,
        document: &str,
        successor: &str,
    ) {
        let known = self.action.get_mut(entry);
        if let Some(listed) = known.or(self.referral.get_mut(entry)) {
            listed.status = EntryStatus {
                state,
                since: event.at,
                reason: reason.to_owned(),
                document: document.to_owned(),
                successor: successor.to_owned(),
            };
        }
    }

    /// An entry of either list.
    pub fn get(&self, entry: &str) -> Option<&Listed> {
        self.action.get(entry).or_else(|| self.referral.get(entry))
    }

    /// The last issue of a list.
    pub fn last(&self, list_id: &str) -> Option<&Issue> {
        self.issues.get(list_id)?.last()
    }

    /// Serial and digest of the last issue.
    pub fn last_point(&self, list_id: &str) -> Option<ListPoint> {
        self.last(list_id).map(|issue| ListPoint {
            serial: issue.header.serial,
            sha256: issue.file.sha256.clone(),
        })
    }

    /// Active entries whose last day is before this one.
    pub fn out_of_time(&self, today: NaiveDate) -> Vec<String> {
        let past = |l: &Listed| {
            l.status.state == EntryState::Active && l.what.valid_until.is_some_and(|u| u < today)
        };
        self.action
            .iter()
            .filter(|(_, l)| past(l))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Overrulings that two officers have signed, and why others do not count.
    pub fn overruled(&self, keys: &dyn SignatureCheck) -> (Vec<Overruled>, Vec<String>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (id, of) in &self.overrulings {
            match Overruled::new(of.draft.clone(), &of.signatures, keys) {
                Ok(proof) => good.push(proof),
                Err(why) => bad.push(format!("{id}: {why}")),
            }
        }
        (good, bad)
    }

    /// The next issue of the action list under this head.
    ///
    /// # Errors
    /// Every entry that cannot stand on it, with the reason.
    pub fn action_list(
        &self,
        header: ListHeader,
        cases: &Cases,
        keys: &dyn SignatureCheck,
    ) -> Result<TakedownList, Vec<Refusal>> {
        let mut proofs: BTreeMap<(String, String), Result<Proof, Refusal>> = BTreeMap::new();
        let (mut entries, mut refused) = (Vec::new(), Vec::new());
        for listed in self.action.values() {
            let key = (listed.what.case.clone(), listed.what.decision.clone());
            let proof = proofs
                .entry(key)
                .or_insert_with(|| confirmed(cases, &listed.what, keys));
            let made = match proof {
                Ok((proof, _)) => listed.entry(proof),
                Err(refusal) => Err(Refusal {
                    value: listed.target.shown().to_owned(),
                    ..refusal.clone()
                }),
            };
            match made {
                Ok(entry) => entries.push(entry),
                Err(refusal) => refused.push(refusal),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let proofs = proofs.into_values().filter_map(Result::ok);
        Ok(TakedownList::new(header, proofs, entries))
    }

    /// The next issue of the referral list.
    pub fn referral_list(&self, header: ListHeader) -> ReferralList {
        let entries = self.referral.values().map(Listed::referral).collect();
        ReferralList::new(header, entries)
    }
}

fn target_of(kind: &str, value: &str) -> Option<TakedownTarget> {
    TakedownTarget::parse(TargetKind::parse(kind)?, value).ok()
}

impl Listed {
    /// Its identifier.
    pub fn id(&self) -> String {
        match Scope::parse(&self.what.scope) {
            Some(scope) if self.what.list == "action" => {
                entry_id(&self.target, scope, &self.what.case, &self.what.decision)
            }
            _ => self.referral().id(),
        }
    }

    /// The entry of the action list.
    ///
    /// # Errors
    /// Says what it lacks.
    pub fn entry(&self, confirmed: &Confirmed) -> Result<ActionEntry, Refusal> {
        let what = &self.what;
        let unknown = |field: &str, word: &str| {
            Refusal::new(
                "unknown-word",
                self.target.shown(),
                format!("its {field} {word:?} is not known"),
                "list it again",
            )
        };
        let basis = |b: &crate::wire::takedown::BasisForm| {
            Ok(NoticeBasis {
                rule: b.rule.clone(),
                text: b.text.clone(),
                grade: BasisGrade::parse(&b.grade).ok_or_else(|| unknown("grade", &b.grade))?,
                confirmed_by: b.confirmed_by.clone(),
            })
        };
        let draft = EntryDraft {
            target: self.target.clone(),
            scope: Scope::parse(&what.scope).ok_or_else(|| unknown("scope", &what.scope))?,
            measure: Measure::parse(&what.measure)
                .ok_or_else(|| unknown("measure", &what.measure))?,
            reason: what.reason.clone(),
            bases: what.bases.iter().map(basis).collect::<Result<_, _>>()?,
            evidence: what.evidence.clone(),
            evidence_sha256: what.evidence_sha256.clone(),
            quote: what.quote.clone(),
            icp: what.icp.clone(),
            hosting: what.hosting.clone(),
            first_seen: what.first_seen,
            last_verified: what.last_verified,
            valid_from: what.valid_from,
            valid_until: what.valid_until,
            appeal_contact: what.appeal_contact.clone(),
            remedies: what.remedies.clone(),
            listed: self.at,
        };
        Ok(ActionEntry::new(confirmed, draft)?.with_status(self.status.clone()))
    }

    fn referral(&self) -> ReferralEntry {
        let what = &self.what;
        ReferralEntry {
            target: self.target.clone(),
            case_no: what.case.clone(),
            department: what.department.clone(),
            rules: what.rules.clone(),
            evidence: what.evidence.clone(),
            evidence_sha256: what.evidence_sha256.clone(),
            quote: what.quote.clone(),
            icp: what.icp.clone(),
            first_seen: what.first_seen,
            last_verified: what.last_verified,
            status: self.status.clone(),
        }
    }
}

/// The proof that two officers signed the determination on which a target was listed.
///
/// # Errors
/// Says that there is none, or whose signature does not hold.
pub fn confirmed(
    cases: &Cases,
    what: &ListedTarget,
    keys: &dyn SignatureCheck,
) -> Result<Proof, Refusal> {
    let refuse = |problem: String| {
        Refusal::new(
            "no-determination",
            what.value.clone(),
            problem,
            "what is only suspected goes on the referral list; `wangxun cases determine` and `cases sign` make a determination",
        )
    };
    let case = cases
        .get(&what.case)
        .ok_or_else(|| refuse(format!("there is no case {:?}", what.case)))?;
    let written = case
        .determinations
        .iter()
        .rev()
        .find(|w| w.determination.number == what.decision)
        .ok_or_else(|| {
            refuse(match what.decision.as_str() {
                "" => format!("the case {} is not determined", what.case),
                number => format!("the case {} has no determination {number}", what.case),
            })
        })?;
    let signatures: Vec<OfficerSignature> = written
        .signatures
        .iter()
        .map(OfficerSignature::from)
        .collect();
    let determination = Determination::from(&written.determination);
    Confirmed::new(determination, &signatures, keys)
        .map(|proof| (proof, signatures))
        .map_err(|why| refuse(format!("the case {}: {why}", what.case)))
}
