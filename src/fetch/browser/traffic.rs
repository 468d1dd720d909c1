//! What a page does while it is open: its requests, its dialogs, whether it is still busy. One thread listens per page;
//! whatever a page sends, no more than a fixed number of things is kept.

use super::methods::{ContinueRequest, FailRequest, FulfillRequest, HandleDialog};
use crate::model::rendering::{LoadOutcome, LoadedResource, PageMessage};
use headless_chrome::browser::transport::{SessionId, Transport};
use headless_chrome::protocol::cdp::types::{Event, Method};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

/// Requests kept of one page.
const MOST_REQUESTS: usize = 3_000;
/// Dialogs, pop-ups and downloads kept of one page.
const MOST_MESSAGES: usize = 200;
/// Bytes kept of one address.
const MOST_ADDRESS: usize = 2_000;
/// How long a document waits for the answer whether it may be asked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A document that the page wants, and where the answer goes.
#[derive(Debug)]
pub(super) struct Ask {
    /// Its address.
    pub(super) url: Url,
    /// Whether it would replace the page itself; otherwise it is a frame's.
    pub(super) main: bool,
    /// Whether it may be asked for, or why not.
    pub(super) reply: std::sync::mpsc::Sender<Result<(), String>>,
}

/// The answer that was fetched over HTTP, which the browser is given instead of asking again.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// Status.
    pub(super) status: u16,
    /// Headers that matter to a browser.
    pub(super) headers: Vec<(String, String)>,
    /// Content, base64.
    pub(super) body: String,
}

/// Shared between the thread that drives a page and the one that listens to it.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: HashSet<String>,
    places: HashMap<String, usize>,
    resources: Vec<LoadedResource>,
    left_out: u64,
    messages: Vec<PageMessage>,
    crashed: bool,
}

impl Traffic {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests under way.
    pub(super) fn open(&self) -> usize {
        self.lock().open.len()
    }

    /// Requests made so far.
    pub(super) fn asked(&self) -> usize {
        self.lock().places.len()
    }

    /// Whether the page's process has crashed.
    pub(super) fn crashed(&self) -> bool {
        self.lock().crashed
    }

    /// What is known, taken out: requests, requests not kept, messages.
    pub(super) fn take(&self) -> (Vec<LoadedResource>, u64, Vec<PageMessage>) {
        let mut state = self.lock();
        let mut resources = std::mem::take(&mut state.resources);
        for resource in &mut resources {
            if resource.status.is_none() && resource.outcome == LoadOutcome::Loaded {
                resource.outcome =
                    LoadOutcome::Missing("no answer while the page was open".to_owned());
            }
        }
        (
            resources,
            state.left_out,
            std::mem::take(&mut state.messages),
        )
    }
}

impl State {
    fn message(&mut self, kind: &str, text: &str) {
        if self.messages.len() < MOST_MESSAGES {
            self.messages.push(PageMessage {
                kind: kind.to_owned(),
                text: text.chars().take(500).collect(),
            });
        }
    }

    fn asked(&mut self, id: &str, url: &str, kind: &str) {
        // Data within the page is no request.
        if url.starts_with("data:") || url.starts_with("blob:") {
            return;
        }
        if self.resources.len() >= MOST_REQUESTS {
            self.left_out += 1;
            return;
        }
        self.open.insert(id.to_owned());
        self.places.insert(id.to_owned(), self.resources.len());
        self.resources.push(LoadedResource {
            url: url.chars().take(MOST_ADDRESS).collect(),
            kind: kind.to_owned(),
            status: None,
            server: None,
            outcome: LoadOutcome::Loaded,
        });
    }

    fn of(&mut self, id: &str) -> Option<&mut LoadedResource> {
        let place = *self.places.get(id)?;
        self.resources.get_mut(place)
    }

