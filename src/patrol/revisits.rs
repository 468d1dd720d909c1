//! Pages seen before: which of them are due, how they are asked for, and what is remembered of them.

use super::pipeline::{Part, PatrolError};
use crate::fetch::screen;
use crate::model::address::{VisitKey, normalise};
use crate::model::capture::{Capture, Exchange};
use crate::model::finding::Verdict;
use crate::model::monitor::Event;
use crate::model::revisit::{RevisitBounds, Seen, is_due};
use crate::model::seed::{RenderMode, Seed};
use crate::model::target::{Target, TargetSource};
use crate::model::validators::Validators;
use crate::model::visit::VisitEnd;
use crate::storage::digest::sha256;
use crate::storage::frontier::lease::Lease;
use crate::storage::item::find_item;
use crate::storage::run::CaptureRef;
use crate::storage::warc::encode::RefersTo;
use crate::wire::page_memory::{PageMemory, RevisitBasis, SealedAs};
use crate::wire::work_order::{ORDER_FORMAT, RecheckDone, RecheckOrder};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::time::Duration;
use url::Url;

/// So long a page that says the same as when it was sealed is not sealed again; what it says stands in the run's archive.
const SEALED_FOR: TimeDelta = TimeDelta::days(7);
/// After so many answers "not modified" in a row a page is fetched in full: servers are not always right.
const UNMODIFIED: u32 = 8;
/// Known pages queued for one seed at most; the rest has its turn in the next run.
const QUEUED: usize = 100_000;
/// Targets handed to the frontier at once.
const BATCH: usize = 512;

/// How a run treats what earlier runs have seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watching {
    /// How far apart two visits of a page may lie.
    pub bounds: RevisitBounds,
    /// Whether sitemaps are read.
    pub sitemaps: bool,
    /// Addresses that are to be seen by order.
    pub orders: Vec<RecheckOrder>,
    /// Only these are visited.
    pub orders_only: bool,
}

/// What a visit showed of a page, for its memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Impression {
    pub(super) finding: bool,
    pub(super) score: u8,
    /// SHA-256 of the text; `None` when none was read.
    pub(super) text: Option<[u8; 32]>,
    /// The item in which it is sealed, now or lately.
    pub(super) sealed: Option<SealedAs>,
}

/// The seed under which an ordered address is visited, and the address.
pub fn seed_of<'a>(order: &RecheckOrder, seeds: &'a [Seed]) -> Option<(&'a Seed, Url)> {
    let url = normalise(&Url::parse(&order.url).ok()?);
    let fits = |seed: &&Seed| match &order.seed {
        Some(id) => *id == seed.id,
        None => crate::fetch::is_inside(seed, &url),
    };
    seeds.iter().find(fits).map(|seed| (seed, url))
}

impl Part {
    /// Queues what is to be seen by order; the priority puts it before everything else.
    pub(super) fn queue_orders(&self) -> Result<(), PatrolError> {
        let orders = self.watching.iter().flat_map(|w| &w.orders);
        for order in orders {
            let Some((seed, url)) = seed_of(order, &self.list.seeds) else {
                continue;
            };
            let offsite = u8::from(!crate::fetch::is_inside(seed, &url));
            let target = Target {
                url,
                seed_id: seed.id.clone(),
                depth: 0,
                offsite,
                source: TargetSource::Recheck,
                referrer: None,
                priority: u8::MAX,
                vantage: 0,
            };
            self.frontier.add(self.run, &[target])?;
        }
        Ok(())
    }

    /// Whether the run visits only what is ordered.
    pub(super) fn orders_only(&self) -> bool {
        self.watching.as_ref().is_some_and(|w| w.orders_only)
    }

