//! robots.txt of every origin: fetched once, kept for a day at most, carried across restarts.

use super::Fetcher;
use super::admit::Denied;
use super::bounded::Bounded;
use super::chain::Chain;
use super::http::is_redirect;
use super::robots::{MatchedRule, ROBOTS_AGENT, ROBOTS_BYTES, Robots, RobotsVerdict};
use super::visit::{HopEnd, location};
use crate::model::capture::Capture;
use crate::model::host_memory::RobotsCopy;
use crate::model::politeness::politeness_group;
use crate::model::seed::Seed;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// A copy is used for at most this long (RFC 9309 section 2.4).
const LIFE: TimeDelta = TimeDelta::hours(24);
/// After a failure the file is asked for again after this long.
const RETRY: TimeDelta = TimeDelta::minutes(10);
/// Redirects followed (RFC 9309 section 2.3.1.2).
const REDIRECTS: usize = 5;
/// Files above this are kept in the smaller of the two caches, so that many hosts with large files fill no memory.
const LARGE: usize = 16 * 1024;
const SMALL_FILES: usize = 4_000;
const LARGE_FILES: usize = 64;
/// Origins whose file is being fetched.
const FLIGHTS: usize = 4_000;
/// Copies remembered of one group.
const COPIES_PER_GROUP: usize = 16;

/// What is known of an origin's robots.txt.
#[derive(Debug)]
pub(super) struct Known {
    group: String,
    copy: RobotsCopy,
    rules: Robots,
}

/// The files known.
#[derive(Debug)]
pub(super) struct RobotsCache {
    small: Mutex<Bounded<String, Arc<Known>>>,
    large: Mutex<Bounded<String, Arc<Known>>>,
    flights: Mutex<Bounded<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Known {
    fn new(copy: RobotsCopy) -> Self {
        let body: &[u8] = if (200..300).contains(&copy.status) {
            &copy.body
        } else {
            &[]
        };
        Self {
            group: Url::parse(&copy.origin)
                .map_or_else(|_| String::new(), |url| politeness_group(&url)),
            rules: Robots::parse(body, ROBOTS_AGENT),
            copy,
        }
    }

    /// Network failures, 5xx and 429 leave unknown what the file says; other 4xx and endless redirects mean that
    /// there is none (RFC 9309 section 2.3.1).
    fn is_unreachable(&self) -> bool {
        matches!(self.copy.status, 0 | 429 | 500..)
    }

    fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - self.copy.fetched
    }

    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        let life = if self.is_unreachable() { RETRY } else { LIFE };
        (TimeDelta::zero()..life).contains(&self.age(now))
    }

    /// While the file is unreachable all is disallowed: the time until it is asked for again.
    pub(super) fn unreachable_for(&self) -> Option<Duration> {
        let left = RETRY - self.age(Utc::now());
        self.is_unreachable()
            .then(|| left.to_std().unwrap_or_default())
    }

    /// The state in words, for reasons.
    pub(super) fn state(&self) -> String {
        match self.copy.status {
            0 => {
                let why = String::from_utf8_lossy(&self.copy.body);
                let colon = if why.is_empty() { "" } else { ": " };
                format!(
                    "{}/robots.txt could not be had{colon}{why}",
                    self.copy.origin
                )
            }
            status => format!("{}/robots.txt answered {status}", self.copy.origin),
        }
    }

    /// Whether an address is allowed, and by which line.
    pub(super) fn decide(&self, url: &Url) -> (bool, Option<MatchedRule>) {
        self.rules.decide(url)
    }

    /// All that the file says of an address.
    pub(super) fn verdict(&self, url: &Url) -> RobotsVerdict {
        self.rules.verdict(url)
    }

    /// The sitemaps that it names.
    pub(super) fn sitemaps(&self) -> &[String] {
        self.rules.sitemaps()
    }

    /// The delay that it asks for.
    pub(super) fn crawl_delay(&self) -> Option<Duration> {
        self.rules.crawl_delay()
    }
}

