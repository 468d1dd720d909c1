//! Who stands behind a page: brand, operator and payee are kept apart, because that they differ is a sign of its own.

use super::register::LicenceKind;
use std::ops::Range;

/// What a page shows of those behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// What it calls itself (title).
    pub brand: Option<Named>,
    /// Who runs it (footer, agreement).
    pub operator: Option<Named>,
    /// Who is paid.
    pub payee: Option<Payee>,
    /// What the registers say of the operator, or of the host.
    pub standing: Footing,
}

/// A name as it stands on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As written.
    pub name: String,
    /// Its bytes in the text record, if it stood in the text.
    pub span: Option<Range<usize>>,
    /// Unified credit code that stands with it, its check digit right.
    pub code: Option<String>,
}

/// Who is to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// Name of the account's holder, if told.
    pub name: Option<String>,
    /// The account in a form that shows no more than needed (last four characters), or the words that ask for payment.
    pub account: String,
    /// Whether the money goes to a person (a personal account, card, payment code or a crypto-currency address).
    pub personal: bool,
    /// Bytes in the text record of what says so, if it stood in the text.
    pub span: Option<Range<usize>>,
}

/// What the registers say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Footing {
    /// Neither name, code nor host to ask for.
    #[default]
    Unnamed,
    /// No register at hand names it. Registers are partial: this never means unlicensed.
    Unknown,
    /// A register names it with these permissions.
    Listed(Listing),
    /// Its registration was refused at a date; a later application may have succeeded.
    Refused {
        /// Name in the list of refusals.
        name: String,
        /// Date of the refusal.
        date: String,
        /// Published reasons, in Chinese.
        reasons: Vec<&'static str>,
        /// The list.
        source: String,
    },
}

/// An institution that a register names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Name in the register.
    pub institution: String,
    /// Its permissions, sorted.
    pub licences: Vec<LicenceKind>,
    /// The published lists, with their dates.
    pub source: String,
    /// How it was found.
    pub by: ListedBy,
}

/// How a page led to an institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListedBy {
    /// The host is the institution's own in the register.
    Domain,
    /// The operator's credit or institution code.
    Code,
    /// The operator's full or short name.
    Name,
}

impl ListedBy {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Code => "code",
            Self::Name => "name",
        }
    }
}

impl Footing {
    /// The word used in stored forms and JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unnamed => "unnamed",
            Self::Unknown => "unknown",
            Self::Listed(_) => "listed",
            Self::Refused { .. } => "refused",
        }
    }
}

impl Who {
    /// What officers should know when the money goes to another than the operator, in Chinese.
    pub fn disagreement(&self) -> Option<String> {
        let payee = self.payee.as_ref()?;
        let operator = self.operator.as_ref().map(|o| o.name.as_str());
        match (operator, payee.name.as_deref(), payee.personal) {
            (Some(operator), Some(name), _) if operator != name => {
                Some(format!("运营主体「{operator}」与收款人「{name}」不一致"))
            }
            (None, Some(name), _) => Some(format!("未见运营主体,收款人为「{name}」")),
            (_, None, true) => Some("收款方为个人账户或个人收款方式".to_owned()),
            _ => None,
        }
    }
}

/// Words around names, from `lexicons/who.toml`. Lists are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhoWords {
    /// Who speaks.
    pub speaker: SpeakerWords,
    /// Words before the name of the company that runs a page.
    pub operator_before: Vec<String>,
    /// Words after it.
    pub operator_after: Vec<String>,
    /// Words beside a name that make it a partner, a customer or a payee.
    pub partner: Vec<String>,
    /// Words before the name or account of who is paid.
    pub payee_before: Vec<String>,
    /// Roles of persons who are paid.
    pub payee_roles: Vec<String>,
    /// Words that address the public.
    pub public: Vec<String>,
    /// Words that restrict an offer to some.
    pub restricted: Vec<String>,
    /// Words that state an annual rate, as loan advertisements must.
    pub annual: Vec<String>,
    /// Words that claim that somebody keeps the money.
    pub custody: Vec<String>,
    /// Words that lead to the name of the bank that keeps it, beside [`SpeakerWords::generic`].
    pub custody_before: Vec<String>,
}

/// Words that tell whether a licensed institution speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpeakerWords {
    /// Words that make a name that of a licensed kind.
    pub reserved: Vec<String>,
    /// Words that unmake it.
    pub unreserved: Vec<String>,
    /// Words before 银行 that name no bank.
    pub generic: Vec<String>,
    /// Words after a name that make it a custodian, partner or yardstick.
    pub role_after: Vec<String>,
    /// Words before a name that make it a yardstick.
    pub yardstick: Vec<String>,
    /// Words before a name that make it no speaker.
    pub not_before: Vec<String>,
    /// Words after a name that make it no speaker.
    pub not_after: Vec<String>,
    /// Words soon after a name that make it the speaker.
    pub person: Vec<String>,
}
