//! Checking the journals, and what they tell of everything else.

use super::Check;
use super::sealing::{self, Signed};
use crate::model::custody::Action;
use crate::storage::chain::{self, ChainEnd};
use crate::storage::checkpoint::Checkpoint;
use crate::storage::checkpoint_file::path_of;
use crate::storage::desk::private;
use crate::storage::durable;
use crate::storage::entered::Entered;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::{self, GENESIS, Head, JOURNAL_FORMAT, head_path};
use crate::storage::journal_tree::JournalTree;
use crate::storage::keys::KeyRing;
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};

/// What the journals fix.
#[derive(Default)]
pub(super) struct Facts {
    /// Package of each sealed item, by evidence id.
    pub(super) sealed: BTreeMap<String, FileDigest>,
    /// The file of each re-audit record, by its id.
    pub(super) reaudits: BTreeMap<String, FileDigest>,
    /// Imported files and their records, by path.
    pub(super) imports: BTreeMap<String, FileDigest>,
    /// Files of closed WARCs, by path: WARC, index and capture list.
    pub(super) closed: BTreeMap<String, FileDigest>,
    /// Paths of WARC files that were begun.
    pub(super) begun: BTreeSet<String>,
    /// Paths of begun WARC files that never came to be or were removed empty.
    pub(super) repaired: BTreeSet<String>,
    /// What was fixed of open files, by path.
    pub(super) checkpoints: BTreeMap<String, Vec<FileDigest>>,
    /// Run ids that were begun.
    pub(super) runs: BTreeSet<String>,
    /// What lies beside packages, and the certificates of authorities.
    pub(super) entered: Entered,
    /// Public keys, by path.
    pub(super) keys: BTreeMap<String, FileDigest>,
    /// All files of keys that are no secret, by path.
    pub(super) key_files: BTreeMap<String, FileDigest>,
    /// What was fixed last of files of checkpoints, by path.
    pub(super) checkpoint_files: BTreeMap<String, FileDigest>,
    /// Checkpoints that agree with their journals, by the path of their file; their signatures are still to be checked.
    pub(super) signed: Vec<(String, Vec<Checkpoint>)>,
    /// The public keys.
    pub(super) ring: KeyRing,
    /// Custody records and forms, by path.
    pub(super) custody: BTreeMap<String, FileDigest>,
    /// Steps of requests for access, by path.
    pub(super) access: BTreeMap<String, FileDigest>,
    /// Records, documents and keys of the desk, by path.
    pub(super) desk: BTreeMap<String, FileDigest>,
    /// Paths of files that were deleted, with the path of the tombstone that stands for each.
    pub(super) buried: BTreeMap<String, String>,
}

impl Facts {
    fn learn(&mut self, entry: JournalEntry) {
        self.learn_sealing(&entry);
        let is = |action: Action| entry.action == action.code();
        let records = entry
            .files
            .iter()
            .filter(|f| f.path.starts_with("custody/"));
        self.custody
            .extend(records.map(|f| (f.path.clone(), f.clone())));
        let steps = entry.files.iter().filter(|f| f.path.starts_with("access/"));
        self.access
            .extend(steps.map(|f| (f.path.clone(), f.clone())));
        let desk = entry.files.iter().filter(|f| f.path.starts_with("desk/"));
        self.desk.extend(desk.map(|f| (f.path.clone(), f.clone())));
        if is(Action::DeskErase) {
            self.desk.remove(&private::relative(&entry.object));
        }
        if is(Action::Delete) {
            let mut files = entry.files.into_iter();
            let tombstone = files.next().map(|f| f.path).unwrap_or_default();
            self.buried
                .extend(files.map(|f| (f.path, tombstone.clone())));
        } else if is(Action::Seal) {
            self.sealed.extend(
                entry
                    .files
                    .into_iter()
                    .next()
                    .map(|file| (entry.object, file)),
            );
        } else if is(Action::Reaudit) {
            let file = entry.files.into_iter().next();
            self.reaudits.extend(file.map(|file| (entry.object, file)));
        } else if is(Action::Import) || is(Action::ImportRead) {
            self.imports
                .extend(entry.files.into_iter().map(|f| (f.path.clone(), f)));
        } else if is(Action::WarcClose) {
            self.closed
                .extend(entry.files.into_iter().map(|f| (f.path.clone(), f)));
        } else if is(Action::WarcOpen) {
            self.begun.insert(entry.object);
        } else if is(Action::Repair) {
            self.repaired.insert(entry.object);
        } else if is(Action::WarcCheckpoint) {
            self.checkpoints
                .entry(entry.object)
                .or_default()
                .extend(entry.files);
        } else if is(Action::RunStart) {
            self.runs.insert(entry.object);
        }
    }
}

