//! The browser as a process: started and awaited by one thread that lives as long as it, killed as a group.
//!
//! The kernel kills the browser when the thread that started it ends (`PR_SET_PDEATHSIG`, set by `setpriv`), so a killed
//! patrol leaves no browser behind; the thread must therefore live as long as the browser.

use super::settings::{BrowserError, BrowserSettings};
use crate::program;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How long the browser may take to open its port.
const START: Duration = Duration::from_secs(30);
/// How often the process is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Names of profile folders begin so, followed by our process id.
const PREFIX: &str = "wangxun-browser-";

/// Numbers profiles of this process.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A running browser. Dropping it kills the process group and removes the profile.
#[derive(Debug)]
pub(super) struct Process {
    /// Its process id, which is that of its group.
    pub(super) pid: u32,
    /// Where it is spoken to.
    pub(super) address: url::Url,
    alive: std::sync::Arc<AtomicBool>,
    end: Sender<()>,
    keeper: Option<std::thread::JoinHandle<()>>,
}

impl Process {
    /// Starts a browser with a fresh profile.
    pub(super) fn start(settings: &BrowserSettings) -> Result<Self, BrowserError> {
        if program::is_root() && !settings.no_sandbox {
            return Err(BrowserError::Root);
        }
        let alive = std::sync::Arc::new(AtomicBool::new(true));
        let (tell, started) = channel();
        let (end, ended) = channel();
        let (own, flag) = (settings.clone(), std::sync::Arc::clone(&alive));
        let keeper = std::thread::Builder::new()
            .name("browser".to_owned())
            .spawn(move || keep(&own, &flag, &tell, &ended))
            .map_err(io("start a thread for", &settings.program))?;
        let (pid, address) = started.recv().unwrap_or_else(|_| {
            Err(BrowserError::Start {
                program: settings.program.clone(),
                said: "its thread ended".to_owned(),
            })
        })?;
        Ok(Self {
            pid,
            address,
            alive,
            end,
            keeper: Some(keeper),
        })
    }

    /// Whether the process was alive when it was last looked at.
    pub(super) fn is_alive(&self) -> bool {
        self.alive.load(Ordering::SeqCst)
    }

    /// What [`Process::is_alive`] tells, for those who outlive this value.
    pub(super) fn flag(&self) -> std::sync::Arc<AtomicBool> {
        std::sync::Arc::clone(&self.alive)
    }

    /// Kills the whole group; returns at once.
    pub(super) fn kill(&self) {
        self.alive.store(false, Ordering::SeqCst);
        let _ = self.end.send(());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        // The profile is gone when the thread has ended, so nothing of the browser outlives its last user.
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

type Started = Result<(u32, url::Url), BrowserError>;

/// The life of a browser, from its profile to its profile's removal.
fn keep(
    settings: &BrowserSettings,
    alive: &AtomicBool,
    tell: &Sender<Started>,
    end: &Receiver<()>,
) {
    sweep(&settings.scratch);
    let profile = settings.scratch.join(format!(
        "{PREFIX}{}-{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::SeqCst)
    ));
    let mut child = match open(settings, &profile) {
        Ok((child, address)) => {
            let _ = tell.send(Ok((child.id(), address)));
            child
        }
        Err(error) => {
            alive.store(false, Ordering::SeqCst);
            let _ = fs::remove_dir_all(&profile);
            let _ = tell.send(Err(error));
            return;
        }
    };
    loop {
        match end.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) if matches!(child.try_wait(), Ok(None)) => {}
            _ => break,
        }
    }
    alive.store(false, Ordering::SeqCst);
    program::end_group(&mut child);
    // Renderers that are just dying may still write into it.
    for _ in 0..20 {
        if fs::remove_dir_all(&profile).is_ok() || !profile.exists() {
            break;
        }
        std::thread::sleep(TICK);
    }
}

