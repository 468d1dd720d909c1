//! A running browser and the connection to it.

use super::methods::{BrowserVersion, CreateTarget, AttachToTarget, Evaluate, CloseTarget};
use super::process::Process;
use super::settings::{BrowserError, BrowserSettings};
use headless_chrome::browser::ConnectionClosed;
use headless_chrome::browser::transport::{SessionId, Transport};
use headless_chrome::protocol::cdp::types::Method;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
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
    transport: Arc<Transport>,
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
        let process = Process::start(settings)?;
        let refused = |error: &dyn std::fmt::Display| BrowserError::Protocol {
            cause: error.to_string(),
        };
        let transport = Transport::new(process.address.clone(), Some(process.pid), IDLE, None)
            .map_err(|e| refused(&e))?;
        let version = transport
            .call_method_on_browser(BrowserVersion(json!({})))
            .map_err(|e| refused(&e))?;
        let word = |name: &str| version[name].as_str().unwrap_or_default().to_owned();
        let mut engine = Self {
            transport: Arc::new(transport),
            process,
            product: word("product"),
            agent: word("userAgent"),
            has_font: false,
            pages: AtomicU32::new(0),
        };
        engine.has_font = engine.check_font().map_err(|e| refused(&format!("{e:?}")))?;
        Ok(engine)
    }

    fn check_font(&self) -> Result<bool, PageError> {
        let target = self.browser(CreateTarget(json!({"url": "about:blank"})))?;
        let id = &target["targetId"];
        let attached = self.browser(AttachToTarget(json!({"targetId": id})))?;
        let session = session_of(&attached)?;
        let shown = self.page(
            &session,
            Evaluate(json!({"expression": HAS_FONT, "returnByValue": true})),
        )?;
        self.browser(CloseTarget(json!({"targetId": id})))?;
        Ok(shown["result"]["value"].as_bool().unwrap_or(false))
    }

    /// Calls a method of the browser itself.
    pub(super) fn browser<C>(&self, method: C) -> Result<C::ReturnObject, PageError>
    where
        C: Method + Serialize,
    {
        let answer = self.transport.call_method_on_browser(method);
        answer.map_err(|error| self.judge(C::NAME, &error))
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
        answer.map_err(|error| self.judge(C::NAME, &error))
    }

    /// Whether a failed call means that the browser is gone.
    fn judge(&self, method: &str, error: &anyhow::Error) -> PageError {
        if error.downcast_ref::<ConnectionClosed>().is_some() {
            return PageError::Gone;
        }
        std::thread::sleep(DYING);
        if self.is_alive() {
            PageError::Failed(format!("{method}: {error}"))
        } else {
            PageError::Gone
        }
    }

    /// The connection, for a thread that listens to a page's events.
    pub(super) fn transport(&self) -> Arc<Transport> {
        Arc::clone(&self.transport)
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

impl Drop for Engine {
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
