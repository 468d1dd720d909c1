//! What a settled visit tells beside its verdict: signals about site and page, and how the page looks from elsewhere.

use super::judged::Judged;
use super::observe::{Observed, Observer, Scene};
use super::pipeline::{Part, PatrolError};
use super::views::{OtherLook, cloaking, is_entrance};
use crate::model::capture::{Capture, Exchange};
use crate::model::seed::Seed;
use crate::model::signal::{CaptureName, Signal};
use crate::model::skip::SkipReason;
use crate::storage::frontier::lease::Lease;
use crate::storage::run::CaptureRef;
use crate::storage::warc::encode::CaptureContext;
use chrono::{DateTime, Utc};
use url::Url;

impl Part {
    fn observer(&self) -> Observer<'_> {
        Observer {
            index: self.store.index(),
            networks: self.networks.as_deref(),
        }
    }

    /// One capture of a lease, for making signals of it; without a place there was no answer.
    fn scene<'a>(
        &'a self,
        seed: &'a Seed,
        lease: &'a Lease,
        place: Option<&CaptureRef>,
        url: &'a Url,
        at: DateTime<Utc>,
    ) -> Scene<'a> {
        Scene {
            seed_id: &seed.id,
            vantage: seed.vantages.mark(&lease.target).map(|m| m.vantage),
            key: lease.key,
            requested: &lease.target.url,
            url,
            is_entrance: is_entrance(&lease.target),
            at,
            capture: CaptureName {
                run: self.run.to_string(),
                visit: lease.key.hex(),
                record: place.map(|p| p.response_id.clone()).unwrap_or_default(),
            },
        }
    }

    /// What a capture tells. Looks from other vantages are held against the base alone ([`super::views`]).
    pub(super) fn observe(
        &self,
        seed: &Seed,
        lease: &Lease,
        last: &Exchange,
        place: &CaptureRef,
        judged: Option<&Judged>,
    ) -> Result<Observed, PatrolError> {
        if lease.target.vantage > 0 {
            return Ok(Observed::default());
        }
        let url = judged.map_or(&last.url, |j| &j.url);
        let scene = self.scene(seed, lease, Some(place), url, last.started);
        Ok(self.observer().observe(&scene, last, judged)?)
    }

    /// Writes down what was observed, and counts what is new.
    pub(super) fn remember_site(
        &self,
        lease: &Lease,
        observed: &Observed,
        evidence_id: Option<&str>,
    ) -> Result<(), PatrolError> {
        let new = self.observer().remember(lease.key, observed, evidence_id)?;
        new.into_iter().for_each(|kind| self.signalled(kind));
        Ok(())
    }

    /// Counts a look from another vantage, and adds the signal where the page hides something from some. Says whether it does.
    pub(super) fn hold_against(
        &self,
        look: Option<&OtherLook>,
        context: &CaptureContext,
        lease: &Lease,
        place: &CaptureRef,
        capture: &Capture,
        observed: &mut Observed,
    ) -> bool {
        let (Some(look), Some(last)) = (look, capture.last()) else {
            return false;
        };
        self.looked(look.comparison.resemblance);
        let vantage = context.vantage.as_ref().map(|m| m.vantage);
        let Some(found) = cloaking(&look.comparison, look.view(), vantage) else {
            return false;
        };
        observed.signals.push(Signal {
            observed: found,
            url: lease.target.url.clone(),
            seed_id: context.seed_id.clone(),
            vantage,
            at: last.started,
            capture: CaptureName {
                run: place.run.clone(),
                visit: context.visit.clone(),
                record: place.response_id.clone(),
            },
            earlier: Some(look.name()),
        });
        true
    }

    /// What a refusal tells of a page that was there, or of its site's certificate.
    pub(super) fn tell_refused(
        &self,
        seed: &Seed,
        lease: &Lease,
        reason: &SkipReason,
    ) -> Result<(), PatrolError> {
        if lease.target.vantage > 0 {
            return Ok(());
        }
        let scene = self.scene(seed, lease, None, &lease.target.url, Utc::now());
        match self.observer().refused(&scene, reason)? {
            Some(observed) => self.remember_site(lease, &observed, None),
            None => Ok(()),
        }
    }
}
