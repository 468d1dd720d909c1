//! The machine's corridor: lease -> fetch -> settle, until nothing is left, a limit is reached or somebody stops it.

use super::discover::starts;
use super::images::Images;
use super::inspect::Inspector;
use super::revisits::Watching;
use super::sealing::Sealing;
use super::summary::RunSummary;
use crate::fetch::browser::Renderer;
use crate::fetch::{Fetcher, screen};
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::model::seed::{PatrolList, Seed};
use crate::model::signal::SignalKind;
use crate::signals::cloak::Resemblance;
use crate::signals::networks::Networks;
use crate::storage::error::StorageError;
use crate::storage::frontier::Frontier;
use crate::storage::frontier::error::FrontierError;
use crate::storage::frontier::lease::Lease;
use crate::storage::frontier::report::Refusal;
use crate::storage::frontier::run::RunId;
use crate::storage::run::RunArchive;
use crate::storage::store::Store;
use crate::wire::environment::Environment;
use crate::wire::manifest::Tool;
use chrono::{TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// How often the display is told how many hosts are waited for.
const TELLING: Duration = Duration::from_millis(250);

/// A patrol cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum PatrolError {
    /// Evidence, journal or index.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The frontier.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
    /// The frontier holds a target of a seed that is not on the list.
    #[error("the run knows a seed {seed:?} that is not on the list; begin a new run")]
    UnknownSeed {
        /// Its id.
        seed: String,
    },
    /// A task ended by a panic; what it was at is taken up again on resume.
    #[error("a visit ended unexpectedly: {why}; run the same command again to resume")]
    Broken {
        /// What the runtime says.
        why: String,
    },
}

/// How a patrol is carried out.
#[derive(Debug, Clone)]
pub struct PatrolSettings {
    /// Visits under way at once.
    pub workers: usize,
    /// Pages after which it stops, to be resumed.
    pub max_pages: Option<u64>,
    /// Time after which it stops, to be resumed.
    pub max_time: Option<Duration>,
    /// Further attempts after a failure of the host or the network.
    pub retries: u32,
    /// Wait before the first further attempt; grows with each.
    pub retry_wait: Duration,
    /// A host that asks to wait longer is left out of this run, with the reason.
    pub longest_wait: Duration,
}

impl Default for PatrolSettings {
    fn default() -> Self {
        Self {
            workers: 16,
            max_pages: None,
            max_time: None,
            retries: 2,
            retry_wait: Duration::from_secs(20),
            longest_wait: Duration::from_secs(15 * 60),
        }
    }
}

/// One run and all that its visits share.
pub struct Part {
    /// Where evidence is kept.
    pub store: Arc<Store>,
    /// The run's archive.
    pub archive: RunArchive,
    /// The frontier.
    pub frontier: Arc<dyn Frontier>,
    /// The only way to watched hosts.
    pub fetcher: Fetcher,
    /// The browsers, where a seed wants them and they can be had.
    pub renderer: Option<Arc<Renderer>>,
    /// The images of pages.
    pub images: Images,
    /// The auditor.
    pub inspector: Arc<Inspector>,
    /// Who is told.
    pub monitor: Arc<dyn Monitor>,
    /// The list.
    pub list: PatrolList,
    /// The run.
    pub run: RunId,
    /// Whether the run was begun earlier.
    pub resumed: bool,
    /// How it is carried out.
    pub settings: PatrolSettings,
    /// The program, for manifests.
    pub tool: Tool,
    /// What authorises captures, in Chinese, for manifests.
    pub legal_basis: Vec<String>,
    /// How what earlier runs have seen is treated; `None` = as if there were none.
    pub watching: Option<Watching>,
    /// What is sealed, and as what.
    pub sealing: Sealing,
    /// On which machine.
    pub environment: Environment,
    /// Where servers stand, by the office's own table.
    pub networks: Option<Arc<Networks>>,
    /// Figures of this part.
    pub tally: Mutex<Tally>,
}

/// Figures of a part that the frontier does not keep.
#[derive(Debug, Default)]
pub struct Tally {
    statuses: BTreeMap<u16, u64>,
    charsets: BTreeMap<String, u64>,
    signals: BTreeMap<&'static str, u64>,
    looks: BTreeMap<&'static str, u64>,
    not_due: u64,
}

