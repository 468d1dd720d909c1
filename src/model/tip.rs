//! Tips (举报), reports of townships (乡镇报送) and complaints (投诉信访).

/// Where a tip comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum TipSource {
    /// Somebody reported it (举报).
    #[default]
    Tip,
    /// A township sent it in (乡镇报送).
    Township,
    /// A complaint that another office passed on (投诉信访).
    Complaint,
}

impl TipSource {
    /// All sources.
    pub const ALL: [Self; 3] = [Self::Tip, Self::Township, Self::Complaint];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Tip => "tip",
            Self::Township => "township",
            Self::Complaint => "complaint",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tip => "举报",
            Self::Township => "乡镇报送",
            Self::Complaint => "投诉信访",
        }
    }

    /// The source of a word or a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == text || s.label() == text)
    }
}

/// What came of a tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TipOutcome {
    /// It is true.
    Verified,
    /// It is not true, or cannot be shown.
    Unfounded,
    /// The office knew of it before.
    Known,
    /// Another office was asked to deal with it.
    Transferred,
}

impl TipOutcome {
    /// All outcomes.
    pub const ALL: [Self; 4] = [
        Self::Verified,
        Self::Unfounded,
        Self::Known,
        Self::Transferred,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unfounded => "unfounded",
            Self::Known => "known",
            Self::Transferred => "transferred",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Verified => "查实",
            Self::Unfounded => "不实",
            Self::Known => "已掌握",
            Self::Transferred => "转办",
        }
    }

    /// The outcome of a word or a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|o| o.code() == text || o.label() == text)
    }
}
