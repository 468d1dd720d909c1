//! `patrol watch`: runs when they are due, over months and restarts.
//!
//! Between runs the home is free, so that officers' commands work; what is kept meanwhile is how far each schedule has
//! come ([`planner`]) and how the watch is ([`pulse`]). A run is one order like any other.

pub mod planner;
pub mod pulse;

use super::order::{Order, carry_out};
use super::revisits::{Watching, seed_of};
use super::summary::RunSummary;
use crate::model::monitor::Monitor;
use crate::model::note::Note;
use crate::model::schedule::Schedule;
use crate::model::seed::PatrolList;
use crate::storage::error::StorageError;
use crate::storage::watch::{WatchLock, read_state, write_state};
use crate::storage::work_orders;
use crate::wire::watch::{BegunRun, Health, LastRun, WatchPhase, WatchState};
use crate::wire::work_order::RecheckOrder;
use chrono::{DateTime, TimeDelta, Utc};
use pulse::Pulse;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The longest sleep: orders may come in at any time.
const LOOK: Duration = Duration::from_secs(15);
/// Wait after a trouble that may pass.
const AGAIN: Duration = Duration::from_secs(30);
/// A run that begins later than this after its time was missed.
const LATE: TimeDelta = TimeDelta::minutes(2);

/// A run cannot be begun.
#[derive(Debug)]
pub enum OpenError {
    /// Another command holds the home; it says who.
    InUse(String),
    /// Anything else.
    Other(String),
}

/// How the watch is carried out.
#[derive(Debug, Clone)]
pub struct WatchSettings {
    /// One run of all seeds at once, then the end.
    pub once: bool,
    /// The end after so many runs.
    pub runs: Option<u64>,
    /// Instead of the list's schedules.
    pub schedule: Option<Schedule>,
    /// How often the health file is written.
    pub health_every: Duration,
    /// How often a home that is in use is tried again.
    pub home_every: Duration,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self {
            once: false,
            runs: None,
            schedule: None,
            health_every: Duration::from_secs(10),
            home_every: Duration::from_secs(2),
        }
    }
}

/// What can be asked of a watch under way.
#[derive(Debug, Clone)]
pub struct Controls {
    /// Says true when it is to end.
    pub stop: watch::Receiver<bool>,
    /// Counts how often the list is to be read again.
    pub reload: watch::Receiver<u64>,
}

/// Reads the list.
pub type Load<'a> = dyn Fn() -> Result<PatrolList, String> + 'a;
/// Opens the home for a run of a list.
pub type Open<'a> = dyn Fn(PatrolList, Arc<dyn Monitor>) -> Result<Order, OpenError> + 'a;
/// What is done after a run, the home being free again.
pub type After<'a> = dyn Fn(&RunSummary) -> Result<(), String> + 'a;

/// A watch.
pub struct Watch<'a> {
    /// The home.
    pub root: PathBuf,
    /// The list as it was named.
    pub named: String,
    /// Reads the list.
    pub load: &'a Load<'a>,
    /// Opens a run.
    pub open: &'a Open<'a>,
    /// Done after each run.
    pub after: &'a After<'a>,
    /// How it is carried out.
    pub settings: WatchSettings,
}

/// The watch cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Lock, state or health file.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The list cannot be used.
    #[error("{0}")]
    List(String),
    /// Nothing would ever be due.
    #[error(
        "the list has no schedule: write schedule = \"0 9 * * 1-5\" into its [watch] table, or give --schedule or --once"
    )]
    NoSchedule,
    /// The only run, with --once, failed.
    #[error("{0}")]
    Run(String),
}

/// What is to be done next.
struct Task {
    begun: BegunRun,
    /// What is done with it of each schedule.
    accounted: Vec<(String, String, DateTime<Utc>)>,
    made_up: bool,
    why: String,
}

/// How a run ended, for the loop.
enum Ended {
    Complete(RunSummary),
    Stopped(RunSummary),
    Failed(String),
    /// It was not begun, because somebody stopped the watch.
    NotBegun,
}

