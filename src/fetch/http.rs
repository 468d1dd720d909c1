//! One hop over HTTP; the only user of reqwest beside `time_authority`. Redirects, decompression and proxies of the environment are off.

use super::admit::{Permit, Purpose};
use super::body::{self, Bounds};
use super::bounded::Bounded;
use super::content_type::{is_packed_sitemap, is_picture, is_read};
use super::decode;
use super::quoted::quoted;
use super::robots::ROBOTS_BYTES;
use super::settings::{FetchError, FetchSettings, Limits};
use super::tls::{self, ChainRecorder};
use super::view::{ProxyHost, Refusal, View, view_key};
use crate::model::capture::{Exchange, Truncation};
use crate::model::note::Note;
use crate::model::seed::{AddressPermission, HostOverride, Seed};
use crate::model::vantage::Guise;
use chrono::{DateTime, Utc};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, COOKIE, HOST, HeaderMap, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, REFERER, USER_AGENT,
};
use reqwest::{Client, Response, Version};
use rustls::ClientConfig;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

/// Views with an HTTP client of their own at once.
const OUTLETS: usize = 256;
/// Name lookups under way at once.
const LOOKUPS: usize = 32;
/// Bytes read of a redirect's body.
const REDIRECT_BODY: usize = 64 * 1024;
/// Bytes read of an image.
const IMAGE_BODY: usize = 8 * 1024 * 1024;
/// Response headers, by number.
const HEADERS: usize = 200;
/// Bodies above this are decoded off the async threads.
const INLINE_DECODE: usize = 256 * 1024;
/// What we can read, best first.
const ACCEPTED: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1";

/// Images that we can read.
const IMAGES: &str = "image/webp,image/png,image/jpeg,image/gif,*/*;q=0.1";

/// The way out for the seeds of one view: its client and connection pool.
#[derive(Debug)]
pub(super) struct Outlet {
    /// The view whose guard the client's resolver is.
    pub(super) view: Arc<View>,
    client: Client,
}

/// The resolver that reqwest is given: answers only what the guard approves, in the same step.
#[derive(Debug)]
struct GuardedResolver(Arc<View>);

