//! The bundled hosts: `seeds/practice/sites.toml` and the files beside it, embedded in the binary.

use super::answer::{Act, Answer, Reply};
use super::error::PracticeError;
use super::prose::{Dice, Kind, Prose};
use super::sites::{HostForm, RouteForm, read_sites};
use bytes::Bytes;
use encoding_rs::Encoding;
use include_dir::{Dir, include_dir};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

static BUNDLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/seeds/practice");

/// Where generated prose is put into a page.
const FILL: &str = "<!--FILL-->";

/// A file under `seeds/practice`, as text.
pub(super) fn bundled_text(file: &str) -> Result<&'static str, PracticeError> {
    BUNDLE
        .get_file(file)
        .and_then(|f| f.contents_utf8())
        .ok_or_else(|| fault(file, "missing or not UTF-8".to_owned()))
}

fn fault(file: &str, fault: String) -> PracticeError {
    PracticeError::Bundle {
        file: file.to_owned(),
        fault,
    }
}

/// The bundled web, ready to answer.
#[derive(Debug)]
pub(super) struct Web {
    /// Its hosts, in file order.
    pub(super) hosts: Vec<Host>,
}

/// One host with all that it answers.
#[derive(Debug)]
pub(super) struct Host {
    /// What `sites.toml` says of it.
    pub(super) form: HostForm,
    files: HashMap<String, (String, Bytes)>,
    busy: HashMap<String, AtomicU32>,
}

/// What a visitor says of itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Visitor<'r> {
    /// `User-Agent`.
    pub(super) agent: &'r str,
    /// `Referer`.
    pub(super) referrer: &'r str,
}

impl Visitor<'_> {
    /// Whether a route is meant for this visitor.
    fn is_meant(self, route: &RouteForm) -> bool {
        let agent = route
            .agent
            .as_ref()
            .is_none_or(|a| self.agent.contains(a.as_str()));
        agent && (!route.referred || !self.referrer.is_empty())
    }
}

impl Web {
    /// Reads, checks and encodes the bundled web.
    pub(super) fn bundled() -> Result<Self, PracticeError> {
        let prose = Prose::bundled()?;
        let hosts = read_sites()?.into_iter().map(|h| Host::build(h, &prose));
        Ok(Self {
            hosts: hosts.collect::<Result<_, _>>()?,
        })
    }
}

impl Host {
    fn build(form: HostForm, prose: &Prose) -> Result<Self, PracticeError> {
        let encoding = Encoding::for_label(form.charset.as_bytes())
            .ok_or_else(|| fault("sites.toml", format!("charset `{}`", form.charset)))?;
        let mut files = HashMap::new();
        let root = format!("sites/{}", form.name);
        if let Some(dir) = BUNDLE.get_dir(&root) {
            collect(dir, &root, &form, encoding, prose, &mut files)?;
        }
        let busy = form
            .route
            .iter()
            .map(|r| (r.path.clone(), AtomicU32::new(0)));
        Ok(Self {
            busy: busy.collect(),
            files,
            form,
        })
    }

    /// Paths of the host's files as they are asked for.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// What goes back for `path` and `query` to a visitor of whom nothing is known.
    #[cfg(test)]
    fn answer(&self, path: &str, query: &str) -> Answer {
        self.answer_to(path, query, Visitor::default())
    }

    /// What goes back for `path` and `query` to this visitor.
    pub(super) fn answer_to(&self, path: &str, query: &str, visitor: Visitor<'_>) -> Answer {
        let mut routes = self.form.route.iter();
        let Some(route) = routes.find(|r| r.covers(path) && visitor.is_meant(r)) else {
            return Answer::now(self.file(path));
        };
        let reply = self.reply(route, path, query);
        let act = match route.behaviour.as_deref() {
            Some("reset") => Act::Reset,
            Some("endless-headers") => Act::EndlessHeaders,
            Some("cut") => Act::Cut(reply),
            Some("drip") => Act::Drip {
                reply,
                chunk: route.chunk.max(1),
                every: Duration::from_millis(route.every_ms),
            },
            Some("busy") if self.still_busy(route) => Act::Reply(busy(route)),
            _ => Act::Reply(reply),
        };
        Answer {
            delay: Duration::from_millis(route.delay_ms),
            act,
        }
    }

