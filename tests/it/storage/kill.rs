//! A program that is killed at any moment leaves nothing half, nothing doubled, and a journal that goes on.

use super::sample::{Draft, RUN, capture, context, open};
use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wangxun::model::monitor::Silent;
use wangxun::storage::home::Home;
use wangxun::storage::item::{id_of, item_files};
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

/// Threads that capture and seal at once. One process writes a home; these are its writers.
const WRITERS: usize = 4;
/// How often the program is killed, when it is another number than the suite's.
const KILLS: &str = "WANGXUN_KILLS";

/// What a patrol does, over and over, with several threads: take up what was captured but not sealed, capture the next
/// page, seal it. What is told on standard output is promised. Runs as a child process until it is killed.
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
        for thread in 0..WRITERS {
            let (store, run, done) = (&store, &run, &done);
            scope.spawn(move || {
                for n in (thread..).step_by(WRITERS) {
                    let visit = format!("v{n}");
                    if !done.contains(&visit) {
                        run.append(&capture(n), &context(&visit)).unwrap();
                        println!("captured {visit}");
                    }
                    let sealed = store.seal(&Draft::new(&visit, n).item()).unwrap();
                    println!("sealed {}", sealed.evidence_id());
                }
            });
        }
    });
}

/// Kills the child when it has captured so many pages, and a moment more; or, with none, while it opens the store. Gives
/// what it had promised.
fn run_and_kill(home: &Path, captures: usize, moment: Duration) -> Vec<String> {
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
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut promised = Vec::new();
    let mut captured = 0;
    while captured < captures {
        let line = lines.next().expect("the child ended by itself").unwrap();
        captured += usize::from(line.contains("captured"));
        promised.push(line);
    }
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before it was killed still stands in the pipe; a line without end was not said.
    promised.extend(lines.map_while(Result::ok));
    promised
}

/// Numbers that look random; the seed is printed, so that a run can be had again.
struct Moments(u64);

impl Moments {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn kill_minus_nine_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let kills: usize = std::env::var(KILLS).map_or(16, |n| n.parse().unwrap());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = now.unwrap().as_nanos() as u64 | 1;
    let mut moments = Moments(seed);
    let mut promised: HashSet<String> = HashSet::new();
    for _ in 0..kills {
        let captures = moments.below(9) as usize;
        let moment = Duration::from_micros(moments.below(60_000));
        promised.extend(run_and_kill(folder.path(), captures, moment));
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
    assert!(
        visits.len() >= kills,
        "{} visits, seed {seed}",
        visits.len()
    );
    assert!(
        visits.values().all(|n| *n == 1),
        "a visit was captured twice, seed {seed}"
    );
    let items = item_files(store.home()).unwrap();
    let ids: Vec<&str> = items.iter().filter_map(|path| id_of(path)).collect();
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), items.len(), "an item is doubled, seed {seed}");
    assert!(items.len() > kills / 4, "{} items", items.len());
    let mut kept = 0;
    for line in &promised {
        let there = match line.split_once(' ') {
            Some(("captured", visit)) => visits.contains_key(visit),
            Some(("sealed", id)) => unique.contains(id),
            _ => continue,
        };
        assert!(there, "{line}: promised, but lost, seed {seed}");
        kept += 1;
    }
    assert_eq!(store.index().counts().unwrap().items, items.len() as u64);
    run.finish(true, "").unwrap();
    drop(store);
    let report = verify_store(&Home::read_only(folder.path()).unwrap(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    println!(
        "{kills} kills with {WRITERS} writers (seed {seed}): {} visits and {} items, {kept} promises kept, \
         none lost, none doubled, journal whole",
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
