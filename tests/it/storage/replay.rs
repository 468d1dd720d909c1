//! A sealed page plays in somebody else's player: pywb serves it, Chromium shows it, and its text is there. Skipped where
//! either is not installed (`tests/run` installs both).

use super::judges::judge;
use super::sample::{Draft, QUOTE, open};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The player, ended with the test.
struct Player {
    process: Child,
    port: u16,
}

impl Player {
    /// Serves the collection `c` in this folder.
    fn start(program: &Path, folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let process = Command::new(program)
            .args(["-b", "127.0.0.1", "-p", &port.to_string()])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let player = Self { process, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "pywb does not answer"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        player
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn browser() -> Option<std::path::PathBuf> {
    judge("chromium-headless-shell").or_else(|| judge("chromium"))
}

#[test]
fn a_sealed_page_plays_in_pywb_and_chromium() {
    let (Some(manager), Some(wayback)) = (judge("wb-manager"), judge("wayback")) else {
        return;
    };
    let Some(browser) = browser() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("home"));
    let sealed = store.seal(&Draft::new("v", 1).item()).unwrap();
    let package = std::fs::read(sealed.path()).unwrap();
    let data = wangxun::storage::package::file_of(&package, "archive/data.warc.gz").unwrap();
    let warc = folder.path().join("item.warc.gz");
    std::fs::write(&warc, data).unwrap();
    for words in [vec!["init", "c"], vec!["add", "c", warc.to_str().unwrap()]] {
        let done = Command::new(&manager)
            .args(&words)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{words:?}: {said}");
    }
    // Without the player's own frame around the page, whose text would be out of reach.
    std::fs::write(folder.path().join("config.yaml"), "framed_replay: false\n").unwrap();
    let player = Player::start(&wayback, folder.path());
    let manifest = sealed.manifest();
    let digits = manifest
        .captured_end
        .utc
        .chars()
        .filter(char::is_ascii_digit);
    let moment: String = digits.take(14).collect();
    let address = format!(
        "http://127.0.0.1:{}/c/{moment}/{}",
        player.port, manifest.final_url
    );
    let shown = Command::new(&browser)
        .args([
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=10000",
            "--dump-dom",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .arg(&address)
        .output()
        .unwrap();
    let page = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(page.contains(QUOTE), "{address}: {page}");
}
