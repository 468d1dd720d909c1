//! Start addresses: from what people write to a URL.

use url::Url;

/// Longest start address, in bytes.
const LONGEST: usize = 2048;

/// A start address as a list in TOML must write it: with its scheme.
pub(super) fn strict(text: &str) -> Result<Url, (String, String)> {
    if !text.contains("://") {
        let advice = format!("write the scheme too, such as \"https://{}\"", shown(text));
        return Err(("the address has no scheme".to_owned(), advice));
    }
    parse(text)
}

/// A start address as spreadsheets hold it: without scheme, with spaces, in full-width characters.
pub(super) fn lenient(text: &str) -> Result<Url, (String, String)> {
    let folded = fold(text);
    let lower = folded.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") || folded.contains("://") {
        return parse(&folded);
    }
    let bare = folded.trim_start_matches("//");
    if !bare
        .split(['/', '?', '#'])
        .next()
        .unwrap_or("")
        .contains('.')
    {
        return Err((
            "this is not an address".to_owned(),
            "write a host name, such as www.example.test".to_owned(),
        ));
    }
    parse(&format!("http://{bare}"))
}

/// Half-width, without spaces and invisible characters, with dots for ideographic full stops.
fn fold(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '。' | '．' | '｡' => Some('.'),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
            c if c.is_whitespace() || c.is_control() => None,
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
            c => Some(c),
        })
        .collect()
}

fn shown(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    short.escape_debug().to_string()
}

fn parse(text: &str) -> Result<Url, (String, String)> {
    let fail = |problem: &str, advice: &str| Err((problem.to_owned(), advice.to_owned()));
    if text.len() > LONGEST {
        return fail("the address is longer than 2048 bytes", "shorten it");
    }
    let mut url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            let problem = format!("not an address: {error}");
            return Err((
                problem,
                "write such as \"https://www.example.test/\"".to_owned(),
            ));
        }
    };
    if !matches!(url.scheme(), "http" | "https") {
        return fail(
            "only http and https can be patrolled",
            "write an http or https address",
        );
    }
    if url.host_str().is_none_or(str::is_empty) {
        return fail(
            "the address has no host",
            "write such as \"https://www.example.test/\"",
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return fail(
            "the address holds a user name or password",
            "remove what stands before the @",
        );
    }
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses() {
        let check = |text: &str, expected: Option<&str>| {
            let got = lenient(text).ok();
            assert_eq!(got.as_ref().map(Url::as_str), expected, "{text}");
        };
        check("www.a.test", Some("http://www.a.test/"));
        check(" https://www.a.test/p q ", Some("https://www.a.test/pq"));
        check("ｗｗｗ．ａ。ｔｅｓｔ／ｘ", Some("http://www.a.test/x"));
        check("//a.test/x#top", Some("http://a.test/x"));
        check("http：//a.test", Some("http://a.test/"));
        check("ftp://a.test", None);
        check("http://u:p@a.test", None);
        check("某某平台", None);
        check("", None);
        assert!(strict("www.a.test").is_err());
        assert!(strict("https://a.test/").is_ok());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}") {
            let _ = (strict(&text), lenient(&text));
        }
    }
}
