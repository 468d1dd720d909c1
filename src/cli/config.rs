//! Configuration: what was asked (file, environment, flags), validated into what is built from it.

use super::arguments::{Format, Global};
use super::exit::{Trouble, misuse};
use crate::patrol::images::ImageBudget;
use crate::storage::sidecar::is_authority;
use anyhow::{Context, anyhow};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// The configuration file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    home: Option<PathBuf>,
    contact: Option<String>,
    workers: Option<usize>,
    lexicons: Option<PathBuf>,
    #[serde(default)]
    ad_lists: Vec<PathBuf>,
    registers: Option<PathBuf>,
    proxy: Option<String>,
    networks: Option<PathBuf>,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    legal_basis: Vec<String>,
    retention_years: Option<u32>,
    #[serde(default)]
    limits: LimitsFile,
    #[serde(default)]
    timestamp: Vec<AuthorityFile>,
    #[serde(default)]
    browser: BrowserFile,
    #[serde(default)]
    vision: VisionFile,
    #[serde(default)]
    takedown: TakedownFile,
}

/// What lists say of their issuer.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TakedownFile {
    /// Name of the office that issues lists; without it, `unit`.
    pub issuer: String,
    /// Address and telephone for operators.
    pub contact: String,
    /// E-mail, for reports in the form XARF.
    pub email: String,
    /// Domain of the office, for reports in the form XARF.
    pub domain: String,
    /// Where a party that is concerned can turn to.
    pub appeal_contact: String,
    /// Remedies, in Chinese, instead of the usual words.
    pub remedies: String,
    /// The beginning of list names: `yx` for `yx-action` and `yx-referral`.
    pub prefix: String,
    /// Table of protected names of one's own, beside the bundled one.
    pub protected: Option<PathBuf>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct VisionFile {
    tesseract: Option<PathBuf>,
    processes: Option<usize>,
    deadline_seconds: Option<u64>,
    images_per_page: Option<usize>,
    bytes_per_page: Option<u64>,
    seconds_per_page: Option<u64>,
    images_per_seed: Option<u64>,
}

/// How images are read, of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisionChoice {
    /// The program; without one, tesseract is looked for in the path.
    pub tesseract: Option<PathBuf>,
    /// Images read at once.
    pub processes: usize,
    /// Time for one image.
    pub deadline: Duration,
    /// What images may cost.
    pub budget: ImageBudget,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct BrowserFile {
    program: Option<PathBuf>,
    #[serde(default)]
    no_sandbox: bool,
    tabs: Option<usize>,
    deadline_seconds: Option<u64>,
    #[serde(default)]
    pdf: bool,
}

/// The browser of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserChoice {
    /// The program; without one, Chromium is looked for in the path.
    pub program: Option<PathBuf>,
    /// Without its own sandbox, which root cannot set up.
    pub no_sandbox: bool,
    /// Pages open at once.
    pub tabs: usize,
    /// Time for one page.
    pub deadline: Duration,
    /// Print each page as PDF, too.
    pub pdf: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityFile {
    name: String,
    url: String,
    ca: PathBuf,
}

/// A time-stamp authority (RFC 3161) of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthoritySettings {
    /// Its name in files and messages.
    pub name: String,
    /// Where it is asked.
    pub url: Url,
    /// The file with the certificates to which its tokens are held, in PEM.
    pub ca: PathBuf,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    body_bytes: Option<u64>,
    decoded_bytes: Option<u64>,
    first_byte_seconds: Option<u64>,
    total_seconds: Option<u64>,
}

/// Settings of one call of the program.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where evidence, journal and index are kept.
    pub home: PathBuf,
    /// Contact address for the user agent, such as `mailto:...`; empty when none is configured.
    pub contact: String,
    /// Visits under way at once.
    pub workers: usize,
    /// Folder of lexicons instead of the built-in ones.
    pub lexicons: Option<PathBuf>,
    /// Filter lists in EasyList syntax beside those of the lexicons.
    pub ad_lists: Vec<PathBuf>,
    /// Folder of registers instead of the built-in ones.
    pub registers: Option<PathBuf>,
    /// Proxy for all requests, such as `socks5h://127.0.0.1:1080`.
    pub proxy: Option<String>,
    /// Table of networks and places (`CIDR,place`), to tell where servers stand; none is bundled.
    pub networks: Option<PathBuf>,
    /// The office, for the journal.
    pub unit: String,
    /// What authorises captures, in Chinese, for the manifests.
    pub legal_basis: Vec<String>,
    /// Years for which evidence is kept (行政处罚法 36: five where financial safety is touched).
    pub retention_years: u32,
    /// Largest body as sent, in bytes.
    pub body_bytes: Option<u64>,
    /// Largest body after decompression, in bytes.
    pub decoded_bytes: Option<u64>,
    /// Longest wait for the first byte.
    pub first_byte: Option<Duration>,
    /// Longest time for one request.
    pub total: Option<Duration>,
    /// Time-stamp authorities, in the order in which they are asked; none means that there is no trusted time.
    pub timestamp: Vec<AuthoritySettings>,
    /// The browser that renders pages.
    pub browser: BrowserChoice,
    /// How images are read.
    pub vision: VisionChoice,
    /// What lists say of their issuer.
    pub takedown: TakedownFile,
    /// How results are printed.
    pub format: Format,
    /// No progress display.
    pub quiet: bool,
}

