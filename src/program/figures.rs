//! What this process uses, as the kernel accounts for it.

use crate::model::process_figures::ProcessFigures;
use std::fs;

/// The figures of this process; zeros where there is no `/proc`.
pub fn own_figures() -> ProcessFigures {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number.and_then(|n| n.parse::<u64>().ok()).unwrap_or(0)
    };
    // Counting opens one itself.
    let handles = fs::read_dir("/proc/self/fd").map_or(0, |all| all.count().saturating_sub(1));
    ProcessFigures {
        memory_bytes: field("VmRSS:") * 1024,
        threads: field("Threads:"),
        handles: handles as u64,
        zombies: zombies(),
    }
}

/// Children of this process that have ended and were not waited for.
fn zombies() -> u64 {
    let own = std::process::id().to_string();
    let Ok(all) = fs::read_dir("/proc") else {
        return 0;
    };
    let is_zombie = |stat: String| {
        // Behind the command in brackets: state, parent.
        let mut fields = stat.rsplit(')').next().unwrap_or("").split_whitespace();
        (fields.next(), fields.next()) == (Some("Z"), Some(own.as_str()))
    };
    let processes = all.flatten().filter(|entry| {
        let name = entry.file_name();
        name.as_encoded_bytes().iter().all(u8::is_ascii_digit)
    });
    let stats = processes.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter(|stat| is_zombie(stat.clone())).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_and_zombies_are_counted() {
        let before = own_figures();
        assert!(before.memory_bytes > 0 && before.threads > 0 && before.handles > 0);
        let mut child = std::process::Command::new("/bin/true").spawn().unwrap();
        for _ in 0..200 {
            if own_figures().zombies > 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert!(own_figures().zombies > 0);
        child.wait().unwrap();
    }
}
