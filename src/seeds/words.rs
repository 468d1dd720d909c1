//! The words of lists, English and Chinese, and what they mean.

use crate::model::seed::{Breadth, HostOverride, ImageMode, RenderMode, Sector, SeedKind};
use std::net::IpAddr;

/// A choice among words: what to write, and what it means.
pub(super) type Words<T> = &'static [(&'static str, T)];

/// Words of `kind`; the first of a meaning is the one that is written.
pub(super) const KINDS: Words<SeedKind> = &[
    ("platform", SeedKind::Platform),
    ("平台", SeedKind::Platform),
    ("ad-source", SeedKind::AdSource),
    ("广告源", SeedKind::AdSource),
    ("广告来源", SeedKind::AdSource),
    ("门户", SeedKind::AdSource),
    ("search", SeedKind::Search),
    ("搜索", SeedKind::Search),
    ("搜索引擎", SeedKind::Search),
];

/// Words of `scope.breadth`.
pub(super) const BREADTHS: Words<Breadth> = &[
    ("urls", Breadth::Urls),
    ("仅起始页", Breadth::Urls),
    ("prefix", Breadth::Prefix),
    ("目录", Breadth::Prefix),
    ("host", Breadth::Host),
    ("主机", Breadth::Host),
    ("domain", Breadth::Domain),
    ("域名", Breadth::Domain),
    ("全站", Breadth::Domain),
];

/// Words of `images`.
pub(super) const IMAGES: Words<ImageMode> = &[
    ("never", ImageMode::Never),
    ("从不", ImageMode::Never),
    ("auto", ImageMode::Auto),
    ("自动", ImageMode::Auto),
    ("always", ImageMode::Always),
    ("总是", ImageMode::Always),
];

/// Words of `render`.
pub(super) const RENDERS: Words<RenderMode> = &[
    ("never", RenderMode::Never),
    ("从不", RenderMode::Never),
    ("auto", RenderMode::Auto),
    ("自动", RenderMode::Auto),
    ("always", RenderMode::Always),
    ("总是", RenderMode::Always),
];

/// The meaning of a word of a choice.
pub(super) fn meaning<T: Copy>(words: Words<T>, word: &str) -> Option<T> {
    words.iter().find(|(w, _)| *w == word).map(|(_, t)| *t)
}

/// The word to write for a meaning.
pub(super) fn word<T: Copy + PartialEq>(words: Words<T>, meaning: T) -> &'static str {
    words
        .iter()
        .find(|(_, t)| *t == meaning)
        .map_or("", |(w, _)| w)
}

/// All words of a choice.
pub(super) fn all<T>(words: Words<T>) -> Vec<&'static str> {
    words.iter().map(|(w, _)| *w).collect()
}

/// Codes and Chinese labels of the sectors.
pub(super) fn sector_words() -> Vec<&'static str> {
    let codes = Sector::ALL.into_iter().map(Sector::code);
    codes
        .chain(Sector::ALL.into_iter().map(Sector::label))
        .collect()
}

/// A sector by code, label or the other words that offices use.
pub(super) fn sector(word: &str) -> Option<Sector> {
    const OTHERS: [(&str, Sector); 17] = [
        ("网贷", Sector::P2p),
        ("网络借贷", Sector::P2p),
        ("P2P", Sector::P2p),
        ("众筹", Sector::Crowdfunding),
        ("资产管理", Sector::Wealth),
        ("理财", Sector::Wealth),
        ("支付", Sector::Payment),
        ("保险", Sector::Insurance),
        ("广告", Sector::Advertising),
        ("证券", Sector::Securities),
        ("期货", Sector::Securities),
        ("荐股", Sector::Securities),
        ("基金", Sector::Fund),
        ("私募", Sector::Fund),
        ("小额贷款", Sector::Loan),
        ("虚拟币", Sector::Crypto),
        ("合作社", Sector::Cooperative),
    ];
    Sector::parse(word).or_else(|| OTHERS.iter().find(|(w, _)| *w == word).map(|(_, s)| *s))
}

