//! A database damaged anywhere: opened whole, or moved aside; reading on never takes the process down.

use super::*;
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration as StdDuration, Instant};
use wangxun::storage::frontier::embedded::Opened;

fn fill(dir: &Path) {
    let frontier = open(dir);
    let run = frontier.begin_run(&LIST, at(0)).unwrap().id;
    let page = |n: usize| target(&format!("http://h{}.example/{n}", n % 50), "s", 0);
    let pages: Vec<Target> = (0..3000).map(page).collect();
    frontier.add(run, &pages).unwrap();
    for step in 0..20 {
        for lease in frontier.lease(run, at(step), 50).unwrap() {
            frontier
                .finish(run, &lease, &report(done(1, false)), at(step))
                .unwrap();
        }
    }
    frontier.flush().unwrap();
}

/// One way of damage, told by a number.
fn damage(file: &Path, n: u64) {
    let mut bytes = fs::read(file).unwrap();
    let at = (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as usize % bytes.len();
    match n % 3 {
        0 => bytes[at] ^= 1 << (n % 8),
        1 => bytes.truncate(at),
        _ => {
            let end = (at + 4096).min(bytes.len());
            bytes[at..end].fill(n as u8);
        }
    }
    fs::write(file, bytes).unwrap();
}

const DATABASE: &str = "WANGXUN_DAMAGED_FRONTIER";
const DAMAGES: &str = "WANGXUN_DAMAGES";
/// Longer than the program waits for a database, with a busy machine in mind.
const PATIENCE: StdDuration = StdDuration::from_secs(60);

/// Each database is opened in a process of its own, since sled may spin on a damaged one until the process ends.
/// `WANGXUN_DAMAGES=150` tries more of them.
#[test]
fn damaged_anywhere_it_is_whole_or_moved_aside() {
    let damages: u64 = std::env::var(DAMAGES).map_or(24, |n| n.parse().unwrap());
    let whole = tempfile::tempdir().unwrap();
    fill(whole.path());
    let bytes = fs::read(whole.path().join("db/db")).unwrap();
    let mut told: BTreeMap<String, u32> = BTreeMap::new();
    for n in 0..damages {
        let dir = tempfile::tempdir().unwrap();
        copy(whole.path(), dir.path());
        let file = dir.path().join("db/db");
        fs::write(&file, &bytes).unwrap();
        damage(&file, n);
        *told.entry(opened_elsewhere(dir.path(), n)).or_default() += 1;
    }
    println!("{told:#?}");
    assert!(told.len() > 1, "damage of all kinds did the same: {told:?}");
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// What became of a database, in a process that is ended in any case.
fn opened_elsewhere(dir: &Path, n: u64) -> String {
    let said = dir.join("said");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "frontier::damage::child_that_opens",
            "--ignored",
            "--nocapture",
        ])
        .env(DATABASE, dir)
        .stdout(fs::File::create(&said).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("damage {n}: the program hangs on it");
        }
        std::thread::sleep(StdDuration::from_millis(10));
    };
    let said = fs::read_to_string(said).unwrap();
    assert!(status.success(), "damage {n}: {status}, {said}");
    let line = said.lines().find_map(|l| l.split_once("outcome: "));
    line.unwrap_or_else(|| panic!("damage {n}: {said}"))
        .1
        .to_owned()
}

#[test]
#[ignore = "the child of damaged_anywhere_it_is_whole_or_moved_aside"]
fn child_that_opens() {
    let Ok(dir) = std::env::var(DATABASE) else {
        return;
    };
    let options = FrontierOptions {
        open_timeout: StdDuration::from_secs(3),
        ..FrontierOptions::default()
    };
    let what = match SledFrontier::open(Path::new(&dir), options) {
        Err(error) => format!("refused: {error}"),
        Ok(opened) => match &opened.set_aside {
            Some(aside) => format!("moved aside: {}", aside.reason.split('{').next().unwrap()),
            None => used(&opened),
        },
    };
    println!("outcome: {what}");
    // Threads may spin on: they end with the process.
    std::process::exit(0);
}

fn used(opened: &Opened) -> String {
    let Some(run) = opened.frontier.open_run(&LIST).unwrap() else {
        assert!(opened.missing.is_some(), "a lost run is told");
        return "opened, the lost run is told".to_owned();
    };
    match opened.frontier.lease(run.id, at(99), 99) {
        Err(error) => format!("opened, then {error}").chars().take(60).collect(),
        Ok(_) => "opened with targets".to_owned(),
    }
}
