//! Events of tips (举报) and reports of townships. Who reported is kept apart, under `desk/private/`.

use crate::wire::moment;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is known of a tip; nothing of the reporter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenTip {
    /// Receipt number: `tp-` and 20 characters of base32.
    pub receipt: String,
    /// `tip` (举报), `township` (乡镇报送) or `complaint` (投诉信访).
    pub source: String,
    /// Code or name of the unit that sends it in; empty for tips.
    pub unit: String,
    /// The address; empty when none was told.
    pub url: String,
    /// Registrable domain of the address; empty without one.
    pub site: String,
    /// Name of the site, app or company, as reported.
    pub name: String,
    /// Unified credit code, when told.
    pub code: String,
    /// What was reported; personal data is masked.
    pub note: String,
    /// When it was received: who came first is told by it.
    #[serde(with = "moment")]
    pub received: DateTime<Utc>,
    /// Whether a reporter's identity is kept apart under the receipt number.
    pub named: bool,
}

/// What happened to a tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TipFact {
    /// It was taken in.
    Taken(TakenTip),
    /// It belongs to a case or a subject.
    Linked {
        /// The tip.
        receipt: String,
        /// The case; may be empty.
        case: String,
        /// The subject; may be empty.
        subject: String,
    },
    /// What came of it: `verified` (查实), `unfounded` (不实), `known` (已掌握), `transferred` (转办).
    Outcome {
        /// The tip.
        receipt: String,
        /// The word.
        outcome: String,
        /// Remark; may be empty.
        comment: String,
    },
    /// A reward was decided (举报奖励).
    Rewarded {
        /// The tip.
        receipt: String,
        /// Amount in fen.
        fen: u64,
        /// Number of the decision.
        decision: String,
        /// Who approved it; another officer than the one who enters it.
        approved_by: String,
        /// The rule or table by which it was reckoned, in Chinese.
        basis: String,
    },
    /// The reward was paid.
    Paid {
        /// The tip.
        receipt: String,
        /// Number of the voucher.
        voucher: String,
    },
}