/// Reads the configuration for a command whose own default home is `default_home` (only the demo has one).
pub fn settings(global: &Global, default_home: Option<&Path>) -> Result<Settings, Trouble> {
    let fallback_home = match (&global.home, default_home) {
        (Some(home), _) => home.clone(),
        (None, Some(home)) => home.to_owned(),
        (None, None) => user_data_home()?,
    };
    let path = match &global.config {
        Some(path) => Some(path.clone()),
        None => Some(fallback_home.join("wangxun.toml")).filter(|p| p.is_file()),
    };
    let file = path.as_deref().map(read).transpose()?.unwrap_or_default();
    let workers = file.workers.unwrap_or(16);
    if !(1..=512).contains(&workers) {
        return Err(misuse(anyhow!("workers = {workers}: give 1 to 512")));
    }
    let retention_years = file.retention_years.unwrap_or(5);
    if !(5..=100).contains(&retention_years) {
        return Err(misuse(anyhow!(
            "retention_years = {retention_years}: give 5 to 100 (行政处罚法 36)"
        )));
    }
    let home = match (&global.home, default_home) {
        (None, None) => file.home.unwrap_or(fallback_home),
        _ => fallback_home,
    };
    Ok(Settings {
        home: std::path::absolute(&home).map_err(misuse)?,
        contact: file.contact.unwrap_or_default(),
        workers,
        lexicons: global.lexicons.clone().or(file.lexicons),
        ad_lists: ad_lists(&file.ad_lists, path.as_deref(), &global.ad_lists),
        registers: global.registers.clone().or(file.registers),
        proxy: file.proxy,
        networks: file.networks.map(|table| beside(path.as_deref(), &table)),
        unit: file.unit,
        legal_basis: file.legal_basis,
        retention_years,
        body_bytes: file.limits.body_bytes,
        decoded_bytes: file.limits.decoded_bytes,
        first_byte: file.limits.first_byte_seconds.map(Duration::from_secs),
        total: file.limits.total_seconds.map(Duration::from_secs),
        timestamp: authorities(file.timestamp, path.as_deref())?,
        browser: browser(file.browser)?,
        vision: vision(file.vision)?,
        takedown: file.takedown,
        format: global.format,
        quiet: global.quiet,
    })
}

