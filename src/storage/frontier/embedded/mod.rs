//! The embedded frontier: one sled database, one process, nothing to install.
//!
//! Every change of a run is one batch in the run's own tree, so it is there as a whole or not at all after a crash.
//! On disk per target: its row in the queue and its state; in memory: nothing. In memory per group: its turn. A mutex
//! makes one change at a time, as sled itself does.

mod active;
mod draft;
mod hosts;
mod keys;
mod mark;
mod open;
mod schedule;
mod seeds;

pub use open::SetAside;

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
use crate::wire::frontier::{RunRow, SKIP_CODES, SkipRow, StateRow, TargetRow};
use crate::wire::rows::RowError;
use active::{Active, Held};
use chrono::{DateTime, Utc};
use draft::Draft;
use hosts::Hosts;
use seeds::Seeds;
use sled::{Db, Tree};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// Targets queued in one batch.
const BATCH: usize = 2000;

/// The frontier in a sled database.
#[derive(Debug)]
pub struct SledFrontier {
    options: FrontierOptions,
    dir: PathBuf,
    db: Db,
    runs: Tree,
    inner: Mutex<Inner>,
    /// Locked for as long as the frontier lives.
    _owner: File,
}

/// A frontier just opened.
#[derive(Debug)]
pub struct Opened {
    /// The frontier.
    pub frontier: SledFrontier,
    /// When set, the database was damaged and this one is new and empty.
    pub set_aside: Option<SetAside>,
    /// A run that was under way, and of which a damaged database knows nothing any more: take it up with
    /// [`Frontier::restore_run`] and rebuild it from the archive.
    pub missing: Option<Run>,
}

#[derive(Debug)]
struct Inner {
    hosts: Hosts,
    /// Concurrency set for groups, by number.
    limits: HashMap<u32, u16>,
    active: Option<Active>,
    fence: u64,
}

impl SledFrontier {
    /// Opens the frontier in a folder, which is made if need be. May take seconds; see [`FrontierOptions::open_timeout`].
    pub fn open(dir: &Path, options: FrontierOptions) -> Result<Opened, FrontierError> {
        let opened = open::open(dir, &options)?;
        let db = opened.db;
        let inner = Inner {
            hosts: Hosts::load(db.open_tree("hosts")?)?,
            limits: HashMap::new(),
            active: None,
            fence: first_fence(&db)?,
        };
        let frontier = Self {
            options,
            dir: dir.to_owned(),
            runs: db.open_tree("runs")?,
            db,
            inner: Mutex::new(inner),
            _owner: opened.owner,
        };
        let missing = match mark::read(dir) {
            Some(run) if !frontier.runs.contains_key(run_key(run.id))? => Some(run),
            _ => None,
        };
        Ok(Opened {
            frontier,
            set_aside: opened.set_aside,
            missing,
        })
    }

    fn lock(&self) -> Result<MutexGuard<'_, Inner>, FrontierError> {
        self.inner.lock().map_err(|_| FrontierError::Poisoned)
    }

    fn run(&self, id: RunId) -> Result<Run, FrontierError> {
        let row = self.runs.get(run_key(id))?;
        let row = row.ok_or(FrontierError::UnknownRun { run: id })?;
        Ok(run_of(id, RunRow::decode(&row)?))
    }

    fn write_run(&self, run: &Run) -> Result<(), FrontierError> {
        let row = RunRow {
            list_digest: run.list_digest,
            started: run.started,
            ended: run.ended,
        };
        self.runs.insert(run_key(run.id), row.encode())?;
        Ok(())
    }

    fn tree(&self, run: RunId) -> Result<Tree, FrontierError> {
        self.run(run)?;
        Ok(self.db.open_tree(format!("run-{run}"))?)
    }

    /// Writes a new run down for good and makes it the one under way.
    fn found(&self, inner: &mut Inner, run: &Run) -> Result<(), FrontierError> {
        self.write_run(run)?;
        self.take_up(inner, run)?;
        self.db.flush()?;
        mark::set(&self.dir, run)
    }

    /// Makes a run the one under way.
    fn take_up(&self, inner: &mut Inner, run: &Run) -> Result<(), FrontierError> {
        inner.active = None;
        inner.active = Some(Active::load(
            run.clone(),
            self.tree(run.id)?,
            &inner.hosts,
            self.options.concurrency,
            &inner.limits,
        )?);
        Ok(())
    }

    /// Drops the oldest ended runs.
    fn forget_old_runs(&self) -> Result<(), FrontierError> {
        let mut ended = self.runs()?;
        ended.retain(|run| run.ended.is_some());
        let surplus = ended.len().saturating_sub(self.options.kept_runs);
        for run in ended.iter().take(surplus) {
            self.db.drop_tree(format!("run-{}", run.id))?;
            self.runs.remove(run_key(run.id))?;
        }
        Ok(())
    }
}

