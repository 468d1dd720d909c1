//! Events of the desk (format `wangxun-desk/1`): what officers did and decided, one fact each. They are written once and
//! never changed; what the desk knows is folded from them in the order of the journal.
//!
//! Each area has a file of its own. Words and fields are stored: they are added to, never renamed; a field that is added
//! later has a default.

pub mod appeal;
pub mod campaign;
pub mod case;
pub mod determination;
pub mod duty;
pub mod officer;
pub mod opinion;
pub mod receipt;
pub mod recheck;
pub mod subject;
pub mod takedown;
pub mod tip;

use super::moment;
use appeal::AppealFact;
use campaign::CampaignFact;
use case::CaseFact;
use chrono::{DateTime, Utc};
use duty::DutyFact;
use officer::OfficerFact;
use opinion::OpinionFact;
use receipt::ReceiptFact;
use recheck::RecheckFact;
use serde::{Deserialize, Serialize};
use subject::SubjectFact;
use takedown::TakedownFact;
use tip::TipFact;

/// Name and version of the format, of events and of the records that hold them.
pub const DESK_FORMAT: &str = "wangxun-desk/1";

/// Who did it when nobody did: rules that act by themselves.
pub const SYSTEM: &str = "system";

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskEvent {
    /// [`DESK_FORMAT`].
    pub schema: String,
    /// `de-` and 20 characters of base32: the same event is kept once.
    pub id: String,
    /// When.
    #[serde(with = "moment")]
    pub at: DateTime<Utc>,
    /// The officer, or [`SYSTEM`].
    pub by: String,
    /// What.
    pub what: DeskFact,
}

/// What an event tells, by area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "area", content = "fact", rename_all = "kebab-case")]
pub enum DeskFact {
    /// Officers and their keys.
    Officer(OfficerFact),
    /// Subjects and dossiers.
    Subject(SubjectFact),
    /// Cases, proposals, determinations, reviews.
    Case(CaseFact),
    /// Tips and reports of townships.
    Tip(TipFact),
    /// Takedown lists.
    Takedown(TakedownFact),
    /// Receipts of operators.
    Receipt(ReceiptFact),
    /// Rechecks of what was acted upon.
    Recheck(RecheckFact),
    /// Appeals and lifting.
    Appeal(AppealFact),
    /// Opinion and urgent warnings.
    Opinion(OpinionFact),
    /// Campaigns.
    Campaign(CampaignFact),
    /// Duty roster and handover of shifts.
    Duty(DutyFact),
}

/// Events that were kept together: one file under `desk/<year>/<month>/`, fixed by one line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskRecord {
    /// [`DESK_FORMAT`].
    pub format: String,
    /// The event's id where there is one event; else `db-` and 20 characters of base32 of all ids. Also the file's name.
    pub id: String,
    /// When it was written.
    #[serde(with = "moment")]
    pub made: DateTime<Utc>,
    /// Who acted, as in the journal.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// Of which office.
    pub unit: String,
    /// The events, in their order.
    pub events: Vec<DeskEvent>,
}

/// A document that lies under `desk/documents/`, named by its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRef {
    /// SHA-256, lower-case hex: the name of the file.
    pub sha256: String,
    /// SM3, lower-case hex.
    pub sm3: String,
    /// Number of bytes.
    pub bytes: u64,
    /// Name of the file that was handed in.
    pub name: String,
}