impl RobotsCache {
    /// Nothing known yet.
    pub(super) fn new() -> Self {
        Self {
            small: Mutex::new(Bounded::new(SMALL_FILES)),
            large: Mutex::new(Bounded::new(LARGE_FILES)),
            flights: Mutex::new(Bounded::new(FLIGHTS)),
        }
    }

    /// What is known and still good.
    fn fresh(&self, origin: &str) -> Option<Arc<Known>> {
        let now = Utc::now();
        [&self.small, &self.large].into_iter().find_map(|cache| {
            let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache.get(origin).filter(|k| k.is_fresh(now)).cloned()
        })
    }

    fn keep(&self, copy: RobotsCopy) -> Arc<Known> {
        let origin = copy.origin.clone();
        let (here, there) = if copy.body.len() > LARGE {
            (&self.large, &self.small)
        } else {
            (&self.small, &self.large)
        };
        let known = Arc::new(Known::new(copy));
        let mut other = there.lock().unwrap_or_else(PoisonError::into_inner);
        other.remove(&origin);
        drop(other);
        let mut cache = here.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert(origin, Arc::clone(&known));
        known
    }

    /// Takes up a remembered copy, unless a newer one is known.
    pub(super) fn recall(&self, copy: &RobotsCopy) {
        let mut copy = copy.clone();
        copy.body.truncate(ROBOTS_BYTES);
        let known = self.fresh(&copy.origin);
        if known.is_none_or(|k| k.copy.fetched < copy.fetched) {
            self.keep(copy);
        }
    }

    /// The copies of a group, newest first.
    pub(super) fn copies(&self, group: &str) -> Vec<RobotsCopy> {
        let mut copies = Vec::new();
        for cache in [&self.small, &self.large] {
            let cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
            let of_group = cache.iter().filter(|(_, known)| known.group == group);
            copies.extend(of_group.map(|(_, known)| known.copy.clone()));
        }
        copies.sort_by(|a, b| (b.fetched, &a.origin).cmp(&(a.fetched, &b.origin)));
        copies.truncate(COPIES_PER_GROUP);
        copies
    }

    fn flight(&self, origin: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(origin) {
            return Arc::clone(flight);
        }
        let flight = Arc::new(tokio::sync::Mutex::new(()));
        flights.insert(origin.to_owned(), Arc::clone(&flight));
        flight
    }
}

impl Fetcher {
    /// The sitemaps that the robots.txt of the address's origin names, as far as that file is known; nothing is fetched.
    pub fn sitemaps(&self, url: &Url) -> Vec<Url> {
        let known = self.robots.fresh(&url.origin().ascii_serialization());
        let named = known.iter().flat_map(|known| known.sitemaps());
        named
            .filter_map(|line| url.join(line.trim()).ok())
            .collect()
    }

    /// robots.txt of the origin of `url`, fetched if it is not known. Exchanges made go to `captures`.
    pub(super) async fn robots_for(
        &self,
        seed: &Seed,
        url: &Url,
        captures: &mut Vec<Capture>,
    ) -> Result<Arc<Known>, Denied> {
        let origin = url.origin().ascii_serialization();
        if let Some(known) = self.robots.fresh(&origin) {
            return Ok(known);
        }
        let flight = self.robots.flight(&origin);
        let _one_at_a_time = flight.lock().await;
        if let Some(known) = self.robots.fresh(&origin) {
            return Ok(known);
        }
        let mut trouble = String::new();
        let (status, capture) = self.fetch_robots(seed, url, &mut trouble).await?;
        let body = match capture.as_ref().and_then(Capture::last) {
            _ if status == 0 => trouble.as_bytes(),
            Some(last) => last.content(),
            None => &[],
        };
        let known = self.robots.keep(RobotsCopy {
            origin,
            status,
            fetched: Utc::now(),
            body: body.get(..ROBOTS_BYTES).unwrap_or(body).to_vec(),
        });
        captures.extend(capture);
        Ok(known)
    }

