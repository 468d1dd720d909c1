//! Who reported a tip, as kept apart (format `wangxun-desk-private/1`).

use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const PRIVATE_FORMAT: &str = "wangxun-desk-private/1";

/// The reporter of one tip.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reporter {
    /// [`PRIVATE_FORMAT`].
    pub format: String,
    /// The tip's receipt number.
    pub receipt: String,
    /// 32 random hexadecimal digits, so that the file's digest cannot be guessed.
    pub salt: String,
    /// Name.
    pub name: String,
    /// Telephone or other contact.
    pub contact: String,
    /// Identity card number; empty when not told.
    pub id_number: String,
    /// Address; empty when not told.
    pub address: String,
}

impl std::fmt::Debug for Reporter {
    /// Never what must not get into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Reporter").field(&self.receipt).finish()
    }
}