    fn answered(&mut self, id: &str, response: &Value) {
        let status = response["status"]
            .as_u64()
            .and_then(|s| u16::try_from(s).ok());
        if let Some(resource) = self.of(id) {
            resource.status = status;
            if status.is_some_and(|s| s >= 400) {
                resource.outcome = LoadOutcome::Missing(format!("HTTP {}", status.unwrap_or(0)));
            }
        }
    }

    fn failed(&mut self, id: &str, params: &Value) {
        self.open.remove(id);
        let why = params["blockedReason"]
            .as_str()
            .or(params["errorText"].as_str())
            .unwrap_or("failed")
            .to_owned();
        if let Some(resource) = self.of(id)
            && !matches!(resource.outcome, LoadOutcome::Blocked(_))
        {
            resource.outcome = LoadOutcome::Missing(why);
        }
    }

    fn blocked(&mut self, id: &str, url: &str, why: String) {
        let known = self.resources.iter().rposition(|r| r.url == url);
        if let Some(resource) = known.and_then(|at| self.resources.get_mut(at)) {
            resource.outcome = LoadOutcome::Blocked(why);
            return;
        }
        self.asked(id, url, "Document");
        self.open.remove(id);
        if let Some(resource) = self.of(id) {
            resource.outcome = LoadOutcome::Blocked(why);
        }
    }
}

/// Listens to a page until its browser is gone.
pub(super) struct Listener {
    /// The connection.
    pub(super) transport: Arc<Transport>,
    /// The page.
    pub(super) session: SessionId,
    /// Its main frame.
    pub(super) frame: String,
    /// Where it is noted.
    pub(super) traffic: Arc<Traffic>,
    /// What the first document is answered with.
    pub(super) given: Option<Given>,
    /// Who is asked for every other document.
    pub(super) ask: UnboundedSender<Ask>,
}

impl Listener {
    /// Takes every event. The receiver is read to its end, because the transport fails when nobody listens any more.
    pub(super) fn run(mut self, events: &Receiver<Event>) {
        while let Ok(event) = events.recv() {
            self.take(event);
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::NetworkRequestWillBeSent(event) => {
                let params = as_json(&event.params);
                let id = text(&params["requestId"]);
                let mut state = self.traffic.lock();
                if params.get("redirectResponse").is_some() {
                    state.answered(id, &params["redirectResponse"]);
                }
                state.asked(id, text(&params["request"]["url"]), text(&params["type"]));
            }
            Event::NetworkWebSocketCreated(event) => {
                let params = as_json(&event.params);
                let mut state = self.traffic.lock();
                let id = text(&params["requestId"]);
                state.asked(id, text(&params["url"]), "WebSocket");
                // It stays open as long as it likes; the page is not waited for because of it.
                state.open.remove(id);
            }
            Event::NetworkResponseReceived(event) => {
                let params = as_json(&event.params);
                self.traffic
                    .lock()
                    .answered(text(&params["requestId"]), &params["response"]);
            }
            Event::NetworkLoadingFinished(event) => {
                let params = as_json(&event.params);
                self.traffic.lock().open.remove(text(&params["requestId"]));
            }
            Event::NetworkLoadingFailed(event) => {
                let params = as_json(&event.params);
                self.traffic
                    .lock()
                    .failed(text(&params["requestId"]), &params);
            }
            Event::PageJavascriptDialogOpening(event) => {
                let params = as_json(&event.params);
                self.traffic
                    .lock()
                    .message(text(&params["type"]), text(&params["message"]));
                // Leaving is allowed, everything else is declined.
                let accept = params["type"] == "beforeunload";
                self.call(HandleDialog(json!({"accept": accept})));
            }
            Event::PageWindowOpen(event) => {
                let params = as_json(&event.params);
                self.traffic.lock().message("open", text(&params["url"]));
            }
            Event::PageDownloadWillBegin(event) => {
                let params = as_json(&event.params);
                self.traffic
                    .lock()
                    .message("download", text(&params["url"]));
            }
            Event::InspectorTargetCrashed(_) => self.traffic.lock().crashed = true,
            Event::FetchRequestPaused(event) => self.document(&as_json(&event.params)),
            _ => {}
        }
    }

