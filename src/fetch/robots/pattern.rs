//! Path patterns of robots.txt and of scopes: `*` and a final `$`, matched in linear time.

/// A byte string in the form in which paths are compared: bytes outside ASCII percent-encoded, the hex digits of
/// percent-encodings in upper case (RFC 9309 section 2.2.2; Google's reference parser does the same).
pub(crate) fn escape(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, after @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                out.push('%');
                out.push(char::from(high.to_ascii_uppercase()));
                out.push(char::from(low.to_ascii_uppercase()));
                rest = after;
            }
            (0..0x80, _) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// An escaped string with percent-encoded unreserved characters decoded (`%7E` is `~`), as RFC 9309 section 2.2.2
/// asks before comparison.
pub(super) fn plain(escaped: &str) -> String {
    let bytes = escaped.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = bytes.get(at + 1..at + 3).filter(|_| byte == b'%');
        match code.and_then(decode_unreserved) {
            Some(c) => {
                out.push(c);
                at += 3;
            }
            None => {
                out.push(char::from(byte));
                at += 1;
            }
        }
    }
    out
}

/// The unreserved character (RFC 3986 section 2.3) behind two hex digits, if it is one.
fn decode_unreserved(hex: &[u8]) -> Option<char> {
    let digits = std::str::from_utf8(hex).ok()?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    unreserved.then(|| char::from(byte))
}

/// Whether `pattern` matches a beginning of `path`; `*` is any run of characters, a final `$` is the end.
///
/// Each piece between stars is looked for once, leftmost first, with a linear substring search: the work is
/// linear in the two lengths for each piece and there is no backtracking, whatever a hostile pattern says.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('$') {
        Some(body) => glob(body, path, true),
        None => glob(pattern, path, false),
    }
}

/// Whether `pattern` matches `text` from its beginning, and to its end when `anchored`; `*` is any run.
pub(crate) fn glob(pattern: &str, text: &str, anchored: bool) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return !anchored || rest.is_empty();
    };
    for piece in pieces.filter(|p| !p.is_empty()) {
        let Some((_, tail)) = rest.split_once(piece) else {
            return false;
        };
        rest = tail;
    }
    if anchored {
        rest.ends_with(last)
    } else {
        rest.contains(last)
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, glob, matches, plain};
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    #[test]
    fn escapes_and_plains() {
        assert_eq!(
            escape("/借款%e3%aa?q=%".as_bytes()),
            "/%E5%80%9F%E6%AC%BE%E3%AA?q=%"
        );
        assert_eq!(plain("/%62%7E%2F%2A%E3"), "/b~%2F%2A%E3");
        assert_eq!(plain("%"), "%");
        assert_eq!(plain("%+1%4"), "%+1%4");
    }

    #[test]
    fn patterns() {
        for (pattern, path, expected) in [
            ("/fish", "/fish.html", true),
            ("/fish", "/Fish", false),
            ("/*.php$", "/a/b.php", true),
            ("/*.php$", "/a/b.php?x", false),
            ("/a*b*c", "/a-b-b-c-d", true),
            ("/a*b*c$", "/a-b-c-b", false),
            ("/a$b", "/a$b", true),
            ("*", "/", true),
            ("/x**y$", "/xy", true),
            ("/ab*ba$", "/aba", false),
            ("$", "/", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
        assert!(glob("/a*", "/abc", true));
        assert!(!glob("/a", "/abc", true));
    }

    #[test]
    fn hostile_stars_do_not_blow_up() {
        let pattern = format!("/{}b$", "*a".repeat(200_000));
        let path = format!("/{}", "a".repeat(100_000));
        let begun = Instant::now();
        assert!(!matches(&pattern, &path));
        assert!(begun.elapsed() < Duration::from_secs(2));
    }

    /// The obvious quadratic matcher, to check the fast one against.
    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, _) => true,
            (Some((b'$', [])), _) => text.is_empty(),
            (Some((b'*', rest)), None) => slow(rest, text),
            (Some((b'*', rest)), Some((_, tail))) => slow(rest, text) || slow(pattern, tail),
            (Some((p, rest)), Some((t, tail))) => p == t && slow(rest, tail),
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_obvious_matcher(pattern in "/[ab*]{0,8}[$]?", path in "/[ab]{0,10}") {
            prop_assert_eq!(matches(&pattern, &path), slow(pattern.as_bytes(), path.as_bytes()));
        }

        #[test]
        fn any_bytes_escape_to_ascii(raw in proptest::collection::vec(any::<u8>(), 0..60)) {
            let escaped = escape(&raw);
            prop_assert!(escaped.is_ascii());
            prop_assert_eq!(escape(escaped.as_bytes()), escaped.clone());
            let _ = plain(&escaped);
        }
    }
}