impl Part {
    /// Patrols until the run is complete, a limit is reached, or `stop` says true.
    pub async fn patrol(
        self: &Arc<Self>,
        stop: watch::Receiver<bool>,
    ) -> Result<RunSummary, PatrolError> {
        let begun = Instant::now();
        self.prepare()?;
        let recovered = self.recover(&stop).await?;
        let stopped = self.visits(begun, stop).await?;
        self.frontier.flush()?;
        let mut summary = RunSummary {
            run: self.run.to_string(),
            resumed: self.resumed,
            recovered,
            stopped,
            elapsed: begun.elapsed(),
            ..RunSummary::default()
        };
        summary.take(&self.frontier.stats(self.run)?);
        {
            let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            summary.pages_now = tally.statuses.values().sum();
            summary.statuses = tally.statuses.clone();
            summary.charsets = tally.charsets.clone();
            summary.signals = tally.signals.clone();
            summary.looks = tally.looks.clone();
            summary.not_due = tally.not_due;
        }
        if summary.complete {
            self.frontier.end_run(self.run, Utc::now())?;
            self.store.index().forget_bases(self.archive.run())?;
        }
        Ok(summary)
    }

    /// Queues the start targets and tells each group its limits and its memory. Repeated on resume without harm.
    fn prepare(&self) -> Result<(), PatrolError> {
        self.queue_orders()?;
        for seed in self.list.seeds.iter().filter(|_| !self.orders_only()) {
            for target in starts(seed) {
                let group = crate::model::politeness::politeness_group(&target.url);
                self.frontier
                    .set_group_limits(&group, seed.pace.concurrency)?;
                if let Some(memory) = self.frontier.host_memory(&group)? {
                    self.fetcher.recall(&memory);
                }
                match screen(seed, &target) {
                    Ok(()) => {
                        self.frontier.add(self.run, &[target])?;
                    }
                    Err(reason) if !self.resumed => {
                        let refusal = Refusal {
                            url: target.url.to_string(),
                            seed_id: seed.id.clone(),
                            reason,
                        };
                        self.frontier.record_skips(self.run, &[refusal])?;
                    }
                    Err(_) => {}
                }
            }
            self.queue_known(seed)?;
        }
        Ok(())
    }

