//! Every kind of file in the store: changed, cut, removed, added, swapped. All of it is noticed and named.

use super::sample::{Draft, RUN, capture, context, exchange, open};
use std::fs;
use std::path::{Path, PathBuf};
use wangxun::model::capture::Capture;
use wangxun::model::monitor::Silent;
use wangxun::storage::home::Home;
use wangxun::storage::run::RunSettings;
use wangxun::storage::verify::{Outcome, Report, verify_file, verify_store};

/// A store of all kinds of files, as small as can be, since every byte of it is to be changed.
fn smallest_store(root: &Path) {
    let store = open(root);
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    run.append(&tiny(), &context("v0")).unwrap();
    store.seal(&Draft::new("v0", 0).item()).unwrap();
    run.finish(false, "stopped").unwrap();
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    run.append(&tiny(), &context("v1")).unwrap();
    drop(run);
}

fn tiny() -> Capture {
    let exchange = exchange(
        "http://a.test/",
        200,
        &[("Content-Type", "text/html")],
        "<p>短".as_bytes(),
        0,
    );
    Capture {
        requested: exchange.url.clone(),
        exchanges: vec![exchange],
        notes: Vec::new(),
        rendering: None,
        images: Vec::new(),
    }
}

/// A small store: two items, a closed WARC and an open one (as a killed program leaves it).
fn small_store(root: &Path) {
    let store = open(root);
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    for n in 0..2 {
        run.append(&capture(n), &context(&format!("v{n}"))).unwrap();
        store.seal(&Draft::new(&format!("v{n}"), n).item()).unwrap();
    }
    run.finish(false, "stopped").unwrap();
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    run.append(&capture(2), &context("v2")).unwrap();
    drop(run);
}

fn verify(root: &Path) -> Report {
    verify_store(&Home::read_only(root).unwrap(), &Silent).unwrap()
}

fn evidence_files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![
        root.join("evidence"),
        root.join("runs"),
        root.join("journal"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files.sort();
    files
}

/// Whether a check failed that names the file. A WARC file that is gone is named as it would be called when closed.
fn names(report: &Report, path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    let name = name.trim_end_matches(".open");
    report.checks.iter().any(|c| {
        c.outcome == Outcome::Fail && (c.subject.contains(name) || c.detail.contains(name))
    })
}

fn write(path: &Path, bytes: &[u8]) {
    // Sealed files are read-only; whoever tampers would not mind.
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

#[test]
fn the_small_store_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path());
    let report = verify(folder.path());
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    assert_eq!(evidence_files(folder.path()).len(), 2 + 3 + 2 + 2);
}

#[test]
fn one_changed_byte_anywhere_fails_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    smallest_store(folder.path());
    let mut tried = 0;
    for path in evidence_files(folder.path()) {
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            write(&path, &changed);
            let report = verify_file(&path, &Silent).unwrap();
            assert!(
                names(&report, &path),
                "byte {at} of {}: {:#?}",
                path.display(),
                report.checks
            );
            assert_eq!(report.exit_code(), 1);
            tried += 1;
        }
        write(&path, &whole);
    }
    println!("{tried} single bytes changed, all noticed and named");
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
    // The whole store notices too; a sample, since it takes longer.
    for path in evidence_files(folder.path()) {
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 7 + 1) {
            let mut changed = whole.clone();
            changed[at] = changed[at].wrapping_add(1);
            write(&path, &changed);
            assert!(
                names(&verify(folder.path()), &path),
                "byte {at} of {}",
                path.display()
            );
        }
        write(&path, &whole);
    }
}

#[test]
fn an_item_alone_notices_every_changed_byte() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = store.seal(&Draft::new("v", 1).item()).unwrap();
    let whole = fs::read(sealed.path()).unwrap();
    assert!(wangxun::storage::package::check(&whole).is_ok());
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(
            wangxun::storage::package::check(&changed).is_err(),
            "byte {at}"
        );
    }
    for cut in (0..whole.len()).step_by(97) {
        assert!(
            wangxun::storage::package::check(&whole[..cut]).is_err(),
            "cut at {cut}"
        );
    }
    // Handed out, without the store: what the journal knows cannot be checked, and that is said.
    let alone = tempfile::tempdir().unwrap();
    let path = alone.path().join("handed-out.wacz");
    fs::write(&path, &whole).unwrap();
    let report = verify_file(&path, &Silent).unwrap();
    assert_eq!(
        (report.outcome(), report.exit_code()),
        (Outcome::NotChecked, 3)
    );
    assert_eq!(report.count(Outcome::Fail), 0);
}

