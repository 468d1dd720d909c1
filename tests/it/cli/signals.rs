//! `signals` and `history` as people call them.

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
    stdout
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    let rows = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    rows.collect()
}

#[test]
fn two_runs_have_a_history_and_signals() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    for _ in 0..2 {
        let crawl = ["bench", "crawl", "--pages", "20", "--hosts", "1", "--quiet"];
        run(&home, 0, &crawl);
    }
    let new = run(
        &home,
        0,
        &["signals", "--kind", "new-site", "--format", "json"],
    );
    let new = lines(&new);
    assert_eq!(new.len(), 1, "one site, met first once: {new:#?}");
    assert_eq!(new[0]["severity"], 1);
    let host = new[0]["host"].as_str().expect("a host");
    assert!(run(&home, 0, &["signals", "--site", host]).contains("首次发现的网站"));
    assert!(!run(&home, 0, &["signals", "--site", "other.test"]).contains("首次"));
    let wrong = wangxun(&home, &["signals", "--kind", "cloaks"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("cloaking"));

    let url = new[0]["url"].as_str().expect("an address");
    let pages = lines(&run(&home, 0, &["history", url, "--format", "json"]));
    assert_eq!(pages.len(), 2, "{pages:#?}");
    assert_eq!(pages[1]["likeness"], 1000);
    assert!(run(&home, 0, &["history", url]).contains("100%"));
    let file = folder.path().join("change.html");
    let file_name = file.to_str().expect("a path");
    let diff = ["history", url, "--diff", "1", "2", "--html", file_name];
    assert!(run(&home, 0, &diff).contains("没有变化"));
    let html = std::fs::read_to_string(&file).expect("the page");
    assert!(html.contains("网页变更对照") && !html.contains("<script"));
    run(&home, 2, &["history", url, "--diff", "1", "7"]);
    run(&home, 3, &["history", "http://nowhere.test/"]);

    let before = run(&home, 0, &["signals", "--format", "json"]);
    let again = run(
        &home,
        0,
        &["signals", "--rebuild", "--quiet", "--format", "json"],
    );
    let codes = |text: &str| {
        let rows = lines(text).into_iter();
        let mut codes: Vec<String> = rows
            .map(|r| format!("{} {} {}", r["code"], r["url"], r["at"]))
            .collect();
        codes.sort();
        codes
    };
    assert_eq!(codes(&again), codes(&before));
}
