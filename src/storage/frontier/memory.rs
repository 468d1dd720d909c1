//! The in-memory frontier: the plain statement of what every member does. It keeps all targets in one list and looks
//! through all of them for every answer, so it is for tests and small one-off audits, not for patrols.

use super::error::FrontierError;
use super::lease::Lease;
use super::options::FrontierOptions;
use super::report::{Added, Finished, Postponed, Postponement, Refusal, VisitReport};
use super::run::{Run, RunId};
use super::stats::{FrontierStats, UrlState};
use super::{Frontier, Skips};
use crate::model::address::VisitKey;
use crate::model::host_memory::HostMemory;
use crate::model::skip::SkipReason;
use crate::model::spent::Spent;
use crate::model::target::Target;
use crate::model::visit::VisitEnd;
use crate::wire::frontier::SKIP_CODES;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// The frontier in memory.
#[derive(Debug)]
pub struct MemoryFrontier {
    options: FrontierOptions,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    runs: Vec<RunState>,
    active: Option<RunId>,
    groups: Vec<Group>,
    fence: u64,
}

#[derive(Debug)]
struct RunState {
    run: Run,
    entries: Vec<Entry>,
    seeds: BTreeMap<String, SeedState>,
    refused: Vec<Refusal>,
    duplicates: u64,
    postponed: u64,
}

#[derive(Debug)]
struct Entry {
    target: Target,
    key: VisitKey,
    group: usize,
    attempts: u8,
    delayed: Option<DateTime<Utc>>,
    end: Option<VisitEnd>,
    lease: Option<Held>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    fence: u64,
    expires: DateTime<Utc>,
    counted: bool,
}

#[derive(Debug)]
struct Group {
    name: String,
    memory: Option<HostMemory>,
    ready_at: Option<DateTime<Utc>>,
    limit: Option<u16>,
    served: u64,
}

#[derive(Debug, Default)]
struct SeedState {
    saved: Duration,
    before: Duration,
    since: Option<DateTime<Utc>>,
}

impl SeedState {
    fn elapsed(&self, now: DateTime<Utc>) -> Duration {
        let session = self.since.and_then(|since| (now - since).to_std().ok());
        self.before.saturating_add(session.unwrap_or_default())
    }
}

impl Entry {
    fn is_queued(&self) -> bool {
        self.end.is_none() && self.lease.is_none() && self.delayed.is_none()
    }
}

impl RunState {
    fn new(run: Run) -> Self {
        Self {
            run,
            entries: Vec::new(),
            seeds: BTreeMap::new(),
            refused: Vec::new(),
            duplicates: 0,
            postponed: 0,
        }
    }

    fn find(&self, key: VisitKey) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key == key)
    }

    fn held(&mut self, lease: &Lease) -> Result<&mut Entry, FrontierError> {
        let fence = Some(lease.fence);
        self.entries
            .iter_mut()
            .find(|e| e.key == lease.key && e.lease.map(|l| l.fence) == fence)
            .ok_or(FrontierError::StaleLease { fence: lease.fence })
    }

    fn active(&self, group: usize) -> usize {
        let entries = self.entries.iter().filter(|e| e.group == group);
        entries
            .filter(|e| e.lease.is_some_and(|l| l.counted))
            .count()
    }

    fn has_queued(&self, group: usize) -> bool {
        self.entries
            .iter()
            .any(|e| e.group == group && e.is_queued())
    }

    fn expire(&mut self, now: DateTime<Utc>) {
        for entry in &mut self.entries {
            if entry.lease.is_some_and(|l| l.expires <= now) {
                entry.lease = None;
            }
            if entry.lease.is_none() && entry.delayed.is_some_and(|until| until <= now) {
                entry.delayed = None;
            }
        }
    }

    fn end(
        &mut self,
        lease: &Lease,
        end: VisitEnd,
        now: DateTime<Utc>,
    ) -> Result<(), FrontierError> {
        let entry = self.held(lease)?;
        entry.lease = None;
        entry.delayed = None;
        entry.end = Some(end);
        let seed_id = entry.target.seed_id.clone();
        let seed = self.seeds.entry(seed_id).or_default();
        seed.saved = seed.elapsed(now);
        Ok(())
    }

    fn stats(&self, groups: usize) -> FrontierStats {
        let mut stats = FrontierStats {
            duplicates: self.duplicates,
            postponed: self.postponed,
            ..FrontierStats::default()
        };
        for entry in &self.entries {
            match &entry.end {
                None if entry.lease.is_some() => stats.leased += 1,
                None => stats.pending += 1,
                Some(VisitEnd::Done { bytes, finding, .. }) => {
                    stats.done += 1;
                    stats.body_bytes += bytes;
                    stats.findings += u64::from(*finding);
                }
                Some(VisitEnd::Skipped(reason)) => {
                    *stats.skipped.entry(reason.code()).or_default() += 1;
                }
            }
        }
        for refusal in &self.refused {
            *stats.refused.entry(refusal.reason.code()).or_default() += 1;
        }
        let live = |g: &usize| self.has_queued(*g) || self.active(*g) > 0;
        stats.groups = (0..groups).filter(live).count() as u64;
        stats
    }
}

