//! Checking what is kept, offline and without the lock: one file, one item, or the whole store.
//!
//! A check passes, fails, or could not be made; what is absent is never called valid. Every message names its file.

mod access;
mod custody;
mod desk;
mod handed;
mod import;
mod journal;
mod one_read;
mod run;
mod sealing;
mod store;
mod work;

use super::custody::record::tombstone;
use super::error::StorageError;
use super::home::Home;
use super::item::find_item;
use super::keys::KeyRing;
use super::warc::reader::{DigestCheck, WarcReader};
use crate::model::monitor::Monitor;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

pub use store::{verify_store, verify_store_deep};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All is as it should be.
    Pass,
    /// It could not be told.
    NotChecked,
    /// Something is not as it should be.
    Fail,
}

impl Outcome {
    /// The word shown to people and in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotChecked => "not-checked",
            Self::Fail => "fail",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked, such as `package` or `journal chain`.
    pub name: &'static str,
    /// The file, relative to the home where it lies in one.
    pub subject: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, in English; empty when there is nothing to say.
    pub detail: String,
}

impl Check {
    pub(crate) fn pass(name: &'static str, subject: impl Into<String>) -> Self {
        Self::new(name, subject, Outcome::Pass, "")
    }

    pub(crate) fn fail(
        name: &'static str,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(name, subject, Outcome::Fail, detail)
    }

    /// The journal does not know a file, or knows one that is not there. While a patrol is at work that can be because
    /// the file came, or got its closed name, after the journal was read; so it is not held against it then.
    fn astray(home: &Home, name: &'static str, subject: impl Into<String>, detail: &str) -> Self {
        if home.is_in_use() {
            return Self::not_checked(
                name,
                subject,
                format!("{detail} (yet: the store is being written)"),
            );
        }
        Self::fail(name, subject, detail)
    }

    pub(crate) fn not_checked(
        name: &'static str,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(name, subject, Outcome::NotChecked, detail)
    }

    fn new(
        name: &'static str,
        subject: impl Into<String>,
        outcome: Outcome,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            name,
            subject: subject.into(),
            outcome,
            detail: detail.into(),
        }
    }
}

/// What vouches for the items that were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealing {
    /// Items.
    pub items: usize,
    /// Items whose signature holds.
    pub signed: usize,
    /// Items with a time-stamp token that holds.
    pub stamped: usize,
}

/// What is trusted beyond what the home itself holds.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Public keys for signatures.
    pub keys: KeyRing,
    /// Certificates, in PEM, to which time-stamp tokens are held; empty when none are given.
    pub certificates: Vec<u8>,
}

/// All checks of one verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The checks, by file and name.
    pub checks: Vec<Check>,
}

impl Report {
    /// The worst outcome. Nothing checked is not a pass.
    pub fn outcome(&self) -> Outcome {
        let worst = self.checks.iter().map(|c| c.outcome).max();
        worst.unwrap_or(Outcome::NotChecked)
    }

    /// Number of checks that ended so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.checks.iter().filter(|c| c.outcome == outcome).count()
    }

    /// Exit code of a command that verifies: 0 all passed, 1 one failed, 3 something could not be checked.
    pub fn exit_code(&self) -> u8 {
        match self.outcome() {
            Outcome::Pass => 0,
            Outcome::Fail => 1,
            Outcome::NotChecked => 3,
        }
    }

    /// How many items there are, how many of them have a signature that holds, and how many a trusted time.
    pub fn sealing(&self) -> Sealing {
        let named = |name: &str| {
            let passed = self.checks.iter().filter(|c| c.outcome == Outcome::Pass);
            let items = passed.filter(|c| c.name == name);
            let items = items.map(|c| c.subject.split(".wacz").next().unwrap_or_default());
            items.collect::<BTreeSet<_>>().len()
        };
        Sealing {
            items: self.checks.iter().filter(|c| c.name == "item").count(),
            signed: named(sealing::SIGNATURE),
            stamped: named(sealing::TIME_STAMP),
        }
    }

    fn sorted(mut self) -> Self {
        // All of it counts, so that the same store always gives the same report, however the work was shared out.
        let order = |c: &Check| (c.subject.clone(), c.name, c.outcome, c.detail.clone());
        self.checks.sort_by_cached_key(order);
        self
    }
}

