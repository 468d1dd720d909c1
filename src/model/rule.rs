//! A rule of the catalogue with its legal bases.

use chrono::NaiveDate;

/// One rule. Loaded from `lexicons/`; never invented in code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Identifier of the catalogue, such as `AD-25-1`.
    pub id: String,
    /// What is forbidden, in Chinese.
    pub title: String,
    /// Legal bases in the order of their dates, without overlap; never empty.
    pub bases: Vec<Basis>,
    /// Severity 1 (signal) to 5 (fraud signs, mass scale); 0 only routes.
    pub severity: u8,
    /// Severity at most where words alone show it, without a contradiction in a register.
    pub words_cap: Option<u8>,
    /// Competent departments in the words of the catalogue, in Chinese.
    pub department: String,
    /// Their ids (see [`super::department::Department`]), the competent one first.
    pub departments: Vec<String>,
    /// Official codes of the advertising breach, such as `ZH39`.
    pub breach_codes: Vec<String>,
    /// Sector words of the catalogue.
    pub sectors: Vec<String>,
    /// Whether a licensed institution's plain notice does not break it.
    pub licensed_exempt: bool,
    /// Benign contexts in which it does not fire, by id (see [`super::benign::Benign`]).
    pub benign: Vec<String>,
    /// What the catalogue says besides of exceptions and innocent look-alikes, in Chinese.
    pub exceptions: String,
    /// How severity and strength are settled, in Chinese.
    pub note: String,
    /// Why text alone cannot show it; such a rule never fires from words.
    pub unseen: Option<String>,
}

impl Rule {
    /// The basis in force on `day`: what was seen on that day is judged by it.
    pub fn basis_on(&self, day: NaiveDate) -> Option<&Basis> {
        self.bases.iter().find(|b| b.in_force(day))
    }

    /// The newest basis.
    pub fn newest(&self) -> Option<&Basis> {
        self.bases.last()
    }

    /// Whether some basis is in force on `day`.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.basis_on(day).is_some()
    }
}

/// What a rule rests on, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Legal basis with article, in Chinese.
    pub text: String,
    /// How well it was read.
    pub grade: BasisGrade,
    /// In force from this day, if bounded.
    pub from: Option<NaiveDate>,
    /// In force until this day (inclusive), if bounded.
    pub until: Option<NaiveDate>,
}

impl Basis {
    /// Whether it is in force on `day`.
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

    /// The grade of a letter, if it is one.
    pub fn parse(letter: &str) -> Option<Self> {
        [Self::Verified, Self::Seen, Self::Memory]
            .into_iter()
            .find(|g| g.code() == letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn rule() -> Rule {
        let basis = |text: &str, from: &str, until: Option<&str>| Basis {
            text: text.into(),
            grade: BasisGrade::Seen,
            from: Some(day(from)),
            until: until.map(day),
        };
        Rule {
            id: "X-1".into(),
            title: "t".into(),
            bases: vec![
                basis("old", "2021-09-15", Some("2026-02-05")),
                basis("new", "2026-02-06", None),
            ],
            severity: 4,
            words_cap: None,
            department: "d".into(),
            departments: Vec::new(),
            breach_codes: Vec::new(),
            sectors: vec!["all".into()],
            licensed_exempt: false,
            benign: Vec::new(),
            exceptions: String::new(),
            note: String::new(),
            unseen: None,
        }
    }

    #[test]
    fn a_page_is_judged_by_the_basis_of_its_day() {
        let rule = rule();
        let text = |on: &str| rule.basis_on(day(on)).map(|b| b.text.as_str());
        assert_eq!(text("2021-09-14"), None);
        assert_eq!(text("2021-09-15"), Some("old"));
        assert_eq!(text("2026-02-05"), Some("old"));
        assert_eq!(text("2026-02-06"), Some("new"));
        assert!(!rule.in_force(day("2020-01-01")));
    }
}
