//! Patrols of hosts that mean harm, each beside a good one: bounded time and memory, the reason on record, the good host
//! unharmed. Prints the table. Each patrol is a process of its own, so that its memory can be told.

use crate::fetch::server::{Server, html, redirect, reply, write};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use wangxun::fetch::FetchSettings;
use wangxun::model::custody::Actor;
use wangxun::model::monitor::Silent;
use wangxun::patrol::images::ImageOrder;
use wangxun::patrol::inspect::Inspector;
use wangxun::patrol::order::{Order, carry_out};
use wangxun::patrol::pipeline::PatrolSettings;
use wangxun::patrol::rendering::Browser;
use wangxun::seeds;
use wangxun::storage::home::Home;
use wangxun::storage::run::read::captured;
use wangxun::storage::store::Store;

/// Names the folder of the patrol that this process is to carry out.
const FOLDER: &str = "WANGXUN_HOSTILE_FOLDER";
/// Pages of the good host.
const GOOD: usize = 12;
/// What no patrol may exceed: the lexicons and dictionaries take about 230 MB in a test build.
const MOST_MEMORY_MB: u64 = 700;
const LONGEST: Duration = Duration::from_secs(90);

/// Megabytes of what is large: one, since a test build is slow; `WANGXUN_HOSTILE_MB` says otherwise.
fn mb() -> usize {
    let asked = std::env::var("WANGXUN_HOSTILE_MB").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// A case: what the host does, and the codes of which at least one must stand in the record (`page` = captured).
type Case = (&'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    ("endless body", &["page"]),
    ("slow drip", &["page"]),
    ("silence", &["failed"]),
    ("endless headers", &["failed"]),
    ("gzip bomb", &["page"]),
    ("brotli bomb", &["page"]),
    ("zstd bomb", &["page"]),
    ("redirect loop", &["redirects", "duplicate"]),
    ("redirect maze", &["redirects"]),
    ("redirect into a private address", &["blocked-address"]),
    ("wrong length", &["page"]),
    ("broken chunks", &["page"]),
    ("wrong charset", &["page"]),
    ("one long line", &["page"]),
    ("links without end", &["budget"]),
    ("deep nesting", &["page"]),
    ("endless calendar", &["trap", "budget"]),
    ("session ids", &["page"]),
    ("429 storm", &["throttled"]),
    (
        "robots.txt of 50 MB",
        &["page", "robots", "robots-unreachable"],
    ),
    ("no HTTP at all", &["failed"]),
];

fn page(body: &str) -> Vec<u8> {
    html(&format!(
        "<html><title>页</title><body>{body}</body></html>"
    ))
}

fn packed(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let coding = format!("Content-Encoding: {coding}");
    reply("200 OK", &["Content-Type: text/html", &coding], bytes)
}

fn gzip_bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..256 {
        encoder.write_all(&[b' '; 1 << 20]).expect("memory");
    }
    packed("gzip", &encoder.finish().expect("memory"))
}

fn brotli_bomb() -> Vec<u8> {
    let mut out = Vec::new();
    {
        let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, 5, 22);
        for _ in 0..256 {
            encoder.write_all(&[b' '; 1 << 20]).expect("memory");
        }
    }
    packed("br", &out)
}

/// A frame of 4,000 blocks of 128 KiB that each repeat one byte (RFC 8878, 3.1.1.2: RLE blocks).
fn zstd_bomb() -> Vec<u8> {
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
    for n in 0..4_000u32 {
        let last = u32::from(n == 3_999);
        let header = (128 * 1024) << 3 | 1 << 1 | last;
        out.extend_from_slice(&header.to_le_bytes()[..3]);
        out.push(b' ');
    }
    packed("zstd", &out)
}

// Made once and before the host is asked: packing a quarter of a gigabyte takes longer than a patrol waits.
static GZIP: LazyLock<Vec<u8>> = LazyLock::new(gzip_bomb);
static BROTLI: LazyLock<Vec<u8>> = LazyLock::new(brotli_bomb);
static ZSTD: LazyLock<Vec<u8>> = LazyLock::new(zstd_bomb);

