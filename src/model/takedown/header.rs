//! The head of a list: which one it is, who issues it, and its place in the order of issues.

use chrono::{DateTime, Utc};

/// Which of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListKind {
    /// Determined; to operators.
    Action,
    /// Suspected; to departments.
    Referral,
}

impl ListKind {
    /// The word of lists.
    pub fn code(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Referral => "referral",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Action => "处置名单（已认定）",
            Self::Referral => "线索移送名单（涉嫌，未认定）",
        }
    }

    /// The kind of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Action, Self::Referral]
            .into_iter()
            .find(|k| k.code() == word)
    }
}

/// Who issues a list, and where to turn to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issuer {
    /// The office, in Chinese.
    pub name: String,
    /// Its e-mail; empty when it has none.
    pub email: String,
    /// Its domain; empty when it has none.
    pub domain: String,
    /// Address and telephone for operators.
    pub contact: String,
}

/// A list's issue: its serial and the SHA-256 of its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPoint {
    /// The serial.
    pub serial: u32,
    /// SHA-256 of the canonical JSON, lower-case hex.
    pub sha256: String,
}

/// How many entries there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be acted upon.
    pub active: u64,
    /// Lifted.
    pub withdrawn: u64,
    /// Out of time.
    pub expired: u64,
    /// Replaced.
    pub superseded: u64,
}

impl Counts {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.active + self.withdrawn + self.expired + self.superseded
    }
}

/// The head of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListHeader {
    /// The list: `a-z 0-9 -`, such as `yx-action`.
    pub list_id: String,
    /// Who issues it.
    pub issuer: Issuer,
    /// 1 for the first issue, one more for each that follows; also the serial of the zone (RFC 1982: below 2^31).
    pub serial: u32,
    /// The issue before.
    pub previous: Option<ListPoint>,
    /// When it was issued.
    pub issued: DateTime<Utc>,
    /// From when on it is not to be used any more.
    pub expires: DateTime<Utc>,
    /// Number of the minisign key that signs it.
    pub key_id: String,
}

impl ListHeader {
    /// The beginning of file names: list and serial.
    pub fn stem(&self) -> String {
        format!("{}-{:06}", self.list_id, self.serial)
    }
}
