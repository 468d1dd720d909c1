//! Custody: manifests of version 3, holds, deletion with tombstones, retention, handovers; also damaged and killed.

mod delete;
pub(super) mod deposit;
mod hold;
mod kill;
mod package;
mod preserve;
mod redact;
mod transfer;

use super::sample::{Draft, open};
use chrono::{DateTime, Utc};
use std::path::Path;
use wangxun::model::custody::{Actor, ItemKind};
use wangxun::model::monitor::Silent;
use wangxun::storage::custody::{Deletion, Grounds};
use wangxun::storage::home::Home;
use wangxun::storage::seal::Sealed;
use wangxun::storage::store::Store;
use wangxun::storage::verify::{Report, verify_store};
use wangxun::wire::custody::ItemCustody;

fn grounds() -> Grounds {
    Grounds {
        actor: Actor {
            name: "张某".to_owned(),
            role: "officer".to_owned(),
            unit: "某县金融办".to_owned(),
        },
        reason: "示例".to_owned(),
        authority: Some("某金监〔2026〕1号".to_owned()),
    }
}

/// A deletion at the end of the year 2031, when the samples of 2026 are beyond retention.
fn late() -> Deletion {
    Deletion {
        grounds: grounds(),
        approver: "李某".to_owned(),
        within_retention: false,
        years: 5,
        now: time("2031-12-31T00:00:00Z"),
    }
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn seal(store: &Store, n: usize, case_no: Option<&str>) -> Sealed {
    let custody = ItemCustody {
        case_no: case_no.map(str::to_owned),
        ..ItemCustody::of(ItemKind::PageCapture)
    };
    let draft = Draft::new(&format!("v{n}"), n);
    store.seal_with(&draft.item(), &custody).unwrap()
}

fn verify(root: &Path) -> Report {
    verify_store(&Home::read_only(root).unwrap(), &Silent).unwrap()
}

/// Every byte of these files changed, and the files cut, removed and swapped with others: all of it is noticed.
fn every_damage_is_noticed(root: &Path, paths: &[std::path::PathBuf]) -> usize {
    use std::fs;
    let write = |path: &Path, bytes: &[u8]| {
        let _ = fs::remove_file(path);
        fs::write(path, bytes).unwrap();
    };
    let named = |path: &Path| {
        let report = verify(root);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let fails = report.checks.iter().any(|c| {
            c.outcome == wangxun::storage::verify::Outcome::Fail
                && (c.subject.contains(&name) || c.detail.contains(&name))
        });
        assert!(fails, "{}: {:#?}", path.display(), report.checks);
    };
    let mut tried = 0;
    for path in paths {
        let whole = fs::read(path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 60 + 1) {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            write(path, &changed);
            named(path);
            tried += 1;
        }
        for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
            write(path, &whole[..cut]);
            named(path);
            tried += 1;
        }
        fs::remove_file(path).unwrap();
        named(path);
        write(path, &whole);
        let added = path.with_file_name("added.json");
        write(&added, &whole);
        named(&added);
        fs::remove_file(&added).unwrap();
        tried += 2;
    }
    tried
}

#[test]
fn the_sample_store_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    seal(&store, 0, Some("甲1号"));
    drop(store);
    assert_eq!(verify(folder.path()).exit_code(), 0);
}
