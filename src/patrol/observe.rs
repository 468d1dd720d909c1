//! What a capture tells of its site and page against what is remembered: signals, and the memory brought up to date.

use super::judged::Judged;
use super::pipeline::{Part, PatrolError};
use super::views::{is_entrance, promotes};
use crate::model::capture::{Capture, Exchange};
use crate::model::finding::Verdict;
use crate::model::page::LinkKind;
use crate::model::politeness::politeness_group;
use crate::model::seed::Seed;
use crate::model::signal::{CaptureName, Observation, Signal, SignalKind};
use crate::model::site_memory::{PageMemory, SiteMemory};
use crate::model::sketch::Sketch;
use crate::model::skip::SkipReason;
use crate::signals::change::{page_changes, site_changes};
use crate::signals::filing::filing;
use crate::signals::networks::is_mainland;
use crate::signals::posture::posture;
use crate::signals::sketch::sketch;
use crate::signals::tls;
use crate::signals::view::texts;
use crate::storage::certificate;
use crate::storage::digest::sha256;
use crate::storage::frontier::lease::Lease;
use crate::storage::run::CaptureRef;
use crate::wire::signal::{LikePage, StoredSignal};
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// A site's row is written again after this time even when nothing changed.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// Runs that a text must have for being held against those of other sites.
const LEAST_RUNS: u32 = 100;
/// Look-alikes told of one page.
const MOST_LIKES: usize = 5;

/// What a capture told, not yet written.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) signals: Vec<Signal>,
    site: Option<SiteMemory>,
    page: Option<PageMemory>,
    like: Option<LikePage>,
}

/// One capture, for making signals of it.
struct Scene<'a> {
    seed: &'a Seed,
    lease: &'a Lease,
    url: &'a Url,
    at: DateTime<Utc>,
    capture: CaptureName,
}

impl Scene<'_> {
    fn signal(&self, observed: Observation, earlier: Option<CaptureName>) -> Signal {
        Signal {
            observed,
            url: self.url.clone(),
            seed_id: self.seed.id.clone(),
            vantage: self.vantage(),
            at: self.at,
            capture: self.capture.clone(),
            earlier,
        }
    }

    fn vantage(&self) -> Option<crate::model::vantage::Vantage> {
        let mark = self.seed.vantages.mark(&self.lease.target);
        mark.map(|m| m.vantage)
    }
}

impl Part {
    /// What a capture tells. Looks from other vantages are held against the base alone ([`super::views`]).
    pub(super) fn observe(
        &self,
        seed: &Seed,
        lease: &Lease,
        capture: &Capture,
        place: &CaptureRef,
        judged: Option<&Judged>,
    ) -> Result<Observed, PatrolError> {
        let (0, Some(last)) = (lease.target.vantage, capture.last()) else {
            return Ok(Observed::default());
        };
        let url = judged.map_or(&last.url, |j| &j.url);
        let scene = Scene {
            seed,
            lease,
            url,
            at: last.started,
            capture: CaptureName {
                run: place.run.clone(),
                visit: lease.key.hex(),
                record: place.response_id.clone(),
            },
        };
        let mut observed = Observed::default();
        self.look_at_site(&scene, last, &mut observed)?;
        let verdict = judged.map(|j| &j.verdict);
        let before = self.store.index().page(lease.key)?;
        // What was worth remembering once stays so, whatever it shows now.
        if before.is_some() || is_entrance(&lease.target) || verdict.is_some_and(promotes) {
            look_at_page(&scene, last, judged, before, &mut observed);
        }
        if let Some(judged) = judged {
            self.look_at_content(&scene, last, judged, &mut observed);
        }
        Ok(observed)
    }

