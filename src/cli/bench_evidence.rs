//! `wangxun bench evidence`: how fast captures are archived and sealed, verified beside other people's tools, and
//! indexed again; and what keeping an item costs.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, table};
use super::tools;
use crate::model::capture::{Capture, Exchange};
use crate::model::custody::Actor;
use crate::model::finding::Verdict;
use crate::model::monitor::Silent;
use crate::model::page::Page;
use crate::model::rendering::{Rendering, Tile};
use crate::model::seed::RobotsPolicy;
use crate::model::target::TargetSource;
use crate::page;
use crate::patrol::order::tool;
use crate::practice::{LoadPlan, load_pages};
use crate::storage::home::Home;
use crate::storage::item::item_files;
use crate::storage::keys;
use crate::storage::package::ItemDraft;
use crate::storage::rebuild::rebuild;
use crate::storage::run::RunSettings;
use crate::storage::store::Store;
use crate::storage::verify::{Outcome, verify_store};
use crate::storage::warc::encode::CaptureContext;
use anyhow::anyhow;
use chrono::{DateTime, Duration, Utc};
use clap::Args;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use url::Url;

const RUN: &str = "bench-evidence";
/// Begin of the made-up captures.
const FIRST: &str = "2026-01-01T00:00:00Z";
/// Files that one call of another program is given.
const FILES_A_CALL: usize = 500;

/// `wangxun bench evidence`.
#[derive(Debug, Args)]
pub struct EvidenceBench {
    /// Items to seal
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    items: u64,
    /// Threads that seal at once
    #[arg(long, value_name = "N", default_value_t = 4)]
    threads: usize,
    /// HTML files of this folder, over and over, instead of generated pages
    #[arg(long, value_name = "DIR")]
    pages: Option<PathBuf>,
    /// Kilobytes of pictures beside each page, as a browser takes them: a third of the window, the rest of the whole page
    #[arg(long, value_name = "KB", default_value_t = 0)]
    screenshots: u32,
    /// Sign items and journal with a key made for the occasion
    #[arg(long)]
    key: bool,
}

/// Carries the command out. The home lies in a folder of its own under the given one and is removed in the end.
pub fn run(asked: &EvidenceBench, settings: &Settings) -> Done {
    if asked.items == 0 || asked.threads == 0 {
        return Err(misuse(anyhow!("give at least one item and one thread")));
    }
    let folder = settings
        .home
        .join(format!("bench-evidence-{}", std::process::id()));
    let figures = measure(&folder, asked, settings);
    // What could not be removed is only generated.
    let _ = std::fs::remove_dir_all(&folder);
    let figures = figures?;
    match settings.format {
        Format::Json => Output.json(&figures.json())?,
        Format::Table => figures.show()?,
    }
    Ok(Exit::Fine)
}

/// A page that was read and judged beforehand: that is not what is measured.
struct Material {
    capture: Capture,
    page: Page,
    verdict: Verdict,
}

#[derive(Default)]
struct Figures {
    items: u64,
    threads: usize,
    /// Kilobytes of pictures an item.
    screenshots: u32,
    key: bool,
    /// Bytes of bodies, of packages, of the run's files, of the journal, of the index.
    bodies: u64,
    packages: u64,
    run_files: u64,
    journal: u64,
    index: u64,
    /// Seconds.
    archive: f64,
    seal: f64,
    verify: Vec<f64>,
    sha256sum: Option<f64>,
    sm3: Option<f64>,
    rebuild: f64,
}

