//! Orders to the patrol: an address is to be seen again at a date. Officers write them, the patrol carries them out.

use super::moment;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const ORDER_FORMAT: &str = "wangxun-order/1";

/// An address that is to be seen again. Written once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecheckOrder {
    /// [`ORDER_FORMAT`].
    pub format: String,
    /// Its identifier: `or-` and 20 characters of base32.
    pub id: String,
    /// The address.
    pub url: String,
    /// The seed of whose list it is visited; `None` = the first whose scope covers it.
    pub seed: Option<String>,
    /// When it is to be seen; earlier it is not.
    #[serde(with = "moment")]
    pub at: DateTime<Utc>,
    /// Number of the case.
    pub case_no: Option<String>,
    /// Why, in Chinese.
    pub reason: String,
    /// Who ordered it.
    pub ordered_by: String,
    /// When it was ordered.
    #[serde(with = "moment")]
    pub made: DateTime<Utc>,
}

/// What came of an order. Written once, beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecheckDone {
    /// [`ORDER_FORMAT`].
    pub format: String,
    /// The order.
    pub id: String,
    /// When.
    #[serde(with = "moment")]
    pub at: DateTime<Utc>,
    /// The run that carried it out.
    pub run: String,
    /// HTTP status; 0 when no answer came.
    pub status: u16,
    /// Whether there was a finding.
    pub finding: bool,
    /// Whether the server said that nothing had changed (304).
    pub unchanged: bool,
    /// The sealed item, where there is one.
    pub evidence_id: Option<String>,
    /// Why the address was not seen, as a skip's code and detail; empty when it was.
    pub not_seen: String,
}