    /// Queues the pages of a seed that are known from earlier runs and due, those with findings first.
    pub(super) fn queue_known(&self, seed: &Seed) -> Result<(), PatrolError> {
        if self.watching.is_none() || self.resumed {
            return Ok(());
        }
        let now = Utc::now();
        let due = self
            .store
            .index()
            .pages(&seed.id)
            .filter(|page| is_due(page.due, Duration::from_secs(page.interval_seconds), now));
        let targets = due.filter_map(|page| known_target(seed, &page));
        let mut batch = Vec::with_capacity(BATCH);
        for target in targets.filter(|t| screen(seed, t).is_ok()).take(QUEUED) {
            batch.push(target);
            if batch.len() == BATCH {
                self.frontier.add(self.run, &batch)?;
                batch.clear();
            }
        }
        self.frontier.add(self.run, &batch)?;
        Ok(())
    }

    /// What is remembered of a target, as the base vantage sees it. An index that cannot be read remembers nothing.
    fn memory(&self, target: &Target) -> Option<PageMemory> {
        self.watching.as_ref().filter(|_| target.vantage == 0)?;
        let key = VisitKey::of(&target.url);
        let read = self.store.index().page(&target.seed_id, key);
        read.unwrap_or_else(|error| {
            tracing::debug!("page memory: {error}");
            None
        })
    }

    /// With what a target is asked for conditionally; `None` where it is fetched in full: by order, where a browser shows
    /// it anyway, when the stored answer is no longer there, or after many answers "not modified".
    pub(super) fn validators(&self, seed: &Seed, target: &Target) -> Option<Validators> {
        let ordered = target.source == TargetSource::Recheck;
        if ordered || seed.render == RenderMode::Always || self.sealing.always {
            return None;
        }
        let memory = self.memory(target)?;
        let basis = memory.basis.filter(|_| memory.unmodified < UNMODIFIED)?;
        let folder = self.store.home().warc(&basis.run);
        let stored = [basis.file.clone(), format!("{}.open", basis.file)];
        stored
            .iter()
            .any(|name| folder.join(name).is_file())
            .then_some(())?;
        Some(Validators {
            etag: basis.etag,
            last_modified: basis.last_modified,
        })
    }

    /// What an answer 304 refers to; `None` when the capture is no such answer to a conditional request of ours.
    pub(super) fn refers_to(&self, target: &Target, capture: &Capture) -> Option<RefersTo> {
        let [only] = capture.exchanges.as_slice() else {
            return None;
        };
        if only.status != 304 || !was_conditional(only) {
            return None;
        }
        let basis = self.memory(target)?.basis?;
        let mut payload_sha256 = [0; 32];
        hex::decode_to_slice(&basis.payload_sha256, &mut payload_sha256).ok()?;
        Some(RefersTo {
            record: basis.record,
            target: basis.target,
            date: basis.date,
            payload_sha256,
        })
    }

    /// The item in which a page was sealed lately, saying the same, judged by the same lexicons. What is ordered to be seen is sealed
    /// each time.
    pub(super) fn sealed_lately(
        &self,
        target: &Target,
        text: &str,
        verdict: &Verdict,
    ) -> Option<SealedAs> {
        if self.sealing.always || target.source == TargetSource::Recheck {
            return None;
        }
        let page = self.memory(target)?;
        let same = page.text_sha256 == hex::encode(sha256(text.as_bytes()));
        let sealed = page.sealed.filter(|sealed| {
            same && sealed.lexicon == verdict.lexicon_version && Utc::now() - sealed.at < SEALED_FOR
        })?;
        let there = find_item(self.store.home(), &sealed.evidence_id);
        there.ok().flatten().map(|_| sealed)
    }

    /// Takes out those links whose pages are known and not due; says how many.
    pub(super) fn retain_due(&self, targets: &mut Vec<Target>) -> u64 {
        if self.watching.is_none() {
            return 0;
        }
        let now = Utc::now();
        let before = targets.len();
        targets.retain(|target| {
            let special = matches!(
                target.source,
                TargetSource::Sitemap | TargetSource::SitemapEntry | TargetSource::Search
            );
            special
                || self.memory(target).is_none_or(|page| {
                    is_due(page.due, Duration::from_secs(page.interval_seconds), now)
                })
        });
        (before - targets.len()) as u64
    }