/// Starts the program and waits for its port.
fn open(settings: &BrowserSettings, profile: &Path) -> Result<(Child, url::Url), BrowserError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(profile)
        .map_err(io("create", profile))?;
    let log = profile.join("said");
    let said = File::create(&log).map_err(io("create", &log))?;
    let mut command = command(settings, profile);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", profile)
        .env("TMPDIR", profile)
        .env("LANG", "zh_CN.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said);
    program::own_group(&mut command);
    let mut child = command.spawn().map_err(io("start", &settings.program))?;
    let begun = Instant::now();
    let port = profile.join("DevToolsActivePort");
    while begun.elapsed() < START && matches!(child.try_wait(), Ok(None)) {
        if let Some(address) = fs::read_to_string(&port).ok().as_deref().and_then(devtools) {
            return Ok((child, address));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    program::end_group(&mut child);
    Err(BrowserError::Start {
        program: settings.program.clone(),
        said: program::last_line(&log),
    })
}

/// The address from the two lines of `DevToolsActivePort`: port and path.
fn devtools(text: &str) -> Option<url::Url> {
    let (port, path) = text.split_once('\n')?;
    let port: u16 = port.trim().parse().ok()?;
    let path = path.trim();
    if !path.starts_with("/devtools/") {
        return None;
    }
    url::Url::parse(&format!("ws://127.0.0.1:{port}{path}")).ok()
}

fn command(settings: &BrowserSettings, profile: &Path) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut command = match program::find(&path, &["setpriv"]) {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command
                .args(["--pdeathsig", "KILL", "--"])
                .arg(&settings.program);
            command
        }
        None => Command::new(&settings.program),
    };
    command.args(arguments(settings, profile));
    command
}

fn arguments(settings: &BrowserSettings, profile: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [
        "--headless",
        "--remote-debugging-port=0",
        // Whatever belongs to no page of ours gets nowhere: the proxy is the discard port, and names have no address.
        "--proxy-server=http://127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--disable-quic",
        "--dns-prefetch-disable",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--no-pings",
        // Frames of other sites stay in the page's process: one picture, one set of stubs, less memory.
        "--disable-site-isolation-trials",
        "--disable-features=IsolateOrigins,site-per-process,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,Translate,OptimizationHints,MediaRouter",
        "--block-new-web-contents",
        "--deny-permission-prompts",
        "--autoplay-policy=user-gesture-required",
        "--mute-audio",
        "--hide-scrollbars",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-sync",
        "--disable-breakpad",
        "--disable-crash-reporter",
        "--disable-dev-shm-usage",
        "--metrics-recording-only",
        "--no-first-run",
        "--no-default-browser-check",
        "--force-color-profile=srgb",
        "--lang=zh-CN",
        "--js-flags=--max-old-space-size=512",
    ]
    .into_iter()
    .map(Into::into)
    .collect();
    if settings.no_sandbox {
        arguments.push("--no-sandbox".into());
    }
    let (width, height) = settings.window;
    arguments.push(format!("--window-size={width},{height}").into());
    let mut data = OsString::from("--user-data-dir=");
    data.push(profile);
    arguments.push(data);
    arguments.push("about:blank".into());
    arguments
}

/// Removes profiles of processes that are no more.
fn sweep(scratch: &Path) {
    let Ok(entries) = fs::read_dir(scratch) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX))
            .and_then(|rest| rest.split('-').next())
            .and_then(|pid| pid.parse::<u32>().ok());
        if let Some(owner) = owner
            && !Path::new("/proc").join(owner.to_string()).exists()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn io<'a>(
    what: &'static str,
    path: &'a Path,
) -> impl FnOnce(std::io::Error) -> BrowserError + use<'a> {
    move |source| BrowserError::Io {
        what,
        path: PathBuf::from(path),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::devtools;

    #[test]
    fn the_port_file_is_read_when_it_is_whole() {
        let good = devtools("34567\n/devtools/browser/ab-cd");
        assert_eq!(
            good.map(|url| url.to_string()).as_deref(),
            Some("ws://127.0.0.1:34567/devtools/browser/ab-cd")
        );
        for text in [
            "",
            "34567",
            "34567\n",
            "x\n/devtools/browser/a",
            "70000\n/devtools/browser/a",
        ] {
            assert_eq!(devtools(text), None, "{text:?}");
        }
    }
}
