//! Hold, delete, hand over, from the command line.

use super::wangxun;
use crate::storage::sample::{Draft, open};
use serde_json::Value;
use std::path::Path;

const OFFICER: [&str; 6] = [
    "--actor",
    "张某",
    "--reason",
    "示例",
    "--authority",
    "某金监〔2026〕1号",
];

/// A home with these items; their identifiers.
pub(super) fn home(items: usize) -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(folder.path());
    let ids = (0..items).map(|n| {
        let draft = Draft::new(&format!("v{n}"), n);
        let sealed = store.seal(&draft.item()).expect("sealed");
        sealed.evidence_id().to_owned()
    });
    let ids = ids.collect();
    drop(store);
    (folder, ids)
}

pub(super) fn run(home: &Path, code: i32, words: &[&str]) -> (String, String) {
    let output = wangxun(home, words);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{out}\n{err}");
    (out, err)
}

fn act(home: &Path, code: i32, words: &[&str]) -> (String, String) {
    run(home, code, &[words, &OFFICER[..]].concat())
}

#[test]
fn a_held_item_is_refused_and_the_way_out_is_told() {
    let (folder, ids) = home(1);
    let home = folder.path();
    let short = &ids[0][..8];
    let (out, _) = act(home, 0, &["evidence", "hold", short]);
    assert!(out.contains(&ids[0]) && out.contains("main:"), "{out}");
    let (out, _) = run(home, 0, &["evidence", "holds"]);
    assert!(
        out.contains(&ids[0]) && out.contains("某金监〔2026〕1号"),
        "{out}"
    );
    let within = [
        "evidence",
        "delete",
        short,
        "--approver",
        "李某",
        "--within-retention",
    ];
    let (_, err) = act(home, 2, &within);
    assert!(err.contains("evidence release"), "{err}");
    act(home, 0, &["evidence", "release", short]);
    let (_, err) = act(home, 2, &["evidence", "release", short]);
    assert!(err.contains("no hold"), "{err}");
    let (_, err) = act(
        home,
        2,
        &["evidence", "delete", short, "--approver", "李某"],
    );
    assert!(
        err.contains("--within-retention") && err.contains("行政处罚法 36"),
        "{err}"
    );
    let (_, err) = act(
        home,
        2,
        &[
            "evidence",
            "delete",
            short,
            "--approver",
            "张某",
            "--within-retention",
        ],
    );
    assert!(err.contains("another person"), "{err}");
    let (out, _) = act(home, 0, &within);
    assert!(out.contains("已删除"), "{out}");
    let (out, _) = run(home, 0, &["evidence", "custody", &ids[0]]);
    for part in [
        "封存",
        "冻结保管",
        "解除冻结",
        "删除",
        "张某",
        "approved by 李某",
        "墓碑",
    ] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
    run(home, 0, &["evidence", "verify"]);
    let (_, err) = run(
        home,
        2,
        &[
            "evidence", "hold", "--case", "甲1号", "--actor", "张某", "--reason", "x",
        ],
    );
    assert!(err.contains("authority"), "{err}");
    run(
        home,
        2,
        &["evidence", "hold", "--actor", "张某", "--reason", "x"],
    );
}

#[test]
fn cases_are_held_before_they_have_items() {
    let (folder, _) = home(0);
    act(folder.path(), 0, &["evidence", "hold", "--case", "甲1号"]);
    let (out, _) = run(folder.path(), 0, &["evidence", "holds", "--format", "json"]);
    let hold: Value = serde_json::from_str(out.trim()).expect("json");
    assert_eq!(hold["object"], "case:甲1号");
    act(
        folder.path(),
        0,
        &[
            "evidence",
            "release",
            "--case",
            "甲1号",
            "--hold",
            hold["name"].as_str().expect("name"),
        ],
    );
    assert_eq!(
        run(folder.path(), 0, &["evidence", "holds", "--format", "json"]).0,
        ""
    );
}

