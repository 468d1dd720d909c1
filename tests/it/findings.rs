//! `wangxun findings` over a store: lists, sites, warnings.

use super::storage::sample::{Draft, open};
use std::path::Path;
use std::process::Command;

fn wangxun(home: &Path, words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args(words)
        .env("WANGXUN_HOME", home)
        .env_remove("WANGXUN_LOG")
        .output()
        .expect("the program runs");
    assert!(
        output.status.success(),
        "{words:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A home with three pages of one site, each with two findings and a warning.
fn home() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(folder.path());
    for n in 0..3 {
        let visit = format!("visit-{n}");
        store.seal(&Draft::new(&visit, n).item()).expect("sealed");
    }
    drop(store);
    folder
}

#[test]
fn sites_are_folded_with_score_and_rules() {
    let home = home();
    let table = wangxun(home.path(), &["findings", "--by", "site"]);
    assert!(table.contains("www.gaoxi.test"), "{table}");
    assert!(table.contains("AD-25-1 4B"), "{table}");
    let lines = wangxun(
        home.path(),
        &["findings", "--by", "site", "--format", "json"],
    );
    let rows: Vec<serde_json::Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).expect("a JSON line"))
        .collect();
    assert_eq!(rows.len(), 1, "{lines}");
    let row = &rows[0];
    assert_eq!(row["format"], "wangxun-site/1");
    assert_eq!(
        (row["severity"].as_u64(), row["strength"].as_str()),
        (Some(4), Some("B"))
    );
    let parts = row["score"]["contributions"].as_array().expect("parts");
    let sum: f64 = parts.iter().filter_map(|p| p["points"].as_f64()).sum();
    assert!((row["score"]["total"].as_f64().expect("a total") - sum.min(100.0)).abs() < 1e-9);
    assert_eq!(row["guilty_pages"], row["pages"]);
    assert_eq!(row["alerts"], row["pages"], "one warning on each page");
}

#[test]
fn warnings_are_listed_apart_with_places() {
    let home = home();
    let table = wangxun(home.path(), &["findings", "--alerts"]);
    assert!(table.contains("紧急") && table.contains("聚集"), "{table}");
    assert!(table.contains("不计入违规评分"), "{table}");
    // A gathering to come has a name of its own and says whose eyes it is for.
    assert!(table.contains("OPN-1"), "{table}");
    assert!(table.contains("限办理人员查看"), "{table}");
    let lines = wangxun(
        home.path(),
        &["findings", "--alerts", "--urgent", "--format", "json"],
    );
    assert_eq!(lines.lines().count(), 3, "{lines}");
    let row: serde_json::Value =
        serde_json::from_str(lines.lines().next().unwrap_or_default()).expect("a JSON line");
    assert_eq!(row["format"], "wangxun-alert/1");
    assert_eq!(row["alert"]["level"], "urgent");
    assert!(row["alert"]["places"][0]["quote"].is_string());
    let rules: Vec<String> = lines
        .lines()
        .filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok())
        .filter(|row| row["alert"]["class"] == "gathering")
        .map(|row| row["rule"].to_string())
        .collect();
    assert!(
        !rules.is_empty() && rules.iter().all(|r| r == "\"OPN-1\""),
        "{rules:?}"
    );
    // Findings do not hold them.
    let findings = wangxun(home.path(), &["findings", "--format", "json"]);
    assert!(
        !findings.contains("EN-1") && !findings.contains("OPN-1"),
        "{findings}"
    );
}

#[test]
fn the_report_has_the_warnings_in_a_table_of_their_own() {
    let home = home();
    let file = home.path().join("report.html");
    wangxun(
        home.path(),
        &["findings", "--report", &file.to_string_lossy()],
    );
    let report = std::fs::read_to_string(&file).expect("a report");
    assert!(report.contains("舆情与群体预警"));
    assert!(report.contains("不计入综合分"));
}

#[test]
fn a_rebuilt_index_lists_the_same_warnings() {
    let home = home();
    let before = wangxun(home.path(), &["findings", "--alerts", "--format", "json"]);
    wangxun(home.path(), &["evidence", "rebuild"]);
    let after = wangxun(home.path(), &["findings", "--alerts", "--format", "json"]);
    assert_eq!(before, after);
}

#[test]
fn the_catalogue_is_listed() {
    let home = tempfile::tempdir().expect("folder");
    let text = wangxun(home.path(), &["lexicon", "rules", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["count"], 68);
    for rule in json["rules"].as_array().expect("rules") {
        let served = rule["terms"].as_array().is_some_and(|t| !t.is_empty());
        assert!(
            served || rule["derived"].is_string() || rule["unseen"].is_string(),
            "{rule}"
        );
        assert!(rule["bases"].as_array().is_some_and(|b| !b.is_empty()));
    }
    let one = wangxun(
        home.path(),
        &["lexicon", "rules", "--rule", "VC-1", "--date", "2025-01-01"],
    );
    assert!(one.contains("2021-09-15") && one.contains("1 条"), "{one}");
    let routes = wangxun(
        home.path(),
        &["lexicon", "rules", "--rule", "OPN-1", "--format", "json"],
    );
    let json: serde_json::Value = serde_json::from_str(&routes).expect("JSON");
    let rule = &json["rules"][0];
    assert_eq!(rule["severity"], 0, "{rule}");
    assert_eq!(rule["departments"][0]["id"], "police", "{rule}");
    assert!(
        rule["bases"][0]["text"]
            .as_str()
            .is_some_and(|t| t.contains("群体性事件")),
        "{rule}"
    );
}

#[test]
fn manifests_of_the_first_format_are_still_read() {
    let home = home();
    let store = open(home.path());
    let items = store.index().items(&Default::default()).expect("items");
    let sealed = store.view(&items[0].evidence_id, "test").expect("an item");
    let mut json = serde_json::to_value(sealed.manifest()).expect("JSON");
    let fields = json.as_object_mut().expect("an object");
    fields.insert("format".into(), "wangxun-manifest/1".into());
    fields.remove("alerts");
    fields.remove("who");
    fields.remove("topics");
    let old: wangxun::wire::manifest::Manifest = serde_json::from_value(json).expect("readable");
    assert!(wangxun::wire::manifest::MANIFEST_FORMATS.contains(&old.format.as_str()));
    assert!(old.alerts.is_empty() && old.who.operator.is_none());
}