impl reqwest::dns::Resolve for GuardedResolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let view = Arc::clone(&self.0);
        Box::pin(async move {
            let addresses = view.connect_to(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// Sends permitted requests.
#[derive(Debug)]
pub(super) struct Sender {
    limits: Limits,
    headers: HeaderMap,
    recorder: Arc<ChainRecorder>,
    tls: ClientConfig,
    proxy: Option<(reqwest::Proxy, ProxyHost)>,
    lookups: Arc<Semaphore>,
    outlets: Mutex<Bounded<String, Arc<Outlet>>>,
}

/// What one hop brought.
#[derive(Debug)]
pub(super) struct Answer {
    /// The exchange.
    pub(super) exchange: Exchange,
    /// Trouble on the way.
    pub(super) notes: Vec<Note>,
    /// Time until the head of the response was there.
    pub(super) latency: Duration,
    /// Whether the body was read; of a type that the patrol does not read it is not.
    pub(super) body_read: bool,
}

/// Why a hop brought nothing.
#[derive(Debug)]
pub(super) enum SendError {
    /// No answer in time.
    TimedOut(String),
    /// The name was refused between permit and connection.
    Refused(Refusal),
    /// No connection, TLS failure, broken protocol.
    Broken(String),
}

impl Sender {
    /// A sender with these settings.
    pub(super) fn new(settings: &FetchSettings) -> Result<Self, FetchError> {
        let recorder = Arc::new(ChainRecorder::new(&settings.extra_roots)?);
        let proxy = match &settings.proxy {
            Some(address) => Some(read_proxy(address)?),
            None => None,
        };
        let sender = Self {
            limits: settings.limits,
            headers: headers(settings)?,
            tls: tls::config(&recorder)?,
            recorder,
            proxy,
            lookups: Arc::new(Semaphore::new(LOOKUPS)),
            outlets: Mutex::new(Bounded::new(OUTLETS)),
        };
        // A client that cannot be built shows itself now, not in the middle of a patrol.
        let nothing = sender.view(Vec::new(), AddressPermission::default());
        sender.client(&Arc::new(nothing))?;
        Ok(sender)
    }

    /// The way out for a seed.
    pub(super) fn outlet(&self, seed: &Seed) -> Result<Arc<Outlet>, FetchError> {
        let key = view_key(seed);
        let mut outlets = self.outlets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outlet) = outlets.get(&key) {
            return Ok(Arc::clone(outlet));
        }
        let view = Arc::new(self.view(seed.resolve.clone(), seed.addresses.clone()));
        let outlet = Arc::new(Outlet {
            client: self.client(&view)?,
            view,
        });
        outlets.insert(key, Arc::clone(&outlet));
        Ok(outlet)
    }

    /// Whether all requests go through a proxy of the configuration.
    pub(super) fn has_proxy(&self) -> bool {
        self.proxy.is_some()
    }

    /// The user agent of every request.
    pub(super) fn agent(&self) -> String {
        self.sent(USER_AGENT)
    }

    /// The languages of every request, best first, as a browser is told them: without weights, which it makes itself.
    pub(super) fn languages(&self) -> String {
        let sent = self.sent(ACCEPT_LANGUAGE);
        let languages = sent.split(',').filter_map(|part| part.split(';').next());
        languages.map(str::trim).collect::<Vec<_>>().join(",")
    }

    fn sent(&self, name: reqwest::header::HeaderName) -> String {
        let value = self.headers.get(name).map(HeaderValue::as_bytes);
        String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
    }

    fn view(&self, overrides: Vec<HostOverride>, permission: AddressPermission) -> View {
        let proxy = self.proxy.as_ref().map(|(_, host)| host.clone());
        View::new(overrides, permission, proxy, Arc::clone(&self.lookups))
    }

    fn client(&self, view: &Arc<View>) -> Result<Client, FetchError> {
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tls_backend_preconfigured(self.tls.clone())
            .tls_info(true)
            .dns_resolver(GuardedResolver(Arc::clone(view)))
            .connect_timeout(self.limits.connect)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(8)
            .http1_max_headers(HEADERS)
            .http2_max_header_list_size(
                u32::try_from(self.limits.header_bytes).unwrap_or(u32::MAX),
            );
        if let Some((proxy, _)) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        builder.build().map_err(|error| FetchError::Client {
            cause: chain_of_causes(&error),
        })
    }

    /// Carries out one permitted request. Bounded in time and memory whatever the server does.
    pub(super) async fn send(
        &self,
        permit: Permit,
        cookie: Option<String>,
    ) -> Result<Answer, SendError> {
        let started = Utc::now();
        let begun = Instant::now();
        let (url, headers) = self.request(&permit, cookie);
        let request = permit.outlet().client.get(url).headers(headers.clone());
        let patience = self.limits.first_byte.min(self.limits.total);
        let response = match tokio::time::timeout(patience, request.send()).await {
            Ok(answer) => answer.map_err(|error| send_error(&error))?,
            Err(_) => {
                let message = format!("no answer within {} s", patience.as_secs_f32());
                return Err(SendError::TimedOut(message));
            }
        };
        self.check_head(response.headers())?;
        let latency = begun.elapsed();
        self.read(permit, response, &headers, (started, begun, latency))
            .await
    }

    /// Reads a response to its end, or as far as it may go.
    async fn read(
        &self,
        permit: Permit,
        response: Response,
        sent: &HeaderMap,
        (started, begun, latency): (DateTime<Utc>, Instant, Duration),
    ) -> Result<Answer, SendError> {
        let mut exchange = self.exchange(&permit, &response, sent, started);
        let wanted = self.wanted(permit.purpose(), &exchange);
        let mut notes = Vec::new();
        if wanted.is_none() {
            exchange.truncated = Some(Truncation::Length);
            notes.push(Note::new(
                "body-unread",
                "the body's type is not one that the patrol reads",
            ));
        }
        if let Some(bytes) = wanted {
            let bounds = Bounds {
                bytes,
                total: begun + self.limits.total,
                drip_bytes_per_second: self.limits.drip_bytes_per_second,
                drip_grace: self.limits.drip_grace,
            };
            let read = body::read(response.bytes_stream(), bounds).await;
            exchange.body = read.bytes;
            exchange.truncated = read.truncated;
            notes.extend(read.cause.map(|c| Note::new("body-cut", quoted(&c))));
        }
        exchange.ended = Utc::now();
        notes.extend(self.undo_codings(&mut exchange).await);
        Ok(Answer {
            exchange,
            notes,
            latency,
            body_read: wanted.is_some(),
        })
    }

    /// The request's address and headers, in the order in which they are sent.
    fn request(&self, permit: &Permit, cookie: Option<String>) -> (Url, HeaderMap) {
        let mut url = permit.url().clone();
        let mut headers = self.headers.clone();
        if permit.purpose() == Purpose::Image {
            headers.insert(ACCEPT, HeaderValue::from_static(IMAGES));
        }
        if let Some(value) = cookie.and_then(|c| HeaderValue::try_from(c).ok()) {
            headers.insert(COOKIE, value);
        }
        if let Some(guise) = permit.guise() {
            self.put_on(guise, &mut headers);
        }
        if let Some(validators) = permit.validators() {
            let fields = [
                (IF_NONE_MATCH, &validators.etag),
                (IF_MODIFIED_SINCE, &validators.last_modified),
            ];
            for (name, value) in fields {
                let value = value.as_ref().and_then(|v| HeaderValue::try_from(v).ok());
                headers.extend(value.map(|value| (name, value)));
            }
        }
        // A port in the address would win over the resolver's, so the list's other port needs an address without
        // one, and the Host header keeps the true one.
        if permit.other_port()
            && let Ok(host) = HeaderValue::try_from(authority(&url))
            && url.set_port(None).is_ok()
        {
            headers.insert(HOST, host);
        }
        (url, headers)
    }

    /// Makes a request look as its vantage wants; our own name and contact stay in the agent.
    fn put_on(&self, guise: &Guise, headers: &mut HeaderMap) {
        if let Ok(agent) = HeaderValue::try_from(self.agent_of(guise)) {
            headers.insert(USER_AGENT, agent);
        }
        let referrer = guise.referrer.as_ref().map(Url::as_str);
        if let Some(referrer) = referrer.and_then(|r| HeaderValue::try_from(r).ok()) {
            headers.insert(REFERER, referrer);
        }
    }

    /// The user agent of a vantage.
    pub(super) fn agent_of(&self, guise: &Guise) -> String {
        match guise.vantage.device.agent() {
            Some(imitated) => format!("{imitated} {}", self.agent()),
            None => self.agent(),
        }
    }

    fn check_head(&self, headers: &HeaderMap) -> Result<(), SendError> {
        let size: usize = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        if size > self.limits.header_bytes {
            let message = format!("response head of {size} bytes is larger than allowed");
            return Err(SendError::Broken(message));
        }
        Ok(())
    }

    /// The exchange as far as the response's head tells it.
    fn exchange(
        &self,
        permit: &Permit,
        response: &Response,
        sent: &HeaderMap,
        started: DateTime<Utc>,
    ) -> Exchange {
        let http_version = version(response.version());
        let leaf = response
            .extensions()
            .get::<reqwest::tls::TlsInfo>()
            .and_then(|info| info.peer_certificate());
        Exchange {
            url: permit.url().clone(),
            request_head: request_head(permit.url(), http_version, sent),
            http_version,
            status: response.status().as_u16(),
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: Vec::new(),
            decoded: None,
            truncated: None,
            server: response.remote_addr(),
            tls_chain: leaf
                .map(|leaf| self.recorder.chain_of(leaf))
                .unwrap_or_default(),
            started,
            ended: started,
        }
    }

    /// Bytes of the body that are wanted; `None` when its type is not one that we read.
    fn wanted(&self, purpose: Purpose, head: &Exchange) -> Option<usize> {
        let kind = head.header("content-type");
        match purpose {
            _ if is_redirect(head) => Some(REDIRECT_BODY.min(self.limits.body_bytes)),
            Purpose::Robots => Some((ROBOTS_BYTES * 2).min(self.limits.body_bytes)),
            Purpose::Page if is_read(kind) || is_packed_sitemap(head.url.path(), kind) => {
                Some(self.limits.body_bytes)
            }
            Purpose::Page => None,
            Purpose::Image if is_picture(kind) => Some(IMAGE_BODY.min(self.limits.body_bytes)),
            Purpose::Image => None,
        }
    }

    async fn undo_codings(&self, exchange: &mut Exchange) -> Vec<Note> {
        let declared: Vec<&str> = exchange
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"))
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
            .collect();
        let mut codings = declared.join(",");
        let kind = exchange.header("content-type");
        if codings.is_empty() && is_packed_sitemap(exchange.url.path(), kind) {
            "gzip".clone_into(&mut codings);
        }
        if codings.is_empty() || exchange.body.is_empty() {
            return Vec::new();
        }
        let limits = self.limits;
        let plain = if exchange.body.len() <= INLINE_DECODE {
            decode::undo(&exchange.body, &codings, &limits)
        } else {
            let body = std::mem::take(&mut exchange.body);
            let work = move || (decode::undo(&body, &codings, &limits), body);
            let Ok((plain, body)) = tokio::task::spawn_blocking(work).await else {
                return vec![Note::new("coding-damaged", "the decoder broke off")];
            };
            exchange.body = body;
            plain
        };
        exchange.decoded = plain.bytes;
        plain.notes
    }
}

/// Whether the answer sends us elsewhere.
pub(super) fn is_redirect(exchange: &Exchange) -> bool {
    matches!(exchange.status, 301 | 302 | 303 | 307 | 308)
        && exchange.headers.iter().any(|(name, _)| name == "location")
}

fn headers(settings: &FetchSettings) -> Result<HeaderMap, FetchError> {
    if settings.contact.trim().is_empty() {
        return Err(FetchError::Header { field: "contact" });
    }
    let value =
        |field, text: String| HeaderValue::try_from(text).map_err(|_| FetchError::Header { field });
    let mut headers = HeaderMap::new();
    headers.insert(
        USER_AGENT,
        value("contact or vantage_agent", settings.user_agent())?,
    );
    headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
    let language = value("accept_language", settings.accept_language.clone())?;
    headers.insert(ACCEPT_LANGUAGE, language);
    headers.insert(
        ACCEPT_ENCODING,
        HeaderValue::from_static("gzip, br, zstd, deflate"),
    );
    Ok(headers)
}

pub(super) fn read_proxy(address: &str) -> Result<(reqwest::Proxy, ProxyHost), FetchError> {
    let shown = address.rsplit('@').next().unwrap_or_default();
    let refused = || FetchError::Proxy {
        address: quoted(shown),
    };
    let url = Url::parse(address).map_err(|_| refused())?;
    let host = url.host_str().ok_or_else(refused)?.to_owned();
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        return Err(refused());
    }
    let proxy = reqwest::Proxy::all(url.as_str()).map_err(|_| refused())?;
    let resolves = url.scheme() != "socks5";
    Ok((proxy, ProxyHost { host, resolves }))
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

/// Host and port as they stand in the address.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The request as it went out: hyper writes lower-case names in this order and puts `host` last unless we set it.
/// HTTP/2 has no request line; the same facts are written down in the old form.
fn request_head(url: &Url, http_version: &str, sent: &HeaderMap) -> Vec<u8> {
    let asked_with = if http_version == "HTTP/2" {
        "HTTP/2"
    } else {
        "HTTP/1.1"
    };
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let mut head = format!("GET {}{query} {asked_with}\r\n", url.path()).into_bytes();
    for (name, value) in sent {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    if !sent.contains_key(HOST) {
        head.extend_from_slice(format!("host: {}\r\n", authority(url)).as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn send_error(error: &reqwest::Error) -> SendError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(step) = cause {
        if let Some(refusal) = step.downcast_ref::<Refusal>() {
            return SendError::Refused(refusal.clone());
        }
        cause = step.source();
    }
    let message = chain_of_causes(error);
    if error.is_timeout() {
        SendError::TimedOut(message)
    } else {
        SendError::Broken(message)
    }
}

/// The innermost causes of an error, which say what happened; the outer layers only say that it did.
pub(super) fn chain_of_causes(error: &reqwest::Error) -> String {
    let mut causes: Vec<String> = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(step) = cause {
        let text = step.to_string();
        if causes.last() != Some(&text) {
            causes.push(text);
        }
        cause = step.source();
    }
    if causes.is_empty() {
        causes.push(error.to_string());
    }
    quoted(&causes.join(": "))
}
