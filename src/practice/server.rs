//! Listeners on loopback, one address per host, all on one port.

use super::access::{AccessLog, Asked};
use super::answer::{Act, Answer, Reply};
use super::by_hand::{Broken, ByHand, finish_by_hand};
use super::error::PracticeError;
use super::folder::Folder;
use super::load::{Load, LoadPlan};
use super::web::{Visitor, Web};
use crate::model::seed::HostOverride;
use bytes::Bytes;
use chrono::Utc;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Connections open at once, over all hosts.
const MOST_CONNECTIONS: usize = 1_024;
/// Longest wait for a request head, on new and on kept connections.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest life of a connection.
const LIFE: Duration = Duration::from_secs(600);
/// How long open connections may finish after shutdown was asked.
const GRACE: Duration = Duration::from_secs(2);
/// Tries to find one port that is free on every address.
const PORT_TRIES: usize = 32;

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Where to listen and how much to remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bind {
    /// The port of every host; 0 = any port that is free on all addresses.
    pub port: u16,
    /// Entries that the access log keeps, 0 = it only counts.
    pub log: usize,
}

impl Default for Bind {
    fn default() -> Self {
        Self {
            port: 0,
            log: 100_000,
        }
    }
}

/// One host being served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedHost {
    /// Host name under `.test`.
    pub name: String,
    /// Its own loopback address.
    pub address: Ipv4Addr,
}

/// What is being served.
#[derive(Debug)]
pub(super) enum Content {
    /// The bundled web.
    Web(Web),
    /// A folder of sites.
    Folder(Folder),
    /// Generated pages.
    Load(Load),
}

impl Content {
    fn hosts(&self) -> Vec<ServedHost> {
        match self {
            Self::Web(web) => {
                let host = |h: &super::web::Host| ServedHost {
                    name: h.form.name.clone(),
                    address: h.form.address,
                };
                web.hosts.iter().map(host).collect()
            }
            Self::Folder(folder) => folder.hosts(),
            Self::Load(load) => load.hosts(),
        }
    }

    async fn answer(&self, host: usize, path: &str, query: &str, visitor: Visitor<'_>) -> Answer {
        let answer = match self {
            Self::Web(web) => web
                .hosts
                .get(host)
                .map(|h| h.answer_to(path, query, visitor)),
            Self::Folder(folder) => folder.answer(host, path).await,
            Self::Load(load) => load.answer(host, path),
        };
        answer.unwrap_or_else(|| Answer::now(Reply::error(404, "没有这个页面")))
    }
}

/// A web being served; dropping it stops the server at once, [`Served::shutdown`] lets answers finish.
#[derive(Debug)]
pub struct Served {
    shared: Arc<Shared>,
    port: u16,
    stop: watch::Sender<bool>,
    listeners: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    content: Content,
    hosts: Vec<ServedHost>,
    /// Which hosts are closed, in the order of `hosts`.
    closed: Vec<AtomicBool>,
    log: AccessLog,
    permits: Arc<Semaphore>,
}

impl Served {
    /// The port on which all hosts listen.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The hosts, in a stable order.
    pub fn hosts(&self) -> &[ServedHost] {
        &self.shared.hosts
    }

    /// The server's own log.
    pub fn log(&self) -> &AccessLog {
        &self.shared.log
    }

    /// Fixed answers for all host names, with the port, so that lists may say `http://host.test/`.
    pub fn overrides(&self) -> Vec<HostOverride> {
        let hosts = self.shared.hosts.iter();
        hosts
            .map(|h| HostOverride {
                host: h.name.clone(),
                address: IpAddr::V4(h.address),
                port: Some(self.port),
            })
            .collect()
    }

    /// Closes a host for good, as an operator does who takes a site down: everything there is gone (410) from now on.
    /// `false` when no such host is served.
    pub fn close(&self, host: &str) -> bool {
        let mut hosts = self.shared.hosts.iter().zip(&self.shared.closed);
        let Some((_, closed)) = hosts.find(|(served, _)| served.name == host) else {
            return false;
        };
        closed.store(true, Ordering::Release);
        true
    }

