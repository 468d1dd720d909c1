//! One step of a request for access (format `wangxun-access/1`): asked, approved or refused, handed out, received.

use super::file_digest::FileDigest;
use super::manifest::Moment;
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const ACCESS_FORMAT: &str = "wangxun-access/1";

/// One step, written once. `previous` chains the steps of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessStep {
    /// [`ACCESS_FORMAT`].
    pub format: String,
    /// The request's identifier, derived from its first step.
    pub request: String,
    /// Number of the step, from 1.
    pub number: u32,
    /// SHA-256 of the file of the step before, lower-case hex; empty in the first.
    pub previous: String,
    /// When.
    pub made: Moment,
    /// Who entered it.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// Of which office.
    pub unit: String,
    /// What was done.
    pub act: AccessAct,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum AccessAct {
    /// An investigator asks.
    Request(AccessRequest),
    /// Somebody else approves.
    Approve {
        /// Until when items may be handed out (UTC, RFC 3339).
        until: String,
        /// What was considered.
        remark: String,
    },
    /// Somebody else refuses.
    Refuse {
        /// Why.
        reason: String,
    },
    /// Items were handed out.
    Export {
        /// The items.
        items: Vec<String>,
        /// Whether only masked views were handed out.
        masked: bool,
        /// The files as handed out, by their names in the folder.
        files: Vec<FileDigest>,
    },
    /// The investigator confirms what was received.
    Receipt {
        /// Number of the export's step.
        export: u32,
        /// Who received.
        received_by: String,
        /// SHA-256 of `SHA256SUMS` as received, lower-case hex.
        sums_sha256: String,
    },
}

impl AccessAct {
    /// The word for lists.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::Approve { .. } => "approve",
            Self::Refuse { .. } => "refuse",
            Self::Export { .. } => "export",
            Self::Receipt { .. } => "receipt",
        }
    }
}

/// What an investigator asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRequest {
    /// The investigator.
    pub requester: String,
    /// The investigator's office.
    pub requester_unit: String,
    /// Number of the document that authorises the request.
    pub authority: String,
    /// What for.
    pub purpose: String,
    /// How the scope was given: items, case or search, in words.
    pub scope: String,
    /// The items of the scope, as they were when it was asked; nothing else is handed out.
    pub items: Vec<String>,
}
