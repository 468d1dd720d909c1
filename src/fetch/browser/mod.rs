//! Pages as a browser shows them; the only user of headless_chrome.
//!
//! The browser is given the answer that was fetched over HTTP under its permit, byte for byte, instead of asking for the
//! page again: what is sealed is what was shown, and the host is asked once. Everything else that the page wants goes
//! through a loopback proxy of its own ([`proxy`]) with the address guard and the pin; a document that would replace the page is
//! admitted like any target (scope, traps, budget, robots.txt) before it is asked for.
//!
//! | file | noun |
//! |---|---|
//! | `process` | the program: started, awaited and killed by one thread |
//! | `engine` | the connection to it |
//! | `page` | one page in one tab |
//! | `traffic` | what a page does while it is open |
//! | `pictures` | screenshots |
//! | `proxy`, `head` | the loopback proxy of one page |
//! | `methods` | the protocol's methods |

mod engine;
mod head;
mod methods;
mod page;
mod pictures;
mod places;
mod process;
mod proxy;
mod settings;
mod traffic;

pub use places::Places;
pub use settings::{BrowserError, BrowserSettings, FONT_PACKAGE};

use super::Fetcher;
use super::admit::Denied;
use crate::model::capture::{Capture, Exchange};
use crate::model::rendering::{LoadOutcome, LoadedResource, Rendering};
use crate::model::seed::Seed;
use crate::model::spent::Spent;
use crate::model::target::Target;
use base64::Engine as _;
use chrono::Utc;
use engine::{Engine, PageError};
use page::{Job, MOST_STOPS, Shown, Watch};
use proxy::{Passed, Proxy};
use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, Semaphore};
use traffic::{Ask, Given};

/// How often a tab is looked at from outside.
const LOOK: Duration = Duration::from_millis(500);
/// Time beyond the deadline in which a tab may still hand over what it has.
const GRACE: Duration = Duration::from_secs(5);
/// Headers of an answer that mean something to a browser when it gets the answer from us.
const GIVEN_HEADERS: [&str; 6] = [
    "content-type",
    "content-language",
    "content-security-policy",
    "set-cookie",
    "refresh",
    "referrer-policy",
];

/// Why a page was not rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// There is no browser.
    #[error(transparent)]
    Browser(#[from] BrowserError),
    /// The page took too long, and its browser was killed.
    #[error("time-out: the page was not done after {seconds} s, and its browser was ended")]
    Deadline {
        /// The time it had.
        seconds: u64,
    },
    /// The browser died under it, every time.
    #[error("the browser died under it {attempts} times")]
    Died {
        /// Attempts made.
        attempts: u32,
    },
    /// It cannot be shown.
    #[error("{why}")]
    Failed {
        /// Why.
        why: String,
    },
}

/// The browsers of a patrol. One for the whole process.
#[derive(Debug)]
pub struct Renderer {
    settings: BrowserSettings,
    tabs: Semaphore,
    engine: Mutex<Option<Arc<Engine>>>,
    places: OnceLock<Arc<Places>>,
}

impl Renderer {
    /// Has these places told of every page from now on; only the first call counts.
    pub fn look_for(&self, places: Places) {
        let _ = self.places.set(Arc::new(places));
    }

    /// Starts a browser and sees whether it can be used, so that what is missing is said once and at the beginning.
    pub async fn start(settings: BrowserSettings) -> Result<Self, BrowserError> {
        let renderer = Self {
            tabs: Semaphore::new(settings.tabs.max(1)),
            settings,
            engine: Mutex::new(None),
            places: OnceLock::new(),
        };
        renderer.engine().await?;
        Ok(renderer)
    }

    /// Name and version of the browser.
    pub async fn product(&self) -> Result<String, BrowserError> {
        Ok(self.engine().await?.product.clone())
    }

    /// Whether pictures can show Chinese text; where they cannot, none is taken.
    pub async fn has_chinese_font(&self) -> Result<bool, BrowserError> {
        Ok(self.engine().await?.has_font)
    }