/// Networks of a word (`loopback`, `本机`, `private`, `内网`), a network or a single address, host bits cleared.
pub(super) fn networks(text: &str) -> Option<Vec<(IpAddr, u8)>> {
    const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];
    const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
    match text.trim() {
        "loopback" | "本机" => LOOPBACK.iter().map(|n| network(n)).collect(),
        "private" | "内网" => PRIVATE.iter().map(|n| network(n)).collect(),
        one => network(one).map(|n| vec![n]),
    }
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
        None => (text, None),
    };
    match address.parse().ok()? {
        IpAddr::V4(v4) => {
            let prefix = prefix.unwrap_or(32);
            let shift = 32u32.checked_sub(u32::from(prefix))?;
            let mask = u32::MAX.checked_shl(shift).unwrap_or(0);
            Some((IpAddr::V4((u32::from(v4) & mask).into()), prefix))
        }
        IpAddr::V6(v6) => {
            let prefix = prefix.unwrap_or(128);
            let shift = 128u32.checked_sub(u32::from(prefix))?;
            let mask = u128::MAX.checked_shl(shift).unwrap_or(0);
            Some((IpAddr::V6((u128::from(v6) & mask).into()), prefix))
        }
    }
}

/// A fixed answer: `host=address`, `host=address:port`, or curl's `host:port:address`.
pub(super) fn host_override(text: &str) -> Option<HostOverride> {
    let (host, address, port) = match text.split_once('=') {
        Some((host, at)) => {
            let (address, port) = address_and_port(at.trim())?;
            (host, address, port)
        }
        None => {
            let (host, rest) = text.split_once(':')?;
            let (port, address) = rest.split_once(':')?;
            let (address, none) = address_and_port(address.trim())?;
            if none.is_some() {
                return None;
            }
            (host, address, Some(port_number(port.trim())?))
        }
    };
    Some(HostOverride {
        host: host_name(host.trim())?,
        address,
        port,
    })
}

fn port_number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port > 0)
}

fn address_and_port(text: &str) -> Option<(IpAddr, Option<u16>)> {
    if let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse() {
        return Some((address, None));
    }
    let (address, port) = text.rsplit_once(':')?;
    let address = match address.strip_prefix('[') {
        Some(v6) => v6.strip_suffix(']')?.parse().ok()?,
        None => IpAddr::V4(address.parse().ok()?),
    };
    Some((address, Some(port_number(port)?)))
}

/// A host name in lower-case A-labels; `*.suffix` is kept.
fn host_name(text: &str) -> Option<String> {
    let (star, name) = match text.strip_prefix("*.") {
        Some(rest) => ("*.", rest),
        None => ("", text),
    };
    match url::Host::parse(name).ok()? {
        url::Host::Domain(domain) if !domain.contains('*') => Some(format!("{star}{domain}")),
        _ => None,
    }
}

/// An override in the form that is written.
pub(super) fn write_override(fixed: &HostOverride) -> String {
    match (fixed.address, fixed.port) {
        (address, None) => format!("{}={address}", fixed.host),
        (IpAddr::V4(v4), Some(port)) => format!("{}={v4}:{port}", fixed.host),
        (IpAddr::V6(v6), Some(port)) => format!("{}=[{v6}]:{port}", fixed.host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_masked() {
        let check = |text: &str, expected: Option<&str>| {
            let got = networks(text).map(|ns| {
                let parts: Vec<String> = ns.iter().map(|(a, p)| format!("{a}/{p}")).collect();
                parts.join(" ")
            });
            assert_eq!(got.as_deref(), expected, "{text}");
        };
        check("127.0.0.0/8", Some("127.0.0.0/8"));
        check("127.3.2.1/8", Some("127.0.0.0/8"));
        check("127.0.0.1", Some("127.0.0.1/32"));
        check("0.0.0.0/0", Some("0.0.0.0/0"));
        check("::1", Some("::1/128"));
        check("本机", Some("127.0.0.0/8 ::1/128"));
        check("10.0.0.0/33", None);
        check("somewhere", None);
    }

    #[test]
    fn overrides() {
        let check = |text: &str, expected: Option<&str>| {
            let got = host_override(text).map(|o| write_override(&o));
            assert_eq!(got.as_deref(), expected, "{text}");
        };
        check("A.Test=127.0.0.2", Some("a.test=127.0.0.2"));
        check("a.test=127.0.0.2:8080", Some("a.test=127.0.0.2:8080"));
        check("a.test:80:127.0.0.2", Some("a.test=127.0.0.2:80"));
        check("*.a.test=[::1]:8080", Some("*.a.test=[::1]:8080"));
        check("a.test:443:[::1]", Some("a.test=[::1]:443"));
        check("贷款.test=127.0.0.2", Some("xn--0kwr83e.test=127.0.0.2"));
        check("a.test=127.0.0.2:0", None);
        check("a.test=b.test", None);
        check("127.0.0.1=127.0.0.2", None);
        check("a*.test=127.0.0.2", None);
        check("", None);
        check("=", None);
    }
}
