//! Lists to their stored forms and back. Back goes through the constructors of the proofs: signatures are checked anew.

use super::{
    BasisForm, CountsForm, DeterminationForm, EntryForm, HeaderForm, IssuerForm, ListError,
    ListFile, PointForm, StatusForm, TAKEDOWN_FORMAT, to_bytes,
};
use crate::model::determination::{Confirmed, Determination, OfficerSignature, SignatureCheck};
use crate::model::rule::BasisGrade;
use crate::model::takedown::action::{Measure, Scope};
use crate::model::takedown::entry::{ActionEntry, EntryDraft, NoticeBasis};
use crate::model::takedown::header::{Issuer, ListHeader, ListKind, ListPoint};
use crate::model::takedown::list::{SignedDetermination, TakedownList, count};
use crate::model::takedown::referral::{ReferralEntry, ReferralList};
use crate::model::takedown::status::{EntryState, EntryStatus};
use crate::model::takedown::target::{TakedownTarget, TargetKind};
use std::collections::BTreeMap;

fn form(text: impl Into<String>) -> ListError {
    ListError::Form(text.into())
}

impl From<&ListPoint> for PointForm {
    fn from(of: &ListPoint) -> Self {
        Self {
            serial: of.serial,
            sha256: of.sha256.clone(),
        }
    }
}

impl From<&PointForm> for ListPoint {
    fn from(of: &PointForm) -> Self {
        Self {
            serial: of.serial,
            sha256: of.sha256.clone(),
        }
    }
}

impl HeaderForm {
    /// The stored form of a head over entries in these states.
    pub fn new(of: &ListHeader, kind: ListKind, states: impl Iterator<Item = EntryState>) -> Self {
        let counts = count(states);
        Self {
            counts: CountsForm {
                active: counts.active,
                expired: counts.expired,
                superseded: counts.superseded,
                withdrawn: counts.withdrawn,
            },
            expires: of.expires,
            issued: of.issued,
            issuer: IssuerForm {
                contact: of.issuer.contact.clone(),
                domain: of.issuer.domain.clone(),
                email: of.issuer.email.clone(),
                name: of.issuer.name.clone(),
            },
            key_id: of.key_id.clone(),
            kind: kind.code().to_owned(),
            list_id: of.list_id.clone(),
            previous: of.previous.as_ref().map(PointForm::from),
            serial: of.serial,
        }
    }

    /// The head.
    pub fn header(&self) -> ListHeader {
        ListHeader {
            list_id: self.list_id.clone(),
            issuer: Issuer {
                name: self.issuer.name.clone(),
                email: self.issuer.email.clone(),
                domain: self.issuer.domain.clone(),
                contact: self.issuer.contact.clone(),
            },
            serial: self.serial,
            previous: self.previous.as_ref().map(ListPoint::from),
            issued: self.issued,
            expires: self.expires,
            key_id: self.key_id.clone(),
        }
    }
}

impl From<&SignedDetermination> for DeterminationForm {
    fn from(of: &SignedDetermination) -> Self {
        let d = &of.determination;
        Self {
            authority: d.authority.clone(),
            case_no: d.case_no.clone(),
            date: d.date,
            document_sha256: d.document_sha256.clone(),
            evidence: d.evidence.clone(),
            number: d.number.clone(),
            officer: d.officer.clone(),
            reviewer: d.reviewer.clone(),
            rules: d.rules.clone(),
            signatures: of
                .signatures
                .iter()
                .map(|s| (s.officer.clone(), s.signature.clone()))
                .collect(),
            statement: d.statement.clone(),
        }
    }
}

impl DeterminationForm {
    fn signed(&self) -> (Determination, Vec<OfficerSignature>) {
        let determination = Determination {
            case_no: self.case_no.clone(),
            number: self.number.clone(),
            authority: self.authority.clone(),
            date: self.date,
            statement: self.statement.clone(),
            rules: self.rules.clone(),
            evidence: self.evidence.clone(),
            document_sha256: self.document_sha256.clone(),
            officer: self.officer.clone(),
            reviewer: self.reviewer.clone(),
        };
        let signatures = self
            .signatures
            .iter()
            .map(|(officer, signature)| OfficerSignature {
                officer: officer.clone(),
                signature: signature.clone(),
            })
            .collect();
        (determination, signatures)
    }
}

impl From<&EntryStatus> for StatusForm {
    fn from(of: &EntryStatus) -> Self {
        Self {
            document: of.document.clone(),
            reason: of.reason.clone(),
            since: of.since,
            state: of.state.code().to_owned(),
            successor: of.successor.clone(),
        }
    }
}