    fn reply(&self, route: &RouteForm, path: &str, query: &str) -> Reply {
        if let Some(trap) = route.trap() {
            return Reply::new(200, "text/html; charset=utf-8", trap.page(path, query));
        }
        let mut reply = match (&route.body, &route.location) {
            (Some(body), _) => Reply::new(200, "text/html; charset=utf-8", body.clone()),
            (None, Some(_)) => Reply::error(200, "moved"),
            (None, None) => self.file(route.file.as_deref().unwrap_or(path)),
        };
        if route.status != 200 {
            reply.status = route.status;
        }
        if let Some(content_type) = &route.content_type {
            reply.headers = vec![("Content-Type".to_owned(), content_type.clone())];
        }
        let location = route.location.iter();
        reply
            .headers
            .extend(location.map(|l| ("Location".to_owned(), l.clone())));
        reply.headers.extend(route.headers.iter().cloned());
        reply
    }

    fn still_busy(&self, route: &RouteForm) -> bool {
        let answered = self.busy.get(&route.path);
        answered.is_some_and(|n| n.fetch_add(1, Ordering::Relaxed) < route.times)
    }

    fn file(&self, path: &str) -> Reply {
        match self.files.get(path) {
            Some((content_type, body)) => {
                let mut reply = Reply::new(200, content_type, body.clone());
                reply.headers.push(("ETag".to_owned(), etag(body)));
                reply
            }
            None => Reply::error(404, "没有这个页面"),
        }
    }
}

/// A validator that follows from the bytes (FNV-1a, 64 bits).
fn etag(body: &[u8]) -> String {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("\"{:016x}\"", body.iter().fold(0xcbf2_9ce4_8422_2325, mix))
}

fn busy(route: &RouteForm) -> Reply {
    let mut reply = Reply::error(503, "请稍后再来");
    let wait = route.retry_after.iter();
    reply
        .headers
        .extend(wait.map(|w| ("Retry-After".to_owned(), w.clone())));
    reply
}

fn collect(
    dir: &Dir<'static>,
    root: &str,
    form: &HostForm,
    encoding: &'static Encoding,
    prose: &Prose,
    files: &mut HashMap<String, (String, Bytes)>,
) -> Result<(), PracticeError> {
    for sub in dir.dirs() {
        collect(sub, root, form, encoding, prose, files)?;
    }
    for file in dir.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        if let Some(kind) = image_type(&name) {
            let path = name.strip_prefix(root).unwrap_or(&name).to_owned();
            files.insert(path, (kind.to_owned(), Bytes::from_static(file.contents())));
            continue;
        }
        let text = file
            .contents_utf8()
            .ok_or_else(|| fault(&name, "not UTF-8".to_owned()))?;
        let path = name.strip_prefix(root).unwrap_or(&name);
        let path = match path.strip_suffix("/index.html") {
            Some(folder) => format!("{folder}/"),
            None => path.to_owned(),
        };
        let fill = form
            .route
            .iter()
            .find(|r| r.behaviour.as_deref() == Some("fill") && r.path == path);
        let text = match fill {
            Some(route) => filled(text, route.bytes, prose),
            None => text.to_owned(),
        };
        let (bytes, _, lost) = encoding.encode(&text);
        if lost {
            return Err(fault(
                &name,
                format!("cannot be written in {}", form.charset),
            ));
        }
        let body = Bytes::from(bytes.into_owned());
        files.insert(path, (content_type(&name, form), body));
    }
    Ok(())
}

/// The type of a file that is an image; the others are text.
fn image_type(name: &str) -> Option<&'static str> {
    match name.rsplit('.').next() {
        Some("webp") => Some("image/webp"),
        Some("png") => Some("image/png"),
        Some("jpg") => Some("image/jpeg"),
        _ => None,
    }
}

fn content_type(name: &str, form: &HostForm) -> String {
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("txt") => return "text/plain; charset=utf-8".to_owned(),
        Some("xml") => return "application/xml".to_owned(),
        _ => "text/html",
    };
    match form.declare.as_str() {
        "" => kind.to_owned(),
        charset => format!("{kind}; charset={charset}"),
    }
}

/// The page with prose at its mark, at least `least` bytes long.
fn filled(page: &str, least: usize, prose: &Prose) -> String {
    let mut dice = Dice::new(25);
    let mut filler = String::with_capacity(least + 1_000);
    while page.len() + filler.len() < least {
        filler.push_str("<p>");
        prose.paragraph(Kind::Plain, 120, &mut dice, &mut filler);
        filler.push_str("</p>\n");
    }
    page.replacen(FILL, &filler, 1)
}

/// A host of the practice web, for lists that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedHost {
    /// Host name under `.test`.
    pub name: String,
    /// Name of the site, in Chinese.
    pub title: String,
    /// What the host is there to try, in English.
    pub purpose: String,
    /// `guilty`, `innocent`, `mixed` or `technical`.
    pub verdict: String,
    /// Whether it stands on the patrol list; the others are only reached through links.
    pub listed: bool,
    /// Paths of its pages, sorted.
    pub pages: Vec<String>,
}

