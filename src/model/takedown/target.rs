//! What an entry is about: a name, an address, an app, an account or a telephone number, in one normal form.

mod contact;
mod network;

use self::contact::{account, app, phone};
use self::network::{network, range, special};
use super::action::Scope;
use super::name;
use super::refusal::Refusal;
use crate::model::address::normalise;
use std::net::IpAddr;
use url::{Host, Url};

/// Longest value, in characters.
const LONGEST: usize = 2_000;

/// Kind of a target. Words are stored, so they are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TargetKind {
    /// A registrable domain.
    Domain,
    /// A name beneath a registrable domain.
    Subdomain,
    /// One address.
    Url,
    /// An address of the internet protocol, or a range.
    Ip,
    /// The package name of an app.
    App,
    /// An account on a platform, written `platform:account`.
    Account,
    /// A telephone number.
    Phone,
}

impl TargetKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Domain,
        Self::Subdomain,
        Self::Url,
        Self::Ip,
        Self::App,
        Self::Account,
        Self::Phone,
    ];

    /// The word of lists.
    pub fn code(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Subdomain => "subdomain",
            Self::Url => "url",
            Self::Ip => "ip",
            Self::App => "app",
            Self::Account => "account",
            Self::Phone => "phone",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Domain => "域名",
            Self::Subdomain => "子域名",
            Self::Url => "网址",
            Self::Ip => "IP地址",
            Self::App => "应用程序",
            Self::Account => "账号",
            Self::Phone => "电话号码",
        }
    }

    /// The kind of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|k| k.code() == word || k.label() == word)
    }
}

/// A target in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TakedownTarget {
    kind: TargetKind,
    value: String,
    shown: String,
    registrable: Option<String>,
}

impl TakedownTarget {
    /// Reads a target of this kind.
    ///
    /// # Errors
    /// Says what is no such target, and what to write instead.
    pub fn parse(kind: TargetKind, text: &str) -> Result<Self, Refusal> {
        if text.chars().count() > LONGEST {
            let problem = "it is longer than 2,000 characters";
            return Err(Refusal::new(
                "too-long",
                text,
                problem,
                "check what was pasted",
            ));
        }
        formula(text)?;
        match kind {
            TargetKind::Domain | TargetKind::Subdomain => host(kind, text),
            TargetKind::Url => address(text),
            TargetKind::Ip => range(text),
            TargetKind::App => app(text),
            TargetKind::Account => account(text),
            TargetKind::Phone => phone(text),
        }
    }

    /// Reads `kind:value`.
    ///
    /// # Errors
    /// Says what is no such target, and what to write instead.
    pub fn parse_typed(text: &str) -> Result<Self, Refusal> {
        let kinds = "domain, subdomain, url, ip, app, account or phone";
        let kind = text
            .split_once(':')
            .and_then(|(word, rest)| Some((TargetKind::parse(word)?, rest)));
        match kind {
            Some((kind, rest)) => Self::parse(kind, rest),
            None => Err(Refusal::new(
                "no-kind",
                text,
                "it does not say what it is",
                format!("write kind:value with {kinds}, such as domain:shop.example"),
            )),
        }
    }

    /// Kind.
    pub fn kind(&self) -> TargetKind {
        self.kind
    }

    /// The value for machines: A-labels, lower case.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value for people.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The registrable domain, where there is one.
    pub fn registrable(&self) -> Option<&str> {
        self.registrable.as_deref()
    }

    /// The host name that it is or that its address has.
    pub fn host(&self) -> Option<String> {
        match self.kind {
            TargetKind::Domain | TargetKind::Subdomain => Some(self.value.clone()),
            TargetKind::Url => Url::parse(&self.value).ok()?.host_str().map(str::to_owned),
            _ => None,
        }
    }

    /// First address and length of the prefix, of an address or range.
    pub fn network(&self) -> Option<(IpAddr, u8)> {
        (self.kind == TargetKind::Ip).then(|| network(&self.value))?
    }

    /// The scope that is meant when none is named: a domain with all beneath it, anything else alone.
    pub fn usual_scope(&self) -> Scope {
        match self.kind {
            TargetKind::Domain => Scope::Subtree,
            _ => Scope::Exact,
        }
    }

    /// Whether an entry for this target and scope reaches that name.
    pub fn covers(&self, scope: Scope, other: &str) -> bool {
        if !matches!(self.kind, TargetKind::Domain | TargetKind::Subdomain) {
            return false;
        }
        other == self.value
            || (scope == Scope::Subtree
                && other
                    .strip_suffix(&self.value)
                    .is_some_and(|rest| rest.ends_with('.')))
    }
}

