//! Lists as they are sent (format `wangxun-takedown/1`), their deltas, and the manifest of a bundle.
//!
//! Keys are in byte order and values are strings, whole numbers, arrays and objects of them, so that the compact JSON is the
//! canonical one of RFC 8785; a file is that with LF at its end.

use super::{day, moment};
use crate::model::determination::{
    Confirmed, Determination, NotConfirmed, OfficerSignature, SignatureCheck,
};
use crate::model::rule::BasisGrade;
use crate::model::takedown::action::{Measure, Scope};
use crate::model::takedown::entry::{ActionEntry, EntryDraft, NoticeBasis};
use crate::model::takedown::header::{Issuer, ListHeader, ListKind, ListPoint};
use crate::model::takedown::list::{SignedDetermination, TakedownList, count};
use crate::model::takedown::referral::{ReferralEntry, ReferralList};
use crate::model::takedown::refusal::Refusal;
use crate::model::takedown::status::{EntryState, EntryStatus};
use crate::model::takedown::target::{TakedownTarget, TargetKind};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// Name and version of the format.
pub const TAKEDOWN_FORMAT: &str = "wangxun-takedown/1";
/// Name and version of a delta.
pub const DELTA_FORMAT: &str = "wangxun-takedown-delta/1";
/// Name and version of a bundle's manifest.
pub const BUNDLE_FORMAT: &str = "wangxun-takedown-bundle/1";

/// One issue of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFile {
    /// Determinations by their identifiers, with the officers' signatures.
    pub determinations: BTreeMap<String, DeterminationForm>,
    /// The entries by their identifiers.
    pub entries: Vec<EntryForm>,
    /// [`TAKEDOWN_FORMAT`].
    pub format: String,
    /// The head.
    pub header: HeaderForm,
}

/// The head of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderForm {
    /// How many entries there are.
    pub counts: CountsForm,
    /// From when on it is not to be used any more.
    #[serde(with = "moment")]
    pub expires: DateTime<Utc>,
    /// When it was issued.
    #[serde(with = "moment")]
    pub issued: DateTime<Utc>,
    /// Who issues it.
    pub issuer: IssuerForm,
    /// Number of the minisign key that signs it.
    pub key_id: String,
    /// `action` or `referral`.
    pub kind: String,
    /// Which list.
    pub list_id: String,
    /// The issue before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<PointForm>,
    /// Place in the order of issues.
    pub serial: u32,
}

/// How many entries there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountsForm {
    /// To be acted upon.
    pub active: u64,
    /// Out of time.
    pub expired: u64,
    /// Replaced.
    pub superseded: u64,
    /// Lifted.
    pub withdrawn: u64,
}

/// Who issues a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerForm {
    /// Address and telephone.
    pub contact: String,
    /// Domain; may be empty.
    pub domain: String,
    /// E-mail; may be empty.
    pub email: String,
    /// The office.
    pub name: String,
}

/// An issue: serial and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointForm {
    /// The serial.
    pub serial: u32,
    /// SHA-256 of the canonical file.
    pub sha256: String,
}

/// A determination with its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeterminationForm {
    /// The authority.
    pub authority: String,
    /// The case.
    pub case_no: String,
    /// Date of the document.
    #[serde(with = "day")]
    pub date: NaiveDate,
    /// SHA-256 of the document.
    pub document_sha256: String,
    /// Sealed items.
    pub evidence: Vec<String>,
    /// Number of the document.
    pub number: String,
    /// Who proposed it.
    pub officer: String,
    /// Who confirmed it.
    pub reviewer: String,
    /// Rules.
    pub rules: Vec<String>,
    /// Signature files of minisign by officers' names.
    pub signatures: BTreeMap<String, String>,
    /// What was determined.
    pub statement: String,
}

