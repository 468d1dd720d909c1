//! A program that is killed between the steps of a deletion or a handover: nothing half, and the next opening ends it.

use super::super::sample::open;
use super::{late, seal, verify};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wangxun::storage::custody::record::{files, tombstone};
use wangxun::storage::item::item_files;
use wangxun::storage::verify::Outcome;

/// Copies a store as a power failure would leave it: with the mark that it was open.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_owned();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn every_moment_of_a_deletion_is_survived() {
    // States in the order in which a deletion makes them: before, tombstone, journal entry, removal.
    let before = tempfile::tempdir().unwrap();
    let id = {
        let store = open(before.path());
        seal(&store, 0, None).evidence_id().to_owned()
    };
    let after = tempfile::tempdir().unwrap();
    copy(before.path(), after.path());
    let package = {
        let store = open(after.path());
        store.delete(&id, &late()).unwrap().objects[0].path.clone()
    };
    let stone = |root: &Path| root.join(format!("custody/tombstones/{id}.json"));
    for (tombstone_there, entered) in [(false, false), (true, false), (true, true)] {
        let root = tempfile::tempdir().unwrap();
        copy(
            if entered { after.path() } else { before.path() },
            root.path(),
        );
        fs::create_dir_all(root.path().join("custody/tombstones")).unwrap();
        if tombstone_there {
            let _ = fs::remove_file(stone(root.path()));
            fs::copy(stone(after.path()), stone(root.path())).unwrap();
        }
        if entered {
            // The package is still there.
            fs::copy(before.path().join(&package), root.path().join(&package)).unwrap();
        }
        fs::write(root.path().join("UNCLEAN"), "").unwrap();
        let report = verify(root.path());
        let good = report.checks.iter().all(|c| {
            c.outcome != Outcome::Fail || c.detail.contains("the journal does not know it")
        });
        assert!(good, "{:#?}", report.checks);
        if entered {
            assert_eq!(
                report.outcome(),
                Outcome::NotChecked,
                "still there, and told"
            );
        }
        drop(open(root.path()));
        let report = verify(root.path());
        assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
        assert_eq!(root.path().join(&package).exists(), !tombstone_there);
        let store = open(root.path());
        assert_eq!(tombstone(store.home(), &id).exists(), tombstone_there);
        let counted = store.index().counts().unwrap().items;
        assert_eq!(counted, u64::from(!tombstone_there));
        let entries = wangxun::storage::custody::history(store.home(), &id, None).unwrap();
        let deletions = entries.iter().filter(|e| e.action == "delete").count();
        assert_eq!(deletions, usize::from(tombstone_there), "entered once");
        // Opened after a crash once more, nothing is done twice.
        drop(store);
        fs::write(root.path().join("UNCLEAN"), "").unwrap();
        let store = open(root.path());
        let entries = wangxun::storage::custody::history(store.home(), &id, None).unwrap();
        assert_eq!(
            entries.iter().filter(|e| e.action == "delete").count(),
            deletions
        );
    }
}

#[test]
fn a_form_without_its_record_is_not_left() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let transfers = folder.path().join("custody/transfers");
    fs::create_dir_all(&transfers).unwrap();
    fs::write(transfers.join("tr-aaaaaaaaaaaaaaaaaaaa.html"), "half").unwrap();
    fs::write(folder.path().join("UNCLEAN"), "").unwrap();
    assert_eq!(verify(folder.path()).outcome(), Outcome::Fail);
    drop(open(folder.path()));
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
}

#[test]
fn a_damaged_record_is_not_entered_and_deletes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = seal(&store, 0, None);
    drop(store);
    let stones = folder.path().join("custody/tombstones");
    fs::create_dir_all(&stones).unwrap();
    fs::write(stones.join(format!("{}.json", sealed.evidence_id())), "{}").unwrap();
    fs::write(folder.path().join("UNCLEAN"), "").unwrap();
    drop(open(folder.path()));
    assert!(sealed.path().is_file());
    assert_eq!(verify(folder.path()).outcome(), Outcome::Fail);
}

const HOME: &str = "WANGXUN_TEST_DELETION_HOME";

/// Seals items and deletes two of three, over and over, until it is killed.
#[test]
#[ignore = "the child of deletions_survive_kill_minus_nine"]
fn child_that_deletes() {
    let Ok(home) = std::env::var(HOME) else {
        return;
    };
    let store = open(Path::new(&home));
    let done = item_files(store.home()).unwrap().len() + files(store.home()).unwrap().len();
    for n in done.. {
        let sealed = seal(&store, n, None);
        if n % 3 > 0 {
            store.delete(sealed.evidence_id(), &late()).unwrap();
        }
        println!("done {n}");
    }
}

#[test]
fn deletions_survive_kill_minus_nine() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..12u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "storage::custody::kill::child_that_deletes",
                "--ignored",
                "--nocapture",
            ])
            .env(HOME, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let done = lines.map_while(Result::ok).filter(|l| l.contains("done"));
        assert!(done.take(2).count() == 2, "the child ended by itself");
        std::thread::sleep(Duration::from_micros((n * 7919) % 30_000));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let store = open(folder.path());
    let items = item_files(store.home()).unwrap().len();
    let tombstones = files(store.home()).unwrap().len();
    assert!(
        items > 4 && tombstones > 8,
        "{items} items, {tombstones} tombstones"
    );
    assert_eq!(store.index().counts().unwrap().items, items as u64);
    drop(store);
    let report = verify(folder.path());
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    println!("{items} items, {tombstones} tombstones after 12 kills");
}