#[test]
fn cut_removed_and_emptied_files_fail_and_are_named() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path());
    for path in evidence_files(folder.path()) {
        let whole = fs::read(&path).unwrap();
        for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
            write(&path, &whole[..cut]);
            let report = verify(folder.path());
            let torn_tail = report.outcome() == Outcome::NotChecked;
            assert!(
                names(&report, &path) || torn_tail,
                "cut at {cut}: {}: {:#?}",
                path.display(),
                report.checks
            );
            assert_ne!(
                report.outcome(),
                Outcome::Pass,
                "cut at {cut}: {}",
                path.display()
            );
        }
        fs::remove_file(&path).unwrap();
        let report = verify(folder.path());
        assert!(
            names(&report, &path),
            "removed: {}: {:#?}",
            path.display(),
            report.checks
        );
        write(&path, &whole);
    }
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
}

#[test]
fn added_files_fail_and_are_named() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path());
    let item = evidence_files(folder.path()).remove(0);
    let package = fs::read(&item).unwrap();
    let mut places: Vec<PathBuf> = evidence_files(folder.path())
        .iter()
        .map(|path| path.with_file_name("added.txt"))
        .collect();
    places.push(item.with_file_name("wx-aaaaaaaaaaaaaaaaaaaa.wacz"));
    places.push(folder.path().join("evidence/added.wacz"));
    places.push(folder.path().join("journal/added.jsonl"));
    places.push(folder.path().join("journal/added.head"));
    places.push(
        folder
            .path()
            .join(format!("runs/{RUN}/warc/{RUN}-00009.warc.gz")),
    );
    places.push(
        folder
            .path()
            .join(format!("runs/{RUN}/warc/{RUN}-00009.warc.gz.open")),
    );
    places.push(folder.path().join("runs/added"));
    for place in places {
        fs::write(&place, &package).unwrap();
        let report = verify(folder.path());
        assert!(
            names(&report, &place),
            "{}: {:#?}",
            place.display(),
            report.checks
        );
        fs::remove_file(&place).unwrap();
    }
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
}

#[test]
fn swapped_files_fail_and_are_named() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path());
    let files = evidence_files(folder.path());
    let mut pairs = 0;
    for (index, one) in files.iter().enumerate() {
        for other in &files[index + 1..] {
            let (a, b) = (fs::read(one).unwrap(), fs::read(other).unwrap());
            write(one, &b);
            write(other, &a);
            let report = verify(folder.path());
            assert!(
                names(&report, one) || names(&report, other),
                "{} {}",
                one.display(),
                other.display()
            );
            write(one, &a);
            write(other, &b);
            pairs += 1;
        }
    }
    assert!(pairs > 30);
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
}

#[test]
fn an_edited_journal_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path());
    let path = folder.path().join("journal/main.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for drop in 0..lines.len() {
        let rest: String = lines
            .iter()
            .enumerate()
            .filter(|(n, _)| *n != drop)
            .map(|(_, l)| *l)
            .collect();
        write(&path, rest.as_bytes());
        assert!(names(&verify(folder.path()), &path), "line {drop} dropped");
    }
    for keep in 0..lines.len() {
        write(&path, lines[..keep].concat().as_bytes());
        assert_eq!(
            verify(folder.path()).outcome(),
            Outcome::Fail,
            "tail from line {keep} dropped"
        );
    }
    for edit in [
        ("\"actor\":\"wangxun\"", "\"actor\":\"somebody\""),
        ("\"seq\":3,", "\"seq\": 3,"),
    ] {
        write(&path, text.replacen(edit.0, edit.1, 1).as_bytes());
        assert!(names(&verify(folder.path()), &path), "{edit:?}");
    }
    // Tail and head dropped together: what the lines had fixed is now unknown to the journal.
    write(&path, lines[..lines.len() - 3].concat().as_bytes());
    let head = folder.path().join("journal/main.head");
    fs::remove_file(&head).unwrap();
    assert_eq!(verify(folder.path()).outcome(), Outcome::Fail);
}

#[test]
fn the_format_file_counts_too() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path());
    let home = Home::read_only(folder.path()).unwrap();
    let path = folder.path().join("FORMAT");
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 4;
        fs::write(&path, &changed).unwrap();
        assert!(
            names(&verify_store(&home, &Silent).unwrap(), &path),
            "byte {at}"
        );
    }
}
