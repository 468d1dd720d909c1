//! Lists by command: from a determined case to a signed bundle, to receipts, a recheck, an appeal and a withdrawal.

use super::Office;
use std::path::{Path, PathBuf};
use std::process::Command;
use wangxun::model::custody::Actor;
use wangxun::storage::desk::event_once;
use wangxun::storage::minisign::PublicKey;
use wangxun::storage::takedown::{Receiver, verify};
use wangxun::wire::desk::DeskFact;
use wangxun::wire::desk::takedown::TakedownFact;

const CONFIG: &str = "unit = \"虚构县金融办\"\n[takedown]\nissuer = \"虚构县处置非法集资工作领导小组办公室\"\n\
contact = \"虚构县某路1号，0416-0000000\"\nemail = \"office@jinrong.example\"\ndomain = \"jinrong.example\"\n\
appeal_contact = \"虚构县金融办，0416-0000000\"\nremedies = \"虚构的救济途径说明。\"\nprefix = \"yx\"\n";
pub(super) const OPERATOR: &str = "虚构电信公司某县分公司";

pub(super) struct Desk {
    pub(super) office: Office,
    case: String,
    key: String,
}

impl Desk {
    /// An office with a case that is not determined.
    pub(super) fn new() -> Self {
        let office = Office::new(2);
        std::fs::write(office.home.join("wangxun.toml"), CONFIG).unwrap();
        let case = super::cases::open_one(&office);
        let key = office.key("名单");
        office.run(0, &["officers", "key", &key]);
        Self { office, case, key }
    }

    pub(super) fn determine(&self) {
        super::cases::determine(&self.office, &self.case);
    }

    pub(super) fn add(&self, code: i32, targets: &[&str]) -> String {
        let mut words = vec!["takedown", "add", "--case", &self.case, "--actor", "甲某"];
        for target in targets {
            words.extend(["--target", target]);
        }
        self.office.run(code, &words)
    }

    fn out(&self, name: &str) -> PathBuf {
        self.office.folder.path().join(name)
    }

    pub(super) fn build(&self, name: &str) -> PathBuf {
        let out = self.out(name);
        let path = out.to_string_lossy().into_owned();
        let words = [
            "takedown", "build", "--key", &self.key, "--out", &path, "--actor", "甲某",
        ];
        self.office.run(0, &words);
        out
    }

    pub(super) fn entries(&self) -> Vec<String> {
        let list = self.office.json(&["takedown", "list", "--all"]);
        let rows = list["entries"].as_array().unwrap();
        rows.iter()
            .map(|r| r["entry"].as_str().unwrap().to_owned())
            .collect()
    }

    fn verify(&self, code: i32, what: &Path, more: &[&str]) -> String {
        let key = format!("{}.pub", self.key);
        let what = what.to_string_lossy();
        let words = ["takedown", "verify", &what, "--key", &key];
        self.office.run(code, &[&words[..], more].concat())
    }
}

#[test]
fn what_is_not_determined_goes_to_departments_only() {
    let desk = Desk::new();
    let said = desk.add(2, &["domain:gaoxi.test"]);
    assert!(
        said.contains("not determined") && said.contains("--list referral"),
        "{said}"
    );
    let words = [
        "takedown",
        "add",
        "--list",
        "referral",
        "--case",
        &desk.case,
        "--target",
        "domain:gaoxi.test",
        "--department",
        "market",
        "--actor",
        "甲某",
    ];
    desk.office.run(0, &words);
    let out = desk.out("referral").to_string_lossy().into_owned();
    let words = [
        "takedown", "build", "--list", "referral", "--key", &desk.key, "--out", &out, "--actor",
        "甲某",
    ];
    desk.office.run(0, &words);
    desk.verify(0, Path::new(&out), &[]);
    let names: Vec<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        names
            .iter()
            .all(|n| !n.contains("rpz") && !n.contains("hosts") && !n.contains("domains")),
        "{names:?}"
    );
    let said = desk.office.run(
        2,
        &["takedown", "export", "--list", "referral", "--form", "rpz"],
    );
    assert!(said.contains("nobody has determined"), "{said}");
    let said = desk
        .office
        .run(0, &["takedown", "list", "--list", "action"]);
    assert!(!said.contains("gaoxi"), "{said}");
}

