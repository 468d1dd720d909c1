//! Opening the database without being hung or thrown over by a damaged one.
//!
//! sled 0.34 may panic or spin for ever on a damaged file. It is opened in a thread of its own that may do either;
//! then the database is moved aside and a new one begun, and the caller is told so that it rebuilds the run from the
//! archive. A thread that spins cannot be ended from here: it stays until the process ends.

use crate::storage::frontier::error::FrontierError;
use crate::storage::frontier::options::FrontierOptions;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Name of the file that names and locks out: one process holds a frontier.
const OWNER: &str = "owner";

/// Name of the database's folder.
const DATABASE: &str = "db";

/// Bytes of database that a second of opening time is allowed for.
const BYTES_PER_SECOND: u64 = 20 << 20;

/// How often, and after what pause, a database is tried again that an earlier frontier is still closing.
const CLOSING_TRIES: u32 = 3000;
const CLOSING_PAUSE: Duration = Duration::from_millis(10);

/// A damaged database that was moved out of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it lies now.
    pub path: PathBuf,
    /// What was wrong.
    pub reason: String,
}

/// What opening gave.
#[derive(Debug)]
pub(super) struct OpenedDatabase {
    pub(super) db: sled::Db,
    pub(super) owner: File,
    pub(super) set_aside: Option<SetAside>,
}

/// Why one try failed.
enum Failure {
    /// The database is damaged: move it aside.
    Damaged(String),
    /// The system or another process is in the way: say so.
    Refused(sled::Error),
}

/// Opens the database in this folder, which is made if need be.
pub(super) fn open(dir: &Path, options: &FrontierOptions) -> Result<OpenedDatabase, FrontierError> {
    fs::create_dir_all(dir).map_err(|source| folder(dir, source))?;
    let owner = lock(dir)?;
    let path = dir.join(DATABASE);
    let reason = match open_watched(&path, options) {
        Ok(db) => {
            return Ok(OpenedDatabase {
                db,
                owner,
                set_aside: None,
            });
        }
        Err(Failure::Refused(source)) => return Err(FrontierError::Database { source }),
        Err(Failure::Damaged(reason)) => reason,
    };
    tracing::warn!(path = %path.display(), reason, "frontier database is damaged, moved aside");
    let aside = move_aside(dir, &path)?;
    match open_watched(&path, options) {
        Ok(db) => Ok(OpenedDatabase {
            db,
            owner,
            set_aside: Some(SetAside {
                path: aside,
                reason,
            }),
        }),
        Err(Failure::Refused(source)) => Err(FrontierError::Database { source }),
        Err(Failure::Damaged(reason)) => Err(FrontierError::Unopenable { path, reason }),
    }
}

fn folder(path: &Path, source: io::Error) -> FrontierError {
    FrontierError::Folder {
        path: path.to_owned(),
        source,
    }
}

/// Takes the folder for this process, or says who has it.
fn lock(dir: &Path) -> Result<File, FrontierError> {
    let path = dir.join(OWNER);
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|source| folder(&path, source))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(FrontierError::Held {
                path: dir.to_owned(),
                holder: holder(&mut file),
            });
        }
        Err(TryLockError::Error(source)) => return Err(folder(&path, source)),
    }
    let text = format!("process {}\n", std::process::id());
    file.set_len(0)
        .and_then(|()| file.write_all(text.as_bytes()))
        .map_err(|source| folder(&path, source))?;
    Ok(file)
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(100).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().escape_debug().to_string(),
        _ => "another process".to_owned(),
    }
}

/// Opens in a thread of its own and waits only so long.
fn open_watched(path: &Path, options: &FrontierOptions) -> Result<sled::Db, Failure> {
    let allowed = options.open_timeout + extra_time(path);
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(options.cache_bytes)
        .flush_every_ms(Some(500));
    let (tell, hear) = mpsc::channel();
    let opener = thread::Builder::new()
        .name("frontier-open".to_owned())
        .spawn(move || {
            let opened = open_when_free(&config);
            let _ = tell.send(opened.and_then(|db| probe(&db).map(|()| db)));
        });
    if let Err(error) = opener {
        return Err(Failure::Refused(sled::Error::Io(error)));
    }
    match hear.recv_timeout(allowed) {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(error)) => Err(judge(error)),
        Err(RecvTimeoutError::Disconnected) => {
            Err(Failure::Damaged("opening it panicked".to_owned()))
        }
        Err(RecvTimeoutError::Timeout) => Err(Failure::Damaged(format!(
            "opening it took longer than {} s",
            allowed.as_secs()
        ))),
    }
}

/// Opens; waits a little for sled's own lock. This process holds the folder, so whoever has that lock is an earlier
/// frontier whose threads are still ending.
fn open_when_free(config: &sled::Config) -> Result<sled::Db, sled::Error> {
    let mut tries = 0;
    loop {
        match config.open() {
            Err(error) if is_lock(&error) && tries < CLOSING_TRIES => tries += 1,
            other => return other,
        }
        thread::sleep(CLOSING_PAUSE);
    }
}

fn is_lock(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(io) if io.to_string().contains("could not acquire lock"))
}

/// Reads both ends of every tree, where damage shows first.
fn probe(db: &sled::Db) -> Result<(), sled::Error> {
    for name in db.tree_names() {
        let tree = db.open_tree(name)?;
        tree.first()?;
        tree.last()?;
    }
    Ok(())
}

/// A large database takes longer to recover.
fn extra_time(path: &Path) -> Duration {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|e| e.metadata().ok()).map(|m| m.len());
    Duration::from_secs(sizes.sum::<u64>() / BYTES_PER_SECOND)
}

/// Whether an error speaks of the file's content or of the system.
fn judge(error: sled::Error) -> Failure {
    use io::ErrorKind::{
        NotFound, OutOfMemory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    match &error {
        sled::Error::Io(io)
            if matches!(
                io.kind(),
                NotFound
                    | OutOfMemory
                    | PermissionDenied
                    | QuotaExceeded
                    | ReadOnlyFilesystem
                    | StorageFull
            ) =>
        {
            Failure::Refused(error)
        }
        _ if is_lock(&error) => Failure::Refused(error),
        _ => Failure::Damaged(error.to_string().escape_debug().to_string()),
    }
}

/// Moves the database to the first free name beside it.
fn move_aside(dir: &Path, path: &Path) -> Result<PathBuf, FrontierError> {
    let free = (1..=u32::MAX)
        .map(|n| dir.join(format!("{DATABASE}.damaged-{n}")))
        .find(|p| !p.exists())
        .unwrap_or_else(|| dir.join("db.damaged"));
    fs::rename(path, &free).map_err(|source| folder(path, source))?;
    Ok(free)
}
