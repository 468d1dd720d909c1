//! What a capture tells of its site and page against what is remembered: signals, and the memory brought up to date.

use super::judged::Judged;
use super::views::promotes;
use crate::model::address::VisitKey;
use crate::model::capture::Exchange;
use crate::model::finding::Verdict;
use crate::model::page::LinkKind;
use crate::model::politeness::politeness_group;
use crate::model::signal::{CaptureName, Observation, Signal, SignalKind};
use crate::model::site_memory::{LastLook, SiteMemory};
use crate::model::sketch::Sketch;
use crate::model::skip::SkipReason;
use crate::model::vantage::Vantage;
use crate::signals::change::{page_changes, site_changes};
use crate::signals::filing::filing;
use crate::signals::networks::{Networks, is_mainland};
use crate::signals::posture::posture;
use crate::signals::sketch::sketch;
use crate::signals::tls;
use crate::signals::view::texts;
use crate::storage::certificate;
use crate::storage::digest::sha256;
use crate::storage::error::StorageError;
use crate::storage::index::Index;
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
    page: Option<LastLook>,
}

/// One capture, for making signals of it.
#[derive(Debug, Clone)]
pub(super) struct Scene<'a> {
    /// The seed.
    pub(super) seed_id: &'a str,
    /// From where it was looked at.
    pub(super) vantage: Option<Vantage>,
    /// The visit.
    pub(super) key: VisitKey,
    /// The address asked for.
    pub(super) requested: &'a Url,
    /// The address whose page it is.
    pub(super) url: &'a Url,
    /// Whether a site begins here, or an advertisement leads here.
    pub(super) is_entrance: bool,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// The capture.
    pub(super) capture: CaptureName,
}

impl Scene<'_> {
    /// A signal of this capture.
    pub(super) fn signal(&self, observed: Observation, earlier: Option<CaptureName>) -> Signal {
        Signal {
            observed,
            url: self.url.clone(),
            seed_id: self.seed_id.to_owned(),
            vantage: self.vantage,
            at: self.at,
            capture: self.capture.clone(),
            earlier,
        }
    }
}

/// Holds captures against what is remembered.
#[derive(Clone, Copy)]
pub(super) struct Observer<'a> {
    /// What is remembered.
    pub(super) index: &'a Index,
    /// Where servers stand, by the office's own table.
    pub(super) networks: Option<&'a Networks>,
}

impl Observer<'_> {
    /// What a capture from the base vantage tells; `judged` where it was read.
    pub(super) fn observe(
        &self,
        scene: &Scene<'_>,
        last: &Exchange,
        judged: Option<&Judged>,
    ) -> Result<Observed, StorageError> {
        let mut observed = Observed::default();
        self.look_at_site(scene, last, &mut observed)?;
        let verdict = judged.map(|j| &j.verdict);
        let before = self.index.last_look(scene.key)?;
        // What was worth remembering once stays so, whatever it shows now.
        if before.is_some() || scene.is_entrance || verdict.is_some_and(promotes) {
            look_at_page(scene, last, judged, before, &mut observed);
        }
        if let Some(judged) = judged {
            self.look_at_content(scene, last, judged, &mut observed)?;
        }
        Ok(observed)
    }

    /// First seen, certificate, network.
    fn look_at_site(
        &self,
        scene: &Scene<'_>,
        last: &Exchange,
        observed: &mut Observed,
    ) -> Result<(), StorageError> {
        let Some(host) = last.url.host_str() else {
            return Ok(());
        };
        let known = self.index.site(host)?;
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
    ) -> Result<(), StorageError> {
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
        self.look_alike(scene, judged, offers, observed)
    }

    fn abroad(&self, last: &Exchange) -> Option<Observation> {
        let address = last.server?.ip();
        let place = self.networks?.place(address)?;
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
    ) -> Result<(), StorageError> {
        if !offers {
            return Ok(());
        }
        let own = observed.page.as_ref().map(|p| p.sketch.clone());
        let sketch = own.unwrap_or_else(|| sketch(texts(&judged.page)));
        if sketch.runs < LEAST_RUNS {
            return Ok(());
        }
        let domain = politeness_group(scene.url);
        // Entered before others are looked for: of two pages at once at least one then sees the other.
        self.index.put_like(&LikePage {
            simhash: sketch.simhash,
            domain: domain.clone(),
            url: scene.url.as_str().to_owned(),
            title: judged.page.title.clone(),
            capture: (&scene.capture).into(),
        })?;
        let others = self.index.likes(sketch.simhash, &domain)?;
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
        Ok(())
    }

    /// What a refusal tells of a page that was there, or of the site's certificate.
    pub(super) fn refused(
        &self,
        scene: &Scene<'_>,
        reason: &SkipReason,
    ) -> Result<Option<Observed>, StorageError> {
        let before = self.index.last_look(scene.key)?.filter(|b| !b.gone);
        let Some(found) = tls::refusal(reason, before.is_some()) else {
            return Ok(None);
        };
        let earlier = before.as_ref().map(name_of);
        Ok(Some(Observed {
            signals: vec![scene.signal(found, earlier)],
            page: before
                .filter(|_| tls::is_gone(reason))
                .map(|b| LastLook { gone: true, ..b }),
            ..Observed::default()
        }))
    }

    /// Writes down what was observed; repeated after a crash it changes nothing. Gives the kinds of the signals that are new.
    pub(super) fn remember(
        &self,
        key: VisitKey,
        observed: &Observed,
        evidence_id: Option<&str>,
    ) -> Result<Vec<SignalKind>, StorageError> {
        let mut new = Vec::new();
        for signal in &observed.signals {
            let mut row = StoredSignal::from(signal);
            row.capture.evidence_id = evidence_id.map(str::to_owned);
            if self.index.put_signal(&row)? {
                new.push(signal.observed.kind);
            }
        }
        if let Some(site) = &observed.site {
            self.index.put_site(site)?;
        }
        if let Some(page) = &observed.page {
            self.index.put_last_look(key, page)?;
        }
        Ok(new)
    }
}

/// The capture that a page is remembered by.
fn name_of(page: &LastLook) -> CaptureName {
    CaptureName {
        run: page.run.clone(),
        visit: page.visit.clone(),
        record: page.record.clone(),
    }
}

/// What changed on a page that is remembered.
fn look_at_page(
    scene: &Scene<'_>,
    last: &Exchange,
    judged: Option<&Judged>,
    before: Option<LastLook>,
    observed: &mut Observed,
) {
    let vantage = scene.vantage.map(Vantage::code).unwrap_or_default();
    let good = (200..300).contains(&last.status);
    let gone = matches!(last.status, 404 | 410);
    let before = before.filter(|b| b.vantage == vantage);
    let Some(now) = now(scene, last, judged, vantage, &before, gone) else {
        return;
    };
    if let Some(before) = &before {
        let same = before.run == now.run && before.visit == now.visit;
        let earlier = name_of(before);
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
        Some(before) if gone => Some(LastLook {
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
    before: &Option<LastLook>,
    gone: bool,
) -> Option<LastLook> {
    if judged.is_none() && before.is_none() {
        return None;
    }
    let operator = |verdict: &Verdict| verdict.who.operator.as_ref().map(|o| o.name.clone());
    let sketch = judged.map_or_else(Sketch::default, |j| sketch(texts(&j.page)));
    Some(LastLook {
        url: scene.requested.as_str().to_owned(),
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
