//! Events of campaigns (专项排查清理).

use crate::wire::day;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What happened to a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CampaignFact {
    /// A campaign was begun.
    Begun {
        /// Its id: `a-z 0-9 -`.
        campaign: String,
        /// Its name.
        name: String,
        /// First day.
        #[serde(with = "day")]
        from: NaiveDate,
        /// Last day.
        #[serde(with = "day")]
        until: NaiveDate,
        /// Ids of the seeds that it looks at; empty for all.
        seeds: Vec<String>,
        /// Codes of the units that take part; empty for all.
        units: Vec<String>,
        /// Number of the document; may be empty.
        document: String,
    },
    /// A unit reports what it found, had removed, and what is left.
    Counted {
        /// The campaign.
        campaign: String,
        /// The unit.
        unit: String,
        /// Found.
        found: u64,
        /// Removed.
        removed: u64,
        /// Remark; may be empty.
        comment: String,
    },
    /// The campaign ended.
    Ended {
        /// The campaign.
        campaign: String,
        /// What came of it.
        result: String,
    },
}
