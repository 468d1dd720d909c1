//! Deletion leaves a tombstone; without one, an item that is gone is missing. Retention respects holds.

use super::super::sample::{Draft, RUN, capture, context, open};
use super::{every_damage_is_noticed, grounds, late, seal, time, verify};
use std::fs;
use wangxun::model::monitor::Silent;
use wangxun::storage::custody::record::tombstone;
use wangxun::storage::custody::{CustodyError, Deletion, DueKind, Grounds};
use wangxun::storage::error::StorageError;
use wangxun::storage::rebuild::rebuild;
use wangxun::storage::run::RunSettings;
use wangxun::storage::seal::Sealed;
use wangxun::storage::verify::{Outcome, verify_item};

#[test]
fn a_deleted_item_with_its_tombstone_passes_and_a_missing_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let gone = seal(&store, 0, None);
    let stays = seal(&store, 1, None);
    // A sidecar beside the package goes with it.
    let sidecar = gone.path().with_extension("wacz.note");
    fs::write(&sidecar, "beside").unwrap();
    let record = store.delete(gone.evidence_id(), &late()).unwrap();
    assert_eq!(record.objects[0], gone.file_digest());
    assert_eq!(record.approver.as_deref(), Some("李某"));
    assert!(!gone.path().exists() && !sidecar.exists());
    assert_eq!(store.index().get(gone.evidence_id()).unwrap(), None);
    let counts = store.index().counts().unwrap();
    assert_eq!((counts.items, counts.findings), (1, 2));
    assert!(matches!(
        Sealed::open(store.home(), gone.evidence_id()),
        Err(StorageError::Deleted { .. })
    ));
    assert!(matches!(
        store.seal(&Draft::new("v0", 0).item()),
        Err(StorageError::Deleted { .. })
    ));
    assert!(matches!(
        store.delete(gone.evidence_id(), &late()),
        Err(CustodyError::Storage(_))
    ));
    let report = verify_item(store.home(), gone.evidence_id(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    assert_eq!(rebuild(&store, &Silent).unwrap().items, 1);
    drop(store);
    let report = verify(folder.path());
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    fs::remove_file(stays.path()).unwrap();
    let report = verify(folder.path());
    assert_eq!(report.outcome(), Outcome::Fail);
    assert!(
        report
            .checks
            .iter()
            .any(|c| c.detail.contains("is missing"))
    );
}

#[test]
fn deletion_needs_time_document_and_a_second_person() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = seal(&store, 0, None);
    let id = sealed.evidence_id();
    let refused = |deletion: Deletion| store.delete(id, &deletion).unwrap_err();
    let alone = Deletion {
        approver: "张某 ".to_owned(),
        ..late()
    };
    assert!(matches!(refused(alone), CustodyError::SamePerson { .. }));
    let bare = Deletion {
        grounds: Grounds {
            authority: None,
            ..grounds()
        },
        ..late()
    };
    assert!(matches!(refused(bare), CustodyError::NoAuthority { .. }));
    let early = Deletion {
        now: time("2031-11-03T10:11:12Z"),
        ..late()
    };
    assert!(matches!(
        refused(early.clone()),
        CustodyError::Retained { .. }
    ));
    assert!(sealed.path().is_file());
    let ordered = Deletion {
        within_retention: true,
        ..early
    };
    let record = store.delete(id, &ordered).unwrap();
    assert!(record.within_retention);
    assert_eq!(
        record.retained_until.as_deref(),
        Some("2031-11-03T10:11:12.345Z")
    );
}

#[test]
fn damaged_tombstones_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = seal(&store, 0, None);
    let second = seal(&store, 1, None);
    for sealed in [&first, &second] {
        store.delete(sealed.evidence_id(), &late()).unwrap();
    }
    let paths = [&first, &second].map(|s| tombstone(store.home(), s.evidence_id()));
    drop(store);
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
    let tried = every_damage_is_noticed(folder.path(), &paths);
    println!("{tried} damages of tombstones, all noticed and named");
    let (a, b) = (fs::read(&paths[0]).unwrap(), fs::read(&paths[1]).unwrap());
    for (path, bytes) in [(&paths[0], &b), (&paths[1], &a)] {
        fs::remove_file(path).unwrap();
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(verify(folder.path()).outcome(), Outcome::Fail, "swapped");
}

#[test]
fn retention_deletes_what_is_due_and_keeps_what_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    for n in 0..3 {
        run.append(&capture(n), &context(&format!("v{n}"))).unwrap();
    }
    run.finish(true, "").unwrap();
    let items = [0, 1].map(|n| seal(&store, n, None));
    let now = late().now;
    assert!(store.due(6, now).unwrap().is_empty());
    store.hold(items[0].evidence_id(), &grounds()).unwrap();
    let due = store.due(5, now).unwrap();
    assert_eq!(due.len(), 3);
    let held: Vec<_> = due
        .iter()
        .filter(|d| !d.holds.is_empty())
        .map(|d| (d.kind, d.subject.as_str()))
        .collect();
    assert!(
        held.contains(&(DueKind::Run, RUN))
            && held.contains(&(DueKind::Item, items[0].evidence_id()))
    );
    assert!(matches!(
        store.delete_run(RUN, &late()),
        Err(CustodyError::Held { .. })
    ));
    store
        .release(items[0].evidence_id(), None, &grounds())
        .unwrap();
    let record = store.delete_run(RUN, &late()).unwrap();
    assert_eq!(record.objects.len(), 3);
    assert!(!store.home().runs().join(RUN).exists());
    assert!(
        store
            .due(5, now)
            .unwrap()
            .iter()
            .all(|d| d.kind == DueKind::Item)
    );
    drop(store);
    let report = verify(folder.path());
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    // Opened again, nothing is made of the run.
    drop(open(folder.path()));
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
}