async fn flood(mut stream: TcpStream, head: &[u8], piece: &[u8], pause: Duration) {
    let mut alive = stream.write_all(head).await.is_ok();
    while alive {
        alive = stream.write_all(piece).await.is_ok();
        tokio::time::sleep(pause).await;
    }
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

fn links(count: usize) -> String {
    let mut out = String::new();
    for n in 0..count {
        let _ = write!(out, "<a href=\"/l/{n}\">文章{n}</a>");
    }
    out
}

/// What the host of a case answers.
async fn answer(case: &str, path: &str, stream: TcpStream) {
    let whole = [HEAD, b"\r\n"].concat();
    let number: u64 = path
        .rsplit(['/', '='])
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    if path == "/robots.txt" {
        if case == "robots.txt of 50 MB" {
            let head =
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 52428800\r\n\r\n";
            return flood(stream, head, &b"Disallow: /x\n".repeat(800), Duration::ZERO).await;
        }
        return write(stream, reply("404 Not Found", &[], b"")).await;
    }
    let bytes = match case {
        "endless body" => return flood(stream, &whole, &[b'a'; 65_536], Duration::ZERO).await,
        "slow drip" => return flood(stream, &whole, b"a", Duration::from_millis(100)).await,
        "silence" => return tokio::time::sleep(Duration::from_secs(60)).await,
        "endless headers" => {
            let line = b"X-Endless: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
            return flood(stream, HEAD, line, Duration::ZERO).await;
        }
        "gzip bomb" => GZIP.clone(),
        "brotli bomb" => BROTLI.clone(),
        "zstd bomb" => ZSTD.clone(),
        "redirect loop" => redirect(if path == "/a" { "/b" } else { "/a" }),
        "redirect maze" => redirect(&format!("/r/{}", number + 1)),
        "redirect into a private address" => match number {
            0..=2 => redirect(&format!("/r/{}", number + 1)),
            _ => redirect("http://10.0.0.1/admin"),
        },
        "wrong length" => [HEAD, b"Content-Length: 1000\r\n\r\n<p>half"].concat(),
        "broken chunks" => {
            let chunks: &[u8] = b"Transfer-Encoding: chunked\r\n\r\n5\r\n<p>ok\r\nZZ\r\nbroken";
            [HEAD, chunks].concat()
        }
        "wrong charset" => {
            let (gbk, ..) =
                encoding_rs::GBK.encode("<p>本平台承诺保本保息，年化收益率百分之十二</p>");
            reply("200 OK", &["Content-Type: text/html; charset=utf-8"], &gbk)
        }
        "one long line" => page(&"保本高收益".repeat(mb() * 64_000)),
        "links without end" => page(&links(mb() * 10_000)),
        "deep nesting" => page(&"<div><b>".repeat(mb() * 50_000)),
        "endless calendar" => page(&format!(
            "<a href=\"/calendar?month={}\">下月</a><a href=\"/calendar?month={}\">上月</a>",
            number + 1,
            number.wrapping_sub(1) % 100_000
        )),
        "session ids" => {
            let n = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(path.len() as u64 + 1);
            page(&format!(
                "<a href=\"/list?sid={n}\">首页</a><a href=\"/list;jsessionid={n}\">列表</a>"
            ))
        }
        "429 storm" => reply("429 Too Many Requests", &["Retry-After: 1"], b""),
        "no HTTP at all" => b"\0\x01\x02 what is this\r\n\r\n".to_vec(),
        _ => page("<p>平安</p>"),
    };
    write(stream, bytes).await;
}

fn list(good: &Server, hostile: &Server) -> String {
    let seed = |id: &str, server: &Server| {
        let address = server.address;
        format!(
            "[[seed]]\nid = \"{id}\"\nname = \"{id}\"\nstart = \"http://{id}.test/\"\nsector = \"p2p\"\n\
             budget = {{ pages = 40, minutes = 2 }}\npace = {{ interval = 0, concurrency = 2 }}\nrender = \"never\"\n\
             addresses = [\"{0}/32\"]\nresolve = [\"{id}.test={0}:{1}\"]\n\n",
            address.ip(),
            address.port()
        )
    };
    format!(
        "name = \"恶意站点\"\n\n{}{}",
        seed("good", good),
        seed("hostile", hostile)
    )
}

/// Carries out the patrol of a folder; a test of its own only so that the test binary can be started for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that the test below starts"]
async fn child_that_patrols() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let read = seeds::load_patrol_list(&folder.join("list.toml")).expect("list");
    assert!(read.faults.is_empty(), "{:?}", read.faults);
    let (store, _) =
        Store::open(folder.join("home"), "main", Actor::patrol(""), &Silent).expect("store");
    let mut fetch = FetchSettings::new("test");
    fetch.limits.first_byte = Duration::from_secs(2);
    fetch.limits.total = Duration::from_secs(5);
    fetch.limits.drip_grace = Duration::from_secs(1);
    fetch.longest_interval = Duration::from_millis(500);
    let registers = seeds::load_registers(None).expect("registers").value;
    let order = Order {
        list: read.value,
        fresh: false,
        settings: PatrolSettings {
            retries: 1,
            retry_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(4),
            ..PatrolSettings::default()
        },
        fetch,
        store: Arc::new(store),
        browser: Browser::None,
        inspector: Arc::new(Inspector::compile(None, registers).expect("lexicons")),
        images: ImageOrder::none(),
        monitor: Arc::new(Silent),
        networks: None,
        legal_basis: Vec::new(),
        watching: None,
    };
    let (_keep, stop) = watch::channel(false);
    let summary = carry_out(order, stop).await.expect("patrol");
    assert!(summary.complete, "{summary:?}");
    let mut told = String::new();
    for (code, count) in &summary.skipped {
        let _ = writeln!(told, "{code} {count}");
    }
    std::fs::write(folder.join("skipped"), told).expect("figures");
}

