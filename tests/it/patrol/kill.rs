//! A patrol killed at random moments and resumed: no page lost, no evidence doubled or half-written.
//!
//! `WANGXUN_KILLS` and `WANGXUN_KILL_PAGES` make the ordeal longer than it is by default.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use wangxun::model::monitor::Silent;
use wangxun::practice::{self, Bind, LoadPlan};
use wangxun::seeds;
use wangxun::storage::home::Home;
use wangxun::storage::run::read::captured;
use wangxun::storage::verify::{Outcome, verify_store};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(default)
}

fn patrol(home: &Path, list: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args(["patrol", "--quiet", "--workers", "8", "--format", "json"])
        .arg(list)
        .env("WANGXUN_HOME", home)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Pages that the run's archive holds so far, counted without opening it for writing.
fn pages(home: &Path) -> usize {
    captures(home).map_or(0, |c| c.len())
}

/// Address -> times captured, of page visits only.
fn captures(home: &Path) -> Option<BTreeMap<String, usize>> {
    let home = Home::read_only(home).ok()?;
    let mut counts = BTreeMap::new();
    for run in std::fs::read_dir(home.runs()).ok()? {
        let run = run.ok()?.file_name().to_string_lossy().into_owned();
        for capture in captured(&home, &run).ok()? {
            let capture = capture.ok()?;
            if !capture.visit.starts_with("aside-") {
                *counts.entry(capture.requested).or_default() += 1;
            }
        }
    }
    Some(counts)
}

/// Waits until the archive has grown by a few pages, so that kills fall into work, then a little longer by chance.
fn wait_into_work(home: &Path, child: &mut Child, chance: &mut u64) -> bool {
    let before = pages(home);
    let begun = Instant::now();
    while pages(home) < before + 3 {
        if child.try_wait().expect("status").is_some() || begun.elapsed() > Duration::from_secs(60)
        {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    *chance = chance
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    std::thread::sleep(Duration::from_micros((*chance >> 33) % 60_000));
    true
}

#[test]
fn a_killed_patrol_loses_and_doubles_nothing() {
    let kills = number("WANGXUN_KILLS", 5);
    let total = number("WANGXUN_KILL_PAGES", 400);
    let folder = tempfile::tempdir().expect("folder");
    let (home, list) = (folder.path().join("home"), folder.path().join("list.toml"));
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let plan = LoadPlan {
        pages: total,
        hosts: 4,
    };
    let served = runtime
        .block_on(practice::serve_load(plan, Bind { port: 0, log: 0 }))
        .expect("load");
    std::fs::write(&list, seeds::to_toml(&practice::patrol_list(&served))).expect("list");
    let seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(1, |d| d.as_nanos() as u64);
    println!("chance begins at {seed}");
    let mut chance = seed;
    let mut killed = 0;
    for _ in 0..kills {
        let mut child = patrol(&home, &list);
        let working = wait_into_work(&home, &mut child, &mut chance);
        child.kill().expect("kill");
        child.wait().expect("wait");
        killed += u64::from(working);
    }
    let status = patrol(&home, &list).wait().expect("status");
    assert_eq!(status.code(), Some(0), "the last part ends the run");
    println!("killed {killed} times in the middle of work");
    assert!(killed >= kills / 2, "only {killed} kills fell into work");

    let counts = captures(&home).expect("archive");
    let doubled: Vec<_> = counts.iter().filter(|(_, n)| **n != 1).collect();
    assert!(doubled.is_empty(), "captured more than once: {doubled:?}");
    assert_eq!(counts.len() as u64, total, "every page once");
    let items =
        wangxun::storage::item::item_files(&Home::read_only(&home).expect("home")).expect("items");
    let home = Home::read_only(&home).expect("home");
    let mut urls: Vec<String> = items
        .iter()
        .map(|path| {
            wangxun::storage::rebuild::read_row(&home, path)
                .expect("a whole package")
                .0
                .requested_url
        })
        .collect();
    urls.sort();
    let before = urls.len();
    urls.dedup();
    assert_eq!(urls.len(), before, "an item was doubled");
    assert!(!urls.is_empty(), "guilty pages are sealed");
    let report = verify_store(&home, &Silent).expect("verify");
    let failed: Vec<_> = report
        .checks
        .iter()
        .filter(|c| c.outcome != Outcome::Pass)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
