//! The lines of a robots.txt file, read as tolerantly as Google's reference parser reads them.

/// Longest line that is read; the rest of a longer one is dropped (Google's parser: eight times 2,083 bytes).
const LINE_BYTES: usize = 2083 * 8 - 1;
/// Misspellings of `disallow` that Google's parser accepts.
const DISALLOW_WORDS: [&str; 6] = [
    "disallow",
    "dissallow",
    "dissalow",
    "disalow",
    "diasllow",
    "disallaw",
];
/// Spellings of `user-agent` that Google's parser accepts.
const AGENT_WORDS: [&str; 3] = ["user-agent", "useragent", "user agent"];

/// One line that says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Line number from 1.
    pub(super) number: u32,
    /// The whole line, white space stripped.
    pub(super) text: &'a [u8],
    /// What it speaks of.
    pub(super) key: Key,
    /// What it says, white space stripped, comment removed.
    pub(super) value: &'a [u8],
}

/// What a line speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// `User-agent`.
    Agent,
    /// `Allow`.
    Allow,
    /// `Disallow`.
    Disallow,
    /// `Crawl-delay`, not in RFC 9309 but obeyed.
    CrawlDelay,
    /// `Sitemap`.
    Sitemap,
}

/// The meaningful lines of a file, in order.
pub(super) fn lines(body: &[u8]) -> impl Iterator<Item = Line<'_>> {
    split(without_bom(body))
        .zip(1..)
        .filter_map(|(text, number)| read(text, number))
}

/// The body after a byte order mark, or after the part of one that is there.
fn without_bom(body: &[u8]) -> &[u8] {
    let bom = [0xEF, 0xBB, 0xBF];
    let kept = body.iter().zip(bom).take_while(|(a, b)| *a == b).count();
    body.get(kept..).unwrap_or_default()
}

/// Splits at LF, CR and CRLF alike, in any mixture.
fn split(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(body);
    std::iter::from_fn(move || {
        let whole = rest?;
        let Some(end) = whole.iter().position(|b| matches!(b, b'\n' | b'\r')) else {
            rest = None;
            return Some(whole);
        };
        let (line, tail) = whole.split_at_checked(end)?;
        rest = Some(
            tail.strip_prefix(b"\r\n")
                .or(tail.get(1..))
                .unwrap_or_default(),
        );
        Some(line)
    })
}

fn read(line: &[u8], number: u32) -> Option<Line<'_>> {
    let text = line.get(..LINE_BYTES).unwrap_or(line);
    let said = text.split(|b| *b == b'#').next()?.trim_ascii();
    let (key, value) = key_and_value(said)?;
    Some(Line {
        number,
        text: text.trim_ascii(),
        key: key_of(key)?,
        value,
    })
}

/// Splits at the colon; without one, two words separated by white space will do.
fn key_and_value(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let at = match said.iter().position(|b| *b == b':') {
        Some(colon) => colon,
        None => {
            let gap = said.iter().position(blank)?;
            let second = said.get(gap..)?.trim_ascii();
            if second.is_empty() || second.iter().any(blank) {
                return None;
            }
            gap
        }
    };
    let key = said.get(..at)?.trim_ascii();
    let value = said.get(at + 1..)?.trim_ascii();
    (!key.is_empty()).then_some((key, value))
}

fn key_of(key: &[u8]) -> Option<Key> {
    let begins = |word: &&str| {
        key.get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    if AGENT_WORDS.iter().any(begins) {
        Some(Key::Agent)
    } else if begins(&"allow") {
        Some(Key::Allow)
    } else if DISALLOW_WORDS.iter().any(begins) {
        Some(Key::Disallow)
    } else if begins(&"crawl-delay") {
        Some(Key::CrawlDelay)
    } else if begins(&"sitemap") || begins(&"site-map") {
        Some(Key::Sitemap)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, lines};

    fn read(body: &[u8]) -> Vec<(u32, Key, String)> {
        lines(body)
            .map(|l| {
                (
                    l.number,
                    l.key,
                    String::from_utf8_lossy(l.value).into_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn line_ends_comments_and_missing_colons() {
        let body = b"\xEF\xBB\xBFUser-Agent : a # x\r\n\rdisallow /x\nallow /y z\n:\nSITEMAP:http://s.test/m";
        assert_eq!(
            read(body),
            [
                (1, Key::Agent, "a".to_owned()),
                (3, Key::Disallow, "/x".to_owned()),
                (6, Key::Sitemap, "http://s.test/m".to_owned()),
            ]
        );
    }

    #[test]
    fn half_a_byte_order_mark_is_skipped_a_broken_one_spoils_its_line() {
        assert_eq!(read(b"\xEF\xBBallow: /").len(), 1);
        assert_eq!(read(b"\xEF\x11\xBFallow: /\nallow: /b").len(), 1);
    }
}
