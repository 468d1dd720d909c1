//! Handovers are recorded with a list, and their receipts.

use super::super::sample::open;
use super::{every_damage_is_noticed, grounds, late, seal, verify};
use std::fs;
use wangxun::storage::custody::{CustodyError, Handover, history};
use wangxun::storage::verify::Outcome;
use wangxun::wire::custody_record::Receiver;

#[test]
fn a_handover_has_a_list_and_a_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let items = [0, 1].map(|n| seal(&store, n, None));
    let handover = Handover {
        items: items.iter().map(|i| i.evidence_id().to_owned()).collect(),
        receiver: Receiver {
            unit: "某县公安局".to_owned(),
            name: "王某".to_owned(),
        },
        grounds: grounds(),
        now: late().now,
    };
    let form = |record: &wangxun::wire::custody_record::CustodyRecord, sealed: &[_]| {
        format!("{} {}", record.subject, sealed.len())
    };
    let record = store.transfer(&handover, &form).unwrap();
    let list = store
        .home()
        .root()
        .join(&record.form.as_ref().unwrap().path);
    assert_eq!(
        fs::read_to_string(&list).unwrap(),
        format!("{} 2", record.subject)
    );
    assert!(matches!(
        store.receipt("tr-aaaaaaaaaaaaaaaaaaaa", &grounds()),
        Err(CustodyError::Unknown { .. })
    ));
    assert!(matches!(
        store.receipt("../x", &grounds()),
        Err(CustodyError::Unknown { .. })
    ));
    store.receipt(&record.subject, &grounds()).unwrap();
    assert!(
        store
            .index()
            .custody()
            .unwrap()
            .received
            .contains(&record.subject)
    );
    for item in &items {
        let acts: Vec<String> = history(store.home(), item.evidence_id(), None)
            .unwrap()
            .into_iter()
            .map(|e| e.action)
            .collect();
        assert_eq!(acts, ["seal", "transfer", "receipt"]);
    }
    drop(store);
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
    let tried = every_damage_is_noticed(folder.path(), &[list.with_extension("json"), list]);
    println!("{tried} damages of handovers, all noticed and named");
}
