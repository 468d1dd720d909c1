//! The address guard: which addresses are special, and whether a list allows them all the same.
//!
//! Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates).

use crate::model::seed::AddressPermission;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The IPv4 ranges that are not the public internet: network, prefix length, name.
const SPECIAL_V4: [([u8; 4], u8, &str); 16] = [
    ([0, 0, 0, 0], 8, "this network (RFC 791)"),
    ([10, 0, 0, 0], 8, "private (RFC 1918)"),
    ([100, 64, 0, 0], 10, "shared by carriers (RFC 6598)"),
    ([127, 0, 0, 0], 8, "loopback (RFC 1122)"),
    ([169, 254, 0, 0], 16, "link-local or metadata (RFC 3927)"),
    ([172, 16, 0, 0], 12, "private (RFC 1918)"),
    ([192, 0, 0, 0], 24, "protocol assignments (RFC 6890)"),
    ([192, 0, 2, 0], 24, "documentation (RFC 5737)"),
    ([192, 88, 99, 0], 24, "6to4 relay (RFC 7526)"),
    ([192, 168, 0, 0], 16, "private (RFC 1918)"),
    ([198, 18, 0, 0], 15, "benchmarks (RFC 2544)"),
    ([198, 51, 100, 0], 24, "documentation (RFC 5737)"),
    ([203, 0, 113, 0], 24, "documentation (RFC 5737)"),
    ([224, 0, 0, 0], 4, "multicast (RFC 5771)"),
    ([255, 255, 255, 255], 32, "broadcast (RFC 919)"),
    ([240, 0, 0, 0], 4, "reserved (RFC 1112)"),
];

/// The special ranges inside 2000::/3, the only space of which global unicast addresses are given out; all
/// outside of it is special already.
const SPECIAL_V6: [([u16; 4], u8, &str); 4] = [
    ([0x2001, 0, 0, 0], 32, "Teredo (RFC 4380)"),
    ([0x2001, 0, 0, 0], 23, "protocol assignments (RFC 2928)"),
    ([0x2001, 0xdb8, 0, 0], 32, "documentation (RFC 3849)"),
    ([0x3fff, 0, 0, 0], 20, "documentation (RFC 9637)"),
];

/// Why an address is special, or `None` for an ordinary public one. Forms that carry an IPv4 address inside
/// (mapped, NAT64, 6to4) are judged by it.
pub fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    SPECIAL_V4
        .iter()
        .find(|(network, length, _)| {
            inside(IpAddr::V4(address), IpAddr::V4((*network).into()), *length)
        })
        .map(|(_, _, name)| *name)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(v4) = address.to_ipv4_mapped() {
        return special_v4(v4);
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    match [a, b, c, d, e, f, g, h] {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("unspecified (RFC 4291)"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("loopback (RFC 4291)"),
        [0, 0, 0, 0, 0, 0, _, _] => Some("IPv4-compatible (RFC 4291)"),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => special_v4(join(high, low)),
        [0x2002, high, low, ..] => special_v4(join(high, low)),
        [0xfc00..=0xfdff, ..] => Some("unique local (RFC 4193)"),
        [0xfe80..=0xfebf, ..] => Some("link-local (RFC 4291)"),
        [0xff00..=0xffff, ..] => Some("multicast (RFC 4291)"),
        [0x2000..=0x3fff, ..] => special_global_v6(address),
        _ => Some("not global unicast (RFC 4291)"),
    }
}

fn special_global_v6(address: Ipv6Addr) -> Option<&'static str> {
    SPECIAL_V6
        .iter()
        .find(|([a, b, c, d], length, _)| {
            let network = Ipv6Addr::new(*a, *b, *c, *d, 0, 0, 0, 0);
            inside(IpAddr::V6(address), IpAddr::V6(network), *length)
        })
        .map(|(_, _, name)| *name)
}

/// The IPv4 address in two groups of an IPv6 address.
fn join(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}

/// Whether `address` may be connected to: public, or special and inside a network that the list allows.
pub(super) fn permitted(address: IpAddr, allowed: &AddressPermission) -> bool {
    special(address).is_none()
        || allowed
            .networks
            .iter()
            .any(|(network, length)| inside(address, *network, *length))
}

/// Whether `address` lies in `network`/`length`. IPv4-mapped addresses count as the IPv4 addresses they reach.
fn inside(address: IpAddr, network: IpAddr, length: u8) -> bool {
    match (address.to_canonical(), network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => same_prefix(
            u128::from(a.to_bits()) << 96,
            u128::from(n.to_bits()) << 96,
            length,
        ),
        (IpAddr::V6(a), IpAddr::V6(n)) => same_prefix(a.to_bits(), n.to_bits(), length),
        _ => false,
    }
}

fn same_prefix(a: u128, b: u128, length: u8) -> bool {
    let ignored = 128_u32.saturating_sub(u32::from(length));
    (a ^ b).checked_shr(ignored).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::{permitted, special};
    use crate::model::seed::AddressPermission;
    use proptest::prelude::*;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use url::{Host, Url};

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("test address")
    }

    #[test]
    fn special_addresses() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.1.1",
            "::7f00:1",
            "::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            assert!(special(ip(text)).is_some(), "{text}");
        }
    }

    #[test]
    fn public_addresses() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.0.0.1",
            "128.0.0.1",
            "169.253.1.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2001:200::1",
            "2400:3200::1",
            "2606:4700::1111",
        ] {
            assert_eq!(special(ip(text)), None, "{text}");
        }
    }

    #[test]
    fn the_url_crate_normalises_every_spelling_of_a_literal() {
        for spelling in [
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f000001",
            "017700000001",
            "127。0。0。1",
            "１２７.0.0.1",
            "127.0.0.1.",
            "0x7F.0x0.0x0.0x1",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:127.0.0.1]",
            "%31%32%37.0.0.1",
        ] {
            let url = Url::parse(&format!("http://{spelling}/")).expect("test address");
            let address = match url.host() {
                Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
                Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
                other => panic!("{spelling} is {other:?}"),
            };
            assert_eq!(address.to_canonical(), ip("127.0.0.1"), "{spelling}");
            assert!(special(address).is_some(), "{spelling}");
        }
    }

    #[test]
    fn a_list_allows_exactly_its_networks() {
        let own = AddressPermission {
            networks: vec![(ip("127.0.0.5"), 32), (ip("fd00::"), 8)],
        };
        for (text, expected) in [
            ("127.0.0.5", true),
            ("::ffff:127.0.0.5", true),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("fd12::1", true),
            ("fc12::1", false),
            ("8.8.8.8", true),
            ("64:ff9b::7f00:5", false),
        ] {
            assert_eq!(permitted(ip(text), &own), expected, "{text}");
        }
        let all = AddressPermission {
            networks: vec![(ip("0.0.0.0"), 0)],
        };
        assert!(permitted(ip("127.0.0.1"), &all));
        assert!(!permitted(ip("::1"), &all));
    }

    proptest! {
        #[test]
        fn mapped_is_judged_as_its_ipv4(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from_bits(bits);
            let mapped = v4.to_ipv6_mapped();
            prop_assert_eq!(special(IpAddr::V4(v4)), special(IpAddr::V6(mapped)));
        }

        #[test]
        fn only_global_unicast_can_be_public(bits in any::<u128>()) {
            let v6 = Ipv6Addr::from_bits(bits);
            let global = bits >> 125 == 1;
            if !global && v6.to_ipv4_mapped().is_none() {
                prop_assert!(special(IpAddr::V6(v6)).is_some());
            }
        }
    }
}
