//! When two addresses are one: normalisation of URLs and the key of a visit.

use sha2::{Digest, Sha256};
use std::fmt;
use url::Url;

/// Query parameters that only say where a visitor came from; compared without case.
/// Names ending in `*` match by prefix. Kept short on purpose: a wrongly dropped parameter loses a page, a wrongly
/// kept one only fetches it twice.
const TRACKING: [&str; 31] = [
    // Google Analytics and ad click ids
    "utm_*",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "_ga",
    "_gl",
    // other click ids
    "fbclid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    // Alibaba
    "spm",
    "scm",
    // Baidu: click id and Tongji campaign parameters
    "bd_vid",
    "bd_source",
    "hmsr",
    "hmpl",
    "hmcu",
    "hmkw",
    "hmci",
    // Tencent, Bilibili, Zhihu, Weibo and share buttons
    "vd_source",
    "spm_id_from",
    "from_source",
    "from_spmid",
    "wxfrom",
    "share_source",
    "share_medium",
    "share_token",
    "share_from",
];

/// Query and path parameters that name a session, not a page; compared without case.
const SESSION: [&str; 7] = [
    "jsessionid",
    "phpsessid",
    "sid",
    "sessionid",
    "session_id",
    "aspsessionid*",
    "cfid",
];

/// The normal form of an address: the one that is queued, fetched, and hashed to a [`VisitKey`].
///
/// Syntax-based normalisation of RFC 3986 section 6.2.2 and scheme-based of 6.2.3. Lower-case scheme and host, default
/// port, dot segments and the empty path are the `url` parser's work; here percent-escapes get upper-case digits and
/// unreserved characters are decoded, the fragment goes, a trailing dot of the host goes, tracking parameters and
/// session ids go, and a query left empty goes. The order of the other parameters is kept: servers may mind it.
/// Addresses that are not http or https only lose their fragment.
pub fn normalise(url: &Url) -> Url {
    let mut out = url.clone();
    out.set_fragment(None);
    if !matches!(out.scheme(), "http" | "https") {
        return out;
    }
    trim_host(&mut out);
    // Dropping a parameter can end the reason to leave an escape alone, so a change asks for another round. Each round
    // leaves a shorter address, or the last one.
    loop {
        let before = out.clone();
        let path = strip_path_sessions(&normalise_escapes(out.path()));
        out.set_path(&path);
        let query = out.query().and_then(|q| strip_query(&normalise_escapes(q)));
        out.set_query(query.as_deref());
        if out == before || out.as_str().len() >= before.as_str().len() {
            return out;
        }
    }
}

/// Drops the root label's dot: `a.test.` and `a.test` are one host to every server we ask.
fn trim_host(url: &mut Url) {
    let Some(host) = url.host_str().filter(|h| h.ends_with('.')) else {
        return;
    };
    let trimmed = host.trim_end_matches('.').to_owned();
    if !trimmed.is_empty() {
        // A host that cannot be set stays as it was; the result is still stable.
        let _ = url.set_host(Some(&trimmed));
    }
}

/// Upper-case escape digits, unreserved characters decoded (RFC 3986 sections 6.2.2.1 and 6.2.2.2).
///
/// An escape that follows a broken one (`%2%45`) is left alone, since decoding it would complete the broken one and
/// change the meaning; this also makes the function idempotent.
fn normalise_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut broken_until = 0;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let Some(byte) = escape_at(text, at) else {
            broken_until = at + 3;
            out.push('%');
            continue;
        };
        chars.next();
        chars.next();
        if is_unreserved(byte) && at >= broken_until {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The byte of the escape `%XX` at `at`, if it is whole.
fn escape_at(text: &str, at: usize) -> Option<u8> {
    let digits = text.get(at + 1..at + 3)?;
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u8::from_str_radix(digits, 16).ok())?
}

