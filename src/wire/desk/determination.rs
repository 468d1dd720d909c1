//! A determination as stored.

use crate::model::determination::{Determination, OfficerSignature};
use crate::wire::day;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// See [`Determination`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredDetermination {
    /// The case.
    pub case_no: String,
    /// Number of the document.
    pub number: String,
    /// The authority.
    pub authority: String,
    /// Date of the document.
    #[serde(with = "day")]
    pub date: NaiveDate,
    /// What was determined.
    pub statement: String,
    /// Rules.
    pub rules: Vec<String>,
    /// Sealed items.
    pub evidence: Vec<String>,
    /// SHA-256 of the document.
    pub document_sha256: String,
    /// Who proposed it.
    pub officer: String,
    /// Who confirms it.
    pub reviewer: String,
}

impl From<&Determination> for StoredDetermination {
    fn from(of: &Determination) -> Self {
        Self {
            case_no: of.case_no.clone(),
            number: of.number.clone(),
            authority: of.authority.clone(),
            date: of.date,
            statement: of.statement.clone(),
            rules: of.rules.clone(),
            evidence: of.evidence.clone(),
            document_sha256: of.document_sha256.clone(),
            officer: of.officer.clone(),
            reviewer: of.reviewer.clone(),
        }
    }
}

impl From<&StoredDetermination> for Determination {
    fn from(of: &StoredDetermination) -> Self {
        Self {
            case_no: of.case_no.clone(),
            number: of.number.clone(),
            authority: of.authority.clone(),
            date: of.date,
            statement: of.statement.clone(),
            rules: of.rules.clone(),
            evidence: of.evidence.clone(),
            document_sha256: of.document_sha256.clone(),
            officer: of.officer.clone(),
            reviewer: of.reviewer.clone(),
        }
    }
}

/// See [`OfficerSignature`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSignature {
    /// The officer.
    pub officer: String,
    /// The signature file of minisign, as text.
    pub signature: String,
}

impl From<&StoredSignature> for OfficerSignature {
    fn from(of: &StoredSignature) -> Self {
        Self {
            officer: of.officer.clone(),
            signature: of.signature.clone(),
        }
    }
}
