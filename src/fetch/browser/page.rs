//! One page in one tab: opened, waited for, scrolled through, read out, closed. Blocks; runs on a thread of its own.

use super::engine::{Engine, Line, PageError, session_of};
use super::methods::{
    AddScript, AttachToTarget, BypassServiceWorker, CreateContext, CreateTarget, EnableFetch,
    EnableNetwork, EnablePage, Evaluate, IsolatedWorld, Navigate, SetDownloadBehavior, SetMetrics,
    SetUserAgent, TerminateExecution,
};
use super::pictures::{Pictures, print, take_pictures};
use super::places::{self, Places};
use super::traffic::{Ask, Given, Listener, Traffic};
use crate::model::note::Note;
use crate::model::rendering::{LoadedResource, PageMessage, PagePlace};
use headless_chrome::browser::transport::SessionId;
use headless_chrome::protocol::cdp::types::Method;
use serde::Serialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

const STUBS: &str = include_str!("stubs.js");
/// How often a page is asked whether it is still busy.
const TICK: Duration = Duration::from_millis(50);
/// A page is quiet when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(250);
/// Longest wait for a page to load, as a part of the deadline.
const LOADING: u32 = 3;
/// Steps of one window's height that are scrolled, the pause after each, and the time for all, in milliseconds.
const MOST_STEPS: u32 = 40;
const STEP_MS: u32 = 60;
const MOST_SCROLL_MS: u32 = 4_000;
/// Characters read of a document.
const MOST_DOM: usize = 8_000_000;
/// A call that takes longer is held up by a script without end, which is then stopped.
pub(super) const STUCK: Duration = Duration::from_secs(6);
/// After so many stopped scripts, and without a picture, the rest is given up.
pub(super) const MOST_STOPS: u32 = 4;

/// What is to be shown.
#[derive(Debug)]
pub(super) struct Job {
    /// The address.
    pub(super) url: Url,
    /// What it answered.
    pub(super) given: Given,
    /// The loopback proxy that only this page uses.
    pub(super) proxy: SocketAddr,
    /// User agent.
    pub(super) agent: String,
    /// Languages, as in `Accept-Language`.
    pub(super) language: String,
    /// Width and height of the window.
    pub(super) window: (u32, u32),
    /// Whether it passes for a phone.
    pub(super) mobile: bool,
    /// The page that it says it comes from.
    pub(super) referrer: Option<Url>,
    /// Longest wait for quiet.
    pub(super) settle: Duration,
    /// Time for everything.
    pub(super) deadline: Duration,
    /// Whether the page is printed as well.
    pub(super) print: bool,
    /// Places that are to be told of the page.
    pub(super) places: Option<Arc<Places>>,
    /// Who is asked for further documents.
    pub(super) ask: UnboundedSender<Ask>,
}

/// What a page showed.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) url: Url,
    pub(super) dom: String,
    pub(super) pictures: Pictures,
    pub(super) pdf: Option<Vec<u8>>,
    pub(super) places: Vec<PagePlace>,
    pub(super) resources: Vec<LoadedResource>,
    pub(super) messages: Vec<PageMessage>,
    pub(super) notes: Vec<Note>,
}

/// By which others see whether the tab is stuck.
#[derive(Debug, Default)]
pub(super) struct Watch {
    tab: OnceLock<(Arc<Line>, SessionId)>,
    call: Mutex<Option<Instant>>,
    stops: AtomicU32,
}

impl Watch {
    /// Stops the script that has held up a call for too long; says how often that was needed. Blocks.
    pub(super) fn unstick(&self) -> u32 {
        let since = *self.call.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some((line, session)), Some(since)) = (self.tab.get(), since)
            && since.elapsed() > STUCK
        {
            let stops = self.stops.fetch_add(1, Ordering::SeqCst);
            if stops < MOST_STOPS {
                // Answered by the browser beside the script, even while it runs.
                let _ = line.page(session, TerminateExecution(json!({})));
            }
            *self.call.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        self.stops.load(Ordering::SeqCst)
    }
}

