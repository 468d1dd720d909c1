//! Integration tests: frontier.

#![allow(clippy::unwrap_used)] // helpers of tests may fail the test

mod damage;
mod kill;
mod members;
mod promises;

use chrono::{DateTime, Duration, Utc};
use std::path::Path;
use url::Url;
use wangxun::model::skip::SkipReason;
use wangxun::model::target::{Target, TargetSource};
use wangxun::model::visit::VisitEnd;
use wangxun::storage::frontier::Frontier;
use wangxun::storage::frontier::embedded::SledFrontier;
use wangxun::storage::frontier::options::FrontierOptions;
use wangxun::storage::frontier::report::{Refusal, VisitReport};
use wangxun::storage::frontier::run::RunId;
use wangxun::storage::frontier::stats::UrlState;

/// Digest of the list in these tests.
const LIST: [u8; 32] = [7; 32];

/// A fixed moment, so many milliseconds later.
fn at(millis: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::milliseconds(millis)
}

fn target(url: &str, seed: &str, priority: u8) -> Target {
    Target {
        url: Url::parse(url).unwrap(),
        seed_id: seed.to_owned(),
        depth: 1,
        offsite: 0,
        source: TargetSource::Link,
        referrer: Some(Url::parse("http://list.example/").unwrap()),
        priority,
        vantage: 0,
    }
}

fn done(bytes: u64, finding: bool) -> VisitEnd {
    VisitEnd::Done {
        status: 200,
        bytes,
        finding,
        evidence_id: finding.then(|| format!("item-{bytes}")),
    }
}

fn report(end: VisitEnd) -> VisitReport {
    VisitReport {
        end,
        discovered: Vec::new(),
        refused: Vec::new(),
        memory: None,
        ready_at: None,
    }
}

fn refusal(url: &str, seed: &str, reason: SkipReason) -> Refusal {
    Refusal {
        url: url.to_owned(),
        seed_id: seed.to_owned(),
        reason,
    }
}

fn open(dir: &Path) -> SledFrontier {
    let opened = SledFrontier::open(dir, FrontierOptions::default()).unwrap();
    assert_eq!(opened.set_aside, None);
    opened.frontier
}

/// The counters must be what a walk over the states of all known addresses gives.
fn assert_recount<'a>(
    frontier: &SledFrontier,
    run: RunId,
    states: impl Iterator<Item = &'a UrlState>,
) {
    let stats = frontier.stats(run).unwrap();
    let (mut open, mut done, mut findings, mut skipped, mut body) = (0, 0, 0, 0, 0);
    for state in states {
        match state {
            UrlState::Pending => open += 1,
            UrlState::Ended(VisitEnd::Skipped(_)) => skipped += 1,
            UrlState::Ended(VisitEnd::Done { finding, bytes, .. }) => {
                done += 1;
                body += bytes;
                findings += u64::from(*finding);
            }
        }
    }
    assert_eq!(stats.pending + stats.leased, open);
    assert_eq!(
        (stats.done, stats.findings, stats.body_bytes),
        (done, findings, body)
    );
    assert_eq!(stats.skipped.values().sum::<u64>(), skipped);
}
