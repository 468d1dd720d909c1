//! `wangxun bench soak`: the watch on the practice web for a long time, its memory, threads and handles sampled.

use super::arguments::Format;
use super::bench::Server;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::Output;
use super::{tools, watch as watching};
use crate::model::monitor::{Monitor, Silent};
use crate::model::process_figures::ProcessFigures;
use crate::model::revisit::RevisitBounds;
use crate::model::schedule::Schedule;
use crate::model::seed::PatrolList;
use crate::patrol::pipeline::PatrolSettings;
use crate::patrol::rendering::Browser;
use crate::patrol::watch::{Controls, Watch, WatchSettings};
use crate::program::figures::own_figures;
use crate::storage::home::Home;
use crate::storage::verify::{Outcome, verify_store};
use crate::storage::watch::read_health;
use crate::wire::watch::Health;
use anyhow::{Context, anyhow};
use clap::Args;
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// `wangxun bench soak`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun --home /tmp/soak bench soak --minutes 30 --csv soak.csv
  wangxun --home /tmp/soak bench soak --minutes 2 --schedule 'every 5s' --sample 5 --csv soak.csv --format json

The practice web is served by another process; the watch works in this one, run after run. A line of the CSV is one
sample: seconds, rss_mb, threads, handles, zombies, runs, pages, unchanged, findings, sealed, skipped, failures. In the
end the store is verified. Exit code 1 when threads, handles or zombies grew, a run failed, or verification did; memory
is told with its trend. Give it a home of its own.")]
pub struct SoakBench {
    /// How long
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub minutes: u64,
    /// Where the samples go
    #[arg(long, value_name = "FILE.csv")]
    pub csv: PathBuf,
    /// When runs are due
    #[arg(long, value_name = "SCHEDULE", default_value = "every 2s")]
    pub schedule: String,
    /// Seconds between samples
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub sample: u64,
    /// Never show a page in the browser
    #[arg(long)]
    pub no_browser: bool,
}

/// One sample.
#[derive(Debug, Clone, Copy)]
struct Sample {
    seconds: f64,
    figures: ProcessFigures,
}

/// Carries the command out.
pub fn run(asked: &SoakBench, settings: &Settings) -> Done {
    let schedule = Schedule::parse(&asked.schedule);
    let schedule = schedule.map_err(|why| misuse(anyhow!("--schedule: {why}")))?;
    std::fs::create_dir_all(&settings.home).map_err(incomplete)?;
    let server = Server::start(&["--practice"], &settings.home)?;
    let list = soaked(tools::patrol_list(&server.list)?);
    let inspector = Arc::new(tools::inspector(settings)?);
    let runtime = tools::runtime()?;
    let done = Arc::new(AtomicBool::new(false));
    let sampling = sampler(asked, &settings.home, Arc::clone(&done))?;
    let load = || Ok(list.clone());
    let open = |list: PatrolList, monitor: Arc<dyn Monitor>| {
        let mut order = watching::open(list, settings, &quick(settings), &inspector, monitor)?;
        order.fetch.longest_interval = Duration::from_secs(1);
        match &mut order.browser {
            _ if asked.no_browser => order.browser = Browser::None,
            Browser::Use(browser) => browser.for_own_pages(),
            _ => {}
        }
        Ok(order)
    };
    let watch = Watch {
        root: settings.home.clone(),
        named: "practice web".to_owned(),
        load: &load,
        open: &open,
        after: &|_| Ok(()),
        settings: WatchSettings {
            schedule: Some(schedule),
            health_every: Duration::from_secs(1),
            ..WatchSettings::default()
        },
    };
    let minutes = Duration::from_secs(asked.minutes * 60);
    let health = runtime.block_on(async {
        let (tell, stop) = watch::channel(false);
        let (_keep, reload) = watch::channel(0);
        tokio::spawn(async move {
            let mut user = super::patrol::interrupted();
            tokio::select! {
                () = tokio::time::sleep(minutes) => {}
                _ = user.wait_for(|stop| *stop) => {}
            }
            let _ = tell.send(true);
            std::future::pending::<()>().await;
        });
        watch
            .watch(Controls { stop, reload })
            .await
            .map_err(incomplete)
    })?;
    done.store(true, Ordering::Relaxed);
    let samples = sampling
        .join()
        .map_err(|_| incomplete(anyhow!("the sampler ended unexpectedly")))?;
    drop(server);
    conclude(&samples, &health, settings)
}

fn quick(settings: &Settings) -> PatrolSettings {
    PatrolSettings {
        workers: settings.workers,
        retries: 1,
        retry_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(5),
        ..PatrolSettings::default()
    }
}

/// The list with short intervals, so that all pages are seen in all runs.
fn soaked(mut list: PatrolList) -> PatrolList {
    list.watch.revisit = RevisitBounds {
        least: Duration::from_secs(1),
        most: Duration::from_secs(1),
    };
    for seed in &mut list.seeds {
        seed.pace.interval = seed.pace.interval.min(Duration::from_millis(50));
    }
    list
}

type Sampling = std::thread::JoinHandle<Vec<Sample>>;

