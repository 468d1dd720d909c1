//! Events of appeals and lifting.

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AppealFact {
    /// A remark of an officer.
    Remarked {
        /// What it is about.
        about: String,
        /// The remark.
        text: String,
    },
}
