//! Servers that mean harm: every visit ends in bounded time and memory, with its reason on record.

use super::server::{Server, fetcher, html, redirect, reply, seed, settings, target, write};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wangxun::fetch::{Visit, charset};
use wangxun::model::capture::{Capture, Truncation};
use wangxun::model::spent::Spent;

/// Visits the one page of a server that answers robots.txt with 404 and all else with `handler`.
async fn visit<F, Fut>(handler: F) -> (Visit, Duration)
where
    F: Fn(TcpStream) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    let handler = std::sync::Arc::new(handler);
    let server = Server::start("127.0.0.2", move |path, stream| {
        let handler = std::sync::Arc::clone(&handler);
        async move {
            if path == "/robots.txt" {
                write(stream, reply("404 Not Found", &[], b"")).await;
            } else {
                handler(stream).await;
            }
        }
    })
    .await;
    let url = server.url("/page");
    let begun = Instant::now();
    let visit = fetcher()
        .visit(
            &seed(&url, &["127.0.0.2/32"]),
            &target(&url),
            &Spent::default(),
        )
        .await;
    (visit, begun.elapsed())
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

/// Writes the same bytes until the client has had enough.
async fn flood(mut stream: TcpStream, head: &[u8], piece: &[u8], pause: Duration) {
    let mut alive = stream.write_all(head).await.is_ok();
    while alive {
        alive = stream.write_all(piece).await.is_ok();
        tokio::time::sleep(pause).await;
    }
}

fn cut(visit: Visit) -> (Capture, Option<Truncation>) {
    let capture = visit.outcome.expect("a cut page");
    let truncated = capture.last().and_then(|e| e.truncated);
    (capture, truncated)
}

fn failure((visit, time): (Visit, Duration)) -> String {
    assert!(time < Duration::from_secs(6), "{time:?}");
    let reason = visit.outcome.expect_err("a failure");
    assert_eq!(reason.code(), "failed");
    reason.detail()
}

#[tokio::test]
async fn an_endless_body_is_cut_by_length() {
    let (visit, time) = visit(|s| async move {
        flood(s, &[HEAD, b"\r\n"].concat(), &[b'a'; 8192], Duration::ZERO).await;
    })
    .await;
    let (capture, truncated) = cut(visit);
    assert_eq!(truncated, Some(Truncation::Length));
    assert_eq!(capture.last().map(|e| e.body.len()), Some(256 * 1024));
    assert!(time < Duration::from_secs(3));
}

#[tokio::test]
async fn endless_headers_are_refused() {
    for pause in [Duration::ZERO, Duration::from_millis(20)] {
        let answer = visit(move |s| async move {
            let line = b"X-Endless: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
            flood(s, HEAD, line, pause).await;
        })
        .await;
        failure(answer);
    }
    let one_long = visit(|s| async move {
        flood(
            s,
            &[HEAD, b"X-Long: "].concat(),
            &[b'a'; 4096],
            Duration::ZERO,
        )
        .await;
    })
    .await;
    failure(one_long);
    let large = format!("X-Large: {}\r\n\r\n", "a".repeat(100 * 1024));
    let said = failure(visit(move |s| write(s, [HEAD, large.as_bytes()].concat())).await);
    assert!(said.contains("head"), "{said}");
}

#[tokio::test]
async fn a_slow_drip_is_cut_by_time() {
    let (visit, time) = visit(|s| async move {
        flood(
            s,
            &[HEAD, b"\r\n"].concat(),
            b"a",
            Duration::from_millis(50),
        )
        .await;
    })
    .await;
    let (capture, truncated) = cut(visit);
    assert_eq!(truncated, Some(Truncation::Time));
    assert!(capture.notes.iter().any(|n| n.code == "body-cut"));
    assert!(time < Duration::from_secs(2), "{time:?}");
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let before_head = visit(|s| async move {
        tokio::time::sleep(Duration::from_secs(20)).await;
        drop(s);
    })
    .await;
    assert!(failure(before_head).starts_with("time-out"));
    let dripping_head = visit(|s| async move {
        flood(s, HEAD, b"a", Duration::from_millis(50)).await;
    })
    .await;
    assert!(failure(dripping_head).starts_with("time-out"));
    let before_body = visit(|mut s| async move {
        let _ = s.write_all(&[HEAD, b"\r\n"].concat()).await;
        tokio::time::sleep(Duration::from_secs(20)).await;
    })
    .await;
    assert!(failure(before_body).contains("no body"));
}