    /// Process id of the present browser, for measurements.
    pub async fn pid(&self) -> Option<u32> {
        let engine = self.engine.lock().await;
        engine.as_ref().filter(|e| e.is_alive()).map(|e| e.pid())
    }

    /// The present browser, or a fresh one when there is none, it has died, or it has shown enough pages. Pages still open
    /// in the one before are not disturbed: it ends with the last of them.
    async fn engine(&self) -> Result<Arc<Engine>, BrowserError> {
        let mut present = self.engine.lock().await;
        if let Some(engine) = present.as_ref()
            && engine.is_alive()
            && engine.pages() < self.settings.recycle_after
        {
            return Ok(Arc::clone(engine));
        }
        let settings = self.settings.clone();
        let launched = tokio::task::spawn_blocking(move || Engine::launch(&settings)).await;
        let engine = launched.map_err(|error| BrowserError::Protocol {
            cause: error.to_string(),
        })??;
        let engine = Arc::new(engine);
        *present = Some(Arc::clone(&engine));
        Ok(engine)
    }
}

/// What a page is shown with, the same for every attempt.
struct Showing<'a> {
    renderer: &'a Renderer,
    fetcher: &'a Fetcher,
    seed: &'a Seed,
    target: &'a Target,
    spent: &'a Spent,
    last: &'a Exchange,
}

impl Fetcher {
    /// Has a browser show the page that a visit brought. `capture` is what the visit brought for `target`. Ends within the
    /// deadline of the settings for each attempt; whatever the page does, the reason is told.
    pub async fn render(
        &self,
        renderer: &Renderer,
        seed: &Seed,
        target: &Target,
        spent: &Spent,
        capture: &Capture,
    ) -> Result<Rendering, RenderError> {
        if self.sender.has_proxy() {
            return Err(BrowserError::Proxy.into());
        }
        let Some(last) = capture.last() else {
            let why = "no answer".to_owned();
            return Err(RenderError::Failed { why });
        };
        let showing = Showing {
            renderer,
            fetcher: self,
            seed,
            target,
            spent,
            last,
        };
        let _tab = renderer.tabs.acquire().await;
        let attempts = renderer.settings.attempts.max(1);
        for _ in 0..attempts {
            match showing.attempt().await {
                Err(RenderError::Died { .. }) => {}
                other => return other,
            }
        }
        Err(RenderError::Died { attempts })
    }

    /// Whether a document that a page asks for may be had: one that replaces the page is a target like any other; one in a
    /// frame is judged by the guard alone, as every sub-resource.
    async fn admit_document(
        &self,
        seed: &Seed,
        target: &Target,
        spent: &Spent,
        ask: &Ask,
    ) -> Result<(), String> {
        if !ask.main {
            return Ok(());
        }
        let mut hop = target.clone();
        hop.url = ask.url.clone();
        hop.url.set_fragment(None);
        let mut robots = Vec::new();
        let permit = self.admit_hop(seed, &hop, spent, &mut robots).await;
        let permit = permit.map_err(|denied: Denied| denied.reason.to_string())?;
        let entered = self
            .hosts
            .enter(permit.group(), permit.terms(), self.patience);
        match entered.await {
            // The slot is given back at once: the pace is kept, the browser's own connections are counted by the proxy.
            Ok(_slot) => Ok(()),
            Err(wait) => Err(Denied::throttled(wait).reason.to_string()),
        }
    }
}

