//! Browsers killed at random under four tabs: no page is lost, no process and no profile is left.
//!
//! `WANGXUN_BROWSER_PAGES` and `WANGXUN_BROWSER_KILLS` make the ordeal longer than it is by default (200 and 10 are the
//! figures that the project is held to).

use super::super::server::html;
use super::{fetcher, group, profiles, render, renderer, site, zombies};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

fn number(name: &str, default: u64) -> u64 {
    let asked = std::env::var(name).ok();
    asked.and_then(|v| v.parse().ok()).unwrap_or(default)
}

fn page(path: &str) -> Option<Vec<u8>> {
    let number = path.strip_prefix("/page/")?;
    Some(html(&format!(
        "<title>第{number}页</title><p id=a></p><div style='height:1500px'></div>\
         <script>setTimeout(() => a.textContent = '第{number}页的内容', 200)</script>"
    )))
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_browsers_lose_no_page() {
    let pages = number("WANGXUN_BROWSER_PAGES", 24);
    let kills = number("WANGXUN_BROWSER_KILLS", 3);
    let scratch = tempfile::tempdir().expect("folder");
    let set = |s: &mut wangxun::fetch::browser::BrowserSettings| {
        s.tabs = 4;
        s.attempts = 5;
        s.scratch = scratch.path().to_owned();
    };
    let Some(renderer) = renderer(set).await else {
        return;
    };
    let renderer = Arc::new(renderer);
    let (server, seed) = site("127.0.0.1", page).await;
    let (fetcher, seed) = (Arc::new(fetcher()), Arc::new(seed));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for n in 0..pages {
        let (renderer, fetcher, seed) = (
            Arc::clone(&renderer),
            Arc::clone(&fetcher),
            Arc::clone(&seed),
        );
        let url = server.url(&format!("/page/{n}"));
        tasks.spawn(async move { (n, render(&fetcher, &renderer, &seed, &url).await) });
    }
    let (mut done, mut killed, mut groups) = (0, 0, Vec::new());
    let mut most = (0, 0);
    let mut chance = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(1, |d| d.as_nanos() as u64);
    println!("chance begins at {chance}");
    while let Some(ended) = tasks.join_next().await {
        let (n, shown) = ended.expect("no panic");
        let shown = shown.unwrap_or_else(|error| panic!("page {n} is lost: {error}"));
        assert!(
            shown.dom.contains(&format!("第{n}页的内容")),
            "page {n}: {}",
            shown.dom
        );
        assert!(
            shown.view.is_some() && shown.full_page.len() == 1,
            "page {n}: {:?}",
            shown.notes
        );
        done += 1;
        let Some(pid) = renderer.pid().await else {
            continue;
        };
        if !groups.contains(&pid) {
            groups.push(pid);
        }
        let now = group(pid);
        most = if now.1 > most.1 { now } else { most };
        if killed < kills && done * (kills + 1) >= pages * (killed + 1) {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            tokio::time::sleep(Duration::from_millis((chance >> 33) % 700)).await;
            if let Some(pid) = renderer.pid().await {
                let status = std::process::Command::new("/bin/sh")
                    .args(["-c", "kill -s KILL \"$1\"", "sh", &pid.to_string()])
                    .status();
                killed += u64::from(status.is_ok_and(|s| s.success()));
            }
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{done} pages by 4 tabs in {seconds:.1} s ({:.2} pages/s), {killed} browsers killed, {} seen; at most {} processes \
         with {} MiB PSS ({} MiB a tab)",
        done as f64 / seconds,
        groups.len(),
        most.0,
        most.1 / 1024,
        most.1 / 1024 / 4,
    );
    assert_eq!((done, killed), (pages, kills));
    drop(renderer);
    // Who is dying may take a moment.
    for _ in 0..40 {
        if groups.iter().all(|pid| group(*pid).0 == 0) && profiles(scratch.path()) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let left: usize = groups.iter().map(|pid| group(*pid).0).sum();
    assert_eq!(
        (left, zombies(&groups), profiles(scratch.path())),
        (0, 0, 0),
        "left, zombies, profiles"
    );
}
