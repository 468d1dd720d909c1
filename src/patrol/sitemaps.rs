//! Sitemaps in a patrol: which are asked for, and what of them is queued.

use super::discover::Discoveries;
use super::pipeline::Part;
use crate::fetch::{charset, is_inside, screen};
use crate::model::address::normalise;
use crate::model::capture::{Capture, Exchange};
use crate::model::note::Note;
use crate::model::seed::Seed;
use crate::model::target::{Target, TargetSource};
use crate::page::sitemap::{self, Sitemap, SitemapEntry};
use crate::storage::frontier::report::Refusal;
use chrono::{DateTime, TimeDelta, Utc};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use url::Url;

/// Sitemaps that one robots.txt or one index may have us read; the newest of them.
const MOST_FILES: usize = 50;
/// How deep indexes may lie in indexes: the protocol knows one level.
const DEEPEST: u16 = 1;
/// Addresses taken of one file, as a multiple of the pages that the seed may have in a run.
const PER_PAGE_OF_BUDGET: u64 = 4;

impl Part {
    /// The sitemaps of the site of a start page that was just visited: those that its robots.txt names, else the usual place.
    pub(super) fn sitemaps_of(&self, seed: &Seed, start: &Url) -> Vec<Target> {
        if !self.watching.as_ref().is_some_and(|w| w.sitemaps) {
            return Vec::new();
        }
        let mut named = self.fetcher.sitemaps(start);
        if named.is_empty() {
            named.extend(start.join("/sitemap.xml").ok());
        }
        let targets = named.iter().map(|url| sitemap_target(seed, url, start, 0));
        let fitting = targets.filter(|target| screen(seed, target).is_ok());
        fitting.take(MOST_FILES).collect()
    }

    /// What a sitemap leads to.
    pub(super) fn read_sitemap(
        &self,
        seed: &Seed,
        from: &Target,
        capture: &Capture,
    ) -> Discoveries {
        let mut found = Discoveries::default();
        let Some(last) = capture.last().filter(|last| last.status == 200) else {
            return found;
        };
        let sitemap = sitemap::read(&text_of(last), &last.url);
        let now = Utc::now();
        if from.depth < DEEPEST {
            let newest = newest(sitemap.sitemaps.clone(), MOST_FILES);
            let nested = newest
                .iter()
                .map(|e| sitemap_target(seed, &e.url, &last.url, from.depth + 1));
            for target in nested {
                sort_in(seed, target, &mut found);
            }
        }
        let most = seed
            .budget
            .pages
            .saturating_mul(PER_PAGE_OF_BUDGET)
            .max(200);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let pages = newest(sitemap.pages.clone(), most);
        self.tell(&last.url, &sitemap, pages.len());
        let mut seen = BTreeSet::new();
        for entry in pages {
            let target = page_target(seed, &entry, &last.url, now);
            if seen.insert(target.url.clone()) && self.is_wanted(&target, entry.modified) {
                sort_in(seed, target, &mut found);
            }
        }
        found
    }

    fn tell(&self, url: &Url, sitemap: &Sitemap, taken: usize) {
        let left = sitemap.pages.len() - taken;
        tracing::debug!(%url, taken, left, faulty = sitemap.faulty, "sitemap");
        if sitemap.more || left > 0 {
            let message = format!("{url}: {taken} addresses taken, the newest; more are named");
            self.note(Note::new("sitemap-cut", message));
        }
    }
}

fn text_of(last: &Exchange) -> String {
    let decoded = charset::decode(last.content(), last.header("content-type"), None, false);
    decoded.text
}

/// The newest entries; those without a date come last, in their own order.
fn newest(mut entries: Vec<SitemapEntry>, most: usize) -> Vec<SitemapEntry> {
    entries.sort_by_key(|entry| Reverse(entry.modified));
    entries.truncate(most);
    entries
}

fn sort_in(seed: &Seed, target: Target, found: &mut Discoveries) {
    match screen(seed, &target) {
        Ok(()) => found.targets.push(target),
        Err(reason) => found.refused.push(Refusal {
            url: target.url.to_string(),
            seed_id: seed.id.clone(),
            reason,
        }),
    }
}

fn sitemap_target(seed: &Seed, url: &Url, from: &Url, level: u16) -> Target {
    let url = normalise(url);
    Target {
        offsite: u8::from(!is_inside(seed, &url)),
        url,
        seed_id: seed.id.clone(),
        depth: level,
        source: TargetSource::Sitemap,
        referrer: Some(from.clone()),
        priority: 195,
        vantage: 0,
    }
}

fn page_target(seed: &Seed, entry: &SitemapEntry, from: &Url, now: DateTime<Utc>) -> Target {
    Target {
        url: normalise(&entry.url),
        seed_id: seed.id.clone(),
        depth: 1,
        // Others' pages in a sitemap are not ours.
        offsite: 0,
        source: TargetSource::SitemapEntry,
        referrer: Some(from.clone()),
        priority: priority(entry.modified, now),
        vantage: 0,
    }
}

/// What changed lately comes before ordinary links, what did not after.
fn priority(modified: Option<DateTime<Utc>>, now: DateTime<Utc>) -> u8 {
    match modified.map(|at| now - at) {
        Some(age) if age <= TimeDelta::days(2) => 170,
        Some(age) if age <= TimeDelta::days(14) => 145,
        Some(age) if age <= TimeDelta::days(90) => 115,
        Some(_) => 60,
        None => 90,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_pages_come_sooner() {
        let now = Utc::now();
        let of = |days| priority(Some(now - TimeDelta::days(days)), now);
        assert!(of(0) > of(7) && of(7) > of(60) && of(60) > priority(None, now));
        assert!(priority(None, now) > of(400));
        let entry = |n: i64, dated: bool| SitemapEntry {
            url: Url::parse(&format!("http://a.test/{n}")).unwrap(),
            modified: dated.then(|| now - TimeDelta::days(n)),
        };
        let entries = vec![
            entry(9, false),
            entry(3, true),
            entry(8, false),
            entry(1, true),
        ];
        let order: Vec<String> = newest(entries, 3)
            .iter()
            .map(|e| e.url.path().to_owned())
            .collect();
        assert_eq!(order, ["/1", "/3", "/9"]);
    }
}
