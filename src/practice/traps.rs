//! Pages without end: each kind of trap that swallows careless crawlers. Deterministic, no state.

use super::prose::mix;
use std::fmt::Write;

/// Kinds of traps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trap {
    /// Months without end, forwards and backwards.
    Calendar,
    /// A new session id in the path of every link.
    Sessions,
    /// Relative links that deepen the path.
    Segments,
    /// Ever more query parameters.
    Queries,
}

impl Trap {
    /// The kind of a behaviour word of `sites.toml`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "calendar" => Self::Calendar,
            "sessions" => Self::Sessions,
            "segments" => Self::Segments,
            "queries" => Self::Queries,
            _ => return None,
        })
    }

    /// The page of one address of the trap.
    pub(super) fn page(self, path: &str, query: &str) -> String {
        let links = match self {
            Self::Calendar => calendar(path, query),
            Self::Sessions => sessions(path),
            Self::Segments => segments(),
            Self::Queries => queries(path, query),
        };
        let mut page = String::from(
            "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>迷宫</title></head><body><ul>",
        );
        for (href, text) in links {
            let href = href
                .replace('&', "&amp;")
                .replace('"', "%22")
                .replace('<', "%3C");
            let _ = write!(page, "<li><a href=\"{href}\">{text}</a></li>");
        }
        page.push_str("</ul></body></html>");
        page
    }
}

fn calendar(path: &str, query: &str) -> Vec<(String, String)> {
    let number = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
            .and_then(|v| v.parse::<i64>().ok())
            .unwrap_or(1)
            .clamp(-1_000_000, 1_000_000)
    };
    let month = number("y") * 12 + number("m") - 1;
    let step = |by: i64, text: &str| {
        let (y, m) = ((month + by).div_euclid(12), (month + by).rem_euclid(12) + 1);
        (
            format!("{path}?y={y}&m={m}"),
            format!("{text}（{y}年{m}月）"),
        )
    };
    vec![step(1, "下月"), step(-1, "上月"), step(12, "明年")]
}

fn sessions(path: &str) -> Vec<(String, String)> {
    let base = path.split(';').next().unwrap_or(path);
    let seed = path
        .bytes()
        .fold(7_u64, |hash, byte| mix(hash ^ u64::from(byte)));
    (1..=5_u64)
        .map(|n| {
            let id = mix(seed.wrapping_add(n));
            (
                format!("{base};jsessionid={id:016X}?id={n}"),
                format!("商品{n}"),
            )
        })
        .collect()
}

fn segments() -> Vec<(String, String)> {
    ["a/", "b/", "a/b/"]
        .map(|s| (s.to_owned(), format!("房间{s}")))
        .to_vec()
}

fn queries(path: &str, query: &str) -> Vec<(String, String)> {
    let kept = query.get(..query.floor_char_boundary(1_000)).unwrap_or("");
    ["c", "s", "p", "o"]
        .into_iter()
        .zip(1..)
        .map(|(name, n)| {
            let count = kept.split('&').count() + n;
            (
                format!("{path}?{kept}&{name}={count}"),
                format!("按{name}筛选"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trap_leads_on() {
        for (trap, path, query, next) in [
            (
                Trap::Calendar,
                "/calendar",
                "y=2026&m=12",
                "/calendar?y=2027&amp;m=1",
            ),
            (Trap::Calendar, "/calendar", "", "/calendar?y=0&amp;m=12"),
            (Trap::Segments, "/room/a/", "", "href=\"a/b/\""),
            (Trap::Queries, "/filter", "c=1", "/filter?c=1&amp;c=2"),
        ] {
            let page = trap.page(path, query);
            assert!(page.contains(next), "{page}");
        }
    }

    #[test]
    fn session_ids_differ_from_page_to_page() {
        let one = Trap::Sessions.page("/item;jsessionid=1", "");
        let two = Trap::Sessions.page("/item;jsessionid=2", "");
        assert!(one.contains("/item;jsessionid="));
        assert_ne!(one, two);
    }

    #[test]
    fn hostile_queries_are_bounded_and_escaped() {
        let page = Trap::Queries.page("/filter", &"\"<囧".repeat(100_000));
        assert!(page.len() < 100_000 && !page.contains("\"<"));
        assert!(
            Trap::Calendar
                .page("/c", "y=99999999999999999999&m=-5")
                .contains("年")
        );
    }
}
