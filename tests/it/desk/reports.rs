//! Reports of the desk: counts against the ledger, bytes after a rebuild, and what others' programs read in them.

mod judges;
mod world;

use super::{Office, wangxun};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use world::{CASES, HOSTILE, World};

/// The time at which all reports here are said to be made.
const AT: &str = "2026-11-29T18:00:00+08:00";
const MONTH: [&str; 2] = ["--on", "2026-11-15"];

/// Reports that need nothing but days.
const ALL: [&str; 17] = [
    "daily",
    "weekly",
    "monthly",
    "run-sheet",
    "handover",
    "sector",
    "inspection",
    "matrix",
    "coverage",
    "recurrence",
    "rewards",
    "opinion",
    "notification",
    "playbook",
    "warning",
    "survey",
    "phase",
];

fn make(home: &Path, words: &[&str], files: &[&str]) -> String {
    let mut all = vec!["report"];
    all.extend(words);
    all.extend(["--actor", "甲某", "--at", AT]);
    for file in files {
        all.extend(["--out", file]);
    }
    let output = wangxun(home, &all);
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{all:?}\n{said}");
    said
}

fn words_of(form: &str) -> Vec<&str> {
    match form {
        "phase" => vec![
            "phase",
            "--phase",
            "验收总结",
            "--from",
            "2026-11-01",
            "--to",
            "2099-01-01",
        ],
        "run-sheet" | "coverage" | "matrix" | "sector" => {
            vec![form, "--from", "2026-11-01", "--to", "2099-01-01"]
        }
        "weekly" => vec!["weekly", "--on", "2026-11-18"],
        "monthly" => vec!["monthly", MONTH[0], MONTH[1], "--baseline", "2026-11-10"],
        "daily" | "handover" => vec![form, "--on", "2026-11-06"],
        other => vec![other],
    }
}