/// RFC 3986 section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Drops session parameters from path segments: `/a;jsessionid=1F/b` is `/a/b`.
fn strip_path_sessions(path: &str) -> String {
    if !path.contains(';') {
        return path.to_owned();
    }
    let segments: Vec<String> = path.split('/').map(strip_segment).collect();
    segments.join("/")
}

/// One path segment without its session parameters.
fn strip_segment(segment: &str) -> String {
    let mut parts = segment.split(';');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts.filter(|p| !is_listed(p, &SESSION)) {
        kept.push(';');
        kept.push_str(part);
    }
    kept
}

/// A query without its dropped parameters; `None` when nothing is left.
fn strip_query(query: &str) -> Option<String> {
    let kept: Vec<&str> = query
        .split('&')
        .filter(|p| !p.is_empty() && !is_listed(p, &TRACKING) && !is_listed(p, &SESSION))
        .collect();
    (!kept.is_empty()).then(|| kept.join("&"))
}

/// Whether the name of `name=value` stands in a list.
fn is_listed(parameter: &str, list: &[&str]) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(prefix) => name
            .get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix)),
        None => name.eq_ignore_ascii_case(entry),
    })
}

/// Identity of a visit within a run: the first 4 bytes of the SHA-256 of the host, then the first 12 bytes of the
/// SHA-256 of the whole normalised address.
///
/// The host comes first so that the keys of one host lie together: a page mostly links to its own host, and looking up
/// its links touches a few pages of the database instead of one for each. 96 bits tell the addresses apart: among five
/// million the chance of any collision is below 1.6e-16.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VisitKey([u8; 16]);

/// Bytes of a key that tell the host.
const HOST_BYTES: usize = 4;

impl VisitKey {
    /// The key of an address, normalised first.
    pub fn of(url: &Url) -> Self {
        let url = normalise(url);
        let host = Sha256::digest(url.host_str().unwrap_or_default().as_bytes());
        let whole = Sha256::digest(url.as_str().as_bytes());
        let mut key = [0; 16];
        let bytes = host.iter().take(HOST_BYTES).chain(whole.iter());
        for (to, from) in key.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self(key)
    }

    /// The key of the same address seen from another vantage; number 0 is the base, whose key stays as it is. The bytes
    /// that tell the host stay, so that the keys of one host still lie together.
    pub fn seen_from(self, vantage: u8) -> Self {
        if vantage == 0 {
            return self;
        }
        let mut hash = Sha256::new();
        hash.update(b"wangxun-vantage");
        hash.update([vantage]);
        hash.update(self.0);
        let mut key = self.0;
        for (to, from) in key.iter_mut().skip(HOST_BYTES).zip(hash.finalize()) {
            *to = from;
        }
        Self(key)
    }

    /// The key of stored bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The key's bytes, as stored.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// 32 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }

    /// The key of 32 hexadecimal digits, if they are that.
    pub fn parse(digits: &str) -> Option<Self> {
        let mut key = [0; 16];
        hex::decode_to_slice(digits, &mut key).ok()?;
        Some(Self(key))
    }
}

