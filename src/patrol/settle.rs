//! From a finished fetch to stored evidence: archive, read, judge, seal, and end the visit. Computing and disk work only.

use super::discover::{Discoveries, discover};
use super::judged::{Judged, day_of, judge_capture};
use super::pipeline::{Part, PatrolError};
use super::revisits::Impression;
use super::slots;
use super::views::OtherLook;
use crate::fetch::Visit;
use crate::model::capture::Capture;
use crate::model::monitor::Event;
use crate::model::note::Note;
use crate::model::seed::Seed;
use crate::model::skip::SkipReason;
use crate::model::target::Target;
use crate::model::target::TargetSource;
use crate::model::visit::VisitEnd;
use crate::storage::error::StorageError;
use crate::storage::frontier::lease::Lease;
use crate::storage::frontier::report::{Finished, Postponed, Postponement, VisitReport};
use crate::storage::package::ItemDraft;
use crate::storage::run::CaptureRef;
use crate::storage::warc::encode::CaptureContext;
use crate::wire::page_memory::SealedAs;
use crate::wire::signal::StoredSignal;
use chrono::{TimeDelta, Utc};
use std::collections::HashSet;
use std::time::Duration;

/// Marks archived exchanges that are not the visit's own page: robots.txt, and hops before a refusal.
const ASIDE: &str = "aside-";

/// The links of the page as judged, and those that only its other form has.
fn discover_all(seed: &Seed, lease: &Lease, judged: &Judged) -> Discoveries {
    let mut found = discover(seed, &lease.target, &judged.url, &judged.page);
    let Some(other) = &judged.other else {
        return found;
    };
    let mut more = discover(seed, &lease.target, &judged.url, other);
    let known: HashSet<&str> = found.targets.iter().map(|t| t.url.as_str()).collect();
    more.targets.retain(|t| !known.contains(t.url.as_str()));
    let known: HashSet<&str> = found.refused.iter().map(|r| r.url.as_str()).collect();
    more.refused.retain(|r| !known.contains(r.url.as_str()));
    found.targets.append(&mut more.targets);
    found.refused.append(&mut more.refused);
    found
}

/// What a page told, beside its verdict.
struct Told {
    finding: bool,
    evidence_id: Option<String>,
    discoveries: Discoveries,
    charset: &'static str,
    impression: Impression,
}

impl Part {
    /// Settles what a fetch brought: a page, or the reason why there is none.
    pub(super) fn settle(
        &self,
        lease: &Lease,
        visit: Visit,
        ahead: Option<Judged>,
    ) -> Result<(), PatrolError> {
        let seed = self.seed(&lease.target.seed_id)?;
        for robots in &visit.robots {
            let context = self.context(seed, lease, true);
            self.archive.append(robots, &context)?;
        }
        match visit.outcome {
            Ok(capture) => {
                let refers_to = self.refers_to(&lease.target, &capture);
                let context = self.context(seed, lease, false);
                let place = self
                    .archive
                    .append_revisit(&capture, &context, refers_to.as_ref())?;
                self.settle_capture(lease, &capture, &place, ahead)
            }
            Err(reason) => {
                if let Some(partial) = &visit.partial {
                    let context = self.context(seed, lease, true);
                    self.archive.append(partial, &context)?;
                }
                let by_host = visit
                    .partial
                    .as_ref()
                    .and_then(Capture::last)
                    .is_some_and(|e| matches!(e.status, 429 | 503));
                let wait = self.worth_waiting(lease, &reason, visit.retry_after, by_host);
                self.settle_refusal(lease, reason, wait)
            }
        }
    }

    /// Settles a page whose exchanges stand in the archive; `ahead` is its judgement where it was judged already.
    pub(super) fn settle_capture(
        &self,
        lease: &Lease,
        capture: &Capture,
        place: &CaptureRef,
        ahead: Option<Judged>,
    ) -> Result<(), PatrolError> {
        let seed = self.seed(&lease.target.seed_id)?;
        let Some(last) = capture.last() else {
            return self.settle_refusal(lease, SkipReason::Failed("no answer".to_owned()), None);
        };
        let bytes = last.content().len() as u64;
        let good = (200..300).contains(&last.status);
        let judged = if lease.target.source == TargetSource::Sitemap {
            Told {
                discoveries: self.read_sitemap(seed, &lease.target, capture),
                ..Told::nothing()
            }
        } else if last.status == 304 && !self.seals_whatever(&lease.target) {
            Told {
                finding: self.held_finding(&lease.target),
                ..Told::nothing()
            }
        } else if good || self.seals_whatever(&lease.target) || lease.target.vantage > 0 {
            self.judge(seed, lease, capture, place, ahead)?
        } else {
            self.tell_unread(seed, lease, capture, place)?
        };
        let end = VisitEnd::Done {
            status: last.status,
            bytes,
            finding: judged.finding,
            evidence_id: judged.evidence_id.clone(),
        };
        let mut discoveries = judged.discoveries;
        if lease.target.source == TargetSource::Seed {
            let sitemaps = self.sitemaps_of(seed, &last.url);
            discoveries.targets.extend(sitemaps);
        }
        self.remember(&lease.target, capture, place, &judged.impression)?;
        let ended = self.finish(lease, end, discoveries)?;
        if ended {
            self.counted(last.status, judged.charset);
            self.monitor.event(Event::Visited {
                url: last.url.to_string(),
                status: last.status,
                bytes,
                finding: judged.finding,
            });
        }
        Ok(())
    }