/// A tab in a browser context of its own.
struct Tab<'a> {
    line: Arc<Line>,
    watch: &'a Watch,
    session: SessionId,
    frame: String,
    has_font: bool,
    begun: Instant,
    deadline: Duration,
}

/// Shows a page. When the connection is closed in the end, the browser disposes of the tab and all that it stored.
pub(super) fn show(engine: &Engine, job: &Job, watch: &Watch) -> Result<Shown, PageError> {
    let begun = Instant::now();
    let line = Arc::new(engine.line()?);
    let context = line.browser(CreateContext(json!({
        "disposeOnDetach": true,
        "proxyServer": format!("http://{}", job.proxy),
        "proxyBypassList": "<-loopback>",
    })))?["browserContextId"]
        .clone();
    line.browser(SetDownloadBehavior(
        json!({"behavior": "deny", "browserContextId": context}),
    ))?;
    let target = line.browser(CreateTarget(json!({
        "url": "about:blank", "browserContextId": context,
        "width": job.window.0, "height": job.window.1,
    })))?["targetId"]
        .clone();
    let session = session_of(&line.browser(AttachToTarget(json!({"targetId": target})))?)?;
    let _ = watch.tab.set((Arc::clone(&line), session.clone()));
    let traffic = Arc::new(Traffic::default());
    let tab = Tab {
        line,
        watch,
        session,
        frame: target.as_str().unwrap_or_default().to_owned(),
        has_font: engine.has_font,
        begun,
        deadline: job.deadline,
    };
    tab.listen(job, Arc::clone(&traffic))?;
    tab.show(job, &traffic)
}

