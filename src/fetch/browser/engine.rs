//! A running browser and the connection to it.

use super::methods::{AttachToTarget, BrowserVersion, CloseTarget, CreateTarget, Evaluate};
use super::process::Process;
use super::settings::{BrowserError, BrowserSettings};
use headless_chrome::browser::ConnectionClosed;
use headless_chrome::browser::transport::{SessionId, Transport};
use headless_chrome::protocol::cdp::types::Method;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// The transport gives up when an answer is later than this, and with it the whole browser. Our own deadline is shorter.
const IDLE: Duration = Duration::from_secs(150);
/// A dying browser is noticed within this time.
const DYING: Duration = Duration::from_millis(200);

/// Draws two different characters and compares the pixels: without a Chinese font both are the same empty box.
const HAS_FONT: &str = "(() => { const draw = (text) => { const canvas = document.createElement('canvas'); \
    canvas.width = canvas.height = 40; const brush = canvas.getContext('2d'); brush.font = '32px sans-serif'; \
    brush.fillText(text, 2, 34); return canvas.toDataURL(); }; return draw('\\u9f3b') !== draw('\\u9f20'); })()";

/// Why a page could not be had from the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PageError {
    /// The browser is gone: the page can be tried again in another one.
    Gone,
    /// The page cannot be shown, and why.
    Failed(String),
}

/// A running browser.
#[derive(Debug)]
pub(super) struct Engine {
    process: Process,
    /// Name and version, such as `HeadlessChrome/156.0.8078.108`.
    pub(super) product: String,
    /// Its own user agent.
    pub(super) agent: String,
    /// Whether Chinese text can be seen in pictures.
    pub(super) has_font: bool,
    pages: AtomicU32,
}

impl Engine {
    /// Starts a browser and asks who it is. Blocks for as long as that takes.
    pub(super) fn launch(settings: &BrowserSettings) -> Result<Self, BrowserError> {
        let mut engine = Self {
            process: Process::start(settings)?,
            product: String::new(),
            agent: String::new(),
            has_font: false,
            pages: AtomicU32::new(0),
        };
        let asked = engine.introduce();
        asked.map_err(|error| BrowserError::Protocol {
            cause: format!("{error:?}"),
        })?;
        Ok(engine)
    }

    fn introduce(&mut self) -> Result<(), PageError> {
        let line = self.line()?;
        let version = line.browser(BrowserVersion(json!({})))?;
        let word = |name: &str| version[name].as_str().unwrap_or_default().to_owned();
        (self.product, self.agent) = (word("product"), word("userAgent"));
        let target = line.browser(CreateTarget(json!({"url": "about:blank"})))?;
        let id = &target["targetId"];
        let session = session_of(&line.browser(AttachToTarget(json!({"targetId": id})))?)?;
        let asked = json!({"expression": HAS_FONT, "returnByValue": true});
        let shown = line.page(&session, Evaluate(asked))?;
        self.has_font = shown["result"]["value"].as_bool().unwrap_or(false);
        line.browser(CloseTarget(json!({"targetId": id})))?;
        Ok(())
    }

    /// A connection of its own for one page. The crate's connection sends one message a tenth of a second at worst, since
    /// it reads and sends under one lock; pages that shared one would wait for each other.
    pub(super) fn line(&self) -> Result<Line, PageError> {
        let address = self.process.address.clone();
        let transport = Transport::new(address, Some(self.process.pid), IDLE, None);
        match transport {
            Ok(transport) => Ok(Line {
                transport: Arc::new(transport),
                alive: self.process.flag(),
            }),
            Err(error) => {
                std::thread::sleep(DYING);
                match self.is_alive() {
                    true => Err(PageError::Failed(format!("no connection: {error}"))),
                    false => Err(PageError::Gone),
                }
            }
        }
    }

    /// Whether it can be asked for a further page.
    pub(super) fn is_alive(&self) -> bool {
        self.process.is_alive()
    }

    /// Counts a page; says how many there were before.
    pub(super) fn count(&self) -> u32 {
        self.pages.fetch_add(1, Ordering::SeqCst)
    }

    /// Pages so far.
    pub(super) fn pages(&self) -> u32 {
        self.pages.load(Ordering::SeqCst)
    }

    /// Kills it with all its processes.
    pub(super) fn kill(&self) {
        self.process.kill();
    }

    /// Process id, for tests and measurements.
    pub(super) fn pid(&self) -> u32 {
        self.process.pid
    }
}

/// A connection to a browser. What was made through it (contexts that are disposed on detaching) goes when it does.
pub(super) struct Line {
    transport: Arc<Transport>,
    alive: Arc<AtomicBool>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}

impl Line {
    /// Calls a method of the browser itself.
    pub(super) fn browser<C>(&self, method: C) -> Result<C::ReturnObject, PageError>
    where
        C: Method + Serialize,
    {
        let answer = self.transport.call_method_on_browser(method);
        answer.map_err(|error| {
            let closed = error.downcast_ref::<ConnectionClosed>().is_some();
            self.judge(C::NAME, closed, &error.to_string())
        })
    }

    /// Calls a method of a page.
    pub(super) fn page<C>(
        &self,
        session: &SessionId,
        method: C,
    ) -> Result<C::ReturnObject, PageError>
    where
        C: Method + Serialize,
    {
        let answer = self
            .transport
            .call_method_on_target(session.clone(), method);
        answer.map_err(|error| {
            let closed = error.downcast_ref::<ConnectionClosed>().is_some();
            self.judge(C::NAME, closed, &error.to_string())
        })
    }

    /// Whether a failed call means that the browser is gone.
    fn judge(&self, method: &str, closed: bool, said: &str) -> PageError {
        if closed {
            return PageError::Gone;
        }
        std::thread::sleep(DYING);
        match self.alive.load(Ordering::SeqCst) {
            true => PageError::Failed(format!("{method}: {said}")),
            false => PageError::Gone,
        }
    }

    /// The connection, for a thread that listens to a page's events.
    pub(super) fn transport(&self) -> Arc<Transport> {
        Arc::clone(&self.transport)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.transport.shutdown();
    }
}

/// The session of an attached target.
pub(super) fn session_of(attached: &Value) -> Result<SessionId, PageError> {
    match attached["sessionId"].as_str() {
        Some(id) => Ok(id.to_owned().into()),
        None => Err(PageError::Failed("the tab has no session".to_owned())),
    }
}
