//! Facts by which an operator can be recognised.

use std::ops::Range;

/// One identity fact as found. A failed check is weak evidence, a passed one is no proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityFact {
    /// What it is.
    pub kind: FactKind,
    /// As written on the page.
    pub raw: String,
    /// Normalised for comparison (digits folded, separators dropped, upper case for codes).
    pub value: String,
    /// Bytes in the page's text, if it stood there (not in a script or meta).
    pub span: Option<Range<usize>>,
    /// What its own arithmetic or grammar says.
    pub check: FactCheck,
    /// More that its parts tell, such as (`region`, `210727`) or (`province`, `辽`).
    pub parts: Vec<(&'static str, String)>,
}

/// Kind of an identity fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactKind {
    /// ICP filing number (备案号).
    IcpFiling,
    /// ICP licence (ICP证).
    IcpLicence,
    /// Value-added telecom licence (增值电信).
    TelecomLicence,
    /// Public-security filing (公安备案).
    SecurityFiling,
    /// Unified social credit code, GB 32100-2015.
    CreditCode,
    /// Old 15-digit business registration number.
    RegistrationNumber,
    /// Payment licence number.
    PaymentLicence,
    /// Financial licence (institution code).
    FinancialLicence,
    /// Private-fund manager registration number.
    FundManager,
    /// Other licence number after a licence cue.
    OtherLicence,
    /// Company or organisation name.
    Company,
    /// Mobile number.
    Mobile,
    /// Landline number.
    Landline,
    /// 400/800/95 number.
    Hotline,
    /// QQ number.
    Qq,
    /// QQ group.
    QqGroup,
    /// WeChat id.
    WeChat,
    /// Public account, mini-programme, channel or short-video account name.
    Account,
    /// Telegram, WhatsApp and the like.
    ForeignMessenger,
    /// E-mail address.
    Email,
    /// Bank card number (Luhn).
    BankCard,
    /// Crypto-currency address.
    CryptoAddress,
    /// Web-analytics identifier.
    Analytics,
    /// Postal address.
    Address,
    /// A person in a role.
    Person,
    /// An app that the page offers: name, package, developer.
    App,
}

impl FactKind {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::IcpFiling => "icp-filing",
            Self::IcpLicence => "icp-licence",
            Self::TelecomLicence => "telecom-licence",
            Self::SecurityFiling => "security-filing",
            Self::CreditCode => "credit-code",
            Self::RegistrationNumber => "registration-number",
            Self::PaymentLicence => "payment-licence",
            Self::FinancialLicence => "financial-licence",
            Self::FundManager => "fund-manager",
            Self::OtherLicence => "other-licence",
            Self::Company => "company",
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::Hotline => "hotline",
            Self::Qq => "qq",
            Self::QqGroup => "qq-group",
            Self::WeChat => "wechat",
            Self::Account => "account",
            Self::ForeignMessenger => "foreign-messenger",
            Self::Email => "email",
            Self::BankCard => "bank-card",
            Self::CryptoAddress => "crypto-address",
            Self::Analytics => "analytics",
            Self::Address => "address",
            Self::Person => "person",
            Self::App => "app",
        }
    }

    /// Whether it is a way to reach a person privately.
    pub fn is_private_contact(self) -> bool {
        matches!(
            self,
            Self::Mobile | Self::Qq | Self::QqGroup | Self::WeChat | Self::ForeignMessenger
        )
    }
}

/// What a fact's own arithmetic says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactCheck {
    /// There is nothing to check.
    None,
    /// Check digit or grammar holds.
    Passed,
    /// It does not hold; never an accusation by itself.
    Failed,
    /// A well-known example or filler number.
    Template,
}
