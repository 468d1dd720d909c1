//! Imports by command that are killed at any moment: repeated, they give what one whole import gives, nothing lost or doubled.

use super::takedown::{Desk, OPERATOR};
use super::{Office, wangxun};
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;
use wangxun::storage::desk;
use wangxun::storage::home::Home;
use wangxun::wire::desk::DeskFact;
use wangxun::wire::desk::receipt::ReceiptFact;
use wangxun::wire::desk::subject::SubjectFact;
use wangxun::wire::desk::tip::TipFact;

/// How often each import is killed; the suite does so a few times.
const KILLS: &str = "WANGXUN_TEST_IMPORT_KILLS";
const ROWS: usize = 30;

/// Runs a command and kills it after this long; true when it was killed before it ended.
fn kill(office: &Office, words: &[&str], after: Duration) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args(words)
        .env("WANGXUN_HOME", &office.home)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    let killed = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    killed
}

/// Kills an import at many moments, then lets it come to its end twice.
fn kill_and_repeat(office: &Office, words: &[&str]) -> usize {
    let kills = std::env::var(KILLS).ok().and_then(|n| n.parse().ok());
    let kills: u64 = kills.unwrap_or(4);
    let start = std::time::Instant::now();
    // How long an import takes here, told by one that keeps nothing.
    let dry = [words, &["--dry-run"]].concat();
    assert_eq!(wangxun(&office.home, &dry).status.code(), Some(0));
    let whole = u64::try_from(start.elapsed().as_micros()).unwrap();
    let mut killed = 0;
    for n in 0..kills {
        let moment = Duration::from_micros(whole * (n * 2 + 1) / (kills * 2) + n * 137);
        killed += usize::from(kill(office, words, moment));
    }
    office.run(0, words);
    office.run(0, words);
    office.run(0, &["evidence", "verify"]);
    killed
}

/// What was imported: what names each, in the order of the journal.
fn imported(office: &Office) -> Vec<String> {
    let events = desk::read(&Home::read_only(&office.home).unwrap()).unwrap();
    let told = events.into_iter().filter_map(|event| match event.what {
        DeskFact::Tip(TipFact::Taken(tip)) => Some(tip.receipt),
        DeskFact::Receipt(ReceiptFact::Answered { entry, .. }) => Some(entry),
        DeskFact::Subject(SubjectFact::Listed(row)) => Some(row.bearer),
        _ => None,
    });
    told.collect()
}

fn each_once(office: &Office, killed: usize, what: &str) {
    let all = imported(office);
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (ROWS, ROWS), "{what}");
    println!("{what}: killed {killed} times, {ROWS} rows, each once");
}

#[test]
fn tips_and_their_reporters_are_kept_once() {
    let office = Office::new(0);
    let rows = (0..ROWS).map(|n| format!("t{n}.example,虚构的线索,举报某{n}\n"));
    let sheet = format!("网址,举报内容,举报人\n{}", rows.collect::<String>());
    let sheet = office.file("tips.csv", sheet.as_bytes());
    let killed = kill_and_repeat(&office, &["tips", "import", &sheet, "--actor", "甲某"]);
    each_once(&office, killed, "tips");
    let private = std::fs::read_dir(office.home.join("desk/private")).unwrap();
    assert_eq!(private.count(), ROWS);
}

#[test]
fn listed_entities_are_kept_once() {
    let office = Office::new(0);
    let rows = (0..ROWS).map(|n| format!("虚构{n}号财富管理有限公司,投资咨询\n"));
    let sheet = format!("名称,经营范围\n{}", rows.collect::<String>());
    let sheet = office.file("list.csv", sheet.as_bytes());
    let words = [
        "subjects",
        "screen",
        &sheet,
        "--source",
        "虚构局",
        "--as-of",
        "2026-11-01",
        "--actor",
        "甲某",
    ];
    let killed = kill_and_repeat(&office, &words);
    each_once(&office, killed, "listed entities");
}

#[test]
fn receipts_are_kept_once() {
    let desk = Desk::new();
    desk.determine();
    let targets: Vec<String> = (0..ROWS).map(|n| format!("domain:r{n}.example")).collect();
    desk.add(0, &targets.iter().map(String::as_str).collect::<Vec<_>>());
    desk.build("one");
    let rows = desk
        .entries()
        .into_iter()
        .map(|entry| format!("yx-action,1,{entry},已处置,,2026-12-01 10:30\n"));
    let head = "名单编号,序列号,条目编号,结果,理由,办理时间\n";
    let text = format!("{head}{}", rows.collect::<String>());
    let sheet = desk.office.file("reply.csv", text.as_bytes());
    let words = [
        "receipts",
        "import",
        &sheet,
        "--operator",
        OPERATOR,
        "--actor",
        "甲某",
    ];
    let killed = kill_and_repeat(&desk.office, &words);
    each_once(&desk.office, killed, "receipts");
}
