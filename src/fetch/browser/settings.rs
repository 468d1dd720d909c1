//! What the browser is run with, and why there may be none.

use crate::program;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// The Debian package with Chinese fonts.
pub const FONT_PACKAGE: &str = "fonts-noto-cjk";

/// Settings of a [`super::Renderer`].
#[derive(Debug, Clone)]
pub struct BrowserSettings {
    /// The program: `chromium-headless-shell` or `chromium`.
    pub program: PathBuf,
    /// Runs Chromium without its own sandbox. Needed as root, where the sandbox cannot be set up, and refused by
    /// default: a page that breaks out of the engine would be root.
    pub no_sandbox: bool,
    /// Pages open at once.
    pub tabs: usize,
    /// Time for one page; a page that takes longer is given up and the browser killed.
    pub deadline: Duration,
    /// Longest wait for timers and late requests, once after loading and once after scrolling.
    pub settle: Duration,
    /// A browser is replaced by a fresh one after so many pages.
    pub recycle_after: u32,
    /// Attempts for one page when the browser dies under it.
    pub attempts: u32,
    /// Bytes that one page may load.
    pub page_bytes: u64,
    /// Folder in which profiles live as long as their browser.
    pub scratch: PathBuf,
    /// Print each page as PDF, too.
    pub pdf: bool,
    /// Width and height of the window in CSS pixels.
    pub window: (u32, u32),
}

impl BrowserSettings {
    /// Sound defaults for this program.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            no_sandbox: false,
            tabs: 2,
            deadline: Duration::from_secs(45),
            settle: Duration::from_secs(5),
            recycle_after: 100,
            attempts: 3,
            page_bytes: 64 * 1024 * 1024,
            scratch: std::env::temp_dir(),
            pdf: false,
            window: (1366, 768),
        }
    }

    /// For pages of our own: as root, who cannot have the sandbox, they are shown without it.
    pub fn for_own_pages(&mut self) {
        self.no_sandbox |= program::is_root();
    }
}

/// Why there is no browser.
#[derive(Debug, Error)]
pub enum BrowserError {
    /// Running as root without the setting that allows it.
    #[error(
        "as root Chromium runs only without its sandbox, and that must be asked for: run the patrol as another user, or set \
         no_sandbox = true under [browser] in the configuration (a page that breaks out of the engine would then be root)"
    )]
    Root,
    /// An office proxy is configured, through which the browser's own connections cannot go yet.
    #[error(
        "pages are not rendered while `proxy` is set: the browser's connections cannot go through it"
    )]
    Proxy,
    /// The profile, the program or the loopback port could not be used.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It ended at once, or did not open its port in time.
    #[error("{} did not start: {said}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// The end of what it said.
        said: String,
    },
    /// It does not answer.
    #[error("the browser does not answer: {cause}")]
    Protocol {
        /// What went wrong.
        cause: String,
    },
}
