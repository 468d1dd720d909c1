//! One act, as it is given to the journal.

use crate::model::custody::{Action, Actor};
use crate::wire::file_digest::FileDigest;

/// One thing done, before it gets its place in the journal.
#[derive(Debug, Clone)]
pub struct Act {
    pub(super) action: Action,
    pub(super) object: String,
    pub(super) files: Vec<FileDigest>,
    pub(super) reason: Option<String>,
    pub(super) authority: Option<String>,
    pub(super) actor: Option<Actor>,
}

impl Act {
    /// `action` upon `object`: an evidence id, a run id or a path relative to the home. No personal data.
    pub fn new(action: Action, object: impl Into<String>) -> Self {
        Self {
            action,
            object: object.into(),
            files: Vec::new(),
            reason: None,
            authority: None,
            actor: None,
        }
    }

    /// Fixes a file with its digests.
    pub fn file(mut self, file: FileDigest) -> Self {
        self.files.push(file);
        self
    }

    /// Says why, or what should be known besides.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Names the document that authorises it.
    pub fn authority(mut self, authority: impl Into<String>) -> Self {
        self.authority = Some(authority.into());
        self
    }

    /// Done by somebody else than the journal's own actor.
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self
    }
}