fn measure(folder: &Path, asked: &EvidenceBench, settings: &Settings) -> Result<Figures, Trouble> {
    let material = material(asked.items, asked.pages.as_deref(), settings)?;
    let bodies = material.iter().map(|m| m.capture.exchanges.iter());
    let mut figures = Figures {
        items: asked.items,
        screenshots: asked.screenshots,
        key: asked.key,
        threads: asked.threads,
        bodies: bodies.flatten().map(|e| e.body.len() as u64).sum(),
        ..Figures::default()
    };
    let opened = Store::open(folder, "main", Actor::patrol(""), &Silent);
    let (store, _) = opened.map_err(incomplete)?;
    if asked.key {
        keys::init(store.home(), store.journal()).map_err(incomplete)?;
    }
    let (archive, _) = store.run(RUN, RunSettings::default()).map_err(incomplete)?;
    figures.archive = timed(asked.threads, &material, &|n, m| {
        archive
            .append(
                &with_pictures(n, &m.capture, asked.screenshots),
                &context(n),
            )
            .map(|_| ())
            .map_err(incomplete)
    })?;
    archive.finish(true, "").map_err(incomplete)?;
    let tool = tool();
    figures.seal = timed(asked.threads, &material, &|n, m| {
        let draft = ItemDraft {
            context: &context(n),
            capture: &with_pictures(n, &m.capture, asked.screenshots),
            page: &m.page,
            charset: "utf-8",
            verdict: &m.verdict,
            tool: &tool,
            legal_basis: &[],
            // Another machine's, or none: nothing was captured here.
            environment: None,
            imported: None,
            signals: &[],
            compared: None,
            pictures: &[],
            slots: &[],
        };
        store.seal(&draft).map(|_| ()).map_err(incomplete)
    })?;
    drop(material);
    let began = Instant::now();
    rebuild(&store, &Silent).map_err(incomplete)?;
    figures.rebuild = began.elapsed().as_secs_f64();
    let home = store.home().clone();
    drop(store);
    weigh(&home, &mut figures)?;
    verify(&home, &mut figures)?;
    Ok(figures)
}

/// Pages as they would come from a patrol: files of a folder over and over, or generated ones.
fn material(
    items: u64,
    pages: Option<&Path>,
    settings: &Settings,
) -> Result<Vec<Material>, Trouble> {
    let inspector = tools::inspector(settings)?;
    let day = tools::today();
    let texts: Vec<String> = match pages {
        Some(folder) => html_files(folder)?,
        None => {
            // A hundred thousand pages of the plan hold five thousand that advertise; few are needed.
            let plan = LoadPlan {
                pages: items.min(2_000),
                hosts: 1,
            };
            load_pages(plan).map_err(incomplete)?.collect()
        }
    };
    let judged: Vec<(String, Page, Verdict)> = texts
        .into_iter()
        .map(|html| {
            let url = address(0)?;
            let page = page::read(&html, &url);
            let verdict = inspector.inspect_page(&page, &url, day);
            Ok((html, page, verdict))
        })
        .collect::<Result<_, Trouble>>()?;
    let first: DateTime<Utc> = FIRST.parse().unwrap_or_default();
    (0..items)
        .zip(judged.iter().cycle())
        .map(|(n, (html, page, verdict))| {
            Ok(Material {
                capture: capture(n, html, first)?,
                page: page.clone(),
                verdict: verdict.clone(),
            })
        })
        .collect()
}

