//! Signals made again from the archives, after the index was lost: every capture is held against what the captures before it
//! tell. Nothing is fetched. What left no capture (a name that did not resolve, a refused certificate) is not had back.

use super::inspect::Inspector;
use super::judged::Judged;
use super::observe::{Observed, Observer, Scene};
use super::views::{cloaking, compare_looks, promotes, read_again};
use crate::model::address::VisitKey;
use crate::model::capture::Capture;
use crate::model::monitor::{Event, Monitor};
use crate::model::signal::CaptureName;
use crate::model::target::TargetSource;
use crate::model::vantage::Vantage;
use crate::signals::networks::Networks;
use crate::storage::error::StorageError;
use crate::storage::item::{evidence_id, find_item};
use crate::storage::run::read::{captured, read_decoded, runs};
use crate::storage::run::{CaptureRef, Captured};
use crate::storage::store::Store;
use std::collections::HashMap;
use url::Url;

/// Base looks of a run that are kept in mind for holding others against them.
const MOST_BASES: usize = 20_000;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Again {
    /// Captures looked at.
    pub captures: u64,
    /// New signals.
    pub signals: u64,
    /// Captures that could not be read.
    pub unread: u64,
}

/// Forgets all signals and memories, and makes them again from the archives, run by run.
pub fn again(
    store: &Store,
    inspector: &Inspector,
    networks: Option<&Networks>,
    monitor: &dyn Monitor,
) -> Result<Again, StorageError> {
    store.index().forget_signals()?;
    let mut work = Work {
        store,
        inspector,
        observer: Observer {
            index: store.index(),
            networks,
        },
        bases: HashMap::new(),
        done: Again::default(),
    };
    for run in runs(store.home())? {
        work.bases.clear();
        for captured in captured(store.home(), &run)? {
            work.take(&captured?)?;
            monitor.event(Event::Progress {
                what: "captures",
                done: work.done.captures,
                total: 0,
            });
        }
    }
    store.index().flush()?;
    Ok(work.done)
}

struct Work<'a> {
    store: &'a Store,
    inspector: &'a Inspector,
    observer: Observer<'a>,
    /// Where the base looks of this run lie, and their views.
    bases: HashMap<VisitKey, (CaptureRef, Option<Vantage>)>,
    done: Again,
}

/// One capture, read back.
struct Look {
    capture: Capture,
    judged: Judged,
    seed: String,
    vantage: Option<Vantage>,
    is_entrance: bool,
}

impl Work<'_> {
    fn take(&mut self, captured: &Captured) -> Result<(), StorageError> {
        // Exchanges beside pages bear names that are no visit keys.
        let (Some(key), Ok(requested)) = (
            VisitKey::parse(&captured.visit),
            Url::parse(&captured.requested),
        ) else {
            return Ok(());
        };
        let Some(look) = self.read(&captured.place) else {
            self.done.unread += 1;
            return Ok(());
        };
        self.done.captures += 1;
        let Some(last) = look.capture.last() else {
            return Ok(());
        };
        let good = (200..300).contains(&last.status);
        let scene = Scene {
            seed_id: &look.seed,
            vantage: look.vantage,
            key,
            requested: &requested,
            url: if good { &look.judged.url } else { &last.url },
            is_entrance: look.is_entrance,
            at: last.started,
            capture: CaptureName {
                run: captured.place.run.clone(),
                visit: captured.visit.clone(),
                record: captured.place.response_id.clone(),
            },
        };
        let base_key = VisitKey::of(&requested);
        let observed = if key == base_key {
            let watched = look.is_entrance || (good && promotes(&look.judged.verdict));
            if watched && look.vantage.is_some() && self.bases.len() < MOST_BASES {
                let base = (captured.place.clone(), look.vantage);
                self.bases.insert(key, base);
            }
            let read = good.then_some(&look.judged);
            self.observer.observe(&scene, last, read)?
        } else {
            self.other_look(&scene, base_key, &look, last.status)
        };
        let id = evidence_id(&captured.place.run, &captured.visit);
        let sealed = find_item(self.store.home(), &id)?.map(|_| id.as_str());
        let new = self.observer.remember(key, &observed, sealed)?;
        self.done.signals += new.len() as u64;
        Ok(())
    }

    fn read(&self, place: &CaptureRef) -> Option<Look> {
        let decoded = read_decoded(self.store.home(), place)
            .inspect_err(|error| tracing::warn!(%error, "capture"))
            .ok()?;
        let (seed, vantage, source) = (decoded.seed, decoded.vantage, decoded.source);
        let (capture, judged) = read_again(decoded.capture, self.inspector)?;
        Some(Look {
            capture,
            judged,
            seed,
            vantage,
            is_entrance: matches!(source, Some(TargetSource::Seed | TargetSource::AdLanding)),
        })
    }

    /// What a look from another vantage tells against the base.
    fn other_look(&self, scene: &Scene<'_>, key: VisitKey, look: &Look, status: u16) -> Observed {
        let mut observed = Observed::default();
        let Some((place, view)) = self.bases.get(&key) else {
            return observed;
        };
        let Some(base) = self.read(place) else {
            return observed;
        };
        let comparison = compare_looks(&base.capture, &base.judged, status, &look.judged);
        let earlier = CaptureName {
            run: place.run.clone(),
            visit: key.hex(),
            record: place.response_id.clone(),
        };
        if let Some(found) = cloaking(&comparison, *view, look.vantage) {
            let mut signal = scene.signal(found, Some(earlier));
            signal.url = scene.requested.clone();
            observed.signals.push(signal);
        }
        observed
    }
}
