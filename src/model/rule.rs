//! A rule of the catalogue with its legal basis.

use chrono::NaiveDate;

/// One rule. Loaded from `lexicons/`; never invented in code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Identifier of the catalogue, such as `AD-25-1`.
    pub id: String,
    /// What is forbidden, in Chinese.
    pub title: String,
    /// Legal basis with article, in Chinese.
    pub basis: String,
    /// How well the basis was read.
    pub grade: BasisGrade,
    /// Severity 1 (signal) to 5 (fraud signs, mass scale).
    pub severity: u8,
    /// In force from this day, if bounded.
    pub from: Option<NaiveDate>,
    /// In force until this day (inclusive), if bounded.
    pub until: Option<NaiveDate>,
    /// Competent department, in Chinese.
    pub department: String,
    /// Official code of the advertising breach, such as `ZH39`, if there is one.
    pub breach_code: Option<String>,
    /// Sector words of the catalogue.
    pub sectors: Vec<String>,
    /// Whether a licensed institution's plain notice does not break it.
    pub licensed_exempt: bool,
    /// Why text alone cannot show it; such a rule never fires from words.
    pub unseen: Option<String>,
}

impl Rule {
    /// Whether the rule is in force on `day`.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day <= until)
    }
}

/// How well a rule's legal basis was read (catalogue section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasisGrade {
    /// Read in full in a stored statute.
    Verified,
    /// Seen quoted.
    Seen,
    /// From memory: an officer confirms the text before it enters a notice.
    Memory,
}

impl BasisGrade {
    /// The letter of the catalogue.
    pub fn code(self) -> &'static str {
        match self {
            Self::Verified => "V",
            Self::Seen => "S",
            Self::Memory => "M",
        }
    }
}
