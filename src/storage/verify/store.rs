//! Checking the whole store, several files at a time.

use super::access;
use super::custody;
use super::desk;
use super::import;
use super::journal::{Facts, check_journals};
use super::run::{self, WarcJob};
use super::sealing::{self, Beside};
use super::work::{Progress, Task, work};
use super::{Check, Report};
use crate::model::monitor::Monitor;
use crate::storage::access as storage_access;
use crate::storage::desk::record as desk_record;
use crate::storage::digest::digests;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::{Home, check_format};
use crate::storage::item::{id_of, item_files};
use crate::storage::package;
use crate::storage::reaudit;
use crate::storage::sidecar;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A unit of checking work.
enum Job {
    Item(PathBuf),
    Beside(Beside),
    Reaudit(PathBuf),
    Custody(PathBuf),
    Access(PathBuf),
    Desk(PathBuf),
    Warc(WarcJob),
    /// An imported file or its record.
    Import(PathBuf),
}

impl Job {
    /// The job with what it costs: packages and records are held in memory, run files are read as a stream.
    fn task(self) -> Task<Self> {
        let size = |path: &Path| fs::metadata(path).map_or(0, |m| m.len());
        let (bytes, held) = match &self {
            Self::Item(path)
            | Self::Beside((path, _))
            | Self::Reaudit(path)
            | Self::Custody(path)
            | Self::Access(path)
            | Self::Desk(path) => (size(path), size(path)),
            Self::Warc(job) => (job.bytes(), 0),
            Self::Import(path) => (size(path), 0),
        };
        Task {
            job: self,
            bytes,
            held,
        }
    }
}

/// Checks everything that is kept in a home: format, journals, every sealed item, every run's files; and that nothing
/// is missing or there without reason. Index, frontier, reports and `tmp/` hold no evidence and are not looked at.
pub fn verify_store(home: &Home, monitor: &dyn Monitor) -> Result<Report, StorageError> {
    verify_all(home, false, monitor)
}

/// Like [`verify_store`], and reads every record of the runs' closed WARC files as well. The journal fixed all their
/// bytes, so this can only find what was wrong when they were closed.
pub fn verify_store_deep(home: &Home, monitor: &dyn Monitor) -> Result<Report, StorageError> {
    verify_all(home, true, monitor)
}

fn verify_all(home: &Home, deep: bool, monitor: &dyn Monitor) -> Result<Report, StorageError> {
    let mut checks = vec![check_home(home)];
    // Listed before the journals are read, so that nearly all that a patrol seals meanwhile is left for the next time.
    let items = item_files(home)?;
    let records = reaudit::files(home)?;
    let facts = check_journals(home, &mut checks)?;
    missing_items(home, &facts, &items, &mut checks)?;
    missing_records(home, &facts, &records, &mut checks)?;
    let acts = custody::files(home)?;
    custody::missing(home, &facts, &acts, &mut checks);
    let steps = storage_access::files(home)?;
    access::missing(home, &facts, &steps, &mut checks);
    let desk_files = desk_record::files(home)?;
    desk::missing(home, &facts, &desk_files, &mut checks);
    let mut jobs: Vec<Job> = items.into_iter().map(Job::Item).collect();
    let beside = sealing::beside(home, &facts, &mut checks)?;
    jobs.extend(beside.into_iter().map(Job::Beside));
    jobs.extend(records.into_iter().map(Job::Reaudit));
    jobs.extend(acts.into_iter().map(Job::Custody));
    jobs.extend(steps.into_iter().map(Job::Access));
    jobs.extend(desk_files.into_iter().map(Job::Desk));
    for run in runs(home, &facts, &mut checks)? {
        jobs.extend(
            run::jobs(home, &run, &facts, &mut checks)?
                .into_iter()
                .map(Job::Warc),
        );
    }
    jobs.extend(
        import::files(home, &facts, &mut checks)?
            .into_iter()
            .map(Job::Import),
    );
    checks.extend(check_jobs(home, &facts, jobs, deep, monitor));
    Ok(Report { checks }.sorted())
}

fn check_jobs(
    home: &Home,
    facts: &Facts,
    jobs: Vec<Job>,
    deep: bool,
    monitor: &dyn Monitor,
) -> Vec<Check> {
    let tasks = jobs.into_iter().map(Job::task).collect();
    work(tasks, monitor, &|job, progress| {
        check(home, facts, job, deep, progress)
    })
}