/// Fences of this opening begin above all of earlier ones.
fn first_fence(db: &Db) -> Result<u64, FrontierError> {
    let before = db
        .get("opened")?
        .and_then(|row| row.as_ref().try_into().ok());
    let opened = before.map_or(0, u32::from_be_bytes).wrapping_add(1);
    db.insert("opened", &opened.to_be_bytes())?;
    db.flush()?;
    Ok(u64::from(opened) << 32)
}

fn run_key(id: RunId) -> [u8; 8] {
    id.number().to_be_bytes()
}

fn run_of(id: RunId, row: RunRow) -> Run {
    Run {
        id,
        list_digest: row.list_digest,
        started: row.started,
        ended: row.ended,
    }
}

impl Inner {
    /// The run under way with what is needed to change it, if it is this one.
    fn under_way(
        &mut self,
        run: RunId,
    ) -> Result<(&mut Active, &mut Hosts, &HashMap<u32, u16>), FrontierError> {
        match &mut self.active {
            Some(active) if active.run.id == run => Ok((active, &mut self.hosts, &self.limits)),
            _ => Err(FrontierError::NotUnderWay { run }),
        }
    }

    /// Leases the group's next target, if it has one.
    fn lease_of(
        &mut self,
        run: RunId,
        group: u32,
        expires: DateTime<Utc>,
    ) -> Result<Option<Lease>, FrontierError> {
        let fence = self.fence + 1;
        let (active, hosts, _) = self.under_way(run)?;
        let Some(next) = active.next_of(group)? else {
            let clock = active.clock;
            active.schedule.change(group, clock, |slot| slot.emptied());
            return Ok(None);
        };
        let lease = lease(active, next.row, hosts.name(group)?, fence, expires);
        let held = hold(
            &lease,
            next.place,
            group,
            active.seeds.intern(&lease.target.seed_id)?,
        );
        active.hold(fence, held, next.more);
        self.fence = fence;
        Ok(Some(lease))
    }
}

fn lease(
    active: &Active,
    row: TargetRow,
    group: String,
    fence: u64,
    expires: DateTime<Utc>,
) -> Lease {
    let mut target = row.target;
    target.seed_id = active.seeds.id(row.seed);
    Lease {
        run: active.run.id,
        key: target.key(),
        target,
        group,
        attempt: row.attempts.saturating_add(1),
        fence,
        expires,
    }
}

fn hold(lease: &Lease, place: Vec<u8>, group: u32, seed: u32) -> Held {
    Held {
        key: lease.key,
        place,
        group,
        seed,
        attempt: lease.attempt,
        counted: true,
        expires: lease.expires,
    }
}

/// Saves what was learnt of a group and makes it wait. Written before the visit's own batch: should the process die
/// between the two, the host is only treated more gently.
fn remember(
    active: &mut Active,
    hosts: &Hosts,
    group: u32,
    memory: Option<&HostMemory>,
    ready_at: Option<DateTime<Utc>>,
) -> Result<(), FrontierError> {
    let ready_at = ready_at.max(memory.and_then(|m| m.not_before));
    if ready_at.is_none() && memory.is_none() {
        return Ok(());
    }
    let slot = active.schedule.slot(group);
    let print = slot.map_or(0, |s| s.robots_print);
    let stands = slot.and_then(|s| DateTime::from_timestamp_millis(s.ready_at));
    let fresh = hosts.save(group, ready_at.max(stands), memory, print)?;
    let clock = active.clock;
    active.schedule.change(group, clock, |slot| {
        slot.wait_until(ready_at);
        slot.robots_print = fresh;
    });
    Ok(())
}

