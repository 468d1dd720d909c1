//! Politeness groups: which addresses share one pace.

use url::{Host, Url};

/// The politeness group of an address: the registrable domain of its host (Public Suffix List, with the private
/// section), the host itself where it has none, the address for an IP literal. Port and scheme do not count: one
/// machine room answers them all. Empty for an address without a host.
pub fn politeness_group(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            match psl::domain_str(&name) {
                Some(domain) => domain.to_owned(),
                None => name,
            }
        }
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_canonical().to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::politeness_group;
    use url::Url;

    fn group(url: &str) -> String {
        politeness_group(&Url::parse(url).expect("test address"))
    }

    #[test]
    fn groups_are_registrable_domains_or_addresses() {
        for (url, expected) in [
            ("https://www.example.com/a", "example.com"),
            ("https://a.b.example.com.cn:8443/", "example.com.cn"),
            ("https://Example.COM./", "example.com"),
            ("http://shop.daikuan.test/", "daikuan.test"),
            ("http://localhost:8080/", "localhost"),
            ("http://com.cn/", "com.cn"),
            ("http://127.0.0.5:9000/", "127.0.0.5"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://[::1]/", "::1"),
            ("http://[::ffff:127.0.0.1]/", "127.0.0.1"),
            ("data:text/plain,x", ""),
        ] {
            assert_eq!(group(url), expected, "{url}");
        }
    }
}