    /// Whether a page that a sitemap names is worth a visit: unknown, due, or changed since the last visit, as the site says.
    pub(super) fn is_wanted(&self, target: &Target, modified: Option<DateTime<Utc>>) -> bool {
        let now = Utc::now();
        self.memory(target).is_none_or(|page| {
            is_due(page.due, Duration::from_secs(page.interval_seconds), now)
                || modified.is_some_and(|at| at > page.checked && at <= now)
        })
    }

    /// Remembers what a visit showed. Says whether the page held a finding when it was last read in full.
    pub(super) fn remember(
        &self,
        target: &Target,
        capture: &Capture,
        place: &CaptureRef,
        seen: &Impression,
    ) -> Result<(), PatrolError> {
        let (Some(watching), Some(last)) = (&self.watching, capture.last()) else {
            return Ok(());
        };
        // What others are shown is compared, not remembered.
        let special = matches!(target.source, TargetSource::Sitemap | TargetSource::Search);
        if special || target.vantage > 0 {
            return Ok(());
        }
        let key = VisitKey::of(&target.url);
        let index = self.store.index();
        if matches!(last.status, 404 | 410) {
            return Ok(index.forget_page(&target.seed_id, key)?);
        }
        let before = self.memory(target);
        let memory = match (last.status, before) {
            (304, Some(before)) => unmodified(watching.bounds, before, last),
            (304, None) => return Ok(()),
            (_, before) => read_anew(watching.bounds, before, target, capture, place, seen),
        };
        Ok(index.set_page(&target.seed_id, key, &memory)?)
    }

    /// Whether the page held a finding when it was last read in full.
    pub(super) fn held_finding(&self, target: &Target) -> bool {
        self.memory(target).is_some_and(|page| page.finding)
    }

    /// Closes the orders that a visit has carried out.
    pub(super) fn close_orders(&self, lease: &Lease, end: &VisitEnd) -> Result<(), PatrolError> {
        if lease.target.source != TargetSource::Recheck {
            return Ok(());
        }
        let orders = self.watching.iter().flat_map(|w| &w.orders);
        let of_address = |order: &&RecheckOrder| {
            seed_of(order, &self.list.seeds).is_some_and(|(_, url)| VisitKey::of(&url) == lease.key)
        };
        for order in orders.filter(of_address) {
            self.store
                .close_recheck(&done(order, &self.run.to_string(), end))?;
            self.monitor.event(Event::Rechecked);
        }
        Ok(())
    }
}

fn done(order: &RecheckOrder, run: &str, end: &VisitEnd) -> RecheckDone {
    let mut done = RecheckDone {
        format: ORDER_FORMAT.to_owned(),
        id: order.id.clone(),
        at: Utc::now(),
        run: run.to_owned(),
        status: 0,
        finding: false,
        unchanged: false,
        evidence_id: None,
        not_seen: String::new(),
    };
    match end {
        VisitEnd::Done {
            status,
            finding,
            evidence_id,
            ..
        } => {
            done.status = *status;
            done.finding = *finding;
            done.unchanged = *status == 304;
            done.evidence_id.clone_from(evidence_id);
        }
        VisitEnd::Skipped(reason) => done.not_seen = reason.to_string().chars().take(500).collect(),
    }
    done
}

fn known_target(seed: &Seed, page: &PageMemory) -> Option<Target> {
    Some(Target {
        url: Url::parse(&page.url).ok()?,
        seed_id: seed.id.clone(),
        depth: page.depth,
        offsite: page.offsite,
        source: TargetSource::Revisit,
        referrer: None,
        priority: if page.finding { 190 } else { 120 },
        vantage: 0,
    })
}