    /// Reads and judges a page, and seals it when it is worth keeping: for a finding, or for a warning of its own.
    fn judge(
        &self,
        seed: &Seed,
        lease: &Lease,
        capture: &Capture,
        place: &CaptureRef,
        ahead: Option<Judged>,
    ) -> Result<Told, PatrolError> {
        let Some(last) = capture.last() else {
            return Ok(Told::nothing());
        };
        let judged = ahead.or_else(|| judge_capture(&self.inspector, capture, day_of(last)));
        let Some(judged) = judged else {
            return Ok(Told::nothing());
        };
        let (page, verdict) = (&judged.page, &judged.verdict);
        let good = (200..300).contains(&last.status);
        let context = self.context(seed, lease, false);
        let read = good.then_some(&judged);
        let mut observed = self.observe(seed, lease, last, place, read)?;
        let look = self.other_look(seed, lease, capture, &judged)?;
        let hidden = self.hold_against(
            look.as_ref(),
            &context,
            lease,
            place,
            capture,
            &mut observed,
        );
        let lately = match hidden {
            // What is shown to some only is sealed with both exchanges whenever it is seen.
            true => None,
            false => self.sealed_lately(&lease.target, &page.text, verdict),
        };
        let evidence_id = if let Some(lately) = &lately {
            Some(lately.evidence_id.clone())
        } else if (good && verdict.worth_keeping()) || self.seals_whatever(&lease.target) || hidden
        {
            let signals: Vec<StoredSignal> = observed.signals.iter().map(Into::into).collect();
            let compared = look.as_ref().filter(|_| hidden).map(OtherLook::compared);
            let pictures = self.pictures(capture)?;
            let slots = slots::pictures(page, verdict, capture.rendering.as_deref());
            let draft = ItemDraft {
                context: &context,
                capture,
                page,
                charset: judged.charset,
                verdict,
                tool: &self.tool,
                legal_basis: &self.legal_basis,
                environment: Some(&self.environment),
                imported: None,
                signals: &signals,
                compared: compared.as_ref(),
                pictures: &pictures,
                slots: &slots,
            };
            self.seal(&draft)?
        } else {
            None
        };
        self.remember_site(lease, &observed, evidence_id.as_deref())?;
        if !good && !self.sealing.always {
            return Ok(Told {
                evidence_id,
                ..Told::nothing()
            });
        }
        self.propose(seed, &lease.target, &judged, evidence_id.as_deref())?;
        let sealed = lately.or_else(|| {
            Some(SealedAs {
                evidence_id: evidence_id.clone()?,
                at: Utc::now(),
                lexicon: verdict.lexicon_version.clone(),
            })
        });
        let mut discoveries = discover_all(seed, lease, &judged);
        let views = self.other_views(seed, lease, place, Some(verdict))?;
        discoveries.targets.extend(views);
        Ok(Told {
            finding: verdict.finding,
            evidence_id,
            discoveries,
            charset: judged.charset,
            impression: Impression::of(verdict, &page.text, sealed),
        })
    }

    /// A page that answered with a status that is not read: it may have vanished, or show itself to others only.
    fn tell_unread(
        &self,
        seed: &Seed,
        lease: &Lease,
        capture: &Capture,
        place: &CaptureRef,
    ) -> Result<Told, PatrolError> {
        let Some(last) = capture.last() else {
            return Ok(Told::nothing());
        };
        let observed = self.observe(seed, lease, last, place, None)?;
        self.remember_site(lease, &observed, None)?;
        let mut told = Told::nothing();
        told.discoveries.targets = self.other_views(seed, lease, place, None)?;
        Ok(told)
    }

