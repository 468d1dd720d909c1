//! `wangxun bench`: serves load, and measures the patrol on it.

use super::arguments::{Bench, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::Output;
use super::{bench_joining, bench_search, patrol, tools};
use crate::patrol::order::carry_out;
use crate::patrol::pipeline::PatrolSettings;
use crate::practice::{self, Bind, LoadPlan, Served};
use anyhow::{Context, anyhow};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Carries the command out.
pub fn run(asked: &Bench, settings: &Settings) -> Done {
    match asked {
        Bench::Serve {
            pages,
            hosts,
            folder,
            practice,
            port,
            list,
        } => {
            let what = match (folder, practice) {
                (Some(folder), _) => Content::Folder(folder.clone()),
                (None, true) => Content::Practice,
                (None, false) => Content::Load(plan(*pages, *hosts)?),
            };
            serve(&what, *port, list.as_deref())
        }
        Bench::Evidence(asked) => super::bench_evidence::run(asked, settings),
        Bench::Audit(asked) => super::bench_audit::run(asked, settings),
        Bench::Soak(asked) => super::bench_soak::run(asked, settings),
        Bench::Crawl { pages, hosts } => crawl(*pages, *hosts, settings),
        Bench::Takedown { entries, keep } => {
            super::bench_takedown::run(*entries, keep.as_ref(), settings)
        }
        Bench::Joining {
            operators,
            sites,
            world,
            worlds,
        } => bench_joining::run([*operators, *sites], *world, *worlds, settings),
        Bench::Search {
            documents,
            searches,
        } => bench_search::run(*documents, *searches, settings),
    }
}

enum Content {
    Load(LoadPlan),
    Folder(PathBuf),
    Practice,
}

fn plan(pages: u64, hosts: u32) -> Result<LoadPlan, Trouble> {
    let hosts = u16::try_from(hosts).map_err(|_| misuse(anyhow!("--hosts {hosts} is too many")))?;
    if hosts == 0 || pages < u64::from(hosts) {
        return Err(misuse(anyhow!(
            "give at least one host, and at least one page for each host"
        )));
    }
    Ok(LoadPlan { pages, hosts })
}

/// Serves until Ctrl-C, or until standard input is closed by the program that asked for it.
fn serve(what: &Content, port: u16, list: Option<&Path>) -> Done {
    let runtime = tools::runtime()?;
    runtime.block_on(async {
        let bind = Bind { port, log: 0 };
        let served = match what {
            Content::Load(plan) => practice::serve_load(*plan, bind).await,
            Content::Folder(folder) => practice::serve_folder(folder, bind).await,
            Content::Practice => practice::serve(bind).await,
        }
        .map_err(incomplete)?;
        announce(&served, list)?;
        let mut stop = patrol::interrupted();
        // The sender lives as long as the listener for Ctrl-C.
        let _ = stop.wait_for(|stop| *stop).await;
        served.shutdown().await;
        Ok(Exit::Fine)
    })
}

fn announce(served: &Served, list: Option<&Path>) -> Result<(), Trouble> {
    if let Some(path) = list {
        let text = crate::seeds::to_toml(&practice::patrol_list(served));
        std::fs::write(path, text)
            .with_context(|| format!("cannot write {}", path.display()))
            .map_err(incomplete)?;
    }
    Output.line(format!(
        "serving {} hosts on port {}; Ctrl-C ends it",
        served.hosts().len(),
        served.port()
    ))
}

/// A server in a process of its own, so that its share of the machine can be told apart.
pub(super) struct Server {
    child: Child,
    /// The patrol list of what it serves.
    pub(super) list: PathBuf,
}

impl Server {
    /// Starts `bench serve` with these words.
    pub(super) fn start(words: &[&str], folder: &Path) -> Result<Self, Trouble> {
        let list = folder.join("load.toml");
        let program = std::env::current_exe().map_err(incomplete)?;
        let mut child = Command::new(program)
            .args(["bench", "serve"])
            .args(words)
            .arg("--list")
            .arg(&list)
            .stdout(Stdio::piped())
            .spawn()
            .context("the load server did not start")
            .map_err(incomplete)?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out)
                .read_line(&mut line)
                .map_err(incomplete)?;
        }
        if !line.starts_with("serving") {
            return Err(incomplete(anyhow!("the load server did not start")));
        }
        Ok(Self { child, list })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn crawl(pages: u64, hosts: u32, settings: &Settings) -> Done {
    plan(pages, hosts)?;
    std::fs::create_dir_all(&settings.home).map_err(incomplete)?;
    let (n, h) = (pages.to_string(), hosts.to_string());
    let server = Server::start(&["--pages", &n, "--hosts", &h], &settings.home)?;
    let list = tools::patrol_list(&server.list)?;
    let patrol = PatrolSettings {
        workers: settings.workers.max(32),
        ..PatrolSettings::default()
    };
    let before = Usage::of("self");
    let served_before = Usage::of(&server.child.id().to_string());
    let summary = tools::runtime()?.block_on(async {
        let order = patrol::order(list, settings, patrol, true)?;
        carry_out(order, patrol::interrupted())
            .await
            .map_err(incomplete)
    })?;
    let after = Usage::of("self");
    let served_after = Usage::of(&server.child.id().to_string());
    let seconds = summary.elapsed.as_secs_f64();
    let done = summary.pages_now.max(1) as f64;
    let cpu = after.cpu_seconds - before.cpu_seconds;
    let server_cpu = served_after.cpu_seconds - served_before.cpu_seconds;
    let figures = json!({
        "pages": summary.pages_now, "findings": summary.findings, "seconds": seconds,
        "pages_per_second": done / seconds, "body_megabytes": summary.bytes as f64 / 1e6,
        "cpu_ms_per_page": cpu * 1000.0 / done, "server_cpu_ms_per_page": server_cpu * 1000.0 / done,
        "peak_memory_megabytes": after.peak_bytes as f64 / 1e6, "complete": summary.complete,
    });
    match settings.format {
        Format::Json => Output.json(&figures)?,
        Format::Table => {
            patrol::show(&summary, settings)?;
            Output.line(format!(
                "speed      {:.0} pages/s; CPU {:.2} ms a page (load server {:.2} ms beside it); peak memory {:.0} MB",
                done / seconds,
                cpu * 1000.0 / done,
                server_cpu * 1000.0 / done,
                after.peak_bytes as f64 / 1e6
            ))?;
        }
    }
    Ok(if summary.complete {
        Exit::Fine
    } else {
        Exit::Incomplete
    })
}

/// What a process has used, as the kernel accounts for it (Linux only; zeros elsewhere).
#[derive(Default)]
pub(super) struct Usage {
    pub(super) cpu_seconds: f64,
    pub(super) peak_bytes: u64,
}

impl Usage {
    pub(super) fn of(process: &str) -> Self {
        let read = |name: &str| {
            std::fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default()
        };
        let stat = read("stat");
        // Fields after the command in brackets: state is field 3, utime 14, stime 15, in ticks of 10 ms.
        let ticks: f64 = stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        let peak: u64 = read("status")
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
            .unwrap_or(0);
        Self {
            cpu_seconds: ticks / 100.0,
            peak_bytes: peak * 1024,
        }
    }
}
