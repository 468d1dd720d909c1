//! A site on loopback whose pages bear validators and can be changed, and its patrol list.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wangxun::model::region::Units;
use wangxun::model::seed::PatrolList;
use wangxun::seeds::parse_patrol_list;

/// A page: content type, validator header line (may be empty), body.
type Page = (&'static str, String, Vec<u8>);

/// A site.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pages: Arc<Mutex<BTreeMap<String, Page>>>,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let site = Self {
            address: listener.local_addr().expect("bound"),
            pages: Arc::default(),
            asked: Arc::default(),
        };
        let served = site.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(served.clone().answer(stream));
            }
        });
        site
    }

    /// Sets an HTML page with a strong ETag of its text.
    pub(crate) fn html(&self, path: &str, body: &str) {
        let etag = format!("ETag: \"{}-{}\"\r\n", path.len(), body.len());
        self.set(path, "text/html; charset=utf-8", etag, body.as_bytes());
    }

    /// Sets any page.
    pub(crate) fn set(&self, path: &str, kind: &'static str, validator: String, body: &[u8]) {
        let mut pages = self.pages.lock().expect("pages");
        pages.insert(path.to_owned(), (kind, validator, body.to_vec()));
    }

    /// What was asked since the last call, with the status answered.
    pub(crate) fn asked(&self) -> Vec<(String, u16)> {
        std::mem::take(&mut *self.asked.lock().expect("log"))
    }

    async fn answer(self, mut stream: TcpStream) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).await.is_ok() {
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let page = self.pages.lock().expect("pages").get(&path).cloned();
        let (status, bytes) = match page {
            None => (
                404,
                b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                    .to_vec(),
            ),
            Some((_, validator, _)) if known(&head, &validator) => {
                let head =
                    format!("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n{validator}\r\n");
                (304, head.into_bytes())
            }
            Some((kind, validator, body)) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {kind}\r\n{validator}Content-Length: {}\r\n\r\n",
                    body.len()
                );
                (200, [head.as_bytes(), &body].concat())
            }
        };
        self.asked.lock().expect("log").push((path, status));
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
    }

    /// A list of this site, with a `[watch]` table.
    pub(crate) fn list(&self, watch: &str) -> PatrolList {
        let text = format!(
            "name = \"名单\"\n[watch]\n{watch}\n[[seed]]\nid = \"site\"\nname = \"站\"\nsector = \"p2p\"\n\
             start = \"http://{}/\"\npace = {{ interval = 0 }}\nrender = \"never\"\naddresses = [\"127.0.0.0/8\"]\n",
            self.address
        );
        let loaded = parse_patrol_list(&text, "test", &Units::default());
        assert!(!loaded.has_errors(), "{:#?}", loaded.faults);
        loaded.value
    }
}

/// Whether a conditional request names the validator.
fn known(head: &str, validator: &str) -> bool {
    let lower = head.to_ascii_lowercase();
    let value = |line: &str| line.split_once(": ").map(|(_, v)| v.trim().to_owned());
    let asked = |name: &str| {
        let at = lower.find(&format!("\r\n{name}: "))? + 2;
        value(head.get(at..)?.lines().next()?)
    };
    let own = value(validator);
    own.is_some() && (asked("if-none-match") == own || asked("if-modified-since") == own)
}
