//! Many runs in one process leave no thread, no file handle and no child behind.

use super::site::Site;
use super::{runs, watched};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wangxun::model::monitor::Silent;
use wangxun::model::process_figures::ProcessFigures;
use wangxun::program::figures::own_figures;
use wangxun::storage::home::Home;
use wangxun::storage::verify;

#[test]
fn twenty_runs_leave_nothing_behind() {
    // A process of its own, so that other tests' threads and files are not counted.
    let own = std::env::current_exe().unwrap();
    let output = std::process::Command::new(own)
        .args([
            "patrol::watch::flat::twenty_runs_alone",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"));
}

#[test]
#[ignore = "run by the test above in a process of its own"]
fn twenty_runs_alone() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(8)
        .enable_all()
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let figures: Arc<std::sync::Mutex<Vec<ProcessFigures>>> = Arc::default();
    let taken = Arc::clone(&figures);
    let health = runtime.block_on(async {
        let site = Site::start().await;
        let links: String = (0..12)
            .map(|n| format!("<a href=/{n}>第{n}页</a> "))
            .collect();
        site.html("/", &links);
        for n in 0..12 {
            site.html(
                &format!("/{n}"),
                &format!("<title>店</title><p>本店第{n}号商品，欢迎选购。</p>"),
            );
        }
        let list = site.list("schedule = \"every 1s\"\nrevisit_min = \"1s\"\nrevisit_max = \"1s\"");
        let (_keep, stop) = watch::channel(false);
        let mut last = None;
        for _ in 0..20 {
            last = Some(
                watched(folder.path(), &list, runs(1), stop.clone())
                    .await
                    .unwrap(),
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
            taken.lock().unwrap().push(own_figures());
        }
        last.unwrap()
    });
    let figures = figures.lock().unwrap().clone();
    for (n, f) in figures.iter().enumerate() {
        println!(
            "run {:2}: {:.1} MB, {} threads, {} handles, {} zombies",
            n + 1,
            f.memory_bytes as f64 / 1e6,
            f.threads,
            f.handles,
            f.zombies
        );
    }
    // The runtime's pools have filled after a few runs; from then on nothing may grow.
    let (early, late) = (&figures[4], &figures[19]);
    assert!(
        late.threads <= early.threads + 2,
        "threads {} -> {}",
        early.threads,
        late.threads
    );
    assert!(
        late.handles <= early.handles + 2,
        "handles {} -> {}",
        early.handles,
        late.handles
    );
    assert_eq!(late.zombies, 0);
    let grown = late.memory_bytes.saturating_sub(early.memory_bytes);
    assert!(
        grown < 40 << 20,
        "memory grew by {grown} bytes in fifteen runs"
    );
    assert!(health.counters.unchanged > 0);
    let home = Home::read_only(folder.path()).unwrap();
    assert_eq!(std::fs::read_dir(home.runs()).unwrap().count(), 20);
    let report = verify::verify_store(&home, &Silent).unwrap();
    assert_eq!(report.outcome(), verify::Outcome::Pass, "{report:#?}");
}
