//! Sort-friendly keys of addresses, as the index lines of web archives have them (SURT; the canonical form that
//! cdxj-indexer uses, described by the Internet Archive's URL canonicalisation rules).

use regex::bytes::Regex;
use std::sync::LazyLock;

/// The key of an address: host turned round, `www.` and default port dropped, path and query in lower case, query
/// parameters sorted, session ids dropped. An address that has no such form is its own key.
pub fn surt(url: &str) -> String {
    if url.is_empty() {
        return "-".to_owned();
    }
    if url.starts_with("filedesc") {
        return url.to_owned();
    }
    let key = canonical(url).and_then(|bytes| String::from_utf8(bytes).ok());
    key.unwrap_or_else(|| url.to_owned())
}

/// The parts of an address (RFC 3986 appendix B).
struct Parts {
    scheme: Vec<u8>,
    authority: Vec<u8>,
    path: Vec<u8>,
    query: Option<Vec<u8>>,
}

fn canonical(url: &str) -> Option<Vec<u8>> {
    let parts = split(prepare(url.as_bytes()));
    let (host, port) = host_and_port(&parts)?;
    let (host, raw_path) = borrow_host(&parts, host);
    let mut key = Vec::with_capacity(url.len() + 8);
    if host.is_empty() {
        key.extend_from_slice(&parts.scheme);
        key.push(b':');
    } else {
        key.extend_from_slice(&turned(&massage(&canonical_host(&host))));
        let default: u32 = match parts.scheme.to_ascii_lowercase().as_slice() {
            b"http" => 80,
            b"https" => 443,
            _ => 0,
        };
        if let Some(port) = port.filter(|p| *p != default && *p != 0) {
            key.extend_from_slice(format!(":{port}").as_bytes());
        }
        key.push(b')');
    }
    let path = canonical_path(&raw_path, !host.is_empty());
    let query = parts.query.and_then(|q| canonical_query(&q));
    key.extend_from_slice(&path);
    if path.is_empty() && query.is_some() {
        key.push(b'/');
    }
    if let Some(query) = query {
        key.push(b'?');
        key.extend_from_slice(&query);
    }
    Some(key)
}

/// White space around and line ends within dropped, a scheme put before when there is none, doubled ones dropped.
fn prepare(url: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = url.trim_ascii().to_vec();
    bytes.retain(|b| !matches!(b, b'\n' | b'\r' | b'\t'));
    if !has_scheme(&bytes) {
        bytes.splice(0..0, *b"http://");
    }
    // Of several schemes the last one counts.
    while let Some(length) = web_scheme(&bytes)
        && bytes
            .get(length..)
            .is_some_and(|rest| web_scheme(rest).is_some())
    {
        bytes.drain(..length);
    }
    bytes
}

fn web_scheme(bytes: &[u8]) -> Option<usize> {
    [b"http://".as_slice(), b"https://"]
        .into_iter()
        .find(|scheme| bytes.starts_with(scheme))
        .map(<[u8]>::len)
}

fn has_scheme(bytes: &[u8]) -> bool {
    let name = bytes.split(|b| *b == b':').next().unwrap_or_default();
    name.len() < bytes.len()
        && name.first().is_some_and(u8::is_ascii_alphabetic)
        && name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
}

fn split(bytes: Vec<u8>) -> Parts {
    let find = |bytes: &[u8], set: &[u8]| {
        bytes
            .iter()
            .position(|b| set.contains(b))
            .unwrap_or(bytes.len())
    };
    let (scheme, rest) = bytes.split_at(find(&bytes, b":"));
    let rest = rest.get(1..).unwrap_or_default();
    let rest = rest.get(..find(rest, b"#")).unwrap_or_default();
    let (authority, rest) = match rest.strip_prefix(b"//") {
        Some(after) => after.split_at(find(after, b"/?")),
        None => (b"".as_slice(), rest),
    };
    let (path, query) = rest.split_at(find(rest, b"?"));
    Parts {
        scheme: scheme.to_vec(),
        authority: authority.to_vec(),
        path: path.to_vec(),
        query: query.get(1..).filter(|q| !q.is_empty()).map(<[u8]>::to_vec),
    }
}

