//! `patrol watch`, `patrol health` and `patrol recheck` as people and services call them.

use super::wangxun;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use wangxun::practice::{self, Bind, LoadPlan, Served};
use wangxun::seeds;

/// A few pages on loopback, and the file of their list.
fn served(folder: &Path) -> (tokio::runtime::Runtime, Served, PathBuf) {
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let plan = LoadPlan {
        pages: 12,
        hosts: 2,
    };
    let served = runtime
        .block_on(practice::serve_load(plan, Bind::default()))
        .expect("pages");
    let list = folder.join("list.toml");
    let text = seeds::to_toml(&practice::patrol_list(&served));
    std::fs::write(&list, text).expect("list");
    (runtime, served, list)
}

fn start(home: &Path, list: &Path, words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_wangxun"))
        .args(["--quiet", "patrol", "watch", "--health-every", "1"])
        .args(words)
        .arg(list)
        .env("WANGXUN_HOME", home)
        .env_remove("WANGXUN_LOG")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// The health file as JSON, when it says that at least so many runs have ended.
fn wait_for_runs(home: &Path, runs: u64) -> serde_json::Value {
    let begun = Instant::now();
    loop {
        let text = std::fs::read(home.join("health.json")).unwrap_or_default();
        let health: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        if health["counters"]["runs"]
            .as_u64()
            .is_some_and(|n| n >= runs)
        {
            return health;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "{health}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(status.success());
}

/// The exit code, within a minute.
fn end(child: &mut Child) -> Option<i32> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) {
        if let Some(status) = child.try_wait().expect("status") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().expect("kill");
    panic!("the watch does not end");
}

fn said(output: &std::process::Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(out).into_owned() + &String::from_utf8_lossy(err)
}

#[test]
fn a_service_starts_tells_how_it_is_and_ends_cleanly() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let (_runtime, _served, list) = served(folder.path());
    let mut watch = start(&home, &list, &["--schedule", "every 1s"]);
    let health = wait_for_runs(&home, 1);
    assert_eq!(health["process"].as_u64(), Some(u64::from(watch.id())));
    let well = wangxun(&home, &["patrol", "health"]);
    assert_eq!(well.status.code(), Some(0), "{}", said(&well));
    let json = wangxun(&home, &["patrol", "health", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["well"], true, "{json}");
    let words = ["patrol", "watch", "--once", list.to_str().expect("path")];
    let second = wangxun(&home, &words);
    assert_eq!(second.status.code(), Some(3), "{}", said(&second));
    let told = said(&second);
    for part in [&format!("process {}", watch.id()), "patrol health"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    signal(&watch, "HUP");
    let runs = wait_for_runs(&home, 1)["counters"]["runs"]
        .as_u64()
        .unwrap_or(0);
    wait_for_runs(&home, runs + 2);
    signal(&watch, "TERM");
    assert_eq!(end(&mut watch), Some(0));
    let stopped = wangxun(&home, &["patrol", "health"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", said(&stopped));
    assert!(
        said(&stopped).contains("it was stopped"),
        "{}",
        said(&stopped)
    );
    let log = std::fs::read_to_string(home.join("logs/wangxun.log")).expect("log");
    assert!(log.contains("the list was read again"), "{log}");
    let verified = wangxun(&home, &["evidence", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

#[test]
fn a_killed_watch_is_not_well_and_goes_on() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let (_runtime, _served, list) = served(folder.path());
    let mut watch = start(&home, &list, &["--schedule", "every 1s"]);
    wait_for_runs(&home, 1);
    watch.kill().expect("kill");
    watch.wait().expect("status");
    let health = wangxun(&home, &["patrol", "health"]);
    assert_eq!(health.status.code(), Some(1));
    assert!(
        said(&health).contains("gone without a clean end"),
        "{}",
        said(&health)
    );
    let mut again = start(&home, &list, &["--schedule", "every 1s", "--runs", "2"]);
    assert_eq!(end(&mut again), Some(0));
    let verified = wangxun(&home, &["evidence", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

#[test]
fn for_cron_and_by_order() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let (_runtime, _served, list) = served(folder.path());
    let none = wangxun(&home, &["patrol", "health"]);
    assert_eq!(none.status.code(), Some(3), "{}", said(&none));
    let list = list.to_str().expect("path");
    let refused = wangxun(&home, &["patrol", "watch", list]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("[watch]"), "{}", said(&refused));
    let wrong = wangxun(
        &home,
        &["patrol", "watch", list, "--schedule", "0 25 * * *"],
    );
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    let once = wangxun(&home, &["--quiet", "patrol", "watch", list, "--once"]);
    assert_eq!(once.status.code(), Some(0), "{}", said(&once));
    let order = |when: &str| {
        let words = [
            "patrol",
            "recheck",
            "http://h0.load.test/",
            "--at",
            when,
            "--reason",
            "责令改正期满复查",
            "--actor",
            "王某",
            "--format",
            "json",
        ];
        wangxun(&home, &words)
    };
    assert_eq!(order("soon").status.code(), Some(2));
    let ordered = order("2030-01-02T09:00");
    assert_eq!(ordered.status.code(), Some(0), "{}", said(&ordered));
    let ordered: serde_json::Value = serde_json::from_slice(&ordered.stdout).expect("JSON");
    assert_eq!(ordered["at"], "2030-01-02T01:00:00.000Z");
    let open = wangxun(&home, &["patrol", "recheck"]);
    let id = ordered["id"].as_str().expect("id");
    assert!(said(&open).contains(id), "{}", said(&open));
}