/// Samples until it is done; each sample stands in the file at once.
fn sampler(asked: &SoakBench, home: &Path, done: Arc<AtomicBool>) -> Result<Sampling, Trouble> {
    let mut file = File::create(&asked.csv)
        .with_context(|| format!("cannot write {}", asked.csv.display()))
        .map_err(misuse)?;
    let head = "seconds,rss_mb,threads,handles,zombies,runs,pages,unchanged,findings,sealed,skipped,failures\n";
    file.write_all(head.as_bytes()).map_err(incomplete)?;
    let (every, home) = (Duration::from_secs(asked.sample), home.to_owned());
    let thread = std::thread::Builder::new().name("sampler".to_owned());
    let sampling = move || {
        let begun = Instant::now();
        let mut samples = Vec::new();
        while !done.load(Ordering::Relaxed) {
            let due = every.saturating_mul(samples.len() as u32);
            if begun.elapsed() < due {
                std::thread::sleep(Duration::from_millis(100));
                continue;
            }
            let sample = Sample {
                seconds: begun.elapsed().as_secs_f64(),
                figures: own_figures(),
            };
            samples.push(sample);
            let health = read_health(&home).ok().flatten();
            let _ = file.write_all(line(&sample, health.as_ref()).as_bytes());
        }
        samples
    };
    thread.spawn(sampling).map_err(incomplete)
}

fn line(sample: &Sample, health: Option<&Health>) -> String {
    let counters = health.map(|h| h.counters).unwrap_or_default();
    let failures = health.map_or(0, |h| h.failures_in_a_row);
    let f = &sample.figures;
    format!(
        "{:.1},{:.1},{},{},{},{},{},{},{},{},{},{failures}\n",
        sample.seconds,
        f.memory_bytes as f64 / 1e6,
        f.threads,
        f.handles,
        f.zombies,
        counters.runs,
        counters.pages,
        counters.unchanged,
        counters.findings,
        counters.sealed,
        counters.skipped
    )
}

/// The trend of the memory by least squares, in MB an hour.
fn trend(samples: &[Sample]) -> f64 {
    let n = samples.len() as f64;
    let x = |s: &Sample| s.seconds / 3600.0;
    let y = |s: &Sample| s.figures.memory_bytes as f64 / 1e6;
    let (mean_x, mean_y) = (
        samples.iter().map(x).sum::<f64>() / n,
        samples.iter().map(y).sum::<f64>() / n,
    );
    let spread: f64 = samples.iter().map(|s| (x(s) - mean_x).powi(2)).sum();
    let joint: f64 = samples
        .iter()
        .map(|s| (x(s) - mean_x) * (y(s) - mean_y))
        .sum();
    if spread > 0.0 { joint / spread } else { 0.0 }
}

fn conclude(samples: &[Sample], health: &Health, settings: &Settings) -> Done {
    // Caches and thread pools fill in the first third.
    let settled = samples.get(samples.len() / 3..).unwrap_or_default();
    let quarter = (settled.len() / 4).max(1);
    let most = |part: &[Sample], of: fn(&ProcessFigures) -> u64| {
        part.iter().map(|s| of(&s.figures)).max().unwrap_or(0)
    };
    let early = settled.get(..quarter).unwrap_or(settled);
    let late = settled
        .get(settled.len().saturating_sub(quarter)..)
        .unwrap_or(settled);
    let threads = (most(early, |f| f.threads), most(late, |f| f.threads));
    let handles = (most(early, |f| f.handles), most(late, |f| f.handles));
    let memory = (
        most(early, |f| f.memory_bytes),
        most(late, |f| f.memory_bytes),
    );
    let zombies = most(samples, |f| f.zombies);
    let home = Home::read_only(&settings.home).map_err(incomplete)?;
    let report = verify_store(&home, &Silent).map_err(incomplete)?;
    let verified = report.outcome() == Outcome::Pass;
    // A browser's own pipes come and go with it.
    let good = threads.1 <= threads.0 + 4
        && handles.1 <= handles.0 + 16
        && zombies == 0
        && health.failures_in_a_row == 0
        && verified;
    let figures = json!({
        "well": good, "seconds": samples.last().map_or(0.0, |s| s.seconds), "samples": samples.len(),
        "memory_mb": {"early": memory.0 as f64 / 1e6, "late": memory.1 as f64 / 1e6, "mb_per_hour": trend(settled)},
        "threads": {"early": threads.0, "late": threads.1}, "handles": {"early": handles.0, "late": handles.1},
        "zombies_most": zombies, "verified": verified, "counters": health.counters,
        "last_error": health.last_error,
    });
    match settings.format {
        Format::Json => Output.json(&figures)?,
        Format::Table => {
            let c = &health.counters;
            Output.line(format!(
                "soak       {} runs, {} pages ({} unchanged), {} sealed, {} not visited",
                c.runs, c.pages, c.unchanged, c.sealed, c.skipped
            ))?;
            Output.line(format!(
                "memory     {:.0} MB, later {:.0} MB; trend {:+.1} MB an hour",
                memory.0 as f64 / 1e6,
                memory.1 as f64 / 1e6,
                trend(settled)
            ))?;
            Output.line(format!(
                "threads    {}, later {}; handles {}, later {}; zombies at most {zombies}",
                threads.0, threads.1, handles.0, handles.1
            ))?;
            Output.line(format!(
                "verify     {}",
                if verified { "pass" } else { "FAIL" }
            ))?;
        }
    }
    Ok(if good { Exit::Fine } else { Exit::CheckFailed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trend_is_a_slope() {
        let sample = |minutes: u64, mb: u64| Sample {
            seconds: minutes as f64 * 60.0,
            figures: ProcessFigures {
                memory_bytes: mb * 1_000_000,
                ..ProcessFigures::default()
            },
        };
        let rising: Vec<Sample> = (0..30).map(|m| sample(m, 100 + m)).collect();
        assert!((trend(&rising) - 60.0).abs() < 1e-6);
        let flat: Vec<Sample> = (0..30).map(|m| sample(m, 100)).collect();
        assert!(trend(&flat).abs() < 1e-6);
        assert_eq!(trend(&[]), 0.0);
    }
}
