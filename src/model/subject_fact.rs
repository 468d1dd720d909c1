//! Facts by which the operators of sites are told apart and recognised again, each with where it comes from.

use super::identity::FactKind;

/// Kind of a fact about a subject, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubjectFactKind {
    /// Unified social credit code (GB 32100-2015), its check digit right.
    CreditCode,
    /// Old business registration number of 15 digits.
    RegistrationNumber,
    /// Main number of an ICP filing (主体备案号), without the number of the site.
    Icp,
    /// Public-security filing.
    SecurityFiling,
    /// Registrable domain.
    Domain,
    /// Package or store id of an app.
    App,
    /// Number of a licence, permission or registration.
    Licence,
    /// Account or address to which money goes.
    Payee,
    /// Full registered name.
    Name,
    /// Mobile number, landline, QQ, WeChat, messenger, mail.
    Contact,
    /// What a QR code leads to.
    QrTarget,
    /// 400, 800 or 95 number.
    Hotline,
    /// Name of a public account, mini-programme, channel.
    Account,
    /// Identifier of a statistics service.
    Analytics,
    /// Family of near-identical pages.
    Page,
    /// Postal address.
    Address,
    /// What the site calls itself.
    Brand,
    /// A person in a role.
    Person,
    /// Name of who is paid.
    PayeeName,
    /// What is said of its business: registered scope, sector as it calls itself.
    Scope,
}

impl SubjectFactKind {
    /// All kinds, in order.
    pub const ALL: [Self; 20] = [
        Self::CreditCode,
        Self::RegistrationNumber,
        Self::Icp,
        Self::SecurityFiling,
        Self::Domain,
        Self::App,
        Self::Licence,
        Self::Payee,
        Self::Name,
        Self::Contact,
        Self::QrTarget,
        Self::Hotline,
        Self::Account,
        Self::Analytics,
        Self::Page,
        Self::Address,
        Self::Brand,
        Self::Person,
        Self::PayeeName,
        Self::Scope,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::CreditCode => "credit-code",
            Self::RegistrationNumber => "registration-number",
            Self::Icp => "icp",
            Self::SecurityFiling => "security-filing",
            Self::Domain => "domain",
            Self::App => "app",
            Self::Licence => "licence",
            Self::Payee => "payee",
            Self::Name => "name",
            Self::Contact => "contact",
            Self::QrTarget => "qr-target",
            Self::Hotline => "hotline",
            Self::Account => "account",
            Self::Analytics => "analytics",
            Self::Page => "page",
            Self::Address => "address",
            Self::Brand => "brand",
            Self::Person => "person",
            Self::PayeeName => "payee-name",
            Self::Scope => "scope",
        }
    }

    /// The kind of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == word)
    }

    /// The name for officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::CreditCode => "统一社会信用代码",
            Self::RegistrationNumber => "注册号",
            Self::Icp => "ICP主体备案号",
            Self::SecurityFiling => "公安备案号",
            Self::Domain => "域名",
            Self::App => "应用",
            Self::Licence => "许可或登记编号",
            Self::Payee => "收款账户",
            Self::Name => "名称",
            Self::Contact => "联系方式",
            Self::QrTarget => "二维码指向",
            Self::Hotline => "客服热线",
            Self::Account => "公众号等账号",
            Self::Analytics => "统计代码",
            Self::Page => "页面近似",
            Self::Address => "地址",
            Self::Brand => "自称",
            Self::Person => "人员",
            Self::PayeeName => "收款人",
            Self::Scope => "经营范围",
        }
    }

    /// Whether its value may be personal data and is masked unless somebody says why not.
    pub fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Contact | Self::Payee | Self::Person | Self::PayeeName
        )
    }

    /// The kind of a fact read on a page; `None` for what the desk makes nothing of.
    pub fn of(kind: FactKind) -> Option<Self> {
        Some(match kind {
            FactKind::IcpFiling => Self::Icp,
            FactKind::SecurityFiling => Self::SecurityFiling,
            FactKind::CreditCode => Self::CreditCode,
            FactKind::RegistrationNumber => Self::RegistrationNumber,
            FactKind::IcpLicence
            | FactKind::TelecomLicence
            | FactKind::PaymentLicence
            | FactKind::FinancialLicence
            | FactKind::FundManager
            | FactKind::OtherLicence => Self::Licence,
            FactKind::Mobile
            | FactKind::Landline
            | FactKind::Qq
            | FactKind::QqGroup
            | FactKind::WeChat
            | FactKind::ForeignMessenger
            | FactKind::Email => Self::Contact,
            FactKind::Hotline => Self::Hotline,
            FactKind::Account => Self::Account,
            FactKind::BankCard | FactKind::CryptoAddress => Self::Payee,
            FactKind::Analytics => Self::Analytics,
            FactKind::Address => Self::Address,
            FactKind::Person => Self::Person,
            FactKind::App => Self::App,
            // Which of the names on a page is the operator's is told elsewhere (`who`).
            FactKind::Company => return None,
        })
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provenance {
    /// Evidence id of the sealed item, or id of the import and row (`im-...#12`).
    pub source: String,
    /// When it was seen there (RFC 3339 in UTC), or the date of the imported list.
    pub seen: String,
}

/// One fact about a bearer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubjectFact {
    /// What it is.
    pub kind: SubjectFactKind,
    /// In the form in which it is compared.
    pub value: String,
    /// More about it: the kind of contact, the role of a person; empty when there is nothing to say.
    pub detail: String,
    /// Whether it may join: it is the bearer's own, its check did not fail, and it is no filler.
    pub tells: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// What bears facts: a site, or a row of an imported list. Bearers are joined to subjects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bearer {
    /// `site:` and the host, or `row:` and the id of an imported row.
    pub id: String,
    /// Its facts.
    pub facts: Vec<SubjectFact>,
    /// Sketches of its pages.
    pub pages: Vec<super::sketch::Sketch>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for kind in SubjectFactKind::ALL {
            assert_eq!(SubjectFactKind::parse(kind.code()), Some(kind));
        }
        assert_eq!(SubjectFactKind::parse("other"), None);
    }

    #[test]
    fn persons_and_their_accounts_are_personal() {
        assert!(SubjectFactKind::of(FactKind::Mobile).is_some_and(SubjectFactKind::is_personal));
        assert!(SubjectFactKind::of(FactKind::BankCard).is_some_and(SubjectFactKind::is_personal));
        assert!(!SubjectFactKind::CreditCode.is_personal());
    }
}
