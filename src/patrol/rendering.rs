//! Which pages a browser is to show, and the page as the audit reads it afterwards.

use super::pipeline::Part;
use crate::fetch::browser::{BrowserError, BrowserSettings, Renderer};
use crate::fetch::{Visit, charset};
use crate::model::capture::{Capture, Exchange};
use crate::model::monitor::{Event, Monitor};
use crate::model::note::Note;
use crate::model::page::{LinkKind, Page};
use crate::model::seed::{PatrolList, RenderMode, Seed};
use crate::model::spent::Spent;
use crate::model::target::Target;
use crate::page;
use std::sync::Arc;

/// A page with fewer visible characters than this and with scripts may be an empty shell.
const LITTLE_TEXT: usize = 200;

/// What the patrol is to render with.
#[derive(Debug, Clone, Default)]
pub enum Browser {
    /// Nothing: pages are fetched over HTTP only.
    #[default]
    None,
    /// A browser was looked for and there is none: said once when a seed wants one.
    Missing {
        /// What to do about it.
        advice: String,
    },
    /// This one.
    Use(BrowserSettings),
}

/// Starts the browser when a seed of the list wants one. Where there is none, that is said once, and the patrol goes on
/// over HTTP.
pub(super) async fn start(
    browser: &Browser,
    list: &PatrolList,
    monitor: &dyn Monitor,
) -> Option<Arc<Renderer>> {
    let wanting = |seed: &&Seed| seed.render != RenderMode::Never;
    let wanting = list.seeds.iter().filter(wanting).count();
    if wanting == 0 {
        return None;
    }
    let why = match browser {
        Browser::None => return None,
        Browser::Missing { advice } => advice.clone(),
        Browser::Use(settings) => match started(settings, monitor).await {
            Ok(renderer) => return Some(Arc::new(renderer)),
            Err(error) => error.to_string(),
        },
    };
    let message =
        format!("{wanting} seeds want a browser, and pages are fetched over HTTP only: {why}");
    monitor.event(Event::Noted(Note::new("no-browser", message)));
    None
}

async fn started(
    settings: &BrowserSettings,
    monitor: &dyn Monitor,
) -> Result<Renderer, BrowserError> {
    let renderer = Renderer::start(settings.clone()).await?;
    if !renderer.has_chinese_font().await? {
        let message = format!(
            "no screenshots are taken, because there is no font for Chinese: install one with `apt-get install {}`",
            crate::fetch::browser::FONT_PACKAGE
        );
        monitor.event(Event::Noted(Note::new("no-chinese-font", message)));
    }
    Ok(renderer)
}

impl Part {
    /// Has a browser show what a visit brought, where the seed or the page wants it. What goes wrong is noted with the
    /// capture, which is then judged as it was sent.
    pub(super) async fn render(
        &self,
        seed: &Seed,
        target: &Target,
        spent: &Spent,
        visit: &mut Visit,
    ) {
        let (Some(renderer), Ok(capture)) = (&self.renderer, &mut visit.outcome) else {
            return;
        };
        if !wants_browser(seed, capture).await {
            return;
        }
        let shown = self
            .fetcher
            .render(renderer, seed, target, spent, capture)
            .await;
        match shown {
            Ok(rendering) => capture.rendering = Some(Box::new(rendering)),
            Err(error) => {
                tracing::info!(url = %target.url, "not rendered: {error}");
                let message =
                    format!("judged as it was sent, since it could not be rendered: {error}");
                capture.notes.push(Note::new("render-failed", message));
            }
        }
    }
}

async fn wants_browser(seed: &Seed, capture: &Capture) -> bool {
    let Some(last) = capture.last() else {
        return false;
    };
    if !(200..300).contains(&last.status) || !is_html(last) {
        return false;
    }
    match seed.render {
        RenderMode::Never => false,
        RenderMode::Always => true,
        RenderMode::Auto => {
            let last = last.clone();
            let look = move || needs_browser(&last);
            tokio::task::spawn_blocking(look).await.unwrap_or(false)
        }
    }
}

fn is_html(last: &Exchange) -> bool {
    let kind = last.header("content-type").unwrap_or("text/html");
    let kind = kind.to_ascii_lowercase();
    kind.contains("html")
}

/// Whether a page as it was sent says little and its scripts may say more.
fn needs_browser(last: &Exchange) -> bool {
    let tld = last.url.host_str().and_then(|h| h.rsplit('.').next());
    let decoded = charset::decode(
        last.content(),
        last.header("content-type"),
        tld,
        last.truncated.is_some(),
    );
    let scripts = decoded.text.contains("<script") || decoded.text.contains("<SCRIPT");
    let page = page::read(&decoded.text, &last.url);
    scripts && (is_shell(&page) || redirects(&page) || hides(&page))
}

fn characters(page: &Page, hidden: bool) -> usize {
    use crate::model::page::BlockRole::{Meta, Title};
    let shown = page
        .blocks
        .iter()
        .filter(|b| b.hidden == hidden && !matches!(b.role, Title | Meta));
    let texts = shown.filter_map(|b| page.text.get(b.span.clone()));
    texts.map(|t| t.chars().count()).sum()
}

/// An empty shell: next to no text.
fn is_shell(page: &Page) -> bool {
    characters(page, false) < LITTLE_TEXT
}

/// A page that leads elsewhere by script or refresh.
fn redirects(page: &Page) -> bool {
    page.links.iter().any(|l| l.kind == LinkKind::Refresh)
}

/// More hidden than shown.
fn hides(page: &Page) -> bool {
    let hidden = characters(page, true);
    hidden > LITTLE_TEXT && hidden > characters(page, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;
    use url::Url;

    fn sent(body: &str) -> Exchange {
        Exchange {
            url: Url::parse("http://a.test/").expect("test address"),
            request_head: Vec::new(),
            http_version: "HTTP/1.1",
            status: 200,
            headers: vec![(
                "content-type".to_owned(),
                b"text/html; charset=utf-8".to_vec(),
            )],
            body: body.as_bytes().to_vec(),
            decoded: None,
            truncated: None,
            server: None,
            tls_chain: Vec::new(),
            started: Utc::now(),
            ended: Utc::now(),
        }
    }

    #[test]
    fn which_pages_need_a_browser() {
        let long = "本店销售日用百货，欢迎选购。".repeat(40);
        for (body, expected) in [
            (
                "<title>店</title><div id=app></div><script src=/app.js></script>".to_owned(),
                true,
            ),
            ("<div id=app></div>".to_owned(), false),
            (format!("<p>{long}</p><script>var x = 1;</script>"), false),
            (
                format!(
                    "<p>{long}</p><meta http-equiv=refresh content='0;url=/y'><script>1</script>"
                ),
                true,
            ),
            (
                format!("<p>短</p><div style='display:none'>{long}</div><script>show()</script>"),
                true,
            ),
        ] {
            assert_eq!(needs_browser(&sent(&body)), expected, "{body}");
        }
    }
}