impl Tab<'_> {
    fn listen(&self, job: &Job, traffic: Arc<Traffic>) -> Result<(), PageError> {
        let transport = self.line.transport();
        let events = transport.listen_to_target_events(self.session.clone());
        let listener = Listener {
            transport,
            session: self.session.clone(),
            frame: self.frame.clone(),
            traffic,
            given: Some(job.given.clone()),
            ask: job.ask.clone(),
        };
        std::thread::Builder::new()
            .name("browser-page".to_owned())
            .spawn(move || listener.run(&events))
            .map(drop)
            .map_err(|e| PageError::Failed(e.to_string()))
    }

    fn show(&self, job: &Job, traffic: &Traffic) -> Result<Shown, PageError> {
        let mut notes = Vec::new();
        self.prepare(job)?;
        self.open(&job.url, job.referrer.as_ref())?;
        let loading = self.deadline / LOADING;
        if !self.wait(traffic, loading.min(job.settle + loading / 2))? {
            let message = "the page was still busy when it was scrolled";
            notes.push(Note::new("render-busy", message));
        }
        let asked = traffic.asked();
        if self.scroll()? || traffic.asked() > asked {
            self.wait(traffic, job.settle)?;
        }
        let (url, dom) = self.document(&job.url, &mut notes)?;
        let places = self.places(job, &url, &dom);
        let mut messages = self.messages();
        let pictures = take_pictures(
            &|method| self.call(method),
            &|method| self.call(method),
            job.window,
            self.has_font,
            &mut notes,
        )?;
        let pdf = match job.print {
            true => print(&|method| self.call(method), self.has_font, &mut notes)?,
            false => None,
        };
        let (resources, left_out, more) = traffic.take();
        messages.extend(more);
        if left_out > 0 {
            let message = format!("{left_out} further requests of the page are not listed");
            notes.push(Note::new("render-requests-cut", message));
        }
        let stops = self.watch.stops.load(Ordering::SeqCst);
        if stops > 0 {
            let message = format!("a script ran without end and was stopped ({stops} times)");
            notes.push(Note::new("render-script-stopped", message));
        }
        if traffic.crashed() {
            notes.push(Note::new("render-crashed", "the page's process crashed"));
        }
        Ok(Shown {
            url,
            dom,
            pictures,
            pdf,
            places,
            resources,
            messages,
            notes,
        })
    }

    /// Sets the tab up. The calls do not depend on each other and go out at once, since each waits for the connection.
    fn prepare(&self, job: &Job) -> Result<(), PageError> {
        let metrics = json!({
            "width": job.window.0, "height": job.window.1, "deviceScaleFactor": 1, "mobile": job.mobile,
        });
        // Bodies are not wanted, so the browser need not keep them for us.
        let network = json!({"maxTotalBufferSize": 100_000, "maxResourceBufferSize": 50_000});
        let agent = json!({"userAgent": job.agent, "acceptLanguage": job.language});
        let documents = json!({"patterns": [{"resourceType": "Document"}]});
        let calls: [&(dyn Fn() -> Result<Value, PageError> + Sync); 7] = [
            &|| self.line.page(&self.session, EnablePage(json!({}))),
            &|| {
                self.line
                    .page(&self.session, EnableNetwork(network.clone()))
            },
            &|| {
                self.line
                    .page(&self.session, BypassServiceWorker(json!({"bypass": true})))
            },
            &|| self.line.page(&self.session, SetUserAgent(agent.clone())),
            &|| self.line.page(&self.session, SetMetrics(metrics.clone())),
            &|| {
                self.line
                    .page(&self.session, AddScript(json!({"source": STUBS})))
            },
            &|| {
                self.line
                    .page(&self.session, EnableFetch(documents.clone()))
            },
        ];
        std::thread::scope(|scope| {
            let running = calls.map(|call| scope.spawn(call));
            for call in running {
                let ended = call.join();
                ended.map_err(|_| PageError::Failed("a call broke off".to_owned()))??;
            }
            Ok(())
        })
    }

    fn open(&self, url: &Url, referrer: Option<&Url>) -> Result<(), PageError> {
        let mut where_to = json!({"url": url.as_str()});
        if let Some(referrer) = referrer {
            // Whole, as it was sent over HTTP; browsers would cut it to the origin.
            where_to["referrer"] = json!(referrer.as_str());
            where_to["referrerPolicy"] = json!("unsafeUrl");
        }
        let opened = self.call(Navigate(where_to))?;
        match opened["errorText"].as_str() {
            Some(why) if !why.is_empty() => {
                Err(PageError::Failed(format!("the browser says {why}")))
            }
            _ => Ok(()),
        }
    }

    /// Waits until the page is quiet; false when it was not within this time.
    fn wait(&self, traffic: &Traffic, most: Duration) -> Result<bool, PageError> {
        let begun = Instant::now();
        let mut quiet = Instant::now();
        while begun.elapsed() < most {
            self.in_time()?;
            if traffic.crashed() {
                return Err(PageError::Failed("the page's process crashed".to_owned()));
            }
            let state = "[document.readyState, window.__wangxun ? window.__wangxun.waiting() : 0]";
            let state = self.evaluate(state, None).unwrap_or_default();
            let busy = state[0] != "complete"
                || state[1].as_f64().unwrap_or(0.0) > 0.0
                || traffic.open() > 0;
            if busy {
                quiet = Instant::now();
            } else if quiet.elapsed() >= QUIET {
                return Ok(true);
            }
            std::thread::sleep(TICK);
        }
        Ok(false)
    }

    /// Scrolls to the end, so that what loads only when it is seen is loaded, and back; says whether there was anything
    /// to scroll. One call: the steps are made in a world of our own.
    fn scroll(&self) -> Result<bool, PageError> {
        self.in_time()?;
        let scroll = format!(
            "(async () => {{ const wait = () => new Promise((done) => setTimeout(done, {STEP_MS})); \
             const height = () => document.documentElement ? document.documentElement.scrollHeight : 0; \
             const begun = performance.now(); let last = -1, steps = 0; \
             while (steps < {MOST_STEPS} && performance.now() - begun < {MOST_SCROLL_MS}) {{ \
               window.scrollBy(0, Math.max(200, window.innerHeight * 0.9)); \
               if (window.scrollY === last) break; \
               last = window.scrollY; steps++; await wait(); }} \
             const moved = steps > 1 || height() > window.innerHeight; \
             if (moved) await wait(); window.scrollTo(0, 0); return moved; }})()"
        );
        // A page that cannot be scrolled is read as it is.
        let moved = self.apart(&scroll).unwrap_or_default();
        Ok(moved.as_bool().unwrap_or(true))
    }

    /// The address in the end, and the document.
    fn document(&self, asked: &Url, notes: &mut Vec<Note>) -> Result<(Url, String), PageError> {
        let read = format!(
            "(() => {{ const all = (document.doctype ? '<!DOCTYPE ' + document.doctype.name + '>' : '') + \
             (document.documentElement ? document.documentElement.outerHTML : ''); \
             return [location.href, all.length, all.slice(0, {MOST_DOM})]; }})()"
        );
        let read = self.apart(&read)?;
        let length = read[1].as_f64().unwrap_or(0.0);
        if length > MOST_DOM as f64 {
            let message = format!("the document has {length} characters, {MOST_DOM} are kept");
            notes.push(Note::new("render-dom-cut", message));
        }
        let url = match read[0].as_str().map(Url::parse) {
            Some(Ok(url)) if matches!(url.scheme(), "http" | "https") => url,
            _ => asked.clone(),
        };
        match read[2].as_str() {
            Some(dom) if !dom.is_empty() => Ok((url, dom.to_owned())),
            _ => Err(PageError::Failed("the document cannot be read".to_owned())),
        }
    }

    /// Where those elements stand that are asked for. A page of which they cannot be had is a page without them.
    fn places(&self, job: &Job, url: &Url, dom: &str) -> Vec<PagePlace> {
        let Some(wanted) = &job.places else {
            return Vec::new();
        };
        let paths = wanted.paths(dom, url);
        if paths.is_empty() {
            return Vec::new();
        }
        let measured = self.apart(&places::script(&paths)).unwrap_or_default();
        places::places(paths, &measured)
    }

    /// What the stubs have noted; at most as much as they keep, whatever the page makes of them.
    fn messages(&self) -> Vec<PageMessage> {
        let read = "(window.__wangxun ? window.__wangxun.log : []).slice(0, 200)\
            .map((line) => [String(line[0]).slice(0, 20), String(line[1]).slice(0, 500)])";
        let lines = self.evaluate(read, None).unwrap_or_default();
        let line = |line: &Value| {
            Some(PageMessage {
                kind: line[0].as_str()?.to_owned(),
                text: line[1].as_str()?.to_owned(),
            })
        };
        let lines = lines.as_array().map(Vec::as_slice).unwrap_or_default();
        lines.iter().take(200).filter_map(line).collect()
    }

    /// Evaluates in a world of our own, where the page cannot have changed what the words of the language mean.
    fn apart(&self, expression: &str) -> Result<Value, PageError> {
        let world = self.call(IsolatedWorld(
            json!({"frameId": self.frame, "worldName": "wangxun"}),
        ))?;
        self.evaluate(expression, Some(&world["executionContextId"]))
    }

    fn evaluate(&self, expression: &str, world: Option<&Value>) -> Result<Value, PageError> {
        let mut asked =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        if let (Some(world), Some(asked)) = (world, asked.as_object_mut()) {
            asked.insert("contextId".to_owned(), world.clone());
        }
        let mut answer = self.call(Evaluate(asked))?;
        if let Some(details) = answer.get("exceptionDetails") {
            let text = details["text"].as_str().unwrap_or("exception");
            return Err(PageError::Failed(format!("script: {text}")));
        }
        Ok(answer["result"]["value"].take())
    }

    /// Calls a method of the page, watched.
    fn call<C: Method + Serialize>(&self, method: C) -> Result<C::ReturnObject, PageError> {
        let set = |value| {
            *self
                .watch
                .call
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = value;
        };
        set(Some(Instant::now()));
        let answer = self.line.page(&self.session, method);
        set(None);
        answer
    }

    fn in_time(&self) -> Result<(), PageError> {
        if self.begun.elapsed() < self.deadline {
            return Ok(());
        }
        Err(PageError::Failed("time-out".to_owned()))
    }
}
