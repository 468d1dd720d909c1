//! `wangxun demo` as a newcomer calls it: from the patrol to the duty report, and once more in the same home.

use super::wangxun;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The steps in their order.
const STEPS: [&str; 20] = [
    "serve",
    "patrol",
    "findings",
    "subjects",
    "officers",
    "roster",
    "case",
    "bases",
    "determined",
    "outcome",
    "listed",
    "built",
    "verified",
    "letter",
    "closed",
    "receipts",
    "revisit",
    "recheck",
    "report",
    "end",
];

struct Practice {
    home: PathBuf,
}

impl Practice {
    /// Runs the demo; `path` stands for PATH. Gives its lines.
    fn demo(&self, path: Option<&Path>) -> Vec<Value> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wangxun"));
        command.args(["demo", "-q", "--format", "json"]);
        command.env("WANGXUN_HOME", &self.home);
        command.env_remove("WANGXUN_LOG");
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn run(&self, code: i32, words: &[&str]) -> String {
        let output = wangxun(&self.home, words);
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}\n{said}");
        said
    }

    fn json(&self, words: &[&str]) -> Value {
        let output = wangxun(&self.home, &[words, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A table of today's duty report.
    fn table(&self, title: &str) -> String {
        let report = self.json(&["report", "daily"]);
        let sections = report["sections"].as_array().unwrap().iter();
        let mut blocks = sections.flat_map(|s| s["blocks"].as_array().unwrap());
        let found = blocks.find(|b| b["table"]["title"] == title);
        found.map(|b| b["table"].to_string()).unwrap_or_default()
    }
}

fn names(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|l| l["step"].as_str().unwrap()).collect()
}

fn step<'l>(lines: &'l [Value], name: &str) -> &'l Value {
    lines.iter().find(|l| l["step"] == name).unwrap()
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    let found = value[field].as_str();
    found.unwrap_or_else(|| panic!("no {field} in {value}"))
}

#[test]
fn the_demo_goes_from_the_patrol_to_the_duty_report_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let practice = Practice {
        home: folder.path().join("home"),
    };
    let first = practice.demo(None);
    assert_eq!(names(&first), STEPS);
    decided(&practice, &first);
    answered(&practice, &first);
    reported(&practice, &first);
    practice.run(0, &["evidence", "verify"]);
    secrets(&practice);

    // Without browser and reader, in the home that was used before.
    let nothing = folder.path().join("nothing");
    std::fs::create_dir(&nothing).unwrap();
    let second = practice.demo(Some(&nothing));
    let told: Vec<&str> = names(&second);
    assert!(told.contains(&"superseded"), "{told:?}");
    let others: Vec<&str> = told.into_iter().filter(|n| *n != "superseded").collect();
    assert_eq!(others, STEPS);
    repeated(&practice, &first, &second);
    practice.run(0, &["evidence", "verify"]);
}

/// The worst site became a case, which two officers determined.
fn decided(practice: &Practice, lines: &[Value]) {
    let findings = step(lines, "findings")["findings"].as_array().unwrap();
    let severity = |row: &Value| row["finding"]["severity"].as_u64().unwrap();
    let worst = findings.iter().map(severity).max().unwrap();
    let case = step(lines, "case");
    assert_eq!(case["severity"].as_u64(), Some(worst), "{case}");
    let bases = step(lines, "bases");
    assert_eq!(bases["open"], 0, "{bases}");
    assert!(
        !bases["confirmed"].as_array().unwrap().is_empty(),
        "{bases}"
    );
    let shown = practice.json(&["cases", "show", text(case, "case")]);
    assert_eq!(shown["state"], "recheck", "{shown}");
    let signatures = shown["determinations"][0]["signed_by"].to_string();
    for officer in ["练习员甲", "练习员乙"] {
        assert!(signatures.contains(officer), "{shown}");
    }
    let confirmed = shown["proposals"][0].to_string();
    assert!(confirmed.contains("练习员乙"), "{confirmed}");
}

/// The list holds, the operator has answered, the site is gone.
fn answered(practice: &Practice, lines: &[Value]) {
    let end = step(lines, "end");
    let key = format!("{}/练习清单.key.pub", text(end, "keys"));
    let list = text(end, "list");
    practice.run(0, &["takedown", "verify", list, "--key", &key]);
    let entry = text(step(lines, "listed"), "entry");
    let receipts = practice.json(&["receipts", "list"]);
    let receipts = receipts["receipts"].as_array().unwrap();
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert_eq!(
        (text(&receipts[0], "entry"), text(&receipts[0], "result")),
        (entry, "blocked")
    );
    assert_eq!(
        practice.json(&["receipts", "remind"])["owed"],
        Value::Array(Vec::new())
    );
    let seen = step(lines, "recheck");
    assert_eq!(
        (
            text(seen, "entry"),
            text(seen, "result"),
            text(seen, "proposal")
        ),
        (entry, "closed", "withdraw")
    );
    assert_ne!(text(seen, "before"), text(seen, "after"));
    for item in ["before", "after"] {
        practice.run(0, &["evidence", "verify", text(seen, item)]);
    }
    let after = practice.json(&["evidence", "show", text(seen, "after")]);
    assert!(after.to_string().contains("410"), "{after}");
}

