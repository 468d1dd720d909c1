//! What is asked for, and how far it reaches. Words are stored, so they are never renamed.

use super::target::TargetKind;

/// How much of a name is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Exactly this, nothing beneath it.
    Exact,
    /// The name and everything beneath it.
    Subtree,
}

impl Scope {
    /// The word of lists.
    pub fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Subtree => "subtree",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Exact => "仅此对象",
            Self::Subtree => "含全部下级",
        }
    }

    /// The scope of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Exact, Self::Subtree]
            .into_iter()
            .find(|s| s.code() == word)
    }
}

/// What an operator is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Names are not resolved, addresses not reached.
    Block,
    /// Access services (hosting, filing, application store, account) are ended.
    CeaseService,
    /// Content is removed at its place.
    Remove,
    /// People are warned before they go on.
    Warn,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 4] = [Self::Block, Self::CeaseService, Self::Remove, Self::Warn];

    /// The word of lists.
    pub fn code(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::CeaseService => "cease-service",
            Self::Remove => "remove",
            Self::Warn => "warn",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Block => "停止解析、阻断访问",
            Self::CeaseService => "停止接入服务",
            Self::Remove => "删除内容",
            Self::Warn => "访问前警示",
        }
    }

    /// The name shown to officers, in the words of what is acted upon.
    pub fn label_for(self, kind: TargetKind) -> &'static str {
        match (self, kind) {
            (Self::Block, TargetKind::Ip | TargetKind::Url) => "阻断访问",
            (Self::Block, TargetKind::App) => "停止分发、阻断访问",
            (Self::Block, TargetKind::Account) => "停止账号服务",
            (Self::Block, TargetKind::Phone) => "停止号码服务",
            _ => self.label(),
        }
    }

    /// The measure of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.code() == word)
    }
}
