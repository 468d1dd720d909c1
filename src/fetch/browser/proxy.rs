//! The loopback proxy of one page. The browser has no other way out, so every request (sub-resources, redirects, web
//! sockets) goes to an address that the guard has approved, connected to as approved (the pin), and is counted.
//!
//! It listens on a port of its own for as long as its page is open: whoever comes to that port is that page. Plain
//! requests are passed one by one with `Connection: close`, since a connection that is used again could carry a request
//! to another host past the guard; everything else is a tunnel (`CONNECT`, RFC 9110 section 9.3.6).

use super::super::hosts::Hosts;
use super::super::view::View;
use super::head::{Head, body_length, read_head, shorten};
use crate::model::politeness::politeness_group;
use crate::model::rendering::LoadOutcome;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use url::Url;

/// Time for a head, and for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection on which nothing moves for so long is closed.
const IDLE: Duration = Duration::from_secs(20);
/// Connections of one page at once; more wait.
const MOST_CONNECTIONS: usize = 64;
/// Connections to one politeness group at once.
const MOST_OF_GROUP: usize = 4;
/// Entries kept.
const MOST_ENTRIES: usize = 3_000;

/// One request or tunnel, as the proxy saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passed {
    /// The address, or `host:port` of a tunnel.
    pub(super) target: String,
    /// Where it was connected to.
    pub(super) server: Option<SocketAddr>,
    /// What became of it.
    pub(super) outcome: LoadOutcome,
}

/// The proxy of one page.
pub(super) struct Proxy<'a> {
    view: &'a View,
    hosts: &'a Hosts,
    left: AtomicU64,
    groups: Mutex<HashMap<String, Arc<Semaphore>>>,
    log: Mutex<Vec<Passed>>,
}

impl<'a> Proxy<'a> {
    /// A proxy that lets `bytes` through.
    pub(super) fn new(view: &'a View, hosts: &'a Hosts, bytes: u64) -> Self {
        Self {
            view,
            hosts,
            left: AtomicU64::new(bytes),
            groups: Mutex::new(HashMap::new()),
            log: Mutex::new(Vec::new()),
        }
    }

    /// What was passed and what was not.
    pub(super) fn log(&self) -> Vec<Passed> {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Serves until it is dropped, and all connections with it.
    pub(super) async fn serve(&self, listener: &TcpListener) {
        let mut connections = FuturesUnordered::new();
        loop {
            tokio::select! {
                accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => {
                    if let Ok((stream, _)) = accepted {
                        connections.push(self.connection(stream));
                    }
                }
                Some(()) = connections.next(), if !connections.is_empty() => {}
            }
        }
    }

    async fn connection(&self, mut browser: TcpStream) {
        let Some((head, rest)) = in_time(read_head(&mut browser)).await else {
            return;
        };
        let Some(head) = Head::of_request(&head) else {
            return answer(&mut browser, "400 Bad Request").await;
        };
        let target = head.target.clone();
        let result = match head.method.as_str() {
            "CONNECT" => self.tunnel(&mut browser, &head, &rest).await,
            _ => self.plain(&mut browser, &head, &rest).await,
        };
        match result {
            Ok(server) => self.note(target, Some(server), LoadOutcome::Loaded),
            Err(Trouble::Blocked(why)) => {
                self.note(target, None, LoadOutcome::Blocked(why));
                answer(&mut browser, "403 Forbidden").await;
            }
            Err(Trouble::Failed(why)) => {
                self.note(target, None, LoadOutcome::Missing(why));
                answer(&mut browser, "502 Bad Gateway").await;
            }
        }
    }

    fn note(&self, target: String, server: Option<SocketAddr>, outcome: LoadOutcome) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() < MOST_ENTRIES {
            log.push(Passed {
                target: target.chars().take(2_000).collect(),
                server,
                outcome,
            });
        }
    }

    /// A tunnel: the guard judges host and port, what goes through is counted.
    async fn tunnel(
        &self,
        browser: &mut TcpStream,
        head: &Head,
        rest: &[u8],
    ) -> Result<SocketAddr, Trouble> {
        let url = Url::parse(&format!("https://{}/", head.target))
            .map_err(|e| Trouble::Blocked(format!("{}: {e}", shorten(&head.target))))?;
        let _place = self.place(&url).await?;
        let (mut server, address) = self.connect(&url).await?;
        let _ = browser
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .await;
        if server.write_all(rest).await.is_ok() {
            self.both(browser, &mut server).await;
        }
        Ok(address)
    }

    /// One plain request.
    async fn plain(
        &self,
        browser: &mut TcpStream,
        head: &Head,
        rest: &[u8],
    ) -> Result<SocketAddr, Trouble> {
        let url = Url::parse(&head.target)
            .map_err(|e| Trouble::Blocked(format!("{}: {e}", shorten(&head.target))))?;
        if url.scheme() != "http" || !url.username().is_empty() || url.password().is_some() {
            return Err(Trouble::Blocked("no plain web address".to_owned()));
        }
        let Some(length) = body_length(head) else {
            return Err(Trouble::Blocked("a request body without length".to_owned()));
        };
        let _place = self.place(&url).await?;
        let (mut server, address) = self.connect(&url).await?;
        let sent = async {
            server.write_all(&head.to_server(&url)).await?;
            let early = rest.get(
                ..rest
                    .len()
                    .min(usize::try_from(length).unwrap_or(usize::MAX)),
            );
            let early = early.unwrap_or_default();
            server.write_all(early).await?;
            self.copy(browser, &mut server, length - early.len() as u64)
                .await
        };
        sent.await
            .map_err(|e| Trouble::Failed(format!("sending: {e}")))?;
        self.response(browser, &mut server, &head.method, &url)
            .await?;
        Ok(address)
    }