/// Host in lower case and port; `None` when the port is no number up to 65535.
fn host_and_port(parts: &Parts) -> Option<(Vec<u8>, Option<u32>)> {
    let mut authority = parts.authority.as_slice();
    while let Some(shorter) = authority.strip_suffix(b":") {
        authority = shorter;
    }
    let start = authority
        .iter()
        .rposition(|b| *b == b'@')
        .map_or(0, |i| i + 1);
    let place = authority.get(start..).unwrap_or_default();
    let (host, port) = match place.strip_prefix(b"[") {
        Some(inside) => {
            let end = inside
                .iter()
                .position(|b| *b == b']')
                .unwrap_or(inside.len());
            let (host, rest) = inside.split_at(end);
            (
                host,
                rest.iter()
                    .position(|b| *b == b':')
                    .and_then(|i| rest.get(i + 1..)),
            )
        }
        None => match place.iter().position(|b| *b == b':') {
            Some(colon) => (
                place.get(..colon).unwrap_or_default(),
                place.get(colon + 1..),
            ),
            None => (place, None),
        },
    };
    let port = match port.filter(|p| !p.is_empty()) {
        Some(digits) => Some(
            std::str::from_utf8(digits)
                .ok()?
                .parse::<u16>()
                .ok()?
                .into(),
        ),
        None => None,
    };
    Some((host.to_ascii_lowercase(), port))
}

/// `http:////host/path` is read as `http://host/path`.
fn borrow_host(parts: &Parts, host: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    if !host.is_empty() || !parts.scheme.starts_with(b"http") || parts.path.is_empty() {
        return (host, parts.path.clone());
    }
    let start = parts
        .path
        .iter()
        .position(|b| *b != b'/')
        .unwrap_or(parts.path.len());
    let rest = parts.path.get(start..).unwrap_or_default();
    let end = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
    let (host, after) = rest.split_at(end);
    let mut path = b"/".to_vec();
    path.extend_from_slice(after.get(1..).unwrap_or_default());
    (host.to_vec(), path)
}

fn canonical_host(host: &[u8]) -> Vec<u8> {
    let host = unescaped(host);
    let mut single = Vec::with_capacity(host.len());
    let mut rest = host.as_slice();
    while let Some((&byte, tail)) = rest.split_first() {
        single.push(byte);
        rest = if byte == b'.' {
            tail.strip_prefix(b".").unwrap_or(tail)
        } else {
            tail
        };
    }
    let start = single
        .iter()
        .position(|b| *b != b'.')
        .unwrap_or(single.len());
    let end = single
        .iter()
        .rposition(|b| *b != b'.')
        .map_or(start, |i| i + 1);
    let bare = single.get(start..end).unwrap_or_default();
    match address(bare) {
        Some(address) => address.into_bytes(),
        None => escaped(&bare.to_ascii_lowercase()),
    }
}

/// An IPv4 address in any of the spellings that `inet_aton` takes.
fn address(host: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(host).ok()?;
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        // Masked to the lower four bytes, however long.
        let number = text.bytes().fold(0u32, |n, b| {
            n.wrapping_mul(10).wrapping_add(u32::from(b - b'0'))
        });
        return Some(std::net::Ipv4Addr::from(number).to_string());
    }
    let numbers: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, leading) = numbers.split_last()?;
    if leading.len() > 3 || leading.iter().any(|n| *n > 255) {
        return None;
    }
    let bits = 8 * (4 - leading.len() as u32);
    if *last >> bits != 0 {
        return None;
    }
    let high = leading.iter().fold(0u64, |sum, n| (sum << 8) | n) << bits;
    u32::try_from(high | last)
        .ok()
        .map(|n| std::net::Ipv4Addr::from(n).to_string())
}

fn number(part: &str) -> Option<u64> {
    let radix = if part.len() > 1 && part.starts_with('0') {
        8
    } else {
        10
    };
    u64::from_str_radix(part, radix)
        .ok()
        .filter(|n| *n <= u64::from(u32::MAX))
}

/// Without `www.`, `www2.` and the like.
fn massage(host: &[u8]) -> Vec<u8> {
    let rest = host.strip_prefix(b"www").map(|after| {
        let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
        after.get(digits..).unwrap_or_default()
    });
    match rest.and_then(|r| r.strip_prefix(b".")) {
        Some(bare) => bare.to_vec(),
        None => host.to_vec(),
    }
}

fn turned(host: &[u8]) -> Vec<u8> {
    let mut labels: Vec<&[u8]> = host.split(|b| *b == b'.').collect();
    labels.reverse();
    labels.join(&b","[..])
}

