//! Tips, township reports and complaints from intake to reward; warnings of opinion; campaigns; duty: as people call them.

use super::{Office, TOWNSHIP, wangxun};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

const SHEET: &str = "网址,名称,举报内容,受理时间,举报人,联系电话\n\
    www.gaoxi.test/p,高息贷（虚构）,保本高息 打13800138000,2026-11-02 09:00,举报某甲,13900139000\n\
    www.gaoxi.test/p,高息贷（虚构）,保本高息 打13800138000,2026-11-01 09:00,举报某乙,13700137000\n\
    www.gaoxi.test/p,高息贷（虚构）,保本高息 打13800138000,2026-11-02 09:00,举报某甲,13900139000\n\
    不是网址,,,,,\n";

fn lines(office: &Office, words: &[&str]) -> Vec<Value> {
    let output = wangxun(&office.home, &[words, &["--format", "json"]].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Takes the sheet in; gives the receipts of the first reporter (乙) and of the second (甲).
fn taken(office: &Office) -> (String, String) {
    let sheet = office.file("举报.csv", SHEET.as_bytes());
    let said = office.run(1, &["tips", "import", &sheet, "--actor", "甲某"]);
    for part in [":5:1: error: 网址", "the same tip as in line 2", "2 条线索"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    no_reporter_in(&said);
    let all = lines(office, &["tips", "list"]);
    assert_eq!(all.len(), 2);
    let receipt = |at: usize| all[at]["receipt"].as_str().unwrap().to_owned();
    (receipt(0), receipt(1))
}

fn no_reporter_in(text: &str) {
    for secret in ["举报某", "13900139000", "13700137000", "13800138000"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_tip_goes_from_intake_to_reward_and_the_reporter_stays_apart() {
    let office = Office::new(1);
    let (first, second) = taken(&office);
    // The same file again, and by another officer, is nothing new.
    let sheet = office.file("again.csv", SHEET.as_bytes());
    let again = office.run(1, &["tips", "import", &sheet, "--actor", "乙某"]);
    assert!(again.contains("新登记 0 条"), "{again}");
    // Nothing but the private files knows who reported.
    let private = office.home.join("desk/private");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&private) & 0o777, 0o700);
    let mut secret = 0;
    for entry in walk(&office.home) {
        let text = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
        if entry.starts_with(&private) {
            assert_eq!(mode(&entry) & 0o777, 0o600);
            secret += usize::from(text.contains("举报某"));
        } else {
            no_reporter_in(&text);
        }
    }
    assert_eq!(secret, 2);

    // To a case, verified, rewarded by two officers, paid.
    let open = |tip: &str, code: i32| {
        let words = [
            "cases",
            "open",
            &office.items[0],
            "--tip",
            tip,
            "--actor",
            "甲某",
        ];
        office.run(code, &words)
    };
    assert!(open("tp-none", 2).contains("no tip"));
    open(&first, 0);
    let linked = lines(&office, &["tips", "list"]).remove(0);
    assert_eq!(linked["receipt"], first.as_str());
    assert!(
        linked["case"].as_str().unwrap().starts_with("WX-"),
        "{linked}"
    );
    let case = office.json(&["cases", "list", "--all"])["cases"][0]["case"].clone();
    let case = case.as_str().unwrap();
    let act = |code: i32, words: &[&str]| office.run(code, &[&["tips"], words].concat());
    act(
        2,
        &["link", &first, "--case", "WX-1999-0001", "--actor", "甲某"],
    );
    act(2, &["link", &first, "--case", case, "--actor", "路人"]);
    for receipt in [&first, &second] {
        act(0, &["link", receipt, "--case", case, "--actor", "甲某"]);
        act(0, &["outcome", receipt, "verified", "--actor", "甲某"]);
    }
    let reward = |receipt: &str, approver: &str, code: i32| {
        let words = [
            "reward",
            receipt,
            "--yuan",
            "500.50",
            "--decision",
            "练习奖〔2026〕1号",
            "--basis",
            "奖励办法第三条",
            "--approved-by",
            approver,
            "--actor",
            "甲某",
        ];
        act(code, &words)
    };
    assert!(reward(&second, "乙某", 2).contains("not the first"));
    assert!(reward(&first, "甲某", 2).contains("another officer"));
    assert!(reward(&first, "路人", 2).contains("not registered"));
    assert!(reward(&first, "乙某", 0).contains("500.50 元"));
    assert!(reward(&first, "乙某", 2).contains("already"));
    act(
        2,
        &["forget", &first, "--reason", "本人要求", "--actor", "乙某"],
    );
    act(
        0,
        &["paid", &first, "--voucher", "P-2026-001", "--actor", "甲某"],
    );

    let sheet = office.json(&["report", "reward-sheet", "--tip", &first]);
    no_reporter_in(&sheet.to_string());
    assert!(sheet.to_string().contains("P-2026-001"));
    let ledger = office.json(&["report", "rewards"]).to_string();
    assert!(
        ledger.contains("50050") || ledger.contains("500.5"),
        "{ledger}"
    );

    // Who reported is read with a reason, which the journal keeps; then it is erased, and the tip stays.
    let named = act(
        0,
        &[
            "reporter",
            &first,
            "--reason",
            "发放奖励",
            "--actor",
            "乙某",
        ],
    );
    assert!(named.contains("举报某乙") && named.contains("13700137000"));
    let journal = office.run(0, &["journal", "show"]);
    assert!(
        journal.contains("desk-private") && journal.contains("发放奖励"),
        "{journal}"
    );
    act(
        0,
        &["forget", &first, "--reason", "本人要求", "--actor", "乙某"],
    );
    assert!(act(2, &["reporter", &first, "--reason", "x", "--actor", "乙某"]).contains("erased"));
    assert_eq!(lines(&office, &["tips", "list"]).len(), 2);
    office.run(0, &["evidence", "verify"]);
    // An erased reporter who reports again is a new tip; nothing else is.
    let sheet = office.file("later.csv", SHEET.as_bytes());
    let later = office.run(1, &["tips", "import", &sheet, "--actor", "甲某"]);
    assert!(later.contains("新登记 1 条"), "{later}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files.extend(walk(&path)),
            false => files.push(path),
        }
    }
    files
}

#[test]
fn townships_fill_in_the_form_that_is_printed() {
    let office = Office::new(0);
    let form = office.run(0, &["tips", "form", "township"]);
    let filled =
        format!("{form}刘龙台镇,,某某合作社(虚构),,门口张贴高息吸储,2026-11-05\n,,无单位,,,\n");
    let form = office.file("报送表.csv", filled.as_bytes());
    let words = [
        "tips", "import", &form, "--source", "township", "--actor", "丙某",
    ];
    let dry = office.run(1, &[&words[..], &["--dry-run"]].concat());
    assert!(
        dry.contains("试运行") && dry.contains(":3:1: error: 报送单位"),
        "{dry}"
    );
    assert!(lines(&office, &["tips", "list"]).is_empty());
    office.run(1, &words);
    let all = lines(
        &office,
        &["tips", "list", "--source", "township", "--unit", TOWNSHIP],
    );
    assert_eq!((all.len(), &all[0]["source"]), (1, &"township".into()));
    assert_eq!(all[0]["named"], false);
    let future = r#"[{"name":"乙(虚构)","received":"2099-01-01"}]"#;
    let json = office.file("r.json", future.as_bytes());
    let said = office.run(1, &["tips", "import", &json, "--actor", "甲某"]);
    assert!(said.contains("r.json:1: error: 受理时间"), "{said}");
}

#[test]
fn complaints_are_one_named_part_of_a_sites_score() {
    let office = Office::new(1);
    let score = |office: &Office| {
        let row = lines(office, &["findings", "--by", "site"]).remove(0);
        let parts = row["score"]["contributions"].as_array().unwrap().clone();
        let part = parts.into_iter().find(|p| p["name"] == "complaints");
        (row["complaints"].clone(), part.map(|p| p["points"].clone()))
    };
    assert_eq!(score(&office), (0.into(), None));
    let (_, second) = taken(&office);
    assert_eq!(score(&office), (2.into(), Some(6.0.into())));
    let words = [
        "tips",
        "outcome",
        &second,
        "unfounded",
        "--comment",
        "查无此事",
        "--actor",
        "甲某",
    ];
    office.run(0, &words);
    assert_eq!(score(&office), (1.into(), Some(3.0.into())));
}

#[test]
fn warnings_are_a_restricted_view_and_are_followed_to_their_end() {
    let office = Office::new(1);
    let id = format!("{}#0", office.items[0]);
    office.run(2, &["desk", "urgent", "--actor", "丙某"]);
    office.run(2, &["desk", "urgent", "--actor", "路人"]);
    let said = office.run(1, &["desk", "urgent", "--actor", "甲某"]);
    assert!(said.contains(&id) && said.contains("未处理"), "{said}");
    let act = |code, words: &[&str]| {
        office.run(
            code,
            &[&["desk", "opinion"], words, &["--actor", "甲某"]].concat(),
        )
    };
    act(2, &["see", "wx-none#0"]);
    act(0, &["see", &id, "--comment", "已核地点"]);
    assert!(act(2, &["settle", &id, "--result", "已劝返"]).contains("passed on"));
    act(0, &["pass", &id, "--to", "县公安局", "--how", "值班电话"]);
    let open = lines(
        &office,
        &["desk", "opinion", "list", "--open", "--actor", "甲某"],
    );
    assert_eq!(open.len(), 1);
    act(0, &["settle", &id, "--result", "已劝返"]);
    act(2, &["see", &id]);
    office.run(0, &["desk", "urgent", "--actor", "甲某"]);
    let journal = office.run(0, &["journal", "show"]);
    assert!(journal.contains("warnings of opinion"), "{journal}");
    let digest = office.json(&[
        "report",
        "opinion",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
    ]);
    for part in ["转县公安局", "办结：已劝返"] {
        assert!(digest.to_string().contains(part), "{part} in {digest}");
    }
}

#[test]
fn a_campaign_is_counted_by_units_beside_what_the_desk_saw() {
    let office = Office::new(1);
    let list = "name = \"名单\"\n[[seed]]\nid = \"gaoxi\"\nname = \"甲\"\nstart = \"http://a.test/\"\nsector = \"p2p\"\n\
        [[seed]]\nid = \"b\"\nname = \"乙\"\nstart = \"http://b.test/\"\nsector = \"p2p\"\n";
    let list = office.file("list.toml", list.as_bytes());
    office.run(0, &["cases", "open", "--from-findings", "--actor", "甲某"]);
    let begin = |id: &str, seed: &str, code: i32| {
        let words = [
            "campaigns",
            "begin",
            id,
            "--name",
            "冬季清理",
            "--from",
            "2026-01-01",
            "--until",
            "2099-12-31",
            "--list",
            &list,
            "--seed",
            seed,
            "--actor",
            "甲某",
        ];
        office.run(code, &words)
    };
    assert!(begin("winter", "none", 2).contains("gaoxi"));
    begin("Winter", "gaoxi", 2);
    begin("winter", "gaoxi", 0);
    begin("winter", "gaoxi", 2);
    begin("other", "b", 0);
    let seeds = office.run(0, &["campaigns", "seeds", "winter", "--list", &list]);
    assert!(
        seeds.contains("a.test") && !seeds.contains("b.test"),
        "{seeds}"
    );
    let count = |found: &str, removed: &str, code: i32| {
        let words = [
            "campaigns",
            "count",
            "winter",
            "--unit",
            "刘龙台镇",
            "--found",
            found,
            "--removed",
            removed,
            "--actor",
            "甲某",
        ];
        office.run(code, &words)
    };
    count("1", "2", 2);
    count("5", "3", 0);
    let shown = office.json(&["campaigns", "show", "winter"]);
    let unit = |code: &str| {
        let units = shown["units"].as_array().unwrap();
        units.iter().find(|u| u["unit"] == code).unwrap().clone()
    };
    assert_eq!(unit(TOWNSHIP)["reported"]["left"], 2);
    // The case of the sealed item was opened on the campaign's days, of one of its seeds; its place is not known.
    assert_eq!(unit("")["seen"]["found"], 1);
    let other = office.json(&["campaigns", "show", "other"]);
    assert_eq!(other["units"].as_array().unwrap().len(), 0);
    office.run(
        0,
        &[
            "campaigns",
            "end",
            "winter",
            "--result",
            "完毕",
            "--actor",
            "甲某",
        ],
    );
    count("6", "3", 2);
    let words = ["report", "phase", "--phase", "3", "--from", "2026-01-01"];
    let phase = office.json(&words).to_string();
    assert!(phase.contains("冬季清理"), "{phase}");
}

#[test]
fn a_shift_is_rostered_and_handed_over_and_stands_in_the_daily_report() {
    let office = Office::new(0);
    // A report tells what was entered by the end of its day.
    let day = (chrono::Utc::now() + chrono::TimeDelta::hours(8)).date_naive();
    let (today, tomorrow) = (day.to_string(), day.succ_opt().unwrap().to_string());
    let roster = |officers: &str, code: i32| {
        let words = [
            "duty",
            "roster",
            "--day",
            &today,
            "--until",
            &tomorrow,
            "--shift",
            "白班",
            "--officers",
            officers,
            "--leader",
            "丁某",
            "--actor",
            "丁某",
        ];
        office.run(code, &words)
    };
    assert!(roster("路人", 2).contains("not registered"));
    roster("甲某、乙某", 0);
    let handover = |from: &str, to: &str, code: i32| {
        let words = [
            "duty",
            "handover",
            "--day",
            &today,
            "--shift",
            "白班",
            "--to",
            to,
            "--done",
            "巡查两轮",
            "--left",
            "待复核一件",
            "--actor",
            from,
        ];
        office.run(code, &words)
    };
    assert!(handover("丙某", "乙某", 2).contains("not on duty"));
    assert!(handover("甲某", "甲某", 2).contains("another officer"));
    handover("甲某", "乙某", 0);
    assert!(handover("甲某", "丁某", 2).contains("already"));
    let listed = office.json(&["duty", "list", "--from", &today]);
    assert_eq!(listed["roster"].as_array().unwrap().len(), 2);
    let daily = office
        .json(&["report", "daily", "--on", &today])
        .to_string();
    assert!(daily.contains("白班") && daily.contains("丁某"), "{daily}");
    let shift = office.json(&["report", "handover", "--on", &today]);
    assert!(shift.to_string().contains("待复核一件"), "{shift}");
}