/// The duty report tells of all of it.
fn reported(practice: &Practice, lines: &[Value]) {
    let report = step(lines, "report");
    let summary = text(report, "summary");
    for words in ["巡查2轮", "新立案件1件,认定1件", "关闭取缔1件"] {
        assert!(summary.contains(words), "{summary}");
    }
    let seen = step(lines, "recheck");
    let told = practice.table("复查结果");
    assert!(told.contains("已关闭"), "{told}");
    for item in ["before", "after"] {
        assert!(told.contains(text(seen, item)), "{told}");
    }
    let told = practice.table("运营单位回执");
    assert!(
        told.contains("已处置1条") && !told.contains("未回执"),
        "{told}"
    );
    let files = report["files"].as_array().unwrap().iter();
    let files: Vec<&str> = files.map(|f| f.as_str().unwrap()).collect();
    let html = std::fs::read_to_string(files[0]).unwrap();
    let host = text(step(lines, "subjects"), "site");
    for words in [host, "已关闭", "已处置1条", "lianxi-action"] {
        assert!(html.contains(words), "{words}");
    }
    assert!(std::fs::read(files[1]).unwrap().starts_with(b"PK"));
    match files.get(2) {
        Some(pdf) => assert!(std::fs::read(pdf).unwrap().starts_with(b"%PDF")),
        None => println!("skipped: PDF, {}", report["no_pdf"]),
    }
}

/// No secret key lies in the home, nor is one readable for others.
fn secrets(practice: &Practice) {
    let keys = practice.home.with_file_name("home-keys");
    for name in ["练习员甲", "练习员乙", "练习清单"] {
        let key = keys.join(format!("{name}.key"));
        let secret = std::fs::read_to_string(&key).unwrap();
        let secret = secret.lines().nth(1).unwrap().to_owned();
        assert!(!holds(&practice.home, secret.as_bytes()), "{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&key).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
    }
}

fn holds(folder: &Path, secret: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, secret),
            false => {
                let bytes = std::fs::read(&path).unwrap();
                bytes.windows(secret.len()).any(|w| w == secret)
            }
        }
    })
}

/// The site was there again: new evidence, a new case, and an entry in the place of the old one.
fn repeated(practice: &Practice, first: &[Value], second: &[Value]) {
    let case = |lines| text(step(lines, "case"), "case").to_owned();
    assert_ne!(case(first), case(second));
    assert_ne!(
        step(first, "case")["evidence"],
        step(second, "case")["evidence"]
    );
    let entries = practice.json(&["takedown", "list", "--all"]);
    let states = |entry: &str| {
        let mut all = entries["entries"].as_array().unwrap().iter();
        let found = all.find(|e| e["entry"] == entry).unwrap();
        text(found, "state").to_owned()
    };
    assert_eq!(states(text(step(first, "listed"), "entry")), "superseded");
    assert_eq!(states(text(step(second, "listed"), "entry")), "active");
    assert_eq!(step(second, "built")["serial"], 2);
    assert_eq!(text(step(second, "recheck"), "result"), "closed");
    let report = step(second, "report");
    assert_eq!(report["files"].as_array().unwrap().len(), 2, "{report}");
    assert!(
        text(report, "no_pdf").contains("apt-get install"),
        "{report}"
    );
    let reports = std::fs::read_dir(practice.home.join("reports")).unwrap();
    let mut reports = reports.map(|r| r.unwrap().path());
    assert!(reports.all(|r| r.extension().unwrap() != "pdf"), "stale");
    // What was replaced is answered, too: nothing is owed.
    assert_eq!(step(second, "receipts")["rows"], 2);
    let told = practice.table("运营单位回执");
    assert!(
        told.contains("已解除1条") && !told.contains("未回执"),
        "{told}"
    );
    // The same officers, with the same keys.
    assert_eq!(
        step(first, "officers")["officers"],
        step(second, "officers")["officers"]
    );
}

#[test]
fn the_demo_keeps_out_of_a_home_in_which_others_work() {
    let office = super::Office::new(0);
    let said = office.run(2, &["demo", "-q"]);
    assert!(said.contains("甲某") && said.contains("--home"), "{said}");
    assert!(!office.home.join("wangxun.toml").exists());
}