    /// Leases and visits. Says why it stopped before the end.
    async fn visits(
        self: &Arc<Self>,
        begun: Instant,
        mut stop: watch::Receiver<bool>,
    ) -> Result<Option<String>, PatrolError> {
        let computing = Arc::new(Semaphore::new(cores()));
        let mut tasks: JoinSet<Result<(), PatrolError>> = JoinSet::new();
        let mut trouble = None;
        let mut told: Option<Instant> = None;
        let stopped = loop {
            if let Some(why) = self.limit_reached(begun, &stop, tasks.len())? {
                break Some(why);
            }
            let room = self.settings.workers.saturating_sub(tasks.len());
            for lease in self.frontier.lease(self.run, Utc::now(), room)? {
                tasks.spawn(Arc::clone(self).visit(lease, Arc::clone(&computing), stop.clone()));
            }
            let wake = self.frontier.next_ready(self.run, Utc::now())?;
            if tasks.is_empty() && wake.is_none() {
                break None;
            }
            // Counting asks the disk: not for every visit.
            if told.is_none_or(|told| told.elapsed() >= TELLING) {
                self.tell_waiting()?;
                told = Some(Instant::now());
            }
            let full = tasks.len() >= self.settings.workers;
            tokio::select! {
                Some(ended) = tasks.join_next(), if !tasks.is_empty() => {
                    if let Err(error) = flat(ended) {
                        trouble = Some(error);
                        break None;
                    }
                }
                () = sleep_until(wake), if !full => {}
                _ = stop.changed() => {}
            }
        };
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = flat(ended) {
                trouble.get_or_insert(error);
            }
        }
        trouble.map_or(Ok(stopped), Err)
    }

    /// One visit. A stop while it waits for the host gives the target back unvisited.
    async fn visit(
        self: Arc<Self>,
        lease: Lease,
        computing: Arc<Semaphore>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), PatrolError> {
        let seed = self.seed(&lease.target.seed_id)?.clone();
        let spent = self
            .frontier
            .spent(self.run, &seed.id, lease.fence, Utc::now())?;
        tracing::debug!(url = %lease.target.url, attempt = lease.attempt, "visiting");
        if let Some(memory) = self.frontier.host_memory(&lease.group)? {
            // Taken up once per process; what this process has learned itself stays.
            self.fetcher.recall(&memory);
        }
        let visit = async {
            let validators = self.validators(&seed, &lease.target);
            let visit = self
                .fetcher
                .visit_if(&seed, &lease.target, &spent, validators.as_ref());
            let mut visit = visit.await;
            self.render(&seed, &lease.target, &spent, &mut visit).await;
            let ahead = self.look(&seed, &lease, &mut visit, &computing).await;
            (visit, ahead)
        };
        let (visit, ahead) = tokio::select! {
            visit = visit => visit,
            () = stopped(&mut stop) => return Ok(self.frontier.release(self.run, &lease, Utc::now())?),
        };
        let permit = Arc::clone(&computing).acquire_owned().await;
        let settled = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            self.settle(&lease, visit, ahead)
        });
        flat_blocking(settled.await)
    }

    fn limit_reached(
        &self,
        begun: Instant,
        stop: &watch::Receiver<bool>,
        under_way: usize,
    ) -> Result<Option<String>, PatrolError> {
        if *stop.borrow() {
            return Ok(Some("stopped by the user".to_owned()));
        }
        if self
            .settings
            .max_time
            .is_some_and(|limit| begun.elapsed() >= limit)
        {
            return Ok(Some("the time given is used up".to_owned()));
        }
        if let Some(limit) = self.settings.max_pages {
            let done = self.frontier.stats(self.run)?.done + under_way as u64;
            if done >= limit {
                return Ok(Some(format!("{limit} pages were asked for")));
            }
        }
        Ok(None)
    }

    fn tell_waiting(&self) -> Result<(), PatrolError> {
        let groups = self.frontier.stats(self.run)?.groups_waiting;
        self.monitor.event(Event::Waiting { groups });
        Ok(())
    }

    /// The seed of this id.
    pub(super) fn seed(&self, id: &str) -> Result<&Seed, PatrolError> {
        self.list
            .seeds
            .iter()
            .find(|s| s.id == id)
            .ok_or_else(|| PatrolError::UnknownSeed {
                seed: id.to_owned(),
            })
    }

    /// Counts a page that answered.
    pub(super) fn counted(&self, status: u16, charset: &str) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        *tally.statuses.entry(status).or_default() += 1;
        if !charset.is_empty() {
            *tally.charsets.entry(charset.to_owned()).or_default() += 1;
        }
    }

    /// Counts a signal.
    pub(super) fn signalled(&self, kind: SignalKind) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        *tally.signals.entry(kind.code()).or_default() += 1;
    }

    /// Counts a page that was looked at from another vantage.
    pub(super) fn looked(&self, resemblance: Resemblance) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        *tally.looks.entry(resemblance.code()).or_default() += 1;
    }

    /// Counts links whose pages are known and not due.
    pub(super) fn not_due(&self, links: u64) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.not_due += links;
    }

    /// Passes on what a keeper noted.
    pub(super) fn note(&self, note: Note) {
        self.monitor.event(Event::Noted(note));
    }
}

/// Resolves when somebody wants to stop; never when nobody can any more.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn sleep_until(wake: Option<chrono::DateTime<Utc>>) {
    let wait = wake.map_or(TimeDelta::seconds(1), |at| at - Utc::now());
    // A short look now and then costs nothing and lets limits of time take hold.
    let wait = wait.clamp(TimeDelta::milliseconds(1), TimeDelta::seconds(1));
    tokio::time::sleep(wait.to_std().unwrap_or(Duration::from_secs(1))).await;
}

fn flat(ended: Result<Result<(), PatrolError>, tokio::task::JoinError>) -> Result<(), PatrolError> {
    flat_blocking(ended)
}

fn flat_blocking(
    ended: Result<Result<(), PatrolError>, tokio::task::JoinError>,
) -> Result<(), PatrolError> {
    match ended {
        Ok(result) => result,
        Err(error) => Err(PatrolError::Broken {
            why: error.to_string(),
        }),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
