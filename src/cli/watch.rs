//! `wangxun patrol watch` and `wangxun patrol health`.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::log_file::{LogFile, also_to};
use super::output::Output;
use super::{patrol, search, tools};
use crate::model::custody::Actor;
use crate::model::monitor::Monitor;
use crate::model::schedule::Schedule;
use crate::model::seed::{PatrolList, Seed};
use crate::patrol::inspect::Inspector;
use crate::patrol::order::Order;
use crate::patrol::pipeline::PatrolSettings;
use crate::patrol::watch::pulse::faults;
use crate::patrol::watch::{Controls, OpenError, Watch, WatchError, WatchSettings};
use crate::storage::error::StorageError;
use crate::storage::store::Store;
use crate::storage::watch::{WatchLock, read_health};
use crate::wire::watch::Health;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// `wangxun patrol watch`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun patrol watch list.toml                       by the [watch] table and the seeds' schedules
  wangxun patrol watch list.toml --schedule '0 9 * * 1-5'
  wangxun patrol watch list.toml --schedule 'every 6h' --seed shop-1
  wangxun patrol watch list.toml --once                one run, then the end: for cron

Times are Beijing time unless the list names a zone. A run that was missed while the program was not running is made up
once. Pages are seen again the sooner the more they change or are found wanting; an unchanged page is asked for
conditionally. Between runs other commands can use the home. SIGTERM and Ctrl-C end it cleanly, SIGHUP has it read
the list again. State, health and log lie in the home: watch.json, health.json, logs/.")]
pub struct WatchArguments {
    /// The patrol list (TOML, or CSV from a spreadsheet)
    #[arg(value_name = "LIST")]
    pub list: PathBuf,
    /// Only these seeds of the list (repeatable)
    #[arg(long = "seed", value_name = "ID")]
    pub seeds: Vec<String>,
    /// Instead of the list's schedules: a cron pattern of five fields, or 'every 6h'
    #[arg(long, value_name = "SCHEDULE", conflicts_with = "once")]
    pub schedule: Option<String>,
    /// One run of all seeds at once, then the end
    #[arg(long)]
    pub once: bool,
    /// The end after so many runs
    #[arg(long, value_name = "N", conflicts_with = "once")]
    pub runs: Option<u64>,
    /// Visits under way at once
    #[arg(long, value_name = "N")]
    pub workers: Option<usize>,
    /// How often the health file is written, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub health_every: u64,
    /// No log file in the home
    #[arg(long)]
    pub no_log_file: bool,
}

/// `wangxun patrol health`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun patrol health
  wangxun patrol health --max-age 60 --format json     for a monitoring system

Exit codes: 0 it is well, 1 it is not (nothing was heard of it, it was stopped, its run does not come on, three runs in a
row failed), 3 there is no health file.")]
pub struct HealthArguments {
    /// How old the health file may be, in seconds [default: three times as old as it is written, and 30 s]
    #[arg(long, value_name = "SECONDS")]
    pub max_age: Option<u64>,
}

/// Stays until it is stopped.
pub fn run(asked: &WatchArguments, settings: &Settings) -> Done {
    let schedule = asked.schedule.as_deref().map(Schedule::parse).transpose();
    let schedule = schedule.map_err(|why| misuse(anyhow!("--schedule: {why}")))?;
    if !asked.no_log_file {
        let folder = settings.home.join("logs");
        let file = LogFile::open(&folder)
            .with_context(|| format!("no log can be written in {}", folder.display()))
            .map_err(incomplete)?;
        also_to(file);
    }
    let inspector = Arc::new(tools::inspector(settings)?);
    let runtime = tools::runtime()?;
    // Stamping blocks on a runtime of its own, which may not be the one that it is called from.
    let stamping = tools::runtime()?;
    let load = || {
        tools::patrol_list(&asked.list)
            .and_then(|list| patrol::chosen(list, &asked.seeds))
            .map_err(|trouble| format!("{:#}", trouble.error))
    };
    let patrol_settings = PatrolSettings {
        workers: asked.workers.unwrap_or(settings.workers),
        ..PatrolSettings::default()
    };
    let open = |list: PatrolList, monitor: Arc<dyn Monitor>| {
        open(list, settings, &patrol_settings, &inspector, monitor)
    };
    let after = |summary: &crate::patrol::summary::RunSummary| {
        patrol::stamp_run(&stamping, summary, settings)
            .map_err(|trouble| format!("{:#}", trouble.error))
    };
    let watch = Watch {
        root: settings.home.clone(),
        named: asked.list.display().to_string(),
        load: &load,
        open: &open,
        after: &after,
        settings: WatchSettings {
            once: asked.once,
            runs: asked.runs,
            schedule,
            health_every: Duration::from_secs(asked.health_every),
            ..WatchSettings::default()
        },
    };
    let health = runtime.block_on(async { watch.watch(controls()?).await.map_err(told) })?;
    show(&health, &[], settings)?;
    Ok(Exit::Fine)
}

