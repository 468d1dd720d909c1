//! What speaks against a start address under its seed's own terms.

use super::fault::{Severity, quoted};
use crate::model::glob;
use crate::model::seed::{AddressPermission, Scope};
use std::net::IpAddr;
use url::{Host, Url};

/// Severity, problem and advice of everything that speaks against it.
pub(super) fn judge_start(
    url: &Url,
    scope: &Scope,
    addresses: &AddressPermission,
) -> Vec<(Severity, String, String)> {
    let mut out = Vec::new();
    let mut path = url.path().to_owned();
    if let Some(query) = url.query() {
        path = format!("{path}?{query}");
    }
    if let Some(pattern) = scope.exclude.iter().find(|p| glob::matches(p, &path)) {
        let problem = format!(
            "the start address is excluded by its own pattern {}",
            quoted(pattern)
        );
        out.push((
            Severity::Error,
            problem,
            "change `start` or `scope.exclude`".to_owned(),
        ));
    }
    if !scope.include.is_empty() && !scope.include.iter().any(|p| glob::matches(p, &path)) {
        let problem = "the start address matches no pattern of its own `include`".to_owned();
        out.push((
            Severity::Error,
            problem,
            "add its path to `scope.include`".to_owned(),
        ));
    }
    if let Some(address) = literal(url) {
        if is_special(address) && !permits(addresses, address) {
            let problem = format!("{address} is a special address and the seed does not allow it");
            let advice =
                format!("add addresses = [\"{address}\"] if this is a closed network of your own");
            out.push((Severity::Error, problem, advice));
        }
    } else if url.host_str() == Some("localhost") && addresses.networks.is_empty() {
        let problem = "localhost is this machine and the seed does not allow it".to_owned();
        out.push((
            Severity::Error,
            problem,
            "add addresses = [\"loopback\"] for a test".to_owned(),
        ));
    }
    out
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(v4) => Some(IpAddr::V4(v4)),
        Host::Ipv6(v6) => Some(v6.to_ipv4_mapped().map_or(IpAddr::V6(v6), IpAddr::V4)),
        Host::Domain(_) => None,
    }
}

/// Loopback, private, link-local and other addresses that are no public site (RFC 6890). The guard of the fetch decides; this only warns early.
fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = matches!(v4.octets(), [100, b, ..] if (64..128).contains(&b));
            v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || shared
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
        }
    }
}

fn permits(addresses: &AddressPermission, address: IpAddr) -> bool {
    addresses
        .networks
        .iter()
        .any(|(network, prefix)| match (network, address) {
            (IpAddr::V4(n), IpAddr::V4(a)) => {
                let shift = 32 - u32::from(*prefix).min(32);
                (u32::from(*n) ^ u32::from(a))
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(n), IpAddr::V6(a)) => {
                let shift = 128 - u32::from(*prefix).min(128);
                (u128::from(*n) ^ u128::from(a))
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        })
}