impl Inner {
    fn under_way(&mut self, run: RunId) -> Result<(&mut RunState, &mut Vec<Group>), FrontierError> {
        let active = self.active == Some(run);
        let state = self.runs.iter_mut().find(|r| active && r.run.id == run);
        let state = state.ok_or(FrontierError::NotUnderWay { run })?;
        Ok((state, &mut self.groups))
    }

    fn state(&self, run: RunId) -> Result<&RunState, FrontierError> {
        let state = self.runs.iter().find(|r| r.run.id == run);
        state.ok_or(FrontierError::UnknownRun { run })
    }

    /// As a killed process leaves it: leases and turns gone, rows there.
    fn interrupt(&mut self) {
        for run in &mut self.runs {
            for entry in &mut run.entries {
                entry.lease = None;
            }
            for seed in run.seeds.values_mut() {
                seed.before = seed.saved;
                seed.since = None;
            }
        }
        for group in &mut self.groups {
            group.served = 0;
        }
    }

    /// Group and place in the list of the target whose turn it is.
    fn turn(&mut self, run: RunId, now: DateTime<Utc>, limit: u16) -> Option<(usize, usize)> {
        let (state, groups) = self.under_way(run).ok()?;
        let ready = groups.iter().enumerate().filter(|(n, g)| {
            let limit = usize::from(g.limit.unwrap_or(limit).max(1));
            g.ready_at.is_none_or(|at| at <= now)
                && state.active(*n) < limit
                && state.has_queued(*n)
        });
        let (group, _) = ready.min_by_key(|(n, g)| (g.served, *n))?;
        let queued = state.entries.iter().enumerate();
        let queued = queued.filter(|(_, e)| e.group == group && e.is_queued());
        let (at, _) = queued.min_by_key(|(n, e)| (u8::MAX - e.target.priority, *n))?;
        Some((group, at))
    }

    /// Leases the target at this place of the list.
    fn hold(&mut self, run: RunId, at: usize, counted: bool, clock: Clock) -> Option<Lease> {
        self.fence += 1;
        let fence = self.fence;
        let (state, groups) = self.under_way(run).ok()?;
        let entry = state.entries.get_mut(at)?;
        let group = groups.get_mut(entry.group)?;
        if counted {
            group.served = fence;
        }
        let expires = clock.expires;
        entry.lease = Some(Held {
            fence,
            expires,
            counted,
        });
        let seed = state.seeds.entry(entry.target.seed_id.clone()).or_default();
        seed.since.get_or_insert(clock.now);
        Some(Lease {
            run,
            target: entry.target.clone(),
            key: entry.key,
            group: group.name.clone(),
            attempt: entry.attempts.saturating_add(1),
            fence,
            expires,
        })
    }
}

#[derive(Clone, Copy)]
struct Clock {
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
}

impl MemoryFrontier {
    /// An empty frontier.
    pub fn new(options: FrontierOptions) -> Self {
        Self {
            options,
            inner: Mutex::new(Inner::default()),
        }
    }

