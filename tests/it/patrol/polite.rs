//! Politeness as the servers saw it: whole patrols, stopped in the middle and begun anew, measured in the servers' own logs.
//! Prints the table.

use crate::fetch::server::{Seen, Server, html, reply, write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use wangxun::fetch::FetchSettings;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::patrol::images::ImageOrder;
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::{Order, carry_out};
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::rendering::Browser;
use wangxun::patrol::summary::RunSummary;
use wangxun::seeds;
use wangxun::storage::store::Store;

/// Between the arrival of a request and its note in the log the server may be held up.
const READING: Duration = Duration::from_millis(15);
const PAGES: usize = 8;
const PACE: Duration = Duration::from_millis(300);

/// A host: its name, what robots.txt says, and what it answers as the n-th request for a page (from 0).
struct Host {
    name: &'static str,
    robots: &'static str,
    trouble: fn(usize) -> Option<Vec<u8>>,
}

fn refusal(status: &str, after: Option<&str>) -> Vec<u8> {
    let header = after.map(|a| format!("Retry-After: {a}"));
    let headers: Vec<&str> = header.iter().map(String::as_str).collect();
    reply(status, &headers, b"")
}

fn in_three_seconds() -> String {
    let at = chrono::Utc::now() + chrono::TimeDelta::seconds(3);
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

const HOSTS: &[Host] = &[
    Host {
        name: "steady.test",
        robots: "",
        trouble: |_| None,
    },
    Host {
        name: "slow.test",
        robots: "User-agent: *\nCrawl-delay: 1\n",
        trouble: |_| None,
    },
    // Two hosts of one registrable domain share its pace.
    Host {
        name: "a.pair.test",
        robots: "",
        trouble: |_| None,
    },
    Host {
        name: "b.pair.test",
        robots: "",
        trouble: |_| None,
    },
    Host {
        name: "later.test",
        robots: "",
        trouble: |n| (n == 2).then(|| refusal("503 Service Unavailable", Some("4"))),
    },
    Host {
        name: "dated.test",
        robots: "",
        trouble: |n| (n == 2).then(|| refusal("429 Too Many Requests", Some(&in_three_seconds()))),
    },
    Host {
        name: "storm.test",
        robots: "",
        trouble: |n| {
            (2..5)
                .contains(&n)
                .then(|| refusal("429 Too Many Requests", None))
        },
    },
];

async fn serve(number: usize, host: &'static Host) -> Server {
    let asked = Arc::new(AtomicUsize::new(0));
    Server::start(&format!("127.0.10.{}", number + 1), move |path, stream| {
        let asked = Arc::clone(&asked);
        async move {
            let bytes = if path == "/robots.txt" {
                reply(
                    "200 OK",
                    &["Content-Type: text/plain"],
                    host.robots.as_bytes(),
                )
            } else {
                let links: String = (1..PAGES)
                    .map(|n| format!("<a href=\"/{n}\">第{n}页</a>"))
                    .collect();
                (host.trouble)(asked.fetch_add(1, Ordering::SeqCst)).unwrap_or_else(|| html(&links))
            };
            write(stream, bytes).await;
        }
    })
    .await
}

fn list(servers: &[Server]) -> String {
    let mut out = "name = \"礼貌\"\n".to_owned();
    for (host, server) in HOSTS.iter().zip(servers) {
        let (id, address) = (host.name.replace('.', "-"), server.address);
        out.push_str(&format!(
            "\n[[seed]]\nid = \"{id}\"\nname = \"{id}\"\nstart = \"http://{name}/\"\nsector = \"p2p\"\n\
             pace = {{ interval = \"{pace}ms\", concurrency = 1 }}\nrender = \"never\"\n\
             addresses = [\"{ip}/32\"]\nresolve = [\"{name}={ip}:{port}\"]\n",
            name = host.name,
            pace = PACE.as_millis(),
            ip = address.ip(),
            port = address.port(),
        ));
    }
    out
}

/// One part of the patrol, with a fetcher, a frontier and a store of its own, as after a restart of the program.
async fn patrol(folder: &std::path::Path, list: &str, stop: watch::Receiver<bool>) -> RunSummary {
    let units = seeds::load_units(None).expect("units").value;
    let list = seeds::parse_patrol_list(list, "list.toml", &units);
    assert!(list.faults.is_empty(), "{:?}", list.faults);
    let (store, _) = Store::open(folder, "main", Actor::patrol(""), &Silent).expect("store");
    let registers = seeds::load_registers(None).expect("registers").value;
    let order = Order {
        list: list.value,
        fresh: false,
        settings: PatrolSettings {
            retries: 6,
            ..PatrolSettings::default()
        },
        fetch: FetchSettings::new("test"),
        store: Arc::new(store),
        browser: Browser::None,
        inspector: Arc::new(Inspector::compile(None, registers).expect("lexicons")),
        images: ImageOrder::none(),
        monitor: Arc::new(Silent),
        networks: None,
        legal_basis: Vec::new(),
        watching: None,
    };
    carry_out(order, stop).await.expect("patrol")
}

/// The gaps between one request and the next, with the number of the earlier one.
fn gaps(seen: &[Seen]) -> Vec<Duration> {
    seen.windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect()
}

/// The gap after the n-th request for a page.
fn after(seen: &[Seen], n: usize) -> Duration {
    let at = seen
        .iter()
        .enumerate()
        .filter(|(_, s)| s.path != "/robots.txt")
        .nth(n);
    let (at, _) = at.expect("that many requests");
    seen[at + 1].at - seen[at].at
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_host_is_asked_faster_than_it_wants_over_a_restart() {
    let mut servers = Vec::new();
    for (number, host) in HOSTS.iter().enumerate() {
        servers.push(serve(number, host).await);
    }
    let (folder, list) = (tempfile::tempdir().expect("folder"), list(&servers));
    let (stopper, stop) = watch::channel(false);
    let later = &servers[4];
    let stopping = async {
        // Stopped when the host has just asked to be left alone for four seconds.
        let begun = Instant::now();
        while later
            .seen()
            .iter()
            .filter(|s| s.path != "/robots.txt")
            .count()
            < 3
            && begun.elapsed() < Duration::from_secs(30)
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
        stopper.send(true).expect("the patrol listens");
    };
    let (first, ()) = tokio::join!(patrol(folder.path(), &list, stop), stopping);
    assert!(!first.complete, "it was stopped in the middle");
    let (_keep, stop) = watch::channel(false);
    let second = patrol(folder.path(), &list, stop).await;
    assert!(second.complete && second.resumed, "{second:?}");
    assert_eq!(
        second.pages,
        (HOSTS.len() * PAGES) as u64,
        "no page is lost by a refusal"
    );

    let seen: Vec<Vec<Seen>> = servers.iter().map(Server::seen).collect();
    let mut pair = [seen[2].clone(), seen[3].clone()].concat();
    pair.sort_by_key(|s| s.at);
    println!("| group | requests | least gap asked for | least gap seen |\n|---|---|---|---|");
    let groups: [(&str, &[Seen], Duration); 6] = [
        ("steady.test", &seen[0], PACE),
        (
            "slow.test (Crawl-delay 1)",
            &seen[1][1..],
            Duration::from_secs(1),
        ),
        ("pair.test (two hosts)", &pair, PACE),
        ("later.test", &seen[4], PACE),
        ("dated.test", &seen[5], PACE),
        ("storm.test", &seen[6], PACE),
    ];
    for (name, seen, asked) in groups {
        let least = gaps(seen).into_iter().min().expect("requests");
        println!("| {name} | {} | {asked:?} | {least:?} |", seen.len());
        assert!(least + READING >= asked, "{name}: {least:?}");
    }
    let waits = [
        (
            "Retry-After: 4, stopped and begun anew meanwhile",
            after(&seen[4], 2),
            4_000,
        ),
        // A date has whole seconds: up to one is lost by rounding down.
        (
            "Retry-After as a date, 2 to 3 s ahead",
            after(&seen[5], 2),
            2_000,
        ),
        ("429 without a time, first", after(&seen[6], 2), 1_000),
        ("429 again", after(&seen[6], 3), 2_000),
        ("429 a third time", after(&seen[6], 4), 4_000),
    ];
    for (what, gap, least) in waits {
        println!("| {what} | | {least} ms | {} ms |", gap.as_millis());
        assert!(
            gap + READING >= Duration::from_millis(least),
            "{what}: {gap:?}"
        );
    }
}
