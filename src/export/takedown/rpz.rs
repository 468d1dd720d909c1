//! A DNS response policy zone (draft-vixie-dnsop-dns-rpz-00): names and addresses for which a resolver answers NXDOMAIN.
//!
//! All names are relative, so the operator gives the zone its name. The serial of the SOA record is that of the list.

use super::{head_lines, lifted_line};
use crate::model::takedown::action::Scope;
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::target::{TakedownTarget, TargetKind};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The zone file.
pub fn zone(list: &TakedownList) -> String {
    let mut text = String::new();
    for line in head_lines(list, "response policy zone") {
        text.push_str(&format!("; {line}\n"));
    }
    let serial = list.header().serial;
    text.push_str(&format!(
        "$TTL 300\n@ IN SOA localhost. hostmaster.localhost. {serial} 3600 600 604800 300\n@ IN NS localhost.\n"
    ));
    for owner in owners(list) {
        text.push_str(&owner);
        text.push_str(" CNAME .\n");
    }
    for entry in list.lifted().filter(|e| fits(e.target().kind())) {
        text.push_str(&format!("; {}\n", lifted_line(entry)));
    }
    text
}

fn fits(kind: TargetKind) -> bool {
    matches!(
        kind,
        TargetKind::Domain | TargetKind::Subdomain | TargetKind::Ip
    )
}

/// Owner names, each once: the name, its wildcard where everything beneath is meant, addresses as triggers.
fn owners(list: &TakedownList) -> BTreeSet<String> {
    let mut owners = BTreeSet::new();
    for entry in list.active() {
        let target = entry.target();
        match target.kind() {
            TargetKind::Domain | TargetKind::Subdomain => {
                owners.insert(target.value().to_owned());
                if entry.draft().scope == Scope::Subtree {
                    owners.insert(format!("*.{}", target.value()));
                }
            }
            TargetKind::Ip => owners.extend(trigger(target)),
            _ => {}
        }
    }
    owners
}

/// `24.0.113.0.203.rpz-ip`: length of the prefix, then the address from its end.
fn trigger(target: &TakedownTarget) -> Option<String> {
    let (address, length) = target.network()?;
    let parts: Vec<String> = match address {
        IpAddr::V4(ip) => ip.octets().iter().rev().map(u8::to_string).collect(),
        IpAddr::V6(ip) => reversed(&ip.segments()),
    };
    Some(format!("{length}.{}.rpz-ip", parts.join(".")))
}

/// The groups of an IPv6 address from its end, the longest run of zeros as `zz` as BIND wants it.
fn reversed(groups: &[u16; 8]) -> Vec<String> {
    let mut best = (0, 0);
    let mut at = 0;
    while at < groups.len() {
        let run = groups.iter().skip(at).take_while(|g| **g == 0).count();
        if run > best.1 && run > 1 {
            best = (at, run);
        }
        at += run.max(1);
    }
    let mut parts = Vec::new();
    for (n, group) in groups.iter().enumerate() {
        if n == best.0 && best.1 > 0 {
            parts.push("zz".to_owned());
        } else if n < best.0 || n >= best.0 + best.1 {
            parts.push(format!("{group:x}"));
        }
    }
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_from_their_end() {
        for (ip, owner) in [
            ("203.0.113.0/24", "24.0.113.0.203.rpz-ip"),
            ("203.0.113.7", "32.7.113.0.203.rpz-ip"),
            ("2001:db8::1", "128.1.zz.db8.2001.rpz-ip"),
            ("2001:db8:1:2::/64", "64.zz.2.1.db8.2001.rpz-ip"),
            ("2001:db8:1:2:3:4:5:6", "128.6.5.4.3.2.1.db8.2001.rpz-ip"),
        ] {
            let target = TakedownTarget::parse(TargetKind::Ip, ip).unwrap();
            assert_eq!(trigger(&target).as_deref(), Some(owner));
        }
    }
}
