use super::*;
use crate::model::determination::{OfficerSignature, SignatureCheck};
use crate::model::monitor::Silent;
use crate::storage::durable;
use crate::storage::verify::{Outcome, verify_store};
use crate::wire::desk::officer::OfficerFact;
use crate::wire::desk::subject::SubjectFact;
use std::fs;

fn store(root: &std::path::Path) -> Store {
    Store::open(root, "main", Actor::patrol("虚构县"), &Silent)
        .unwrap()
        .0
}

fn actor() -> Actor {
    Actor {
        name: "甲某".to_owned(),
        role: "officer".to_owned(),
        unit: "虚构县".to_owned(),
    }
}

fn remark(n: usize) -> DeskEvent {
    let what = DeskFact::Subject(SubjectFact::Remarked {
        about: format!("s{n}"),
        text: "备注".to_owned(),
    });
    event_once(&format!("remark {n}"), Utc::now(), "甲某", what)
}

fn outcome(home: &Home) -> Outcome {
    let report = verify_store(home, &Silent).unwrap();
    report.outcome()
}

#[test]
fn events_are_kept_once_in_their_order_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mut desk = store.desk().unwrap();
    assert_eq!(desk.append(vec![remark(1)], &actor()).unwrap(), 1);
    let batch = vec![remark(2), remark(1), remark(3), remark(3)];
    assert_eq!(desk.append(batch, &actor()).unwrap(), 2);
    let many: Vec<DeskEvent> = (0..MOST_EVENTS + 10).map(remark).collect();
    assert_eq!(
        desk.append(many.clone(), &actor()).unwrap(),
        MOST_EVENTS + 7
    );
    assert_eq!(desk.append(many, &actor()).unwrap(), 0);
    let again = store.desk().unwrap();
    assert_eq!(again.events(), desk.events());
    assert_eq!(again.events().len(), MOST_EVENTS + 10);
    assert!(again.knows(&remark(5).id));
    drop((desk, again, store));
    let home = Home::read_only(folder.path()).unwrap();
    assert_eq!(outcome(&home), Outcome::Pass);
}

#[test]
fn a_record_without_its_line_is_entered_at_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let store_one = store(folder.path());
    let mut desk = store_one.desk().unwrap();
    desk.append(vec![remark(1)], &actor()).unwrap();
    // As a killed program would leave it: written, not entered; and no clean end.
    let made = DateTime::from_timestamp_millis(Utc::now().timestamp_millis()).unwrap();
    let record = crate::wire::desk::DeskRecord {
        format: DESK_FORMAT.to_owned(),
        id: remark(2).id,
        made,
        actor: "甲某".to_owned(),
        role: "officer".to_owned(),
        unit: String::new(),
        events: vec![remark(2)],
    };
    let month = record::folder(store_one.home()).join(made.format("%Y/%m").to_string());
    durable::create_dir(&month).unwrap();
    let path = month.join(format!("{}.json", record.id));
    fs::write(&path, record::to_bytes(&record).unwrap()).unwrap();
    drop((desk, store_one));
    fs::write(folder.path().join("UNCLEAN"), b"").unwrap();
    let home = Home::read_only(folder.path()).unwrap();
    assert_eq!(outcome(&home), Outcome::Fail);
    let store_two = store(folder.path());
    let mut desk = store_two.desk().unwrap();
    assert_eq!(desk.events().len(), 2);
    assert_eq!(desk.append(vec![remark(2)], &actor()).unwrap(), 0);
    drop((desk, store_two));
    assert_eq!(outcome(&home), Outcome::Pass);
}

#[test]
fn changed_missing_and_strange_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let one = store(folder.path());
    let mut desk = one.desk().unwrap();
    desk.append(vec![remark(1)], &actor()).unwrap();
    desk.attach(b"document", "a/b.txt", &actor()).unwrap();
    drop((desk, one));
    let home = Home::read_only(folder.path()).unwrap();
    assert_eq!(outcome(&home), Outcome::Pass);
    for path in record::files(&home).unwrap() {
        let bytes = fs::read(&path).unwrap();
        let away = folder.path().join("away");
        fs::rename(&path, &away).unwrap();
        assert_eq!(outcome(&home), Outcome::Fail, "missing {}", path.display());
        let mut changed = bytes.clone();
        changed[3] ^= 1;
        fs::write(&path, changed).unwrap();
        assert_eq!(outcome(&home), Outcome::Fail, "changed {}", path.display());
        fs::remove_file(&path).unwrap();
        fs::rename(&away, &path).unwrap();
        let strange = path.with_file_name("strange.txt");
        fs::write(&strange, b"x").unwrap();
        assert_eq!(outcome(&home), Outcome::Fail, "{}", strange.display());
        fs::remove_file(&strange).unwrap();
        assert_eq!(outcome(&home), Outcome::Pass);
    }
}

#[test]
fn signatures_hold_for_the_officer_the_bytes_and_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jia.key");
    let public = generate_key(&path).unwrap();
    assert!(generate_key(&path).is_err());
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let registered = DeskFact::Officer(OfficerFact::Registered {
        name: "甲某".to_owned(),
        unit: "虚构县".to_owned(),
        certificate: String::new(),
        role: "patrol".to_owned(),
        region: String::new(),
        key: public.line(),
        key_id: public.id(),
        from: day("2026-01-01"),
        until: Some(day("2026-12-31")),
    });
    let revoked = DeskFact::Officer(OfficerFact::Revoked {
        name: "甲某".to_owned(),
        key_id: public.id(),
        from: day("2026-11-01"),
        why: "离岗".to_owned(),
    });
    let events: Vec<DeskEvent> = [registered, revoked]
        .into_iter()
        .map(|what| event(Utc::now(), "system", what))
        .collect();
    let (id, signature) = sign(&path, b"text", "determination").unwrap();
    assert_eq!(id, public.id());
    let check = |events: &[DeskEvent], officer: &str, bytes: &[u8], on: &str| {
        let one = OfficerSignature {
            officer: officer.to_owned(),
            signature: signature.clone(),
        };
        OfficerKeys::of(events).check(&one, bytes, day(on))
    };
    assert_eq!(check(&events[..1], "甲某", b"text", "2026-11-20"), Ok(id));
    for (events, officer, bytes, on, why) in [
        (
            &events[..1],
            "乙某",
            &b"text"[..],
            "2026-11-20",
            "no registered key",
        ),
        (
            &events[..1],
            "甲某",
            b"other",
            "2026-11-20",
            "not over these bytes",
        ),
        (&events[..1], "甲某", b"text", "2025-11-20", "not in force"),
        (&events[..1], "甲某", b"text", "2027-01-01", "not in force"),
        (&events[..], "甲某", b"text", "2026-11-20", "not in force"),
    ] {
        let error = check(events, officer, bytes, on).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
    assert!(check(&events, "甲某", b"text", "2026-10-31").is_ok());
}