/// Whether a request asked for the page only if it differs.
fn was_conditional(exchange: &Exchange) -> bool {
    let head = String::from_utf8_lossy(&exchange.request_head).to_ascii_lowercase();
    head.contains("\r\nif-none-match:") || head.contains("\r\nif-modified-since:")
}

fn unmodified(bounds: RevisitBounds, mut page: PageMemory, last: &Exchange) -> PageMemory {
    let seen = Seen {
        finding: page.finding,
        score: page.score,
        changed: Some(false),
    };
    let interval = bounds.next(Duration::from_secs(page.interval_seconds), seen);
    page.unmodified = page.unmodified.saturating_add(1);
    set_next(&mut page, last.ended, interval);
    page
}

fn set_next(page: &mut PageMemory, checked: DateTime<Utc>, interval: Duration) {
    page.checked = checked;
    page.interval_seconds = interval.as_secs();
    let ahead = TimeDelta::from_std(interval).unwrap_or(TimeDelta::zero());
    page.due = checked.checked_add_signed(ahead).unwrap_or(checked);
}

fn read_anew(
    bounds: RevisitBounds,
    before: Option<PageMemory>,
    target: &Target,
    capture: &Capture,
    place: &CaptureRef,
    seen: &Impression,
) -> PageMemory {
    let (status, checked) = capture
        .last()
        .map_or((0, DateTime::UNIX_EPOCH), |last| (last.status, last.ended));
    let text_sha256 = seen.text.map(hex::encode).unwrap_or_default();
    let changed = before
        .as_ref()
        .map(|page| page.text_sha256 != text_sha256 || page.status != status);
    let before_interval = before.as_ref().map_or(0, |page| page.interval_seconds);
    let interval = bounds.next(
        Duration::from_secs(before_interval),
        Seen {
            finding: seen.finding,
            score: seen.score,
            changed,
        },
    );
    let mut page = PageMemory {
        url: target.url.to_string(),
        depth: target.depth,
        offsite: target.offsite,
        status,
        finding: seen.finding,
        score: seen.score,
        text_sha256,
        checked,
        changed: match (changed, before) {
            (Some(false), Some(before)) => before.changed,
            _ => checked,
        },
        interval_seconds: 0,
        due: checked,
        unmodified: 0,
        sealed: seen.sealed.clone(),
        basis: basis(capture, place),
    };
    set_next(&mut page, checked, interval);
    page
}

/// The stored answer as a basis of conditional requests: whole, without redirects or a browser's part in it, with at least one
/// validator of a sane length.
fn basis(capture: &Capture, place: &CaptureRef) -> Option<RevisitBasis> {
    let [only] = capture.exchanges.as_slice() else {
        return None;
    };
    if only.status != 200 || only.truncated.is_some() || capture.rendering.is_some() {
        return None;
    }
    let field = |name: &str| {
        let value = only.header(name).filter(|v| (1..=500).contains(&v.len()));
        value.map(str::to_owned)
    };
    let (etag, last_modified) = (field("etag"), field("last-modified"));
    (etag.is_some() || last_modified.is_some()).then(|| RevisitBasis {
        etag,
        last_modified,
        run: place.run.clone(),
        file: place.file.clone(),
        record: place.response_id.clone(),
        target: only
            .url
            .as_str()
            .split('#')
            .next()
            .unwrap_or_default()
            .to_owned(),
        date: only.started.to_rfc3339_opts(SecondsFormat::Millis, true),
        payload_sha256: place.payload_sha256.clone(),
    })
}

impl Impression {
    /// Of a page that was judged.
    pub(super) fn of(verdict: &Verdict, text: &str, sealed: Option<SealedAs>) -> Self {
        Self {
            finding: verdict.finding,
            // Between 0 and 100, by its own definition.
            score: verdict.score.total().clamp(0.0, 100.0).round() as u8,
            text: Some(sha256(text.as_bytes())),
            sealed,
        }
    }
}