fn told(error: WatchError) -> Trouble {
    match error {
        WatchError::Storage(error @ StorageError::InUse { .. }) => incomplete(
            anyhow::Error::new(error).context(
                "another `patrol watch` works in this home; `wangxun patrol health` tells how it is",
            ),
        ),
        WatchError::List(_) | WatchError::NoSchedule => misuse(error),
        other => incomplete(other),
    }
}

/// Opens the home for a run.
pub(super) fn open(
    list: PatrolList,
    settings: &Settings,
    patrol: &PatrolSettings,
    inspector: &Arc<Inspector>,
    monitor: Arc<dyn Monitor>,
) -> Result<Order, OpenError> {
    let other = |trouble: Trouble| OpenError::Other(format!("{:#}", trouble.error));
    let seeds: Vec<&Seed> = list.seeds.iter().collect();
    let fetch = tools::fetch_settings(settings, &seeds).map_err(other)?;
    let actor = Actor::patrol(settings.unit.clone());
    let opened = Store::open(&settings.home, "main", actor, monitor.as_ref());
    let (mut store, _) = opened.map_err(|error| match error {
        StorageError::InUse { .. } => OpenError::InUse(error.to_string()),
        other => OpenError::Other(other.to_string()),
    })?;
    search::open(&mut store, settings, monitor.as_ref()).map_err(other)?;
    Ok(Order {
        list,
        fresh: false,
        settings: patrol.clone(),
        fetch,
        store: Arc::new(store),
        browser: tools::browser(settings),
        images: tools::images(settings),
        inspector: Arc::clone(inspector),
        monitor,
        legal_basis: settings.legal_basis.clone(),
        watching: None,
        networks: tools::networks(settings).map_err(other)?,
    })
}

/// SIGTERM and Ctrl-C stop, a second one at once; SIGHUP has the list read again.
fn controls() -> Result<Controls, Trouble> {
    let (tell, stop) = watch::channel(false);
    let (ask, reload) = watch::channel(0);
    let mut terminate = signal(SignalKind::terminate()).map_err(incomplete)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(incomplete)?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(incomplete)?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hang_up.recv() => {
                    ask.send_modify(|times| *times += 1);
                    continue;
                }
            }
            if tell.send_replace(true) {
                std::process::exit(130);
            }
            tracing::warn!("stopping after the visits under way; once more stops at once");
        }
    });
    Ok(Controls { stop, reload })
}

/// Tells how the watch is.
pub fn health(asked: &HealthArguments, settings: &Settings) -> Done {
    let health = read_health(&settings.home).map_err(incomplete)?;
    let Some(health) = health else {
        return Err(incomplete(anyhow!(
            "no watch has worked in {} yet; start one with `wangxun patrol watch LIST`",
            settings.home.display()
        )));
    };
    let oldest = asked.max_age.map(Duration::from_secs);
    let held = WatchLock::is_held(&settings.home);
    let faults = faults(&health, held, oldest, Utc::now());
    show(&health, &faults, settings)?;
    Ok(if faults.is_empty() {
        Exit::Fine
    } else {
        Exit::CheckFailed
    })
}

fn show(health: &Health, faults: &[String], settings: &Settings) -> Result<(), Trouble> {
    if settings.format == Format::Json {
        let well = faults.is_empty();
        return Output.json(&json!({"well": well, "faults": faults, "health": health}));
    }
    let beijing = |at: &DateTime<Utc>| {
        let at = at.with_timezone(&crate::model::schedule::BEIJING);
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    };
    let counters = &health.counters;
    Output.line(format!(
        "state      {} ({}) since {}",
        health.phase.label(),
        health.list,
        beijing(&health.since)
    ))?;
    Output.line(format!(
        "process    {} since {}; {:.0} MB, {} threads, {} handles, {} zombies; written {}",
        health.process,
        beijing(&health.started),
        health.figures.memory_bytes as f64 / 1e6,
        health.figures.threads,
        health.figures.handles,
        health.figures.zombies,
        beijing(&health.written)
    ))?;
    let next = health.next_due.as_ref().map_or("none".to_owned(), beijing);
    Output.line(format!("next due   {next}"))?;
    Output.line(format!(
        "so far     {} runs ({} made up), {} pages ({} unchanged), {} with findings, {} sealed, {} not visited, {} rechecks",
        counters.runs,
        counters.made_up,
        counters.pages,
        counters.unchanged,
        counters.findings,
        counters.sealed,
        counters.skipped,
        counters.rechecks
    ))?;
    if let Some(run) = &health.last_run {
        let ended = beijing(&run.ended);
        Output.line(format!(
            "last run   {} ended {ended}: {}",
            run.run, run.line
        ))?;
    }
    if let Some(error) = &health.last_error {
        Output.line(format!(
            "last error {}: {}",
            beijing(&error.at),
            error.message
        ))?;
    }
    for fault in faults {
        Output.line(format!("NOT WELL   {fault}"))?;
    }
    Ok(())
}