    /// What a killed and restarted process would find: all rows, no leases, no run under way.
    pub fn interrupt(&self) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        inner.interrupt();
        inner.active = None;
        for group in &mut inner.groups {
            group.limit = None;
        }
        Ok(())
    }

    fn lock(&self) -> Result<MutexGuard<'_, Inner>, FrontierError> {
        self.inner.lock().map_err(|_| FrontierError::Poisoned)
    }

    fn clock(&self, now: DateTime<Utc>) -> Clock {
        Clock {
            now,
            expires: now + self.options.lease_time,
        }
    }

    fn queue(
        &self,
        inner: &mut Inner,
        run: RunId,
        targets: &[Target],
    ) -> Result<Added, FrontierError> {
        let mut added = Added::default();
        let (state, groups) = inner.under_way(run)?;
        for target in targets {
            let key = target.key();
            if state.find(key).is_some() {
                state.duplicates += 1;
                added.duplicate += 1;
                continue;
            }
            let group = group_number(groups, &(self.options.grouping)(target));
            state.entries.push(Entry {
                target: target.clone(),
                key,
                group,
                attempts: 0,
                delayed: None,
                end: None,
                lease: None,
            });
            added.new += 1;
        }
        Ok(added)
    }
}

fn group_number(groups: &mut Vec<Group>, name: &str) -> usize {
    groups
        .iter()
        .position(|g| g.name == name)
        .unwrap_or_else(|| {
            groups.push(Group {
                name: name.to_owned(),
                memory: None,
                ready_at: None,
                limit: None,
                served: 0,
            });
            groups.len() - 1
        })
}

fn remember(
    group: Option<&mut Group>,
    memory: Option<&HostMemory>,
    ready_at: Option<DateTime<Utc>>,
) {
    let Some(group) = group else { return };
    let told = ready_at.max(memory.and_then(|m| m.not_before));
    group.ready_at = group.ready_at.max(told);
    if let Some(memory) = memory {
        group.memory = Some(memory.clone());
    }
}

impl Frontier for MemoryFrontier {
    fn begin_run(&self, list_digest: &[u8; 32], now: DateTime<Utc>) -> Result<Run, FrontierError> {
        let mut inner = self.lock()?;
        inner.interrupt();
        let kept = self.options.kept_runs;
        let ended = inner.runs.iter().filter(|r| r.run.ended.is_some()).count();
        let mut surplus = ended.saturating_sub(kept);
        inner.runs.retain(|r| {
            let drop = surplus > 0 && r.run.ended.is_some();
            surplus -= usize::from(drop);
            !drop
        });
        let run = Run {
            id: RunId::next(now, inner.runs.last().map(|r| r.run.id)),
            list_digest: *list_digest,
            started: now,
            ended: None,
        };
        inner.runs.push(RunState::new(run.clone()));
        inner.active = Some(run.id);
        Ok(run)
    }

    fn open_run(&self, list_digest: &[u8; 32]) -> Result<Option<Run>, FrontierError> {
        let mut inner = self.lock()?;
        let mut runs = inner.runs.iter().map(|r| &r.run);
        let newest = runs.rfind(|r| r.ended.is_none() && r.list_digest == *list_digest);
        let newest = newest.cloned();
        if let Some(run) = &newest {
            inner.interrupt();
            inner.active = Some(run.id);
        }
        Ok(newest)
    }