    /// Passes an answer on, its connection to be closed.
    async fn response(
        &self,
        browser: &mut TcpStream,
        server: &mut TcpStream,
        method: &str,
        url: &Url,
    ) -> Result<(), Trouble> {
        let (bytes, rest) = in_time_long(read_head(server))
            .await
            .ok_or_else(|| Trouble::Failed("no answer".to_owned()))?;
        let head = Head::of_response(&bytes)
            .ok_or_else(|| Trouble::Failed("no HTTP answer".to_owned()))?;
        if matches!(head.status(), 429 | 503) {
            self.hosts.refused(&politeness_group(url));
        }
        if browser.write_all(&head.to_browser()).await.is_err() {
            return Ok(());
        }
        let bodiless = method == "HEAD" || matches!(head.status(), 100..=199 | 204 | 304);
        let length = match (
            bodiless,
            head.value("transfer-encoding"),
            body_length(&head),
        ) {
            (true, ..) => 0,
            (_, None, Some(length)) if head.value("content-length").is_some() => length,
            _ => u64::MAX,
        };
        let early = rest.get(
            ..rest
                .len()
                .min(usize::try_from(length).unwrap_or(usize::MAX)),
        );
        let early = early.unwrap_or_default();
        if self.take(early.len() as u64) && browser.write_all(early).await.is_ok() {
            // What breaks off now shows in the browser.
            let _ = self
                .copy(server, browser, length.saturating_sub(early.len() as u64))
                .await;
        }
        let _ = browser.shutdown().await;
        Ok(())
    }

    /// A place among the connections to the host's group; none while the group wants to be left alone.
    async fn place(&self, url: &Url) -> Result<tokio::sync::OwnedSemaphorePermit, Trouble> {
        let group = politeness_group(url);
        if let Some(wait) = self.hosts.resting(&group) {
            let seconds = wait.as_secs_f64().ceil();
            return Err(Trouble::Blocked(format!(
                "throttled: {group} is left alone for {seconds} s"
            )));
        }
        let places = {
            let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Arc::new(Semaphore::new(MOST_OF_GROUP));
            Arc::clone(groups.entry(group).or_insert_with(fresh))
        };
        places
            .acquire_owned()
            .await
            .map_err(|e| Trouble::Failed(e.to_string()))
    }

    /// Connects to an approved address of the host.
    async fn connect(&self, url: &Url) -> Result<(TcpStream, SocketAddr), Trouble> {
        let approved = self.view.approve(url).await.map_err(|refusal| {
            let special = matches!(refusal, super::super::view::Refusal::Special { .. });
            let why = refusal.to_string();
            match special {
                true => Trouble::Blocked(format!("blocked-address: {why}")),
                false => Trouble::Failed(why),
            }
        })?;
        let own = url.port_or_known_default().unwrap_or(0);
        let mut last = "no address".to_owned();
        for mut address in approved.addresses {
            if address.port() == 0 {
                address.set_port(own);
            }
            match tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok((stream, address)),
                Ok(Err(error)) => last = error.to_string(),
                Err(_) => "time-out".clone_into(&mut last),
            }
        }
        Err(Trouble::Failed(last))
    }

    /// Takes bytes from what the page may load; false when it is used up.
    fn take(&self, bytes: u64) -> bool {
        self.left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(bytes)
            })
            .is_ok()
    }

    /// Copies `length` bytes, or to the end when that comes before, as long as something moves.
    async fn copy(
        &self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
        mut length: u64,
    ) -> std::io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        while length > 0 {
            let most = buffer
                .len()
                .min(usize::try_from(length).unwrap_or(usize::MAX));
            let part = buffer.get_mut(..most).unwrap_or_default();
            let read = tokio::time::timeout(IDLE, from.read(part)).await??;
            if read == 0 {
                break;
            }
            if !self.take(read as u64) {
                let why = "the page may load no more";
                self.note(
                    why.to_owned(),
                    None,
                    LoadOutcome::Blocked(format!("budget: {why}")),
                );
                return Err(std::io::Error::other(why));
            }
            to.write_all(buffer.get(..read).unwrap_or_default()).await?;
            length -= read as u64;
        }
        Ok(())
    }

    /// Copies both ways until one side ends.
    async fn both(&self, browser: &mut TcpStream, server: &mut TcpStream) {
        let (mut from_browser, mut to_browser) = browser.split();
        let (mut from_server, mut to_server) = server.split();
        tokio::select! {
            _ = self.copy(&mut from_browser, &mut to_server, u64::MAX) => {}
            _ = self.copy(&mut from_server, &mut to_browser, u64::MAX) => {}
        }
    }
}

/// Why a request was not passed.
enum Trouble {
    Blocked(String),
    Failed(String),
}

async fn answer(browser: &mut TcpStream, status: &str) {
    let text = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let _ = browser.write_all(text.as_bytes()).await;
    let _ = browser.shutdown().await;
}

async fn in_time<T>(work: impl Future<Output = Option<T>>) -> Option<T> {
    tokio::time::timeout(PATIENCE, work).await.ok().flatten()
}

async fn in_time_long<T>(work: impl Future<Output = Option<T>>) -> Option<T> {
    tokio::time::timeout(IDLE, work).await.ok().flatten()
}