/// Cells that a spreadsheet would take for a formula are no targets of any kind.
fn formula(text: &str) -> Result<(), Refusal> {
    let starts = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '|'];
    match text.starts_with(starts) {
        true => Err(Refusal::new(
            "formula-cell",
            text,
            "it begins like a formula of a spreadsheet",
            "write the value itself",
        )),
        false => Ok(()),
    }
}

fn host(kind: TargetKind, text: &str) -> Result<TakedownTarget, Refusal> {
    let value = name::check(text)?;
    let Some(registrable) = name::registrable(&value) else {
        return Err(Refusal::new(
            "public-suffix",
            text,
            "it is a public suffix: everybody's names are beneath it",
            "list the registered name beneath it",
        ));
    };
    let is_registrable = registrable == value;
    if kind == TargetKind::Domain && !is_registrable {
        return Err(Refusal::new(
            "not-registrable",
            text,
            format!("it is a name beneath {registrable}"),
            format!("list it as a subdomain, or list domain:{registrable}"),
        ));
    }
    if kind == TargetKind::Subdomain && is_registrable {
        return Err(Refusal::new(
            "not-beneath",
            text,
            "it is a registrable domain itself",
            "list it as a domain",
        ));
    }
    Ok(TakedownTarget {
        kind,
        shown: name::shown(&value),
        value,
        registrable: Some(registrable),
    })
}

fn address(text: &str) -> Result<TakedownTarget, Refusal> {
    let refuse = |code, problem: &str, advice: &str| Err(Refusal::new(code, text, problem, advice));
    if text
        .chars()
        .any(|c| c.is_control() || name::is_invisible(c))
    {
        return refuse(
            "control-character",
            "it has control or invisible characters",
            "copy the address from the sealed evidence",
        );
    }
    let Ok(url) = Url::parse(text) else {
        return refuse(
            "bad-url",
            "it is no address",
            "write it with http:// or https://",
        );
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse(
            "bad-scheme",
            "its scheme is neither http nor https",
            "list what is reached over the web",
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(
            "user-part",
            "it has a user part",
            "write the address without it",
        );
    }
    let url = normalise(&url);
    let registrable = match url.host() {
        Some(Host::Domain(host)) => {
            let host = name::check(host).map_err(|r| Refusal {
                value: text.to_owned(),
                ..r
            })?;
            match name::registrable(&host) {
                Some(domain) => Some(domain),
                None => {
                    return refuse(
                        "public-suffix",
                        "its host is a public suffix",
                        "check the address",
                    );
                }
            }
        }
        Some(Host::Ipv4(ip)) => {
            special(text, IpAddr::V4(ip))?;
            None
        }
        Some(Host::Ipv6(ip)) => {
            special(text, IpAddr::V6(ip))?;
            None
        }
        None => return refuse("bad-url", "it has no host", "write the whole address"),
    };
    Ok(TakedownTarget {
        kind: TargetKind::Url,
        shown: url.to_string(),
        value: url.to_string(),
        registrable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> String {
        TakedownTarget::parse_typed(text)
            .unwrap_or_else(|e| panic!("{e}"))
            .value()
            .to_owned()
    }

    #[test]
    fn targets_have_one_normal_form() {
        assert_eq!(value("domain:Shop.Example"), "shop.example");
        assert_eq!(value("域名:shop.example"), "shop.example");
        assert_eq!(value("subdomain:www.shop.example"), "www.shop.example");
        assert_eq!(
            value("url:HTTP://Shop.Example:80/a/../b#x"),
            "http://shop.example/b"
        );
        assert_eq!(
            value("url:http://例子.test/理财"),
            "http://xn--fsqu00a.test/%E7%90%86%E8%B4%A2"
        );
        assert_eq!(value("ip:203.0.113.7/32"), "203.0.113.7");
        assert_eq!(value("ip:2001:DB8:0::/64"), "2001:db8::/64");
        assert_eq!(value("app:com.example.licai"), "com.example.licai");
        assert_eq!(value("account:微信公众号：某某 "), "微信公众号:某某");
        assert_eq!(value("phone:0416-000 0000"), "04160000000");
    }

    #[test]
    fn what_a_target_covers() {
        let domain = TakedownTarget::parse_typed("domain:shop.example").unwrap();
        assert_eq!(domain.usual_scope(), Scope::Subtree);
        assert!(domain.covers(Scope::Subtree, "a.shop.example"));
        assert!(!domain.covers(Scope::Exact, "a.shop.example"));
        assert!(!domain.covers(Scope::Subtree, "ashop.example"));
        assert!(domain.covers(Scope::Exact, "shop.example"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in "\\PC{0,60}", kind in 0usize..7) {
            let kind = TargetKind::ALL[kind];
            if let Ok(target) = TakedownTarget::parse(kind, &text) {
                let again = TakedownTarget::parse(kind, target.value()).unwrap();
                proptest::prop_assert_eq!(again.value(), target.value());
            }
        }
    }
}
