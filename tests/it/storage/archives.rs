//! Homes that earlier versions wrote (`tests/archives/`) are read and verified for ever.

use super::damage_table::everything;
use std::fs;
use std::path::{Path, PathBuf};
use wangxun::model::monitor::Silent;
use wangxun::storage::home::Home;
use wangxun::storage::import::keep::read_record;
use wangxun::storage::import::place::imports;
use wangxun::storage::item::{id_of, item_files};
use wangxun::storage::journal;
use wangxun::storage::package::text_of;
use wangxun::storage::reaudit;
use wangxun::storage::run::read::{captured, runs};
use wangxun::storage::run::read_capture;
use wangxun::storage::seal::Sealed;
use wangxun::storage::verify::{Outcome, verify_store_deep};

fn gallery() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archives");
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut homes: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    homes.sort();
    homes
}

#[test]
fn homes_of_earlier_versions_are_read_and_verified() {
    let gallery = gallery();
    assert!(!gallery.is_empty());
    for path in gallery {
        hold(&path);
    }
}

/// A home is verified to the last byte, and everything in it is read.
fn hold(path: &Path) {
    let home = Home::read_only(path).unwrap();
    let report = verify_store_deep(&home, &Silent).unwrap();
    let failed: Vec<_> = report
        .checks
        .iter()
        .filter(|c| c.outcome == Outcome::Fail)
        .collect();
    assert!(failed.is_empty(), "{}: {failed:#?}", path.display());
    let read = read_all(&home);
    println!("{}: {read:?}", path.display());
    assert!(read.items > 0 && read.captures > 0 && read.imports > 0 && read.reaudits > 0);
}

#[derive(Debug, Default)]
struct Read {
    items: usize,
    captures: usize,
    imports: usize,
    reaudits: usize,
    entries: usize,
}

/// Reads everything with today's readers.
fn read_all(home: &Home) -> Read {
    let mut read = Read::default();
    for path in item_files(home).unwrap() {
        let sealed = Sealed::open(home, id_of(&path).unwrap()).unwrap();
        let text = text_of(&fs::read(&path).unwrap()).unwrap();
        for finding in &sealed.manifest().findings {
            assert_eq!(&text[finding.start..finding.end], finding.quote);
        }
        read.items += 1;
    }
    for run in runs(home).unwrap() {
        for one in captured(home, &run).unwrap() {
            let capture = read_capture(home, &one.unwrap().place).unwrap();
            assert!(!capture.exchanges.is_empty());
            read.captures += 1;
        }
    }
    for id in imports(home).unwrap() {
        assert_eq!(read_record(home, &id).unwrap().id, id);
        read.imports += 1;
    }
    for path in reaudit::files(home).unwrap() {
        reaudit::read(home, &path).unwrap();
        read.reaudits += 1;
    }
    for path in journal::files(home).unwrap() {
        let end = journal::read_file(&path, &mut |_, _| true).unwrap();
        assert_eq!((end.fault, end.torn), (None, 0));
        read.entries += end.lines as usize;
    }
    read
}

const NO_EVIDENCE: [&str; 7] = [
    "index", "search", "frontier", "reports", "tmp", "access", "LOCK",
];

/// A home as this version writes it, with a file of every kind, passes what the gallery's must pass. With
/// `WANGXUN_ARCHIVE_TO` it is made there, for the gallery.
#[test]
fn a_home_made_now_could_join_them() {
    let folder = tempfile::tempdir().unwrap();
    let to = std::env::var_os("WANGXUN_ARCHIVE_TO").map(PathBuf::from);
    let to = to.unwrap_or_else(|| folder.path().join("now"));
    assert!(
        !to.exists(),
        "{} is there; archives are never edited",
        to.display()
    );
    make(&to);
    hold(&to);
}

fn make(to: &Path) {
    everything(to);
    for name in NO_EVIDENCE {
        let path = to.join(name);
        let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
    }
    for entry in fs::read_dir(to.join("keys")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "pub") {
            fs::remove_file(path).unwrap();
        }
    }
}
