//! An image of a page, fetched beside it: under a permit and at the pace of its politeness group like a page, but wherever it
//! is kept, since pages keep their images on other hosts.

use super::Fetcher;
use super::admit::Denied;
use super::http::is_redirect;
use super::visit::{HopEnd, location};
use crate::model::capture::{Capture, Exchange};
use crate::model::seed::Seed;
use crate::model::skip::SkipReason;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Redirects followed to an image.
const MOST_HOPS: usize = 4;

/// What was brought of an image.
#[derive(Debug)]
pub struct Picture {
    /// The exchanges, the last being the image, or why there is none.
    pub outcome: Result<Capture, SkipReason>,
    /// robots.txt exchanges made on the way, for the archive.
    pub robots: Vec<Capture>,
}

impl Fetcher {
    /// Fetches an image. Waits for the group's slot as long as `until` is not reached.
    pub async fn picture(&self, seed: &Seed, url: &Url, until: Instant) -> Picture {
        let mut robots = Vec::new();
        let mut exchanges = Vec::new();
        let outcome = match self
            .follow_picture(seed, url, until, &mut exchanges, &mut robots)
            .await
        {
            Ok(()) => Ok(Capture {
                requested: url.clone(),
                exchanges,
                notes: Vec::new(),
                rendering: None,
                images: Vec::new(),
            }),
            Err(reason) => Err(reason),
        };
        Picture { outcome, robots }
    }

    async fn follow_picture(
        &self,
        seed: &Seed,
        url: &Url,
        until: Instant,
        exchanges: &mut Vec<Exchange>,
        robots: &mut Vec<Capture>,
    ) -> Result<(), SkipReason> {
        let mut next = url.clone();
        for _ in 0..MOST_HOPS {
            let (exchange, body_read) = self.picture_hop(seed, &next, until, robots).await?;
            let moved = is_redirect(&exchange);
            let status = exchange.status;
            let target = moved.then(|| location(&exchange));
            let kind = exchange.header("content-type").unwrap_or("none").to_owned();
            let cut = exchange.truncated;
            let length = exchange.body.len() as u64;
            exchanges.push(exchange);
            match target {
                Some(target) => next = target?,
                None if !(200..300).contains(&status) => {
                    return Err(SkipReason::Failed(format!("status {status}")));
                }
                None if !body_read => {
                    return Err(SkipReason::Type(kind.chars().take(100).collect()));
                }
                None if cut.is_some() => return Err(SkipReason::Size(length)),
                None => return Ok(()),
            }
        }
        Err(SkipReason::Redirects(format!(
            "more than {MOST_HOPS} redirects"
        )))
    }

    async fn picture_hop(
        &self,
        seed: &Seed,
        url: &Url,
        until: Instant,
        robots: &mut Vec<Capture>,
    ) -> Result<(Exchange, bool), SkipReason> {
        loop {
            let wait = match self.admit_picture(seed, url, robots).await {
                Ok(permit) => match self.hop(permit).await {
                    HopEnd::Answered(answer, None) => {
                        return Ok((answer.exchange, answer.body_read));
                    }
                    HopEnd::Answered(_, Some(rest)) => return Err(Denied::throttled(rest).reason),
                    HopEnd::Failed(reason) => return Err(reason),
                    HopEnd::TooSoon(wait) => wait,
                },
                Err(Denied {
                    reason: SkipReason::Throttled(_),
                    wait: Some(wait),
                }) => wait,
                Err(denied) => return Err(denied.reason),
            };
            if Instant::now() + wait > until {
                return Err(Denied::throttled(wait).reason);
            }
            tokio::time::sleep(wait.max(Duration::from_millis(1))).await;
        }
    }
}
