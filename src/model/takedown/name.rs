//! Names of the domain system as lists carry them: A-labels in lower case, no root dot, nothing beside the name.
//!
//! Resolvers take almost anything for a name (a trailing dot makes it absolute, a `*` covers a whole zone, bytes above
//! 127 never match): what is not exactly a name is refused, with what to write instead.

use super::refusal::Refusal;
use std::net::IpAddr;

/// Longest name: a response policy zone puts its own name behind it (RFC 1035 allows 253 in all).
const LONGEST: usize = 220;
/// Longest label (RFC 1035 section 2.3.4).
const LONGEST_LABEL: usize = 63;

/// The name in lower case.
///
/// # Errors
/// Says what is no name of a host, and what to write instead.
pub fn check(text: &str) -> Result<String, Refusal> {
    if let Some((code, problem, advice)) = not_a_name(text) {
        return Err(Refusal::new(code, text, problem, advice));
    }
    let name = text.to_ascii_lowercase();
    if let Some((code, problem, advice)) = bad_labels(&name) {
        return Err(Refusal::new(code, text, problem, advice));
    }
    idn(text, &name)?;
    Ok(name)
}

type Trouble = (&'static str, String, String);

fn trouble(code: &'static str, problem: &str, advice: &str) -> Option<Trouble> {
    Some((code, problem.to_owned(), advice.to_owned()))
}

/// What other things than a name the text is.
fn not_a_name(text: &str) -> Option<Trouble> {
    if text.is_empty() {
        return trouble(
            "empty",
            "there is nothing",
            "write a name such as shop.example",
        );
    }
    if text.contains("://") || text.contains('/') || text.contains('?') {
        return trouble(
            "url-as-name",
            "it is an address with a path or scheme, not a name",
            "write the name alone, or list the address as a url",
        );
    }
    if text.contains('*') {
        return trouble(
            "wildcard",
            "it has a wildcard",
            "write the name without it and choose the scope subtree",
        );
    }
    if text.contains('@') {
        return trouble(
            "user-part",
            "it has a user part",
            "write what stands after the @",
        );
    }
    if text.chars().any(|c| c.is_control() || is_invisible(c)) {
        return trouble(
            "control-character",
            "it has control or invisible characters",
            "type the name anew",
        );
    }
    if text.chars().any(char::is_whitespace) {
        return trouble(
            "white-space",
            "it has white space",
            "take the white space out",
        );
    }
    if text.ends_with('.') {
        return trouble(
            "trailing-dot",
            "it ends with a dot, which makes it absolute in a zone",
            "take the dot away",
        );
    }
    if !text.is_ascii() {
        let ascii = idna::domain_to_ascii(text).ok().filter(|a| a.is_ascii());
        let advice = match ascii {
            Some(ascii) => format!("write its A-label {ascii}"),
            None => "write the A-label (xn--...) that the registry shows".to_owned(),
        };
        let problem = "it is written in Unicode, which no resolver matches".to_owned();
        return Some(("raw-utf8", problem, advice));
    }
    if text.parse::<IpAddr>().is_ok() || is_numeric_host(text) {
        return trouble(
            "address-as-name",
            "it is an address of the internet protocol",
            "list it as an ip",
        );
    }
    if text.contains(':') {
        return trouble("port", "it has a port", "write the name without the port");
    }
    None
}

/// Forms that browsers take for an IPv4 address: 2130706433, 0x7f.1.
fn is_numeric_host(text: &str) -> bool {
    text.split('.').all(|part| {
        let hex = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
        let digits = hex.unwrap_or(part);
        !digits.is_empty()
            && digits.bytes().all(|b| match hex {
                Some(_) => b.is_ascii_hexdigit(),
                None => b.is_ascii_digit(),
            })
    })
}

fn bad_labels(name: &str) -> Option<Trouble> {
    if name.len() > LONGEST {
        return trouble(
            "too-long",
            "it is longer than 220 octets, too long for a response policy zone",
            "list the name above it",
        );
    }
    let labels: Vec<&str> = name.split('.').collect();
    if labels.iter().any(|l| l.is_empty()) {
        return trouble(
            "empty-label",
            "it has an empty label",
            "take the extra dot out",
        );
    }
    if labels.iter().any(|l| l.len() > LONGEST_LABEL) {
        return trouble(
            "long-label",
            "it has a label of more than 63 octets",
            "check how the name is written",
        );
    }
    let strange = |l: &&str| {
        l.starts_with('-')
            || l.ends_with('-')
            || !l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if labels.iter().any(strange) {
        return trouble(
            "bad-character",
            "it has characters that no host name has",
            "write letters, digits and hyphens",
        );
    }
    if labels.len() < 2 {
        return trouble(
            "single-label",
            "it is a single label: a top-level domain or a local name",
            "write the whole name",
        );
    }
    None
}

/// Labels that are no sound A-labels, or read like letters of another script.
fn idn(text: &str, name: &str) -> Result<(), Refusal> {
    if !name.split('.').any(|l| l.starts_with("xn--")) {
        return Ok(());
    }
    let (unicode, result) = idna::domain_to_unicode(name);
    let back = idna::domain_to_ascii(&unicode).unwrap_or_default();
    if result.is_err() || back != name {
        return Err(Refusal::new(
            "bad-a-label",
            text,
            "it has a label xn--... that stands for no name",
            "copy the A-label from the registry or from the sealed evidence",
        ));
    }
    if unicode.split('.').any(mixes_scripts) {
        return Err(Refusal::new(
            "mixed-script",
            text,
            format!("it reads {unicode}, which mixes letters of several scripts"),
            "let two officers confirm that this very name is meant",
        )
        .unless_overruled());
    }
    Ok(())
}

fn mixes_scripts(label: &str) -> bool {
    let latin = label.chars().any(|c| c.is_ascii_alphabetic());
    let alike = label
        .chars()
        .any(|c| matches!(c as u32, 0x0370..=0x03ff | 0x0400..=0x052f | 0x0530..=0x058f | 0x13a0..=0x13ff));
    latin && alike
}

/// Characters that nobody sees.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The name as people read it.
pub fn shown(name: &str) -> String {
    match name.split('.').any(|l| l.starts_with("xn--")) {
        true => idna::domain_to_unicode(name).0,
        false => name.to_owned(),
    }
}

/// The registrable domain, by the public suffix list; `None` for a public suffix itself.
pub fn registrable(name: &str) -> Option<String> {
    psl::domain_str(name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_in_lower_case() {
        for (from, to) in [
            ("Shop.Example", "shop.example"),
            ("a-1.b.test", "a-1.b.test"),
            ("xn--fsqu00a.test", "xn--fsqu00a.test"),
            ("1.com", "1.com"),
        ] {
            assert_eq!(check(from).as_deref(), Ok(to), "{from}");
        }
        assert_eq!(shown("xn--fsqu00a.test"), "例子.test");
        assert_eq!(registrable("a.b.com.cn").as_deref(), Some("b.com.cn"));
        assert_eq!(registrable("com.cn"), None);
    }

    #[test]
    fn unicode_is_answered_with_the_a_label() {
        let error = check("例子.test").unwrap_err();
        assert!(error.to_string().contains("xn--fsqu00a.test"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_is_a_name(text in "\\PC{0,40}") {
            if let Ok(name) = check(&text) {
                proptest::prop_assert!(name.is_ascii() && !name.ends_with('.') && name.contains('.'));
                let again = check(&name);
                proptest::prop_assert_eq!(again.as_deref(), Ok(name.as_str()));
            }
        }
    }
}