/// Checks all journals of a home and gathers what they fix.
pub(super) fn check_journals(home: &Home, checks: &mut Vec<Check>) -> Result<Facts, StorageError> {
    let mut facts = Facts::default();
    let folder = home.journal();
    let paths = journal::files(home)?;
    if paths.is_empty() {
        checks.push(Check::fail(
            "journal",
            home.relative(&folder),
            "there is no journal",
        ));
    }
    for path in &paths {
        checks.extend(check_journal(home, path, &mut facts)?);
    }
    checks.extend(strangers(home, &folder, &paths)?);
    sealing::check_keys(home, &mut facts, checks)?;
    Ok(facts)
}

fn check_journal(home: &Home, path: &Path, facts: &mut Facts) -> Result<Vec<Check>, StorageError> {
    let subject = home.relative(path);
    let writer = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let head = Head::read(path);
    let mut at_head = None;
    let mut foreign = None;
    let signed = Signed::read(path);
    let mut lines = JournalTree::of(signed.all());
    let end = journal::read_lines(path, &mut |entry, line, _| {
        let begins_well = entry.seq > 0
            || (entry.action == Action::JournalStart.code() && entry.object == JOURNAL_FORMAT);
        if entry.writer != writer || !begins_well {
            foreign = Some(format!(
                "line {} belongs to the journal {:?}",
                entry.seq + 1,
                entry.writer
            ));
            return false;
        }
        if head.names(entry.seq) {
            at_head = Some(entry.hash.clone());
        }
        lines.learn(&entry, line);
        facts.learn(entry);
        true
    })?;
    let sound = end.fault.is_none() && foreign.is_none();
    let mut checks = vec![chain_check("journal chain", &subject, &end, foreign)];
    if end.fault.is_none()
        && let Some(fault) = head.fault(&end, at_head.as_deref())
    {
        let subject = home.relative(&head_path(path));
        checks.push(Check::fail(
            "journal head",
            subject,
            format!("{}: {fault}", home.relative(path)),
        ));
    }
    if sound {
        checks.extend(signed.check(home, (&subject, &writer), &lines, facts));
    }
    Ok(checks)
}

fn chain_check(name: &'static str, subject: &str, end: &ChainEnd, fault: Option<String>) -> Check {
    if let Some(fault) = fault.or_else(|| end.fault.clone()) {
        return Check::fail(name, subject, fault);
    }
    if end.lines == 0 {
        return Check::fail(name, subject, "holds no whole line");
    }
    if end.torn > 0 {
        let detail = format!(
            "the last {} bytes are no whole line; the next opening cuts them off",
            end.torn
        );
        return Check::not_checked(name, subject, detail);
    }
    Check::pass(name, subject)
}

/// A journal that lies outside of a home.
pub(super) fn check_lone_chain(reader: impl BufRead, subject: &str) -> Check {
    match chain::read_chain::<JournalEntry>(reader, GENESIS, &mut |_, _| true) {
        Ok(end) => chain_check("journal chain", subject, &end, None),
        Err(e) => Check::fail("journal chain", subject, e.to_string()),
    }
}

/// Files in the journal folder that do not belong there, and heads without journal.
fn strangers(home: &Home, folder: &Path, known: &[PathBuf]) -> Result<Vec<Check>, StorageError> {
    let mut checks = Vec::new();
    for path in durable::list(folder)? {
        let head_of_known = known.iter().any(|journal| head_path(journal) == path);
        let signed_of_known = known.iter().any(|journal| path_of(journal) == path);
        if known.contains(&path) || head_of_known || signed_of_known {
            continue;
        }
        checks.push(
            if path
                .extension()
                .is_some_and(|e| e == "head" || e == "checkpoints")
            {
                let journal = path.with_extension("jsonl");
                let detail = format!("is missing: {} tells of it", home.relative(&path));
                Check::fail("journal", home.relative(&journal), detail)
            } else {
                Check::fail("journal", home.relative(&path), "does not belong here")
            },
        );
    }
    Ok(checks)
}