/// A file of the configuration: looked for beside it where the path is relative.
fn beside(config: Option<&Path>, file: &Path) -> PathBuf {
    let folder = config.and_then(Path::parent);
    folder.map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

fn browser(asked: BrowserFile) -> Result<BrowserChoice, Trouble> {
    let tabs = asked.tabs.unwrap_or(2);
    let seconds = asked.deadline_seconds.unwrap_or(45);
    if !(1..=16).contains(&tabs) {
        return Err(misuse(anyhow!("browser: tabs = {tabs}: give 1 to 16")));
    }
    if !(10..=110).contains(&seconds) {
        return Err(misuse(anyhow!(
            "browser: deadline_seconds = {seconds}: give 10 to 110"
        )));
    }
    Ok(BrowserChoice {
        program: asked.program,
        no_sandbox: asked.no_sandbox,
        pdf: asked.pdf,
        tabs,
        deadline: Duration::from_secs(seconds),
    })
}

fn vision(asked: VisionFile) -> Result<VisionChoice, Trouble> {
    let usual = ImageBudget::default();
    let choice = VisionChoice {
        tesseract: asked.tesseract,
        processes: asked.processes.unwrap_or(1),
        deadline: Duration::from_secs(asked.deadline_seconds.unwrap_or(30)),
        budget: ImageBudget {
            images_per_page: asked.images_per_page.unwrap_or(usual.images_per_page),
            bytes_per_page: asked.bytes_per_page.unwrap_or(usual.bytes_per_page),
            time_per_page: asked
                .seconds_per_page
                .map_or(usual.time_per_page, Duration::from_secs),
            images_per_seed: asked.images_per_seed.unwrap_or(usual.images_per_seed),
        },
    };
    if !(1..=8).contains(&choice.processes) {
        let n = choice.processes;
        return Err(misuse(anyhow!("vision: processes = {n}: give 1 to 8")));
    }
    if !(5..=300).contains(&choice.deadline.as_secs()) {
        let seconds = choice.deadline.as_secs();
        return Err(misuse(anyhow!(
            "vision: deadline_seconds = {seconds}: give 5 to 300"
        )));
    }
    Ok(choice)
}

/// The filter lists of the configuration, looked for beside it where their path is relative, then those of the flags.
fn ad_lists(file: &[PathBuf], config: Option<&Path>, flags: &[PathBuf]) -> Vec<PathBuf> {
    let folder = config.and_then(Path::parent).unwrap_or(Path::new(""));
    let of_file = file.iter().map(|list| folder.join(list));
    of_file.chain(flags.iter().cloned()).collect()
}

/// The authorities; a relative `ca` is looked for beside the configuration file.
fn authorities(
    asked: Vec<AuthorityFile>,
    config: Option<&Path>,
) -> Result<Vec<AuthoritySettings>, Trouble> {
    let folder = config.and_then(Path::parent).unwrap_or(Path::new(""));
    let mut all: Vec<AuthoritySettings> = Vec::new();
    for asked in asked {
        let name = &asked.name;
        let url = Url::parse(&asked.url).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(url) = url else {
            return Err(misuse(anyhow!(
                "timestamp {name}: url = {:?} is no http or https address",
                asked.url
            )));
        };
        if !is_authority(name) || all.iter().any(|a| a.name == *name) {
            return Err(misuse(anyhow!(
                "timestamp: name = {name:?}: give each authority a name of its own, 1 to 32 lower-case letters, \
                 digits and hyphens"
            )));
        }
        all.push(AuthoritySettings {
            ca: folder.join(asked.ca),
            name: asked.name,
            url,
        });
    }
    Ok(all)
}

fn read(path: &Path) -> Result<ConfigFile, Trouble> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))
        .map_err(misuse)?;
    toml::from_str(&text)
        .with_context(|| format!("{}: the configuration has a fault", path.display()))
        .map_err(misuse)
}

/// `$XDG_DATA_HOME/wangxun` or `~/.local/share/wangxun`.
fn user_data_home() -> Result<PathBuf, Trouble> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|h| h.join(".local/share")))
        .map(|base| base.join("wangxun"))
        .ok_or_else(|| {
            misuse(anyhow!(
                "no home for the data: give --home DIR or set WANGXUN_HOME"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::arguments::Arguments;
    use crate::cli::exit::Exit;
    use clap::Parser;

    fn ask(words: &[&str]) -> Result<Settings, Trouble> {
        let arguments = Arguments::try_parse_from([&["wangxun"], words].concat()).unwrap();
        settings(&arguments.global, None)
    }

    #[test]
    fn flags_override_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(
            &file,
            "home = '/nowhere'\nworkers = 3\n[limits]\ntotal_seconds = 9\n",
        )
        .unwrap();
        let file = file.to_str().unwrap();
        let home = dir.path().to_str().unwrap();
        let asked = ask(&["findings", "--config", file, "--home", home])
            .ok()
            .unwrap();
        assert_eq!(asked.home, dir.path());
        assert_eq!(
            (asked.workers, asked.total),
            (3, Some(Duration::from_secs(9)))
        );
    }

    #[test]
    fn a_fault_names_file_line_and_field() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "workers = 3\nworkerz = 4\n").unwrap();
        let trouble = ask(&["findings", "--config", file.to_str().unwrap()])
            .err()
            .unwrap();
        let message = format!("{:#}", trouble.error);
        assert_eq!(trouble.exit, Exit::Misuse);
        assert!(
            message.contains("c.toml") && message.contains("line 2") && message.contains("workerz"),
            "{message}"
        );
    }

    #[test]
    fn absurd_workers_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "workers = 0\n").unwrap();
        assert!(ask(&["findings", "--config", file.to_str().unwrap()]).is_err());
    }
}
