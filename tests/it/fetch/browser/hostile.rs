//! Hostile pages: each has its bound of time, its reason, and leaves the browser usable.

use super::super::server::{html, redirect, reply};
use super::{fetcher, group, reasons, render, renderer, site};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use wangxun::model::rendering::Rendering;

/// What is told of a hostile page; `None` when nothing is.
type Reason = fn(&Rendering) -> Option<String>;

fn page(path: &str) -> Option<Vec<u8>> {
    let body = match path {
        "/endless" => "<p>开头</p><script>while (true) {}</script><p>结尾</p>",
        "/alerts" => "<p>开头</p><script>while (true) alert('继续')</script>",
        "/high" => "<p>开头</p><div style='height:3000000px'></div>",
        "/growing" => {
            "<p>开头</p><script>setInterval(() => document.body.appendChild(document.createElement('p')).textContent = '又', 1)</script>"
        }
        "/downloads" => {
            "<p>开头</p><script>for (let i = 0; i < 200; i++) { const a = document.createElement('a'); a.href = '/file' + i; a.download = 'x'; a.click(); }</script>"
        }
        "/popups" => {
            "<p>开头</p><script>for (let i = 0; i < 500; i++) window.open('/popup' + i)</script>"
        }
        "/console" => {
            "<p>开头</p><script>for (let i = 0; i < 300000; i++) console.log('x'.repeat(2000))</script>"
        }
        "/private" => {
            "<p>开头</p><img src=/to-private><script>fetch('http://10.0.0.1/secret').catch(() => {}); new WebSocket('ws://127.0.0.9:9099/live')</script>"
        }
        "/leave" => "<p>开头</p><script>location = 'http://10.0.0.1/next'</script>",
        "/frame" => "<p>开头</p><iframe src='http://169.254.169.254/latest/meta-data/'></iframe>",
        "/bytes" => "<p>开头</p><script>fetch('/big').then((r) => r.arrayBuffer())</script>",
        "/hog" => {
            "<p>开头</p><script>const all = []; while (true) all.push(new Array(1e6).fill(all.length))</script>"
        }
        _ if path.starts_with("/file") => {
            let kind = "Content-Type: application/octet-stream";
            return Some(reply(
                "200 OK",
                &[kind, "Content-Disposition: attachment; filename=flood.bin"],
                b"MZ",
            ));
        }
        "/plain" => "<p>开头</p>",
        "/to-private" => return Some(redirect("http://192.168.0.1/x.png")),
        "/big" => {
            return Some(reply(
                "200 OK",
                &["Content-Type: image/png"],
                &vec![0; 3_000_000],
            ));
        }
        _ => return None,
    };
    Some(html(body))
}

/// Files below a folder whose name holds this.
fn named(folder: &std::path::Path, name: &str) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let count = |entry: std::fs::DirEntry| {
        let below = match entry.file_type() {
            Ok(kind) if kind.is_dir() => named(&entry.path(), name),
            _ => 0,
        };
        below + usize::from(entry.file_name().to_string_lossy().contains(name))
    };
    entries.map(count).sum()
}

