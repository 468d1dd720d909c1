//! Requests for access: who may do what, what is kept of it, and that it cannot be changed unnoticed.

use super::handout::{run, sealed};
use std::fs;
use std::path::{Path, PathBuf};
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::storage::access::{self, AccessError, AccessState};
use wangxun::storage::home::Home;
use wangxun::storage::store::Store;
use wangxun::storage::verify::verify_store;
use wangxun::wire::access::{AccessAct, AccessRequest};

fn officer(name: &str) -> Actor {
    Actor {
        name: name.to_owned(),
        role: "officer".to_owned(),
        unit: "某县金融办".to_owned(),
    }
}

fn request(items: &[String]) -> AccessRequest {
    AccessRequest {
        requester: "王某".to_owned(),
        requester_unit: "某县公安局".to_owned(),
        authority: "某公经调证字〔2026〕1号".to_owned(),
        purpose: "侦办案件".to_owned(),
        scope: "逐件指定".to_owned(),
        items: items.to_vec(),
    }
}

fn approve(until: &str) -> AccessAct {
    AccessAct::Approve {
        until: until.to_owned(),
        remark: "同意".to_owned(),
    }
}

fn why(result: Result<access::Access, AccessError>) -> String {
    result.unwrap_err().to_string()
}

/// A home with a request, approved until the end of the century.
fn approved(home: &Path) -> (Vec<String>, String) {
    let ids = sealed(home, 2);
    let store = super::sample::open(home);
    let (home, journal) = (store.home(), store.journal());
    let asked = access::ask(home, journal, &officer("张某"), request(&ids)).unwrap();
    let act = approve("2099-12-31T16:00:00Z");
    let access = access::take(home, journal, &officer("李某"), asked, act).unwrap();
    (ids, access.id)
}

#[test]
fn whoever_asks_does_not_decide() {
    let folder = tempfile::tempdir().unwrap();
    let ids = sealed(folder.path(), 1);
    let store = super::sample::open(folder.path());
    let (home, journal) = (store.home(), store.journal());
    let asked = access::ask(home, journal, &officer("张某"), request(&ids)).unwrap();
    let take = |access: &access::Access, actor: &str, act: AccessAct| {
        access::take(home, journal, &officer(actor), access.clone(), act)
    };
    let act = || approve("2099-01-01T00:00:00Z");
    assert!(why(take(&asked, "王某", act())).contains("another person"));
    assert!(why(take(&asked, "张某", act())).contains("another person"));
    assert!(matches!(asked.state(), AccessState::Asked));
    let now = chrono::Utc::now();
    assert!(asked.allowed(&[], now).is_err());
    let decided = take(&asked, "李某", act()).unwrap();
    assert!(why(take(&decided, "赵某", act())).contains("decided already"));
    assert_eq!(decided.allowed(&[], now).unwrap(), ids);
    let outside = "wx-aaaaaaaaaaaaaaaaaaaa".to_owned();
    assert!(
        decided
            .allowed(&[outside], now)
            .unwrap_err()
            .to_string()
            .contains("outside")
    );
    let late = "2099-01-01T00:00:00Z".parse().unwrap();
    assert!(
        decided
            .allowed(&[], late)
            .unwrap_err()
            .to_string()
            .contains("ended")
    );
    let export = AccessAct::Export {
        items: ids,
        masked: false,
        files: Vec::new(),
    };
    assert!(why(take(&decided, "王某", export)).contains("another person"));
    let empty = access::ask(home, journal, &officer("张某"), request(&[]));
    assert!(why(empty).contains("no item"));
}

