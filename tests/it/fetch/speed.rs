//! How fast one process fetches without politeness, against a server in the same process.

use super::server::{fetcher, seed, target};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use wangxun::model::spent::Spent;

/// Pages in the quick run; connections must be reused for it to end in time.
const PAGES: usize = 600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_pages_over_few_connections() {
    let connections = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.9:0").await.expect("loopback");
    let start = format!("http://{}/", listener.local_addr().expect("bound"));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            stream.set_nodelay(true).expect("socket");
            let service = service_fn(|_| async {
                let page = Full::new(Bytes::from("<p>页</p>".repeat(3_000)));
                let answer = hyper::Response::builder().header("content-type", "text/html");
                Ok::<_, Infallible>(answer.body(page).expect("answer"))
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    let fetcher = Arc::new(fetcher());
    let seed = Arc::new(seed(&start, &["127.0.0.9/32"]));
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let (fetcher, seed, next, start) = (
                Arc::clone(&fetcher),
                Arc::clone(&seed),
                Arc::clone(&next),
                start.clone(),
            );
            tokio::spawn(async move {
                let mut good = 0;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= PAGES {
                        return good;
                    }
                    let page = target(&format!("{start}p/{n}"));
                    let visit = fetcher.visit(&seed, &page, &Spent::default()).await;
                    good += usize::from(visit.outcome.is_ok());
                }
            })
        })
        .collect();
    let mut good = 0;
    for worker in workers {
        good += worker.await.expect("worker");
    }
    let time = begun.elapsed();
    println!(
        "{good} pages in {time:?}, {} connections",
        connections.load(Ordering::Relaxed)
    );
    assert_eq!(good, PAGES);
    assert!(connections.load(Ordering::Relaxed) <= 32);
    assert!(time < Duration::from_secs(60));
}