impl Showing<'_> {
    /// Shows the page once.
    async fn attempt(&self) -> Result<Rendering, RenderError> {
        let settings = &self.renderer.settings;
        let failed = |why: String| RenderError::Failed { why };
        let engine = self.renderer.engine().await?;
        engine.count();
        let outlet = self.fetcher.sender.outlet(self.seed);
        let outlet = outlet.map_err(|e| failed(e.to_string()))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(|e| failed(format!("no port for the page's proxy: {e}")))?;
        let proxy = Proxy::new(&outlet.view, &self.fetcher.hosts, settings.page_bytes);
        let (ask, asked) = unbounded_channel();
        let guise = self.seed.vantages.guise(self.target);
        let job = Job {
            url: self.last.url.clone(),
            given: given(self.last),
            proxy: listener.local_addr().map_err(|e| failed(e.to_string()))?,
            agent: self.agent(&engine),
            language: self.fetcher.sender.languages(),
            window: self.window(),
            mobile: guise.vantage.device.window().is_some(),
            referrer: guise.referrer,
            settle: settings.settle,
            deadline: settings.deadline,
            print: settings.pdf,
            places: self.renderer.places.get().cloned(),
            ask,
        };
        let started = Utc::now();
        let shown = tokio::select! {
            shown = self.shown(&engine, job) => shown?,
            () = proxy.serve(&listener) => return Err(failed("the page's proxy ended".to_owned())),
            () = self.answer(asked) => return Err(failed("nobody asks any more".to_owned())),
        };
        let mut resources = shown.resources;
        join(&mut resources, proxy.log());
        Ok(Rendering {
            url: shown.url,
            dom: shown.dom,
            view: shown.pictures.view,
            full_page: shown.pictures.tiles,
            pdf: shown.pdf,
            height: shown.pictures.height,
            width: self.window().0,
            places: shown.places,
            resources,
            messages: shown.messages,
            browser: engine.product.clone(),
            started,
            ended: Utc::now(),
            notes: shown.notes,
        })
    }

    /// Chromium as it is, with our own name and the contact behind it, as over HTTP.
    fn agent(&self, engine: &Engine) -> String {
        let guise = self.seed.vantages.guise(self.target);
        if guise.vantage.device.agent().is_some() {
            return self.fetcher.sender.agent_of(&guise);
        }
        let browser = engine.agent.replace("HeadlessChrome/", "Chrome/");
        format!("{browser} {}", self.fetcher.sender.agent())
    }

    /// The window of the vantage, or the configured one.
    fn window(&self) -> (u32, u32) {
        let device = self.seed.vantages.guise(self.target).vantage.device;
        device.window().unwrap_or(self.renderer.settings.window)
    }

    /// Answers what the page asks; never ends by itself while the page is open.
    async fn answer(&self, mut asked: UnboundedReceiver<Ask>) {
        while let Some(ask) = asked.recv().await {
            let answer = self
                .fetcher
                .admit_document(self.seed, self.target, self.spent, &ask)
                .await;
            let _ = ask.reply.send(answer);
        }
        std::future::pending::<()>().await;
    }

    /// Drives the page on a thread of its own, and ends what does not end.
    async fn shown(&self, engine: &Arc<Engine>, job: Job) -> Result<Shown, RenderError> {
        let deadline = job.deadline;
        let watch = Arc::new(Watch::default());
        let (tell, mut told) = tokio::sync::oneshot::channel();
        let (own, own_watch) = (Arc::clone(engine), Arc::clone(&watch));
        std::thread::Builder::new()
            .name("browser-tab".to_owned())
            .spawn(move || {
                let _ = tell.send(page::show(&own, &job, &own_watch));
            })
            .map_err(|e| RenderError::Failed { why: e.to_string() })?;
        let begun = tokio::time::Instant::now();
        loop {
            tokio::select! {
                ended = &mut told => return match ended {
                    Ok(Ok(shown)) => Ok(shown),
                    Ok(Err(PageError::Failed(why))) => Err(RenderError::Failed { why }),
                    Ok(Err(PageError::Gone)) | Err(_) => {
                        // The connection may have ended while the process lives on (the crate's gives up when nothing
                        // was said for a while); either way nobody can use this browser any more.
                        engine.kill();
                        Err(RenderError::Died { attempts: 1 })
                    }
                },
                () = tokio::time::sleep(LOOK) => {}
            }
            let stops = {
                let watch = Arc::clone(&watch);
                let look = tokio::task::spawn_blocking(move || watch.unstick());
                // A browser that does not answer even this is dead for us.
                tokio::time::timeout(GRACE, look)
                    .await
                    .ok()
                    .and_then(Result::ok)
            };
            if begun.elapsed() > deadline + GRACE || stops.is_none_or(|stops| stops > MOST_STOPS) {
                engine.kill();
                return Err(RenderError::Deadline {
                    seconds: begun.elapsed().as_secs(),
                });
            }
        }
    }
}

