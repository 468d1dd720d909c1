//! The desk's events outlive kills at any moment, damage is told, and nothing of them rests on the index.

use super::Office;
use crate::storage::sample::{Draft, open};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wangxun::desk::cases::Cases;
use wangxun::model::case::CaseState;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::storage::desk::{self, CaseOpening, OpeningDraft, event_once};
use wangxun::storage::home::Home;
use wangxun::storage::verify::{Outcome, Report, verify_store};
use wangxun::wire::desk::case::CaseFact;
use wangxun::wire::desk::tip::{TakenTip, TipFact};
use wangxun::wire::desk::{DeskEvent, DeskFact};
use wangxun::wire::desk_private::Reporter;

const HOME: &str = "WANGXUN_TEST_DESK_KILL_HOME";
/// Moments at which the child is killed; the suite takes few.
const KILLS: &str = "WANGXUN_TEST_DESK_KILLS";
/// Events of one import.
const BATCH: usize = 40;

fn actor() -> Actor {
    Actor {
        name: "甲某".to_owned(),
        role: "officer".to_owned(),
        unit: "虚构县".to_owned(),
    }
}

fn tip(n: usize, row: usize) -> DeskEvent {
    let receipt = desk::short_id("tp", &[&n.to_string(), &row.to_string()]);
    let what = TipFact::Taken(TakenTip {
        receipt,
        source: "township".to_owned(),
        unit: "刘龙台镇".to_owned(),
        url: format!("http://h{n}-{row}.example/"),
        site: format!("h{n}-{row}.example"),
        name: "虚构平台".to_owned(),
        code: String::new(),
        note: "虚构的线索".to_owned(),
        received: chrono::Utc::now(),
        named: false,
    });
    let key = format!("import {n} {row}");
    event_once(&key, chrono::Utc::now(), "甲某", DeskFact::Tip(what))
}

fn moved(case: &str, from: CaseState, to: CaseState) -> DeskEvent {
    let fact = CaseFact::Moved {
        case: case.to_owned(),
        from: from.code().to_owned(),
        to: to.code().to_owned(),
        why: "受理".to_owned(),
        document: String::new(),
        due: None,
        result: String::new(),
    };
    let key = format!("move {case} {}", to.code());
    event_once(&key, chrono::Utc::now(), "甲某", DeskFact::Case(fact))
}

/// Imports of many events, cases that are opened and moved, documents, reporters: one round after the other, told when it
/// is kept.
#[test]
#[ignore = "the child of killed_at_any_moment_nothing_is_lost_or_doubled"]
fn child_that_is_killed() {
    let Ok(home) = std::env::var(HOME) else {
        return;
    };
    let store = open(Path::new(&home));
    let mut desk = store.desk().unwrap();
    let rounds =
        (0..).find(|n| !desk.knows(&moved(&case(*n), CaseState::Found, CaseState::Review).id));
    let first = rounds.unwrap();
    println!("begun");
    for n in first.. {
        let events: Vec<DeskEvent> = (0..BATCH).map(|row| tip(n, row)).collect();
        let kept = desk.append(events.clone(), &actor()).unwrap();
        assert!(kept == 0 || kept == BATCH, "{kept} of {BATCH}");
        assert_eq!(desk.append(events, &actor()).unwrap(), 0);
        println!("imported {n}");
        let bytes = format!("document {n}");
        desk.attach(bytes.as_bytes(), "文书.txt", &actor()).unwrap();
        let reporter = Reporter {
            format: String::new(),
            receipt: desk::short_id("tp", &[&n.to_string(), "0"]),
            salt: String::new(),
            name: "举报人(虚构)".to_owned(),
            contact: String::new(),
            id_number: String::new(),
            address: String::new(),
        };
        desk.keep_reporter(reporter, &actor()).unwrap();
        let known = Cases::of(desk.events());
        if known.get(&case(n)).is_none() {
            let sealed = store.seal(&Draft::new(&format!("v{n}"), n).item()).unwrap();
            let draft = OpeningDraft {
                case: case(n),
                ..OpeningDraft::default()
            };
            let opening = CaseOpening::new(&sealed, &[], draft, "甲某", chrono::Utc::now());
            desk.open_cases(vec![opening], Vec::new(), &actor())
                .unwrap();
        }
        println!("opened {n}");
        let step = moved(&case(n), CaseState::Found, CaseState::Review);
        desk.append(vec![step], &actor()).unwrap();
        println!("moved {n}");
    }
}

fn case(n: usize) -> String {
    format!("WX-2026-{n:04}")
}

/// Runs the child, kills it this long after it has told this many lines; gives the last of each kind that it told.
fn run_and_kill(home: &Path, lines: usize, moment: Duration) -> BTreeMap<String, usize> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "desk::store::child_that_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = BTreeMap::new();
    let mut count = 0;
    while count < lines {
        let line = said.next().expect("the child ended by itself").unwrap();
        count += usize::from(learn(&line, &mut told));
    }
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    // What it told between counts as well.
    for line in said.map_while(Result::ok) {
        learn(&line, &mut told);
    }
    told
}

fn learn(line: &str, told: &mut BTreeMap<String, usize>) -> bool {
    let words = ["imported", "opened", "moved"];
    let found = words.iter().find_map(|word| {
        let number = line.split(word).nth(1)?.trim().parse().ok()?;
        Some((*word, number))
    });
    if let Some((word, number)) = found {
        told.insert(word.to_owned(), number);
    }
    found.is_some() || line.contains("begun")
}

