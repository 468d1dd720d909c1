//! Targets that are addresses of the internet protocol, or ranges of them.

use super::{TakedownTarget, TargetKind};
use crate::model::takedown::refusal::Refusal;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Address and length of the network part; `None` for anything else.
pub(super) fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = match length {
        None => most,
        Some(digits) if digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|l| *l <= most)?
        }
        Some(_) => return None,
    };
    Some((address, length))
}

/// An address of the internet protocol, or a range.
pub(super) fn range(text: &str) -> Result<TakedownTarget, Refusal> {
    let Some((address, length)) = network(text) else {
        return Err(Refusal::new(
            "bad-address",
            text,
            "it is no address of the internet protocol",
            "write it as 203.0.113.7, 203.0.113.0/24 or 2001:db8::1",
        ));
    };
    let whole = if address.is_ipv4() { 32 } else { 128 };
    let first = first(address, length);
    if first != address {
        return Err(Refusal::new(
            "host-bits",
            text,
            "the address lies inside the range and does not begin it",
            format!("write {first}/{length}, or the address alone"),
        ));
    }
    special(text, address)?;
    let value = match length == whole {
        true => address.to_string(),
        false => format!("{address}/{length}"),
    };
    Ok(TakedownTarget {
        kind: TargetKind::Ip,
        shown: value.clone(),
        value,
        registrable: None,
    })
}

/// The first address of a range.
fn first(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(ip) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(ip) & mask))
        }
        IpAddr::V6(ip) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(ip) & mask))
        }
    }
}

/// Addresses that are nobody's site (RFC 6890).
pub(super) fn special(text: &str, address: IpAddr) -> Result<(), Refusal> {
    let special = match address {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            matches!(a, 0 | 10 | 127 | 224..=255)
                || (a == 169 && b == 254)
                || (a == 172 && (16..32).contains(&b))
                || (a == 192 && b == 168)
                || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(ip) => {
            let head = ip.segments().first().copied().unwrap_or(0);
            head == 0 || head & 0xfe00 == 0xfc00 || head & 0xffc0 == 0xfe80 || head >= 0xff00
        }
    };
    match special {
        true => Err(Refusal::new(
            "special-address",
            text,
            "it is a private, local or otherwise special address",
            "list the public address under which the site answered",
        )),
        false => Ok(()),
    }
}
