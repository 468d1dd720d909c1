//! Every kind of file that a store holds, damaged in every way, with the number tried and noticed. A file of a kind that
//! is not listed fails the test, so that new kinds come into the table.

use super::foreign::{ordinary, page_block, response};
use super::sample::{Draft, RUN, capture, context, open};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::storage::custody::{Grounds, Handover};
use wangxun::storage::home::Home;
use wangxun::storage::keys;
use wangxun::storage::reaudit::ReauditDraft;
use wangxun::storage::run::RunSettings;
use wangxun::storage::store::Store;
use wangxun::storage::verify::{Outcome, Report, verify_store};
use wangxun::wire::custody_record::Receiver;
use wangxun::wire::import::ImportRecord;
use wangxun::wire::manifest::Tool;

/// A kind of file, and how it is known by its path. The first that fits counts.
const KINDS: [(&str, &str, &str); 20] = [
    ("format", "FORMAT", "FORMAT"),
    ("journal", "journal/", ".jsonl"),
    ("journal head", "journal/", ".head"),
    ("tree heads", "journal/", ".checkpoints"),
    ("public key", "keys/", ".pub"),
    ("signature", "evidence/", ".wacz.minisig"),
    ("time stamp", "evidence/", ".tsr"),
    ("item", "evidence/", ".wacz"),
    ("run, closed", "runs/", ".warc.gz"),
    ("run, open", "runs/", ".warc.gz.open"),
    ("run, index", "runs/", ".cdxj"),
    ("run, captures", "runs/", ".captures.jsonl"),
    ("re-audit", "reaudits/", ".json"),
    ("import record", "imports/", "import.json"),
    ("import, plain", "imports/", ".warc"),
    ("import, packed", "imports/", ".warc.gz"),
    ("custody record", "custody/", ".json"),
    ("custody form", "custody/", ".html"),
    ("access step", "access/", ".json"),
    ("authority", "authorities/", ".pem"),
];

/// Kinds that this store does not hold; their own tests make them.
const ELSEWHERE: [&str; 3] = ["time stamp", "access step", "authority"];

/// What is no evidence, and is not looked at.
const NO_EVIDENCE: [&str; 7] = [
    "index/",
    "search/",
    "frontier/",
    "reports/",
    "tmp/",
    "LOCK",
    "UNCLEAN",
];
/// The secret key is kept from others, not verified: a damaged one cannot sign.
const SECRETS: &str = ".key";

const WAYS: [&str; 6] = ["change", "truncate", "empty", "delete", "add", "swap"];

/// A store with a file of every kind.
pub(super) fn everything(root: &Path) {
    let store = open(root);
    keys::init(store.home(), store.journal()).unwrap();
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    let items: Vec<String> = (0..2)
        .map(|n| {
            let visit = format!("v{n}");
            run.append(&capture(n), &context(&visit)).unwrap();
            let sealed = store.seal(&Draft::new(&visit, n).item()).unwrap();
            sealed.evidence_id().to_owned()
        })
        .collect();
    run.finish(false, "stopped").unwrap();
    reaudit(&store);
    for (name, bytes) in [
        ("a.warc", ordinary("WARC/1.0", "wget").concat()),
        (
            "b.warc.gz",
            super::foreign::gzip(&response("WARC/1.1", 1, &page_block())),
        ),
    ] {
        import(&store, root, name, &bytes);
    }
    transfer(&store, items);
    let (run, _) = store.run(RUN, RunSettings::default()).unwrap();
    run.append(&capture(2), &context("v2")).unwrap();
    drop(run);
}

fn tool() -> Tool {
    Tool {
        name: "wangxun".to_owned(),
        version: "0.1.0".to_owned(),
        sha256: None,
    }
}

fn reaudit(store: &Store) {
    let draft = ReauditDraft {
        run: RUN.to_owned(),
        tool: tool(),
        lexicon_version: "f".repeat(64),
        pages: Vec::new(),
    };
    store.reaudit(draft).unwrap();
}

fn importer() -> Actor {
    Actor {
        name: "张某".to_owned(),
        role: "importer".to_owned(),
        unit: String::new(),
    }
}

fn import(store: &Store, root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join("tmp").join(name);
    fs::write(&path, bytes).unwrap();
    let taken = store.take_in(&path, &importer()).unwrap();
    fs::remove_file(&path).unwrap();
    let record = serde_json::json!({
        "format": "wangxun-import/1", "id": taken.id, "file": taken.file, "name": name, "origin": null,
        "by": "张某", "imported": { "utc": "", "beijing": "" }, "tool": tool(), "lexicon_version": "",
        "layout": "plain", "software": [], "dates": null, "records": {},
        "digests": { "right": 0, "wrong": 0, "absent": 0, "unchecked": 0 }, "pages": [],
        "revisits": { "found": 0, "missing": 0 }, "refused": [], "refused_count": 0,
    });
    let record: ImportRecord = serde_json::from_value(record).unwrap();
    store.close_import(&record, &importer()).unwrap();
}

fn transfer(store: &Store, items: Vec<String>) {
    let handover = Handover {
        items,
        receiver: Receiver {
            unit: "某县公安局（虚构）".to_owned(),
            name: "王某".to_owned(),
        },
        grounds: Grounds {
            actor: importer(),
            reason: "示例".to_owned(),
            authority: Some("示例〔2026〕1号".to_owned()),
        },
        now: "2026-11-25T00:00:00Z".parse().unwrap(),
    };
    store
        .transfer(&handover, &|record, _| record.subject.clone())
        .unwrap();
}

