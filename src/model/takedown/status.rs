//! Where an entry stands. Nothing ever leaves a list: what no longer holds stays visible as such.

use chrono::{DateTime, Utc};

/// The state of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryState {
    /// To be acted upon.
    Active,
    /// Lifted: what was done is to be undone.
    Withdrawn,
    /// Its time has passed: what was done is to be undone.
    Expired,
    /// Another entry stands in its place.
    Superseded,
}

impl EntryState {
    /// All states.
    pub const ALL: [Self; 4] = [
        Self::Active,
        Self::Withdrawn,
        Self::Expired,
        Self::Superseded,
    ];

    /// The word of lists.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "有效",
            Self::Withdrawn => "已撤回",
            Self::Expired => "已到期",
            Self::Superseded => "已替换",
        }
    }

    /// The state of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == word)
    }
}

/// The state with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryStatus {
    /// Which.
    pub state: EntryState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, in Chinese; empty while it is active.
    pub reason: String,
    /// Number of the document on which it rests; may be empty.
    pub document: String,
    /// The entry that stands in its place; empty unless superseded.
    pub successor: String,
}

impl EntryStatus {
    /// Active since then.
    pub fn active(since: DateTime<Utc>) -> Self {
        Self {
            state: EntryState::Active,
            since,
            reason: String::new(),
            document: String::new(),
            successor: String::new(),
        }
    }
}
