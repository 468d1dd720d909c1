//! The custody journal: who did what with which evidence, append-only and hash-chained.
//!
//! `journal/<writer>.jsonl` holds one chain (see [`super::chain`]); `journal/<writer>.head` names the last line that
//! was made durable, so that a dropped tail is noticed. An entry is on disk when [`Journal::append`] returns.

mod act;
mod head;
mod read;

pub use act::Act;
pub(crate) use head::{Head, head_path};
pub(crate) use read::scan;
pub use read::{files, find, read_file, read_lines};

use head::write_head;

use super::chain::{self, ChainEnd};
use super::checkpoint::{Checkpoint, TreeHead};
use super::checkpoint_file::{self, CheckpointFile};
use super::error::StorageError;
use super::home::{Home, check_name};
use super::journal_tree::{JournalTree, origin};
use super::keys::{self, Signer};
use super::merkle::{self, Tree};
use crate::model::custody::{Action, Actor};
use crate::model::note::Note;
use crate::wire::journal_entry::JournalEntry;
use chrono::{SecondsFormat, Utc};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Name and version of the format, the object of each journal's first line.
pub const JOURNAL_FORMAT: &str = "wangxun-journal/1";

/// Reason of an entry made at the next start, for what a killed program had written but not entered.
pub const AFTER_RESTART: &str = "重启后补记：程序写入后、记入日志前中断";

/// What the first line's `prev` says.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One writer's journal, open for appending. Threads may share it: entries that wait for the disk together are made
/// durable together.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    writer: String,
    actor: Actor,
    tail: Mutex<Tail>,
    durable: Mutex<Durable>,
    /// What signs items and checkpoints; none where no key was made.
    signer: Mutex<Option<Arc<Signer>>>,
    checkpoints: Mutex<CheckpointFile>,
}

#[derive(Debug)]
struct Tail {
    file: File,
    bytes: u64,
    seq: u64,
    hash: String,
    /// `hash` of the first line; empty before it is written.
    first: String,
    /// The lines as leaves.
    tree: Tree,
    poisoned: bool,
}

#[derive(Debug)]
struct Durable {
    file: File,
    head: File,
    /// Lines that are on disk.
    lines: u64,
    failed: bool,
}

