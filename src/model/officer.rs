//! An officer who collects evidence, and what officers of the desk do.

/// Name, office and certificate of one officer (行政处罚法 42: at least two, with certificates shown).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Name.
    pub name: String,
    /// The office.
    pub unit: String,
    /// Number of the law-enforcement certificate.
    pub certificate: String,
}

/// Longest of each part, in characters.
const LONGEST: usize = 100;

impl Officer {
    /// Reads `name,unit,certificate`; the commas may be full-width. `None` when a part is missing, too long, or holds
    /// control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split([',', '，']).map(str::trim).collect();
        let good = |p: &&str| {
            !p.is_empty() && p.chars().count() <= LONGEST && !p.contains(char::is_control)
        };
        match parts.as_slice() {
            [name, unit, certificate] if parts.iter().all(good) => Some(Self {
                name: (*name).to_owned(),
                unit: (*unit).to_owned(),
                certificate: (*certificate).to_owned(),
            }),
            _ => None,
        }
    }
}

/// What an officer of the desk does. Words are stored, so they are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OfficerRole {
    /// 巡查员: patrols and opens cases.
    Patrol,
    /// 复核员: reviews and confirms.
    Reviewer,
    /// 乡镇: reports and proposes for its own township.
    Township,
    /// 牵头部门负责人: confirms for the lead department.
    Lead,
    /// 内勤: keeps papers.
    Clerk,
}

impl OfficerRole {
    /// All roles.
    pub const ALL: [Self; 5] = [
        Self::Patrol,
        Self::Reviewer,
        Self::Township,
        Self::Lead,
        Self::Clerk,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Patrol => "patrol",
            Self::Reviewer => "reviewer",
            Self::Township => "township",
            Self::Lead => "lead",
            Self::Clerk => "clerk",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Patrol => "巡查员",
            Self::Reviewer => "复核员",
            Self::Township => "乡镇",
            Self::Lead => "牵头部门负责人",
            Self::Clerk => "内勤",
        }
    }

    /// The role of a code or of a name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|r| r.code() == word || r.label() == word)
    }

    /// Whether it confirms what others propose.
    pub fn confirms(self) -> bool {
        matches!(self, Self::Reviewer | Self::Lead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_officer_has_three_parts() {
        let officer = Officer::parse("张某, 某县金融办，LZ-0001").unwrap();
        assert_eq!(officer.name, "张某");
        assert_eq!(officer.unit, "某县金融办");
        assert_eq!(officer.certificate, "LZ-0001");
        for bad in ["", "张某", "张某,某县", "张某,,1", "a,b,c,d", "a,b\nd,c"] {
            assert_eq!(Officer::parse(bad), None, "{bad:?}");
        }
    }
}
