//! Prints a local HTML file of our own as PDF, by a Chromium process that reaches nothing and lives only as long as the
//! printing.
//!
//! The browser that visits watched pages belongs to `fetch/`; this one never sees a page of others. It has a fresh profile
//! in a scratch folder, no network (every name unresolvable, the proxy a closed port), and a group of its own
//! that is killed at the deadline. Scripts cannot be turned off, since headless printing is itself one; our documents
//! forbid them by their own content policy and hold none.

use crate::program;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use thiserror::Error;

/// The Debian packages that bring what is needed.
pub const PACKAGES: &str = "chromium-headless-shell fonts-noto-cjk";

/// Programs that can print, best first: the shell starts faster and never phones home.
const BROWSERS: [&str; 3] = ["chromium-headless-shell", "chromium", "chromium-browser"];

/// How often the process is asked whether it has ended.
const TICK: Duration = Duration::from_millis(25);

/// Why there is no PDF.
#[derive(Debug, Error)]
pub enum PrintError {
    /// No browser is installed.
    #[error("no browser to print with; install it with `apt-get install {PACKAGES}`")]
    NoBrowser,
    /// It could not be started, or the scratch folder could not be used.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It took too long and was killed.
    #[error("{} did not finish printing in {seconds} s and was ended", browser.display())]
    Deadline {
        /// The browser.
        browser: PathBuf,
        /// The time it had.
        seconds: u64,
    },
    /// It ended without a PDF.
    #[error("{} made no PDF: {said}", browser.display())]
    Failed {
        /// The browser.
        browser: PathBuf,
        /// The end of what it said.
        said: String,
    },
}

/// The browser that would print: of the folders of `path` (as in the environment), the first that has one.
pub fn browser(path: &std::ffi::OsStr) -> Option<PathBuf> {
    program::find(path, &BROWSERS)
}

/// Prints `html` into `pdf`. `scratch` is a folder that does not exist yet; it is removed in the end.
pub fn print(
    browser: &Path,
    html: &Path,
    pdf: &Path,
    scratch: &Path,
    deadline: Duration,
) -> Result<(), PrintError> {
    fs::create_dir_all(scratch).map_err(io("create", scratch))?;
    let result = print_in(browser, html, pdf, scratch, deadline);
    // A profile that could not be removed holds nothing.
    let _ = fs::remove_dir_all(scratch);
    result
}

fn print_in(
    browser: &Path,
    html: &Path,
    pdf: &Path,
    scratch: &Path,
    deadline: Duration,
) -> Result<(), PrintError> {
    let page = fs::canonicalize(html).map_err(io("open", html))?;
    let page = url::Url::from_file_path(&page).map_err(|()| PrintError::Failed {
        browser: browser.to_owned(),
        said: format!("{} is no absolute path", page.display()),
    })?;
    let log = scratch.join("said");
    let said = File::create(&log).map_err(io("create", &log))?;
    let mut command = Command::new(browser);
    command
        .args(arguments(scratch, pdf))
        .arg(page.as_str())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", scratch)
        .env("TMPDIR", scratch)
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said);
    program::own_group(&mut command);
    let mut child = command.spawn().map_err(io("start", browser))?;
    let ended = wait(&mut child, deadline);
    // Renderers that outlive the browser go with it.
    program::end_group(&mut child);
    if !ended {
        return Err(PrintError::Deadline {
            browser: browser.to_owned(),
            seconds: deadline.as_secs(),
        });
    }
    if is_pdf(pdf) {
        return Ok(());
    }
    Err(PrintError::Failed {
        browser: browser.to_owned(),
        said: program::last_line(&log),
    })
}

fn arguments(scratch: &Path, pdf: &Path) -> Vec<std::ffi::OsString> {
    let mut arguments: Vec<std::ffi::OsString> = [
        "--headless",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-default-browser-check",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        // The discard port: nothing answers there.
        "--proxy-server=http://127.0.0.1:9",
        "--no-pdf-header-footer",
    ]
    .into_iter()
    .map(Into::into)
    .collect();
    if program::is_root() {
        // Chromium's sandbox cannot be set up by root; the page is our own, without network.
        arguments.push("--no-sandbox".into());
    }
    for (name, path) in [
        ("--user-data-dir=", scratch.join("profile")),
        ("--print-to-pdf=", pdf.to_owned()),
    ] {
        let mut argument = std::ffi::OsString::from(name);
        argument.push(path);
        arguments.push(argument);
    }
    arguments
}

/// True when the child ended by itself in time.
fn wait(child: &mut Child, deadline: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < deadline {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) => std::thread::sleep(TICK),
            Err(_) => return false,
        }
    }
    false
}

fn is_pdf(path: &Path) -> bool {
    let mut start = [0; 5];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok_and(|()| &start == b"%PDF-")
}

fn io<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> PrintError + 'a {
    move |source| PrintError::Io {
        what,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A stand-in for the browser.
    fn script(folder: &Path, body: &str) -> PathBuf {
        let path = folder.join("chromium");
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn attempt(body: &str, deadline: u64) -> (Result<(), PrintError>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("page.html"), "x").unwrap();
        let browser = script(folder.path(), body);
        let deadline = Duration::from_secs(deadline);
        let result = print(
            &browser,
            &at("page.html"),
            &at("page.pdf"),
            &at("scratch"),
            deadline,
        );
        assert!(!at("scratch").exists());
        (result, folder)
    }

    #[test]
    fn a_browser_that_makes_a_pdf_is_believed() {
        let body =
            "for a; do case $a in --print-to-pdf=*) printf %s %PDF-1.4 > \"${a#*=}\";; esac; done";
        assert!(attempt(body, 20).0.is_ok());
    }

    #[test]
    fn one_that_fails_tells_why() {
        let (result, _folder) = attempt("echo no fonts >&2; exit 1", 20);
        assert!(result.unwrap_err().to_string().contains("no fonts"));
    }

    #[test]
    fn one_that_hangs_is_killed_with_its_children() {
        let mark = tempfile::tempdir().unwrap();
        let alive = mark.path().join("alive");
        let body = format!("(sleep 3; touch {}) & sleep 60", alive.display());
        let began = Instant::now();
        let (result, _folder) = attempt(&body, 1);
        assert!(matches!(result, Err(PrintError::Deadline { .. })));
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_secs(3));
        assert!(!alive.exists(), "a child of the browser lived on");
    }

    #[test]
    fn browsers_are_looked_for_in_the_path() {
        let folder = tempfile::tempdir().unwrap();
        assert!(browser(folder.path().as_os_str()).is_none());
        let path = script(folder.path(), "");
        assert_eq!(browser(folder.path().as_os_str()), Some(path));
    }
}