#[test]
fn from_asking_to_receipt_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let ids = sealed(home, 2);
    let out = home.join("out");
    let to = out.to_string_lossy().into_owned();
    let text = run(
        home,
        &[
            "access",
            "request",
            "--requester",
            "王某",
            "--requester-unit",
            "某县公安局",
            "--authority",
            "某公经调证字〔2026〕1号",
            "--purpose",
            "侦办案件",
            "--actor",
            "张某",
            "--search",
            "保本",
            "--format",
            "json",
        ],
        0,
    );
    let asked: serde_json::Value = serde_json::from_str(&text).unwrap();
    let id = asked["request"].as_str().unwrap().to_owned();
    assert_eq!(
        asked["steps"][0]["act"]["request"]["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let export = ["access", "export", &id, "--to", &to, "--actor", "赵某"];
    assert!(run(home, &export, 2).contains("not approved yet"));
    run(
        home,
        &[
            "access",
            "approve",
            &id,
            "--actor",
            "张某",
            "--until",
            "2099-12-31",
        ],
        2,
    );
    run(
        home,
        &[
            "access",
            "approve",
            &id,
            "--actor",
            "李某",
            "--until",
            "2020-01-01",
        ],
        2,
    );
    run(
        home,
        &[
            "access",
            "approve",
            &id[..10],
            "--actor",
            "李某",
            "--until",
            "2099-12-31",
        ],
        0,
    );
    let text = run(home, &export, 0);
    assert!(text.contains("2 items handed out"), "{text}");
    let receipt = fs::read_to_string(out.join("receipt.txt")).unwrap();
    assert!(
        receipt.contains(&id) && receipt.contains("某公经调证字〔2026〕1号"),
        "{receipt}"
    );
    let other = home.join("other");
    fs::write(&other, "x").unwrap();
    let sums = |file: &Path| {
        let file = file.to_string_lossy().into_owned();
        let words = [
            "access",
            "receipt",
            &id,
            "--actor",
            "赵某",
            "--received-by",
            "王某",
            "--sums",
        ];
        words
            .iter()
            .map(|w| (*w).to_owned())
            .chain([file])
            .collect::<Vec<String>>()
    };
    let call = |file: &Path, code: i32| {
        let words = sums(file);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        run(home, &words, code)
    };
    call(&other, 1);
    assert!(call(&out.join("SHA256SUMS"), 0).contains("由 王某 收到"));
    call(&out.join("SHA256SUMS"), 2);
    let text = run(home, &["access", "list"], 0);
    assert!(text.contains(&id) && text.contains("已批准"), "{text}");
    let journal = fs::read_to_string(home.join("journal/main.jsonl")).unwrap();
    for action in [
        "access-request",
        "access-approve",
        "access-export",
        "access-receipt",
    ] {
        assert!(
            journal.contains(&format!("\"action\":\"{action}\"")),
            "{action}"
        );
    }
    // The journal names no person who asked, only officers who acted.
    assert!(!journal.contains("王某"));
    assert!(
        ids.iter()
            .all(|id| out.join(format!("{id}.wacz")).is_file())
    );
    run(home, &["evidence", "verify"], 0);
    run(home, &["access", "list", "ac-zz"], 2);
}

#[test]
fn a_refused_request_gives_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let id = sealed(home, 1).remove(0);
    let text = run(
        home,
        &[
            "access",
            "request",
            "--requester",
            "王某",
            "--requester-unit",
            "某局",
            "--authority",
            "1",
            "--purpose",
            "x",
            "--actor",
            "张某",
            "--item",
            &id,
        ],
        0,
    );
    let request = text
        .lines()
        .next()
        .unwrap()
        .split('\t')
        .nth(1)
        .unwrap()
        .to_owned();
    run(
        home,
        &[
            "access",
            "refuse",
            &request,
            "--actor",
            "李某",
            "--reason",
            "手续不全",
        ],
        0,
    );
    let to = home.join("out").to_string_lossy().into_owned();
    let text = run(
        home,
        &["access", "export", &request, "--to", &to, "--actor", "赵某"],
        2,
    );
    assert!(text.contains("was refused"), "{text}");
    assert!(!home.join("out").exists());
}

fn step_files(home: &Path) -> Vec<PathBuf> {
    let files = access::files(&Home::read_only(home).unwrap()).unwrap();
    assert_eq!(files.len(), 2);
    files
}

/// Names of files on which a check failed.
fn failed(home: &Path) -> Vec<String> {
    let home = Home::read_only(home).unwrap();
    let report = verify_store(&home, &Silent).unwrap();
    let failed = report
        .checks
        .iter()
        .filter(|c| c.outcome == wangxun::storage::verify::Outcome::Fail);
    failed.map(|c| c.subject.clone()).collect()
}

fn put(path: &Path, bytes: &[u8]) {
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

#[test]
fn damage_to_a_request_is_noticed_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    approved(home);
    assert_eq!(failed(home), Vec::<String>::new());
    let (mut tried, mut noticed) = (0, 0);
    for path in step_files(home) {
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            put(&path, &changed);
            tried += 1;
            noticed += usize::from(failed(home).iter().any(|f| f.ends_with(&name)));
        }
        for cut in [0, bytes.len() / 2, bytes.len() - 1] {
            put(&path, &bytes[..cut]);
            tried += 1;
            noticed += usize::from(failed(home).iter().any(|f| f.ends_with(&name)));
        }
        fs::remove_file(&path).unwrap();
        tried += 1;
        noticed += usize::from(failed(home).iter().any(|f| f.ends_with(&name)));
        put(&path, &bytes);
    }
    let files = step_files(home);
    let (first, second) = (fs::read(&files[0]).unwrap(), fs::read(&files[1]).unwrap());
    put(&files[0], &second);
    put(&files[1], &first);
    tried += 1;
    noticed += usize::from(failed(home).len() >= 2);
    put(&files[0], &first);
    put(&files[1], &second);
    for stray in ["stray.json", "stray.txt"] {
        let path = files[0].with_file_name(stray);
        put(&path, &first);
        tried += 1;
        noticed += usize::from(failed(home).iter().any(|f| f.ends_with(stray)));
        fs::remove_file(&path).unwrap();
    }
    println!("access steps: damage tried {tried}, noticed {noticed}");
    assert_eq!(tried, noticed);
    assert_eq!(failed(home), Vec::<String>::new());
}

#[test]
fn a_step_that_was_not_entered_is_entered_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let (_, id) = approved(home);
    let files = step_files(home);
    // As a killed program leaves it: the last step is there, its entry is not.
    let kept = tempfile::tempdir().unwrap();
    let ids = sealed(kept.path(), 2);
    assert_eq!(ids.len(), 2);
    let target = kept.path().join("access").join(&id);
    fs::create_dir_all(&target).unwrap();
    for path in &files {
        fs::copy(path, target.join(path.file_name().unwrap())).unwrap();
    }
    assert_eq!(failed(kept.path()).len(), 2);
    fs::write(kept.path().join("UNCLEAN"), "").unwrap();
    let (store, notes) = Store::open(kept.path(), "main", officer("wangxun"), &Silent).unwrap();
    assert_eq!(
        notes.iter().filter(|n| n.code == "access-entered").count(),
        2
    );
    let access = access::find(store.home(), &id).unwrap();
    assert!(matches!(access.state(), AccessState::Approved { .. }));
    drop(store);
    assert_eq!(failed(kept.path()), Vec::<String>::new());
}
