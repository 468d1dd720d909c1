//! Warnings of public opinion and crowds (舆情): a class of their own, never part of the violation score.

use std::ops::Range;

/// One warning with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What it tells of.
    pub class: AlertClass,
    /// How soon somebody should look.
    pub level: AlertLevel,
    /// Whether the text reports it of others (news, notice, verdict) instead of telling its own trouble.
    pub reported: bool,
    /// Exact slice of the original text.
    pub quote: String,
    /// Bytes of the quote in the text record.
    pub span: Range<usize>,
    /// Index of the block.
    pub block: usize,
    /// Where the block stood (CSS path; empty for bare texts).
    pub path: String,
    /// Places named near a gathering.
    pub places: Vec<Spot>,
    /// Times named near a gathering.
    pub times: Vec<Spot>,
    /// Why it has its level, in Chinese.
    pub remark: String,
}

/// A phrase of the original text with its place in the text record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Exact slice.
    pub quote: String,
    /// Its bytes in the text record.
    pub span: Range<usize>,
}

/// What a warning tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertClass {
    /// A threat against oneself or others.
    Threat,
    /// People gathering or calling to gather.
    Gathering,
    /// Complaints, reports to the police, victims who join.
    Complaint,
    /// Signs that a platform is in trouble (提现困难, 跑路).
    Distress,
}

impl Alert {
    /// The rule of the catalogue that names the warning.
    pub fn rule(&self) -> &'static str {
        self.class.rule(self.level)
    }
}

impl AlertClass {
    /// The rule of the catalogue that names a warning of this class: OPN-1 where people may gather, else EN-1. Neither is a
    /// violation, neither counts in a score.
    pub fn rule(self, level: AlertLevel) -> &'static str {
        match (self, level) {
            (Self::Gathering, AlertLevel::Urgent) => "OPN-1",
            _ => "EN-1",
        }
    }

    /// All of them, the gravest first.
    pub const ALL: [Self; 4] = [
        Self::Threat,
        Self::Gathering,
        Self::Complaint,
        Self::Distress,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Threat => "threat",
            Self::Gathering => "gathering",
            Self::Complaint => "complaint",
            Self::Distress => "distress",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Threat => "自伤或暴力",
            Self::Gathering => "聚集",
            Self::Complaint => "维权投诉",
            Self::Distress => "兑付困难",
        }
    }
}

/// How soon somebody should look at a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertLevel {
    /// With the day's reading.
    Normal,
    /// At once.
    Urgent,
}

impl AlertLevel {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Urgent => "urgent",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Normal => "普通",
            Self::Urgent => "紧急",
        }
    }
}

/// What the lexicons say of warnings, from `lexicons/alerts.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertWords {
    /// Different signs of distress on one page, told as one's own, from which they are urgent together.
    pub many: usize,
    /// Years back from the day of judging from which a year that the text names makes it an old case.
    pub past_years: i32,
    /// Words by which others report (记者, 通报).
    pub report: Vec<String>,
    /// Words by which people tell of themselves or call on others (我的, 大家, 求助).
    pub own: Vec<String>,
    /// Regular expressions that find places; the first group is the place, else the whole match.
    pub places: Vec<String>,
    /// Regular expressions that find times.
    pub times: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_urgent_gathering_is_named_apart() {
        for class in AlertClass::ALL {
            for level in [AlertLevel::Normal, AlertLevel::Urgent] {
                let apart = class == AlertClass::Gathering && level == AlertLevel::Urgent;
                let named = if apart { "OPN-1" } else { "EN-1" };
                assert_eq!(class.rule(level), named, "{class:?} {level:?}");
            }
        }
    }
}
