//! Events of duty: who is on duty, and what one shift hands to the next.

use crate::wire::day;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DutyFact {
    /// Officers are on duty. The last entry of a day and shift is in force.
    Rostered {
        /// The day.
        #[serde(with = "day")]
        day: NaiveDate,
        /// The shift, such as 白班 or 夜班.
        shift: String,
        /// Names.
        officers: Vec<String>,
        /// Who leads.
        leader: String,
    },
    /// A shift was handed over.
    HandedOver {
        /// The day.
        #[serde(with = "day")]
        day: NaiveDate,
        /// The shift that ends.
        shift: String,
        /// Who hands over.
        from: String,
        /// Who takes over; another person.
        to: String,
        /// What was done.
        done: String,
        /// What is left.
        left: String,
        /// Cases to be watched.
        cases: Vec<String>,
    },
}
