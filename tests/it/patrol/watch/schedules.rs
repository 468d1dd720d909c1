//! Restarts: what was missed is made up once, an interrupted run goes on, a home in use is waited for.

#![allow(clippy::unwrap_used)] // helpers of tests may fail the test

use super::site::Site;
use super::{runs, store, watched};
use chrono::{TimeDelta, Utc};
use std::time::Duration;
use tokio::sync::watch;
use wangxun::patrol::watch::{WatchError, WatchSettings};
use wangxun::storage::watch::{read_health, read_state, write_state};
use wangxun::wire::watch::{Accounted, BegunRun, WatchPhase, WatchState};

async fn site() -> Site {
    let site = Site::start().await;
    site.html("/", "<title>店</title><p>本店销售日用百货，欢迎选购。</p>");
    site
}

/// Watches for a short while.
async fn for_a_while(
    home: &std::path::Path,
    list: &wangxun::model::seed::PatrolList,
    while_: Duration,
) -> wangxun::wire::watch::Health {
    let (tell, stop) = watch::channel(false);
    let watching = watched(
        home,
        list,
        WatchSettings {
            runs: None,
            ..runs(0)
        },
        stop,
    );
    let ending = async {
        tokio::time::sleep(while_).await;
        tell.send(true).unwrap();
        // The sender must outlive the watch.
        tokio::time::sleep(Duration::from_secs(3_600)).await;
    };
    tokio::select! {
        health = watching => health.unwrap(),
        () = ending => unreachable!("the watch ends when it is told"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_run_is_made_up_once_after_a_restart() {
    let site = site().await;
    let folder = tempfile::tempdir().unwrap();
    let list = site.list("schedule = \"0 9 * * *\"");
    // The first start makes nothing up.
    let health = for_a_while(folder.path(), &list, Duration::from_millis(300)).await;
    assert_eq!(
        (health.counters.runs, health.phase),
        (0, WatchPhase::Stopped)
    );
    assert!(health.next_due.is_some_and(|at| at > Utc::now()));
    // Down for four days.
    let mut state = read_state(folder.path()).unwrap().unwrap_or_default();
    let known = Accounted {
        schedule: "0 9 * * *".to_owned(),
        until: Utc::now() - TimeDelta::days(4),
    };
    state.schedules.insert(String::new(), known);
    write_state(folder.path(), &state).unwrap();
    let health = for_a_while(folder.path(), &list, Duration::from_secs(4)).await;
    assert_eq!(health.counters.runs, 1, "{health:?}");
    assert!(health.counters.made_up <= 1, "{health:?}");
    let fronts = site.asked().iter().filter(|(path, _)| path == "/").count();
    assert_eq!(fronts, 1, "four were missed, one is made up");
    let health = for_a_while(folder.path(), &list, Duration::from_millis(500)).await;
    assert_eq!(health.counters.runs, 0, "and not again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_goes_on() {
    let site = site().await;
    let folder = tempfile::tempdir().unwrap();
    let list = site.list("schedule = \"0 9 1 1 *\"");
    let state = WatchState {
        begun: Some(BegunRun {
            at: Utc::now() - TimeDelta::hours(2),
            seeds: vec!["site".to_owned()],
            orders_only: false,
        }),
        ..WatchState::default()
    };
    std::fs::create_dir_all(folder.path()).unwrap();
    write_state(folder.path(), &state).unwrap();
    let health = for_a_while(folder.path(), &list, Duration::from_secs(3)).await;
    assert_eq!(health.counters.runs, 1);
    assert_eq!(read_state(folder.path()).unwrap().unwrap().begun, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_in_use_is_waited_for() {
    let site = site().await;
    let folder = tempfile::tempdir().unwrap();
    let list = site.list("schedule = \"every 1s\"");
    let held = store(folder.path());
    let home = folder.path().to_owned();
    let freeing = tokio::spawn(async move {
        let mut phases = Vec::new();
        for _ in 0..30 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            phases.extend(read_health(&home).unwrap().map(|h| h.phase));
        }
        drop(held);
        phases
    });
    let (_keep, stop) = watch::channel(false);
    let health = watched(folder.path(), &list, runs(1), stop).await.unwrap();
    let phases = freeing.await.unwrap();
    assert!(phases.contains(&WatchPhase::HomeInUse), "{phases:?}");
    assert_eq!((health.counters.runs, health.failures_in_a_row), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_a_schedule_is_refused_and_quiet_hours_are_kept() {
    let site = site().await;
    let folder = tempfile::tempdir().unwrap();
    let (_keep, stop) = watch::channel(false);
    let refused = watched(folder.path(), &site.list(""), runs(1), stop).await;
    assert!(
        matches!(refused, Err(WatchError::NoSchedule)),
        "{refused:?}"
    );
    let beijing = wangxun::model::schedule::BEIJING;
    let time = |shift: i64| {
        let at = Utc::now().with_timezone(&beijing) + TimeDelta::minutes(shift);
        at.format("%H:%M").to_string()
    };
    let quiet = format!(
        "schedule = \"every 1s\"\nquiet = \"{}-{}\"",
        time(-5),
        time(10)
    );
    let health = for_a_while(
        folder.path(),
        &site.list(&quiet),
        Duration::from_millis(1_500),
    )
    .await;
    assert_eq!(health.counters.runs, 0);
    assert!(site.asked().is_empty());
}