    fn restore_run(&self, run: &Run) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        if inner.state(run.id).is_ok() {
            return Err(FrontierError::RunExists { run: run.id });
        }
        inner.interrupt();
        inner.runs.push(RunState::new(run.clone()));
        inner.runs.sort_by_key(|r| r.run.id);
        inner.active = Some(run.id);
        Ok(())
    }

    fn end_run(&self, run: RunId, now: DateTime<Utc>) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        let state = inner.runs.iter_mut().find(|r| r.run.id == run);
        let state = state.ok_or(FrontierError::UnknownRun { run })?;
        state.run.ended.get_or_insert(now);
        for entry in &mut state.entries {
            entry.lease = None;
        }
        if inner.active == Some(run) {
            inner.active = None;
        }
        Ok(())
    }

    fn runs(&self) -> Result<Vec<Run>, FrontierError> {
        Ok(self.lock()?.runs.iter().map(|r| r.run.clone()).collect())
    }

    fn add(&self, run: RunId, targets: &[Target]) -> Result<Added, FrontierError> {
        self.queue(&mut *self.lock()?, run, targets)
    }

    fn lease(
        &self,
        run: RunId,
        now: DateTime<Utc>,
        max: usize,
    ) -> Result<Vec<Lease>, FrontierError> {
        let mut inner = self.lock()?;
        inner.under_way(run)?.0.expire(now);
        let mut leases = Vec::new();
        while leases.len() < max {
            let Some((_, at)) = inner.turn(run, now, self.options.concurrency) else {
                break;
            };
            leases.extend(inner.hold(run, at, true, self.clock(now)));
        }
        Ok(leases)
    }

    fn lease_archived(
        &self,
        run: RunId,
        key: VisitKey,
        now: DateTime<Utc>,
    ) -> Result<Option<Lease>, FrontierError> {
        let mut inner = self.lock()?;
        let (state, _) = inner.under_way(run)?;
        for entry in &mut state.entries {
            if entry.lease.is_some_and(|l| l.expires <= now) {
                entry.lease = None;
            }
        }
        let at = state
            .entries
            .iter()
            .position(|e| e.key == key && e.end.is_none() && e.lease.is_none());
        Ok(at.and_then(|at| inner.hold(run, at, false, self.clock(now))))
    }

    fn finish(
        &self,
        run: RunId,
        lease: &Lease,
        report: &VisitReport,
        now: DateTime<Utc>,
    ) -> Result<Finished, FrontierError> {
        let mut inner = self.lock()?;
        let (state, groups) = inner.under_way(run)?;
        let held = state.held(lease).map(|entry| entry.group);
        let ended = state.find(lease.key).is_some_and(|e| e.end.is_some());
        let group = match held {
            Ok(group) => group,
            Err(_) if ended => return Ok(Finished::Before),
            Err(stale) => return Err(stale),
        };
        state.end(lease, report.end.clone(), now)?;
        state.refused.extend(report.refused.iter().cloned());
        remember(
            groups.get_mut(group),
            report.memory.as_ref(),
            report.ready_at,
        );
        Ok(Finished::Now(self.queue(
            &mut inner,
            run,
            &report.discovered,
        )?))
    }

    fn postpone(
        &self,
        run: RunId,
        lease: &Lease,
        why: &Postponement,
        now: DateTime<Utc>,
    ) -> Result<Postponed, FrontierError> {
        let mut inner = self.lock()?;
        let (state, groups) = inner.under_way(run)?;
        let entry = state.held(lease)?;
        let group_waits = matches!(why.reason, SkipReason::Throttled(_));
        let ready_at = group_waits.then_some(why.until);
        remember(groups.get_mut(entry.group), why.memory.as_ref(), ready_at);
        if lease.attempt >= self.options.max_attempts.max(1) {
            state.end(lease, VisitEnd::Skipped(why.reason.clone()), now)?;
            state.postponed += 1;
            return Ok(Postponed::GivenUp);
        }
        entry.lease = None;
        entry.attempts = lease.attempt;
        entry.delayed = Some(why.until);
        state.postponed += 1;
        Ok(Postponed::Later)
    }

    fn release(&self, run: RunId, lease: &Lease, _now: DateTime<Utc>) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        inner.under_way(run)?.0.held(lease)?.lease = None;
        Ok(())
    }

    fn record_skips(&self, run: RunId, refused: &[Refusal]) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        let (state, _) = inner.under_way(run)?;
        state.refused.extend(refused.iter().cloned());
        Ok(())
    }

    fn next_ready(
        &self,
        run: RunId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, FrontierError> {
        let mut inner = self.lock()?;
        if inner.turn(run, now, self.options.concurrency).is_some() {
            return Ok(Some(now));
        }
        let default = self.options.concurrency;
        let (state, groups) = inner.under_way(run)?;
        let waiting = groups.iter().enumerate().filter(|(n, g)| {
            let limit = usize::from(g.limit.unwrap_or(default).max(1));
            state.active(*n) < limit && state.has_queued(*n)
        });
        let waiting = waiting.filter_map(|(_, g)| g.ready_at);
        let free = state.entries.iter().filter(|e| e.lease.is_none());
        let delayed = free.filter_map(|e| e.delayed);
        Ok(waiting.chain(delayed).min().map(|at| at.max(now)))
    }

    fn stats(&self, run: RunId) -> Result<FrontierStats, FrontierError> {
        let inner = self.lock()?;
        let mut stats = inner.state(run)?.stats(inner.groups.len());
        if inner.active != Some(run) {
            stats.groups = 0;
        }
        Ok(stats)
    }

    fn spent(
        &self,
        run: RunId,
        seed_id: &str,
        before: u64,
        now: DateTime<Utc>,
    ) -> Result<Spent, FrontierError> {
        let inner = self.lock()?;
        let state = inner.state(run)?;
        let mut spent = Spent::default();
        for entry in state.entries.iter().filter(|e| e.target.seed_id == seed_id) {
            spent.pages += u64::from(entry.lease.is_some_and(|lease| lease.fence < before));
            if let Some(VisitEnd::Done { bytes, .. }) = &entry.end {
                spent.pages += 1;
                spent.bytes += bytes;
            }
        }
        let seed = state.seeds.get(seed_id);
        spent.elapsed = seed.map(|s| s.elapsed(now)).unwrap_or_default();
        Ok(spent)
    }

    fn state(&self, run: RunId, key: VisitKey) -> Result<Option<UrlState>, FrontierError> {
        let inner = self.lock()?;
        let entry = inner.state(run)?.find(key);
        Ok(entry.map(|e| e.end.clone().map_or(UrlState::Pending, UrlState::Ended)))
    }

    fn skips(
        &self,
        run: RunId,
        code: Option<&str>,
        limit: usize,
    ) -> Result<Skips<'_>, FrontierError> {
        if let Some(code) = code.filter(|code| !SKIP_CODES.contains(code)) {
            return Err(FrontierError::UnknownSkipCode {
                code: code.to_owned(),
            });
        }
        let inner = self.lock()?;
        let state = inner.state(run)?;
        let ended = state.entries.iter().filter_map(|e| match &e.end {
            Some(VisitEnd::Skipped(reason)) => Some(Refusal {
                url: e.target.url.to_string(),
                seed_id: e.target.seed_id.clone(),
                reason: reason.clone(),
            }),
            _ => None,
        });
        let all = ended.chain(state.refused.iter().cloned());
        let wanted = all.filter(|r| code.is_none_or(|code| r.reason.code() == code));
        let mut rows: Vec<Refusal> = wanted.collect();
        rows.sort_by(|a, b| skip_order(a).cmp(&skip_order(b)));
        rows.dedup_by(|a, b| skip_order(a) == skip_order(b));
        rows.truncate(limit);
        Ok(Box::new(rows.into_iter().map(Ok)))
    }

    fn host_memory(&self, group: &str) -> Result<Option<HostMemory>, FrontierError> {
        let inner = self.lock()?;
        let group = inner.groups.iter().find(|g| g.name == group);
        Ok(group.and_then(|g| g.memory.clone()))
    }

    fn set_group_limits(&self, group: &str, concurrency: u16) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        let number = group_number(&mut inner.groups, group);
        if let Some(group) = inner.groups.get_mut(number) {
            group.limit = Some(concurrency);
        }
        Ok(())
    }

    fn unfinished(&self, run: RunId, keys: &[VisitKey]) -> Result<Vec<VisitKey>, FrontierError> {
        let inner = self.lock()?;
        let state = inner.state(run)?;
        let ended = |key: &VisitKey| state.find(*key).is_some_and(|e| e.end.is_some());
        Ok(keys.iter().copied().filter(|key| !ended(key)).collect())
    }

    fn flush(&self) -> Result<(), FrontierError> {
        Ok(())
    }
}

fn skip_order(refusal: &Refusal) -> (&'static str, &str, &str) {
    (refusal.reason.code(), &refusal.seed_id, &refusal.url)
}
