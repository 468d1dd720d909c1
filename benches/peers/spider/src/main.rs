//! Crawls the hosts given as addresses with the crate `spider`, following links and keeping nothing but counts.
//!
//! `spider-peer CONCURRENT ADDRESS...` prints one line of JSON: pages, bytes, seconds.

use spider::website::Website;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let concurrent = arguments.next().and_then(|n| n.parse().ok());
    let Some(concurrent) = concurrent else {
        eprintln!("usage: spider-peer CONCURRENT ADDRESS...");
        std::process::exit(2);
    };
    let pages = Arc::new(AtomicU64::new(0));
    let bytes = Arc::new(AtomicU64::new(0));
    let turns = Arc::new(Semaphore::new(concurrent));
    let begun = Instant::now();
    let mut hosts = JoinSet::new();
    for address in arguments {
        let (pages, bytes, turns) = (pages.clone(), bytes.clone(), turns.clone());
        hosts.spawn(async move {
            let Ok(_turn) = turns.acquire_owned().await else {
                return;
            };
            crawl(&address, &pages, &bytes).await;
        });
    }
    while hosts.join_next().await.is_some() {}
    println!(
        "{{\"pages\": {}, \"body_megabytes\": {:.3}, \"seconds\": {:.3}}}",
        pages.load(Ordering::Relaxed),
        bytes.load(Ordering::Relaxed) as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    );
}

async fn crawl(address: &str, pages: &AtomicU64, bytes: &AtomicU64) {
    let mut website = Website::new(address);
    website
        .with_respect_robots_txt(true)
        .with_delay(0)
        .with_depth(0)
        .with_request_timeout(Some(Duration::from_secs(30)));
    let mut received = website.subscribe(256);
    let count = async {
        while let Ok(page) = received.recv().await {
            if page.status_code.is_success() {
                pages.fetch_add(1, Ordering::Relaxed);
                bytes.fetch_add(page.get_html_bytes_u8().len() as u64, Ordering::Relaxed);
            }
        }
    };
    let run = async {
        website.crawl().await;
        website.unsubscribe();
    };
    tokio::join!(run, count);
}