impl Watch<'_> {
    /// Watches until it is stopped, or its runs are done. Gives the health at the end.
    pub async fn watch(&self, mut controls: Controls) -> Result<Health, WatchError> {
        let _lock = WatchLock::take(&self.root)?;
        let mut list = self.list().map_err(WatchError::List)?;
        if !self.settings.once && !planner::has_schedule(&list) {
            return Err(WatchError::NoSchedule);
        }
        let mut state = read_state(&self.root)?.unwrap_or_default();
        let pulse = Arc::new(Pulse::new(
            &self.root,
            &self.named,
            self.settings.health_every,
        ));
        pulse.write()?;
        let beating = tokio::spawn(Arc::clone(&pulse).beat());
        let ended = self
            .rounds(&mut list, &mut state, &pulse, &mut controls)
            .await;
        beating.abort();
        pulse.phase(WatchPhase::Stopped);
        pulse.write()?;
        ended.map(|()| pulse.health())
    }

    async fn rounds(
        &self,
        list: &mut PatrolList,
        state: &mut WatchState,
        pulse: &Arc<Pulse>,
        controls: &mut Controls,
    ) -> Result<(), WatchError> {
        let mut runs = 0;
        let mut told = BTreeSet::new();
        while !*controls.stop.borrow() {
            if controls.reload.has_changed().unwrap_or(false) {
                controls.reload.mark_unchanged();
                self.reload(list, pulse);
            }
            let now = Utc::now();
            planner::take_up(list, state, now);
            if let Some(end) = list.watch.quiet.and_then(|q| q.end(now, list.watch.zone))
                && !self.settings.once
            {
                pulse.next_due(Some(end));
                rest(pulse, WatchPhase::Quiet, end, controls).await;
                continue;
            }
            let orders = self.orders(list, &mut told, pulse);
            let Some(task) = self.next(list, state, &orders, now) else {
                let next = planner::next_due(list, state, now);
                let next = next.into_iter().chain(orders.iter().map(|o| o.at)).min();
                pulse.next_due(next);
                let until = next.unwrap_or(now + LOOK);
                rest(pulse, WatchPhase::Waiting, until, controls).await;
                continue;
            };
            let ended = self.run(list, state, &orders, task, pulse, controls).await;
            let failed = match ended {
                Ended::Complete(summary) => {
                    runs += 1;
                    self.conclude(&summary, pulse).await;
                    None
                }
                Ended::Stopped(summary) => {
                    pulse.ended(last_run(&summary));
                    None
                }
                Ended::NotBegun => None,
                Ended::Failed(message) => {
                    runs += 1;
                    tracing::error!("the run failed: {message}");
                    pulse.failed(&message);
                    Some(message)
                }
            };
            if self.settings.once {
                return failed.map_or(Ok(()), |why| Err(WatchError::Run(why)));
            }
            if self.settings.runs.is_some_and(|most| runs >= most) {
                break;
            }
            if failed.is_some() {
                rest(pulse, WatchPhase::Waiting, Utc::now() + AGAIN, controls).await;
            }
        }
        pulse.phase(WatchPhase::Stopping);
        Ok(())
    }

    fn list(&self) -> Result<PatrolList, String> {
        let mut list = (self.load)()?;
        if let Some(schedule) = &self.settings.schedule {
            list.watch.schedule = Some(schedule.clone());
            list.watch.own.clear();
        }
        Ok(list)
    }

    fn reload(&self, list: &mut PatrolList, pulse: &Pulse) {
        match self.list() {
            Ok(new) if planner::has_schedule(&new) => {
                tracing::info!(seeds = new.seeds.len(), "the list was read again");
                *list = new;
            }
            Ok(_) => pulse.trouble("the list read again has no schedule; the one before is kept"),
            Err(why) => pulse.trouble(&format!("the list before is kept: {why}")),
        }
    }

    /// The open orders that a seed of the list covers; the others are told once.
    fn orders(
        &self,
        list: &PatrolList,
        told: &mut BTreeSet<String>,
        pulse: &Pulse,
    ) -> Vec<RecheckOrder> {
        let (mut orders, notes) = work_orders::open(&self.root).unwrap_or_else(|error| {
            let note = Note::new("orders-unreadable", error.to_string());
            (Vec::new(), vec![note])
        });
        let mut tell = |message: String| {
            if told.insert(message.clone()) {
                pulse.trouble(&message);
            }
        };
        for note in notes {
            tell(note.message);
        }
        orders.retain(|order| {
            let covered = seed_of(order, &list.seeds).is_some();
            if !covered {
                tell(format!(
                    "order {}: no seed of the list covers {}",
                    order.id, order.url
                ));
            }
            covered
        });
        orders
    }

    /// A run that was interrupted, else what is due by schedule, else what is due by order.
    fn next(
        &self,
        list: &PatrolList,
        state: &WatchState,
        orders: &[RecheckOrder],
        now: DateTime<Utc>,
    ) -> Option<Task> {
        let begun = |seeds: Vec<String>, orders_only| BegunRun {
            at: now,
            seeds,
            orders_only,
        };
        if let Some(begun) = planner::interrupted(list, state) {
            return Some(Task {
                why: format!("the run begun at {} goes on", begun.at),
                begun,
                accounted: Vec::new(),
                made_up: false,
            });
        }
        if self.settings.once {
            let seeds = list.seeds.iter().map(|s| s.id.clone()).collect();
            return Some(Task {
                begun: begun(seeds, false),
                accounted: Vec::new(),
                made_up: false,
                why: "one run was asked for".to_owned(),
            });
        }
        if let Some(due) = planner::due(list, state, now) {
            return Some(Task {
                made_up: due.at + LATE < now,
                why: due.why(now, list.watch.zone),
                begun: begun(due.seeds, false),
                accounted: due.accounted,
            });
        }
        let orders: Vec<_> = orders.iter().filter(|o| o.at <= now).collect();
        let covering = orders.iter().filter_map(|o| seed_of(o, &list.seeds));
        let seeds: BTreeSet<String> = covering.map(|(seed, _)| seed.id.clone()).collect();
        let seeds: Vec<String> = seeds.into_iter().collect();
        (!orders.is_empty()).then(|| Task {
            why: format!("{} addresses are to be seen again by order", orders.len()),
            begun: begun(seeds, true),
            accounted: Vec::new(),
            made_up: false,
        })
    }

    /// One run, from the mark that it has begun to its end.
    async fn run(
        &self,
        list: &PatrolList,
        state: &mut WatchState,
        orders: &[RecheckOrder],
        task: Task,
        pulse: &Arc<Pulse>,
        controls: &mut Controls,
    ) -> Ended {
        tracing::info!(seeds = task.begun.seeds.len(), "{}", task.why);
        if task.made_up {
            tracing::warn!("a missed run is made up once: {}", task.why);
        }
        planner::begin(state, &task.begun, &task.accounted);
        if let Err(error) = write_state(&self.root, state) {
            return Ended::Failed(error.to_string());
        }
        let due: Vec<RecheckOrder> = orders
            .iter()
            .filter(|o| o.at <= Utc::now())
            .cloned()
            .collect();
        let sublist = planner::sublist(list, &task.begun.seeds);
        let mut order = match self.opened(&sublist, pulse, controls).await {
            Ok(Some(order)) => order,
            Ok(None) => return Ended::NotBegun,
            Err(why) => return self.over(state, Ended::Failed(why)),
        };
        order.watching = Some(Watching {
            bounds: list.watch.revisit,
            sitemaps: list.watch.sitemaps,
            orders: due,
            orders_only: task.begun.orders_only,
        });
        let quiet = list.watch.quiet.filter(|_| !self.settings.once);
        order.settings.max_time = quiet.map(|q| q.begin_in(Utc::now(), list.watch.zone));
        pulse.begin(task.made_up);
        let result = carry_out(order, controls.stop.clone()).await;
        match result {
            Ok(summary) if summary.complete => self.over(state, Ended::Complete(summary)),
            // Quiet hours or a stop: it is taken up again.
            Ok(summary) => Ended::Stopped(summary),
            Err(error) => self.over(state, Ended::Failed(error.to_string())),
        }
    }

    /// Notes that no run is under way.
    fn over(&self, state: &mut WatchState, ended: Ended) -> Ended {
        state.begun = None;
        match write_state(&self.root, state) {
            Ok(()) => ended,
            Err(error) => Ended::Failed(error.to_string()),
        }
    }

    /// The order, when the home is free; `None` when the watch is stopped meanwhile.
    async fn opened(
        &self,
        list: &PatrolList,
        pulse: &Arc<Pulse>,
        controls: &mut Controls,
    ) -> Result<Option<Order>, String> {
        let mut told = false;
        loop {
            let monitor: Arc<dyn Monitor> = Arc::<Pulse>::clone(pulse);
            match (self.open)(list.clone(), monitor) {
                Ok(order) => return Ok(Some(order)),
                Err(OpenError::Other(why)) => return Err(why),
                Err(OpenError::InUse(who)) => {
                    if !told {
                        tracing::info!("waiting for the home: {who}");
                        told = true;
                    }
                    let until = Utc::now() + self.settings.home_every;
                    rest(pulse, WatchPhase::HomeInUse, until, controls).await;
                    if *controls.stop.borrow() {
                        return Ok(None);
                    }
                }
            }
        }
    }

    async fn conclude(&self, summary: &RunSummary, pulse: &Pulse) {
        tracing::info!(run = summary.run, "{}", summary.line());
        pulse.ended(last_run(summary));
        // It may ask time-stamp authorities, and blocks.
        if let Err(why) = tokio::task::block_in_place(|| (self.after)(summary)) {
            pulse.trouble(&why);
        }
    }
}

fn last_run(summary: &RunSummary) -> LastRun {
    LastRun {
        run: summary.run.clone(),
        ended: Utc::now(),
        complete: summary.complete,
        line: summary.line(),
    }
}

/// Waits until then, or until something is asked; never for much longer than orders may wait.
async fn rest(pulse: &Pulse, phase: WatchPhase, until: DateTime<Utc>, controls: &mut Controls) {
    pulse.phase(phase);
    let wait = (until - Utc::now()).to_std().unwrap_or_default();
    let wait = wait.clamp(Duration::from_millis(1), LOOK.max(AGAIN));
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = stopping(&mut controls.stop) => {}
        changed = controls.reload.changed() => {
            match changed {
                Ok(()) => controls.reload.mark_changed(),
                // Nobody can ask any more: the sleep alone counts from now on.
                Err(_) => tokio::time::sleep(wait).await,
            }
        }
    }
}

/// Resolves when somebody wants to stop; never when nobody can any more.
async fn stopping(stop: &mut watch::Receiver<bool>) {
    if stop.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