fn verify(root: &Path) -> Option<Report> {
    // A home whose FORMAT is not known is refused as a whole, which is noticed as well.
    let home = Home::read_only(root).ok()?;
    verify_store(&home, &Silent).ok()
}

fn all_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all_files(&path, found),
            false => found.push(path),
        }
    }
}

/// The files of a store by kind.
fn by_kind(root: &Path) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let mut found = Vec::new();
    all_files(root, &mut found);
    found.sort();
    let mut kinds: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for path in found {
        let name = path
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if NO_EVIDENCE.iter().any(|n| name.starts_with(n)) || name.ends_with(SECRETS) {
            continue;
        }
        let kind = KINDS
            .iter()
            .find(|(_, start, end)| name.starts_with(start) && name.ends_with(end))
            .unwrap_or_else(|| panic!("{name} is of no kind that is listed"));
        kinds.entry(kind.0).or_default().push(path);
    }
    kinds
}

fn write(path: &Path, bytes: &[u8]) {
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

/// Whether the damage is told with the name of a file. An open file or a journal that ends early is said to be not
/// checked where it could be a tail that is being written; that it is named counts.
fn noticed(root: &Path, paths: &[&Path]) -> bool {
    let Some(report) = verify(root) else {
        return paths.iter().any(|p| p.ends_with("FORMAT"));
    };
    let names = paths.iter().map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.trim_end_matches(".open").to_owned()
    });
    let names: Vec<String> = names.collect();
    report.checks.iter().any(|check| {
        check.outcome != Outcome::Pass
            && names
                .iter()
                .any(|n| check.subject.contains(n.as_str()) || check.detail.contains(n.as_str()))
    })
}

struct Table(BTreeMap<(&'static str, &'static str), (u32, u32)>);

impl Table {
    fn count(&mut self, kind: &'static str, way: &'static str, noticed: bool) {
        let cell = self.0.entry((kind, way)).or_default();
        cell.0 += 1;
        cell.1 += u32::from(noticed);
    }

    fn print(&self, kinds: &[&'static str]) {
        println!(
            "{:<16} {}",
            "noticed/tried",
            WAYS.map(|w| format!("{w:>10}")).concat()
        );
        for kind in kinds {
            let cell = |way: &&'static str| {
                let (tried, noticed) = self.0.get(&(*kind, *way)).copied().unwrap_or_default();
                format!("{:>10}", format!("{noticed}/{tried}"))
            };
            println!("{kind:<16} {}", WAYS.iter().map(cell).collect::<String>());
        }
    }
}

#[test]
fn every_damage_to_every_kind_of_file_is_noticed_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    everything(root);
    let report = verify(root).unwrap();
    let sound = report.checks.iter().all(|c| c.outcome != Outcome::Fail);
    assert!(sound, "{:#?}", report.checks);
    let kinds = by_kind(root);
    let present: Vec<&str> = kinds.keys().copied().collect();
    for (kind, ..) in KINDS {
        let expected = present.contains(&kind) || ELSEWHERE.contains(&kind);
        assert!(expected, "{kind} is not in the store");
    }
    let mut table = Table(BTreeMap::new());
    let mut missed = Vec::new();
    for (kind, paths) in &kinds {
        let others = kinds.iter().find(|(k, _)| *k != kind).unwrap().1;
        let path = &paths[0];
        let other = paths.get(1).unwrap_or(&others[0]);
        for (way, at) in damages(path) {
            let ok = damaged(root, path, other, way, at);
            table.count(kind, way, ok);
            if !ok {
                missed.push(format!("{kind}: {way} at {at}: {}", path.display()));
            }
        }
    }
    table.print(&present);
    assert!(missed.is_empty(), "{missed:#?}");
    let again = verify(root).unwrap();
    assert_eq!(again, report, "all was put back");
}

/// What is done to a file: way, and byte or length.
fn damages(path: &Path) -> Vec<(&'static str, usize)> {
    let size = fs::metadata(path).unwrap().len() as usize;
    let mut all: Vec<(&str, usize)> = (0..size)
        .step_by(size / 24 + 1)
        .map(|at| ("change", at))
        .collect();
    all.extend([1, size / 2, size - 1].map(|at| ("truncate", at)));
    all.extend([("empty", 0), ("delete", 0), ("add", 0), ("swap", 0)]);
    all
}

/// Does it, looks whether it is noticed, and undoes it.
fn damaged(root: &Path, path: &Path, other: &Path, way: &str, at: usize) -> bool {
    let whole = fs::read(path).unwrap();
    let second = fs::read(other).unwrap();
    let stranger = path.with_file_name("added.bin");
    match way {
        "change" => {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            write(path, &changed);
        }
        "truncate" | "empty" => write(path, &whole[..at]),
        "delete" => fs::remove_file(path).unwrap(),
        "add" if path.ends_with("FORMAT") => write(&root.join("evidence/added.bin"), &whole),
        "add" => write(&stranger, &whole),
        _ => {
            write(path, &second);
            write(other, &whole);
        }
    }
    let stranger = match path.ends_with("FORMAT") {
        true => root.join("evidence/added.bin"),
        false => stranger,
    };
    let found = match way {
        "add" => noticed(root, &[&stranger]),
        "swap" => noticed(root, &[path, other]),
        _ => noticed(root, &[path]),
    };
    let _ = fs::remove_file(&stranger);
    write(path, &whole);
    write(other, &second);
    found
}
