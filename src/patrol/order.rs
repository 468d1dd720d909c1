//! An order to patrol a list, and what is put together to carry it out.

use super::environment;
use super::images::{ImageOrder, Images};
use super::inspect::Inspector;
use super::pipeline::{Part, PatrolError, PatrolSettings, Tally};
use super::rendering::{self, Browser};
use super::revisits::Watching;
use super::sealing::Sealing;
use super::slots;
use super::summary::RunSummary;
use crate::fetch::browser::Renderer;
use crate::fetch::{FetchError, FetchSettings, Fetcher};
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::model::seed::{PatrolList, RobotsPolicy};
use crate::seeds;
use crate::signals::networks::Networks;
use crate::storage::digest::sha256;
use crate::storage::frontier::Frontier;
use crate::storage::frontier::embedded::SledFrontier;
use crate::storage::frontier::error::FrontierError;
use crate::storage::frontier::options::FrontierOptions;
use crate::storage::frontier::run::Run;
use crate::storage::run::RunSettings;
use crate::storage::store::Store;
use crate::wire::manifest::Tool;
use chrono::Utc;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// What is to be patrolled, and how.
pub struct Order {
    /// The list.
    pub list: PatrolList,
    /// Begin a new run even when an unfinished one of the same list is there.
    pub fresh: bool,
    /// How it is carried out.
    pub settings: PatrolSettings,
    /// How hosts are asked.
    pub fetch: FetchSettings,
    /// Where evidence is kept.
    pub store: Arc<Store>,
    /// What pages are rendered with.
    pub browser: Browser,
    /// What images of pages are read with.
    pub images: ImageOrder,
    /// The auditor.
    pub inspector: Arc<Inspector>,
    /// Who is told.
    pub monitor: Arc<dyn Monitor>,
    /// What authorises captures, in Chinese, for manifests.
    pub legal_basis: Vec<String>,
    /// Where servers stand, by the office's own table.
    pub networks: Option<Arc<Networks>>,
    /// How what earlier runs have seen is treated; `None` = as if there were none.
    pub watching: Option<Watching>,
}

/// An order cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The fetcher cannot be built.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The run broke off.
    #[error(transparent)]
    Patrol(#[from] PatrolError),
}

/// Carries an order out until it is complete, a limit is reached, or `stop` says true.
pub async fn carry_out(
    order: Order,
    stop: watch::Receiver<bool>,
) -> Result<RunSummary, OrderError> {
    carry_out_sealing(order, Sealing::default(), stop).await
}

/// Carries an order out like [`carry_out`], sealing what `sealing` says.
pub async fn carry_out_sealing(
    order: Order,
    sealing: Sealing,
    stop: watch::Receiver<bool>,
) -> Result<RunSummary, OrderError> {
    let monitor = Arc::clone(&order.monitor);
    let renderer = rendering::start(&order.browser, &order.list, monitor.as_ref()).await;
    let part = Arc::new(prepare(order, sealing, renderer)?);
    let result = part.patrol(stop).await;
    let Some(part) = Arc::into_inner(part) else {
        let why = "a visit is still under way".to_owned();
        return Err(PatrolError::Broken { why }.into());
    };
    // A broken run is closed as well as it can be: the next one resumes it.
    let (complete, line) = match &result {
        Ok(summary) => (summary.complete, summary.line()),
        Err(error) => (false, format!("broke off: {error}")),
    };
    let closed = part.archive.finish(complete, &line);
    let summary = result?;
    if let Err(error) = closed {
        monitor.event(Event::Noted(Note::new("run-not-closed", error.to_string())));
        return Err(PatrolError::Storage(error).into());
    }
    Ok(summary)
}

fn prepare(
    order: Order,
    sealing: Sealing,
    renderer: Option<Arc<Renderer>>,
) -> Result<Part, OrderError> {
    let fetcher = Fetcher::new(&order.fetch)?;
    order
        .store
        .take_up_discoveries()
        .map_err(PatrolError::from)?;
    let digest = sha256(seeds::to_toml(&order.list).as_bytes());
    let (frontier, missing) = open_frontier(&order)?;
    let (run, resumed) =
        open_run(&frontier, &digest, missing, order.fresh).map_err(PatrolError::from)?;
    let settings = RunSettings {
        config_sha256: Some(hex::encode(digest)),
        robots: robots_word(&order.list).to_owned(),
        ..RunSettings::default()
    };
    let (archive, notes) = order
        .store
        .run(&run.id.to_string(), settings)
        .map_err(PatrolError::from)?;
    for note in notes {
        order.monitor.event(Event::Noted(note));
    }
    if let Some(renderer) = &renderer {
        renderer.look_for(slots::places(&order.inspector));
    }
    Ok(Part {
        store: order.store,
        archive,
        frontier: Arc::new(frontier),
        fetcher,
        renderer,
        images: Images::start(order.images, &order.list, order.monitor.as_ref()),
        inspector: order.inspector,
        monitor: order.monitor,
        list: order.list,
        run: run.id,
        resumed,
        settings: order.settings,
        tool: tool(),
        environment: environment::gather(order.fetch.proxy.as_deref()),
        legal_basis: order.legal_basis,
        networks: order.networks,
        watching: order.watching,
        sealing,
        tally: Mutex::new(Tally::default()),
    })
}

/// The frontier, and the run that a damaged database has forgotten.
fn open_frontier(order: &Order) -> Result<(SledFrontier, Option<Run>), PatrolError> {
    let options = FrontierOptions {
        // Waiting for one's own pace counts as an attempt as well, so there must be room for it.
        max_attempts: 12,
        ..FrontierOptions::default()
    };
    let opened = SledFrontier::open(&order.store.home().frontier(), options)?;
    if let Some(aside) = opened.set_aside {
        let message =
            format!("the frontier was damaged and is set aside ({aside:?}); a new run begins");
        order
            .monitor
            .event(Event::Noted(Note::new("frontier-set-aside", message)));
    }
    Ok((opened.frontier, opened.missing))
}

/// The unfinished run of the same list, or a new one. The run is on disk before anything is captured under its name.
fn open_run(
    frontier: &SledFrontier,
    digest: &[u8; 32],
    missing: Option<Run>,
    fresh: bool,
) -> Result<(Run, bool), FrontierError> {
    // What the frontier has lost is taken up empty; recovery fills it from the archive.
    if let Some(run) = missing.filter(|run| run.list_digest == *digest && !fresh) {
        frontier.restore_run(&run)?;
        frontier.flush()?;
        return Ok((run, true));
    }
    if let Some(run) = frontier.open_run(digest)? {
        if !fresh {
            return Ok((run, true));
        }
        frontier.end_run(run.id, Utc::now())?;
    }
    let run = frontier.begin_run(digest, Utc::now())?;
    frontier.flush()?;
    Ok((run, false))
}

fn robots_word(list: &PatrolList) -> &'static str {
    let obeying = list
        .seeds
        .iter()
        .filter(|s| s.robots == RobotsPolicy::Obey)
        .count();
    match obeying {
        n if n == list.seeds.len() => "obey",
        0 => "ignore",
        _ => "mixed",
    }
}

/// This program, with the digest of its own file where it can be read.
pub fn tool() -> Tool {
    let own = std::env::current_exe().and_then(std::fs::read);
    Tool {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sha256: own.ok().map(|bytes| hex::encode(sha256(&bytes))),
    }
}