impl Frontier for SledFrontier {
    fn begin_run(&self, list_digest: &[u8; 32], now: DateTime<Utc>) -> Result<Run, FrontierError> {
        let mut inner = self.lock()?;
        self.forget_old_runs()?;
        let last = self.runs()?.last().map(|run| run.id);
        let run = Run {
            id: RunId::next(now, last),
            list_digest: *list_digest,
            started: now,
            ended: None,
        };
        self.found(&mut inner, &run)?;
        Ok(run)
    }

    fn open_run(&self, list_digest: &[u8; 32]) -> Result<Option<Run>, FrontierError> {
        let mut inner = self.lock()?;
        let mut runs = self.runs()?;
        runs.retain(|run| run.ended.is_none() && run.list_digest == *list_digest);
        let newest = runs.pop();
        if let Some(run) = &newest {
            self.take_up(&mut inner, run)?;
        }
        Ok(newest)
    }

    fn restore_run(&self, run: &Run) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        if self.runs.contains_key(run_key(run.id))? {
            return Err(FrontierError::RunExists { run: run.id });
        }
        self.found(&mut inner, run)
    }

    fn end_run(&self, run: RunId, now: DateTime<Utc>) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        let mut ended = self.run(run)?;
        ended.ended = ended.ended.or(Some(now));
        self.write_run(&ended)?;
        if inner.under_way(run).is_ok() {
            inner.active = None;
        }
        self.db.flush()?;
        mark::clear(&self.dir, run)
    }

    fn runs(&self) -> Result<Vec<Run>, FrontierError> {
        self.runs
            .iter()
            .map(|row| {
                let (key, row) = row?;
                let number = key.as_ref().try_into().map(u64::from_be_bytes);
                let number = number.map_err(|_| RowError::Field { field: "run" })?;
                Ok(run_of(RunId::from_number(number), RunRow::decode(&row)?))
            })
            .collect()
    }

    fn add(&self, run: RunId, targets: &[Target]) -> Result<Added, FrontierError> {
        let mut inner = self.lock()?;
        let (active, hosts, limits) = inner.under_way(run)?;
        let mut sum = Added::default();
        for chunk in targets.chunks(BATCH) {
            let mut draft = Draft::of(active, &self.options);
            for target in chunk {
                draft.queue(active, hosts, target)?;
            }
            let added = draft.commit(active, hosts, limits)?;
            sum.new += added.new;
            sum.duplicate += added.duplicate;
        }
        Ok(sum)
    }

    fn lease(
        &self,
        run: RunId,
        now: DateTime<Utc>,
        max: usize,
    ) -> Result<Vec<Lease>, FrontierError> {
        let mut inner = self.lock()?;
        let (active, hosts, limits) = inner.under_way(run)?;
        active.tell_time(now);
        active.expire(now);
        active.end_delays(now, hosts, limits)?;
        active.schedule.wake(now);
        let expires = now + self.options.lease_time;
        let mut leases = Vec::new();
        while leases.len() < max {
            let Some(group) = inner.under_way(run)?.0.schedule.next() else {
                break;
            };
            leases.extend(inner.lease_of(run, group, expires)?);
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
        let fence = inner.fence + 1;
        let (active, hosts, limits) = inner.under_way(run)?;
        active.tell_time(now);
        active.expire(now);
        let Some(StateRow::Queued(place)) = active.state(key)? else {
            return Ok(None);
        };
        let Some(row) = active.at(&place)? else {
            return Ok(None);
        };
        let group = keys::group_of(&place).ok_or(RowError::Field { field: "place" })?;
        active.know(group, hosts, limits)?;
        let expires = now + self.options.lease_time;
        let seed = row.seed;
        let lease = lease(active, row, hosts.name(group)?, fence, expires);
        let mut held = hold(&lease, place, group, seed);
        held.counted = false;
        active.hold(fence, held, false);
        if active.next_of(group)?.is_none() {
            let clock = active.clock;
            active.schedule.change(group, clock, |slot| slot.emptied());
        }
        inner.fence = fence;
        Ok(Some(lease))
    }

    fn finish(
        &self,
        run: RunId,
        lease: &Lease,
        report: &VisitReport,
        now: DateTime<Utc>,
    ) -> Result<Finished, FrontierError> {
        let mut inner = self.lock()?;
        let (active, hosts, limits) = inner.under_way(run)?;
        active.tell_time(now);
        let Some(held) = active.held(lease.fence, lease.key) else {
            return match active.state(lease.key)? {
                Some(StateRow::Ended(_)) => Ok(Finished::Before),
                _ => Err(FrontierError::StaleLease { fence: lease.fence }),
            };
        };
        let mut sum = Added::default();
        let mut draft = Draft::of(active, &self.options);
        for (n, target) in report.discovered.iter().enumerate() {
            // Discoveries beyond one batch go ahead: they are queued once however often the visit is repeated.
            if n > 0 && n % BATCH == 0 {
                sum = plus(sum, draft.commit(active, hosts, limits)?);
                draft = Draft::of(active, &self.options);
            }
            draft.queue(active, hosts, target)?;
        }
        for refusal in &report.refused {
            draft.refuse(active, refusal)?;
        }
        draft.end(active, &held, lease.target.url.as_str(), &report.end, now);
        remember(
            active,
            hosts,
            held.group,
            report.memory.as_ref(),
            report.ready_at,
        )?;
        sum = plus(sum, draft.commit(active, hosts, limits)?);
        active.take_back(lease.fence, false);
        Ok(Finished::Now(sum))
    }

    fn postpone(
        &self,
        run: RunId,
        lease: &Lease,
        why: &Postponement,
        now: DateTime<Utc>,
    ) -> Result<Postponed, FrontierError> {
        let mut inner = self.lock()?;
        let (active, hosts, limits) = inner.under_way(run)?;
        active.tell_time(now);
        let stale = FrontierError::StaleLease { fence: lease.fence };
        let held = active.held(lease.fence, lease.key).ok_or(stale)?;
        let group_waits = matches!(why.reason, SkipReason::Throttled(_));
        let ready_at = group_waits.then_some(why.until);
        remember(active, hosts, held.group, why.memory.as_ref(), ready_at)?;
        let mut draft = Draft::of(active, &self.options);
        draft.count_postponed();
        let given_up = held.attempt >= self.options.max_attempts.max(1);
        if given_up {
            let end = VisitEnd::Skipped(why.reason.clone());
            draft.end(active, &held, lease.target.url.as_str(), &end, now);
        } else {
            draft.delay(active, &held, why.until)?;
        }
        draft.commit(active, hosts, limits)?;
        active.take_back(lease.fence, false);
        Ok(if given_up {
            Postponed::GivenUp
        } else {
            Postponed::Later
        })
    }

    fn release(&self, run: RunId, lease: &Lease, now: DateTime<Utc>) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        let (active, _, _) = inner.under_way(run)?;
        active.tell_time(now);
        let stale = FrontierError::StaleLease { fence: lease.fence };
        active.held(lease.fence, lease.key).ok_or(stale)?;
        active.take_back(lease.fence, true);
        Ok(())
    }

    fn record_skips(&self, run: RunId, refused: &[Refusal]) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        let (active, hosts, limits) = inner.under_way(run)?;
        let mut draft = Draft::of(active, &self.options);
        for refusal in refused {
            draft.refuse(active, refusal)?;
        }
        draft.commit(active, hosts, limits)?;
        Ok(())
    }

    fn next_ready(
        &self,
        run: RunId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, FrontierError> {
        let mut inner = self.lock()?;
        let (active, _, _) = inner.under_way(run)?;
        if active.schedule.next().is_some() {
            return Ok(Some(now));
        }
        let times = [active.schedule.next_time(), active.next_delay()?];
        Ok(times.into_iter().flatten().min().map(|at| at.max(now)))
    }

    fn stats(&self, run: RunId) -> Result<FrontierStats, FrontierError> {
        let mut inner = self.lock()?;
        let mut stats = match inner.under_way(run) {
            Ok((active, _, _)) => active.stats(),
            Err(_) => FrontierStats::of(&active::counters(&self.tree(run)?)?, 0),
        };
        stats.disk_bytes = self.db.size_on_disk()?;
        Ok(stats)
    }

    fn spent(
        &self,
        run: RunId,
        seed_id: &str,
        before: u64,
        now: DateTime<Utc>,
    ) -> Result<Spent, FrontierError> {
        let mut inner = self.lock()?;
        match inner.under_way(run) {
            Ok((active, _, _)) => Ok(active.seeds.spent(seed_id, before, now)),
            Err(_) => Ok(Seeds::load(&self.tree(run)?)?.spent(seed_id, before, now)),
        }
    }

    fn state(&self, run: RunId, key: VisitKey) -> Result<Option<UrlState>, FrontierError> {
        Ok(active::state(&self.tree(run)?, key)?.map(|row| match row {
            StateRow::Queued(_) => UrlState::Pending,
            StateRow::Ended(end) => UrlState::Ended(end),
        }))
    }

    fn skips(
        &self,
        run: RunId,
        code: Option<&str>,
        limit: usize,
    ) -> Result<Skips<'_>, FrontierError> {
        let tree = self.tree(run)?;
        let prefix = match code {
            None => keys::SKIPS.to_vec(),
            Some(code) => keys::skips_of(skip_kind(code)?),
        };
        let seeds = Seeds::load(&tree)?;
        let rows = tree.scan_prefix(prefix).take(limit);
        Ok(Box::new(rows.map(move |row| {
            let (key, row) = row?;
            let row = SkipRow::decode(&row)?;
            let seed = keys::seed_of_skip(&key).ok_or(RowError::Field { field: "skip" })?;
            Ok(Refusal {
                url: row.url,
                seed_id: seeds.id(seed),
                reason: row.reason,
            })
        })))
    }

    fn host_memory(&self, group: &str) -> Result<Option<HostMemory>, FrontierError> {
        self.lock()?.hosts.memory(group)
    }

    fn set_group_limits(&self, group: &str, concurrency: u16) -> Result<(), FrontierError> {
        let mut inner = self.lock()?;
        let number = inner.hosts.intern(group)?;
        inner.limits.insert(number, concurrency);
        if let Some(active) = inner.active.as_mut().filter(|a| a.schedule.knows(number)) {
            let clock = active.clock;
            active
                .schedule
                .change(number, clock, |slot| slot.allow(concurrency));
        }
        Ok(())
    }

    fn unfinished(&self, run: RunId, keys: &[VisitKey]) -> Result<Vec<VisitKey>, FrontierError> {
        let tree = self.tree(run)?;
        let mut open = Vec::new();
        for key in keys {
            if !matches!(active::state(&tree, *key)?, Some(StateRow::Ended(_))) {
                open.push(*key);
            }
        }
        Ok(open)
    }

    fn flush(&self) -> Result<(), FrontierError> {
        self.db.flush()?;
        Ok(())
    }
}

fn plus(a: Added, b: Added) -> Added {
    Added {
        new: a.new + b.new,
        duplicate: a.duplicate + b.duplicate,
    }
}

fn skip_kind(code: &str) -> Result<u8, FrontierError> {
    let at = SKIP_CODES.iter().position(|c| *c == code);
    let number = at.and_then(|n| u8::try_from(n).ok());
    number.ok_or_else(|| FrontierError::UnknownSkipCode {
        code: code.to_owned(),
    })
}
