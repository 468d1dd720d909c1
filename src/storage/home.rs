//! Where everything is kept: the folder layout, its format version, and the lock that lets one process write.

use super::durable;
use super::error::StorageError;
use chrono::{SecondsFormat, Utc};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// First and only line of the FORMAT file.
pub const HOME_FORMAT: &str = "wangxun-home/1";

const FOLDERS: [&str; 11] = [
    "runs", "evidence", "imports", "journal", "custody", "reaudits", "reports", "tmp", "index",
    "search", "access",
];

/// A data home. Clones share the lock, which ends with the last of them.
#[derive(Debug, Clone)]
pub struct Home {
    root: PathBuf,
    guard: Option<Arc<Guard>>,
}

/// What only the writing process holds.
#[derive(Debug)]
struct Guard {
    _lock: File,
    /// One of these is held while an item is sealed, chosen by its id, so that one visit is never sealed twice at once.
    sealing: [Mutex<()>; 16],
}

impl Home {
    /// Opens the home for writing: creates the layout where missing and takes the lock.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let root = root.into();
        durable::create_dir(&root)?;
        let lock = lock_file(&root, &root.join("LOCK"))?;
        let format = root.join("FORMAT");
        if format.exists() {
            check_format(&format)?;
        }
        for folder in FOLDERS {
            durable::create_dir(&root.join(folder))?;
        }
        // Last, so that a home with a FORMAT file has all its folders.
        if !format.exists() {
            let line = format!("{HOME_FORMAT}\n");
            durable::write_file(&format, &root.join("tmp/FORMAT"), line.as_bytes())?;
        }
        let guard = Guard {
            _lock: lock,
            sealing: Default::default(),
        };
        Ok(Self {
            root,
            guard: Some(Arc::new(guard)),
        })
    }

    /// Opens the home for reading only: takes no lock and creates nothing.
    pub fn read_only(root: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let root = root.into();
        let format = root.join("FORMAT");
        if !format.is_file() {
            return Err(StorageError::NoHome { path: root });
        }
        check_format(&format)?;
        Ok(Self { root, guard: None })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether this process holds the lock.
    pub fn is_writable(&self) -> bool {
        self.guard.is_some()
    }

    /// Whether some process (this one, too) writes in the home just now.
    pub fn is_in_use(&self) -> bool {
        let tried = File::open(self.root.join("LOCK")).map(|file| file.try_lock_shared());
        matches!(tried, Ok(Err(TryLockError::WouldBlock)))
    }

    /// The folder of sealed items.
    pub fn evidence(&self) -> PathBuf {
        self.root.join("evidence")
    }

    /// The folder of journals.
    pub fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// The folder of custody records: tombstones, handovers, orders to preserve.
    pub fn custody(&self) -> PathBuf {
        self.root.join("custody")
    }

    /// The folder of the index.
    pub fn index(&self) -> PathBuf {
        self.root.join("index")
    }

    /// The folder of the search index.
    pub fn search(&self) -> PathBuf {
        self.root.join("search")
    }

    /// The folder of requests for access, with what became of them.
    pub fn access(&self) -> PathBuf {
        self.root.join("access")
    }

    /// The folder of the frontier.
    pub fn frontier(&self) -> PathBuf {
        self.root.join("frontier")
    }

    /// The folder of keys; only its owner may look into it.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// The folder of the certificates to which time-stamp tokens are held.
    pub fn authorities(&self) -> PathBuf {
        self.root.join("authorities")
    }

    /// The folder of re-audit records.
    pub fn reaudits(&self) -> PathBuf {
        self.root.join("reaudits")
    }

    /// The folder of imported files.
    pub fn imports(&self) -> PathBuf {
        self.root.join("imports")
    }

    /// The folder of reports.
    pub fn reports(&self) -> PathBuf {
        self.root.join("reports")
    }

    /// The folder for files that are not yet whole; what lies here after a crash is worth nothing.
    pub fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// The folder of all runs.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// The folder of one run's WARC files.
    pub fn warc(&self, run: &str) -> PathBuf {
        self.runs().join(run).join("warc")
    }

    /// A path as messages and the journal name it: relative to the home, with `/`.
    pub fn relative(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = inside
            .components()
            .map(|c| c.as_os_str().to_string_lossy())
            .collect();
        parts.join("/")
    }

    /// Held while the item `id` is sealed; `None` when the home is open for reading only.
    pub(crate) fn sealing(&self, id: &str) -> Option<MutexGuard<'_, ()>> {
        let slots = &self.guard.as_ref()?.sealing;
        let slot = id
            .bytes()
            .fold(0usize, |h, b| h.wrapping_mul(31) ^ usize::from(b))
            % slots.len();
        slots
            .get(slot)
            .map(|m| m.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes the lock and writes down who holds it, for the message that the next one gets.
pub(crate) fn lock_file(root: &Path, path: &Path) -> Result<File, StorageError> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(StorageError::io("open", path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StorageError::InUse {
                home: root.to_owned(),
                holder: holder(path),
            });
        }
        Err(TryLockError::Error(e)) => return Err(StorageError::io("lock", path)(e)),
    }
    let since = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let program = std::env::args().next().unwrap_or_default();
    let program = Path::new(&program)
        .file_name()
        .unwrap_or_default()
        .display()
        .to_string();
    let line = format!("{program} (process {}) since {since}\n", std::process::id());
    file.set_len(0)
        .and_then(|()| file.write_all(line.as_bytes()))
        .map_err(StorageError::io("write", path))?;
    Ok(file)
}