/// The hosts of the bundled practice web, in the order of `sites.toml`.
pub fn hosts() -> Result<Vec<WatchedHost>, PracticeError> {
    let web = Web::bundled()?;
    let watched = web.hosts.into_iter().map(|host| {
        let pages = host
            .paths()
            .filter(|p| !p.ends_with(".css") && !p.ends_with(".js") && !p.ends_with(".xml"))
            .filter(|p| image_type(p).is_none());
        let mut pages: Vec<String> = pages.map(str::to_owned).collect();
        pages.sort_unstable();
        WatchedHost {
            pages,
            listed: host.form.seed.is_some(),
            name: host.form.name,
            title: host.form.title,
            purpose: host.form.purpose,
            verdict: host.form.verdict,
        }
    });
    Ok(watched.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> Host {
        let web = Web::bundled().unwrap();
        web.hosts.into_iter().find(|h| h.form.name == name).unwrap()
    }

    fn reply(answer: Answer) -> Reply {
        match answer.act {
            Act::Reply(reply) => reply,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_and_addresses_are_unique() {
        let web = Web::bundled().unwrap();
        let names: std::collections::BTreeSet<_> = web.hosts.iter().map(|h| &h.form.name).collect();
        let addresses: std::collections::BTreeSet<_> =
            web.hosts.iter().map(|h| h.form.address).collect();
        assert_eq!(
            (names.len(), addresses.len()),
            (web.hosts.len(), web.hosts.len())
        );
        assert!(web.hosts.len() >= 16);
    }

    #[test]
    fn bytes_are_in_the_charset_of_the_host() {
        let page = reply(host("jinghuadai.test").answer("/", ""));
        assert_eq!(page.headers[0].1, "text/html; charset=gb2312");
        assert!(std::str::from_utf8(&page.body).is_err());
        assert!(encoding_rs::GBK.decode(&page.body).0.contains("囧途"));
        let page = reply(host("xugou-culture.test").answer("/", ""));
        assert_eq!(page.headers[0].1, "text/html");
        assert!(
            encoding_rs::BIG5
                .decode(&page.body)
                .0
                .contains("鄉土文化館")
        );
        let page = reply(host("daocaoren.test").answer("/share.html", ""));
        assert_eq!(page.headers[0].1, "text/html; charset=gb2312");
        assert!(
            std::str::from_utf8(&page.body)
                .unwrap()
                .contains("社员股金")
        );
    }

    #[test]
    fn routes_change_what_a_path_answers() {
        let ad = reply(host("liandian.test").answer("/c/1001", ""));
        assert_eq!(ad.status, 302);
        assert!(ad.headers.contains(&(
            "Location".to_owned(),
            "http://liandian.test/r/1001.html".to_owned()
        )));
        let wall = reply(host("menkan.test").answer("/", ""));
        assert_eq!(wall.status, 521);
        assert!(wall.body.starts_with(b"<html><body><script>"));
        let failing = host("dieyun.test");
        assert!(matches!(failing.answer("/reset.html", "").act, Act::Reset));
        assert_eq!(failing.answer("/missing.html", "").status(), 404);
        assert_eq!(
            host("mantun.test").answer("/", "").delay,
            Duration::from_millis(1500)
        );
    }

    #[test]
    fn busy_gives_way() {
        let failing = host("dieyun.test");
        let first = reply(failing.answer("/busy-once.html", ""));
        assert_eq!(first.status, 503);
        assert!(
            first
                .headers
                .contains(&("Retry-After".to_owned(), "2".to_owned()))
        );
        assert_eq!(failing.answer("/busy-once.html", "").status(), 200);
        for _ in 0..3 {
            assert_eq!(failing.answer("/busy.html", "").status(), 503);
        }
    }

    #[test]
    fn traps_take_all_paths_below_theirs() {
        let trap = host("migong.test");
        for path in [
            "/calendar",
            "/room/a/b/a/",
            "/item;jsessionid=00FF",
            "/filter",
        ] {
            assert_eq!(trap.answer(path, "c=1").status(), 200, "{path}");
        }
        assert_eq!(trap.answer("/calendars", "").status(), 404);
    }

    #[test]
    fn the_large_page_is_large_and_ends() {
        let page = reply(host("xianzhi.test").answer("/full.html", ""));
        assert!((1_000_000..1_010_000).contains(&page.body.len()));
        let text = std::str::from_utf8(&page.body).unwrap();
        assert!(text.contains("卷二十四　丛录终。") && !text.contains(FILL));
    }
}