#[tokio::test]
async fn a_gzip_bomb_is_cut() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..16 {
        encoder.write_all(&[b' '; 1 << 20]).expect("memory");
    }
    let bomb = encoder.finish().expect("memory");
    let headers = ["Content-Type: text/html", "Content-Encoding: gzip"];
    let answer = reply("200 OK", &headers, &bomb);
    let (visit, time) = visit(move |s| write(s, answer.clone())).await;
    let (capture, truncated) = cut(visit);
    assert_eq!(truncated, None);
    let page = capture.last().expect("a page");
    assert!(page.content().len() <= 2 * 1024 * 1024);
    assert!(page.content().len() > page.body.len());
    assert!(capture.notes.iter().any(|n| n.code == "decoded-cut"));
    assert!(time < Duration::from_secs(5), "{time:?}");
}

#[tokio::test]
async fn wrong_lengths_and_broken_chunks_leave_what_came() {
    let (short, _) =
        visit(|s| write(s, [HEAD, b"Content-Length: 1000\r\n\r\n<p>half"].concat())).await;
    let (capture, truncated) = cut(short);
    assert_eq!(truncated, Some(Truncation::Disconnect));
    assert_eq!(
        capture.last().map(|e| e.body.as_slice()),
        Some(&b"<p>half"[..])
    );
    let (long, _) = visit(|s| write(s, [HEAD, b"Content-Length: 3\r\n\r\n<p>more"].concat())).await;
    let (capture, truncated) = cut(long);
    assert_eq!(
        (capture.last().map(|e| e.body.len()), truncated),
        (Some(3), None)
    );
    let chunked: &[u8] = b"Transfer-Encoding: chunked\r\n\r\n5\r\n<p>ok\r\nZZ\r\nbroken";
    let (broken, _) = visit(|s| write(s, [HEAD, chunked].concat())).await;
    let (capture, truncated) = cut(broken);
    assert_eq!(truncated, Some(Truncation::Disconnect));
    assert_eq!(
        capture.last().map(|e| e.body.as_slice()),
        Some(&b"<p>ok"[..])
    );
    for nonsense in [
        &b"HTTP/9.9 what\r\n\r\n"[..],
        b"\0\0\0\0\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    ] {
        failure(visit(move |s| write(s, nonsense.to_vec())).await);
    }
}

#[tokio::test]
async fn an_unread_type_is_not_read() {
    let (visit, time) = visit(|s| async move {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n";
        flood(s, head, &[0; 8192], Duration::ZERO).await;
    })
    .await;
    assert_eq!(visit.outcome.expect_err("skipped").code(), "type");
    assert!(time < Duration::from_secs(1), "{time:?}");
}

#[tokio::test]
async fn a_wrong_charset_is_seen_through() {
    let text = "<p>本平台承诺保本保息，年化收益率百分之十二</p>";
    let (gbk, ..) = encoding_rs::GBK.encode(text);
    let body = gbk.into_owned();
    let (visit, _) = visit(move |s| {
        write(
            s,
            reply("200 OK", &["Content-Type: text/html; charset=utf-8"], &body),
        )
    })
    .await;
    let capture = visit.outcome.expect("a page");
    let page = capture.last().expect("a page");
    let read = charset::decode(
        page.content(),
        page.header("content-type"),
        Some("cn"),
        false,
    );
    assert_eq!((read.text.as_str(), read.charset), (text, "GBK"));
}

#[tokio::test]
async fn a_refused_connection_fails_with_its_cause() {
    let server = Server::pages("127.0.0.2", |_| Some(html("x"))).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.2:0")
        .await
        .expect("loopback");
    let url = format!("http://{}/", listener.local_addr().expect("bound"));
    drop((listener, server));
    let mut seed = seed(&url, &["127.0.0.2/32"]);
    seed.robots = wangxun::model::seed::RobotsPolicy::Ignore {
        legal_basis: "测试".to_owned(),
    };
    let visit = fetcher()
        .visit(&seed, &target(&url), &Spent::default())
        .await;
    let reason = visit.outcome.expect_err("a failure");
    assert!(
        reason.detail().to_lowercase().contains("refused"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_slow_redirect_chain_ends() {
    let server = Server::start("127.0.0.2", |path, stream| async move {
        let answer = match path.strip_prefix("/r").and_then(|n| n.parse::<u32>().ok()) {
            Some(n) => redirect(&format!("/r{}", n + 1)),
            None => reply("404 Not Found", &[], b""),
        };
        tokio::time::sleep(Duration::from_millis(200)).await;
        write(stream, answer).await;
    })
    .await;
    let mut settings = settings();
    settings.visit_time = Duration::from_millis(700);
    let fetcher = wangxun::fetch::Fetcher::new(&settings).expect("fetcher");
    let url = server.url("/r1");
    let seed = seed(&url, &["127.0.0.2/32"]);
    let visit = fetcher.visit(&seed, &target(&url), &Spent::default()).await;
    let reason = visit.outcome.expect_err("too slow");
    assert!(reason.detail().contains("time-out"), "{reason}");
    assert!(visit.partial.is_some_and(|p| p.exchanges.len() < 10));
}