#[test]
fn a_list_is_built_signed_verified_and_withdrawn() {
    let desk = Desk::new();
    desk.determine();
    let said = desk.add(
        2,
        &["domain:gaoxi.test", "domain:icbc.com.cn", "domain:gov.cn"],
    );
    assert!(
        said.contains("licensed-institution") && said.contains("public-suffix"),
        "{said}"
    );
    assert!(desk.entries().is_empty(), "all or nothing");
    desk.add(0, &["domain:gaoxi.test", "subdomain:app.licai.example"]);
    assert!(desk.add(0, &["domain:gaoxi.test"]).contains("新增 0 条"));
    let first = desk.build("first");
    let seen = desk.out("seen.json").to_string_lossy().into_owned();
    let said = desk.verify(0, &first, &["--seen", &seen]);
    assert!(said.contains("yx-action 第 1 期"), "{said}");
    let zone = first.join("yx-action-000001.rpz");
    if let Ok(output) = Command::new("minisign")
        .arg("-Vm")
        .arg(&zone)
        .args(["-p", &format!("{}.pub", desk.key)])
        .output()
    {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}");
        assert!(
            said.contains("serial=1") && said.contains("file=yx-action-000001.rpz"),
            "{said}"
        );
    } else {
        println!("skipped: minisign is not installed");
    }
    let entries = desk.entries();
    let words = [
        "takedown",
        "withdraw",
        &entries[0],
        "--reason",
        "经复查已整改",
        "--document",
        "虚处撤〔2026〕1号",
        "--actor",
        "甲某",
    ];
    desk.office.run(0, &[&words[..], &["--dry-run"]].concat());
    assert_eq!(
        desk.office.json(&["takedown", "list"])["entries"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    desk.office.run(0, &words);
    let second = desk.build("second");
    desk.verify(0, &second, &["--seen", &seen]);
    let said = desk.verify(1, &first, &["--seen", &seen]);
    assert!(said.contains("serial 1 is older than 2"), "{said}");
    let (old, new, delta) = (
        first.join("yx-action-000001.json"),
        second.join("yx-action-000002.json"),
        second.join("yx-action-000002.delta.json"),
    );
    let made = desk.out("made.json");
    let words = [
        "takedown",
        "apply",
        &old.to_string_lossy(),
        &delta.to_string_lossy(),
        "--out",
        &made.to_string_lossy(),
    ]
    .map(str::to_owned);
    desk.office
        .run(0, &words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(std::fs::read(&made).unwrap(), std::fs::read(&new).unwrap());
    for form in [
        "csv",
        "domains.txt",
        "hosts",
        "rpz",
        "json",
        "stix.json",
        "xarf.jsonl",
    ] {
        let text =
            std::fs::read_to_string(second.join(format!("yx-action-000002.{form}"))).unwrap();
        assert!(text.contains(&entries[0]), "{form}");
    }
    damage(&desk, &second);
}

/// What a receiver refuses.
fn damage(desk: &Desk, bundle: &Path) {
    let name = "yx-action-000002.rpz";
    let (zone, beside) = (bundle.join(name), bundle.join(format!("{name}.minisig")));
    let good = std::fs::read(&zone).unwrap();
    std::fs::write(&zone, [&good[..], b"evil CNAME .\n"].concat()).unwrap();
    assert!(desk.verify(1, bundle, &[]).contains("bad signature"));
    std::fs::write(&zone, &good).unwrap();
    let renamed = bundle.join("other.rpz");
    std::fs::copy(&zone, &renamed).unwrap();
    std::fs::copy(&beside, bundle.join("other.rpz.minisig")).unwrap();
    assert!(desk.verify(1, &renamed, &[]).contains("wrong name"));
    assert!(desk.verify(1, bundle, &[]).contains("does not belong"));
    std::fs::remove_file(&renamed).unwrap();
    std::fs::remove_file(bundle.join("other.rpz.minisig")).unwrap();
    let aside = desk.out("aside");
    std::fs::rename(&zone, &aside).unwrap();
    assert!(desk.verify(1, bundle, &[]).contains("is missing"));
    std::fs::rename(&aside, &zone).unwrap();
    desk.verify(0, bundle, &[]);
    let text = std::fs::read_to_string(format!("{}.pub", desk.key)).unwrap();
    let key = PublicKey::parse(&text).unwrap();
    let later = chrono::Utc::now() + chrono::TimeDelta::days(31);
    let faults = verify(
        bundle,
        &Receiver {
            key: &key,
            now: later,
            last: None,
        },
    )
    .unwrap_err();
    assert!(faults[0].contains("expired at"), "{faults:?}");
    let other = std::fs::read_to_string(format!("{}.pub", desk.office.key("甲某"))).unwrap();
    let other = PublicKey::parse(&other).unwrap();
    let faults = verify(
        bundle,
        &Receiver {
            key: &other,
            now: chrono::Utc::now(),
            last: None,
        },
    )
    .unwrap_err();
    assert!(faults[0].contains("was made by key"), "{faults:?}");
}

#[test]
fn operators_answer_and_are_reminded() {
    let desk = Desk::new();
    desk.determine();
    desk.add(0, &["domain:gaoxi.test", "subdomain:app.licai.example"]);
    desk.build("one");
    let letter = desk.out("letter").to_string_lossy().into_owned();
    let words = [
        "takedown",
        "letter",
        "--operator",
        OPERATOR,
        "--out",
        &letter,
        "--no-pdf",
        "--due",
        "2026-12-10",
        "--actor",
        "甲某",
    ];
    desk.office.run(0, &words);
    let said = desk
        .office
        .run(1, &["receipts", "remind", "--as-of", "2026-12-13"]);
    assert!(
        said.contains(OPERATOR) && said.contains("逾期 3 天"),
        "{said}"
    );
    let entries = desk.entries();
    let receipt = |name: &str, text: String| desk.office.file(name, text.as_bytes());
    let head = "名单编号,序列号,条目编号,结果,理由,办理时间";
    let bad = receipt(
        "bad.csv",
        format!(
            "{head}\nyx-action,1,{},不能办理,,2026-12-01\nyx-action,7,{},已处置,,2026-12-01\n",
            entries[0], entries[1]
        ),
    );
    let said = desk.office.run(
        2,
        &[
            "receipts",
            "import",
            &bad,
            "--operator",
            OPERATOR,
            "--actor",
            "甲某",
        ],
    );
    assert!(
        said.contains("bad.csv:2:") && said.contains("理由"),
        "{said}"
    );
    assert!(
        said.contains("bad.csv:3:") && said.contains("never issued"),
        "{said}"
    );
    let good = receipt(
        "good.csv",
        format!(
            "{head}\nyx-action,1,{},已处置,,2026-12-01 10:30\nyx-action,1,{},不能办理,不在本网,2026-12-01\n",
            entries[0], entries[1]
        ),
    );
    let import = [
        "receipts",
        "import",
        &good,
        "--operator",
        OPERATOR,
        "--actor",
        "甲某",
    ];
    assert!(table(&desk.office, "运营单位回执").contains("未回执"));
    assert!(table(&desk.office, "签发的处置清单").contains(&desk.case));
    let dry = desk.office.json(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(
        (dry["new"].as_u64(), dry["dry_run"].as_bool()),
        (Some(2), Some(true))
    );
    assert_eq!(desk.office.json(&import)["new"], 2);
    assert_eq!(desk.office.json(&import)["new"], 0, "told twice, kept once");
    let list = desk.office.json(&["receipts", "list"]);
    assert_eq!(list["receipts"].as_array().unwrap().len(), 2);
    let told = table(&desk.office, "运营单位回执");
    assert!(
        told.contains("不能办理1条、已处置1条") && !told.contains("未回执"),
        "{told}"
    );
    desk.office
        .run(0, &["receipts", "remind", "--as-of", "2026-12-13"]);
}

#[test]
fn an_appeal_is_reviewed_by_somebody_else_and_lifts() {
    let desk = Desk::new();
    desk.determine();
    desk.add(0, &["domain:gaoxi.test"]);
    let entry = desk.entries().remove(0);
    let words = [
        "takedown",
        "appeal",
        "file",
        &entry,
        "--party",
        "网站经营者",
        "--grounds",
        "已取得许可，电话13900000000",
        "--actor",
        "甲某",
    ];
    let filed = desk.office.json(&words);
    let number = filed["number"].as_str().unwrap().to_owned();
    assert!(
        !filed["grounds"].as_str().unwrap().contains("13900000000"),
        "{filed}"
    );
    for author in ["甲某", "乙某"] {
        let words = [
            "takedown",
            "appeal",
            "assign",
            &number,
            "--reviewer",
            author,
            "--actor",
            "甲某",
        ];
        let said = desk.office.run(2, &words);
        assert!(said.contains("cannot review"), "{said}");
    }
    let words = [
        "takedown",
        "appeal",
        "assign",
        &number,
        "--reviewer",
        "丁某",
        "--actor",
        "甲某",
    ];
    desk.office.run(0, &words);
    let decide = |by: &'static str| {
        [
            "takedown",
            "appeal",
            "decide",
            &number,
            "--outcome",
            "lifted",
            "--reason",
            "许可属实",
            "--document",
            "虚处复〔2026〕1号",
            "--actor",
            by,
        ]
        .map(str::to_owned)
    };
    let run = |code: i32, words: &[String]| {
        desk.office
            .run(code, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(run(2, &decide("甲某")).contains("reviewed by 丁某"));
    run(0, &decide("丁某"));
    let shown = desk.office.json(&["takedown", "show", &entry]);
    assert_eq!(shown["state"], "withdrawn");
    assert!(
        shown["reason"].as_str().unwrap().contains(&number),
        "{shown}"
    );
}

#[test]
fn one_entry_gives_way_to_another() {
    let desk = Desk::new();
    desk.determine();
    desk.add(0, &["domain:gaoxi.test", "subdomain:app.licai.example"]);
    let (office, entries) = (&desk.office, desk.entries());
    let shown = |entry: &str| office.json(&["takedown", "show", entry]);
    let (main, app) = match shown(&entries[0])["value"].as_str() {
        Some("gaoxi.test") => (&entries[0], &entries[1]),
        _ => (&entries[1], &entries[0]),
    };
    let give_way = |code: i32, one: &str, by: &str| {
        let why = ["--reason", "改列主域名", "--actor", "甲某"];
        let words = ["takedown", "supersede", one, "--by", by];
        office.run(code, &[&words[..], &why].concat())
    };
    assert!(give_way(2, app, app).contains("in its own place"));
    give_way(0, app, main);
    assert!(give_way(2, main, app).contains("is not active"));
    assert_eq!(shown(app)["state"], "superseded");
    // The next issue names it in every form, and blocks it in none.
    let bundle = desk.build("next");
    desk.verify(0, &bundle, &[]);
    let form = |form: &str| {
        let file = bundle.join(format!("yx-action-000001.{form}"));
        std::fs::read_to_string(file).unwrap()
    };
    for name in [
        "csv",
        "json",
        "rpz",
        "hosts",
        "domains.txt",
        "stix.json",
        "xarf.jsonl",
    ] {
        assert!(
            form(name).contains(app.as_str()),
            "{name} says nothing of it"
        );
    }
    let zone = form("rpz");
    let blocked = |name: &str| {
        let mut lines = zone.lines();
        lines.any(|l| l.starts_with(name) && l.contains("CNAME"))
    };
    assert!(
        blocked("gaoxi.test") && !blocked("app.licai.example"),
        "{zone}"
    );
}

#[test]
fn entries_run_out() {
    let desk = Desk::new();
    desk.determine();
    desk.add(0, &["domain:gaoxi.test"]);
    let office = &desk.office;
    // The same determination, listed for a time that is over: the command takes no such days.
    let store = crate::storage::sample::open(&office.home);
    let mut events = store.desk().unwrap();
    let listed = events.events().iter().find_map(|e| match &e.what {
        DeskFact::Takedown(TakedownFact::Listed(listed)) => Some(listed.clone()),
        _ => None,
    });
    let mut past = listed.unwrap();
    past.value = "jiu-gaoxi.test".to_owned();
    past.valid_until = Some(past.valid_from - chrono::Days::new(2));
    let what = DeskFact::Takedown(TakedownFact::Listed(past));
    let event = event_once("past", chrono::Utc::now(), "甲某", what);
    let actor = Actor {
        name: "甲某".to_owned(),
        role: "officer".to_owned(),
        unit: "虚构县金融办".to_owned(),
    };
    events.append(vec![event], &actor).unwrap();
    drop((events, store));
    let expired = |more: &[&str]| {
        let words = ["takedown", "expire", "--actor", "甲某"];
        let told = office.json(&[&words[..], more].concat());
        let entries = told["entries"].as_array().unwrap().iter();
        entries
            .map(|e| e.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(expired(&["--dry-run"]).len(), 1);
    assert!(expired(&["--dry-run", "--as-of", "2026-01-01"]).is_empty());
    let gone = expired(&[]);
    assert!(expired(&[]).is_empty(), "told once");
    let shown = office.json(&["takedown", "show", &gone[0]]);
    assert_eq!(shown["state"], "expired", "{shown}");
    let as_of = [
        "takedown",
        "expire",
        "--actor",
        "甲某",
        "--as-of",
        "2099-01-01",
    ];
    assert!(
        office.run(2, &as_of).contains("--dry-run"),
        "the future is only told"
    );
}

/// A table of today's duty report, as JSON.
pub(super) fn table(office: &Office, title: &str) -> String {
    let report = office.json(&["report", "daily"]);
    let sections = report["sections"].as_array().unwrap().iter();
    let mut blocks = sections.flat_map(|s| s["blocks"].as_array().unwrap());
    let found = blocks.find(|b| b["table"]["title"] == title);
    found.map(|b| b["table"].to_string()).unwrap_or_default()
}
