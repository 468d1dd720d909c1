//! The program as people call it: exit codes, help, messages.

mod custody;
mod discover;
mod keepers;
mod preserve;
mod reaudit;
mod sealing;
mod signals;
mod watch;

use std::path::Path;
use std::process::{Command, Output};

fn wangxun(home: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args(words)
        .env("WANGXUN_HOME", home)
        .env_remove("WANGXUN_LOG")
        .output()
        .expect("the program runs")
}

fn check(words: &[&str], code: i32, out: &[&str], err: &[&str]) {
    let home = tempfile::tempdir().expect("folder");
    let output = wangxun(home.path(), words);
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert_eq!(
        output.status.code(),
        Some(code),
        "{words:?}\n{stdout}\n{stderr}"
    );
    for part in out {
        assert!(
            stdout.contains(part),
            "{words:?}: {part:?} is not in\n{stdout}"
        );
    }
    for part in err {
        assert!(
            stderr.contains(part),
            "{words:?}: {part:?} is not in\n{stderr}"
        );
    }
}

#[test]
fn misuse_says_what_to_do() {
    check(&["patrol"], 2, &[], &["LIST"]);
    check(&["patrol", "nowhere.toml"], 2, &[], &["nowhere.toml"]);
    check(&["findings"], 2, &[], &["wangxun patrol LIST"]);
    check(&["evidence", "verify"], 2, &[], &["nothing is kept"]);
    check(
        &["audit", "no-such-file.html"],
        2,
        &[],
        &["no-such-file.html"],
    );
    check(&["audit"], 2, &[], &["FILE|URL|-"]);
    check(&["explain", "not an address"], 2, &[], &["http://"]);
    check(
        &["bench", "serve", "--pages", "1", "--hosts", "5"],
        2,
        &[],
        &["page for each host"],
    );
}

#[test]
fn outside_hosts_need_a_contact_address() {
    let folder = tempfile::tempdir().expect("folder");
    let list = folder.path().join("list.toml");
    std::fs::write(&list, "name = \"x\"\n[[seed]]\nid = \"a\"\nname = \"甲\"\nkind = \"platform\"\nstart = [\"https://shop.example/\"]\nsector = \"wealth\"\n").expect("list");
    check(&["patrol", &list.to_string_lossy()], 2, &[], &["contact"]);
}

#[test]
fn a_text_is_judged_without_keeping_anything() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("ad.txt");
    std::fs::write(
        &file,
        "山海财富新手标，保本保息，年化收益18%，零风险，立即加微信 xugou00000 投资",
    )
    .expect("file");
    let name = file.to_string_lossy().into_owned();
    check(
        &["audit", &name],
        0,
        &["有发现", "AD-25-1", "保本保息"],
        &[],
    );
    check(
        &["audit", &name, "--format", "json"],
        0,
        &["\"finding\": true", "\"context\": \"ad\"", "\"quote\""],
        &[],
    );
}

#[test]
fn lines_of_texts_give_lines_of_verdicts() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("texts.jsonl");
    std::fs::write(&file, "{\"id\":\"a\",\"text\":\"今天下雨\"}\n\n{\"id\":7,\"text\":\"保本保息年化18%，扫码投资\"}\nnot json\n").expect("file");
    let output = wangxun(
        folder.path(),
        &["audit", "--jsonl", &file.to_string_lossy()],
    );
    assert_eq!(
        output.status.code(),
        Some(2),
        "a bad line is bad input, the others are judged"
    );
    let lines: Vec<serde_json::Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (lines[0]["id"].as_str(), lines[0]["finding"].as_bool()),
        (Some("a"), Some(false))
    );
    assert_eq!(
        (lines[1]["id"].as_str(), lines[1]["finding"].as_bool()),
        (Some("7"), Some(true))
    );
    for key in ["context", "score", "claims", "findings"] {
        assert!(lines[1].get(key).is_some(), "{key}");
    }
    assert!(
        String::from_utf8_lossy(&output.stderr).contains(":4:"),
        "the bad line is named"
    );
}

#[test]
fn robots_are_answered_from_a_file() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("robots.txt");
    std::fs::write(
        &file,
        "User-agent: *\nDisallow: /private/\nAllow: /private/open\n",
    )
    .expect("file");
    let file = file.to_string_lossy().into_owned();
    for (path, verdict) in [
        ("/", "allow"),
        ("/private/x", "disallow"),
        ("/private/open", "allow"),
    ] {
        let url = format!("http://shop.example{path}");
        let words = [
            "explain", &url, "--robots", &file, "--agent", "wangxun", "--format", "json",
        ];
        check(&words, 0, &[&format!("\"robots\": \"{verdict}\"")], &[]);
    }
}

#[test]
fn checks_fail_with_one() {
    check(&["seeds", "check"], 0, &["0 errors"], &[]);
    check(&["lexicon", "check"], 0, &["0 faults"], &[]);
    let folder = tempfile::tempdir().expect("folder");
    let list = folder.path().join("list.toml");
    std::fs::write(&list, "name = \"x\"\n[[seed]]\nid = \"a\"\nname = \"甲\"\nkind = \"platfrom\"\nstart = [\"https://shop.example/\"]\n").expect("list");
    let name = list.to_string_lossy().into_owned();
    check(
        &["seeds", "check", &name],
        1,
        &["list.toml:5:", "platform"],
        &[],
    );
}

#[test]
fn the_registers_say_unknown_and_never_unlicensed() {
    check(
        &["seeds", "lookup", "虚构县不存在财富有限公司"],
        0,
        &["待核"],
        &[],
    );
    check(&["seeds", "lookup", "icbc.com.cn"], 0, &["银行"], &[]);
}

#[test]
fn the_readme_names_every_command() {
    let readme = include_str!("../../README.md");
    let chinese = include_str!("../../README.zh-CN.md");
    let home = tempfile::tempdir().expect("folder");
    let help = wangxun(home.path(), &["--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| *word != "help")
        .collect();
    assert!(commands.len() >= 10, "{help}");
    for command in commands {
        for (name, text) in [("README.md", readme), ("README.zh-CN.md", chinese)] {
            assert!(
                text.contains(&format!("`{command}")),
                "{name} does not name {command}"
            );
        }
    }
}
