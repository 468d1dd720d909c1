//! `discover` and `tips` as people call them.

use super::wangxun;
use std::process::Output;

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(out).into_owned() + &String::from_utf8_lossy(err)
}

#[test]
fn tips_become_proposals_once_and_are_decided() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let sheet = folder.path().join("tips.csv");
    let rows = "网址,名称,举报内容,举报人\nwww.jinghua.test/loan,镜花贷,高息放贷 联系13800138000,张三丰\n不是网址,,,\n";
    std::fs::write(&sheet, rows).expect("sheet");
    let sheet = sheet.to_str().expect("path");
    let first = wangxun(&home, &["tips", "import", sheet, "--actor", "甲某"]);
    assert_eq!(
        first.status.code(),
        Some(1),
        "a row was left out: {}",
        text(&first)
    );
    let said = text(&first);
    for part in ["tips.csv:3:1: error: 网址", "tp-", "jinghua.test", "已登记"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    for secret in ["张三丰", "13800138000"] {
        assert!(!said.contains(secret), "{said}");
    }
    let again = wangxun(&home, &["tips", "import", sheet, "--actor", "甲某"]);
    assert!(text(&again).contains("先前已登记"), "{}", text(&again));
    let listed = wangxun(
        &home,
        &["discover", "list", "--kind", "tip", "--format", "json"],
    );
    let line: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("one line");
    assert_eq!(
        (&line["subject"], &line["times"]),
        (&"jinghua.test".into(), &1.into())
    );
    let list = folder.path().join("list.toml");
    std::fs::write(&list, "name = \"名单\"\n[[seed]]\nid = \"a\"\nname = \"甲\"\nstart = \"http://a.test/\"\nsector = \"p2p\"\n")
        .expect("list");
    let list = list.to_str().expect("path");
    let words = [
        "discover",
        "accept",
        "jinghua.test",
        "--reason",
        "涉嫌放贷",
        "--into",
        list,
    ];
    let accepted = wangxun(&home, &words);
    assert_eq!(accepted.status.code(), Some(0), "{}", text(&accepted));
    let checked = wangxun(&home, &["seeds", "check", list]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked));
    let written = std::fs::read_to_string(list).expect("list");
    for part in [
        "id = \"jinghua-test\"",
        "start = \"http://www.jinghua.test/\"",
        "# 来由: 举报线索",
        "涉嫌放贷",
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
    let open = wangxun(&home, &["discover", "list"]);
    assert!(!text(&open).contains("jinghua.test"), "{}", text(&open));
    let exported = wangxun(&home, &["discover", "export"]);
    assert!(
        text(&exported).contains("jinghua-test"),
        "{}",
        text(&exported)
    );
    let unknown = wangxun(
        &home,
        &["discover", "reject", "nowhere.test", "--reason", "x"],
    );
    assert_eq!(unknown.status.code(), Some(2), "{}", text(&unknown));
    let verified = wangxun(&home, &["evidence", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified));
}