impl fmt::Debug for VisitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VisitKey({})", self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(from: &str, to: &str) {
        let url = Url::parse(from).unwrap();
        assert_eq!(normalise(&url).as_str(), to, "from {from}");
    }

    #[test]
    fn syntax_and_scheme_rules() {
        check("HTTP://WWW.A.Test:80", "http://www.a.test/");
        check("https://a.test:443/x", "https://a.test/x");
        check("https://a.test:8443/x", "https://a.test:8443/x");
        check("http://a.test/b/../c/./d", "http://a.test/c/d");
        check("http://a.test/%7eu/%e4%b8%ad", "http://a.test/~u/%E4%B8%AD");
        check("http://a.test/%41%2f%3F", "http://a.test/A%2F%3F");
        check("http://a.test./p#frag", "http://a.test/p");
        check("http://a.test/?", "http://a.test/");
        check("http://[::1]:80/", "http://[::1]/");
        check(
            "mailto:x@a.test?utm_source=1",
            "mailto:x@a.test?utm_source=1",
        );
    }

    #[test]
    fn tracking_and_sessions_go_and_order_stays() {
        check(
            "http://a.test/p?b=2&utm_source=x&a=1&SPM=q&from_source=w",
            "http://a.test/p?b=2&a=1",
        );
        check("http://a.test/p?utm_campaign=x", "http://a.test/p");
        check("http://a.test/p?utm_campaign", "http://a.test/p");
        check("http://a.test/p?PHPSESSID=0&id=7", "http://a.test/p?id=7");
        check(
            "http://a.test/p;jsessionid=AB.c?id=7",
            "http://a.test/p?id=7",
        );
        // The broken escape goes with its parameter, and the next one is no longer beside it.
        check(
            "http://a.test/;jsessionid=1%/%2e&x=1",
            "http://a.test//.&x=1",
        );
        check(
            "http://a.test/p;v=1;JSESSIONID=2/q",
            "http://a.test/p;v=1/q",
        );
        check(
            "http://a.test/p?%75tm_source=x&sidebar=1",
            "http://a.test/p?sidebar=1",
        );
        check(
            "http://a.test/p?source=1&spmx=2&sid_x=3",
            "http://a.test/p?source=1&spmx=2&sid_x=3",
        );
    }

    #[test]
    fn broken_escapes_stay_broken() {
        check("http://a.test/%2%45", "http://a.test/%2%45");
        check("http://a.test/%%41", "http://a.test/%%41");
        check("http://a.test/%zz%41", "http://a.test/%zzA");
        check("http://a.test/100%", "http://a.test/100%");
    }

    #[test]
    fn keys_of_one_page_agree() {
        let key = |s: &str| VisitKey::of(&Url::parse(s).unwrap());
        assert_eq!(
            key("http://a.test:80/%41?utm_id=1#f"),
            key("http://A.test/A")
        );
        assert_ne!(key("http://a.test/"), key("https://a.test/"));
        assert_eq!(
            key("http://a.test/").hex()[..8],
            key("https://a.test/x").hex()[..8]
        );
        assert_ne!(
            key("http://a.test/").hex()[..8],
            key("http://b.test/").hex()[..8]
        );
        assert_eq!(
            VisitKey::parse(&key("http://a.test/").hex()),
            Some(key("http://a.test/"))
        );
        assert_eq!(VisitKey::parse("zz"), None);
    }

    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("%".to_owned()),
            Just("%2".to_owned()),
            Just("%2e".to_owned()),
            Just("/".to_owned()),
            Just("..".to_owned()),
            Just(";jsessionid=1".to_owned()),
            Just("?".to_owned()),
            Just("&utm_x=1".to_owned()),
            Just("sid=".to_owned()),
            Just("\\".to_owned()),
            Just("中".to_owned()),
            "[a-zA-Z0-9%;:@&=+$,/?#\\[\\]. ]{0,6}",
            any::<String>(),
        ];
        proptest::collection::vec(piece, 0..12)
            .prop_map(|v| format!("http://a.test/{}", v.concat()))
    }

    proptest! {
        #[test]
        fn idempotent(text in hostile()) {
            if let Ok(url) = Url::parse(&text) {
                let once = normalise(&url);
                prop_assert_eq!(&normalise(&once), &once);
                prop_assert_eq!(VisitKey::of(&url), VisitKey::of(&once));
                let again = Url::parse(once.as_str());
                prop_assert_eq!(again.as_ref(), Ok(&once));
            }
        }

        #[test]
        fn any_url_is_taken(text in ".{0,60}", scheme in "(http|https|ftp|file|data|javascript)") {
            for t in [text.clone(), format!("{scheme}:{text}"), format!("{scheme}://{text}")] {
                if let Ok(url) = Url::parse(&t) {
                    let once = normalise(&url);
                    prop_assert_eq!(&normalise(&once), &once);
                }
            }
        }
    }
}
