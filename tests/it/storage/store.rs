//! The store as a whole: sealing, lists, reopening, rebuilding.

use super::sample::{Draft, RUN, capture, context, open};
use std::collections::HashMap;
use wangxun::model::monitor::Silent;
use wangxun::storage::error::StorageError;
use wangxun::storage::home::Home;
use wangxun::storage::index::{Counts, ItemQuery};
use wangxun::storage::item::evidence_id;
use wangxun::storage::rebuild::rebuild;
use wangxun::storage::run::RunSettings;
use wangxun::storage::seal::Sealed;
use wangxun::storage::verify::{Outcome, verify_item, verify_store};

#[test]
fn a_sealed_item_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let draft = Draft::new("visit-1", 1);
    let sealed = store.seal(&draft.item()).unwrap();
    assert_eq!(sealed.evidence_id(), evidence_id(RUN, "visit-1"));
    let again = Sealed::open(store.home(), sealed.evidence_id()).unwrap();
    assert_eq!(again.manifest(), sealed.manifest());
    let manifest = again.manifest();
    assert_eq!(manifest.redirect_chain.len(), 2);
    assert_eq!(manifest.captured_start.utc, "2026-11-03T10:11:12.346Z");
    assert_eq!(
        manifest.captured_start.beijing,
        "2026-11-03T18:11:12.346+08:00"
    );
    assert_eq!(manifest.trusted_time, "none");
    assert!(manifest.robots.legal_basis.is_some());
    assert!(
        sealed
            .path()
            .ends_with(format!("evidence/2026/11/{}.wacz", sealed.evidence_id()))
    );
    let bytes = std::fs::read(sealed.path()).unwrap();
    let text = wangxun::storage::package::text_of(&bytes).unwrap();
    let finding = &manifest.findings[0];
    assert_eq!(&text[finding.start..finding.end], finding.quote);
    assert!(
        std::fs::metadata(sealed.path())
            .unwrap()
            .permissions()
            .readonly()
    );
}

#[test]
fn the_same_draft_gives_the_same_bytes_and_the_same_visit_one_item() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (open(a.path()), open(b.path()));
    let draft = Draft::new("visit-1", 3);
    let one = first.seal(&draft.item()).unwrap();
    let two = second.seal(&draft.item()).unwrap();
    assert_eq!(one.digests(), two.digests());
    // Captured again, a month later, after a crash had taken the run's file: still the item that exists.
    let mut late = draft.item();
    let mut later = capture(3);
    for exchange in &mut later.exchanges {
        exchange.started += chrono::Duration::days(40);
        exchange.ended += chrono::Duration::days(40);
    }
    late.capture = &later;
    let again = first.seal(&late).unwrap();
    assert_eq!(again.digests(), one.digests());
    assert_eq!(first.index().counts().unwrap().items, 1);
}

#[test]
fn a_quote_that_does_not_stand_there_is_not_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut draft = Draft::new("visit-1", 1);
    draft.verdict.findings[0].span.start += 1;
    assert!(matches!(
        store.seal(&draft.item()),
        Err(StorageError::Quote { .. })
    ));
}

#[test]
fn lists_by_every_field() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for n in 0..5 {
        store.seal(&Draft::new(&format!("v{n}"), n).item()).unwrap();
    }
    assert_eq!(
        store.index().counts().unwrap(),
        Counts {
            items: 5,
            findings: 10
        }
    );
    let all = store.index().items(&ItemQuery::default()).unwrap();
    assert_eq!(all.len(), 5);
    assert!(
        all.windows(2).all(|w| w[0].captured >= w[1].captured),
        "newest first"
    );
    let count = |query: ItemQuery| store.index().items(&query).unwrap().len();
    let url = |u: &str| ItemQuery {
        url: Some(u.to_owned()),
        ..ItemQuery::default()
    };
    assert_eq!(
        count(url("https://www.gaoxi.test/Page/2/?q=%E4%BF%9D%E6%9C%AC")),
        1
    );
    assert_eq!(count(url("http://www.gaoxi.test/go?b=2&a=2#part")), 1);
    assert_eq!(count(url("http://www.gaoxi.test/go")), 0);
    let host = |h: &str| ItemQuery {
        host: Some(h.to_owned()),
        ..ItemQuery::default()
    };
    assert_eq!(
        (count(host("www.gaoxi.test")), count(host("gaoxi.test"))),
        (5, 0)
    );
    let both = ItemQuery {
        seed: Some("gaoxi".to_owned()),
        run: Some("other".to_owned()),
        ..ItemQuery::default()
    };
    assert_eq!(count(both), 0);
    let dates = ItemQuery {
        from: Some("2026-11-03T00:00:00Z".parse().unwrap()),
        until: Some("2026-11-03T10:11:12.347Z".parse().unwrap()),
        ..ItemQuery::default()
    };
    assert_eq!(count(dates), 2);
    let paged = ItemQuery {
        skip: 3,
        limit: 10,
        ..ItemQuery::default()
    };
    assert_eq!(count(paged), 2);
    let rule = ItemQuery {
        rule: Some("YD-01".to_owned()),
        limit: 3,
        ..ItemQuery::default()
    };
    let findings = store.index().findings(&rule).unwrap();
    assert_eq!(findings.len(), 3);
    assert!(findings.iter().all(|f| f.finding.rule == "YD-01"));
}