/// The answer as the browser gets it: content coding undone, since it gets the content as it is read.
fn given(last: &Exchange) -> Given {
    let wanted = |name: &str| GIVEN_HEADERS.iter().any(|h| name.eq_ignore_ascii_case(h));
    let headers = last.headers.iter().filter(|(name, _)| wanted(name));
    Given {
        status: last.status,
        headers: headers
            .map(|(name, value)| (name.clone(), String::from_utf8_lossy(value).into_owned()))
            .collect(),
        body: base64::engine::general_purpose::STANDARD.encode(last.content()),
    }
}

/// Adds what the proxy knows: which requests it did not let through and why, and where the others were connected to.
fn join(resources: &mut Vec<LoadedResource>, log: Vec<Passed>) {
    for passed in log {
        let mut known = false;
        for resource in resources.iter_mut() {
            if !is_of(&resource.url, &passed.target) {
                continue;
            }
            known = true;
            resource.server = resource.server.or(passed.server);
            if let LoadOutcome::Blocked(_) = passed.outcome
                && !matches!(resource.outcome, LoadOutcome::Blocked(_))
            {
                resource.outcome = passed.outcome.clone();
            } else if let (LoadOutcome::Missing(_), LoadOutcome::Missing(why)) =
                (&resource.outcome, &passed.outcome)
            {
                resource.outcome = LoadOutcome::Missing(why.clone());
            }
        }
        if !known {
            resources.push(LoadedResource {
                url: passed.target,
                kind: "connection".to_owned(),
                status: None,
                server: passed.server,
                outcome: passed.outcome,
            });
        }
    }
}

/// Whether a request went by this target: the same address, or a tunnel to its host and port.
fn is_of(address: &str, target: &str) -> bool {
    let address = address.split('#').next().unwrap_or_default();
    if address == target {
        return true;
    }
    let Ok(url) = url::Url::parse(address) else {
        return false;
    };
    let tunnel = matches!(url.scheme(), "https" | "wss" | "ws");
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(0);
    tunnel && target == format!("{host}:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(url: &str, outcome: LoadOutcome) -> LoadedResource {
        LoadedResource {
            url: url.to_owned(),
            kind: "Image".to_owned(),
            status: None,
            server: None,
            outcome,
        }
    }

    #[test]
    fn the_proxy_tells_why() {
        let missing = || LoadOutcome::Missing("net::ERR_TUNNEL_CONNECTION_FAILED".to_owned());
        let blocked = || LoadOutcome::Blocked("blocked-address: x".to_owned());
        let mut resources = vec![
            asked("https://a.test/1.png", missing()),
            asked("wss://b.test:9/s", missing()),
            asked("http://c.test/#x", LoadOutcome::Loaded),
        ];
        let server = "192.0.2.1:80".parse().ok();
        let passed = |target: &str, outcome| Passed {
            target: target.to_owned(),
            server,
            outcome,
        };
        join(
            &mut resources,
            vec![
                passed("a.test:443", blocked()),
                passed("b.test:9", blocked()),
                passed("http://c.test/", LoadOutcome::Loaded),
                passed("d.test:443", blocked()),
            ],
        );
        let told: Vec<&str> = resources.iter().map(|r| r.outcome.code()).collect();
        assert_eq!(told, ["blocked", "blocked", "loaded", "blocked"]);
        assert_eq!(resources[2].server, server);
        assert_eq!(resources[3].kind, "connection");
    }
}
