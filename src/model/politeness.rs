//! Which addresses share one pace.

use url::{Host, Url};

/// The politeness group of an address: its registrable domain by the Public Suffix List (private suffixes count, so
/// that tenants of one hosting service are apart), the address itself for IP literals, and the whole host where no
/// registrable domain can be told. Empty for addresses without a host. The port does not matter.
pub fn politeness_group(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            psl::domain_str(name).unwrap_or(name).to_owned()
        }
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(text: &str) -> String {
        politeness_group(&Url::parse(text).unwrap())
    }

    #[test]
    fn groups_are_registrable_domains_or_addresses() {
        assert_eq!(group("http://www.shop.example/a"), "shop.example");
        assert_eq!(group("http://a.b.shop.example.:81/"), "shop.example");
        assert_eq!(group("http://example/"), "example");
        assert_eq!(group("http://127.0.0.2:8080/"), "127.0.0.2");
        assert_eq!(group("http://[::1]/"), "::1");
        assert_eq!(group("data:text/plain,x"), "");
    }
}