/// Checks one item of a home: the package against itself and against the journal; of a deleted item its tombstone.
pub fn verify_item(home: &Home, id: &str, monitor: &dyn Monitor) -> Result<Report, StorageError> {
    let tombstone = tombstone(home, id);
    let deleted = || tombstone.is_file().then(|| tombstone.clone());
    let path = find_item(home, id)?
        .or_else(deleted)
        .ok_or_else(|| StorageError::NoItem { id: id.to_owned() })?;
    store::verify_some(home, &path, monitor)
}

/// Checks one file, wherever it lies: a package, a WARC file, a journal. In a home, it is held against the journal as
/// well; outside of one, what the journal would tell is not checked.
pub fn verify_file(path: &Path, monitor: &dyn Monitor) -> Result<Report, StorageError> {
    verify_file_by(path, &Trust::default(), monitor)
}

/// Checks one file like [`verify_file`]; outside of a home, signature and tokens beside a package are held against what
/// is given.
pub fn verify_file_by(
    path: &Path,
    trust: &Trust,
    monitor: &dyn Monitor,
) -> Result<Report, StorageError> {
    let absolute = fs::canonicalize(path).map_err(StorageError::io("open", path))?;
    if let Some(home) = home_of(&absolute) {
        return store::verify_some(&home, &absolute, monitor);
    }
    let subject = path.display().to_string();
    let name = absolute
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut checks = if name.ends_with(".wacz") {
        let mut checks = vec![check_package(&absolute, &subject)?];
        checks.extend(handed::check_beside(&absolute, &subject, trust)?);
        checks
    } else if name.ends_with(".warc") || name.ends_with(".warc.gz") {
        check_warc(&absolute, &subject)?
    } else if name.ends_with(".jsonl") {
        let file = File::open(&absolute).map_err(StorageError::io("open", path))?;
        vec![journal::check_lone_chain(BufReader::new(file), &subject)]
    } else {
        vec![Check::not_checked(
            "file",
            subject.as_str(),
            "is no package, WARC file or journal",
        )]
    };
    checks.push(Check::not_checked(
        "journal",
        subject,
        "the file lies outside of a home",
    ));
    Ok(Report { checks })
}

/// The home in which a file lies.
fn home_of(path: &Path) -> Option<Home> {
    path.ancestors()
        .skip(1)
        .find(|folder| folder.join("FORMAT").is_file() && folder.join("journal").is_dir())
        .and_then(|root| Home::read_only(root).ok())
}

/// A package against itself.
fn check_package(path: &Path, subject: &str) -> Result<Check, StorageError> {
    let bytes = fs::read(path).map_err(StorageError::io("read", path))?;
    Ok(match super::package::check(&bytes) {
        Ok(_) => Check::pass("package", subject),
        Err(faults) => Check::fail("package", subject, faults.join("; ")),
    })
}

/// A WARC file of anybody against the digests in its records.
fn check_warc(path: &Path, subject: &str) -> Result<Vec<Check>, StorageError> {
    let file = File::open(path).map_err(StorageError::io("open", path))?;
    let reader = WarcReader::new(BufReader::with_capacity(1 << 16, file))
        .map_err(StorageError::io("read", path))?;
    Ok(check_records(reader, subject))
}

fn check_records(mut reader: WarcReader<impl std::io::BufRead>, subject: &str) -> Vec<Check> {
    let mut checks = Vec::new();
    let (mut records, mut unchecked) = (0u64, 0u64);
    loop {
        let record = match reader.next_record() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(e) => return vec![Check::fail("records", subject, e.to_string())],
        };
        let id = record.headers.record_id().to_owned();
        let end = match record.finish() {
            Ok(end) => end,
            Err(e) => return vec![Check::fail("records", subject, e.to_string())],
        };
        records += 1;
        for check in [&end.block, &end.payload] {
            if let DigestCheck::Mismatch { stated } = check {
                let detail = format!(
                    "record {id:?} at byte {} does not have its digest {stated}",
                    end.offset
                );
                checks.push(Check::fail("digest", subject, detail));
            }
        }
        unchecked +=
            u64::from(end.block != DigestCheck::Match && end.payload != DigestCheck::Match);
    }
    if records == 0 {
        checks.push(Check::fail("records", subject, "holds no record"));
    } else if checks.is_empty() && unchecked > 0 {
        let detail = format!("{unchecked} of {records} records have no digest that can be checked");
        checks.push(Check::not_checked("records", subject, detail));
    } else if checks.is_empty() {
        checks.push(Check::pass("records", subject));
    }
    checks
}
