//! Sitemaps (sitemaps.org 0.9): XML, an index of such files, or text with one address a line. One pass over the text,
//! bounded in everything: no entities but the five of XML and numbers, no document type, no nesting.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use url::Url;

/// Addresses in one file (the protocol's own limit).
pub const MOST_ADDRESSES: usize = 50_000;
/// Longest address that is read.
const LONGEST_ADDRESS: usize = 2_048;
/// Longest tag that is looked at.
const LONGEST_TAG: usize = 4_096;

/// What a sitemap names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages.
    pub pages: Vec<SitemapEntry>,
    /// Further sitemaps, when the file is an index.
    pub sitemaps: Vec<SitemapEntry>,
    /// Entries that are no addresses.
    pub faulty: usize,
    /// Whether the file names more than [`MOST_ADDRESSES`]; the rest was not read.
    pub more: bool,
}

/// One address of a sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitemapEntry {
    /// The address.
    pub url: Url,
    /// When it last changed, as the site says.
    pub modified: Option<DateTime<Utc>>,
}

/// An entry while it is read.
#[derive(Default)]
struct Draft {
    address: String,
    modified: Option<DateTime<Utc>>,
    is_sitemap: bool,
}

/// Reads a sitemap that was found at `base`.
pub fn read(text: &str, base: &Url) -> Sitemap {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut sitemap = Sitemap::default();
    if text.starts_with('<') {
        read_xml(text, base, &mut sitemap);
    } else {
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let draft = Draft {
                address: line.chars().take(LONGEST_ADDRESS + 1).collect(),
                ..Draft::default()
            };
            if !sitemap.take(draft, base) {
                break;
            }
        }
    }
    sitemap
}

fn read_xml(text: &str, base: &Url, sitemap: &mut Sitemap) {
    let mut rest = text;
    let mut draft: Option<Draft> = None;
    while let Some((before, after)) = rest.split_once('<') {
        let _ = before;
        if let Some(skipped) = beyond_markup(after) {
            rest = skipped;
            continue;
        }
        let Some((tag, after)) = after.split_once('>') else {
            break;
        };
        rest = after;
        let (closing, name) = name_of(tag);
        match (closing, name) {
            (false, "url" | "sitemap") => {
                draft = Some(Draft {
                    is_sitemap: name == "sitemap",
                    ..Draft::default()
                });
            }
            (true, "url" | "sitemap") => {
                if let Some(draft) = draft.take()
                    && !sitemap.take(draft, base)
                {
                    break;
                }
            }
            // `image:loc` and the like have a prefix of their own and do not count.
            (false, "loc" | "lastmod") => {
                let Some(draft) = draft.as_mut() else {
                    continue;
                };
                let (value, after) = content(rest);
                rest = after;
                match name {
                    "loc" => draft.address = value,
                    _ => draft.modified = moment(&value),
                }
            }
            _ => {}
        }
    }
}

impl Sitemap {
    /// Takes an entry; false when there is no room for more.
    fn take(&mut self, draft: Draft, base: &Url) -> bool {
        if self.pages.len() + self.sitemaps.len() + self.faulty >= MOST_ADDRESSES {
            self.more = true;
            return false;
        }
        let short = draft.address.len() <= LONGEST_ADDRESS && !draft.address.is_empty();
        let url = base.join(&draft.address).ok();
        let url = url.filter(|url| short && matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            self.faulty += 1;
            return true;
        };
        let entry = SitemapEntry {
            url,
            modified: draft.modified,
        };
        if draft.is_sitemap {
            self.sitemaps.push(entry);
        } else {
            self.pages.push(entry);
        }
        true
    }
}

/// What follows a comment, a declaration or a processing instruction; `None` when it is a tag. An unfinished one takes
/// the rest of the file.
fn beyond_markup(after: &str) -> Option<&str> {
    let end = match after {
        _ if after.starts_with("!--") => "-->",
        _ if after.starts_with("![CDATA[") => "]]>",
        _ if after.starts_with('?') => "?>",
        // The internal subset of a document type may hold `>`; what it declares is not used.
        _ if after.starts_with('!') => ">",
        _ => return None,
    };
    Some(after.split_once(end).map_or("", |(_, rest)| rest))
}

/// Whether a tag closes, and its name without the attributes.
fn name_of(tag: &str) -> (bool, &str) {
    if tag.len() > LONGEST_TAG {
        return (false, "");
    }
    let (closing, tag) = match tag.strip_prefix('/') {
        Some(tag) => (true, tag),
        None => (false, tag),
    };
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next();
    (closing, name.unwrap_or_default())
}