fn html_files(folder: &Path) -> Result<Vec<String>, Trouble> {
    let mut folders = vec![folder.to_owned()];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(misuse)? {
            let path = entry.map_err(misuse)?.path();
            let html = path.extension().is_some_and(|e| e == "html" || e == "htm");
            if path.is_dir() {
                folders.push(path);
            } else if html {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let texts: Vec<String> = paths
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    match texts.is_empty() {
        true => Err(misuse(anyhow!("{} holds no HTML file", folder.display()))),
        false => Ok(texts),
    }
}

fn address(n: u64) -> Result<Url, Trouble> {
    Url::parse(&format!("http://h{}.bench.test/page/{n}", n % 50)).map_err(incomplete)
}

fn capture(n: u64, html: &str, first: DateTime<Utc>) -> Result<Capture, Trouble> {
    let url = address(n)?;
    let started = first + Duration::seconds(i64::try_from(n).unwrap_or(0));
    let request = format!("GET {} HTTP/1.1\r\nHost: h.bench.test\r\n\r\n", url.path());
    let exchange = Exchange {
        url: url.clone(),
        request_head: request.into_bytes(),
        http_version: "HTTP/1.1",
        status: 200,
        headers: vec![(
            "Content-Type".to_owned(),
            b"text/html; charset=utf-8".to_vec(),
        )],
        body: html.as_bytes().to_vec(),
        decoded: None,
        truncated: None,
        server: None,
        tls_chain: Vec::new(),
        started,
        ended: started + Duration::milliseconds(120),
    };
    Ok(Capture {
        requested: url,
        exchanges: vec![exchange],
        notes: Vec::new(),
        rendering: None,
        images: Vec::new(),
    })
}

/// The capture with pictures that no compression makes smaller, as good as PNG does. Making them is measured as well; it
/// is small beside what follows.
fn with_pictures<'a>(n: usize, capture: &'a Capture, kilobytes: u32) -> Cow<'a, Capture> {
    let Some(last) = capture.last().filter(|_| kilobytes > 0) else {
        return Cow::Borrowed(capture);
    };
    let mut state = (n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut png = |bytes: usize| {
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        while out.len() < bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            out.extend_from_slice(&state.to_le_bytes());
        }
        out
    };
    let bytes = kilobytes as usize * 1_000;
    let rendering = Rendering {
        places: Vec::new(),
        url: last.url.clone(),
        dom: String::from_utf8_lossy(&last.body).into_owned(),
        view: Some(png(bytes / 3)),
        pdf: None,
        full_page: vec![Tile {
            top: 0,
            height: 2_400,
            png: png(bytes - bytes / 3),
        }],
        height: 2_400,
        width: 1_366,
        resources: Vec::new(),
        messages: Vec::new(),
        browser: "none: made up for measuring".to_owned(),
        started: last.started,
        ended: last.ended,
        notes: Vec::new(),
    };
    let mut capture = capture.clone();
    capture.rendering = Some(Box::new(rendering));
    Cow::Owned(capture)
}

fn context(n: usize) -> CaptureContext {
    CaptureContext {
        run: RUN.to_owned(),
        visit: format!("v{n}"),
        seed_id: "bench".to_owned(),
        platform: "测量（虚构）".to_owned(),
        depth: 0,
        source: TargetSource::Seed,
        referrer: None,
        vantage: None,
        robots: RobotsPolicy::Obey,
    }
}

/// Does the work on several threads; seconds that it took.
fn timed(
    threads: usize,
    material: &[Material],
    work: &(dyn Fn(usize, &Material) -> Result<(), Trouble> + Sync),
) -> Result<f64, Trouble> {
    let next = AtomicUsize::new(0);
    let trouble = Mutex::new(None);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(one) = material.get(n) else { break };
                    if let Err(error) = work(n, one) {
                        trouble
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .get_or_insert(error);
                        break;
                    }
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    let trouble = trouble.into_inner();
    match trouble.unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(seconds),
    }
}

fn weigh(home: &Home, figures: &mut Figures) -> Result<(), Trouble> {
    let items = item_files(home).map_err(incomplete)?;
    figures.packages = items.iter().map(|path| size(path)).sum();
    figures.run_files = all_files(&home.runs()).iter().map(|p| size(p)).sum();
    figures.journal = all_files(&home.journal()).iter().map(|p| size(p)).sum();
    figures.index = all_files(&home.index()).iter().map(|p| size(p)).sum();
    Ok(())
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.sort();
    files
}

/// Verification, and the programs of others over the same bytes, in turn: first warmed up, then twice beside each other.
fn verify(home: &Home, figures: &mut Figures) -> Result<(), Trouble> {
    let mut files = item_files(home).map_err(incomplete)?;
    files.extend(all_files(&home.runs()));
    let once = || -> Result<f64, Trouble> {
        let began = Instant::now();
        let report = verify_store(home, &Silent).map_err(incomplete)?;
        let seconds = began.elapsed().as_secs_f64();
        match report.outcome() {
            Outcome::Pass => Ok(seconds),
            _ => Err(incomplete(anyhow!("what was sealed does not verify"))),
        }
    };
    once()?;
    for _ in 0..2 {
        figures.verify.push(once()?);
        let sha256sum = others("sha256sum", &[], &files);
        let sm3 = others("openssl", &["dgst", "-sm3"], &files);
        let least = |old: Option<f64>, new: Option<f64>| match (old, new) {
            (Some(old), Some(new)) => Some(old.min(new)),
            (old, new) => old.or(new),
        };
        figures.sha256sum = least(figures.sha256sum, sha256sum);
        figures.sm3 = least(figures.sm3, sm3);
    }
    Ok(())
}

