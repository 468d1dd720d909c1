//! Pages in a real browser: what is seen, what hostile pages can do, and what happens when the browser is killed.
//! "skipped" is printed where none is installed.

// clippy lets tests print, but not the functions that they share.
#![allow(clippy::print_stdout)]

mod hostile;
mod kills;
mod shown;

use super::server::{Server, seed, settings, target};
use std::path::Path;
use std::time::Duration;
use wangxun::fetch::Fetcher;
use wangxun::fetch::browser::{BrowserSettings, RenderError, Renderer};
use wangxun::model::rendering::Rendering;
use wangxun::model::seed::Seed;
use wangxun::model::spent::Spent;
use wangxun::patrol::rendering::Browser;
use wangxun::printer;

/// The installed browser, to be run without sandbox where the tests run as root.
pub fn installed() -> Browser {
    let path = std::env::var_os("PATH").unwrap_or_default();
    match printer::browser(&path) {
        Some(program) => {
            let mut settings = BrowserSettings::new(program);
            settings.no_sandbox = is_root();
            Browser::Use(settings)
        }
        None => Browser::Missing {
            advice: "none".to_owned(),
        },
    }
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("Uid:"));
    line.is_some_and(|line| line.split_whitespace().nth(2) == Some("0"))
}

/// A renderer with these changes of the settings; `None` with a word where there is no browser.
async fn renderer(change: impl FnOnce(&mut BrowserSettings)) -> Option<Renderer> {
    let Browser::Use(mut settings) = installed() else {
        println!("skipped: no browser is installed");
        return None;
    };
    settings.deadline = Duration::from_secs(30);
    settings.settle = Duration::from_secs(4);
    change(&mut settings);
    Some(Renderer::start(settings).await.expect("a browser"))
}

/// Visits and renders a page.
async fn render(
    fetcher: &Fetcher,
    renderer: &Renderer,
    seed: &Seed,
    url: &str,
) -> Result<Rendering, RenderError> {
    let target = target(url);
    let spent = Spent::default();
    let visit = fetcher.visit(seed, &target, &spent).await;
    let capture = visit.outcome.expect("the page answers");
    fetcher
        .render(renderer, seed, &target, &spent, &capture)
        .await
}

fn fetcher() -> Fetcher {
    let mut settings = settings();
    settings.limits.first_byte = Duration::from_secs(20);
    settings.limits.total = Duration::from_secs(30);
    Fetcher::new(&settings).expect("fetcher")
}

/// Reasons by which something was not loaded.
fn reasons(rendering: &Rendering, of: &str) -> Vec<String> {
    let found = rendering.resources.iter().filter(|r| r.url.contains(of));
    found
        .map(|r| format!("{} {}", r.outcome.code(), r.outcome.reason()))
        .collect()
}

/// Processes of a group: number, and the memory that is theirs (PSS, KiB).
fn group(pid: u32) -> (usize, u64) {
    let mut found = (0, 0);
    for entry in std::fs::read_dir("/proc").expect("proc").flatten() {
        if stat(&entry.path()).is_some_and(|(_, group)| group == pid) {
            let rollup = std::fs::read_to_string(entry.path().join("smaps_rollup"));
            let rollup = rollup.unwrap_or_default();
            let line = rollup.lines().find(|line| line.starts_with("Pss:"));
            let word = line.and_then(|line| line.split_whitespace().nth(1));
            found.0 += 1;
            found.1 += word.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0);
        }
    }
    found
}

/// State and process group.
fn stat(process: &Path) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(process.join("stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    Some(((*words.first()?).to_owned(), words.get(2)?.parse().ok()?))
}

/// Dead processes of these groups that nobody has taken leave of.
fn zombies(groups: &[u32]) -> usize {
    let entries = std::fs::read_dir("/proc").expect("proc").flatten();
    entries
        .filter_map(|entry| stat(&entry.path()))
        .filter(|(state, group)| state == "Z" && groups.contains(group))
        .count()
}

/// Profiles that are left in a folder.
fn profiles(scratch: &Path) -> usize {
    std::fs::read_dir(scratch).expect("folder").count()
}

/// A server and a seed that may visit it.
async fn site(ip: &str, answer: fn(&str) -> Option<Vec<u8>>) -> (Server, Seed) {
    let server = Server::pages(ip, answer).await;
    let seed = seed(&server.url("/"), &[&format!("{ip}/32")]);
    (server, seed)
}