/// Checks what belongs to one file of a home, and the journals that vouch for it.
pub(super) fn verify_some(
    home: &Home,
    path: &Path,
    monitor: &dyn Monitor,
) -> Result<Report, StorageError> {
    let root = fs::canonicalize(home.root()).map_err(StorageError::io("open", home.root()))?;
    let inside = path
        .strip_prefix(&root)
        .or_else(|_| path.strip_prefix(home.root()))
        .unwrap_or(path);
    let path = home.root().join(inside);
    let mut checks = vec![check_home(home)];
    let facts = check_journals(home, &mut checks)?;
    let subject = home.relative(&path);
    let part = subject.split('/').next().unwrap_or("");
    let jobs = match part {
        "evidence" => item_jobs(&path)?,
        "reaudits" => vec![Job::Reaudit(path.clone())],
        "custody" => vec![Job::Custody(path.clone())],
        "access" => vec![Job::Access(path.clone())],
        "desk" => vec![Job::Desk(path.clone())],
        "imports" => vec![Job::Import(path.clone())],
        "runs" => run_jobs(home, &subject, &facts, &mut checks)?,
        "journal" | "FORMAT" | "keys" | "authorities" => Vec::new(),
        _ => {
            checks.push(Check::not_checked(
                "file",
                subject.as_str(),
                "is not evidence",
            ));
            Vec::new()
        }
    };
    checks.extend(check_jobs(home, &facts, jobs, true, monitor));
    Ok(Report { checks }.sorted())
}

/// The package that a file is or lies beside, and all that lies beside it.
fn item_jobs(path: &Path) -> Result<Vec<Job>, StorageError> {
    let package = match sidecar::of_path(path) {
        Some((id, _)) => path.with_file_name(format!("{id}.wacz")),
        None => path.to_owned(),
    };
    let files = sidecar::beside(&package)?;
    Ok(vec![
        Job::Item(package.clone()),
        Job::Beside((package, files)),
    ])
}

/// The jobs of a run that concern one file.
fn run_jobs(
    home: &Home,
    subject: &str,
    facts: &Facts,
    checks: &mut Vec<Check>,
) -> Result<Vec<Job>, StorageError> {
    let run = subject.split('/').nth(1).unwrap_or("").to_owned();
    let mut all = Vec::new();
    let jobs = run::jobs(home, &run, facts, &mut all)?;
    checks.extend(all.into_iter().filter(|c| c.subject == subject));
    let concerns = |job: &WarcJob| match job {
        WarcJob::Closed(path) => home.relative(path) == subject,
        WarcJob::Open(names) => [names.open(), names.marks()]
            .iter()
            .any(|p| home.relative(p) == subject),
    };
    Ok(jobs.into_iter().filter(concerns).map(Job::Warc).collect())
}

fn check_home(home: &Home) -> Check {
    let path = home.root().join("FORMAT");
    match check_format(&path) {
        Ok(()) => Check::pass("format", home.relative(&path)),
        Err(e) => Check::fail("format", home.relative(&path), e.to_string()),
    }
}

/// What the journal knows but is not there, and what is there but is no item.
fn missing_items(
    home: &Home,
    facts: &Facts,
    paths: &[PathBuf],
    checks: &mut Vec<Check>,
) -> Result<(), StorageError> {
    let present: BTreeSet<&str> = paths.iter().filter_map(|p| id_of(p)).collect();
    for (id, file) in &facts.sealed {
        let there = present.contains(id.as_str()) || home.root().join(&file.path).is_file();
        if !there && !facts.buried.contains_key(&file.path) {
            checks.push(Check::fail(
                "item",
                file.path.as_str(),
                "is missing: the journal knows that it was sealed",
            ));
        }
    }
    strangers(home, &home.evidence(), 0, checks)
}

/// Re-audit records that the journal knows but that are not there, and what is there but is none.
fn missing_records(
    home: &Home,
    facts: &Facts,
    paths: &[PathBuf],
    checks: &mut Vec<Check>,
) -> Result<(), StorageError> {
    let present: BTreeSet<&str> = paths.iter().filter_map(|p| reaudit::named(p)).collect();
    for (id, file) in &facts.reaudits {
        let there = present.contains(id.as_str()) || home.root().join(&file.path).is_file();
        if !there && !facts.buried.contains_key(&file.path) {
            let detail = "is missing: the journal knows that it was written";
            checks.push(Check::fail("re-audit", file.path.as_str(), detail));
        }
    }
    for run in durable::list(&home.reaudits())? {
        let inside = match run.is_dir() {
            true => durable::list(&run)?,
            false => vec![run],
        };
        for path in inside.into_iter().filter(|p| !paths.contains(p)) {
            let subject = home.relative(&path);
            checks.push(Check::fail("re-audit", subject, "does not belong here"));
        }
    }
    Ok(())
}

