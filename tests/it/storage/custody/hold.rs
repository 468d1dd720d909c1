//! Holds stand in the journal, survive the index, and keep what they hold.

use super::super::sample::open;
use super::{grounds, late, seal};
use wangxun::model::custody::Action;
use wangxun::storage::custody::{CustodyError, Grounds, history, state};
use wangxun::wire::custody_state::case_object;

#[test]
fn a_held_item_is_not_deleted_until_every_hold_is_lifted() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = seal(&store, 0, Some("甲1号"));
    let id = sealed.evidence_id();
    let first = store.hold(id, &grounds()).unwrap();
    store.hold(id, &grounds()).unwrap();
    store.hold(&case_object("甲1号"), &grounds()).unwrap();
    store.hold(&sealed.manifest().run, &grounds()).unwrap();
    assert!(matches!(
        store.delete(id, &late()),
        Err(CustodyError::Held { .. })
    ));
    assert!(matches!(
        store.release(id, None, &grounds()),
        Err(CustodyError::ManyHolds { .. })
    ));
    let name = format!("{}:{}", first.writer, first.seq);
    store.release(id, Some(&name), &grounds()).unwrap();
    assert!(matches!(
        store.release(id, Some(&name), &grounds()),
        Err(CustodyError::NotHeld { .. })
    ));
    store.release(id, None, &grounds()).unwrap();
    assert!(
        matches!(store.delete(id, &late()), Err(CustodyError::Held { .. })),
        "the case"
    );
    store
        .release(&case_object("甲1号"), None, &grounds())
        .unwrap();
    assert!(
        matches!(store.delete(id, &late()), Err(CustodyError::Held { .. })),
        "the run"
    );
    store
        .release(&sealed.manifest().run, None, &grounds())
        .unwrap();
    store.delete(id, &late()).unwrap();
    let acts: Vec<String> = history(store.home(), id, Some("甲1号"))
        .unwrap()
        .into_iter()
        .map(|e| e.action)
        .collect();
    assert_eq!(
        acts,
        [
            "seal", "hold", "hold", "hold", "release", "release", "release", "delete"
        ]
    );
}

#[test]
fn holds_need_a_document_and_outlive_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = seal(&store, 0, None);
    let bare = Grounds {
        authority: None,
        ..grounds()
    };
    assert!(matches!(
        store.hold(sealed.evidence_id(), &bare),
        Err(CustodyError::NoAuthority { .. })
    ));
    let entry = store.hold(sealed.evidence_id(), &grounds()).unwrap();
    assert_eq!(entry.action, Action::Hold.code());
    assert_eq!(
        (entry.actor.as_str(), entry.unit.as_str()),
        ("张某", "某县金融办")
    );
    assert_eq!(
        store.index().custody().unwrap(),
        state(store.home()).unwrap()
    );
    store.index().clear().unwrap();
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.index().custody().unwrap().active().count(), 1);
    assert_eq!(
        store.index().custody().unwrap(),
        state(store.home()).unwrap()
    );
}

#[test]
fn a_damaged_journal_allows_no_deletion() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = seal(&store, 0, None);
    store.hold(sealed.evidence_id(), &grounds()).unwrap();
    let path = folder.path().join("journal/main.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        text.replace("\"action\":\"hold\"", "\"action\":\"note\""),
    )
    .unwrap();
    assert!(matches!(
        store.delete(sealed.evidence_id(), &late()),
        Err(CustodyError::Storage(_))
    ));
    assert!(sealed.path().is_file());
}