fn canonical_path(path: &[u8], has_host: bool) -> Vec<u8> {
    let mut path = unescaped(path);
    if has_host {
        path = folders(&path);
    }
    let path = escaped(&path).to_ascii_lowercase();
    let mut path = without_path_session(path);
    if path.len() > 1 && path.ends_with(b"/") {
        path.pop();
    }
    path
}

/// `.` and `..` and doubled slashes undone.
fn folders(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/').skip(1) {
        match part {
            b"." => {}
            b".." => {
                if kept.pop().is_none() {
                    kept.push(part);
                }
            }
            _ => kept.push(part),
        }
    }
    let mut out = b"/".to_vec();
    let Some((last, leading)) = kept.split_last() else {
        return out;
    };
    for part in leading.iter().filter(|p| !p.is_empty()) {
        out.extend_from_slice(part);
        out.push(b'/');
    }
    out.extend_from_slice(last);
    out
}

fn canonical_query(query: &[u8]) -> Option<Vec<u8>> {
    let query = without_query_session(escaped(&unescaped(query))).to_ascii_lowercase();
    if query.len() <= 1 {
        return Some(query).filter(|q| !q.is_empty());
    }
    let mut pairs: Vec<(&[u8], Option<&[u8]>)> = query.split(|b| *b == b'&').map(pair).collect();
    pairs.sort();
    let mut out = Vec::with_capacity(query.len());
    for (index, (name, value)) in pairs.into_iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        if let Some(value) = value {
            out.push(b'=');
            out.extend_from_slice(value);
        }
    }
    Some(out)
}

fn pair(argument: &[u8]) -> (&[u8], Option<&[u8]>) {
    match argument.iter().position(|b| *b == b'=') {
        Some(at) => (
            argument.get(..at).unwrap_or_default(),
            argument.get(at + 1..),
        ),
        None => (argument, None),
    }
}

/// All `%XX` undone, also those that only then appear. The patterns cannot overlap, so one pass with a look back
/// reaches the same end as undoing again and again.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for byte in bytes {
        out.push(*byte);
        while let [.., b'%', high, low] = out.as_slice() {
            let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low)) else {
                break;
            };
            out.truncate(out.len() - 3);
            out.push(high * 16 + low);
        }
    }
    out
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

/// Controls, space, `#`, `%` and all beyond ASCII as `%XX`.
fn escaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'#' | b'%' | 0..=b' ' | 0x7f.. => {
                out.extend_from_slice(format!("%{byte:02X}").as_bytes())
            }
            _ => out.push(*byte),
        }
    }
    out
}

fn patterns(sources: &[&str]) -> Vec<Regex> {
    sources.iter().filter_map(|s| Regex::new(s).ok()).collect()
}

/// Session ids of ASP.NET in the path.
fn without_path_session(path: Vec<u8>) -> Vec<u8> {
    static SESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        patterns(&[
            r"(?i-u)^(.*/)(\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$",
            r"(?i-u)^(.*/)(\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$",
        ])
    });
    if !path.contains(&b'(') {
        return path;
    }
    SESSIONS.iter().fold(path, |path, pattern| {
        pattern.replace(&path, &b"$1$3"[..]).into_owned()
    })
}

/// Well-known session parameters of the query.
fn without_query_session(query: Vec<u8>) -> Vec<u8> {
    static SESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        patterns(&[
            r"(?i-u)^(.*)(?:jsessionid=[0-9a-zA-Z]{32})(?:&(.*))?$",
            r"(?i-u)^(.*)(?:phpsessid=[0-9a-zA-Z]{32})(?:&(.*))?$",
            r"(?i-u)^(.*)(?:sid=[0-9a-zA-Z]{32})(?:&(.*))?$",
            r"(?i-u)^(.*)(?:ASPSESSIONID[a-zA-Z]{8}=[a-zA-Z]{24})(?:&(.*))?$",
            r"(?i-u)^(.*)(?:cfid=[^&]+&cftoken=[^&]+)(?:&(.*))?$",
        ])
    });
    SESSIONS.iter().fold(query, |query, pattern| {
        pattern.replace(&query, &b"$1$2"[..]).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers of the reference implementation (Python package surt 0.3.1).
    #[test]
    fn keys_are_those_of_the_reference() {
        for (url, key) in include_str!("surt_vectors.txt")
            .lines()
            .filter_map(|l| l.split_once('\t'))
        {
            assert_eq!(surt(url), key, "{url}");
        }
    }
}
