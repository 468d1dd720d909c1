//! Small raw servers on loopback, polite and hostile, and the seeds that may visit them.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;
use wangxun::fetch::{FetchSettings, Fetcher};
use wangxun::model::seed::{
    AddressPermission, Breadth, Budget, HostOverride, ImageMode, Pace, RenderMode, RobotsPolicy,
    Scope, Sector, Seed, SeedKind,
};
use wangxun::model::target::{Target, TargetSource};

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Instant,
    pub(crate) path: String,
    pub(crate) head: String,
}

/// A server that hands every connection's request to a handler.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Serves at `ip`; the handler writes what it likes and closes. robots.txt is answered with 404.
    pub(crate) async fn start<F, Fut>(ip: &str, handler: F) -> Self
    where
        F: Fn(String, TcpStream) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send,
    {
        let ip: IpAddr = ip.parse().expect("test address");
        let listener = TcpListener::bind((ip, 0)).await.expect("loopback");
        let address = listener.local_addr().expect("bound");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let handler = Arc::new(handler);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                tokio::spawn(async move {
                    let head = read_head(&mut stream).await;
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    log.lock().expect("log").push(Seen {
                        at: Instant::now(),
                        path: path.clone(),
                        head,
                    });
                    handler(path, stream).await;
                });
            }
        });
        Self { address, seen }
    }

    /// Serves whole answers chosen by path; robots.txt is 404 unless the answers name it.
    pub(crate) async fn pages<F>(ip: &str, answer: F) -> Self
    where
        F: Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
    {
        let answer = Arc::new(answer);
        Self::start(ip, move |path, stream| {
            let bytes = answer(&path).unwrap_or_else(|| reply("404 Not Found", &[], b""));
            write(stream, bytes)
        })
        .await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        let seen = self.seen.lock().expect("log");
        seen.iter().map(|s| s.path.clone()).collect()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("log").clone()
    }
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).await.is_ok() {
        head.extend_from_slice(&byte);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Writes and closes; a client that went away does not matter.
pub(crate) async fn write(mut stream: TcpStream, bytes: Vec<u8>) {
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

/// A whole answer with a right length.
pub(crate) fn reply(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut out = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for header in headers {
        out.push_str(header);
        out.push_str("\r\n");
    }
    out.push_str("\r\n");
    [out.as_bytes(), body].concat()
}

/// An HTML page.
pub(crate) fn html(body: &str) -> Vec<u8> {
    reply(
        "200 OK",
        &["Content-Type: text/html; charset=utf-8"],
        body.as_bytes(),
    )
}

/// A redirect.
pub(crate) fn redirect(to: &str) -> Vec<u8> {
    reply("302 Found", &[&format!("Location: {to}")], b"")
}

/// Settings with limits small enough for tests.
pub(crate) fn settings() -> FetchSettings {
    let mut settings = FetchSettings::new("mailto:office@county.test");
    settings.limits.body_bytes = 256 * 1024;
    settings.limits.decoded_bytes = 2 * 1024 * 1024;
    settings.limits.first_byte = Duration::from_millis(1_500);
    settings.limits.total = Duration::from_secs(3);
    settings.limits.drip_grace = Duration::from_millis(600);
    settings
}

pub(crate) fn fetcher() -> Fetcher {
    Fetcher::new(&settings()).expect("fetcher")
}

/// A seed that begins at `start`, asks as fast as it can, and may visit `allowed` only (address/length).
pub(crate) fn seed(start: &str, allowed: &[&str]) -> Seed {
    Seed {
        id: "seed".to_owned(),
        name: "测试平台".to_owned(),
        kind: SeedKind::Platform,
        start_urls: vec![Url::parse(start).expect("test address")],
        sector: Sector::P2p,
        region: None,
        scope: Scope {
            breadth: Breadth::Host,
            include: Vec::new(),
            exclude: Vec::new(),
            offsite_hops: 0,
        },
        budget: Budget {
            pages: 100_000,
            bytes: 1 << 40,
            minutes: 60,
            depth: 10,
        },
        pace: Pace {
            interval: Duration::ZERO,
            concurrency: 64,
            crawl_delay_cap: Duration::from_secs(10),
        },
        robots: RobotsPolicy::Obey,
        render: RenderMode::Never,
        vantages: wangxun::model::vantage::Vantages::default(),
        images: ImageMode::Never,
        addresses: AddressPermission {
            networks: allowed.iter().map(|n| network(n)).collect(),
        },
        resolve: Vec::new(),
    }
}

fn network(text: &str) -> (IpAddr, u8) {
    let (address, length) = text.split_once('/').expect("address/length");
    (
        address.parse().expect("address"),
        length.parse().expect("length"),
    )
}

/// The list's fixed answer for a host: a server of ours, with its port.
pub(crate) fn at(host: &str, server: &Server) -> HostOverride {
    HostOverride {
        host: host.to_owned(),
        address: server.address.ip(),
        port: Some(server.address.port()),
    }
}

pub(crate) fn target(url: &str) -> Target {
    Target {
        url: Url::parse(url).expect("test address"),
        seed_id: "seed".to_owned(),
        depth: 0,
        offsite: 0,
        source: TargetSource::Link,
        referrer: None,
        priority: 128,
        vantage: 0,
    }
}
