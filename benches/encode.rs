//! Figures of WARC encoding by level of compression: `cargo bench --bench encode -- [FOLDER]`.
//!
//! Encodes the HTML files of FOLDER (else generated pages) with each level from 1 to 6, one thread, and prints one JSON
//! line a level: microseconds of the best and the worst of 15 rounds for a capture, and the size against the bodies.

#![allow(clippy::print_stdout)] // the figures are what this program is for

use chrono::DateTime;
use std::path::PathBuf;
use std::time::Instant;
use url::Url;
use wangxun::model::capture::{Capture, Exchange};
use wangxun::model::seed::RobotsPolicy;
use wangxun::model::target::TargetSource;
use wangxun::practice::{LoadPlan, load_pages};
use wangxun::storage::warc::encode::{CaptureContext, encode_capture};
use wangxun::storage::warc::member::MemberWriter;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ROUNDS: usize = 15;
const MOST_PAGES: usize = 200;

fn pages() -> Outcome<Vec<Vec<u8>>> {
    let folder = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let Some(folder) = folder else {
        let plan = LoadPlan {
            pages: MOST_PAGES as u64,
            hosts: 1,
        };
        return Ok(load_pages(plan)?.map(String::into_bytes).collect());
    };
    let mut folders = vec![PathBuf::from(folder)];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "html") && pages.len() < MOST_PAGES {
                pages.push(std::fs::read(path)?);
            }
        }
    }
    Ok(pages)
}

fn capture(n: usize, body: Vec<u8>) -> Outcome<Capture> {
    let url = Url::parse(&format!("http://h{n}.bench.test/"))?;
    Ok(Capture {
        requested: url.clone(),
        exchanges: vec![Exchange {
            url,
            request_head: b"GET / HTTP/1.1\r\nHost: h.bench.test\r\n\r\n".to_vec(),
            http_version: "HTTP/1.1",
            status: 200,
            headers: vec![("Content-Type".to_owned(), b"text/html".to_vec())],
            body,
            decoded: None,
            truncated: None,
            server: None,
            tls_chain: Vec::new(),
            started: DateTime::UNIX_EPOCH,
            ended: DateTime::UNIX_EPOCH,
        }],
        notes: Vec::new(),
        rendering: None,
        images: Vec::new(),
    })
}

fn main() -> Outcome<()> {
    let pages = pages()?;
    let bodies: usize = pages.iter().map(Vec::len).sum();
    let captures: Vec<Capture> = pages
        .into_iter()
        .enumerate()
        .map(|(n, body)| capture(n, body))
        .collect::<Outcome<_>>()?;
    if captures.is_empty() {
        return Err("no HTML file in that folder".into());
    }
    let context = CaptureContext {
        run: "bench".to_owned(),
        visit: "v".to_owned(),
        seed_id: "bench".to_owned(),
        platform: String::new(),
        depth: 0,
        source: TargetSource::Seed,
        referrer: None,
        vantage: None,
        robots: RobotsPolicy::Obey,
    };
    for level in 1..=6 {
        let mut writer = MemberWriter::with_level(level);
        let (mut times, mut bytes) = (Vec::new(), 0);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            bytes = 0;
            for capture in &captures {
                bytes += encode_capture(&mut writer, capture, &context, &|_| false)?
                    .bytes
                    .len();
            }
            times.push(begun.elapsed().as_secs_f64() * 1e6 / captures.len() as f64);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{{\"level\":{level},\"captures\":{},\"best_us\":{:.0},\"worst_us\":{:.0},\"share\":{:.3}}}",
            captures.len(),
            times.first().copied().unwrap_or_default(),
            times.last().copied().unwrap_or_default(),
            bytes as f64 / bodies as f64
        );
    }
    Ok(())
}
