//! A case from sealed evidence to its closing, and what is refused on the way.

use super::{Office, TOWNSHIP};

const CASE: &str = "WX-2026-0001";

/// The number of the first case, whatever year it is.
fn first(office: &Office) -> String {
    let list = office.json(&["cases", "list", "--all"]);
    list["cases"][0]["case"].as_str().unwrap().to_owned()
}

/// Opens a case from the findings of the sealed items.
pub(super) fn open_one(office: &Office) -> String {
    office.run(0, &["cases", "open", "--from-findings", "--actor", "甲某"]);
    first(office)
}

/// A determined case.
pub(super) fn determined(office: &Office) -> String {
    let case = open_one(office);
    determine(office, &case);
    case
}

/// Determines a case by two signatures.
pub(super) fn determine(office: &Office, case: &str) {
    let document = office.file("认定书.txt", "虚构的认定书".as_bytes());
    office.run(
        0,
        &[
            "cases", "move", case, "--to", "初核", "--why", "受理", "--actor", "甲某",
        ],
    );
    for rule in ["AD-25-1", "YD-01"] {
        // Bases that were read in full need no confirmation; others are confirmed once.
        let words = [
            "cases",
            "confirm-basis",
            rule,
            "--source",
            "国家法律法规数据库",
            "--actor",
            "乙某",
        ];
        let _ = super::wangxun(&office.home, &words);
    }
    office.run(0, &determine_words(case, &document, "甲某", "乙某"));
    for officer in ["甲某", "乙某"] {
        let key = office.key(officer);
        office.run(
            0,
            &["cases", "sign", case, "--officer", officer, "--key", &key],
        );
    }
}

fn determine_words<'w>(
    case: &'w str,
    document: &'w str,
    officer: &'w str,
    reviewer: &'w str,
) -> Vec<&'w str> {
    vec![
        "cases",
        "determine",
        case,
        "--number",
        "虚处非认〔2026〕1号",
        "--authority",
        "虚构县处置非法集资牵头部门",
        "--statement",
        "以承诺保本付息方式向社会公众吸收资金",
        "--document",
        document,
        "--rule",
        "AD-25-1",
        "--officer",
        officer,
        "--reviewer",
        reviewer,
        "--actor",
        "甲某",
    ]
}

