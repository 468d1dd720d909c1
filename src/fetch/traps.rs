//! Addresses that look like crawler traps.

use super::quoted::quoted;
use chrono::Datelike;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Longest address followed.
const URL_BYTES: usize = 2_048;
/// Times that one path segment may occur.
const SAME_SEGMENT: usize = 2;
/// Path segments.
const SEGMENTS: usize = 24;
/// Query parameters.
const PARAMETERS: usize = 24;
/// Longest query.
const QUERY_BYTES: usize = 1_024;
/// Times that one query parameter may occur.
const SAME_PARAMETER: usize = 4;
/// Years around the present in which a calendar page may hold something.
const YEARS_BACK: i32 = 30;
const YEARS_AHEAD: i32 = 2;
/// Names under which servers put a visitor's session into the address.
const SESSION_NAMES: [&str; 9] = [
    "jsessionid",
    "phpsessid",
    "aspsessionid",
    "asp.net_sessionid",
    "sessionid",
    "session_id",
    "sessid",
    "sid",
    "cfid",
];
/// Words of an address that say that its dates are a calendar's.
const CALENDAR_WORDS: [&str; 5] = ["calendar", "rili", "kalender", "events", "schedule"];
/// Parameters that name a year.
const YEAR_NAMES: [&str; 4] = ["year", "nian", "y", "yyyy"];

/// Why an address looks like a trap; `None` when it does not. `year` is the present year.
pub(super) fn trap(url: &Url, year: i32) -> Option<String> {
    if url.as_str().len() > URL_BYTES {
        return Some(format!("address of {} bytes", url.as_str().len()));
    }
    path_trap(url)
        .or_else(|| query_trap(url))
        .or_else(|| session_trap(url))
        .or_else(|| calendar_trap(url, year))
}

/// The present year.
pub(super) fn this_year() -> i32 {
    chrono::Utc::now().year()
}

fn segments(url: &Url) -> impl Iterator<Item = &str> {
    url.path().split('/').filter(|s| !s.is_empty())
}

fn path_trap(url: &Url) -> Option<String> {
    let count = segments(url).count();
    if count > SEGMENTS {
        return Some(format!("{count} path segments"));
    }
    let mut times: HashMap<&str, usize> = HashMap::new();
    segments(url).find_map(|segment| {
        let seen = times.entry(segment).or_default();
        *seen += 1;
        (*seen > SAME_SEGMENT).then(|| format!("path segment {} repeats", quoted(segment)))
    })
}

fn query_trap(url: &Url) -> Option<String> {
    let query = url.query()?;
    if query.len() > QUERY_BYTES {
        return Some(format!("query of {} bytes", query.len()));
    }
    let names: Vec<&str> = query
        .split('&')
        .map(|p| p.split('=').next().unwrap_or_default())
        .collect();
    if names.len() > PARAMETERS {
        return Some(format!("{} query parameters", names.len()));
    }
    let distinct: HashSet<&str> = names.iter().copied().collect();
    distinct
        .into_iter()
        .filter(|name| names.iter().filter(|n| n == &name).count() > SAME_PARAMETER)
        .min()
        .map(|name| format!("query parameter {} repeats", quoted(name)))
}

fn session_trap(url: &Url) -> Option<String> {
    let parameters = url.query().into_iter().flat_map(|q| q.split('&'));
    let in_path = url.path().split(['/', ';']);
    parameters.chain(in_path).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let known = SESSION_NAMES.contains(&name.to_ascii_lowercase().as_str());
        (known && looks_random(value)).then(|| format!("session id in {}", quoted(name)))
    })
}

/// Long and mixed, as session ids are; `sid=12` is a number of something.
fn looks_random(value: &str) -> bool {
    let tame = value.len() < 16 || value.bytes().all(|b| b.is_ascii_alphabetic());
    !tame && value.bytes().any(|b| b.is_ascii_digit())
}

fn calendar_trap(url: &Url, year: i32) -> Option<String> {
    let path = url.path().to_ascii_lowercase();
    let is_calendar = CALENDAR_WORDS.iter().any(|word| path.contains(word));
    let in_query = url.query_pairs().filter_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let dates = name == "date" || name == "month" || name == "day";
        let counts = YEAR_NAMES.contains(&name.as_str()) || (is_calendar && dates);
        counts.then(|| leading_year(&value)).flatten()
    });
    let in_path = segments(url)
        .filter(|_| is_calendar)
        .filter_map(leading_year);
    let far = in_query
        .chain(in_path)
        .find(|y| !(year - YEARS_BACK..=year + YEARS_AHEAD).contains(y))?;
    Some(format!("calendar far beyond: {far}"))
}

/// The year with which a word such as `2031`, `2031-05` or `203105` begins.
fn leading_year(word: &str) -> Option<i32> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let year: i32 = word.get(..4)?.parse().ok()?;
    let shaped = matches!(digits, 4 | 6 | 8) && (1000..=9999).contains(&year);
    shaped.then_some(year)
}

#[cfg(test)]
mod tests {
    use super::trap;
    use proptest::prelude::*;
    use url::Url;

    fn verdict(path: &str) -> Option<String> {
        let url = Url::parse(&format!("http://site.test{path}")).expect("test address");
        trap(&url, 2026)
    }

    #[test]
    fn traps() {
        let long = format!("/{}", "a".repeat(2_100));
        let deep = (0..30).map(|n| format!("/s{n}")).collect::<String>();
        let wide = (0..30).map(|n| format!("p{n}=1&")).collect::<String>();
        for (path, word) in [
            (long.as_str(), "bytes"),
            (deep.as_str(), "segments"),
            (&format!("/list?{wide}"), "parameters"),
            (&format!("/list?q={}", "x".repeat(1_100)), "query of"),
            ("/a/b/a/c/a", "repeats"),
            ("/list?f=1&f=2&f=3&f=4&f=5", "repeats"),
            ("/a;jsessionid=0A1B2C3D4E5F60718293", "session"),
            ("/a?PHPSESSID=k2j3h4k2j3h4kj23h4kj", "session"),
            ("/calendar/2087/05", "calendar"),
            ("/rili?month=1931-01", "calendar"),
            ("/list?year=3000", "calendar"),
        ] {
            let said = verdict(path);
            assert!(
                said.as_deref().is_some_and(|s| s.contains(word)),
                "{path} {said:?}"
            );
        }
    }

    #[test]
    fn ordinary_addresses() {
        for path in [
            "/",
            "/news/2019/05/12/a.html",
            "/a/b/a/c",
            "/list?sid=12&page=3",
            "/calendar/2026/11",
            "/list?year=2018",
            "/article/20871231.html",
            "/list?date=2099-01-01",
            "/item?id=1931",
        ] {
            assert_eq!(verdict(path), None, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_address_is_judged(path in "/\\PC{0,60}") {
            if let Ok(url) = Url::parse(&format!("http://site.test{path}")) {
                let _ = trap(&url, 2026);
            }
        }
    }
}