    /// Fetches robots.txt hop by hop: the status of the last hop (0 when it could not be had; then `trouble` tells why) and
    /// the exchanges.
    /// When the pace makes a hop wait for long, the hops made are kept for the next attempt.
    async fn fetch_robots(
        &self,
        seed: &Seed,
        url: &Url,
        trouble: &mut String,
    ) -> Result<(u16, Option<Capture>), Denied> {
        let mut start = url.clone();
        start.set_path("/robots.txt");
        start.set_query(None);
        start.set_fragment(None);
        let key = (seed.id.clone(), format!("robots {start}"));
        let mut chain = self
            .chains
            .resume(&key)
            .unwrap_or_else(|| Chain::new(start));
        let status = loop {
            let permit = match self.admit_robots(seed, &chain.next).await {
                Ok(permit) => permit,
                Err(denied) => {
                    *trouble = denied.reason.detail();
                    break 0;
                }
            };
            match self.hop(permit).await {
                HopEnd::TooSoon(wait) => {
                    self.chains.stash(key, chain);
                    return Err(Denied::throttled(wait));
                }
                HopEnd::Failed(reason) => {
                    *trouble = reason.detail();
                    break 0;
                }
                HopEnd::Answered(answer, _) => {
                    let next = location(&answer.exchange);
                    let status = answer.exchange.status;
                    let moved = is_redirect(&answer.exchange);
                    chain.add(*answer);
                    match next {
                        Ok(next) if moved && chain.exchanges.len() <= REDIRECTS => {
                            chain.next = next;
                        }
                        _ => break status,
                    }
                }
            }
        };
        Ok((status, chain.into_capture()))
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGE_FILES, RobotsCache};
    use crate::model::host_memory::RobotsCopy;
    use chrono::{TimeDelta, Utc};
    use url::Url;

    fn copy(origin: &str, status: u16, hours: i64, body: &[u8]) -> RobotsCopy {
        RobotsCopy {
            origin: origin.to_owned(),
            status,
            fetched: Utc::now() - TimeDelta::hours(hours),
            body: body.to_vec(),
        }
    }

    #[test]
    fn statuses_mean_what_the_rfc_says() {
        let body = b"User-agent: *\nDisallow: /\n";
        let url = Url::parse("http://a.test/x").expect("test address");
        for (status, unreachable, allowed) in [
            (200, false, false),
            (404, false, true),
            (403, false, true),
            (302, false, true),
            (429, true, true),
            (500, true, true),
            (503, true, true),
            (0, true, true),
        ] {
            let cache = RobotsCache::new();
            let known = cache.keep(copy("http://a.test", status, 0, body));
            assert_eq!(known.unreachable_for().is_some(), unreachable, "{status}");
            assert_eq!(known.verdict(&url).allowed, allowed, "{status}");
        }
    }

    #[test]
    fn copies_live_a_day_and_failures_ten_minutes() {
        let cache = RobotsCache::new();
        cache.recall(&copy("http://a.test", 200, 23, b""));
        cache.recall(&copy("http://b.test", 200, 25, b""));
        cache.recall(&copy("http://c.test", 500, 1, b""));
        cache.recall(&copy("http://d.test", 200, -1, b""));
        assert!(cache.fresh("http://a.test").is_some());
        for origin in ["http://b.test", "http://c.test", "http://d.test"] {
            assert!(cache.fresh(origin).is_none(), "{origin}");
        }
    }

    #[test]
    fn memory_is_bounded_and_grouped() {
        let cache = RobotsCache::new();
        let large = vec![b'#'; 600 * 1024];
        for n in 0..300 {
            cache.recall(&copy(&format!("http://h{n}.test"), 200, 0, &large));
        }
        let large = cache.large.lock().expect("lock");
        assert!(large.iter().count() <= LARGE_FILES);
        assert!(
            large
                .iter()
                .all(|(_, known)| known.copy.body.len() <= 500 * 1024)
        );
        drop(large);
        cache.recall(&copy("https://www.shop.test", 200, 0, b""));
        cache.recall(&copy("http://m.shop.test:8080", 200, 1, b""));
        let origins: Vec<String> = cache
            .copies("shop.test")
            .into_iter()
            .map(|c| c.origin)
            .collect();
        assert_eq!(
            origins,
            ["https://www.shop.test", "http://m.shop.test:8080"]
        );
    }
}