    /// What is being served.
    pub(super) fn content(&self) -> &Content {
        &self.shared.content
    }

    /// Takes no more connections, lets open answers finish for a short while, then ends.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true);
        while self.listeners.join_next().await.is_some() {}
    }
}

/// Serves the bundled practice web on 127.0.7.x. Must be called inside a Tokio runtime.
pub async fn serve(bind: Bind) -> Result<Served, PracticeError> {
    start(Content::Web(Web::bundled()?), bind).await
}

/// Serves each sub-folder of `folder` as its own host `<sub-folder>.test` on 127.0.8.x and up, bytes as they are, without a
/// declared charset, with an index page `/` that links all files.
pub async fn serve_folder(folder: &Path, bind: Bind) -> Result<Served, PracticeError> {
    start(Content::Folder(Folder::read(folder)?), bind).await
}

/// Serves generated pages on 127.0.64.x and up.
pub async fn serve_load(plan: LoadPlan, bind: Bind) -> Result<Served, PracticeError> {
    start(Content::Load(Load::prepare(plan)?), bind).await
}

async fn start(content: Content, bind: Bind) -> Result<Served, PracticeError> {
    let hosts = content.hosts();
    let (port, listeners) = listen(&hosts, bind.port).await?;
    let shared = Arc::new(Shared {
        content,
        closed: hosts.iter().map(|_| AtomicBool::new(false)).collect(),
        hosts,
        log: AccessLog::new(bind.log),
        permits: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
    });
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for (host, listener) in listeners.into_iter().enumerate() {
        tasks.spawn(accept(shared.clone(), host, listener, stopping.clone()));
    }
    Ok(Served {
        shared,
        port,
        stop,
        listeners: tasks,
    })
}

/// Binds every address to one port; with port 0 it is chosen by the first address and tried on the others.
async fn listen(
    hosts: &[ServedHost],
    asked: u16,
) -> Result<(u16, Vec<TcpListener>), PracticeError> {
    let mut tries = 0;
    loop {
        match listen_once(hosts, asked).await {
            Err(PracticeError::Listen { source, .. })
                if asked == 0
                    && tries < PORT_TRIES
                    && source.kind() == std::io::ErrorKind::AddrInUse =>
            {
                tries += 1;
            }
            other => return other,
        }
    }
}

async fn listen_once(
    hosts: &[ServedHost],
    asked: u16,
) -> Result<(u16, Vec<TcpListener>), PracticeError> {
    let mut port = asked;
    let mut listeners = Vec::with_capacity(hosts.len());
    for host in hosts {
        let address = SocketAddr::from((host.address, port));
        let failed = |source| PracticeError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        port = listener.local_addr().map_err(failed)?.port();
        listeners.push(listener);
    }
    Ok((port, listeners))
}

async fn accept(
    shared: Arc<Shared>,
    host: usize,
    listener: TcpListener,
    mut stopping: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let Ok(permit) = shared.permits.clone().acquire_owned().await else {
            break;
        };
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.changed() => break,
        };
        match stream {
            Ok((stream, _)) => {
                let (shared, stopping) = (shared.clone(), stopping.clone());
                connections.spawn(async move {
                    let talk = connection(shared, host, stream, stopping);
                    let _ = tokio::time::timeout(LIFE, talk).await;
                    drop(permit);
                });
            }
            // Out of descriptors, or the peer was gone again: wait a little instead of spinning.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let drain = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, drain).await;
}

async fn connection(
    shared: Arc<Shared>,
    host: usize,
    stream: TcpStream,
    mut stopping: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let by_hand = ByHand::default();
    let noted = by_hand.clone();
    let service = hyper::service::service_fn(move |request| {
        let (shared, by_hand) = (shared.clone(), noted.clone());
        // Boxed because hyper hands the socket back only for services that can be moved.
        let future: Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(async move { respond(&shared, host, request, &by_hand).await });
        future
    });
    let mut talk = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut asked_to_stop = false;
    loop {
        let step = poll_fn(|cx| talk.poll_without_shutdown(cx));
        tokio::select! {
            _ = step => break,
            _ = stopping.changed(), if !asked_to_stop => {
                asked_to_stop = true;
                Pin::new(&mut talk).graceful_shutdown();
            }
        }
    }
    let mut stream = talk.into_parts().io.into_inner();
    let act = by_hand
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match act {
        Some(act) => finish_by_hand(stream, act).await,
        None => {
            let _ = stream.shutdown().await;
        }
    }
}