/// Seconds that another program takes over these files; `None` where it is not installed or fails.
fn others(program: &str, words: &[&str], files: &[PathBuf]) -> Option<f64> {
    let began = Instant::now();
    for some in files.chunks(FILES_A_CALL) {
        let done = Command::new(program)
            .args(words)
            .args(some)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .ok()?;
        if !done.success() {
            return None;
        }
    }
    Some(began.elapsed().as_secs_f64())
}

impl Figures {
    fn verified(&self) -> u64 {
        self.packages + self.run_files
    }

    fn best_verify(&self) -> f64 {
        self.verify.iter().copied().fold(f64::MAX, f64::min)
    }

    /// Speed of verification against both programs one after the other.
    fn ratio(&self) -> Option<f64> {
        let both = self.sha256sum? + self.sm3?;
        Some(both / self.best_verify())
    }

    fn json(&self) -> Value {
        let items = self.items as f64;
        let rate = |bytes: u64, seconds: f64| bytes as f64 / 1e6 / seconds;
        let verified = self.verified();
        json!({
            "items": self.items, "threads": self.threads, "screenshot_kb_per_item": self.screenshots, "key": self.key,
            "body_bytes_per_item": self.bodies as f64 / items,
            "archive": { "captures_per_second": items / self.archive, "body_mb_per_second": rate(self.bodies, self.archive) },
            "seal": { "items_per_second": items / self.seal, "body_mb_per_second": rate(self.bodies, self.seal),
                "package_mb_per_second": rate(self.packages, self.seal) },
            "verify": { "bytes": verified, "seconds": self.verify, "mb_per_second": rate(verified, self.best_verify()),
                "sha256sum_mb_per_second": self.sha256sum.map(|s| rate(verified, s)),
                "openssl_sm3_mb_per_second": self.sm3.map(|s| rate(verified, s)),
                "against_both_one_after_the_other": self.ratio() },
            "bytes_per_item": { "package": self.packages as f64 / items, "run_archive": self.run_files as f64 / items,
                "journal": self.journal as f64 / items, "index": self.index as f64 / items },
            "rebuild": { "seconds": self.rebuild, "seconds_per_10000_items": self.rebuild / items * 10_000.0 },
        })
    }

    fn show(&self) -> Result<(), Trouble> {
        let items = self.items as f64;
        let speed = |bytes: u64, seconds: f64| format!("{:.1} MB/s", bytes as f64 / 1e6 / seconds);
        let verified = self.verified();
        let other = |seconds: Option<f64>| match seconds {
            Some(seconds) => speed(verified, seconds),
            None => "not installed".to_owned(),
        };
        let ratio = match self.ratio() {
            Some(ratio) => format!("{ratio:.2} of both one after the other"),
            None => "not compared".to_owned(),
        };
        let each = |bytes: u64| format!("{:.0} bytes an item", bytes as f64 / items);
        let rows = [
            (
                "items",
                format!(
                    "{} by {} threads, {}, {}",
                    self.items,
                    self.threads,
                    match self.screenshots {
                        0 => "without screenshots".to_owned(),
                        kb => format!("with {kb} kB of screenshots"),
                    },
                    if self.key { "signed" } else { "not signed" }
                ),
                each(self.bodies),
            ),
            (
                "archive",
                format!("{:.0} captures/s", items / self.archive),
                speed(self.bodies, self.archive),
            ),
            (
                "seal",
                format!("{:.0} items/s", items / self.seal),
                speed(self.bodies, self.seal),
            ),
            ("verify", speed(verified, self.best_verify()), ratio),
            ("sha256sum", other(self.sha256sum), String::new()),
            ("openssl dgst -sm3", other(self.sm3), String::new()),
            ("package", each(self.packages), String::new()),
            ("run archive", each(self.run_files), String::new()),
            ("journal", each(self.journal), String::new()),
            ("index", each(self.index), String::new()),
            (
                "rebuild",
                format!("{:.1} s per 10,000 items", self.rebuild / items * 10_000.0),
                String::new(),
            ),
        ];
        let rows = rows.map(|(name, value, more)| vec![name.to_owned(), value, more]);
        Output.line(table(&["what", "figure", ""], &rows).trim_end())
    }
}
