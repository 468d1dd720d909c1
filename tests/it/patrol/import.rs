//! A WARC file of others becomes evidence: kept unchanged, judged, sealed with its origin; once, whatever comes between.

use crate::storage::foreign::{
    HTML, by_record, gzip, http, ordinary, page_block, record, response, warcinfo,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tokio::sync::watch;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::patrol::import::{Import, ImportOrder, import};
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::tool;
use wangxun::seeds;
use wangxun::storage::error::StorageError;
use wangxun::storage::home::Home;
use wangxun::storage::index::ItemQuery;
use wangxun::storage::seal::Sealed;
use wangxun::storage::store::Store;
use wangxun::storage::verify::{Outcome, verify_store};
use wangxun::wire::import::ImportRecord;

fn inspector() -> &'static Inspector {
    static ONCE: OnceLock<Inspector> = OnceLock::new();
    ONCE.get_or_init(|| {
        let registers = seeds::load_registers(None).expect("registers").value;
        Inspector::compile(None, registers).expect("lexicons")
    })
}

fn open(home: &Path) -> Store {
    Store::open(home, "main", Actor::patrol(""), &Silent)
        .expect("store")
        .0
}

fn bring(store: &Store, file: &Path, stopped: bool) -> Result<Import, StorageError> {
    let order = ImportOrder {
        store,
        inspector: inspector(),
        monitor: &Silent,
        tool: tool(),
        legal_basis: Vec::new(),
        origin: Some("某县公安局移交（虚构）".to_owned()),
        actor: Actor {
            name: "张某".to_owned(),
            role: "importer".to_owned(),
            unit: "某县金融办".to_owned(),
        },
    };
    let (_keep, stop) = watch::channel(stopped);
    import(&order, file, &stop)
}

fn read(import: Import) -> ImportRecord {
    match import {
        Import::Read(record) => *record,
        other => panic!("{other:?}"),
    }
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("file");
    path
}

fn verified(home: &Path) -> Outcome {
    let report = verify_store(&Home::read_only(home).expect("home"), &Silent).expect("verified");
    assert_ne!(report.outcome(), Outcome::Fail, "{:#?}", report.checks);
    report.outcome()
}

#[test]
fn captures_of_others_become_evidence() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let records = ordinary("WARC/1.0", "Heritrix/3.4.0");
    let bytes = by_record(&records);
    let path = file(folder.path(), "crawl-00001.warc.gz", &bytes);
    let store = open(&home);
    let found = read(bring(&store, &path, false).expect("imported"));
    assert_eq!(found.pages.len(), 3);
    assert_eq!(found.refused, []);
    assert_eq!(found.software, ["Heritrix/3.4.0"]);
    assert_eq!((found.revisits.found, found.revisits.missing), (1, 1));
    assert_eq!(found.digests.wrong, 0);
    assert!(found.digests.right >= 8, "{:?}", found.digests);
    // The file itself is kept as it was.
    assert_eq!(fs::read(home.join(&found.file.path)).expect("kept"), bytes);
    for page in &found.pages {
        let id = page.evidence_id.as_ref().expect("sealed");
        let sealed = Sealed::open(store.home(), id).expect("whole");
        let manifest = sealed.manifest();
        let imported = manifest.imported.as_ref().expect("its origin");
        assert_eq!(imported.software, ["Heritrix/3.4.0"]);
        assert_eq!(imported.collector, "imported");
        assert_eq!(imported.sha256, found.file.sha256);
        assert_eq!(imported.record_id, page.record_id);
        assert_eq!(imported.origin.as_deref(), Some("某县公安局移交（虚构）"));
        // When it was captured is not when it was imported.
        assert!(
            manifest
                .captured_start
                .utc
                .starts_with("2026-03-04T05:06:0")
        );
        assert!(!imported.imported_at.utc.starts_with("2026-03-04"));
        assert_eq!(manifest.clock.source, "as the imported file states");
        assert_eq!(manifest.robots.policy, "unknown");
        assert_eq!(manifest.trusted_time, "none");
        assert!(!manifest.findings.is_empty());
        let kinds: Vec<&str> = manifest.records.iter().map(|r| r.kind.as_str()).collect();
        assert!(kinds.contains(&"request"), "{kinds:?}");
    }
    let listed = store.index().items(&ItemQuery {
        seed: Some("import".to_owned()),
        limit: 10,
        ..ItemQuery::default()
    });
    assert_eq!(listed.expect("listed").len(), 3);
    // The same file under another name is told, not kept twice.
    let again = file(folder.path(), "copy.warc.gz", &bytes);
    let again = bring(&store, &again, false).expect("known");
    assert!(matches!(&again, Import::Known(known) if **known == found));
    drop(store);
    assert_eq!(verified(&home), Outcome::Pass);
}