    /// First seen, certificate, network.
    fn look_at_site(
        &self,
        scene: &Scene<'_>,
        last: &Exchange,
        observed: &mut Observed,
    ) -> Result<(), PatrolError> {
        let Some(host) = last.url.host_str() else {
            return Ok(());
        };
        let known = self.store.index().site(host)?;
        let is_new = known.is_none();
        let mut site = known.unwrap_or_else(|| SiteMemory {
            host: host.to_owned(),
            first_seen: scene.at,
            last_seen: scene.at,
            run: scene.capture.run.clone(),
            certificate: None,
            addresses: Vec::new(),
        });
        if is_new {
            let detail = format!("此前未巡查过该网站:{host}");
            let found = Observation::new(SignalKind::NewSite, detail);
            observed.signals.push(scene.signal(found, None));
        }
        let leaf = last.tls_chain.first().filter(|leaf| {
            let digest = hex::encode(sha256(leaf));
            site.certificate.as_ref().is_none_or(|c| c.sha256 != digest)
        });
        let certificate = leaf.and_then(|leaf| certificate::facts(leaf));
        let networks = site.addresses.len();
        let renewed = certificate.is_some();
        let changes = site_changes(&mut site, certificate, last.server.map(|s| s.ip()));
        let told = changes.into_iter().map(|o| scene.signal(o, None));
        observed.signals.extend(told);
        let stale = scene.at - site.last_seen > FRESH || site.run != scene.capture.run;
        if is_new || renewed || stale || networks != site.addresses.len() {
            site.last_seen = scene.at;
            site.run.clone_from(&scene.capture.run);
            observed.site = Some(site);
        }
        Ok(())
    }

    /// What a page tells by itself: filing, security, where its server stands, near copies.
    fn look_at_content(
        &self,
        scene: &Scene<'_>,
        last: &Exchange,
        judged: &Judged,
        observed: &mut Observed,
    ) {
        let (page, verdict) = (&judged.page, &judged.verdict);
        let offers = promotes(verdict);
        let asks = page
            .links
            .iter()
            .any(|l| l.kind == LinkKind::Form && !l.text.is_empty());
        let mut found: Vec<Observation> = Vec::new();
        if offers {
            found.extend(filing(scene.url, page, verdict));
            found.extend(self.abroad(last));
        }
        if offers || asks {
            found.extend(posture(last, scene.url, page));
        }
        observed
            .signals
            .extend(found.into_iter().map(|o| scene.signal(o, None)));
        if let Err(error) = self.look_alike(scene, judged, offers, observed) {
            // A memory that cannot be read costs a signal, not the page.
            tracing::warn!(%error, "look-alikes");
        }
    }

    fn abroad(&self, last: &Exchange) -> Option<Observation> {
        let address = last.server?.ip();
        let place = self.networks.as_ref()?.place(address)?;
        if is_mainland(place) {
            return None;
        }
        let detail = "金融页面的服务器不在境内(依本单位所用地址段表)";
        let found = Observation::new(SignalKind::ServerAbroad, detail);
        Some(Observation {
            after: Some(format!("{address} {place}")),
            ..found
        })
    }

    fn look_alike(
        &self,
        scene: &Scene<'_>,
        judged: &Judged,
        offers: bool,
        observed: &mut Observed,
    ) -> Result<(), PatrolError> {
        if !offers {
            return Ok(());
        }
        let own = observed.page.as_ref().map(|p| p.sketch.clone());
        let sketch = own.unwrap_or_else(|| sketch(texts(&judged.page)));
        if sketch.runs < LEAST_RUNS {
            return Ok(());
        }
        let domain = politeness_group(scene.url);
        let others = self.store.index().likes(sketch.simhash, &domain)?;
        for other in others.into_iter().take(MOST_LIKES) {
            let differ = (other.simhash ^ sketch.simhash).count_ones();
            let detail = format!(
                "与另一网站({})的页面文字几乎相同(指纹相差{differ}位)",
                other.domain
            );
            let found = Observation::new(SignalKind::LookAlike, detail);
            let found = found.change(other.url.as_str(), scene.url.as_str());
            let earlier = CaptureName {
                run: other.capture.run,
                visit: other.capture.visit,
                record: other.capture.record,
            };
            observed.signals.push(scene.signal(found, Some(earlier)));
        }
        observed.like = Some(LikePage {
            simhash: sketch.simhash,
            domain,
            url: scene.url.as_str().to_owned(),
            title: judged.page.title.clone(),
            capture: (&scene.capture).into(),
        });
        Ok(())
    }

