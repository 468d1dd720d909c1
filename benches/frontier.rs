//! Figures of the embedded frontier: `cargo bench --bench frontier -- [URLS [GROUPS [VISITS [CACHE_MB]]]]`.
//!
//! Queues URLS addresses (1,000,000) over GROUPS politeness groups (20,000), as pages do: 25 links of one host at a time,
//! the hosts in turn. Leases and finishes VISITS of them (200,000), each finding ten known links of its host, then
//! reopens the database. Prints one JSON line.

#![allow(clippy::print_stdout)] // the figures are what this program is for

use chrono::{DateTime, Duration, Utc};
use std::time::Instant;
use url::Url;
use wangxun::model::host_memory::HostMemory;
use wangxun::model::target::{Target, TargetSource};
use wangxun::model::visit::VisitEnd;
use wangxun::storage::frontier::Frontier;
use wangxun::storage::frontier::embedded::SledFrontier;
use wangxun::storage::frontier::options::FrontierOptions;
use wangxun::storage::frontier::report::VisitReport;
use wangxun::storage::frontier::run::RunId;

const LIST: [u8; 32] = [1; 32];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn at(millis: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::milliseconds(millis)
}

/// Links of one host that are found together.
const LINKS: u64 = 25;

fn target(n: u64, groups: u64) -> Outcome<Target> {
    let host = n / LINKS % groups;
    let page = n / LINKS / groups * LINKS + n % LINKS;
    page_of(host, page)
}

fn page_of(host: u64, page: u64) -> Outcome<Target> {
    let site = format!("http://www.site-{host:06}.example");
    Ok(Target {
        url: Url::parse(&format!(
            "{site}/licai/2026/article-{page:08}.html?id={page}"
        ))?,
        seed_id: format!("seed-{}", host % 1000),
        depth: 2,
        offsite: 0,
        source: TargetSource::Link,
        referrer: Some(Url::parse(&format!("{site}/licai/2026/index.html"))?),
        priority: (page % 7) as u8,
        vantage: 0,
    })
}

/// Peak memory of this process so far, in MB.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kb = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kb.unwrap_or(0) / 1024
}

fn add_all(frontier: &SledFrontier, run: RunId, urls: u64, groups: u64) -> Outcome<f64> {
    let begun = Instant::now();
    let mut next = 0;
    while next < urls {
        let end = (next + 1000).min(urls);
        let targets: Outcome<Vec<Target>> = (next..end).map(|n| target(n, groups)).collect();
        frontier.add(run, &targets?)?;
        next = end;
        if next.is_multiple_of((urls / 5).max(1000)) {
            println!(
                "# {next} queued, {:.1} s, peak {} MB",
                begun.elapsed().as_secs_f64(),
                peak_mb()
            );
        }
    }
    frontier.flush()?;
    Ok(urls as f64 / begun.elapsed().as_secs_f64())
}

/// Leases and finishes; returns seconds in lease and in finish.
fn visit(frontier: &SledFrontier, run: RunId, visits: u64) -> Outcome<(f64, f64, u64)> {
    let (mut leasing, mut finishing, mut ended, mut step) = (0.0, 0.0, 0, 0);
    while ended < visits {
        step += 1;
        let begun = Instant::now();
        let leases = frontier.lease(run, at(step), 64)?;
        leasing += begun.elapsed().as_secs_f64();
        if leases.is_empty() {
            if frontier.next_ready(run, at(step))?.is_none() {
                break;
            }
            continue;
        }
        for lease in leases {
            let host = lease.group.trim_start_matches("site-");
            let host = host.trim_end_matches(".example").parse()?;
            let links: Outcome<Vec<Target>> = (0..10).map(|n| page_of(host, n)).collect();
            let report = VisitReport {
                end: VisitEnd::Done {
                    status: 200,
                    bytes: 35_000,
                    finding: false,
                    evidence_id: None,
                },
                discovered: links?,
                refused: Vec::new(),
                memory: Some(HostMemory {
                    group: lease.group.clone(),
                    ..HostMemory::default()
                }),
                ready_at: Some(at(step + 100)),
            };
            let begun = Instant::now();
            frontier.finish(run, &lease, &report, at(step))?;
            finishing += begun.elapsed().as_secs_f64();
            ended += 1;
        }
    }
    frontier.flush()?;
    Ok((leasing, finishing, ended))
}

fn main() -> Outcome<()> {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse().ok());
    let urls: u64 = numbers.next().unwrap_or(1_000_000);
    let groups: u64 = numbers.next().unwrap_or(20_000).max(1);
    let visits: u64 = numbers.next().unwrap_or(200_000).min(urls);
    let mut options = FrontierOptions::default();
    if let Some(megabytes) = numbers.next() {
        options.cache_bytes = megabytes << 20;
    }
    let cache = options.cache_bytes >> 20;
    let dir = tempfile::tempdir()?;

    let frontier = SledFrontier::open(dir.path(), options.clone())?.frontier;
    let run = frontier.begin_run(&LIST, at(0))?.id;
    let add_rate = add_all(&frontier, run, urls, groups)?;
    let queued = frontier.stats(run)?;
    let (leasing, finishing, ended) = visit(&frontier, run, visits)?;
    let stats = frontier.stats(run)?;
    let peak = peak_mb();
    drop(frontier);

    let begun = Instant::now();
    let frontier = SledFrontier::open(dir.path(), options)?.frontier;
    let opened = begun.elapsed().as_secs_f64();
    let resumed = frontier.open_run(&LIST)?.map(|r| r.id);
    let reopened = begun.elapsed().as_secs_f64();
    assert_eq!(
        (resumed, frontier.stats(run)?.pending),
        (Some(run), stats.pending)
    );
    println!(
        "{{\"urls\":{urls},\"groups\":{groups},\"cache_mb\":{cache},\"visits\":{ended},\"add_per_s\":{add_rate:.0},\
         \"lease_per_s\":{:.0},\"finish_per_s\":{:.0},\"disk_mb_queued\":{},\"disk_mb_after\":{},\"peak_mb\":{peak},\
         \"open_s\":{opened:.2},\"resume_s\":{reopened:.2}}}",
        ended as f64 / leasing,
        ended as f64 / finishing,
        queued.disk_bytes >> 20,
        stats.disk_bytes >> 20,
    );
    Ok(())
}