impl Journal {
    /// Opens or begins `journal/<writer>.jsonl`. A torn last line is cut off and noted in the next entry; a journal
    /// that is damaged before its tail is refused.
    pub fn open(
        home: &Home,
        writer: &str,
        actor: Actor,
    ) -> Result<(Self, Vec<Note>), StorageError> {
        check_name("writer", writer)?;
        let path = home.journal().join(format!("{writer}.jsonl"));
        let file = open_append(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = "another process".to_owned();
                return Err(StorageError::InUse { home: path, holder });
            }
            Err(TryLockError::Error(e)) => return Err(StorageError::io("lock", &path)(e)),
        }
        let head = Head::read(&path);
        let mut at_head = None;
        let (mut checkpoints, signed, cut) = CheckpointFile::open(home, writer)?;
        let mut lines = JournalTree::of(&signed);
        let end = read_lines(&path, &mut |entry, line, _| {
            if head.names(entry.seq) {
                at_head = Some(entry.hash.clone());
            }
            lines.learn(&entry, line);
            true
        })?;
        head.refuse_dropped_tail(&path, &end)?;
        if let Some(fault) = signed.iter().find_map(|c| lines.fault(writer, c.head())) {
            return Err(StorageError::damaged(&path, fault));
        }
        checkpoints.take_up(&signed, &lines);
        let (signer, mut notes) = keys::signer(home, writer, lines.keys())?;
        let mut repairs = Vec::new();
        repairs.extend(cut_torn_tail(&file, &path, &end)?);
        repairs.extend(
            head.fault(&end, at_head.as_deref())
                .filter(|_| end.lines > 0),
        );
        let mut journal = Self::over(file, path, writer, actor, (&end, lines), checkpoints)?;
        journal.signer = Mutex::new(signer.map(Arc::new));
        super::durable::sync_dir(&home.journal())?;
        notes.extend(journal.begin(&end, repairs)?);
        if let Some(reason) = cut {
            let object = checkpoint_file::relative(writer);
            journal.append(Act::new(Action::Repair, object).reason(reason.clone()))?;
            notes.push(Note::new("checkpoints-repaired", reason));
        }
        Ok((journal, notes))
    }

    fn over(
        file: File,
        path: PathBuf,
        writer: &str,
        actor: Actor,
        (end, lines): (&ChainEnd, JournalTree),
        checkpoints: CheckpointFile,
    ) -> Result<Self, StorageError> {
        let head_path = head_path(&path);
        let head = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&head_path)
            .map_err(StorageError::io("open", &head_path))?;
        let again = file.try_clone().map_err(StorageError::io("open", &path))?;
        Ok(Self {
            path,
            writer: writer.to_owned(),
            actor,
            tail: Mutex::new(Tail {
                file,
                bytes: end.bytes,
                seq: end.lines,
                hash: end.last_hash.clone(),
                first: lines.first().to_owned(),
                tree: lines.into_tree(),
                poisoned: false,
            }),
            durable: Mutex::new(Durable {
                file: again,
                head,
                lines: 0,
                failed: false,
            }),
            signer: Mutex::new(None),
            checkpoints: Mutex::new(checkpoints),
        })
    }

    /// The first line of a new journal, and a line for each repair.
    fn begin(&self, end: &ChainEnd, repairs: Vec<String>) -> Result<Vec<Note>, StorageError> {
        if end.lines == 0 {
            self.append(Act::new(Action::JournalStart, JOURNAL_FORMAT))?;
        }
        let object = format!("journal/{}.jsonl", self.writer);
        for reason in &repairs {
            self.append(Act::new(Action::Repair, object.clone()).reason(reason.clone()))?;
        }
        Ok(repairs
            .into_iter()
            .map(|reason| Note::new("journal-repaired", reason))
            .collect())
    }

    /// The writer's name.
    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// The office for which it is kept.
    pub fn unit(&self) -> &str {
        &self.actor.unit
    }

    /// What signs for this writer.
    pub fn signer(&self) -> Option<Arc<Signer>> {
        locked(&self.signer).clone()
    }

    /// Appends one entry and returns it when it is durable. Where there is a key, the tree head is signed at the
    /// beginning and end of a run, and with the first entry of a day (Beijing).
    pub fn append(&self, act: Act) -> Result<JournalEntry, StorageError> {
        let of_run = matches!(
            act.action,
            Action::RunStart | Action::RunResume | Action::RunStop | Action::RunEnd
        );
        let entry = self.append_unsigned(act)?;
        if self.signer().is_some()
            && (of_run || locked(&self.checkpoints).is_of_another_day())
            && let Err(error) = self.checkpoint()
        {
            // The entry stands all the same; the next checkpoint covers it.
            tracing::warn!(%error, "the journal's tree head could not be signed");
        }
        Ok(entry)
    }

    fn append_unsigned(&self, act: Act) -> Result<JournalEntry, StorageError> {
        let entry = self.write(act)?;
        self.make_durable(entry.seq)?;
        Ok(entry)
    }

    /// Signs the tree head over all lines and appends it to `journal/<writer>.checkpoints`; an entry then fixes that
    /// file. Where nothing was entered since the last checkpoint, that one is given; `None` where there is no key.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, StorageError> {
        let Some(signer) = self.signer() else {
            return Ok(None);
        };
        let mut file = locked(&self.checkpoints);
        let head = self.durable_head()?;
        if head.size <= file.covered() {
            return Ok(file.last().cloned());
        }
        let size = head.size;
        let checkpoint = head
            .sign(signer.secret())
            .map_err(|detail| StorageError::key(&self.path, detail))?;
        let fixed = file.append(&checkpoint)?;
        let act = Act::new(Action::Checkpoint, fixed.path.clone())
            .reason(format!("lines {size}; key {}", signer.public().id()))
            .file(fixed);
        let entry = self.append_unsigned(act)?;
        // The entry of the checkpoint itself does not ask for another one.
        file.cover(if entry.seq == size { size + 1 } else { size });
        Ok(Some(checkpoint))
    }

    /// The tree head over all lines, when they are on disk.
    pub fn durable_head(&self) -> Result<TreeHead, StorageError> {
        let mut durable = locked(&self.durable);
        let (tree, first) = self.sync(&mut durable)?;
        Ok(TreeHead {
            origin: origin(&self.writer, &first),
            size: tree.size(),
            root: tree.root(),
        })
    }

    /// Takes a new key: the last tree head is signed with the old one, `act` enters the new one, which signs from
    /// then on.
    pub(crate) fn take_key(&self, signer: Signer, act: Act) -> Result<(), StorageError> {
        self.checkpoint()?;
        locked(&self.checkpoints).create()?;
        self.append_unsigned(act)?;
        *locked(&self.signer) = Some(Arc::new(signer));
        self.checkpoint().map(|_| ())
    }

    fn write(&self, act: Act) -> Result<JournalEntry, StorageError> {
        let mut tail = locked(&self.tail);
        if tail.poisoned {
            return Err(self.poisoned());
        }
        let actor = act.actor.unwrap_or_else(|| self.actor.clone());
        let mut entry = JournalEntry {
            action: act.action.code().to_owned(),
            actor: actor.name,
            authority: act.authority,
            files: act.files,
            hash: String::new(),
            object: act.object,
            prev: tail.hash.clone(),
            reason: act.reason,
            role: actor.role,
            seq: tail.seq,
            time: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
            unit: actor.unit,
            writer: self.writer.clone(),
        };
        let line = chain::close_line(&mut entry).map_err(|source| StorageError::Json {
            what: "journal entry",
            source,
        })?;
        self.write_line(&mut tail, &line)?;
        let leaf = line.strip_suffix(b"\n").unwrap_or(&line);
        tail.tree.push(merkle::leaf_hash(leaf));
        if tail.seq == 0 {
            tail.first = entry.hash.clone();
        }
        tail.bytes += line.len() as u64;
        tail.seq += 1;
        tail.hash = entry.hash.clone();
        Ok(entry)
    }

    /// A line that could be written only in part is taken back, so that the next one stands on a line of its own.
    fn write_line(&self, tail: &mut Tail, line: &[u8]) -> Result<(), StorageError> {
        let Err(error) = tail.file.write_all(line) else {
            return Ok(());
        };
        tail.poisoned = tail.file.set_len(tail.bytes).is_err();
        Err(StorageError::io("append to", &self.path)(error))
    }

    /// Returns when line `seq` is on disk. Whoever comes first syncs for all that have written by then.
    fn make_durable(&self, seq: u64) -> Result<(), StorageError> {
        let mut durable = locked(&self.durable);
        if durable.lines > seq {
            return Ok(());
        }
        self.sync(&mut durable).map(|_| ())
    }

    /// Puts all lines to disk; gives their tree and the hash of the first.
    fn sync(&self, durable: &mut Durable) -> Result<(Tree, String), StorageError> {
        if durable.failed {
            return Err(self.poisoned());
        }
        let (lines, hash, tree) = {
            let tail = locked(&self.tail);
            let tree = (tail.tree.clone(), tail.first.clone());
            (tail.seq, tail.hash.clone(), tree)
        };
        if durable.lines == lines {
            return Ok(tree);
        }
        let synced = durable
            .file
            .sync_data()
            .and_then(|()| write_head(&mut durable.head, lines, &hash));
        if let Err(error) = synced {
            // After a failed sync the system may have dropped the bytes: nothing more may be built on them.
            durable.failed = true;
            locked(&self.tail).poisoned = true;
            return Err(StorageError::io("sync", &self.path)(error));
        }
        durable.lines = lines;
        Ok(tree)
    }

    fn poisoned(&self) -> StorageError {
        StorageError::Poisoned {
            path: self.path.clone(),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_append(path: &Path) -> Result<File, StorageError> {
    OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)
        .map_err(StorageError::io("open", path))
}

fn cut_torn_tail(file: &File, path: &Path, end: &ChainEnd) -> Result<Option<String>, StorageError> {
    if end.torn == 0 {
        return Ok(None);
    }
    file.set_len(end.bytes)
        .and_then(|()| file.sync_all())
        .map_err(StorageError::io("cut the torn tail of", path))?;
    Ok(Some(format!(
        "a torn last line of {} bytes behind line {} was cut off",
        end.torn, end.lines
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn open(home: &Home) -> Result<(Journal, Vec<Note>), StorageError> {
        Journal::open(home, "main", Actor::patrol("某县"))
    }

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        (folder, home)
    }

    fn entries(home: &Home) -> Vec<JournalEntry> {
        let mut all = Vec::new();
        let end = read_file(&home.journal().join("main.jsonl"), &mut |e, _| {
            all.push(e);
            true
        })
        .unwrap();
        assert_eq!((end.fault, end.torn), (None, 0));
        all
    }

    #[test]
    fn entries_follow_each_other_across_reopening() {
        let (_folder, home) = home();
        let (journal, _) = open(&home).unwrap();
        journal.append(Act::new(Action::Note, "a")).unwrap();
        drop(journal);
        let (journal, notes) = open(&home).unwrap();
        assert!(notes.is_empty());
        let second = journal.append(Act::new(Action::Note, "b")).unwrap();
        assert_eq!(second.seq, 2);
        let actions: Vec<String> = entries(&home).into_iter().map(|e| e.action).collect();
        assert_eq!(actions, ["journal-start", "note", "note"]);
    }

    #[test]
    fn a_torn_tail_is_cut_and_told() {
        let (_folder, home) = home();
        drop(open(&home).unwrap());
        let path = home.journal().join("main.jsonl");
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"action\":\"se").unwrap();
        let (_, notes) = open(&home).unwrap();
        assert_eq!(notes.len(), 1);
        let last = entries(&home).pop().unwrap();
        assert_eq!(last.action, "repair");
        assert!(last.reason.unwrap().contains("13 bytes"));
    }

    #[test]
    fn a_dropped_tail_and_an_edited_line_are_refused() {
        let (_folder, home) = home();
        let (journal, _) = open(&home).unwrap();
        journal.append(Act::new(Action::Note, "a")).unwrap();
        drop(journal);
        let path = home.journal().join("main.jsonl");
        let whole = fs::read_to_string(&path).unwrap();
        let first = whole.split_inclusive('\n').next().unwrap();
        fs::write(&path, first).unwrap();
        assert!(matches!(open(&home), Err(StorageError::Damaged { .. })));
        fs::write(&path, whole.replace("\"object\":\"a\"", "\"object\":\"c\"")).unwrap();
        assert!(matches!(open(&home), Err(StorageError::Damaged { .. })));
        fs::write(&path, whole).unwrap();
        open(&home).unwrap();
    }

    #[test]
    fn threads_share_one_chain() {
        let (_folder, home) = home();
        let (journal, _) = open(&home).unwrap();
        std::thread::scope(|scope| {
            for n in 0..4 {
                let journal = &journal;
                scope.spawn(move || {
                    for m in 0..10 {
                        journal
                            .append(Act::new(Action::Note, format!("{n}-{m}")))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(entries(&home).len(), 41);
        let last = entries(&home).pop().unwrap().hash;
        let end = ChainEnd {
            lines: 41,
            ..ChainEnd::default()
        };
        let head = Head::read(&home.journal().join("main.jsonl"));
        assert_eq!(head.fault(&end, Some(&last)), None);
        assert!(head.names(40));
    }

    #[test]
    fn one_writer_at_a_time() {
        let (_folder, home) = home();
        let _first = open(&home).unwrap();
        assert!(matches!(open(&home), Err(StorageError::InUse { .. })));
    }
}
