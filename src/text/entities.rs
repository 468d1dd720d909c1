//! Leftovers of markup and of scripts (OB-h): `&amp;`, `&#20445;`, `&#x4fdd;`, also without the closing semicolon,
//! encoded twice (`&amp;#20445;`) or as an escape (`\u4fdd`), where they stand for a Chinese character.

use super::glyphs::is_han;

/// Longest entity, in bytes.
const LONGEST: usize = 12;

/// The character that an entity or escape at the start of `text` stands for, and its length in bytes.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    match text.as_bytes().first()? {
        b'&' => twice(text)
            .or_else(|| closed(text))
            .or_else(|| unclosed(text)),
        b'\\' => escaped(text),
        _ => None,
    }
}

/// Whether an entity or escape may begin with this character.
pub(super) fn may_begin(ch: char) -> bool {
    matches!(ch, '&' | '\\')
}

/// `&name;` and `&#number;`.
fn closed(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let ch = match name.strip_prefix('#') {
        Some(number) => {
            let point = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(point).filter(|c| !c.is_control())?
        }
        None => named(name)?,
    };
    Some((ch, end + 1))
}

/// `&amp;#20445;`: the mark of an entity encoded once more. Of Chinese characters only, so that `&amp;lt;` stays
/// the text it is.
fn twice(text: &str) -> Option<(char, usize)> {
    let inner = text.strip_prefix("&amp;#")?;
    let end = inner.bytes().take(LONGEST).position(|b| b == b';')?;
    let (ch, _) = closed(&format!("&#{}", inner.get(..=end)?))?;
    is_han(ch).then_some((ch, "&amp;#".len() + end + 1))
}

/// `&#20445` before anything: the common Chinese characters have five digits each.
fn unclosed(text: &str) -> Option<(char, usize)> {
    let digits = text.get(2..7).filter(|_| text.starts_with("&#"))?;
    let point = digits.bytes().all(|b| b.is_ascii_digit());
    let ch = char::from_u32(digits.parse().ok().filter(|_| point)?)?;
    is_han(ch).then_some((ch, 7))
}

/// `\u4fdd`.
fn escaped(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let point = u32::from_str_radix(digits, 16).ok().filter(|_| hex)?;
    char::from_u32(point)
        .filter(|c| is_han(*c))
        .map(|ch| (ch, 6))
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "yen" => '¥',
        "middot" => '·',
        "bull" => '•',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "times" => '×',
        "copy" => '©',
        "reg" => '®',
        "permil" => '‰',
        "zwnj" => '\u{200C}',
        "zwj" => '\u{200D}',
        "shy" => '\u{00AD}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::entity;

    #[test]
    fn entities_are_read_with_their_length() {
        for (text, read) in [
            ("&#20445;本", Some(('保', 8))),
            ("&#x672C;", Some(('本', 8))),
            ("&#20445本", Some(('保', 7))),
            ("&#304101%", Some(('益', 7))),
            ("&amp;#20445;", Some(('保', 12))),
            ("&amp;lt;", Some(('&', 5))),
            ("\\u4fdd", Some(('保', 6))),
            ("\\user", None),
            ("\\u00e9", None),
            ("&b=2;", None),
            ("&#xD800;", None),
            ("&#10;", None),
            ("&#12", None),
            ("&", None),
        ] {
            assert_eq!(entity(text), read, "{text}");
        }
    }
}
