//! Preservation in advance: record and form, the seven days, the decision; attendance and what it is held against.

use super::super::sample::{Draft, open};
use super::{every_damage_is_noticed, grounds, time, verify};
use chrono::TimeDelta;
use wangxun::export::preserve_form;
use wangxun::model::custody::ItemKind;
use wangxun::storage::custody::{CustodyError, history, record};
use wangxun::storage::package::moment;
use wangxun::storage::seal::Sealed;
use wangxun::storage::store::Store;
use wangxun::storage::verify::Outcome;
use wangxun::wire::custody::{ItemCustody, Preservation, StoredOfficer};

const NOW: &str = "2026-11-03T10:11:12Z";

fn preserved(store: &Store, visit: &str, days: i64) -> Sealed {
    let officer = |name: &str, certificate: &str| StoredOfficer {
        name: name.to_owned(),
        unit: "某县金融办".to_owned(),
        certificate: certificate.to_owned(),
    };
    let custody = ItemCustody {
        collectors: vec![officer("张某", "LZ-0001"), officer("李某", "LZ-0002")],
        preservation: Some(Preservation {
            approver: "赵某".to_owned(),
            reason: "页面可能被删除 <i>".to_owned(),
            authority: Some("某金监批〔2026〕1号".to_owned()),
            decide_by: moment(time(NOW) + TimeDelta::days(days)),
        }),
        ..ItemCustody::of(ItemKind::PreservedCapture)
    };
    let draft = Draft::new(visit, 0);
    store.seal_with(&draft.item(), &custody).unwrap()
}

fn entered(store: &Store, sealed: &Sealed) -> std::path::PathBuf {
    let form = preserve_form::render(sealed.manifest(), "某县金融办", &sealed.file_digest());
    store
        .record_preservation(sealed, "某县金融办", &form, time(NOW))
        .unwrap()
}

#[test]
fn the_notice_is_filled_from_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = preserved(&store, "v0", 7);
    let path = entered(&store, &sealed);
    let form = std::fs::read_to_string(&path).unwrap();
    let sha256 = hex::encode(sealed.digests().sha256);
    for part in [
        "先行登记保存通知书",
        "物品清单",
        "行政处罚法》第五十六条",
        "七日内",
        "张某",
        "LZ-0002",
        "赵某",
        "某金监批〔2026〕1号",
        "页面可能被删除 &lt;i&gt;",
        "2026-11-10T18:11:12.000+08:00",
        &sha256,
        sealed.evidence_id(),
    ] {
        assert!(form.contains(part), "{part} is not in\n{form}");
    }
    assert!(!form.contains("<script") && !form.contains("src=") && !form.contains("href="));
    // Entered once, however often it is asked.
    assert_eq!(entered(&store, &sealed), path);
    let acts: Vec<_> = history(store.home(), sealed.evidence_id(), None).unwrap();
    let entry = acts.iter().find(|e| e.action == "preserve").unwrap();
    assert_eq!(acts.len(), 2);
    assert_eq!(
        (entry.actor.as_str(), entry.authority.as_deref()),
        ("张某、李某", Some("某金监批〔2026〕1号"))
    );
    assert!(
        entry
            .reason
            .as_deref()
            .unwrap()
            .starts_with("approved by 赵某; ")
    );
    drop(store);
    assert_eq!(verify(folder.path()).outcome(), Outcome::Pass);
    let tried = every_damage_is_noticed(folder.path(), &[path.with_extension("json"), path]);
    println!("{tried} damages of preservations, all noticed and named");
}

#[test]
fn seven_days_run_until_the_decision() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let later = preserved(&store, "v1", 7);
    let sooner = preserved(&store, "v0", 1);
    let open_ones = |store: &Store| {
        let all = store.preserved().unwrap();
        let ids = all.into_iter().filter(|p| p.decided.is_none());
        ids.map(|p| p.row.evidence_id).collect::<Vec<_>>()
    };
    assert_eq!(
        open_ones(&store),
        [sooner.evidence_id(), later.evidence_id()]
    );
    let after = time(NOW) + TimeDelta::days(2);
    let entry = store
        .decide(sooner.evidence_id(), "解除保存", &grounds(), after)
        .unwrap();
    assert!(
        entry.reason.as_deref().unwrap().ends_with("after its time"),
        "{entry:?}"
    );
    let again = store.decide(sooner.evidence_id(), "没收", &grounds(), after);
    assert!(matches!(again, Err(CustodyError::Bad { .. })));
    assert_eq!(open_ones(&store), [later.evidence_id()]);
    store.index().clear().unwrap();
    drop(store);
    assert_eq!(
        open_ones(&open(folder.path())),
        [later.evidence_id()],
        "from the journal"
    );
    let store = open(folder.path());
    let plain = store.seal(&Draft::new("v9", 9).item()).unwrap();
    let refused = store.decide(plain.evidence_id(), "x", &grounds(), after);
    assert!(matches!(refused, Err(CustodyError::Bad { .. })));
}

#[test]
fn a_crash_before_the_notice_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = preserved(&store, "v0", 7);
    drop(sealed);
    drop(store);
    std::fs::write(folder.path().join("UNCLEAN"), "").unwrap();
    let store = open(folder.path());
    let all = store.preserved().unwrap();
    assert_eq!(all.len(), 1, "the days run from the sealed item");
    let sealed = Sealed::open(store.home(), &all[0].row.evidence_id).unwrap();
    let path = entered(&store, &sealed);
    assert!(path.is_file());
    assert!(record::read(store.home(), &path.with_extension("json")).is_ok());
}

#[test]
fn the_last_whole_capture_of_an_address_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = store.seal(&Draft::new("v0", 0).item()).unwrap();
    let url = first.manifest().requested_url.clone();
    assert_eq!(store.prior(&url, first.evidence_id()).unwrap(), None);
    let prior = store.prior(&url, "other").unwrap().unwrap();
    assert_eq!(prior.evidence_id, first.evidence_id());
    assert_eq!(prior.package_sha256, hex::encode(first.digests().sha256));
    assert!(prior.text.contains("保本保息"));
    std::fs::remove_file(first.path()).unwrap();
    assert_eq!(store.prior(&url, "other").unwrap(), None);
}
