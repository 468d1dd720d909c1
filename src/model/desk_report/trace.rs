//! What a count counted: a dossier, a case, a sealed item, with its identifier.

use std::cmp::Ordering;

/// The kinds of things that reports count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TraceKind {
    /// A subject with its dossier (一户一档).
    Subject,
    /// A case.
    Case,
    /// A sealed item.
    Item,
    /// A tip (举报).
    Tip,
    /// A takedown list.
    List,
    /// A receipt of an operator.
    Receipt,
    /// A recheck.
    Recheck,
    /// A run of the patrol.
    Run,
    /// A platform of a patrol list.
    Site,
    /// A warning of public opinion.
    Alert,
    /// A campaign (专项巡查).
    Campaign,
    /// A sampled review (抽查).
    Review,
    /// A turn of duty.
    Duty,
    /// A name of a registration list.
    Registration,
    /// An event of the desk.
    Event,
}

impl TraceKind {
    /// The word of machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Case => "case",
            Self::Item => "item",
            Self::Tip => "tip",
            Self::List => "list",
            Self::Receipt => "receipt",
            Self::Recheck => "recheck",
            Self::Run => "run",
            Self::Site => "site",
            Self::Alert => "alert",
            Self::Campaign => "campaign",
            Self::Review => "review",
            Self::Duty => "duty",
            Self::Registration => "registration",
            Self::Event => "event",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Subject => "主体",
            Self::Case => "案件",
            Self::Item => "证据",
            Self::Tip => "举报",
            Self::List => "处置清单",
            Self::Receipt => "回执",
            Self::Recheck => "复查",
            Self::Run => "巡查",
            Self::Site => "平台",
            Self::Alert => "舆情",
            Self::Campaign => "专项",
            Self::Review => "抽查",
            Self::Duty => "值班",
            Self::Registration => "登记",
            Self::Event => "记录",
        }
    }
}

/// One thing that was counted. The name is for readers and takes no part in comparing.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Its kind.
    pub kind: TraceKind,
    /// Its identifier.
    pub id: String,
    /// Its name; may be empty.
    pub name: String,
}

impl Trace {
    /// A thing with its name.
    pub fn new(kind: TraceKind, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            name: name.into(),
        }
    }
}

impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Trace {}

impl PartialOrd for Trace {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Trace {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.kind, &self.id).cmp(&(other.kind, &other.id))
    }
}
