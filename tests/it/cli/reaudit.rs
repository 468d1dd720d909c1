//! `patrol reaudit` as people call it.

use super::wangxun;
use std::path::Path;

fn run(home: &Path, code: i32, words: &[&str]) -> String {
    let output = wangxun(home, words);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{words:?}\n{stdout}\n{stderr}"
    );
    format!("{stdout}{stderr}")
}

fn json(home: &Path, words: &[&str]) -> serde_json::Value {
    let words = [words, &["--quiet", "--format", "json"]].concat();
    serde_json::from_str(&run(home, 0, &words)).expect("JSON")
}

#[test]
fn it_stands_beside_the_list_and_tells_what_is_wrong() {
    let home = tempfile::tempdir().expect("folder");
    let home = home.path();
    let help = run(home, 0, &["patrol", "--help"]);
    assert!(
        help.contains("reaudit") && help.contains("<LIST>"),
        "{help}"
    );
    let said = run(home, 2, &["patrol", "reaudit"]);
    assert!(said.contains("nothing is kept"), "{said}");
    let both = ["patrol", "reaudit", "--all", "--run", "x"];
    assert!(run(home, 2, &both).contains("cannot be used with"));
    assert!(run(home, 2, &["patrol", "nowhere.toml"]).contains("nowhere.toml"));
}

#[test]
fn captures_are_judged_again_and_findings_show_it() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    run(
        &home,
        0,
        &[
            "bench", "crawl", "--pages", "100", "--hosts", "1", "--quiet",
        ],
    );
    let same = json(&home, &["patrol", "reaudit"]);
    assert_eq!(same["changed_pages"], 0, "{same}");
    assert_eq!(
        (same["judged"].as_u64(), same["complete"].as_bool()),
        (Some(100), Some(true))
    );

    let dir = folder.path().join("lexicons");
    std::fs::create_dir(&dir).expect("folder");
    let rules = include_str!("../../../lexicons/rules.toml");
    let (head, tail) = rules.split_once("id = \"QL-1\"").expect("the rule");
    let tail = tail.replacen("severity = 3", "severity = 2", 1);
    std::fs::write(dir.join("rules.toml"), format!("{head}id = \"QL-1\"{tail}")).expect("file");
    let dir = dir.to_string_lossy().into_owned();
    let with = ["patrol", "reaudit", "--all", "--lexicons", &dir];
    let told = json(&home, &[&with[..], &["--dry-run"]].concat());
    assert!(told["changed_pages"].as_u64() > Some(0), "{told}");
    assert_eq!(told["recorded_pages"], 0);
    let what_if = json(&home, &[&with[..], &["--date", "2010-01-01"]].concat());
    assert!(
        what_if["lost"].as_u64() > Some(0),
        "the rules were not in force then"
    );
    assert_eq!(what_if["records"], serde_json::json!([]));

    let first = json(&home, &with);
    assert_eq!(first["changed_pages"], told["changed_pages"]);
    assert_eq!(first["recorded_pages"], first["changed_pages"]);
    let record = first["records"][0].as_str().expect("a record").to_owned();
    let second = json(&home, &with);
    assert_eq!(
        second["changed_pages"], first["changed_pages"],
        "still told"
    );
    assert_eq!(
        second["records"],
        serde_json::json!([]),
        "not recorded again"
    );

    let table = run(&home, 0, &[&with[..], &["--quiet"]].concat());
    for part in ["级别变化", "→", "recorded  nothing new"] {
        assert!(table.contains(part), "{part:?} is not in\n{table}");
    }
    let findings = run(&home, 0, &["findings", "--rule", "QL-1"]);
    assert!(
        findings.contains("复审") && findings.contains("级别变化"),
        "{findings}"
    );
    let report = folder.path().join("report.html");
    run(
        &home,
        0,
        &["findings", "--report", &report.to_string_lossy()],
    );
    let report = std::fs::read_to_string(report).expect("report");
    assert!(report.contains("按现行规则词库严重度"));
    let shown = run(&home, 0, &["evidence", "show", &record[..12]]);
    assert!(shown.contains(&record) && shown.contains("QL-1"), "{shown}");
    let verified = run(&home, 0, &["evidence", "verify", "--quiet"]);
    assert!(verified.contains("0 FAILED"), "{verified}");
}