/// One entry of either list. Fields that only the action list has are left out in the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryForm {
    /// Where the party can turn to.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub appeal_contact: String,
    /// The authority that decided.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub authority: String,
    /// Legal bases.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bases: Vec<BasisForm>,
    /// Number of the case.
    pub case_no: String,
    /// Date of the decision.
    #[serde(with = "day::option", skip_serializing_if = "Option::is_none", default)]
    pub decided: Option<NaiveDate>,
    /// Number of the decision.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub decision: String,
    /// To which department it is referred (referral list).
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub department: String,
    /// Identifier of the determination.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub determination: String,
    /// The sealed item.
    pub evidence: String,
    /// SHA-256 of its package.
    pub evidence_sha256: String,
    /// Seen first.
    #[serde(with = "moment")]
    pub first_seen: DateTime<Utc>,
    /// Who hosts it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub hosting: String,
    /// ICP filing number.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub icp: String,
    /// Identifier.
    pub id: String,
    /// Seen last.
    #[serde(with = "moment")]
    pub last_verified: DateTime<Utc>,
    /// When it was listed (action list).
    #[serde(
        with = "moment::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub listed: Option<DateTime<Utc>>,
    /// What is asked for.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub measure: String,
    /// Statement of reasons with remedies. It follows from the other fields.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub notice: String,
    /// What it says.
    pub quote: String,
    /// The reason's code.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reason: String,
    /// Registrable domain.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub registrable: String,
    /// Remedies.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub remedies: String,
    /// Rules that seem broken (referral list).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rules: Vec<String>,
    /// How far it reaches.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub scope: String,
    /// The value for people.
    pub shown: String,
    /// Where it stands.
    pub status: StatusForm,
    /// Kind of the target.
    pub target: String,
    /// First day in force.
    #[serde(with = "day::option", skip_serializing_if = "Option::is_none", default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day in force.
    #[serde(with = "day::option", skip_serializing_if = "Option::is_none", default)]
    pub valid_until: Option<NaiveDate>,
    /// The value for machines.
    pub value: String,
}

/// A legal basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasisForm {
    /// Who has read and confirmed the text; empty when it was read in full.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub confirmed_by: String,
    /// `V`, `S` or `M`.
    pub grade: String,
    /// The rule.
    pub rule: String,
    /// The text.
    pub text: String,
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusForm {
    /// Number of the document.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub document: String,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reason: String,
    /// Since when.
    #[serde(with = "moment")]
    pub since: DateTime<Utc>,
    /// `active`, `withdrawn`, `expired` or `superseded`.
    pub state: String,
    /// The entry in its place.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub successor: String,
}

/// What changed from one issue to the next. Entries never leave a list, so there is nothing to remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeltaFile {
    /// New determinations.
    pub determinations: BTreeMap<String, DeterminationForm>,
    /// New and changed entries, whole.
    pub entries: Vec<EntryForm>,
    /// [`DELTA_FORMAT`].
    pub format: String,
    /// The issue on which it is put.
    pub from: PointForm,
    /// The head of the new issue.
    pub header: HeaderForm,
    /// The issue that comes out.
    pub to: PointForm,
}

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleManifest {
    /// The files, by name, without this one and without signatures.
    pub files: Vec<BundleFile>,
    /// [`BUNDLE_FORMAT`].
    pub format: String,
    /// The head of the list.
    pub header: HeaderForm,
    /// SHA-256 of the full list.
    pub list_sha256: String,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Bytes.
    pub bytes: u64,
    /// Name.
    pub name: String,
    /// SHA-256.
    pub sha256: String,
    /// SM3.
    pub sm3: String,
}

/// Why a file is no list, or not one that can be trusted again.
#[derive(Debug, Error)]
pub enum ListError {
    /// It cannot be read.
    #[error("is no list of the format {TAKEDOWN_FORMAT}: {0}")]
    Form(String),
    /// A determination does not hold.
    #[error("the determination {id} does not hold: {source}")]
    Determination {
        /// Which.
        id: String,
        /// Why.
        source: NotConfirmed,
    },
    /// An entry does not hold.
    #[error(transparent)]
    Entry(#[from] Refusal),
    /// An entry is not what its own fields give.
    #[error("the entry {id} is not in the form in which it is written: {what}")]
    Changed {
        /// Which.
        id: String,
        /// What differs.
        what: String,
    },
}

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

/// Canonical bytes of a form whose fields are in the order of their names.
pub fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
