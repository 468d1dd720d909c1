//! Which addresses belong to a seed.

use super::quoted::quoted;
use super::robots::pattern::{escape, glob};
use crate::model::politeness::politeness_group;
use crate::model::seed::{Breadth, Scope, Seed};
use crate::model::skip::SkipReason;
use url::Url;

/// Whether an address may be visited for a seed: inside its scope, or outside of it by no more hops than the list
/// allows an advertisement's landing chain.
pub(super) fn check(seed: &Seed, url: &Url, offsite: u8) -> Result<(), SkipReason> {
    if !is_near(seed, url) {
        return match offsite {
            0 => Err(out("outside the start URLs", url)),
            hops if hops > seed.scope.offsite_hops => {
                Err(out("more hops off-site than allowed", url))
            }
            _ => Ok(()),
        };
    }
    patterns(&seed.scope, url, seed.start_urls.contains(url))
}

/// Whether an address lies within the breadth of the scope, whatever the patterns say.
pub(super) fn is_near(seed: &Seed, url: &Url) -> bool {
    seed.start_urls
        .iter()
        .any(|start| near(seed.scope.breadth, start, url))
}

fn near(breadth: Breadth, start: &Url, url: &Url) -> bool {
    match breadth {
        Breadth::Urls => {
            same_host(start, url) && start.path() == url.path() && start.query() == url.query()
        }
        Breadth::Prefix => {
            let directory = start.path().rsplit_once('/').map_or("", |(head, _)| head);
            same_host(start, url)
                && url
                    .path()
                    .strip_prefix(directory)
                    .is_some_and(|rest| rest.starts_with('/'))
        }
        Breadth::Host => same_host(start, url),
        Breadth::Domain => politeness_group(start) == politeness_group(url),
    }
}

/// Same host name and the same service on it: http and https on their own ports are one, any other port is itself.
fn same_host(start: &Url, url: &Url) -> bool {
    let ports = start.port() == url.port();
    let name = |u: &Url| u.host_str().map(|h| h.trim_end_matches('.').to_owned());
    ports && name(start) == name(url)
}

/// Excluding patterns hold for all addresses, including ones for all but the start URLs, where the way in is.
fn patterns(scope: &Scope, url: &Url, is_start: bool) -> Result<(), SkipReason> {
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let path = escape(path.as_bytes());
    let fits = |pattern: &&String| glob(&escape(pattern.as_bytes()), &path, true);
    if let Some(pattern) = scope.exclude.iter().find(fits) {
        return Err(out(&format!("excluded by {}", quoted(pattern)), url));
    }
    if !is_start && !scope.include.is_empty() && !scope.include.iter().any(|p| fits(&p)) {
        return Err(out("not among the included patterns", url));
    }
    Ok(())
}

fn out(why: &str, url: &Url) -> SkipReason {
    SkipReason::OutOfScope(format!("{why}: {}", quoted(url.as_str())))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::fetch::tests::seed;
    use crate::model::seed::Breadth;
    use url::Url;

    #[test]
    fn breadths_patterns_and_hops() {
        let start = "http://www.site.test/loan/index.html";
        let cases: [(Breadth, &str, u8, bool); 17] = [
            (Breadth::Urls, start, 0, true),
            (Breadth::Urls, "http://www.site.test/loan/", 0, false),
            (Breadth::Prefix, "https://www.site.test/loan/a", 0, true),
            (Breadth::Prefix, "http://www.site.test/loans", 0, false),
            (Breadth::Prefix, "http://www.site.test/", 0, false),
            (Breadth::Host, "http://www.site.test/x", 0, true),
            (Breadth::Host, "http://WWW.site.test./x", 0, true),
            (Breadth::Host, "http://m.site.test/x", 0, false),
            (Breadth::Host, "http://www.site.test:8080/x", 0, false),
            (Breadth::Domain, "https://m.site.test/x", 0, true),
            (Breadth::Domain, "https://m.site.test.evil.test/x", 0, false),
            (Breadth::Domain, "https://other.test/x", 1, true),
            (Breadth::Domain, "https://other.test/x", 2, true),
            (Breadth::Domain, "https://other.test/x", 3, false),
            (Breadth::Domain, "https://m.site.test/private/x", 0, false),
            (Breadth::Domain, "https://m.site.test/\u{79c1}/x", 0, false),
            (Breadth::Domain, "https://m.site.test/x?print=1", 0, false),
        ];
        for (breadth, url, offsite, expected) in cases {
            let mut seed = seed(start);
            seed.scope.breadth = breadth;
            seed.scope.offsite_hops = 2;
            seed.scope.exclude = vec!["/private/*".into(), "/私/*".into(), "*print=*".into()];
            let url = Url::parse(url).expect("test address");
            assert_eq!(
                check(&seed, &url, offsite).is_ok(),
                expected,
                "{breadth:?} {url}"
            );
        }
    }

    #[test]
    fn the_start_url_need_not_be_included() {
        let mut seed = seed("http://www.site.test/");
        seed.scope.include = vec!["/loan/*".into()];
        let ok = |url: &str| check(&seed, &Url::parse(url).expect("test address"), 0).is_ok();
        assert!(ok("http://www.site.test/") && ok("http://www.site.test/loan/1"));
        assert!(!ok("http://www.site.test/news/1"));
    }
}
