//! Gathering the clean-environment report when a run begins.

use crate::storage::digest::sha256;
use crate::wire::environment::{Environment, HostsFile};
use chrono::{SecondsFormat, Utc};
use std::fs;
use url::Url;

/// Variables by which programs are sent through a proxy.
const PROXY_VARIABLES: [&str; 4] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// What is found on this machine now. `proxy` is that of the configuration.
pub fn gather(proxy: Option<&str>) -> Environment {
    let host = line_of("/proc/sys/kernel/hostname")
        .or_else(|| line_of("/etc/hostname"))
        .or_else(|| std::env::var("COMPUTERNAME").ok());
    Environment {
        gathered: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        host: host.unwrap_or_else(|| "unknown".to_owned()),
        os: os(),
        browser: None,
        fresh_profile: true,
        clock: clock().to_owned(),
        clock_offset_ms: None,
        hosts_file: hosts_file(),
        proxy_variables: proxy_variables(),
        proxy: proxy.map(without_password),
    }
}

fn line_of(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().next()?.trim();
    (!line.is_empty()).then(|| line.chars().take(200).collect())
}

/// Such as `Debian GNU/Linux 12 (bookworm); linux 6.1.0 x86_64`.
fn os() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map_or(String::new(), |name| {
            format!("{}; ", name.trim_matches('"'))
        });
    let kernel = line_of("/proc/sys/kernel/osrelease").unwrap_or_else(|| "unknown".to_owned());
    format!(
        "{name}{} {kernel} {}",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// The offset itself is not measured: that would mean to ask a time server, and the answer would not be signed.
fn clock() -> &'static str {
    if fs::exists("/run/systemd/timesync/synchronized").unwrap_or(false) {
        "system clock, synchronised by systemd-timesyncd"
    } else if fs::exists("/run/chrony/chronyd.pid").unwrap_or(false) {
        "system clock, kept by chronyd"
    } else {
        "system clock, synchronisation unknown"
    }
}

fn hosts_file() -> Option<HostsFile> {
    let path = if cfg!(windows) {
        r"C:\Windows\System32\drivers\etc\hosts"
    } else {
        "/etc/hosts"
    };
    let bytes = fs::read(path).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(HostsFile {
        path: path.to_owned(),
        sha256: hex::encode(sha256(&bytes)),
        entries: text.lines().filter(|line| names_another(line)).count(),
    })
}

/// Whether a line of the hosts file sends a name elsewhere than to this machine.
fn names_another(line: &str) -> bool {
    let mut words = line.split('#').next().unwrap_or("").split_whitespace();
    let address = words.next().and_then(|word| word.parse().ok());
    let own = address.is_none_or(|ip: std::net::IpAddr| ip.is_loopback() || ip.is_multicast());
    !own && words.next().is_some()
}

fn proxy_variables() -> Vec<String> {
    let set = |name: &String| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let names = PROXY_VARIABLES.iter();
    names
        .flat_map(|name| [(*name).to_owned(), name.to_ascii_lowercase()])
        .filter(set)
        .collect()
}

fn without_password(proxy: &str) -> String {
    match Url::parse(proxy) {
        Ok(mut url) => {
            // Fails only for addresses that can have none.
            let _ = url.set_password(None);
            let _ = url.set_username("");
            url.to_string()
        }
        Err(_) => "an address that cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_do_not_reach_the_report() {
        let found = gather(Some("socks5h://user:secret@127.0.0.1:1080"));
        assert_eq!(found.proxy.as_deref(), Some("socks5h://127.0.0.1:1080"));
        assert!(!format!("{found:?}").contains("secret"));
        assert!(found.os.contains(std::env::consts::ARCH));
    }

    #[test]
    fn lines_of_the_hosts_file() {
        assert!(names_another("192.0.2.1 bank.test"));
        for own in [
            "",
            "# 192.0.2.1 x",
            "127.0.0.1 localhost",
            "::1 ip6-localhost",
            "192.0.2.1",
        ] {
            assert!(!names_another(own), "{own}");
        }
    }
}