impl StatusForm {
    fn status(&self) -> Result<EntryStatus, ListError> {
        let state = EntryState::parse(&self.state)
            .ok_or_else(|| form(format!("the state {:?} is not known", self.state)))?;
        Ok(EntryStatus {
            state,
            since: self.since,
            reason: self.reason.clone(),
            document: self.document.clone(),
            successor: self.successor.clone(),
        })
    }
}

impl From<&ActionEntry> for EntryForm {
    fn from(of: &ActionEntry) -> Self {
        let draft = of.draft();
        let basis = |b: &NoticeBasis| BasisForm {
            confirmed_by: b.confirmed_by.clone(),
            grade: b.grade.code().to_owned(),
            rule: b.rule.clone(),
            text: b.text.clone(),
        };
        Self {
            appeal_contact: draft.appeal_contact.clone(),
            authority: of.authority().to_owned(),
            bases: draft.bases.iter().map(basis).collect(),
            case_no: of.case_no().to_owned(),
            decided: Some(of.date()),
            decision: of.number().to_owned(),
            department: String::new(),
            determination: of.determination().to_owned(),
            evidence: draft.evidence.clone(),
            evidence_sha256: draft.evidence_sha256.clone(),
            first_seen: draft.first_seen,
            hosting: draft.hosting.clone(),
            icp: draft.icp.clone(),
            id: of.id().to_owned(),
            last_verified: draft.last_verified,
            listed: Some(draft.listed),
            measure: draft.measure.code().to_owned(),
            notice: of.notice(),
            quote: draft.quote.clone(),
            reason: draft.reason.clone(),
            registrable: draft.target.registrable().unwrap_or_default().to_owned(),
            remedies: draft.remedies.clone(),
            rules: Vec::new(),
            scope: draft.scope.code().to_owned(),
            shown: draft.target.shown().to_owned(),
            status: of.status().into(),
            target: draft.target.kind().code().to_owned(),
            valid_from: Some(draft.valid_from),
            valid_until: draft.valid_until,
            value: draft.target.value().to_owned(),
        }
    }
}

impl From<&ReferralEntry> for EntryForm {
    fn from(of: &ReferralEntry) -> Self {
        Self {
            appeal_contact: String::new(),
            authority: String::new(),
            bases: Vec::new(),
            case_no: of.case_no.clone(),
            decided: None,
            decision: String::new(),
            department: of.department.clone(),
            determination: String::new(),
            evidence: of.evidence.clone(),
            evidence_sha256: of.evidence_sha256.clone(),
            first_seen: of.first_seen,
            hosting: String::new(),
            icp: of.icp.clone(),
            id: of.id(),
            last_verified: of.last_verified,
            listed: None,
            measure: String::new(),
            notice: String::new(),
            quote: of.quote.clone(),
            reason: String::new(),
            registrable: of.target.registrable().unwrap_or_default().to_owned(),
            remedies: String::new(),
            rules: of.rules.clone(),
            scope: String::new(),
            shown: of.target.shown().to_owned(),
            status: (&of.status).into(),
            target: of.target.kind().code().to_owned(),
            valid_from: None,
            valid_until: None,
            value: of.target.value().to_owned(),
        }
    }
}

impl EntryForm {
    /// The target.
    pub fn target(&self) -> Result<TakedownTarget, ListError> {
        let kind = TargetKind::parse(&self.target)
            .ok_or_else(|| form(format!("the kind {:?} is not known", self.target)))?;
        Ok(TakedownTarget::parse(kind, &self.value)?)
    }

    fn entry(&self, confirmed: &Confirmed) -> Result<ActionEntry, ListError> {
        let word = |what: &str, word: &str| form(format!("{what} {word:?} is not known"));
        let basis = |b: &BasisForm| -> Result<NoticeBasis, ListError> {
            Ok(NoticeBasis {
                rule: b.rule.clone(),
                text: b.text.clone(),
                grade: BasisGrade::parse(&b.grade).ok_or_else(|| word("the grade", &b.grade))?,
                confirmed_by: b.confirmed_by.clone(),
            })
        };
        let lacks = |what: &str| form(format!("the entry {} has no {what}", self.id));
        let draft = EntryDraft {
            target: self.target()?,
            scope: Scope::parse(&self.scope).ok_or_else(|| word("the scope", &self.scope))?,
            measure: Measure::parse(&self.measure)
                .ok_or_else(|| word("the measure", &self.measure))?,
            reason: self.reason.clone(),
            bases: self.bases.iter().map(basis).collect::<Result<_, _>>()?,
            evidence: self.evidence.clone(),
            evidence_sha256: self.evidence_sha256.clone(),
            quote: self.quote.clone(),
            icp: self.icp.clone(),
            hosting: self.hosting.clone(),
            first_seen: self.first_seen,
            last_verified: self.last_verified,
            valid_from: self.valid_from.ok_or_else(|| lacks("first day"))?,
            valid_until: self.valid_until,
            appeal_contact: self.appeal_contact.clone(),
            remedies: self.remedies.clone(),
            listed: self.listed.ok_or_else(|| lacks("time of listing"))?,
        };
        let entry = ActionEntry::new(confirmed, draft)?.with_status(self.status.status()?);
        if Self::from(&entry) != *self {
            return Err(ListError::Changed {
                id: self.id.clone(),
                what: "its identifier, notice or decision does not follow from its fields"
                    .to_owned(),
            });
        }
        Ok(entry)
    }
}

