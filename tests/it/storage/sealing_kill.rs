//! A program that signs and is killed at any moment: no item without the signature that it should have, no key or
//! checkpoint that stands in the way of the next opening.

use super::sample::{Draft, open};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wangxun::model::monitor::Silent;
use wangxun::storage::home::Home;
use wangxun::storage::item::item_files;
use wangxun::storage::keys;
use wangxun::storage::verify::{Outcome, Report, verify_store};

const HOME: &str = "WANGXUN_TEST_SEALING_KILL_HOME";

/// Makes a key where there is none, seals with four threads, signs tree heads and changes the key on the way.
#[test]
#[ignore = "the child of killed_while_signing_nothing_stays_unsigned"]
fn child_that_is_killed() {
    let Ok(home) = std::env::var(HOME) else {
        return;
    };
    let store = open(Path::new(&home));
    if store.journal().signer().is_none() {
        keys::init(store.home(), store.journal()).unwrap();
    }
    let first = item_files(store.home()).unwrap().len();
    println!("begun");
    std::thread::scope(|scope| {
        for thread in 0..4usize {
            let store = &store;
            scope.spawn(move || {
                for n in (first + thread..).step_by(4) {
                    store.seal(&Draft::new(&format!("v{n}"), n).item()).unwrap();
                    println!("sealed {n}");
                    if n % 5 == 0 {
                        store.journal().checkpoint().unwrap();
                    }
                    if n % 11 == 7 {
                        keys::rotate(store.home(), store.journal(), "test").unwrap();
                    }
                }
            });
        }
    });
}

fn run_and_kill(home: &Path, lines: usize, moment: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "storage::sealing_kill::child_that_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = said
        .map_while(Result::ok)
        .filter(|line| line.contains("sealed") || line.contains("begun"));
    assert_eq!(told.take(lines).count(), lines, "the child ended by itself");
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killed_while_signing_nothing_stays_unsigned() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..30usize {
        let moment = Duration::from_micros((n as u64 * 7919) % 30_000);
        run_and_kill(folder.path(), (n * 3) % 7, moment);
        if let Ok(home) = Home::read_only(folder.path()) {
            nothing_is_wrong(&verify_store(&home, &Silent).unwrap());
        }
    }
    // What was left of a key that the journal does not know is replaced when the command is repeated.
    let store = open(folder.path());
    keys::rotate(store.home(), store.journal(), "last").unwrap();
    let items = item_files(store.home()).unwrap().len();
    drop(store);
    let report = verify_store(&Home::read_only(folder.path()).unwrap(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    assert!(items > 10, "{items} items");
    assert_eq!(report.sealing().signed, items);
    println!("{items} items after 30 kills, all signed");
}

/// Before anything is repaired: something may be unfinished, but no byte that counts may be wrong.
fn nothing_is_wrong(report: &Report) {
    let unfinished = [
        // Sealed, signed or made, and killed before the entry in the journal.
        "the journal does not know it",
        // Killed between the first line of the journal and its head.
        "its head file is missing or not in its form",
        "there is no journal",
        "holds no whole line",
        // Killed after the file of checkpoints was made and before the key was entered.
        "knows of no key",
    ];
    let failed = report.checks.iter().filter(|c| c.outcome == Outcome::Fail);
    let wrong: Vec<_> = failed
        .filter(|c| !unfinished.iter().any(|u| c.detail.contains(u)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
