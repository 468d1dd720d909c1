//! Subjects as officers call them: from patrolled pages to dossiers, lists and decisions.

use super::wangxun;
use serde_json::Value;
use std::path::Path;

fn run(home: &Path, code: i32, words: &[&str]) -> String {
    let output = wangxun(home, words);
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{said}");
    said
}

fn lines(home: &Path, words: &[&str]) -> Vec<Value> {
    let output = wangxun(home, &[words, &["--format", "json"]].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

const LIST: &str = "名称,统一社会信用代码,经营范围,住所,法定代表人\n\
    虚构财富管理有限公司,,投资咨询;股权投资基金管理,锦州市义县前杨镇示例村1号,甲某某\n\
    示例农业专业合作社,,种植,义县头台镇,乙某\n义县公共资源交易中心,,服务,义县,丙某\n";

/// No two hosts of the practice web have one operator: each is a subject of its own.
#[test]
fn practice_sites_are_joined_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    run(&home, 0, &["demo", "-q"]);
    run(&home, 0, &["subjects", "refresh"]);
    let subjects = lines(&home, &["subjects", "list"]);
    assert!(subjects.len() > 20, "{}", subjects.len());
    for subject in &subjects {
        assert_eq!(subject["bearers"].as_array().unwrap().len(), 1, "{subject}");
    }
    // Reading again changes nothing, and the ids are those of the first time also after a rebuild.
    let before = run(&home, 0, &["subjects", "list"]);
    assert!(run(&home, 0, &["subjects", "refresh"]).contains("读取 0 份"));
    run(&home, 0, &["evidence", "rebuild"]);
    assert_eq!(run(&home, 0, &["subjects", "list"]), before);
    let (one, other) = (
        subjects[0]["id"].as_str().unwrap(),
        subjects[1]["id"].as_str().unwrap(),
    );
    decisions(&home, one, other);
    run(&home, 0, &["evidence", "verify"]);
}

fn decisions(home: &Path, one: &str, other: &str) {
    let by = ["--reason", "同一实际控制人", "--actor", "甲某"];
    let join = [&["subjects", "join", one, other], &by[..]].concat();
    let said = run(home, 0, &join);
    let event = said.trim().rsplit(' ').next().unwrap().to_owned();
    // Both ids mean the joined subject now.
    assert_eq!(
        run(home, 0, &["subjects", "show", one]),
        run(home, 0, &["subjects", "show", other])
    );
    run(home, 2, &join);
    run(home, 0, &[&["subjects", "undo", &event], &by[..]].concat());
    assert_ne!(
        run(home, 0, &["subjects", "show", one]),
        run(home, 0, &["subjects", "show", other])
    );
    run(
        home,
        0,
        &[
            "subjects",
            "person",
            one,
            "investor",
            "丁某某",
            "--source",
            "文",
            "--actor",
            "甲某",
        ],
    );
    assert!(!run(home, 0, &["subjects", "show", one]).contains('丁'));
    run(
        home,
        2,
        &[&["subjects", "mark", one, "grade", "Z"], &by[..]].concat(),
    );
    run(
        home,
        0,
        &[&["subjects", "mark", one, "track", "township"], &by[..]].concat(),
    );
    assert_eq!(
        lines(home, &["subjects", "list", "--track", "township"]).len(),
        1
    );
}

#[test]
fn registrations_are_screened_once_with_gbk_and_a_notification_list() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let (gbk, _, _) = encoding_rs::GBK.encode(LIST);
    let file = folder.path().join("list.csv");
    std::fs::write(&file, &gbk).unwrap();
    let notify = folder.path().join("notify.csv");
    let words = [
        "subjects",
        "screen",
        file.to_str().unwrap(),
        "--source",
        "市场监管局",
        "--as-of",
        "2026-11-01",
        "--actor",
        "甲某",
        "--notify",
        notify.to_str().unwrap(),
    ];
    assert!(run(&home, 0, &words).contains("新登记 3 行"));
    assert!(run(&home, 0, &words).contains("新登记 0 行"));
    let list = std::fs::read_to_string(&notify).unwrap();
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.contains("基金管理、股权投资基金"));
    let watched = lines(&home, &["subjects", "list", "--watched"]);
    assert_eq!(watched.len(), 1);
    assert_eq!(watched[0]["owner_unit"], "210727110");
    let shown = run(&home, 0, &["subjects", "show", "虚构财富管理有限公司"]);
    assert!(shown.contains("甲**") && !shown.contains("甲某某"));
    // The papers tell what the dossiers hold.
    let paper = |form| lines(&home, &["report", form]).remove(0).to_string();
    let told = paper("notification");
    assert!(
        told.contains("虚构财富管理有限公司") && told.contains("股权投资基金"),
        "{told}"
    );
    assert!(!told.contains("示例农业专业合作社"), "{told}");
    let survey = paper("survey");
    assert!(
        survey.contains("示例农业专业合作社") && survey.contains("登记信息"),
        "{survey}"
    );
    let visit = [
        "subjects",
        "survey",
        "虚构财富管理有限公司",
        "visit",
        "--officers",
        "甲某、乙某",
    ];
    let by = ["--day", "2026-11-20", "--result", "属实", "--actor", "甲某"];
    run(&home, 0, &[&visit[..], &by[..]].concat());
    let survey = paper("survey");
    assert!(
        survey.contains("现场核查") && survey.contains("甲某、乙某"),
        "{survey}"
    );
}