#[test]
fn killed_at_any_moment_nothing_is_lost_or_doubled() {
    let kills = std::env::var(KILLS).ok().and_then(|n| n.parse().ok());
    let kills: usize = kills.unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for n in 0..kills {
        let moment = Duration::from_micros((n as u64 * 7919) % 23_000);
        told.extend(run_and_kill(folder.path(), 1 + (n * 5) % 9, moment));
        if let Ok(home) = Home::read_only(folder.path()) {
            nothing_is_wrong(&verify_store(&home, &Silent).unwrap());
        }
    }
    let store = open(folder.path());
    let desk = store.desk().unwrap();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids = std::collections::BTreeSet::new();
    let (mut openings, mut moves) = (0, 0);
    for event in desk.events() {
        assert!(ids.insert(event.id.clone()), "{} twice", event.id);
        match &event.what {
            DeskFact::Tip(TipFact::Taken(tip)) => {
                let round = tip.site.split('-').next().unwrap();
                *rows.entry(round.to_owned()).or_default() += 1;
            }
            DeskFact::Case(CaseFact::Opened(_)) => openings += 1,
            DeskFact::Case(CaseFact::Moved { .. }) => moves += 1,
            _ => {}
        }
    }
    assert!(rows.values().all(|n| *n == BATCH), "{rows:?}");
    let rounds = |word: &str| told.get(word).map_or(0, |n| n + 1);
    // All that was told is there; one more of each may have been kept and not told.
    for (there, word) in [
        (rows.len(), "imported"),
        (openings, "opened"),
        (moves, "moved"),
    ] {
        let least = rounds(word);
        assert!(
            (least..=least + 1).contains(&there),
            "{word}: {there}, told {least}"
        );
    }
    let cases = Cases::of(desk.events());
    assert_eq!(cases.cases.len(), openings);
    let reviewed = cases
        .cases
        .values()
        .filter(|c| c.state == CaseState::Review);
    assert_eq!(reviewed.count(), moves);
    drop((desk, store));
    let report = verify_store(&Home::read_only(folder.path()).unwrap(), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    println!(
        "{kills} kills: {} imports, {openings} cases, {moves} moves, each once",
        rows.len()
    );
}

/// Before anything is repaired: something may be unfinished, but no byte that counts may be wrong.
fn nothing_is_wrong(report: &Report) {
    let unfinished = [
        "the journal does not know it",
        "its head file is missing or not in its form",
        "there is no journal",
        "holds no whole line",
    ];
    let failed = report.checks.iter().filter(|c| c.outcome == Outcome::Fail);
    let wrong: Vec<_> = failed
        .filter(|c| !unfinished.iter().any(|u| c.detail.contains(u)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_of_the_desk_rests_on_the_index() {
    let office = Office::new(2);
    office.run(0, &["cases", "open", "--from-findings", "--actor", "甲某"]);
    let listed = office.json(&["cases", "list", "--all"]);
    let case = listed["cases"][0]["case"].as_str().unwrap().to_owned();
    office.run(
        0,
        &[
            "cases", "move", &case, "--to", "初核", "--why", "受理", "--actor", "甲某",
        ],
    );
    let said = || {
        let one = |words: &[&str]| super::wangxun(&office.home, words).stdout;
        [
            one(&["cases", "list", "--all", "--format", "json"]),
            one(&["cases", "show", &case, "--format", "json"]),
            one(&["officers", "list", "--all", "--format", "json"]),
            one(&["cases", "deadlines"]),
        ]
    };
    let before = said();
    for part in ["index", "search", "frontier"] {
        let _ = fs::remove_dir_all(office.home.join(part));
    }
    office.run(0, &["evidence", "rebuild"]);
    assert_eq!(before, said());
}

#[test]
fn a_damaged_record_stops_the_desk_by_name() {
    let office = Office::new(1);
    office.run(0, &["cases", "open", "--from-findings", "--actor", "甲某"]);
    let home = Home::read_only(&office.home).unwrap();
    let mut months = fs::read_dir(office.home.join("desk")).unwrap();
    let year = months.find_map(|e| {
        Some(e.unwrap().path())
            .filter(|p| p.file_name().unwrap().to_string_lossy().starts_with('2'))
    });
    let month = fs::read_dir(year.unwrap())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let file = fs::read_dir(month).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&file).unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    for at in [0, bytes.len() / 2, bytes.len() - 2] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&file, &changed).unwrap();
        let said = office.run(3, &["cases", "list"]);
        assert!(
            said.contains(&name) && said.contains("evidence verify"),
            "{said}"
        );
        assert!(office.run(1, &["evidence", "verify"]).contains(&name));
    }
    fs::remove_file(&file).unwrap();
    assert!(office.run(3, &["cases", "list"]).contains(&name));
    let report = verify_store(&home, &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Fail);
    fs::write(&file, &bytes).unwrap();
    office.run(0, &["cases", "list"]);
    office.run(0, &["evidence", "verify"]);
}

#[test]
fn a_case_cannot_be_opened_without_proof() {
    // That it cannot be written in code is shown by `forge`; here, by an event that says so.
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut desk = store.desk().unwrap();
    let opened = CaseFact::EvidenceAdded {
        case: "WX-2026-0001".to_owned(),
        evidence: Vec::new(),
    };
    let event = desk::event(chrono::Utc::now(), "甲某", DeskFact::Case(opened));
    let besides = desk.open_cases(Vec::new(), vec![event.clone()], &actor());
    assert!(besides.is_err());
    let error = desk.append(vec![event], &actor()).unwrap_err().to_string();
    assert!(error.contains("without proof that it is sealed"), "{error}");
    assert!(desk.events().is_empty());
}
