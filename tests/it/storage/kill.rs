//! A program that is killed at any moment leaves nothing half, nothing doubled, and a journal that goes on.

use super::sample::{Draft, RUN, capture, context, open};
use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wangxun::model::monitor::Silent;
use wangxun::storage::home::Home;
use wangxun::storage::item::item_files;
use wangxun::storage::run::RunSettings;
use wangxun::storage::verify::{Outcome, Report, verify_store};

const HOME: &str = "WANGXUN_TEST_KILL_HOME";

fn settings() -> RunSettings {
    RunSettings {
        rotate_bytes: 60_000,
        sync_bytes: 20_000,
        checkpoint_bytes: 20_000,
        ..RunSettings::default()
    }
}

/// What a patrol does, over and over, with two threads: take up what was captured but not sealed, capture the next
/// page, seal it. Runs as a child process until it is killed.
#[test]
#[ignore = "the child of kill_minus_nine_loses_nothing"]
fn child_that_is_killed() {
    let Ok(home) = std::env::var(HOME) else {
        return;
    };
    let store = open(Path::new(&home));
    let (run, _) = store.run(RUN, settings()).unwrap();
    let done: HashSet<String> = run.captured().unwrap().map(|c| c.unwrap().visit).collect();
    std::thread::scope(|scope| {
        for thread in 0..2usize {
            let (store, run, done) = (&store, &run, &done);
            scope.spawn(move || {
                for n in (thread..).step_by(2) {
                    let visit = format!("v{n}");
                    if !done.contains(&visit) {
                        run.append(&capture(n), &context(&visit)).unwrap();
                        println!("captured {visit}");
                    }
                    if n % 3 == 0 {
                        store.seal(&Draft::new(&visit, n).item()).unwrap();
                    }
                }
            });
        }
    });
}

/// Kills the child when it has captured so many pages, and a moment more; or, with none, while it opens the store.
fn run_and_kill(home: &Path, captures: usize, moment: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "storage::kill::child_that_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let captured = lines
        .map_while(Result::ok)
        .filter(|line| line.contains("captured"));
    assert_eq!(
        captured.take(captures).count(),
        captures,
        "the child ended by itself"
    );
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn kill_minus_nine_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Moments that differ without a random source.
    for n in 0..20usize {
        run_and_kill(
            folder.path(),
            (n * 3) % 8,
            Duration::from_micros((n as u64 * 7919) % 40_000),
        );
        if let Ok(home) = Home::read_only(folder.path()) {
            nothing_is_wrong(&verify_store(&home, &Silent).unwrap());
        }
    }
    let store = open(folder.path());
    let (run, _) = store.run(RUN, settings()).unwrap();
    let mut visits: BTreeMap<String, u32> = BTreeMap::new();
    for captured in run.captured().unwrap() {
        let captured = captured.unwrap();
        run.read_capture(&captured.place).unwrap();
        *visits.entry(captured.visit).or_default() += 1;
    }
    assert!(visits.len() > 20, "{} visits", visits.len());
    assert!(
        visits.values().all(|n| *n == 1),
        "a visit was captured twice"
    );
    let items = item_files(store.home()).unwrap();
    assert!(items.len() > 5, "{} items", items.len());
    assert_eq!(store.index().counts().unwrap().items, items.len() as u64);
    run.finish(true, "").unwrap();
    drop(store);
    let report = verify_store(&Home::read_only(folder.path()).unwrap(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    println!(
        "{} visits, {} items after 20 kills",
        visits.len(),
        items.len()
    );
}

/// Before anything is repaired: something may be unfinished, but no byte that counts may be wrong.
fn nothing_is_wrong(report: &Report) {
    let unfinished = [
        // Sealed or begun, and killed before (or right after) the entry in the journal.
        "the journal does not know it",
        "the journal knows that it was begun",
        // Killed between the first line of the journal and its head.
        "its head file is missing or not in its form",
        "there is no journal",
        "holds no whole line",
    ];
    let failed = report.checks.iter().filter(|c| c.outcome == Outcome::Fail);
    let wrong: Vec<_> = failed
        .filter(|c| !unfinished.iter().any(|u| c.detail.contains(u)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
