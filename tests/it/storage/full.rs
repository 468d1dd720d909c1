//! A full disk: told with what to do, nothing spoilt, and the work goes on when there is room again.

use super::sample::{Draft, RUN, capture, context, open};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::storage::error::StorageError;
use wangxun::storage::home::Home;
use wangxun::storage::item::item_files;
use wangxun::storage::run::RunSettings;
use wangxun::storage::store::Store;
use wangxun::storage::verify::{Outcome, verify_store};

/// A file system of a few megabytes in memory; unmounted at the end.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(at: &'a Path) -> Option<Self> {
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"])
            .arg(at)
            .output();
        let mounted = done.is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: a small file system can be mounted by root only");
        }
        mounted.then_some(Self(at))
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).output();
    }
}

fn settings() -> RunSettings {
    RunSettings {
        rotate_bytes: 40_000,
        sync_bytes: 10_000,
        checkpoint_bytes: 10_000,
        ..RunSettings::default()
    }
}

/// Captures and seals until something fails; gives what was promised and the error.
fn fill(store: &Store, from: usize) -> (Vec<String>, usize, StorageError) {
    let mut sealed = Vec::new();
    let (run, _) = match store.run(RUN, settings()) {
        Ok(opened) => opened,
        Err(error) => return (sealed, from, error),
    };
    for n in from.. {
        let visit = format!("v{n}");
        if let Err(error) = run.append(&capture(n), &context(&visit)) {
            return (sealed, n, error);
        }
        match store.seal(&Draft::new(&visit, n).item()) {
            Ok(item) => sealed.push(item.evidence_id().to_owned()),
            Err(error) => return (sealed, n, error),
        }
    }
    unreachable!("the disk has no end")
}

/// Fills the file system until so many bytes are left.
fn leave(ballast: &Path, bytes: u64) {
    let mut file = fs::File::create(ballast).unwrap();
    let mut size = 0;
    while let Ok(n) = file.write(&[0; 16 * 1024]) {
        size += n as u64;
    }
    file.set_len(size.saturating_sub(bytes)).unwrap();
}

#[test]
fn a_full_disk_spoils_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(small) = Small::mount(folder.path()) else {
        return;
    };
    let root = small.0.join("home");
    fs::create_dir(&root).unwrap();
    let ballast = small.0.join("ballast");
    let mut sealed = Vec::new();
    let mut next = 0;
    // Different fillings end at different places: in a package, a WARC file, a journal line, the index.
    for round in 0..6usize {
        leave(&ballast, 250_000 + round as u64 * 170_000);
        let error = match Store::open(&root, "main", Actor::patrol(""), &Silent) {
            Ok((store, _)) => {
                let (items, at, error) = fill(&store, next);
                sealed.extend(items);
                next = at;
                error
            }
            Err(error) => error,
        };
        let said = error.to_string();
        assert!(said.contains("free some space"), "{said}");
        println!("round {round}: {} items, then: {said}", sealed.len());
        // Nothing that was promised is wrong or missing, before anything is put in order.
        let report = verify_store(&Home::read_only(&root).unwrap(), &Silent).unwrap();
        let wrong: Vec<_> = report
            .checks
            .iter()
            .filter(|c| c.outcome == Outcome::Fail && !unfinished(&c.detail))
            .collect();
        assert!(wrong.is_empty(), "round {round}: {wrong:#?}");
        // Room again: the store opens, puts itself in order and goes on.
        fs::remove_file(&ballast).unwrap();
        let store = open(&root);
        let (run, _) = store.run(RUN, settings()).unwrap();
        let visit = format!("again{round}");
        run.append(&capture(round), &context(&visit)).unwrap();
        // The visit that was broken off is settled again, as a resumed patrol does: its package may stand there already.
        let broken_off = format!("v{next}");
        for draft in [Draft::new(&visit, round), Draft::new(&broken_off, next)] {
            let item = store.seal(&draft.item()).unwrap();
            sealed.push(item.evidence_id().to_owned());
        }
        run.finish(false, "").unwrap();
        for id in &sealed {
            assert!(store.index().get(id).unwrap().is_some(), "{id} is lost");
        }
        drop(store);
        let home = Home::read_only(&root).unwrap();
        let report = verify_store(&home, &Silent).unwrap();
        assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", failed(&report));
        let names: Vec<_> = item_files(&home).unwrap();
        assert!(names.len() >= sealed.len());
        next += 1;
    }
    assert!(sealed.len() > 12, "{}", sealed.len());
}

/// What stands there unfinished until the next opening, by no fault of a byte.
fn unfinished(detail: &str) -> bool {
    [
        "the journal does not know it",
        "the journal knows that it was begun",
        "holds no whole line",
        "there is no journal",
        "its head file is missing or not in its form",
    ]
    .iter()
    .any(|known| detail.contains(known))
}

fn failed(report: &wangxun::storage::verify::Report) -> Vec<&wangxun::storage::verify::Check> {
    let bad = report.checks.iter().filter(|c| c.outcome != Outcome::Pass);
    bad.collect()
}
