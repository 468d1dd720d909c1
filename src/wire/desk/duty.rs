//! Events of duty: who is on duty, and what one shift hands to the next.

use crate::wire::day;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DutyFact {
    /// Officers are on duty. The last entry of a day and shift is in force.
    Rostered(Shift),
    /// A shift was handed over.
    HandedOver(Handover),
}

/// Who is on duty in a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// The day.
    #[serde(with = "day")]
    pub day: NaiveDate,
    /// The shift, such as 白班 or 夜班.
    pub shift: String,
    /// Names.
    pub officers: Vec<String>,
    /// Who leads.
    pub leader: String,
}

/// What one shift hands to the next (交接班).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// The day.
    #[serde(with = "day")]
    pub day: NaiveDate,
    /// The shift that ends.
    pub shift: String,
    /// Who hands over.
    pub from: String,
    /// Who takes over; another person.
    pub to: String,
    /// What was done.
    pub done: String,
    /// What is left.
    pub left: String,
    /// Cases to be watched.
    pub cases: Vec<String>,
}
