//! An officer who collects evidence.

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
