//! Re-audit records: written once, fixed by the journal, found again after a crash, in the index beside the items.

use super::sample::{Draft, RUN, open};
use std::fs;
use std::path::Path;
use wangxun::model::monitor::Silent;
use wangxun::storage::home::Home;
use wangxun::storage::index::ItemQuery;
use wangxun::storage::item::evidence_id;
use wangxun::storage::reaudit::{ReauditDraft, files, read};
use wangxun::storage::rebuild::rebuild;
use wangxun::storage::store::Store;
use wangxun::storage::verify::{Outcome, verify_file, verify_store};
use wangxun::wire::manifest::{Moment, StoredFinding, StoredScore, Tool};
use wangxun::wire::reaudit::{ChangeKind, FindingChange, ReauditPage, StoredPlace};

const TEXT: &str = "山海财富\n零风险理财\n";
const QUOTE: &str = "零风险";

fn finding() -> StoredFinding {
    let start = TEXT.find(QUOTE).unwrap();
    StoredFinding {
        rule: "AD-25-1".to_owned(),
        title: "承诺无风险".to_owned(),
        basis: "广告法第二十五条第一项".to_owned(),
        severity: 4,
        strength: "C".to_owned(),
        quote: QUOTE.to_owned(),
        start,
        end: start + QUOTE.len(),
        block: 1,
        path: "body > p".to_owned(),
        remark: String::new(),
        advertiser: None,
        contributions: Vec::new(),
        image: None,
    }
}

fn change(
    change: ChangeKind,
    rule: &str,
    quote: &str,
    was: Option<u8>,
    now: Option<u8>,
) -> FindingChange {
    FindingChange {
        change,
        rule: rule.to_owned(),
        quote: quote.to_owned(),
        advertiser: None,
        was,
        now,
    }
}

/// A page on which a later lexicon finds another phrase; a finding of the sealed item is lost.
fn page(visit: &str, sealed: bool, lost: Option<FindingChange>) -> ReauditPage {
    let new = change(ChangeKind::New, "AD-25-1", QUOTE, None, Some(4));
    ReauditPage {
        evidence_id: evidence_id(RUN, visit),
        sealed,
        visit: visit.to_owned(),
        seed: "gaoxi".to_owned(),
        platform: "高息贷（虚构）".to_owned(),
        requested_url: "http://www.gaoxi.test/go".to_owned(),
        url: format!("http://www.gaoxi.test/{visit}"),
        title: "山海财富".to_owned(),
        captured: Moment {
            utc: "2026-11-03T10:11:12.346Z".to_owned(),
            beijing: "2026-11-03T18:11:12.346+08:00".to_owned(),
        },
        rules_of: "2026-11-03".to_owned(),
        place: StoredPlace {
            file: format!("{RUN}-00001.warc.gz"),
            offset: 0,
            length: 1,
            response: "urn:uuid:0".to_owned(),
            payload_sha256: "0".repeat(64),
        },
        charset: "utf-8".to_owned(),
        first_lexicon_version: None,
        changes: lost.into_iter().chain([new]).collect(),
        context: "ad".to_owned(),
        offer: "wealth".to_owned(),
        score: StoredScore {
            total: 16.0,
            colour: "yellow".to_owned(),
            contributions: Vec::new(),
        },
        findings: vec![finding()],
        text: Some(TEXT.to_owned()),
    }
}

fn draft(pages: Vec<ReauditPage>) -> ReauditDraft {
    ReauditDraft {
        run: RUN.to_owned(),
        tool: Tool {
            name: "wangxun".to_owned(),
            version: "0.1.0".to_owned(),
            sha256: None,
        },
        lexicon_version: "f".repeat(64),
        pages,
    }
}

/// A sealed item, a record that loses one of its findings, and a page that only the record knows.
fn judged_again(root: &Path) -> (Store, String) {
    let store = open(root);
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    let first = &sealed.manifest().findings[0];
    let lost = change(ChangeKind::Lost, &first.rule, &first.quote, Some(4), None);
    let record = store
        .reaudit(draft(vec![
            page("v0", true, Some(lost)),
            page("v1", false, None),
        ]))
        .unwrap();
    (store, record.id)
}

fn outcome(root: &Path) -> Outcome {
    let home = Home::read_only(root).unwrap();
    verify_store(&home, &Silent).unwrap().outcome()
}

