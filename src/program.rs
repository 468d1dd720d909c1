//! Programs of others that are run beside us: found in the path, led in a process group of their own so that nothing of
//! them outlives its use, and asked for their last words. Unix only.

pub mod figures;

use rustix::process::{Pid, Signal, geteuid, kill_process_group};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// Characters kept of what a program said last.
const LONGEST_LINE: usize = 300;

/// The first of these programs that is there, best first, in the folders of `path` (as in the environment).
pub fn find(path: &OsStr, names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(path).collect();
    names.iter().find_map(|name| {
        let places = folders.iter().map(|folder| folder.join(name));
        places.into_iter().find(|place| place.is_file())
    })
}

/// Has a command lead a process group of its own.
pub fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Kills the group that the child leads, and reaps the child.
pub fn end_group(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // An error says that nobody is left in it.
        let _ = kill_process_group(pid, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    geteuid().is_root()
}

/// The last line of what a program wrote to a file, short.
pub fn last_line(log: &Path) -> String {
    let said = std::fs::read(log).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().rev().find(|line| !line.trim().is_empty());
    let last = last.unwrap_or("it said nothing");
    last.chars().take(LONGEST_LINE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_program_of_the_path_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().as_os_str();
        assert_eq!(find(path, &["a", "b"]), None);
        std::fs::write(folder.path().join("b"), "").unwrap();
        assert_eq!(find(path, &["a", "b"]), Some(folder.path().join("b")));
        std::fs::write(folder.path().join("a"), "").unwrap();
        assert_eq!(find(path, &["a", "b"]), Some(folder.path().join("a")));
    }

    #[test]
    fn last_words_are_short_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        assert_eq!(last_line(&log), "it said nothing");
        std::fs::write(&log, format!("first\n{}\n\n", "字".repeat(900))).unwrap();
        assert_eq!(last_line(&log), "字".repeat(LONGEST_LINE));
    }

    #[test]
    fn a_group_ends_with_its_children() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 60 & echo $!; wait"]);
        command.stdout(std::process::Stdio::piped());
        own_group(&mut command);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
        end_group(&mut child);
        let status = format!("/proc/{}/stat", line.trim());
        for _ in 0..100 {
            // Gone, or dead and not yet reaped by whoever takes orphans.
            let stat = std::fs::read_to_string(&status).unwrap_or_default();
            if stat.is_empty() || stat.contains(") Z ") {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("the child's child lives on");
    }
}