impl From<&TakedownList> for ListFile {
    fn from(of: &TakedownList) -> Self {
        let states = of.entries().iter().map(|e| e.status().state);
        Self {
            determinations: of
                .determinations()
                .iter()
                .map(|(id, d)| (id.clone(), d.into()))
                .collect(),
            entries: of.entries().iter().map(EntryForm::from).collect(),
            format: TAKEDOWN_FORMAT.to_owned(),
            header: HeaderForm::new(of.header(), ListKind::Action, states),
        }
    }
}

impl From<&ReferralList> for ListFile {
    fn from(of: &ReferralList) -> Self {
        let states = of.entries().iter().map(|e| e.status.state);
        Self {
            determinations: BTreeMap::new(),
            entries: of.entries().iter().map(EntryForm::from).collect(),
            format: TAKEDOWN_FORMAT.to_owned(),
            header: HeaderForm::new(of.header(), ListKind::Referral, states),
        }
    }
}

impl ListFile {
    /// Reads a file; a form other than the canonical one is refused, so that a digest names one list.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        let file: Self = serde_json::from_slice(bytes).map_err(|e| form(e.to_string()))?;
        if file.format != TAKEDOWN_FORMAT {
            return Err(form(format!("the format {:?} is not known", file.format)));
        }
        if file.to_bytes().map_err(|e| form(e.to_string()))? != bytes {
            return Err(form("it is not written in the canonical way"));
        }
        Ok(file)
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        to_bytes(self)
    }

    /// The action list, every determination confirmed anew by the officers' keys and every entry made anew from it.
    pub fn confirm(&self, keys: &dyn SignatureCheck) -> Result<TakedownList, ListError> {
        if self.header.kind != ListKind::Action.code() {
            return Err(form(format!(
                "it is a {} list, not an action list",
                self.header.kind
            )));
        }
        let mut confirmed = BTreeMap::new();
        for (id, of) in &self.determinations {
            let (determination, signatures) = of.signed();
            let proof = Confirmed::new(determination, &signatures, keys).map_err(|source| {
                ListError::Determination {
                    id: id.clone(),
                    source,
                }
            })?;
            confirmed.insert(id.as_str(), (proof, signatures));
        }
        let mut entries = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let (proof, _) = confirmed
                .get(entry.determination.as_str())
                .ok_or_else(|| form(format!("the entry {} has no determination", entry.id)))?;
            entries.push(entry.entry(proof)?);
        }
        let list = TakedownList::new(self.header.header(), confirmed.into_values(), entries);
        if Self::from(&list) != *self {
            return Err(form(
                "head, order or determinations do not follow from the entries",
            ));
        }
        Ok(list)
    }

    /// The referral list.
    pub fn referral(&self) -> Result<ReferralList, ListError> {
        if self.header.kind != ListKind::Referral.code() {
            return Err(form(format!(
                "it is a {} list, not a referral list",
                self.header.kind
            )));
        }
        let entry = |of: &EntryForm| -> Result<ReferralEntry, ListError> {
            Ok(ReferralEntry {
                target: of.target()?,
                case_no: of.case_no.clone(),
                department: of.department.clone(),
                rules: of.rules.clone(),
                evidence: of.evidence.clone(),
                evidence_sha256: of.evidence_sha256.clone(),
                quote: of.quote.clone(),
                icp: of.icp.clone(),
                first_seen: of.first_seen,
                last_verified: of.last_verified,
                status: of.status.status()?,
            })
        };
        let entries = self.entries.iter().map(entry).collect::<Result<_, _>>()?;
        let list = ReferralList::new(self.header.header(), entries);
        if Self::from(&list) != *self {
            return Err(form("head or order do not follow from the entries"));
        }
        Ok(list)
    }
}
