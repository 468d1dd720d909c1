//! Who did what with evidence: the words of the custody journal.

/// Who acts, as the journal names them. A program acts for a unit as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Name of the person, or of the program for unattended work.
    pub name: String,
    /// Role, such as `patrol`, `collector`, `reviewer`.
    pub role: String,
    /// The office, empty when not configured.
    pub unit: String,
}

impl Actor {
    /// The unattended patrol of a unit.
    pub fn patrol(unit: impl Into<String>) -> Self {
        Self {
            name: "wangxun".to_owned(),
            role: "patrol".to_owned(),
            unit: unit.into(),
        }
    }
}

/// What was done. Words are stored, so they are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// A journal file was begun.
    JournalStart,
    /// A run began.
    RunStart,
    /// A run was taken up again after it was stopped or killed.
    RunResume,
    /// A run was stopped before its end.
    RunStop,
    /// A run came to its end.
    RunEnd,
    /// A run's WARC file was begun.
    WarcOpen,
    /// The prefix of an open WARC file that is safely on disk.
    WarcCheckpoint,
    /// A run's WARC file was closed for ever, with its index.
    WarcClose,
    /// An item was sealed.
    Seal,
    /// An item was looked at.
    View,
    /// An item was handed out.
    Export,
    /// The store, an item or a file was verified.
    Verify,
    /// Stored captures were judged again, with another result.
    Reaudit,
    /// The index was deleted and built again.
    Rebuild,
    /// A torn tail was cut off after a crash.
    Repair,
    /// A remark.
    Note,
    /// A court package was made of items of a case.
    CourtPackage,
    /// An investigator asked for access to items.
    AccessRequest,
    /// A request for access was approved.
    AccessApprove,
    /// A request for access was refused.
    AccessRefuse,
    /// Items were handed out under an approved request.
    AccessExport,
    /// The investigator confirmed what was received.
    AccessReceipt,
}

impl Action {
    /// The word of the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::JournalStart => "journal-start",
            Self::RunStart => "run-start",
            Self::RunResume => "run-resume",
            Self::RunStop => "run-stop",
            Self::RunEnd => "run-end",
            Self::WarcOpen => "warc-open",
            Self::WarcCheckpoint => "warc-checkpoint",
            Self::WarcClose => "warc-close",
            Self::Seal => "seal",
            Self::View => "view",
            Self::Export => "export",
            Self::Verify => "verify",
            Self::Reaudit => "reaudit",
            Self::Rebuild => "rebuild",
            Self::Repair => "repair",
            Self::Note => "note",
            Self::CourtPackage => "court-package",
            Self::AccessRequest => "access-request",
            Self::AccessApprove => "access-approve",
            Self::AccessRefuse => "access-refuse",
            Self::AccessExport => "access-export",
            Self::AccessReceipt => "access-receipt",
        }
    }
}
