//! Subjects as officers call them: from patrolled pages to dossiers, lists and decisions.

use super::wangxun;
use crate::storage::sample::{Draft, exchange, open};
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

/// Seals a front page with this footer.
fn seal_front(home: &Path, host: &str, footer: &str) {
    let html = format!(
        "<html><head><title>{host}</title></head><body><main><p>本页为测试所写,公司与产品均为虚构。</p></main>\
         <footer><p>{footer}</p></footer>\
         <script src=\"https://hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef\"></script></body></html>"
    );
    let mut draft = Draft::new(host, 0);
    let address = format!("https://{host}/");
    let headers = [("Content-Type", "text/html; charset=utf-8")];
    draft.capture.requested = address.parse().unwrap();
    draft.capture.exchanges = vec![exchange(&address, 200, &headers, html.as_bytes(), 1)];
    draft.verdict.who.brand = None;
    let store = open(home);
    store.seal(&draft.item()).unwrap();
}

#[test]
fn companies_with_one_operator_are_a_circle_and_stay_subjects() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let common =
        "备案号:辽ICP备2026999901号 电话:13800000001 QQ:800000001 地址:锦州市义县示例街1号";
    for (host, code) in [
        ("yi.test", "91210727MA0TEXT12C"),
        ("er.test", "91210727MA0TEXT207"),
    ] {
        seal_front(&home, host, &format!("统一社会信用代码:{code} {common}"));
    }
    seal_front(&home, "san.test", "电话:13900000009");
    run(&home, 0, &["subjects", "refresh"]);
    let subjects = lines(&home, &["subjects", "list"]);
    assert_eq!(subjects.len(), 3, "{subjects:?}");
    let circles = lines(&home, &["subjects", "circles"]);
    assert_eq!(circles.len(), 1, "{circles:?}");
    assert_eq!(circles[0]["subjects"].as_array().unwrap().len(), 2);
    let kinds = circles[0]["why"].to_string();
    assert!(
        kinds.contains("icp") && kinds.contains("contact"),
        "{kinds}"
    );
    let said = run(&home, 0, &["subjects", "circles"]);
    assert!(
        said.contains("1 个关联圈") && said.contains("法律上各自独立"),
        "{said}"
    );
    let shown = run(&home, 0, &["subjects", "show", "yi.test"]);
    assert!(shown.contains("关联圈(线索) su-"), "{shown}");
    assert!(!run(&home, 0, &["subjects", "show", "san.test"]).contains("关联圈"));
}