fn json(home: &Path, words: &[&str]) -> Value {
    let mut all = vec!["report"];
    all.extend(words);
    all.extend(["--at", AT, "--format", "json"]);
    let output = wangxun(home, &all);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!(
            "{words:?}: {e}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

fn tables(report: &Value) -> Vec<&Value> {
    let sections = report["sections"].as_array().unwrap().iter();
    let blocks = sections.flat_map(|s| s["blocks"].as_array().unwrap());
    blocks
        .map(|b| &b["table"])
        .filter(|t| t.is_object())
        .collect()
}

fn ids(cell: &Value) -> BTreeSet<String> {
    let of = cell["of"].as_array().map(Vec::as_slice).unwrap_or_default();
    of.iter()
        .map(|t| t["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Every count is the number of its identifiers; rows and columns of a matrix add up to its totals, and the same
/// identifiers stand behind both.
fn adds_up(table: &Value) {
    let name = &table["title"];
    let rows = table["rows"].as_array().unwrap();
    let total = table["total"].as_array().unwrap();
    let last = total.len() - 1;
    for row in rows.iter().chain([&table["total"]]) {
        let cells = row.as_array().unwrap();
        for cell in &cells[1..] {
            assert_eq!(cell["count"], ids(cell).len(), "{name}");
        }
        let parts: Vec<String> = cells[1..last].iter().flat_map(ids).collect();
        let whole = ids(&cells[last]);
        assert_eq!(
            parts.len(),
            whole.len(),
            "{name}: a thing stands in two columns"
        );
        assert_eq!(parts.into_iter().collect::<BTreeSet<_>>(), whole, "{name}");
    }
    for column in 1..=last {
        let parts: Vec<String> = rows.iter().flat_map(|r| ids(&r[column])).collect();
        let whole = ids(&total[column]);
        assert_eq!(
            parts.len(),
            whole.len(),
            "{name}: a thing stands in two rows"
        );
        assert_eq!(parts.into_iter().collect::<BTreeSet<_>>(), whole, "{name}");
    }
}

#[test]
fn matrices_add_up_to_the_ledger() {
    let world = World::new();
    let ledger = super::wangxun(&world.home, &["cases", "list", "--all", "--format", "json"]);
    let ledger: Value = serde_json::from_slice(&ledger.stdout).unwrap();
    let known: BTreeSet<String> = ledger["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["case"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(known.len(), CASES);
    let report = json(
        &world.home,
        &["matrix", "--from", "2026-11-01", "--to", "2026-11-30"],
    );
    let matrices: Vec<&Value> = tables(&report)
        .into_iter()
        .filter(|t| t["title"] != "存量与增量")
        .collect();
    assert_eq!(matrices.len(), 4);
    for table in &matrices {
        adds_up(table);
        let total = table["total"].as_array().unwrap();
        let all = ids(&total[total.len() - 1]);
        // All cases are open at the end of the month or closed in it.
        let expected = if table["title"] == "各乡镇从业机构户数" {
            BTreeSet::new()
        } else {
            known.clone()
        };
        assert_eq!(all, expected, "{}", table["title"]);
    }
    // States and outcomes, counted from the ledger itself.
    let states = matrices
        .iter()
        .find(|t| t["title"] == "各乡镇案件办理状态")
        .unwrap();
    for (column, head) in states["columns"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .skip(1)
    {
        let here = states["total"][column]["count"].as_u64().unwrap();
        let cases = ledger["cases"].as_array().unwrap();
        let there = cases
            .iter()
            .filter(|c| head == "合计" || c["state_label"] == *head)
            .count();
        assert_eq!(here, there as u64, "{head}");
    }
    let stock = tables(&report)
        .into_iter()
        .find(|t| t["title"] == "存量与增量")
        .unwrap();
    let sum = ids(&stock["rows"][0][1]).len() + ids(&stock["rows"][1][1]).len();
    assert_eq!((sum, ids(&stock["total"][1])), (CASES, known));
}

#[test]
fn all_other_matrices_add_up_too() {
    let world = World::new();
    for phase in ["1", "2", "3", "4", "5"] {
        let report = json(
            &world.home,
            &[
                "phase",
                "--phase",
                phase,
                "--from",
                "2026-11-01",
                "--to",
                "2026-11-30",
            ],
        );
        for table in tables(&report) {
            let heads = table["columns"].as_array().unwrap();
            if heads.last().is_some_and(|h| h == "合计") {
                adds_up(table);
            }
        }
    }
}

#[test]
fn what_happened_after_the_period_is_not_told() {
    let world = World::new();
    let figure = |day: &str, name: &str| {
        let report = json(&world.home, &["daily", "--on", day]);
        let figures = report["sections"][0]["blocks"][1]["figures"].clone();
        let all = figures.as_array().unwrap().clone();
        let found = all.iter().find(|f| f["name"] == name).unwrap();
        found["value"]["count"].as_u64().unwrap()
    };
    assert_eq!(figure("2026-10-31", "在办案件"), 0);
    assert!(figure("2026-11-02", "在办案件") > 0);
    let opened: u64 = (1..=28)
        .map(|d| figure(&format!("2026-11-{d:02}"), "新立案件"))
        .sum();
    assert_eq!(opened, CASES as u64);
}

#[test]
fn a_rebuild_gives_the_same_bytes() {
    let world = World::new();
    let forms = ["html", "xlsx", "json"];
    let all = |folder: &str| {
        std::fs::create_dir_all(world.file(folder)).unwrap();
        for form in ALL {
            let files = forms.map(|f| world.file(folder).join(format!("{form}.{f}")));
            let files: Vec<&str> = files.iter().map(|f| f.to_str().unwrap()).collect();
            make(&world.home, &words_of(form), &files);
        }
    };
    all("before");
    std::fs::remove_dir_all(world.home.join("index")).unwrap();
    let rebuilt = wangxun(&world.home, &["evidence", "rebuild"]);
    assert_eq!(rebuilt.status.code(), Some(0), "{rebuilt:?}");
    all("after");
    let mut compared = 0;
    for form in ALL {
        for ending in forms {
            let read = |folder: &str| {
                std::fs::read(world.file(folder).join(format!("{form}.{ending}"))).unwrap()
            };
            assert!(read("before") == read("after"), "{form}.{ending} differs");
            compared += 1;
        }
    }
    assert_eq!(compared, 51);
}

#[test]
fn hostile_names_stay_text() {
    let world = World::new();
    let file = world.file("inspection.html");
    make(
        &world.home,
        &["inspection", "--top", "60"],
        &[file.to_str().unwrap()],
    );
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("&lt;script&gt;") && !text.contains("<script"));
    assert!(
        text.contains("=HYPERLINK(&quot;http://x.test&quot;"),
        "{HOSTILE}"
    );
}

#[test]
fn one_township_is_told_alone() {
    let world = World::new();
    let report = json(
        &world.home,
        &[
            "matrix",
            "--unit",
            "刘龙台镇",
            "--from",
            "2026-11-01",
            "--to",
            "2026-11-30",
        ],
    );
    let table = tables(&report)[0];
    let total = table["total"].as_array().unwrap();
    assert_eq!(
        total.last().unwrap()["count"],
        table["rows"][0].as_array().unwrap().last().unwrap()["count"]
    );
    let none = wangxun(&world.home, &["report", "matrix", "--unit", "不存在镇"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("刘龙台镇"));
}

#[test]
fn misuse_says_what_to_do() {
    let world = World::new();
    let refused = |words: &[&str], said: &str| {
        let output = wangxun(&world.home, &[&["report"], words].concat());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words:?} {error}");
        assert!(error.contains(said), "{words:?}: {error}");
    };
    refused(&["daily", "--out", "a.doc"], ".html, .pdf, .xlsx or .json");
    refused(&["phase"], "摸底排查");
    refused(&["transfer"], "--case");
    refused(&["transfer", "--case", "WX-1"], "cases list");
    refused(
        &["weekly", "--from", "2026-11-02", "--to", "2026-11-01"],
        "later",
    );
    refused(&["run-sheet", "--run", "x"], "no run x");
    refused(
        &["case-sheet", "--case", "WX-2026-0001"],
        "never determined",
    );
    refused(
        &["rectification", "--case", "WX-2026-0001"],
        "never determined",
    );
    refused(&["revocation", "--case", "WX-2026-0003"], "determination");
    refused(&["assist", "--case", "WX-2026-0001"], "cases route");
    refused(&["answers", "--case", "WX-2026-0001"], "cases qa");
}

#[test]
fn papers_of_one_case() {
    let office = Office::new(2);
    let case = super::cases::determined(&office);
    let propose = [
        "cases",
        "propose",
        &case,
        "--to",
        "限期整改",
        "--why",
        "删除收益承诺",
        "--document",
        "虚整〔2026〕1号",
        "--due",
        "2099-12-20",
        "--actor",
        "甲某",
    ];
    office.run(0, &propose);
    office.run(0, &["cases", "confirm", &case, "--actor", "乙某"]);
    let text = |form: &str| {
        let file = office.folder.path().join(format!("{form}.html"));
        make(
            &office.home,
            &[form, "--case", &case, "--to", "2099-01-01"],
            &[file.to_str().unwrap()],
        );
        std::fs::read_to_string(file).unwrap()
    };
    let notice = text("rectification");
    for part in [
        "责令限期整改通知书",
        "2099年12月20日",
        "虚处非认〔2026〕1号",
        "虚整〔2026〕1号",
        "广告法第二十五条",
    ] {
        assert!(notice.contains(part), "{part}");
    }
    let revocation = text("revocation");
    assert!(revocation.contains("吊销营业执照建议书") && revocation.contains("认定文书SHA-256"));
    let transfer = text("transfer");
    for id in &office.items {
        let path = package(&office.home.join("evidence"), id).expect("a package");
        let digests = wangxun::storage::digest::digests(&std::fs::read(path).unwrap());
        assert!(transfer.contains(id.as_str()), "{id}");
        assert!(transfer.contains(&hex::encode(digests.sha256)), "{id}");
        assert!(transfer.contains(&hex::encode(digests.sm3)), "{id}");
    }
    let sheet = text("case-sheet");
    assert!(sheet.contains("以案说法") && !sheet.contains("gaoxi.test"));
}

/// The package of an item.
fn package(folder: &Path, id: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(folder).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => package(&path, id),
            false => (path.file_name()?.to_str()? == format!("{id}.wacz")).then_some(path),
        }
    })
}