fn state(office: &Office, case: &str) -> String {
    office.json(&["cases", "show", case])["state_label"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_case_goes_from_evidence_to_closing() {
    let office = Office::new(3);
    let dry = office.json(&[
        "cases",
        "open",
        "--from-findings",
        "--actor",
        "甲某",
        "--dry-run",
    ]);
    assert_eq!(dry["cases"].as_array().unwrap().len(), 1);
    assert!(
        office.json(&["cases", "list"])["cases"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let case = open_one(&office);
    let shown = office.json(&["cases", "show", &case]);
    assert_eq!(shown["evidence"].as_array().unwrap().len(), 3);
    assert_eq!(shown["state"], "found");
    assert_eq!(shown["sites"][0], "gaoxi.test");
    assert_eq!(shown["severity"], 4);
    // Told again, the same findings open nothing.
    let again = office.json(&["cases", "open", "--from-findings", "--actor", "甲某"]);
    assert!(again["cases"].as_array().unwrap().is_empty());
    determine(&office, &case);
    assert_eq!(state(&office, &case), "认定");
    let words = [
        "cases",
        "propose",
        &case,
        "--to",
        "限期整改",
        "--why",
        "情节较轻",
        "--document",
        "虚整〔2026〕1号",
        "--due",
        "2099-12-20",
        "--actor",
        "甲某",
    ];
    office.run(0, &words);
    assert!(
        office
            .run(0, &["cases", "list", "--proposed"])
            .contains("待确认:限期整改")
    );
    office.run(
        0,
        &[
            "cases",
            "return",
            &case,
            "--comment",
            "补充整改内容",
            "--actor",
            "乙某",
        ],
    );
    let shown = office.json(&["cases", "show", &case]);
    assert_eq!(shown["proposals"][0]["decided"]["comment"], "补充整改内容");
    assert_eq!(state(&office, &case), "认定");
    office.run(0, &words);
    office.run(0, &["cases", "confirm", &case, "--actor", "乙某"]);
    assert_eq!(state(&office, &case), "限期整改");
    let due = office.json(&["cases", "deadlines"]);
    assert_eq!(due["deadlines"][0]["due"], "2099-12-20");
    for to in ["反馈", "复查"] {
        office.run(
            0,
            &[
                "cases",
                "move",
                &case,
                "--to",
                to,
                "--why",
                "整改报告",
                "--actor",
                "甲某",
            ],
        );
    }
    let close = [
        "cases",
        "propose",
        &case,
        "--to",
        "结案",
        "--why",
        "复查已改",
        "--actor",
        "甲某",
    ];
    assert!(office.run(2, &close).contains("--result"));
    let unchanged = [&close[..], &["--result", "没改"]].concat();
    assert!(office.run(2, &unchanged).contains("关闭取缔"));
    office.run(0, &[&close[..], &["--result", "改了"]].concat());
    office.run(0, &["cases", "confirm", &case, "--actor", "丁某"]);
    assert_eq!(state(&office, &case), "结案");
    assert!(
        office
            .run(0, &["cases", "show", &case])
            .contains("复查 → 结案")
    );
    let sample = [
        "cases",
        "sample",
        "--seed",
        "7",
        "--from",
        "2020-01-01",
        "--until",
        "2099-12-31",
        "--actor",
        "甲某",
    ];
    let drawn = office.json(&sample);
    // Both reviewers had part in it: nobody is left to review.
    assert_eq!(drawn["without_reviewer"][0], case.as_str());
    let rate = office.json(&[
        "cases",
        "rate",
        "--from",
        "2020-01-01",
        "--until",
        "2099-12-31",
    ]);
    assert_eq!(
        (&rate["cases_decided"], &rate["cases_determined"]),
        (&1.into(), &1.into())
    );
    let again = office.json(&["cases", "recurrence"]);
    assert_eq!(again["units"][0]["closed"], 1);
    office.run(0, &["evidence", "verify"]);
}

#[test]
fn illegal_steps_are_refused_with_what_is_allowed() {
    let office = Office::new(1);
    let case = open_one(&office);
    for (to, allowed) in [
        ("认定", "初核"),
        ("关闭取缔", "初核"),
        ("结案", "初核"),
        ("限期整改", "初核"),
    ] {
        let words = [
            "cases",
            "move",
            &case,
            "--to",
            to,
            "--why",
            "x",
            "--document",
            "d",
            "--actor",
            "甲某",
        ];
        let said = office.run(2, &words);
        assert!(said.contains(&format!("allowed: {allowed}")), "{said}");
    }
    office.run(
        2,
        &[
            "cases", "move", &case, "--to", "办结", "--why", "x", "--actor", "甲某",
        ],
    );
    let stranger = [
        "cases", "move", &case, "--to", "初核", "--why", "x", "--actor", "路人",
    ];
    assert!(office.run(2, &stranger).contains("officers add"));
    office.run(
        0,
        &[
            "cases", "move", &case, "--to", "初核", "--why", "受理", "--actor", "甲某",
        ],
    );
    // Nobody moves a case to a determination, and nobody drops one alone.
    let move_to = |to| {
        [
            "cases", "move", &case, "--to", to, "--why", "x", "--actor", "甲某",
        ]
        .map(str::to_owned)
    };
    let said = |to| {
        let words = move_to(to);
        office.run(2, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(said("认定").contains("two signatures"));
    assert!(said("不成立").contains("confirmed by another"));
    let drop = [
        "cases",
        "propose",
        &case,
        "--to",
        "不成立",
        "--why",
        "查无实据",
        "--actor",
        "乙某",
    ];
    office.run(0, &drop);
    let confirm = |who| office.run(2, &["cases", "confirm", &case, "--actor", who]);
    assert!(confirm("乙某").contains("another officer"));
    assert!(confirm("甲某").contains("复核员"));
    assert!(office.run(2, &drop).contains("waits"));
    office.run(2, &["cases", "return", &case, "--actor", "丁某"]);
    office.run(0, &["cases", "confirm", &case, "--actor", "丁某"]);
    assert_eq!(state(&office, &case), "不成立");
    // A deleted or unknown item opens nothing.
    office.run(
        2,
        &[
            "cases",
            "open",
            "wx-aaaaaaaaaaaaaaaaaaaa",
            "--actor",
            "甲某",
        ],
    );
    assert!(
        office
            .run(2, &["cases", "open", &office.items[0], "--actor", "甲某"])
            .contains("already")
    );
}

#[test]
fn a_determination_takes_two_keys_and_read_bases() {
    let office = Office::new(1);
    let case = open_one(&office);
    let document = office.file("认定书.txt", "虚构的认定书".as_bytes());
    let words = determine_words(&case, &document, "甲某", "乙某");
    assert!(office.run(2, &words).contains("初核"));
    office.run(
        0,
        &[
            "cases", "move", &case, "--to", "初核", "--why", "受理", "--actor", "甲某",
        ],
    );
    let refused =
        |officer, reviewer| office.run(2, &determine_words(&case, &document, officer, reviewer));
    assert!(refused("甲某", "甲某").contains("another officer"));
    assert!(refused("甲某", "丙某").contains("no key"));
    assert!(refused("乙某", "甲某").contains("复核员"));
    // FD-1 and others rest on bases that were seen quoted: one of them is asked for by name.
    let listed = office.json(&["cases", "confirm-basis"]);
    let rule = listed["unconfirmed"][0]["rule"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut unread = determine_words(&case, &document, "甲某", "乙某");
    unread.extend(["--rule", &rule]);
    let said = office.run(2, &unread);
    assert!(
        said.contains("cases confirm-basis") && said.contains(&rule),
        "{said}"
    );
    office.run(
        0,
        &[
            "cases",
            "confirm-basis",
            &rule,
            "--source",
            "原文",
            "--actor",
            "乙某",
        ],
    );
    office.run(0, &unread);
    let (first, second) = (office.key("甲某"), office.key("乙某"));
    let third = office.key("丁某");
    let sign = |officer, key| {
        ["cases", "sign", &case, "--officer", officer, "--key", key].map(str::to_owned)
    };
    let run = |code, words: [String; 7]| {
        office.run(code, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(run(2, sign("甲某", &second)).contains("not a key of"));
    assert!(run(2, sign("丁某", &third)).contains("neither officer"));
    run(0, sign("甲某", &first));
    assert_eq!(state(&office, &case), "初核");
    run(0, sign("乙某", &second));
    assert_eq!(state(&office, &case), "认定");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&first, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(run(2, sign("甲某", &first)).contains("chmod 600"));
    }
    office.run(
        0,
        &[
            "officers", "revoke", "乙某", "--reason", "离岗", "--actor", "赵某",
        ],
    );
    assert!(
        office
            .run(2, &["cases", "confirm", &case, "--actor", "乙某"])
            .contains("not in force")
    );
}

#[test]
fn a_township_proposes_for_its_own_and_units_hand_over() {
    let office = Office::new(1);
    let case = open_one(&office);
    let words = [
        "cases", "move", &case, "--to", "初核", "--why", "受理", "--actor", "丙某",
    ];
    assert!(office.run(2, &words).contains("not its case"));
    office.run(
        0,
        &[
            "cases",
            "subject",
            &case,
            "--region",
            TOWNSHIP,
            "--licensed",
            "no",
            "--why",
            "登记查询",
            "--actor",
            "甲某",
        ],
    );
    let route = office.json(&["cases", "route", &case, "--actor", "甲某", "--dry-run"]);
    assert_eq!(route["lead"], TOWNSHIP);
    let differs = [
        "cases",
        "route",
        &case,
        "--department",
        "工商局",
        "--actor",
        "甲某",
    ];
    assert!(office.run(2, &differs).contains("--why"));
    office.run(0, &[&differs[..], &["--why", "会商确定"]].concat());
    let shown = office.json(&["cases", "show", &case]);
    assert_eq!(shown["route"]["departments"][0], "market");
    office.run(0, &words);
    let propose = [
        "cases",
        "propose",
        &case,
        "--to",
        "不成立",
        "--why",
        "已注销",
        "--actor",
        "丙某",
    ];
    office.run(0, &propose);
    assert!(
        office
            .run(2, &["cases", "confirm", &case, "--actor", "丙某"])
            .contains("another officer")
    );
    office.run(
        0,
        &[
            "cases",
            "return",
            &case,
            "--comment",
            "补充注销证明",
            "--actor",
            "乙某",
        ],
    );
    assert!(
        office
            .run(0, &["cases", "show", &case])
            .contains("补充注销证明")
    );
    office.run(
        0,
        &[
            "cases",
            "handover",
            &case,
            "--to",
            "210727102",
            "--why",
            "迁址",
            "--actor",
            "甲某",
        ],
    );
    assert!(
        office
            .run(
                2,
                &[
                    "cases",
                    "takeover",
                    &case,
                    "--unit",
                    "210727102",
                    "--actor",
                    "甲某"
                ]
            )
            .contains("another officer")
    );
    office.run(
        0,
        &[
            "cases",
            "takeover",
            &case,
            "--unit",
            "210727102",
            "--actor",
            "乙某",
        ],
    );
    let shown = office.json(&["cases", "show", &case]);
    assert_eq!(shown["route"]["lead"], "210727102");
    assert_eq!(shown["handovers"][0]["taken"]["by"]["by"], "乙某");
    let list = office.json(&["cases", "list", "--unit", "210727102"]);
    assert_eq!(list["cases"].as_array().unwrap().len(), 1);
}

#[test]
fn papers_measures_wording_questions_deadlines() {
    let office = Office::new(1);
    let case = open_one(&office);
    let report = office.file("银行报告.txt", "异动分析(虚构)".as_bytes());
    let attach = [
        "cases",
        "attach",
        &case,
        &report,
        "--what",
        "bank-report",
        "--actor",
        "甲某",
    ];
    office.run(0, &attach);
    office.run(0, &attach);
    let shown = office.json(&["cases", "show", &case]);
    assert_eq!(shown["documents"][0]["document"]["name"], "银行报告.txt");
    let act = [
        "cases",
        "act",
        &case,
        "--action",
        "警示约谈",
        "--unit",
        "虚构县金融办",
        "--result",
        "承诺下架",
        "--actor",
        "甲某",
    ];
    assert!(office.run(0, &act).contains("警示约谈"));
    office.run(
        2,
        &[
            "cases", "act", &case, "--action", "罚款", "--unit", "x", "--result", "y", "--actor",
            "甲某",
        ],
    );
    let text = "该平台未取得金融业务许可,请勿参与。";
    let wording = [
        "cases",
        "wording",
        &case,
        "--text",
        text,
        "--actor",
        "甲某",
        "--approved-by",
    ];
    assert!(
        office
            .run(2, &[&wording[..], &["甲某"]].concat())
            .contains("another officer")
    );
    office.run(0, &[&wording[..], &["乙某"]].concat());
    assert_eq!(office.run(0, &["cases", "wording", &case]).trim_end(), text);
    office.run(
        0,
        &[
            "cases",
            "qa",
            &case,
            "--question",
            "本金能否追回?",
            "--answer",
            "请向公安机关登记。",
            "--actor",
            "甲某",
        ],
    );
    let sheet = office.run(0, &["cases", "qa", &case]);
    assert!(
        sheet.contains("问:本金能否追回") && sheet.contains(text),
        "{sheet}"
    );
    office.run(
        0,
        &[
            "cases",
            "deadline",
            &case,
            "--what",
            "约谈",
            "--due",
            "2020-01-01",
            "--why",
            "立即",
            "--actor",
            "甲某",
        ],
    );
    let late = office.run(1, &["cases", "deadlines", "--overdue"]);
    assert!(late.contains("逾期"), "{late}");
    office.run(
        0,
        &[
            "cases",
            "deadline",
            &case,
            "--what",
            "约谈",
            "--met",
            "--why",
            "已约谈",
            "--actor",
            "甲某",
        ],
    );
    office.run(0, &["cases", "deadlines", "--overdue"]);
    let play = office.json(&["cases", "playbook", &case]);
    assert_eq!(
        (&play["severity"], &play["within_hours"]),
        (&4.into(), &24.into())
    );
    office.run(0, &["cases", "tables", "--write"]);
    let own = office.home.join("tables/playbook.toml");
    let table = std::fs::read_to_string(&own)
        .unwrap()
        .replace("within_hours = 24", "within_hours = 12");
    std::fs::write(&own, table.replace("sites = 5", "sites = 1")).unwrap();
    assert_eq!(
        office.json(&["cases", "playbook", &case])["within_hours"],
        12
    );
    // With the office's own rule this case has to be reported up at once.
    assert!(office.run(1, &["cases", "report-up"]).contains(&case));
    office.run(
        0,
        &[
            "cases",
            "report-up",
            &case,
            "--to",
            "县处非办",
            "--how",
            "电话",
            "--actor",
            "甲某",
        ],
    );
    office.run(0, &["cases", "report-up"]);
    std::fs::write(&own, "severity = [").unwrap();
    assert!(
        office
            .run(2, &["cases", "playbook", &case])
            .contains("playbook.toml:1")
    );
}

#[test]
fn numbers_of_cases_follow_one_another() {
    assert!(CASE.starts_with("WX-"));
    let office = Office::new(2);
    office.run(
        0,
        &[
            "cases",
            "open",
            &office.items[0],
            "--actor",
            "甲某",
            "--title",
            "虚构平台甲",
        ],
    );
    office.run(0, &["cases", "open", &office.items[1], "--actor", "甲某"]);
    let list = office.json(&["cases", "list"]);
    let numbers: Vec<&str> = list["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["case"].as_str().unwrap())
        .collect();
    assert!(
        numbers[0].ends_with("-0001") && numbers[1].ends_with("-0002"),
        "{numbers:?}"
    );
    assert_eq!(list["cases"][0]["title"], "虚构平台甲");
}
