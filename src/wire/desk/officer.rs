//! Officers of the desk and their keys.

use crate::wire::day;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What happened to an officer's registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum OfficerFact {
    /// An officer was registered, or got a new key; a key that was registered before stays known.
    Registered {
        /// The name under which the officer signs; one person, one name.
        name: String,
        /// The office.
        unit: String,
        /// Number of the law-enforcement certificate; may be empty.
        certificate: String,
        /// `patrol` (巡查员), `reviewer` (复核员), `township` (乡镇), `lead` (牵头部门负责人) or `clerk` (内勤).
        role: String,
        /// Code of the regional unit that a township's officer speaks for; empty for the county.
        region: String,
        /// The public key in one line, as `minisign -P` takes it; empty for officers who sign nothing.
        key: String,
        /// Number of the key: 16 hexadecimal digits; empty without a key.
        key_id: String,
        /// First day in force.
        #[serde(with = "day")]
        from: NaiveDate,
        /// Last day in force, if bounded.
        #[serde(with = "day::option")]
        until: Option<NaiveDate>,
    },
    /// A key is no longer in force.
    Revoked {
        /// The officer.
        name: String,
        /// The key; empty when the whole registration ends.
        key_id: String,
        /// First day on which it is not in force.
        #[serde(with = "day")]
        from: NaiveDate,
        /// Why.
        why: String,
    },
}