fn noted(shown: &Rendering, code: &str) -> bool {
    shown.notes.iter().any(|note| note.code == code)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hostile_page_ends_with_its_reason() {
    let scratch = tempfile::tempdir().expect("folder");
    let set = |s: &mut wangxun::fetch::browser::BrowserSettings| {
        s.page_bytes = 2_000_000;
        s.scratch = scratch.path().to_owned();
    };
    let Some(renderer) = renderer(set).await else {
        return;
    };
    let (server, seed) = site("127.0.0.1", page).await;
    let fetcher = fetcher();
    println!("{:<12} {:>6} {:>9}  reason", "page", "s", "PSS MiB");
    let cases: [(&str, u64, Reason); 11] = [
        ("/endless", 35, |s| {
            noted(s, "render-script-stopped").then(|| "script stopped".to_owned())
        }),
        ("/alerts", 15, |s| {
            s.messages
                .iter()
                .find(|m| m.kind == "alert")
                .map(|m| format!("dialog {}", m.text))
        }),
        ("/high", 25, |s| {
            noted(s, "render-picture-cut")
                .then(|| format!("{} px, {} pictures", s.height, s.full_page.len()))
        }),
        ("/growing", 35, |s| {
            (s.dom.len() < 9_000_000).then(|| format!("{} bytes of DOM", s.dom.len()))
        }),
        ("/downloads", 30, |s| {
            let told = s.messages.iter().find(|m| m.kind == "download");
            let told = told.map(|m| format!("not kept {}", m.text));
            let broken = reasons(s, "/file").into_iter();
            told.or_else(|| broken.into_iter().find(|r| r.starts_with("missing")))
        }),
        ("/popups", 20, |s| {
            s.messages
                .iter()
                .find(|m| m.kind == "open")
                .map(|m| format!("not opened {}", m.text))
        }),
        ("/console", 30, |s| {
            (s.messages.len() <= 400).then(|| format!("{} lines kept", s.messages.len()))
        }),
        ("/private", 20, |s| {
            let all = [
                reasons(s, "10.0.0.1"),
                reasons(s, "192.168.0.1"),
                reasons(s, "127.0.0.9"),
            ];
            let each = |r: &Vec<String>| r.iter().any(|r| r.starts_with("blocked blocked-address"));
            all.iter().all(each).then(|| all[0][0].clone())
        }),
        ("/leave", 20, |s| {
            reasons(s, "10.0.0.1/next")
                .into_iter()
                .find(|r| r.starts_with("blocked"))
                .filter(|_| s.dom.contains("开头"))
        }),
        ("/frame", 20, |s| {
            reasons(s, "169.254.169.254")
                .into_iter()
                .find(|r| r.starts_with("blocked blocked-address"))
        }),
        ("/bytes", 30, |s| {
            s.resources
                .iter()
                .find(|r| r.outcome.reason().starts_with("budget"))
                .map(|r| r.outcome.reason().to_owned())
        }),
    ];
    for (path, most, reason) in cases {
        let begun = Instant::now();
        let shown = render(&fetcher, &renderer, &seed, &server.url(path)).await;
        let seconds = begun.elapsed();
        let pid = renderer.pid().await.unwrap_or(0);
        let shown = shown.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(
            shown.dom.contains("开头"),
            "{path}: {}",
            shown.dom.chars().take(300).collect::<String>()
        );
        let told = reason(&shown).unwrap_or_else(|| {
            panic!(
                "{path}: {:?} {:?} {:?}",
                shown.notes, shown.resources, shown.messages
            )
        });
        println!(
            "{path:<12} {:>6.1} {:>9}  {told}",
            seconds.as_secs_f64(),
            group(pid).1 / 1024
        );
        assert!(seconds < Duration::from_secs(most), "{path}: {seconds:?}");
    }
    assert_eq!(named(scratch.path(), "flood.bin"), 0, "a download was kept");
    let shown = render(&fetcher, &renderer, &seed, &server.url("/plain")).await;
    assert!(shown.expect("the next page is unharmed").notes.is_empty());
}

/// Nobody may come to a special address that the list does not allow, whatever the page tries.
#[tokio::test(flavor = "multi_thread")]
async fn no_byte_reaches_an_address_that_is_not_allowed() {
    let Some(renderer) = renderer(|_| {}).await else {
        return;
    };
    let forbidden = tokio::net::TcpListener::bind("127.0.0.3:0")
        .await
        .expect("loopback");
    let place = forbidden.local_addr().expect("bound");
    let came = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&came);
    tokio::spawn(async move {
        while forbidden.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let body = format!(
        "<p>开头</p><img src=http://{place}/a><iframe src=http://{place}/b></iframe><link rel=preconnect href=http://{place}>\
         <link rel=stylesheet href=https://{place}/c><script>fetch('http://{place}/d').catch(() => {{}}); \
         new WebSocket('ws://{place}/e'); new WebSocket('wss://{place}/f'); navigator.sendBeacon('http://{place}/g'); \
         new EventSource('http://{place}/h'); try {{ new RTCPeerConnection({{iceServers: [{{urls: 'stun:{place}'}}]}}).createDataChannel('x') }} catch {{}} \
         </script><script src=http://{place}/i></script>"
    );
    let server = super::super::server::Server::pages("127.0.0.1", move |path| {
        (path == "/").then(|| html(&body))
    })
    .await;
    let seed = super::super::server::seed(&server.url("/"), &["127.0.0.1/32"]);
    let shown = render(&fetcher(), &renderer, &seed, &server.url("/"))
        .await
        .expect("rendered");
    assert_eq!(came.load(Ordering::SeqCst), 0, "{:?}", shown.resources);
    let blocked = shown
        .resources
        .iter()
        .filter(|r| r.outcome.reason().starts_with("blocked-address"));
    let blocked = blocked.count();
    assert!(blocked >= 7, "{blocked}: {:?}", shown.resources);
    println!("{blocked} requests to a forbidden address, none came through");
}

/// A page that eats memory, or whose script comes back after it was stopped, may cost its browser, never the patrol.
#[tokio::test(flavor = "multi_thread")]
async fn what_costs_the_browser_does_not_cost_the_patrol() {
    let Some(renderer) = renderer(|s| s.attempts = 1).await else {
        return;
    };
    let (server, seed) = site("127.0.0.1", page).await;
    let fetcher = fetcher();
    let begun = Instant::now();
    let shown = render(&fetcher, &renderer, &seed, &server.url("/hog")).await;
    let told = match &shown {
        Ok(shown) => format!("{:?}", shown.notes),
        Err(error) => error.to_string(),
    };
    println!("/hog {:.1} s: {told}", begun.elapsed().as_secs_f64());
    assert!(begun.elapsed() < Duration::from_secs(60));
    let next = render(&fetcher, &renderer, &seed, &server.url("/plain")).await;
    assert!(next.expect("the next page").dom.contains("开头"));
}