    /// Seals a page; a page whose item was deleted stays deleted.
    fn seal(&self, draft: &ItemDraft<'_>) -> Result<Option<String>, PatrolError> {
        let custody = self.custody(&draft.context.visit, draft.capture, draft.page)?;
        let sealed = match self.store.seal_with(draft, &custody) {
            Ok(sealed) => sealed,
            Err(StorageError::Deleted { id }) => {
                self.note(Note::new("item-deleted", id));
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let evidence_id = sealed.evidence_id().to_owned();
        self.monitor.event(Event::Sealed {
            evidence_id: evidence_id.clone(),
        });
        Ok(Some(evidence_id))
    }

    /// Puts a visit off where there is something to wait for, else ends it with the reason.
    fn settle_refusal(
        &self,
        lease: &Lease,
        reason: SkipReason,
        wait: Option<Duration>,
    ) -> Result<(), PatrolError> {
        if let Some(wait) = wait {
            tracing::debug!(url = %lease.target.url, %reason, attempt = lease.attempt, seconds = wait.as_secs_f64(), "put off");
            let now = Utc::now();
            let why = Postponement {
                until: now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX),
                reason: reason.clone(),
                memory: Some(self.fetcher.memory(&lease.group)),
            };
            if self.frontier.postpone(self.run, lease, &why, now)? == Postponed::Later {
                return Ok(());
            }
            self.close_orders(lease, &VisitEnd::Skipped(reason.clone()))?;
        } else {
            let seed = self.seed(&lease.target.seed_id)?;
            self.tell_refused(seed, lease, &reason)?;
            self.finish(
                lease,
                VisitEnd::Skipped(reason.clone()),
                Discoveries::default(),
            )?;
        }
        self.monitor.event(Event::Skipped {
            url: lease.target.url.to_string(),
            reason,
        });
        Ok(())
    }

    /// How long to wait before the next attempt; `None` when none is worth it. Waiting for one's own pace is free,
    /// what the host or the network refuses is tried a few times.
    fn worth_waiting(
        &self,
        lease: &Lease,
        reason: &SkipReason,
        asked: Option<Duration>,
        by_host: bool,
    ) -> Option<Duration> {
        let tries_left = u32::from(lease.attempt) <= self.settings.retries;
        let wait = match reason {
            SkipReason::Throttled(seconds) if !by_host || tries_left => {
                asked.unwrap_or(Duration::from_secs(*seconds))
            }
            SkipReason::RobotsUnreachable(_) if tries_left => asked?,
            SkipReason::Failed(_) if tries_left => {
                self.settings.retry_wait * u32::from(lease.attempt)
            }
            _ => return None,
        };
        (wait <= self.settings.longest_wait).then_some(wait)
    }

    /// Ends a visit; false when it had ended before.
    fn finish(
        &self,
        lease: &Lease,
        end: VisitEnd,
        mut found: Discoveries,
    ) -> Result<bool, PatrolError> {
        self.close_orders(lease, &end)?;
        self.not_due(self.retain_due(&mut found.targets));
        let now = Utc::now();
        let slot = self.fetcher.next_slot(&lease.group);
        let report = VisitReport {
            end,
            discovered: found.targets,
            refused: found.refused,
            memory: Some(self.fetcher.memory(&lease.group)),
            ready_at: (!slot.is_zero())
                .then(|| now + TimeDelta::from_std(slot).unwrap_or(TimeDelta::MAX)),
        };
        tracing::debug!(url = %lease.target.url, seconds = slot.as_secs_f64(), found = report.discovered.len(), memory = ?report.memory.as_ref().map(|m| (m.not_before, m.interval, m.failures)), "ended");
        let finished = self.frontier.finish(self.run, lease, &report, now)?;
        Ok(matches!(finished, Finished::Now(_)))
    }

    /// Where a capture belongs. Exchanges beside the page bear a mark, so that a resumed run does not take them for it.
    pub(super) fn context(&self, seed: &Seed, lease: &Lease, aside: bool) -> CaptureContext {
        let key = lease.key.hex();
        let visit = if aside { format!("{ASIDE}{key}") } else { key };
        self.context_of(seed, &lease.target, visit)
    }

    /// Where a capture of this target under this name belongs.
    pub(super) fn context_of(&self, seed: &Seed, target: &Target, visit: String) -> CaptureContext {
        CaptureContext {
            run: self.run.to_string(),
            visit,
            seed_id: seed.id.clone(),
            platform: seed.name.clone(),
            depth: target.depth,
            source: target.source,
            referrer: target.referrer.clone(),
            vantage: seed.vantages.mark(target),
            robots: seed.robots.clone(),
        }
    }
}

impl Told {
    fn nothing() -> Self {
        Self {
            finding: false,
            evidence_id: None,
            discoveries: Discoveries::default(),
            charset: "",
            impression: Impression::default(),
        }
    }
}