fn holder(path: &Path) -> String {
    let mut text = String::new();
    let read = File::open(path).and_then(|f| f.take(300).read_to_string(&mut text));
    match read {
        Ok(n) if n > 0 => text.trim().escape_default().to_string(),
        _ => "another process".to_owned(),
    }
}

/// The FORMAT file must be exactly the one line that this version writes.
pub(crate) fn check_format(path: &Path) -> Result<(), StorageError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|f| f.take(200).read_to_end(&mut bytes))
        .map_err(StorageError::io("read", path))?;
    if bytes == format!("{HOME_FORMAT}\n").as_bytes() {
        return Ok(());
    }
    Err(StorageError::Format {
        path: path.to_owned(),
        found: String::from_utf8_lossy(&bytes).trim_end().to_owned(),
        known: HOME_FORMAT,
    })
}

/// Names that become file names: run ids and writers.
pub(crate) fn check_name(what: &'static str, value: &str) -> Result<(), StorageError> {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if (1..=100).contains(&value.len()) && value.bytes().all(good) && !value.starts_with('.') {
        return Ok(());
    }
    Err(StorageError::Name {
        what,
        value: value.chars().take(120).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_who_holds_the_home() {
        let folder = tempfile::tempdir().unwrap();
        let first = Home::open(folder.path()).unwrap();
        let second = Home::open(folder.path()).unwrap_err();
        let message = second.to_string();
        assert!(
            message.contains(&format!("process {}", std::process::id())),
            "{message}"
        );
        assert!(Home::read_only(folder.path()).is_ok());
        drop(first);
        Home::open(folder.path()).unwrap();
    }

    #[test]
    fn another_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(Home::open(folder.path()).unwrap());
        std::fs::write(folder.path().join("FORMAT"), "wangxun-home/2\n").unwrap();
        assert!(matches!(
            Home::open(folder.path()),
            Err(StorageError::Format { .. })
        ));
        assert!(matches!(
            Home::read_only(folder.path()),
            Err(StorageError::Format { .. })
        ));
    }

    #[test]
    fn reading_needs_a_home() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            Home::read_only(folder.path()),
            Err(StorageError::NoHome { .. })
        ));
    }

    #[test]
    fn names_become_file_names() {
        for good in ["main", "20261103T101112Z-ab", "a.b_c-d"] {
            check_name("run", good).unwrap();
        }
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "a\\b",
            "中",
            "a b",
            ".x",
            &"x".repeat(101),
        ] {
            assert!(check_name("run", bad).is_err(), "{bad}");
        }
    }
}