    /// Answers a document's request: the page itself from what was fetched, others when they may be asked for.
    fn document(&mut self, params: &Value) {
        let id = params["requestId"].clone();
        let main = text(&params["frameId"]) == self.frame;
        let url = text(&params["request"]["url"]);
        if main && let Some(given) = self.given.take() {
            let headers: Vec<Value> = given
                .headers
                .iter()
                .map(|(name, value)| json!({"name": name, "value": value}))
                .collect();
            return self.call(FulfillRequest(json!({
                "requestId": id, "responseCode": given.status, "responseHeaders": headers, "body": given.body,
            })));
        }
        match self.may(url, main) {
            Ok(()) => self.call(ContinueRequest(json!({"requestId": id}))),
            Err(why) => {
                let network = text(&params["networkId"]).to_owned();
                self.traffic.lock().blocked(&network, url, why);
                // An aborted navigation leaves the page as it is; any other reason would replace it by an error page.
                self.call(FailRequest(
                    json!({"requestId": id, "errorReason": "Aborted"}),
                ));
            }
        }
    }

    fn may(&self, url: &str, main: bool) -> Result<(), String> {
        let url = Url::parse(url).map_err(|e| e.to_string())?;
        if !matches!(url.scheme(), "http" | "https") {
            return match url.scheme() {
                "about" | "data" | "blob" if !main => Ok(()),
                other => Err(format!(
                    "scheme {}",
                    other.chars().take(20).collect::<String>()
                )),
            };
        }
        let (reply, answer) = std::sync::mpsc::channel();
        let asked = self.ask.send(Ask { url, main, reply });
        asked.map_err(|_| "the page is closed".to_owned())?;
        answer
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| Err("the page is closed".to_owned()))
    }

    /// Calls a method of the page; when the browser is gone, that shows elsewhere.
    fn call<C: Method + Serialize>(&self, method: C) {
        let answer = self
            .transport
            .call_method_on_target(self.session.clone(), method);
        if let Err(error) = answer {
            tracing::debug!("{}: {error}", C::NAME);
        }
    }
}

fn as_json(params: &impl Serialize) -> Value {
    serde_json::to_value(params).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_asks_without_end_is_kept_short() {
        let traffic = Traffic::default();
        {
            let mut state = traffic.lock();
            for n in 0..MOST_REQUESTS + 50 {
                state.asked(&n.to_string(), "http://a.test/", "Fetch");
            }
            for _ in 0..MOST_MESSAGES + 50 {
                state.message("alert", &"字".repeat(900));
            }
        }
        let (resources, left_out, messages) = traffic.take();
        assert_eq!((resources.len(), left_out), (MOST_REQUESTS, 50));
        assert_eq!(messages.len(), MOST_MESSAGES);
        assert_eq!(messages[0].text.chars().count(), 500);
    }

    #[test]
    fn what_became_of_a_request() {
        let traffic = Traffic::default();
        {
            let mut state = traffic.lock();
            state.asked("1", "http://a.test/", "Document");
            state.answered("1", &json!({"status": 200}));
            state.asked("2", "http://a.test/x.png", "Image");
            state.failed("2", &json!({"errorText": "net::ERR_FAILED"}));
            state.asked("3", "http://a.test/y.png", "Image");
            state.answered("3", &json!({"status": 404}));
            state.asked("4", "data:text/html,x", "Image");
            state.blocked("5", "http://b.test/", "out-of-scope".to_owned());
        }
        let (resources, ..) = traffic.take();
        let told: Vec<(&str, &str)> = resources
            .iter()
            .map(|r| (r.outcome.code(), r.outcome.reason()))
            .collect();
        assert_eq!(
            told,
            [
                ("loaded", ""),
                ("missing", "net::ERR_FAILED"),
                ("missing", "HTTP 404"),
                ("blocked", "out-of-scope"),
            ]
        );
    }
}
