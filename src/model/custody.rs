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
    /// A signature was put beside an item that was sealed without one.
    Sign,
    /// A time-stamp token was put beside an item.
    Stamp,
    /// A time-stamp authority gave no token that could be kept.
    StampFailed,
    /// The certificates to which an authority's tokens are held were kept.
    Authority,
    /// A writer's first key was made.
    KeyInit,
    /// A writer's key was replaced by a new one.
    KeyRotate,
    /// The tree head of the journal was signed.
    Checkpoint,
    /// An item was looked at.
    View,
    /// An item was handed out.
    Export,
    /// The store, an item or a file was verified.
    Verify,
    /// Stored captures were judged again, with another result.
    Reaudit,
    /// A file that others made was taken in.
    Import,
    /// An imported file was read to its end.
    ImportRead,
    /// The index was deleted and built again.
    Rebuild,
    /// A torn tail was cut off after a crash.
    Repair,
    /// A remark.
    Note,
    /// Items are held: neither deletion nor retention may touch them.
    Hold,
    /// A hold was lifted.
    Release,
    /// An item or a run's archive was deleted; a tombstone stays.
    Delete,
    /// Items were handed over to another office.
    Transfer,
    /// The other office confirmed that it received them.
    Receipt,
    /// A copy without personal data was derived from an item.
    Redact,
    /// An item was preserved in advance (先行登记保存).
    Preserve,
    /// It was decided what becomes of an item preserved in advance.
    PreserveDecide,
    /// An address was captured again with officers attending.
    Attend,
    /// Files handed in by somebody were sealed.
    Deposit,
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
    /// An address is to be seen again at a date.
    RecheckOrder,
    /// What came of an order to see an address again.
    RecheckDone,
    /// A proposed site is to be watched.
    SeedAccept,
    /// A proposed site is not to be watched.
    SeedReject,
    /// The desk kept events, a document or an officer's public key.
    Desk,
    /// Somebody read who reported a tip.
    DeskPrivate,
    /// Who reported a tip was erased.
    DeskErase,
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
            Self::Sign => "sign",
            Self::Stamp => "stamp",
            Self::StampFailed => "stamp-failed",
            Self::Authority => "authority",
            Self::KeyInit => "key-init",
            Self::KeyRotate => "key-rotate",
            Self::Checkpoint => "checkpoint",
            Self::View => "view",
            Self::Export => "export",
            Self::Verify => "verify",
            Self::Reaudit => "reaudit",
            Self::Import => "import",
            Self::ImportRead => "import-read",
            Self::Rebuild => "rebuild",
            Self::Repair => "repair",
            Self::Note => "note",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Delete => "delete",
            Self::Transfer => "transfer",
            Self::Receipt => "receipt",
            Self::Redact => "redact",
            Self::Preserve => "preserve",
            Self::PreserveDecide => "preserve-decide",
            Self::Attend => "attend",
            Self::Deposit => "deposit",
            Self::CourtPackage => "court-package",
            Self::AccessRequest => "access-request",
            Self::AccessApprove => "access-approve",
            Self::AccessRefuse => "access-refuse",
            Self::AccessExport => "access-export",
            Self::AccessReceipt => "access-receipt",
            Self::RecheckOrder => "recheck-order",
            Self::RecheckDone => "recheck-done",
            Self::SeedAccept => "seed-accept",
            Self::SeedReject => "seed-reject",
            Self::Desk => "desk",
            Self::DeskPrivate => "desk-private",
            Self::DeskErase => "desk-erase",
        }
    }
}

/// What a sealed item is. Words are stored, so they are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ItemKind {
    /// A page that the unattended patrol captured: a clue.
    #[default]
    PageCapture,
    /// A page captured while officers attended (行政处罚法 42).
    AttendedCapture,
    /// A page captured on an order to preserve in advance (行政处罚法 56).
    PreservedCapture,
    /// A page that another program captured, from an imported file.
    ImportedCapture,
    /// Files that somebody handed in, with a statement of their origin.
    Deposit,
    /// A copy of another item in which personal data is masked.
    RedactedCopy,
}

impl ItemKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::PageCapture,
        Self::AttendedCapture,
        Self::PreservedCapture,
        Self::ImportedCapture,
        Self::Deposit,
        Self::RedactedCopy,
    ];

    /// The word of manifests.
    pub fn code(self) -> &'static str {
        match self {
            Self::PageCapture => "page-capture",
            Self::AttendedCapture => "attended-capture",
            Self::PreservedCapture => "preserved-capture",
            Self::ImportedCapture => "imported-capture",
            Self::Deposit => "deposit",
            Self::RedactedCopy => "redacted-copy",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::PageCapture => "网页巡查固定(线索)",
            Self::AttendedCapture => "人员到场固定",
            Self::PreservedCapture => "先行登记保存",
            Self::ImportedCapture => "外部采集导入",
            Self::Deposit => "外来材料封存",
            Self::RedactedCopy => "脱敏副本",
        }
    }

    /// The kind of a stored word; manifests before version 3 say nothing and hold captured pages.
    pub fn parse(word: &str) -> Option<Self> {
        if word.is_empty() {
            return Some(Self::PageCapture);
        }
        Self::ALL.into_iter().find(|kind| kind.code() == word)
    }

    /// Whether it holds HTTP exchanges.
    pub fn is_capture(self) -> bool {
        matches!(
            self,
            Self::PageCapture
                | Self::AttendedCapture
                | Self::PreservedCapture
                | Self::ImportedCapture
        )
    }
}