#[test]
fn a_handover_is_listed_and_received() {
    let (folder, ids) = home(2);
    let home = folder.path();
    let words = [
        "evidence",
        "transfer",
        &ids[0],
        &ids[1],
        "--to-unit",
        "某县公安局",
        "--receiver",
        "王某",
        "--format",
        "json",
    ];
    let (out, _) = act(home, 0, &words);
    let record: Value = serde_json::from_str(&out).expect("json");
    let id = record["subject"].as_str().expect("id");
    let form = home.join(record["form"]["path"].as_str().expect("path"));
    let form = std::fs::read_to_string(form).expect("form");
    for part in [
        "电子数据移交清单",
        &ids[0],
        &ids[1],
        "某县公安局",
        "王某",
        "共 2 件",
        "SM3",
    ] {
        assert!(form.contains(part), "{part} is not in\n{form}");
    }
    assert!(
        form.contains("&lt;&amp;&quot;"),
        "titles of pages are escaped"
    );
    act(home, 0, &["evidence", "receipt", id]);
    act(home, 2, &["evidence", "receipt", "tr-aaaaaaaaaaaaaaaaaaaa"]);
    let (out, _) = run(
        home,
        0,
        &["evidence", "custody", &ids[1], "--format", "json"],
    );
    let acts: Vec<Value> = out
        .lines()
        .map(|l| serde_json::from_str(l).expect("json"))
        .collect();
    let acts: Vec<&str> = acts.iter().filter_map(|e| e["action"].as_str()).collect();
    assert_eq!(acts, ["seal", "transfer", "receipt"]);
    run(home, 0, &["evidence", "verify"]);
}

#[test]
fn retention_lists_and_never_deletes_by_itself() {
    let (folder, ids) = home(1);
    let home = folder.path();
    let (out, _) = run(home, 0, &["evidence", "retention", "run", "--dry-run"]);
    assert!(out.contains("没有超过 5 年"), "{out}");
    let (out, _) = run(
        home,
        0,
        &[
            "evidence",
            "retention",
            "run",
            "--dry-run",
            "--as-of",
            "2040-01-01",
        ],
    );
    assert!(out.contains(&ids[0]) && out.contains("期满"), "{out}");
    let (_, err) = run(home, 2, &["evidence", "retention", "run"]);
    assert!(err.contains("--approver"), "{err}");
    act(
        home,
        0,
        &["evidence", "retention", "run", "--approver", "李某"],
    );
    let (out, _) = run(home, 0, &["evidence", "list"]);
    assert!(out.contains(&ids[0]), "{out}");
    std::fs::write(home.join("wangxun.toml"), "retention_years = 4\n").expect("file");
    let (_, err) = run(home, 2, &["evidence", "list"]);
    assert!(err.contains("retention_years"), "{err}");
}

#[test]
fn personal_data_is_covered_in_a_copy() {
    let (folder, ids) = home(1);
    let home = folder.path();
    let redact = ["evidence", "redact", &ids[0][..8]];
    let words = [&redact[..], &["--text", "虚构平台", "--auto"]].concat();
    let (out, _) = act(home, 0, &words);
    assert!(
        out.contains("脱敏副本") && out.contains("遮盖 named 1 处"),
        "{out}"
    );
    let names = home.join("names.txt");
    std::fs::write(&names, "限时抢购\n\n").expect("file");
    let names = names.to_string_lossy().into_owned();
    let words = [&redact[..], &["--texts", &names, "--format", "json"]].concat();
    let (out, _) = act(home, 0, &words);
    let told: Value = serde_json::from_str(&out).expect("json");
    assert_eq!(told["parent"], ids[0]);
    let copy = told["evidence_id"].as_str().expect("id");
    let (out, _) = run(home, 0, &["evidence", "show", copy]);
    assert!(
        out.contains("脱敏副本") && out.contains("来源证据"),
        "{out}"
    );
    let (_, err) = act(home, 2, &[&redact[..], &["--text", "不在页面上"]].concat());
    assert!(err.contains("nothing of what is to be covered"), "{err}");
    act(home, 2, &redact);
    run(home, 0, &["evidence", "verify"]);
}