#[test]
fn what_is_damaged_is_told_and_not_sealed() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let v = "WARC/1.1";
    let forged = String::from_utf8(response(v, 2, &page_block())).expect("text");
    let forged = forged.replacen("18%", "88%", 1).into_bytes();
    let undated = record(
        v,
        &[
            ("WARC-Type", "response"),
            ("WARC-Record-ID", "<urn:uuid:undated>"),
            ("WARC-Target-URI", "http://wenying.test/undated"),
        ],
        &page_block(),
    );
    let resource = record(
        v,
        &[
            ("WARC-Type", "resource"),
            ("WARC-Record-ID", "<urn:uuid:resource>"),
            ("WARC-Date", "2026-03-04T05:06:07Z"),
            ("WARC-Target-URI", "http://wenying.test/saved.html"),
            ("Content-Type", "text/html"),
        ],
        HTML.as_bytes(),
    );
    // Content coding is undone for reading.
    let packed = gzip(HTML.as_bytes());
    let coded = http(
        "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
        &packed,
    );
    let file_bytes = [
        warcinfo(v, "browsertrix-crawler 1.5"),
        response(v, 1, &coded),
        forged,
        undated,
        resource,
        b"garbage between\r\n".to_vec(),
        response(v, 3, &page_block()),
        response(v, 4, &page_block())[..300].to_vec(),
    ]
    .concat();
    let path = file(folder.path(), "bad.warc", &file_bytes);
    let store = open(&home);
    let found = read(bring(&store, &path, false).expect("imported"));
    let sealed = |url: &str| {
        let page = found.pages.iter().find(|p| p.url.ends_with(url));
        page.unwrap_or_else(|| panic!("{url}"))
            .evidence_id
            .is_some()
    };
    assert!(sealed("/p/1") && sealed("/p/3"));
    assert!(!sealed("/p/2"), "a wrong digest is no evidence");
    assert!(!sealed("/saved.html"), "a resource is no exchange");
    // Judged they are, all of them.
    assert!(
        found.pages.iter().all(|p| !p.rules.is_empty()),
        "{found:#?}"
    );
    for why in [
        "digest that it states",
        "date",
        "no record begins",
        "ends inside",
    ] {
        assert!(
            found.refused.iter().any(|r| r.why.contains(why)),
            "{why}: {found:#?}"
        );
    }
    assert_eq!((found.refused.len(), found.refused_count), (4, 4));
    assert_eq!(found.digests.wrong, 2);
    drop(store);
    assert_eq!(verified(&home), Outcome::Pass);
}

#[test]
fn an_interrupted_import_goes_on() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let plain = ordinary("WARC/1.0", "Wget/1.21").concat();
    let path = file(folder.path(), "whole.warc.gz", &gzip(&plain));
    let store = open(&home);
    let stopped = bring(&store, &path, true).expect("stopped");
    assert_eq!(stopped, Import::Stopped);
    drop(store);
    assert_eq!(
        verified(&home),
        Outcome::NotChecked,
        "said to be unfinished"
    );
    let store = open(&home);
    let found = read(bring(&store, &path, false).expect("imported"));
    assert_eq!(found.layout, "gzip-whole");
    assert_eq!(
        found
            .pages
            .iter()
            .filter(|p| p.evidence_id.is_some())
            .count(),
        3
    );
    let folders = fs::read_dir(home.join("imports")).expect("imports").count();
    assert_eq!(folders, 1);
    drop(store);
    assert_eq!(verified(&home), Outcome::Pass);
    // Killed between the file and the journal: the next opening enters what stands there.
    let journal = home.join("journal/main.jsonl");
    let lines = fs::read_to_string(&journal).expect("journal");
    let kept: String = lines
        .split_inclusive('\n')
        .take_while(|line| !line.contains("\"action\":\"import\""))
        .collect();
    fs::write(&journal, kept).expect("journal");
    fs::remove_file(home.join("journal/main.head")).expect("head");
    fs::write(home.join("UNCLEAN"), "").expect("mark");
    drop(open(&home));
    assert_eq!(verified(&home), Outcome::Pass);
}

#[test]
fn what_is_no_archive_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let store = open(&home);
    for bytes in [
        &b""[..],
        b"<html></html>",
        &gzip(b"no archive"),
        &[0x1f, 0x8b, 8],
    ] {
        let path = file(folder.path(), "x.warc.gz", bytes);
        let refused = bring(&store, &path, false);
        assert!(
            matches!(refused, Err(StorageError::NotWarc { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(
        fs::read_dir(home.join("imports")).expect("imports").count(),
        0
    );
    assert_eq!(fs::read_dir(home.join("tmp")).expect("tmp").count(), 0);
}