#[test]
fn the_index_is_rebuilt_from_the_packages() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for n in 0..4 {
        store.seal(&Draft::new(&format!("v{n}"), n).item()).unwrap();
    }
    let before = store.index().items(&ItemQuery::default()).unwrap();
    let rebuilt = rebuild(&store, &Silent).unwrap();
    assert_eq!((rebuilt.items, rebuilt.notes.len()), (4, 0));
    assert_eq!(store.index().items(&ItemQuery::default()).unwrap(), before);
    drop(store);
    // Deleted by hand, and spoilt by hand: built again at the next opening.
    std::fs::remove_dir_all(folder.path().join("index")).unwrap();
    let store = open(folder.path());
    assert_eq!(store.index().items(&ItemQuery::default()).unwrap(), before);
    drop(store);
    for name in ["db", "conf"] {
        std::fs::write(folder.path().join("index").join(name), b"not a database").unwrap();
    }
    let store = open(folder.path());
    assert_eq!(store.index().items(&ItemQuery::default()).unwrap(), before);
}

#[test]
fn a_whole_store_verifies_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    for n in 0..3 {
        run.append(&capture(n), &context(&format!("v{n}"))).unwrap();
    }
    let sealed = store.seal(&Draft::new("v1", 1).item()).unwrap();
    // While it is open, and by somebody without the lock.
    let reader = Home::read_only(folder.path()).unwrap();
    let report = verify_store(&reader, &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    run.finish(true, "3 pages").unwrap();
    let id = sealed.evidence_id().to_owned();
    drop(store);
    let report = verify_store(&reader, &Silent).unwrap();
    assert_eq!(
        (report.outcome(), report.exit_code()),
        (Outcome::Pass, 0),
        "{:#?}",
        report.checks
    );
    let report = verify_item(&reader, &id, &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    assert!(matches!(
        verify_item(&reader, "wx-nothing", &Silent),
        Err(StorageError::NoItem { .. })
    ));
}

#[test]
fn threads_seal_and_append_together() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let settings = RunSettings {
        rotate_bytes: 30_000,
        sync_bytes: 5_000,
        checkpoint_bytes: 10_000,
        ..RunSettings::default()
    };
    let (run, _) = store.run(RUN, settings).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4usize {
            let (store, run) = (&store, &run);
            scope.spawn(move || {
                for n in 0..10 {
                    let visit = format!("{thread}-{n}");
                    run.append(&capture(n), &context(&visit)).unwrap();
                    store.seal(&Draft::new(&visit, n).item()).unwrap();
                    // All threads also seal one and the same visit.
                    store.seal(&Draft::new("same", 0).item()).unwrap();
                }
            });
        }
    });
    let visits: HashMap<String, usize> = run
        .captured()
        .unwrap()
        .map(|c| (c.unwrap().visit, 1))
        .collect();
    assert_eq!(visits.len(), 40);
    assert_eq!(store.index().counts().unwrap().items, 41);
    run.finish(true, "").unwrap();
    drop(store);
    let report = verify_store(&Home::read_only(folder.path()).unwrap(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
}

#[test]
fn another_package_under_the_same_name_is_no_proof() {
    let (real, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(real.path());
    let draft = Draft::new("visit-1", 1);
    let sealed = store.seal(&draft.item()).unwrap();
    // Whole and right in itself, of the same run and visit, but not what was sealed here.
    let elsewhere = open(other.path());
    let forged = elsewhere.seal(&Draft::new("visit-1", 2).item()).unwrap();
    assert_eq!(forged.evidence_id(), sealed.evidence_id());
    std::fs::remove_file(sealed.path()).unwrap();
    std::fs::copy(forged.path(), sealed.path()).unwrap();
    let refused =
        |result: Result<Sealed, StorageError>| matches!(result, Err(StorageError::Damaged { .. }));
    assert!(
        refused(Sealed::open(store.home(), sealed.evidence_id())),
        "reloading"
    );
    assert!(refused(store.seal(&draft.item())), "sealing again");
    drop(store);
    // Not even the looking-after that follows a crash vouches for it.
    std::fs::write(real.path().join("UNCLEAN"), b"").unwrap();
    let store = open(real.path());
    assert!(refused(store.seal(&draft.item())), "after recovery");
    drop(store);
    let report = verify_store(&Home::read_only(real.path()).unwrap(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Fail);
}

#[test]
fn a_run_that_was_killed_before_its_first_entry_begins_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    // What a program leaves that is killed between the folder and the entry of the beginning.
    std::fs::create_dir_all(store.home().warc(RUN)).unwrap();
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    run.append(&capture(0), &context("v0")).unwrap();
    run.finish(true, "done").unwrap();
    drop(store);
    let home = Home::read_only(folder.path()).unwrap();
    let report = verify_store(&home, &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
}