#[test]
fn files_handed_in_are_sealed() {
    let (folder, _) = home(0);
    let home = folder.path();
    let file = home.join("截图.png");
    std::fs::write(&file, b"\x89PNG\r\n\x1a\n(made up)").expect("file");
    let file = file.to_string_lossy().into_owned();
    let words = [
        "evidence",
        "deposit",
        &file,
        "--kind",
        "tip",
        "--origin",
        "乙某某本人截屏",
        "--provided-by",
        "举报人",
        "--received",
    ];
    let (out, _) = act(
        home,
        0,
        &[&words[..], &["2026-11-03 10:00", "--format", "json"]].concat(),
    );
    let told: Value = serde_json::from_str(&out).expect("json");
    assert_eq!(told["files"][0]["media_type"], "image/png");
    let id = told["evidence_id"].as_str().expect("id");
    let (out, _) = run(home, 0, &["evidence", "show", id, "--format", "json"]);
    let manifest: Value = serde_json::from_str(&out).expect("json");
    assert_eq!(manifest["custody"]["origin"]["statement"], "乙某某本人截屏");
    assert_eq!(
        manifest["custody"]["origin"]["received"]["utc"],
        "2026-11-03T02:00:00.000Z"
    );
    let (out, _) = run(home, 0, &["evidence", "show", id]);
    assert!(
        out.contains("外来材料封存") && out.contains("乙某某本人截屏"),
        "{out}"
    );
    let (_, err) = act(home, 2, &[&words[..], &["yesterday"]].concat());
    assert!(err.contains("--received"), "{err}");
    let (_, err) = act(home, 2, &["evidence", "redact", id, "--auto"]);
    assert!(err.contains("handed in"), "{err}");
    run(home, 0, &["evidence", "verify"]);
}

#[test]
fn a_deleted_item_is_no_longer_found_and_its_signature_goes_with_it() {
    let (folder, _) = home(0);
    let home = folder.path();
    run(home, 0, &["keys", "init"]);
    let ids: Vec<String> = {
        let store = open(home);
        let seal = |n: usize| {
            let draft = Draft::new(&format!("v{n}"), n);
            let sealed = store.seal(&draft.item()).expect("sealed");
            let signature = sealed.path().with_extension("wacz.minisig");
            assert!(signature.is_file());
            sealed.evidence_id().to_owned()
        };
        (0..2).map(seal).collect()
    };
    let search = ["evidence", "search", "虚构平台", "--format", "json"];
    assert_eq!(run(home, 0, &search).0.lines().count(), 2);
    let delete = [
        "evidence",
        "delete",
        &ids[0],
        "--approver",
        "李某",
        "--within-retention",
    ];
    let (out, _) = act(home, 0, &[&delete[..], &["--format", "json"]].concat());
    let tombstone: Value = serde_json::from_str(&out).expect("json");
    let objects = tombstone["objects"].as_array().expect("objects");
    assert_eq!(objects.len(), 2, "package and signature");
    for object in objects {
        assert!(!home.join(object["path"].as_str().expect("path")).exists());
    }
    let (out, _) = run(home, 0, &search);
    assert!(out.contains(&ids[1]) && !out.contains(&ids[0]), "{out}");
    run(home, 0, &["evidence", "verify"]);
    run(home, 0, &["evidence", "verify", &ids[0]]);
    // As a program killed between the removals leaves it.
    let path = home.join(objects[1]["path"].as_str().expect("path"));
    std::fs::write(&path, "rest").expect("file");
    let (out, _) = run(home, 3, &["evidence", "verify"]);
    assert!(out.contains("was deleted and is still there"), "{out}");
    std::fs::write(home.join("UNCLEAN"), "").expect("file");
    run(home, 0, &["evidence", "list"]);
    assert!(!path.exists());
    run(home, 0, &["evidence", "verify"]);
}

#[test]
fn a_case_that_a_court_package_names_holds_its_items() {
    let (folder, ids) = home(2);
    let home = folder.path();
    let to = home.join("court").to_string_lossy().into_owned();
    let words = [
        "evidence", "court", &ids[0], "--case", "甲1号", "--to", &to, "--no-pdf", "--actor", "张某",
    ];
    // Without two officers the record says what is missing, and the exit code too.
    let output = wangxun(home, &words);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
    act(home, 0, &["evidence", "hold", "--case", "甲1号"]);
    let delete = |id: &str, code| {
        let words = [
            "evidence",
            "delete",
            id,
            "--approver",
            "李某",
            "--within-retention",
        ];
        act(home, code, &words)
    };
    let (_, err) = delete(&ids[0], 2);
    assert!(err.contains("held"), "{err}");
    delete(&ids[1], 0);
}