async fn respond(
    shared: &Shared,
    host: usize,
    request: Request<Incoming>,
    by_hand: &ByHand,
) -> Result<Response<Body>, Broken> {
    let (came, at) = (Instant::now(), Utc::now());
    let mut answer = answer(shared, host, &request).await;
    if let Act::Reply(reply) = answer.act {
        let known = request.headers().get(header::IF_NONE_MATCH);
        answer.act = Act::Reply(reply.unless_known(known.and_then(|k| k.to_str().ok())));
    }
    let name = shared.hosts.get(host).map_or("", |h| h.name.as_str());
    let target = request.uri().path_and_query().map_or("/", |t| t.as_str());
    let agent = request.headers().get(header::USER_AGENT);
    let asked = Asked {
        came,
        at,
        method: request.method().as_str(),
        target,
        agent: agent.and_then(|a| a.to_str().ok()).unwrap_or(""),
    };
    shared.log.record(name, &asked, answer.status());
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    match answer.act {
        Act::Reply(reply) => {
            let body = Full::new(reply.body.clone()).boxed_unsync();
            Ok(response(&reply, body))
        }
        Act::Drip {
            reply,
            chunk,
            every,
        } => {
            let body = dripping(reply.body.clone(), chunk, every);
            Ok(response(&reply, body))
        }
        act => {
            *by_hand.lock().unwrap_or_else(PoisonError::into_inner) = Some(act);
            Err(Broken)
        }
    }
}

async fn answer(shared: &Shared, host: usize, request: &Request<Incoming>) -> Answer {
    if !names_this_host(shared, host, request) {
        return Answer::now(Reply::error(421, "这个地址上没有这个主机"));
    }
    let closed = shared.closed.get(host);
    if closed.is_some_and(|closed| closed.load(Ordering::Acquire)) {
        return Answer::now(Reply::error(410, "这个网站已经关闭"));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Answer::now(Reply::error(405, "只可读取"));
    }
    let uri = request.uri();
    let said = |name| {
        let value = request.headers().get(name);
        value.and_then(|v| v.to_str().ok()).unwrap_or("")
    };
    let visitor = Visitor {
        agent: said(header::USER_AGENT),
        referrer: said(header::REFERER),
    };
    shared
        .content
        .answer(host, uri.path(), uri.query().unwrap_or(""), visitor)
        .await
}

/// The name asked for must belong to the address that was connected to: a client that mixes up its pinned addresses is told so.
fn names_this_host(shared: &Shared, host: usize, request: &Request<Incoming>) -> bool {
    let Some(served) = shared.hosts.get(host) else {
        return false;
    };
    let asked = request.headers().get(header::HOST);
    let asked = asked.and_then(|h| h.to_str().ok()).unwrap_or("");
    let name = asked.split(':').next().unwrap_or("");
    name.eq_ignore_ascii_case(&served.name) || name == served.address.to_string()
}

fn response(reply: &Reply, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("x-practice", HeaderValue::from_static("fictitious"));
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name.as_str()),
            HeaderValue::try_from(value.as_str()),
        ) {
            headers.append(name, value);
        }
    }
    response
}

fn dripping(body: Bytes, chunk: usize, every: Duration) -> Body {
    let pieces = futures_util::stream::unfold((body, true), move |(mut rest, first)| async move {
        if rest.is_empty() {
            return None;
        }
        if !first {
            tokio::time::sleep(every).await;
        }
        let piece = rest.split_to(chunk.min(rest.len()));
        Some((Ok(Frame::data(piece)), (rest, false)))
    });
    StreamBody::new(pieces).boxed_unsync()
}