/// Peak memory of a running process, in MB.
fn peak_mb(child: &Child) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kb = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kb.unwrap_or(0) / 1024
}

/// What a patrol of one case came to.
struct Told {
    time: Duration,
    memory: u64,
    codes: BTreeMap<String, u64>,
    good: usize,
}

async fn patrol(case: &'static str) -> Told {
    let good = Server::pages("127.0.9.1", |path| {
        let inner: String = (1..GOOD)
            .map(|n| format!("<a href=\"/{n}\">第{n}页</a>"))
            .collect();
        let known = path == "/" || path[1..].parse::<usize>().is_ok_and(|n| n < GOOD);
        known.then(|| page(&inner))
    })
    .await;
    let hostile = Server::start("127.0.9.2", move |path, stream| async move {
        answer(case, &path, stream).await;
    })
    .await;
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("list.toml"), list(&good, &hostile)).expect("list");
    let begun = Instant::now();
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "patrol::hostile::child_that_patrols",
            "--ignored",
        ])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the test binary");
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak_mb(&child));
        if let Some(status) = child.try_wait().expect("status") {
            break Some(status);
        }
        if begun.elapsed() > LONGEST {
            child.kill().expect("kill");
            child.wait().expect("wait");
            break None;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let status = status.unwrap_or_else(|| panic!("{case}: the patrol did not end"));
    assert!(status.success(), "{case}: the patrol broke off");
    told(folder.path(), begun.elapsed(), memory)
}

fn told(folder: &Path, time: Duration, memory: u64) -> Told {
    let mut codes = BTreeMap::new();
    for line in std::fs::read_to_string(folder.join("skipped"))
        .expect("figures")
        .lines()
    {
        let (code, count) = line.split_once(' ').expect("code and count");
        codes.insert(code.to_owned(), count.parse().expect("count"));
    }
    let home = Home::read_only(folder.join("home")).expect("home");
    let mut good = 0;
    for run in std::fs::read_dir(home.runs()).expect("runs") {
        let run = run.expect("run").file_name().to_string_lossy().into_owned();
        for capture in captured(&home, &run).expect("archive") {
            let capture = capture.expect("capture");
            if capture.visit.starts_with("aside-") {
                continue;
            }
            if capture.requested.starts_with("http://good.test/") {
                good += 1;
            } else {
                *codes.entry("page".to_owned()).or_default() += 1;
            }
        }
    }
    Told {
        time,
        memory,
        codes,
        good,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_hostile_host_ends_with_its_reason_and_harms_no_other() {
    for bomb in [&GZIP, &BROTLI, &ZSTD] {
        assert!(bomb.len() < 1_000_000, "small as sent");
    }
    println!("| host | seconds | peak MB | recorded | good pages |\n|---|---|---|---|---|");
    let mut faults = Vec::new();
    for (case, wanted) in CASES {
        let told = patrol(case).await;
        let codes: Vec<String> = told.codes.iter().map(|(c, n)| format!("{c} {n}")).collect();
        println!(
            "| {case} | {:.1} | {} | {} | {} of {GOOD} |",
            told.time.as_secs_f64(),
            told.memory,
            codes.join(", "),
            told.good
        );
        let recorded = wanted.iter().any(|w| told.codes.contains_key(*w));
        if !recorded || told.good != GOOD || told.memory > MOST_MEMORY_MB {
            faults.push(*case);
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}
