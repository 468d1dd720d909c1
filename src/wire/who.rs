//! Brand, operator and payee as stored and printed.

use crate::model::register::LicenceKind;
use crate::model::who::{Footing, ListedBy, Listing, Named, Payee, Who};
use serde::{Deserialize, Serialize};

/// What a page shows of those behind it. All fields may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredWho {
    /// What it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Who runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The operator's credit code, if the page shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_code: Option<String>,
    /// Who is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payee: Option<StoredPayee>,
    /// `unnamed`, `unknown`, `listed` or `refused`.
    #[serde(default)]
    pub standing: String,
    /// The institution that a register names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
    /// Its permissions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<String>,
    /// How it was found: `domain`, `code` or `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<String>,
    /// The register, with its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What disagrees among them, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disagreement: Option<String>,
}

/// Who is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPayee {
    /// Holder of the account; of persons the family name only.
    pub name: Option<String>,
    /// Last characters of the account, or the words that ask for payment.
    pub account: String,
    /// Whether a person is paid.
    pub personal: bool,
}

impl From<&Who> for StoredWho {
    fn from(who: &Who) -> Self {
        let mut stored = Self {
            brand: who.brand.as_ref().map(|b| b.name.clone()),
            operator: who.operator.as_ref().map(|o| o.name.clone()),
            operator_code: who.operator.as_ref().and_then(|o| o.code.clone()),
            payee: who.payee.as_ref().map(|p| StoredPayee {
                name: p.name.clone(),
                account: p.account.clone(),
                personal: p.personal,
            }),
            standing: who.standing.code().to_owned(),
            disagreement: who.disagreement(),
            ..Self::default()
        };
        match &who.standing {
            Footing::Listed(listing) => {
                stored.institution = Some(listing.institution.clone());
                stored.licences = listing
                    .licences
                    .iter()
                    .map(|l| l.code().to_owned())
                    .collect();
                stored.found_by = Some(listing.by.code().to_owned());
                stored.source = Some(listing.source.clone());
            }
            Footing::Refused {
                name, date, source, ..
            } => {
                stored.institution = Some(format!("{name}({date}不予登记)"));
                stored.source = Some(source.clone());
            }
            Footing::Unknown | Footing::Unnamed => {}
        }
        stored
    }
}

impl StoredWho {
    /// What is told of it when pages are folded: places in the text are not.
    pub fn who(&self) -> Who {
        let named = |name: &Option<String>, code: Option<String>| {
            name.clone().map(|name| Named {
                name,
                span: None,
                code,
            })
        };
        Who {
            brand: named(&self.brand, None),
            operator: named(&self.operator, self.operator_code.clone()),
            payee: self.payee.as_ref().map(|p| Payee {
                name: p.name.clone(),
                account: p.account.clone(),
                personal: p.personal,
                span: None,
            }),
            standing: self.footing(),
        }
    }

    fn footing(&self) -> Footing {
        let institution = self.institution.clone().unwrap_or_default();
        let source = self.source.clone().unwrap_or_default();
        match self.standing.as_str() {
            "unknown" => Footing::Unknown,
            "listed" => Footing::Listed(Listing {
                institution,
                licences: self
                    .licences
                    .iter()
                    .filter_map(|l| LicenceKind::parse(l))
                    .collect(),
                source,
                by: match self.found_by.as_deref() {
                    Some("domain") => ListedBy::Domain,
                    Some("code") => ListedBy::Code,
                    _ => ListedBy::Name,
                },
            }),
            "refused" => Footing::Refused {
                name: institution,
                date: String::new(),
                reasons: Vec::new(),
                source,
            },
            _ => Footing::Unnamed,
        }
    }
}