/// Everything under `evidence/` that is neither a folder of a year or month nor an item.
fn strangers(
    home: &Home,
    folder: &Path,
    depth: u8,
    checks: &mut Vec<Check>,
) -> Result<(), StorageError> {
    for path in durable::list(folder)? {
        if depth < 2 && path.is_dir() {
            strangers(home, &path, depth + 1, checks)?;
        } else if depth < 2
            || (id_of(&path).is_none() && sidecar::of_path(&path).is_none())
            || !path.is_file()
        {
            checks.push(Check::fail(
                "item",
                home.relative(&path),
                "does not belong here",
            ));
        }
    }
    Ok(())
}

/// Ids of the runs, with those that nobody began.
fn runs(home: &Home, facts: &Facts, checks: &mut Vec<Check>) -> Result<Vec<String>, StorageError> {
    let mut runs: BTreeSet<String> = BTreeSet::new();
    for path in durable::list(&home.runs())? {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let empty = path.is_dir() && durable::list(&home.warc(&name))?.is_empty();
        if path.is_dir() && (facts.runs.contains(&name) || empty) {
            runs.insert(name);
        } else {
            checks.push(Check::astray(
                home,
                "run",
                home.relative(&path),
                "the journal does not know it",
            ));
        }
    }
    // Files that the journal knows are looked for even when the whole folder is gone.
    let named = facts
        .begun
        .iter()
        .filter(|path| !facts.buried.contains_key(*path))
        .filter_map(|path| path.strip_prefix("runs/"));
    runs.extend(
        named
            .filter_map(|path| path.split('/').next())
            .map(str::to_owned),
    );
    Ok(runs.into_iter().collect())
}

fn check(home: &Home, facts: &Facts, job: &Job, deep: bool, progress: &Progress<'_>) -> Vec<Check> {
    let (path, found) = match job {
        Job::Item(path) => (path, vec![check_item(home, facts, path)]),
        Job::Beside(beside) => (&beside.0, sealing::check_beside(home, facts, beside)),
        Job::Reaudit(path) => (path, vec![check_record(home, facts, path)]),
        Job::Custody(path) => (path, vec![custody::check(home, facts, path)]),
        Job::Access(path) => (path, vec![access::check(home, facts, path)]),
        Job::Desk(path) => (path, vec![desk::check(home, facts, path)]),
        Job::Warc(job) => return run::check(home, facts, job, deep, progress),
        Job::Import(path) => return import::check(home, facts, path, progress),
    };
    progress.add(fs::metadata(path).map_or(0, |m| m.len()));
    found
}

const UNKNOWN: &str = "the journal does not know it";

/// One item against the journal and against itself.
fn check_item(home: &Home, facts: &Facts, path: &Path) -> Check {
    let subject = home.relative(path);
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => return Check::fail("item", subject, format!("cannot be read: {e}")),
    };
    let mut faults = Vec::new();
    let id = id_of(path).unwrap_or("");
    match facts.sealed.get(id) {
        None if home.is_in_use() => return Check::astray(home, "item", subject, UNKNOWN),
        None => faults.push(UNKNOWN.to_owned()),
        Some(fixed) if !fixed.matches(&digests(&bytes)) => {
            faults.push("does not have the digests that the journal fixed".to_owned());
        }
        Some(fixed) if fixed.path != subject => {
            faults.push(format!("was sealed as {}", fixed.path))
        }
        Some(_) => {}
    }
    match package::check(&bytes) {
        Ok(manifest) if manifest.evidence_id != id => {
            faults.push(format!("holds the item {}", manifest.evidence_id))
        }
        Ok(_) => {}
        Err(inside) => faults.extend(inside),
    }
    if faults.is_empty() {
        Check::pass("item", subject)
    } else {
        Check::fail("item", subject, faults.join("; "))
    }
}

/// One re-audit record against the journal and against itself.
fn check_record(home: &Home, facts: &Facts, path: &Path) -> Check {
    let subject = home.relative(path);
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => return Check::fail("re-audit", subject, format!("cannot be read: {e}")),
    };
    let mut faults = Vec::new();
    match facts.reaudits.get(reaudit::named(path).unwrap_or("")) {
        None if home.is_in_use() => return Check::astray(home, "re-audit", subject, UNKNOWN),
        None => faults.push(UNKNOWN.to_owned()),
        Some(fixed) if !fixed.matches(&digests(&bytes)) => {
            faults.push("does not have the digests that the journal fixed".to_owned());
        }
        Some(fixed) if fixed.path != subject => {
            faults.push(format!("was written as {}", fixed.path));
        }
        Some(_) => {}
    }
    faults.extend(reaudit::check(home, path, &bytes).err().unwrap_or_default());
    if faults.is_empty() {
        Check::pass("re-audit", subject)
    } else {
        Check::fail("re-audit", subject, faults.join("; "))
    }
}
