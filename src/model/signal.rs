//! What is suspicious about a site or page, or has changed there. Signals are a list of their own: none of them is a
//! finding, and none adds to a score.

use super::vantage::Vantage;
use chrono::{DateTime, Utc};
use url::Url;

/// Kinds of signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignalKind {
    /// Visitors of one kind are shown another page than those of another.
    Cloaking,
    /// The patrol has not met the site before.
    NewSite,
    /// A page that was there is gone (404, 410), or its name does not resolve any more.
    Vanished,
    /// A page that was there cannot be had: time-out, refusal, challenge. It may come back.
    Unreachable,
    /// A page that had vanished is there again.
    Returned,
    /// The text has hardly anything in common with what stood there before.
    ContentReplaced,
    /// Another operator than before stands on the page.
    OperatorChanged,
    /// Another issuer, names or key than before, beyond an ordinary renewal.
    CertificateChanged,
    /// The site answers from a network that it was not seen in before.
    AddressChanged,
    /// The address leads to another host than before.
    RedirectChanged,
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate is self-signed, or nobody trusted vouches for it.
    CertificateUntrusted,
    /// The certificate is made out to another name.
    CertificateName,
    /// By the office's own table the server stands outside of the mainland.
    ServerAbroad,
    /// Nearly the same page stands on another registrable domain.
    LookAlike,
    /// A page that offers finance shows no filing number (互联网信息服务管理办法 art. 12).
    IcpMissing,
    /// The province of the filing number is not that of the operator.
    IcpProvince,
    /// The page is sent unencrypted.
    NoTls,
    /// Encrypted, but browsers are not told to insist on it (RFC 6797).
    NoHsts,
    /// A form for passwords or payment is sent unencrypted.
    InsecureForm,
    /// A form of an encrypted page sends unencrypted.
    MixedForm,
}

impl SignalKind {
    /// All kinds, in the order shown to people.
    pub const ALL: [Self; 21] = [
        Self::Cloaking,
        Self::NewSite,
        Self::Vanished,
        Self::Unreachable,
        Self::Returned,
        Self::ContentReplaced,
        Self::OperatorChanged,
        Self::CertificateChanged,
        Self::AddressChanged,
        Self::RedirectChanged,
        Self::CertificateExpired,
        Self::CertificateUntrusted,
        Self::CertificateName,
        Self::ServerAbroad,
        Self::LookAlike,
        Self::IcpMissing,
        Self::IcpProvince,
        Self::NoTls,
        Self::NoHsts,
        Self::InsecureForm,
        Self::MixedForm,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cloaking => "cloaking",
            Self::NewSite => "new-site",
            Self::Vanished => "vanished",
            Self::Unreachable => "unreachable",
            Self::Returned => "returned",
            Self::ContentReplaced => "content-replaced",
            Self::OperatorChanged => "operator-changed",
            Self::CertificateChanged => "certificate-changed",
            Self::AddressChanged => "address-changed",
            Self::RedirectChanged => "redirect-changed",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateUntrusted => "certificate-untrusted",
            Self::CertificateName => "certificate-name",
            Self::ServerAbroad => "server-abroad",
            Self::LookAlike => "look-alike",
            Self::IcpMissing => "icp-missing",
            Self::IcpProvince => "icp-province",
            Self::NoTls => "no-tls",
            Self::NoHsts => "no-hsts",
            Self::InsecureForm => "insecure-form",
            Self::MixedForm => "mixed-form",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cloaking => "对不同访客显示不同内容",
            Self::NewSite => "首次发现的网站",
            Self::Vanished => "网页消失",
            Self::Unreachable => "暂时无法访问或被拦截",
            Self::Returned => "消失的网页恢复",
            Self::ContentReplaced => "网页内容被替换",
            Self::OperatorChanged => "运营主体变更",
            Self::CertificateChanged => "网站证书变更",
            Self::AddressChanged => "服务器地址变更",
            Self::RedirectChanged => "跳转目标变更",
            Self::CertificateExpired => "网站证书已过期",
            Self::CertificateUntrusted => "网站证书自签名或不受信任",
            Self::CertificateName => "网站证书与域名不符",
            Self::ServerAbroad => "服务器不在境内",
            Self::LookAlike => "与其他网站的页面雷同",
            Self::IcpMissing => "金融页面未标明备案编号",
            Self::IcpProvince => "备案省份与运营主体所在地不一致",
            Self::NoTls => "网页未加密传输",
            Self::NoHsts => "未要求浏览器始终加密(无HSTS)",
            Self::InsecureForm => "登录或支付表单明文传输",
            Self::MixedForm => "加密网页的表单提交到明文地址",
        }
    }

    /// How much it deserves a look, 1 to 3. Never part of a violation score.
    pub fn severity(self) -> u8 {
        match self {
            Self::Cloaking => 3,
            Self::Vanished
            | Self::ContentReplaced
            | Self::OperatorChanged
            | Self::RedirectChanged
            | Self::CertificateExpired
            | Self::CertificateUntrusted
            | Self::CertificateName
            | Self::LookAlike
            | Self::InsecureForm
            | Self::MixedForm => 2,
            _ => 1,
        }
    }

    /// The kind of a stored word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == word)
    }
}

/// What a thinker found, without where and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Its kind.
    pub kind: SignalKind,
    /// One sentence in Chinese.
    pub detail: String,
    /// What was before, or what it is held against.
    pub before: Option<String>,
    /// What is now.
    pub after: Option<String>,
}

impl Observation {
    /// An observation without before and after.
    pub fn new(kind: SignalKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            before: None,
            after: None,
        }
    }

    /// With what was before and what is now.
    pub fn change(mut self, before: impl Into<String>, after: impl Into<String>) -> Self {
        self.before = Some(before.into());
        self.after = Some(after.into());
        self
    }
}

/// A capture as signals name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureName {
    /// The run.
    pub run: String,
    /// The visit within the run.
    pub visit: String,
    /// Record id of the last response; empty where there was no answer.
    pub record: String,
}

/// One signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// What was observed.
    pub observed: Observation,
    /// Address of the page.
    pub url: Url,
    /// The seed.
    pub seed_id: String,
    /// From where it was looked at; `None` where the list names no vantages.
    pub vantage: Option<Vantage>,
    /// When.
    pub at: DateTime<Utc>,
    /// The capture that shows it.
    pub capture: CaptureName,
    /// The capture that it is held against.
    pub earlier: Option<CaptureName>,
}

#[cfg(test)]
mod tests {
    use super::SignalKind;
    use std::collections::BTreeSet;

    #[test]
    fn words_are_unique_and_go_both_ways() {
        let codes: BTreeSet<&str> = SignalKind::ALL.iter().map(|k| k.code()).collect();
        let labels: BTreeSet<&str> = SignalKind::ALL.iter().map(|k| k.label()).collect();
        assert_eq!((codes.len(), labels.len()), (21, 21));
        for kind in SignalKind::ALL {
            assert_eq!(SignalKind::parse(kind.code()), Some(kind));
            assert!((1..=3).contains(&kind.severity()));
        }
    }
}