#[test]
fn a_record_is_kept_verified_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = judged_again(folder.path());
    let path = files(store.home()).unwrap().pop().unwrap();
    assert!(path.ends_with(format!("reaudits/{RUN}/{id}.json")));
    assert!(fs::metadata(&path).unwrap().permissions().readonly());
    assert_eq!(read(store.home(), &path).unwrap().pages.len(), 2);
    let journal = fs::read_to_string(folder.path().join("journal/main.jsonl")).unwrap();
    let line = journal.lines().last().unwrap();
    for part in [
        "\"action\":\"reaudit\"",
        &id,
        &"f".repeat(64),
        "new 2; lost 1",
    ] {
        assert!(line.contains(part), "{part:?} is not in {line}");
    }
    assert!(!line.contains(QUOTE), "the journal holds no text of pages");

    let rows = store
        .index()
        .findings_reaudited(&ItemQuery::default())
        .unwrap();
    let told: Vec<(String, Option<ChangeKind>)> = rows
        .iter()
        .map(|r| (r.evidence_id.clone(), r.reaudit.as_ref().map(|m| m.change)))
        .collect();
    let item = evidence_id(RUN, "v0");
    assert_eq!(told.len(), 4, "two sealed, two new: {told:?}");
    for wanted in [
        (item.clone(), Some(ChangeKind::Lost)),
        (item.clone(), Some(ChangeKind::New)),
        (item, None),
        (id, Some(ChangeKind::New)),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} is not in {told:?}");
    }
    let of_rule = ItemQuery {
        rule: Some("YD-01".to_owned()),
        ..ItemQuery::default()
    };
    assert_eq!(store.index().findings_reaudited(&of_rule).unwrap().len(), 1);
    let elsewhere = ItemQuery {
        seed: Some("other".to_owned()),
        ..ItemQuery::default()
    };
    assert!(
        store
            .index()
            .findings_reaudited(&elsewhere)
            .unwrap()
            .is_empty()
    );
    drop(store);
    assert_eq!(outcome(folder.path()), Outcome::Pass);
    assert_eq!(
        verify_file(&path, &Silent).unwrap().outcome(),
        Outcome::Pass
    );
}

#[test]
fn a_quote_that_does_not_stand_in_the_text_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut bad = page("v0", false, None);
    bad.findings[0].start += 1;
    assert!(store.reaudit(draft(vec![bad])).is_err());
    assert!(files(store.home()).unwrap().is_empty());
}

#[test]
fn every_changed_byte_of_a_record_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = judged_again(folder.path());
    drop(store);
    let home = Home::read_only(folder.path()).unwrap();
    let path = files(&home).unwrap().pop().unwrap();
    let whole = fs::read(&path).unwrap();
    let write = |bytes: &[u8]| {
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    };
    for at in (0..whole.len()).step_by(37) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        write(&changed);
        assert_eq!(outcome(folder.path()), Outcome::Fail, "byte {at}");
    }
    write(&whole);
    assert_eq!(outcome(folder.path()), Outcome::Pass);
    let stranger = path.with_file_name("note.txt");
    fs::write(&stranger, "x").unwrap();
    assert_eq!(outcome(folder.path()), Outcome::Fail, "a stranger");
    fs::remove_file(&stranger).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(outcome(folder.path()), Outcome::Fail, "missing");
}

#[test]
fn the_index_is_built_again_with_the_records() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = judged_again(folder.path());
    let before = store
        .index()
        .findings_reaudited(&ItemQuery::default())
        .unwrap();
    let rebuilt = rebuild(&store, &Silent).unwrap();
    assert!(rebuilt.notes.is_empty(), "{:?}", rebuilt.notes);
    let after = store
        .index()
        .findings_reaudited(&ItemQuery::default())
        .unwrap();
    assert_eq!(before, after);
    drop(store);
    fs::remove_dir_all(folder.path().join("index")).unwrap();
    let store = open(folder.path());
    let again = store
        .index()
        .findings_reaudited(&ItemQuery::default())
        .unwrap();
    assert_eq!(before, again);
}

#[test]
fn of_two_records_the_later_one_speaks() {
    let folder = tempfile::tempdir().unwrap();
    let (store, first) = judged_again(folder.path());
    std::thread::sleep(std::time::Duration::from_millis(5));
    let mut quiet = page("v1", false, None);
    quiet.changes.clear();
    quiet.findings.clear();
    quiet.text = None;
    let second = store.reaudit(draft(vec![quiet])).unwrap();
    assert_ne!(first, second.id);
    for _ in 0..2 {
        let rows = store
            .index()
            .findings_reaudited(&ItemQuery::default())
            .unwrap();
        assert_eq!(rows.len(), 3, "the page of v1 is as it was at first");
        rebuild(&store, &Silent).unwrap();
    }
}

#[test]
fn a_record_that_a_killed_program_did_not_enter_is_entered() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = judged_again(folder.path());
    drop(store);
    // As if the program had been killed between the record and its line in the journal.
    let journal = folder.path().join("journal/main.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    let kept: String = text
        .split_inclusive('\n')
        .filter(|line| !line.contains("\"action\":\"reaudit\""))
        .collect();
    fs::write(&journal, kept).unwrap();
    fs::remove_file(journal.with_extension("head")).unwrap();
    fs::write(folder.path().join("UNCLEAN"), "").unwrap();
    let store = open(folder.path());
    assert!(
        store
            .index()
            .reaudit(&evidence_id(RUN, "v1"))
            .unwrap()
            .is_some()
    );
    drop(store);
    let text = fs::read_to_string(&journal).unwrap();
    let line = text.lines().find(|line| line.contains(&id)).unwrap();
    assert!(line.contains("重启后补记"), "{line}");
    assert_eq!(outcome(folder.path()), Outcome::Pass);
}