/// The text up to the next tag, and the rest; CDATA is unwrapped.
fn content(rest: &str) -> (String, &str) {
    let trimmed = rest.trim_start();
    if let Some(inner) = trimmed.strip_prefix("<![CDATA[") {
        let (text, rest) = inner.split_once("]]>").unwrap_or((inner, ""));
        return (cut(text.trim()), rest);
    }
    let end = rest.find('<').unwrap_or(rest.len());
    let (text, rest) = rest.split_at(end);
    (plain(&cut(text.trim())), rest)
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_ADDRESS + 1).collect()
}

/// The text with the five entities of XML and numeric ones undone.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match known.and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

/// A time in W3C form: a day, or a moment with zone; a moment without zone is taken for UTC.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let day = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    let time = text
        .get(11..16)
        .and_then(|t| NaiveTime::parse_from_str(t, "%H:%M").ok());
    Some(day.and_time(time.unwrap_or(NaiveTime::MIN)).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Instant;

    fn base() -> Url {
        Url::parse("http://a.test/maps/sitemap.xml").unwrap()
    }

    fn addresses(entries: &[SitemapEntry]) -> Vec<&str> {
        entries.iter().map(|e| e.url.as_str()).collect()
    }

    #[test]
    fn urls_index_and_text() {
        let urls = read(
            "\u{feff}<?xml version=\"1.0\"?><!-- <url><loc>http://no.test/</loc></url> -->\n\
             <urlset xmlns=\"x\"><url><loc> http://a.test/x?a=1&amp;b=&#x31; </loc><lastmod>2026-11-20</lastmod>\
             <image:image><image:loc>http://a.test/i.png</image:loc></image:image></url>\
             <url><loc><![CDATA[http://a.test/y]]></loc><lastmod>2026-11-20T10:00:00+08:00</lastmod></url>\
             <url><loc>/z</loc></url><url><loc>javascript:alert(1)</loc></url><url></url></urlset>",
            &base(),
        );
        let expected = [
            "http://a.test/x?a=1&b=1",
            "http://a.test/y",
            "http://a.test/z",
        ];
        assert_eq!(addresses(&urls.pages), expected);
        assert_eq!((urls.faulty, urls.more), (2, false));
        let modified: Vec<_> = urls
            .pages
            .iter()
            .map(|e| e.modified.map(|m| m.to_string()))
            .collect();
        assert_eq!(modified[0].as_deref(), Some("2026-11-20 00:00:00 UTC"));
        assert_eq!(modified[1].as_deref(), Some("2026-11-20 02:00:00 UTC"));
        assert_eq!(modified[2], None);
        let index = read(
            "<sitemapindex><sitemap><loc>http://a.test/1.xml.gz</loc></sitemap></sitemapindex>",
            &base(),
        );
        assert_eq!(addresses(&index.sitemaps), ["http://a.test/1.xml.gz"]);
        assert!(index.pages.is_empty());
        let text = read(
            "http://a.test/1\r\n\r\n  http://a.test/2\nftp://a.test/3\n",
            &base(),
        );
        assert_eq!(
            addresses(&text.pages),
            ["http://a.test/1", "http://a.test/2"]
        );
        assert_eq!(text.faulty, 1);
    }

    #[test]
    fn hostile_files_end_soon_and_stay_small() {
        let bomb = format!(
            "<!DOCTYPE x [{}]><urlset><url><loc>http://a.test/&a9;</loc></url></urlset>",
            "<!ENTITY a \"&b;&b;&b;&b;\">".repeat(1_000)
        );
        let deep = "<url>".repeat(2_000_000);
        let open = format!("<urlset>{}", "<".repeat(8_000_000));
        let comments = "<!--".repeat(2_000_000);
        let amps = format!(
            "<url><loc>http://a.test/{}</loc></url>",
            "&".repeat(8_000_000)
        );
        let lines = "http://a.test/\n".repeat(200_000);
        let entries = "<url><loc>http://a.test/</loc></url>".repeat(200_000);
        for text in [&bomb, &deep, &open, &comments, &amps, &lines, &entries] {
            let begun = Instant::now();
            let sitemap = read(text, &base());
            assert!(sitemap.pages.len() <= MOST_ADDRESSES);
            // The tests run unoptimised, on a machine that others use.
            assert!(
                begun.elapsed().as_secs() < 20,
                "{:.40} took {:?}",
                text,
                begun.elapsed()
            );
        }
        assert!(read(&lines, &base()).more && read(&entries, &base()).more);
        assert_eq!(read(&amps, &base()).faulty, 1);
    }

    proptest! {
        #[test]
        fn anything_is_read(text in "(<|>|/|!|--|\\[CDATA\\[|\\]\\]>|url|loc|lastmod|sitemap|&|;|#x|http://a\\.test/|é|\n| |2026-01-01){0,60}") {
            let sitemap = read(&text, &base());
            for entry in sitemap.pages.iter().chain(&sitemap.sitemaps) {
                prop_assert!(matches!(entry.url.scheme(), "http" | "https"));
            }
        }
    }
}