    /// What a refusal tells of a page that was there, or of the site's certificate.
    pub(super) fn observe_refusal(
        &self,
        seed: &Seed,
        lease: &Lease,
        reason: &SkipReason,
    ) -> Result<(), PatrolError> {
        if lease.target.vantage > 0 {
            return Ok(());
        }
        let index = self.store.index();
        let before = index.page(lease.key)?.filter(|b| !b.gone);
        let Some(found) = tls::refusal(reason, before.is_some()) else {
            return Ok(());
        };
        let scene = Scene {
            seed,
            lease,
            url: &lease.target.url,
            at: Utc::now(),
            capture: CaptureName {
                run: self.run.to_string(),
                visit: lease.key.hex(),
                record: String::new(),
            },
        };
        let earlier = before.as_ref().map(|b| CaptureName {
            run: b.run.clone(),
            visit: b.visit.clone(),
            record: b.record.clone(),
        });
        let observed = Observed {
            signals: vec![scene.signal(found, earlier)],
            page: before
                .filter(|_| tls::is_gone(reason))
                .map(|b| PageMemory { gone: true, ..b }),
            ..Observed::default()
        };
        self.remember(lease, &observed, None)
    }

    /// Writes down what was observed. Repeated after a crash it changes nothing.
    pub(super) fn remember(
        &self,
        lease: &Lease,
        observed: &Observed,
        evidence_id: Option<&str>,
    ) -> Result<(), PatrolError> {
        let index = self.store.index();
        for signal in &observed.signals {
            let mut row = StoredSignal::from(signal);
            row.capture.evidence_id = evidence_id.map(str::to_owned);
            index.put_signal(&row)?;
            self.signalled(signal.observed.kind);
        }
        if let Some(site) = &observed.site {
            index.put_site(site)?;
        }
        if let Some(page) = &observed.page {
            index.put_page(lease.key, page)?;
        }
        if let Some(like) = &observed.like {
            index.put_like(like)?;
        }
        Ok(())
    }
}

/// What changed on a page that is remembered.
fn look_at_page(
    scene: &Scene<'_>,
    last: &Exchange,
    judged: Option<&Judged>,
    before: Option<PageMemory>,
    observed: &mut Observed,
) {
    let vantage = scene.vantage().map(|v| v.code()).unwrap_or_default();
    let good = (200..300).contains(&last.status);
    let gone = matches!(last.status, 404 | 410);
    let before = before.filter(|b| b.vantage == vantage);
    let Some(now) = now(scene, last, judged, vantage, &before, gone) else {
        return;
    };
    if let Some(before) = &before {
        let same = before.run == now.run && before.visit == now.visit;
        let earlier = CaptureName {
            run: before.run.clone(),
            visit: before.visit.clone(),
            record: before.record.clone(),
        };
        if !same && (good || gone) {
            let changes = page_changes(before, &now).into_iter();
            let told = changes.map(|o| scene.signal(o, Some(earlier.clone())));
            observed.signals.extend(told);
        } else if !same && !before.gone && last.status >= 400 {
            let detail = format!("应答状态{}", last.status);
            let found = Observation::new(SignalKind::Unreachable, detail);
            observed.signals.push(scene.signal(found, Some(earlier)));
        }
    }
    observed.page = match before {
        _ if good => Some(now),
        // Of a page that is gone its last good state is remembered.
        Some(before) if gone => Some(PageMemory {
            gone: true,
            ..before
        }),
        _ => None,
    };
}

/// The page as it is to be remembered; `None` when there is nothing to remember or to compare.
fn now(
    scene: &Scene<'_>,
    last: &Exchange,
    judged: Option<&Judged>,
    vantage: String,
    before: &Option<PageMemory>,
    gone: bool,
) -> Option<PageMemory> {
    if judged.is_none() && before.is_none() {
        return None;
    }
    let operator = |verdict: &Verdict| verdict.who.operator.as_ref().map(|o| o.name.clone());
    let sketch = judged.map_or_else(Sketch::default, |j| sketch(texts(&j.page)));
    Some(PageMemory {
        url: scene.lease.target.url.as_str().to_owned(),
        vantage,
        at: scene.at,
        run: scene.capture.run.clone(),
        visit: scene.capture.visit.clone(),
        record: scene.capture.record.clone(),
        status: last.status,
        final_url: scene.url.as_str().to_owned(),
        title: judged.map(|j| j.page.title.clone()).unwrap_or_default(),
        operator: judged
            .and_then(|j| operator(&j.verdict))
            .unwrap_or_default(),
        sketch,
        gone,
    })
}
