//! Cookies, kept per seed and host in a bounded jar. No seed sees another's, no host another's: `Domain` is not
//! honoured, because a patrol needs no sign-on across hosts.

use super::bounded::Bounded;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// Jars kept at once.
const JARS: usize = 4_096;
/// Cookies kept in one jar.
const COOKIES: usize = 40;
/// Longest name and value together (RFC 6265 section 6.1).
const COOKIE_BYTES: usize = 4_096;
/// Longest `Cookie` header sent.
const HEADER_BYTES: usize = 8_192;

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    secure: bool,
}

/// All jars.
#[derive(Debug)]
pub(super) struct Jars {
    jars: Mutex<Bounded<(String, String), Vec<Cookie>>>,
}

impl Jars {
    /// No cookies yet.
    pub(super) fn new() -> Self {
        Self {
            jars: Mutex::new(Bounded::new(JARS)),
        }
    }

    /// The `Cookie` header for a request, if there is anything to send.
    pub(super) fn header(&self, seed_id: &str, url: &Url) -> Option<String> {
        let mut jars = self.jars.lock().unwrap_or_else(PoisonError::into_inner);
        let jar = jars.get(&key(seed_id, url))?;
        let mut header = String::new();
        let fitting = jar.iter().filter(|c| c.fits(url));
        for cookie in fitting {
            let pair = format!("{}={}", cookie.name, cookie.value);
            if header.len() + pair.len() + 2 > HEADER_BYTES {
                break;
            }
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(&pair);
        }
        (!header.is_empty()).then_some(header)
    }

    /// Takes one `Set-Cookie` value; says whether the jar changed.
    pub(super) fn take(&self, seed_id: &str, url: &Url, set_cookie: &[u8]) -> bool {
        let Some((cookie, dead)) = parse(set_cookie, url) else {
            return false;
        };
        let mut jars = self.jars.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(seed_id, url);
        if jars.get(&key).is_none() {
            jars.insert(key.clone(), Vec::new());
        }
        let Some(jar) = jars.get(&key) else {
            return false;
        };
        let same = |c: &Cookie| c.name == cookie.name && c.path == cookie.path;
        let before = jar.iter().position(same).map(|at| jar.remove(at));
        if dead {
            return before.is_some();
        }
        if jar.len() >= COOKIES {
            jar.remove(0);
        }
        let changed = before.is_none_or(|b| b.value != cookie.value);
        jar.push(cookie);
        changed
    }
}

impl Cookie {
    fn fits(&self, url: &Url) -> bool {
        let below = url.path().strip_prefix(&self.path).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/')
        });
        below && (!self.secure || url.scheme() == "https")
    }
}

fn key(seed_id: &str, url: &Url) -> (String, String) {
    (
        seed_id.to_owned(),
        url.host_str().unwrap_or_default().to_owned(),
    )
}

/// A cookie, and whether it is meant to be forgotten. Lifetimes beyond that do not matter to one patrol.
fn parse(set_cookie: &[u8], url: &Url) -> Option<(Cookie, bool)> {
    let text = std::str::from_utf8(set_cookie).ok()?;
    let mut parts = text.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let sendable = |s: &str| s.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    let fits = name.len() + value.len() <= COOKIE_BYTES && sendable(name) && sendable(value);
    if name.is_empty() || !fits {
        return None;
    }
    let mut cookie = Cookie {
        name: name.to_owned(),
        value: value.to_owned(),
        path: default_path(url),
        secure: false,
    };
    let mut dead = false;
    for part in parts {
        let (attribute, said) = part.split_once('=').unwrap_or((part, ""));
        match attribute.trim().to_ascii_lowercase().as_str() {
            "path" if said.trim().starts_with('/') => cookie.path = said.trim().to_owned(),
            "secure" => cookie.secure = true,
            "max-age" => dead = said.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0),
            _ => {}
        }
    }
    Some((cookie, dead))
}

/// The directory of the address (RFC 6265 section 5.1.4).
fn default_path(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        Some(("", _)) | None => "/".to_owned(),
        Some((directory, _)) => directory.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Jars;
    use proptest::prelude::*;
    use url::Url;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("test address")
    }

    #[test]
    fn cookies_go_back_to_their_host_and_path_and_seed_only() {
        let jars = Jars::new();
        let home = url("http://a.test/in/x");
        assert!(jars.take("s", &home, b"k=1; Path=/; HttpOnly"));
        assert!(!jars.take("s", &home, b"k=1; path=/"));
        assert!(jars.take("s", &home, b"deep=2"));
        assert!(jars.take("s", &home, b"tls=3; Secure; Path=/"));
        assert_eq!(jars.header("s", &home).as_deref(), Some("k=1; deep=2"));
        assert_eq!(
            jars.header("s", &url("http://a.test/inn")).as_deref(),
            Some("k=1")
        );
        assert_eq!(jars.header("s", &url("http://b.test/in/x")), None);
        assert_eq!(jars.header("t", &home), None);
        assert!(jars.take("s", &home, b"k=; Max-Age=0; Path=/"));
        assert_eq!(jars.header("s", &url("http://a.test/")), None);
    }

    #[test]
    fn a_flood_is_bounded() {
        let jars = Jars::new();
        let home = url("http://a.test/");
        for n in 0..10_000 {
            jars.take("s", &home, format!("c{n}={}", "v".repeat(500)).as_bytes());
        }
        assert!(jars.header("s", &home).is_some_and(|h| h.len() <= 8_192));
    }

    proptest! {
        #[test]
        fn any_value_is_survived(value in proptest::collection::vec(any::<u8>(), 0..80)) {
            let jars = Jars::new();
            let home = url("http://a.test/");
            jars.take("s", &home, &value);
            if let Some(header) = jars.header("s", &home) {
                prop_assert!(header.bytes().all(|b| (0x20..0x7F).contains(&b)));
            }
        }
    }
}
