//! Checking the whole store, several files at a time.

use super::custody;
use super::journal::{Facts, check_journals};
use super::run::{self, WarcJob};
use super::{Check, Report, check_warc};
use crate::model::monitor::{Event, Monitor};
use crate::storage::digest::digests;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::{Home, check_format};
use crate::storage::item::{id_of, item_files};
use crate::storage::package;
use crate::storage::reaudit;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A unit of checking work.
enum Job {
    Item(PathBuf),
    Reaudit(PathBuf),
    Custody(PathBuf),
    Warc(WarcJob),
}

/// Checks everything that is kept in a home: format, journals, every sealed item, every run's files; and that nothing
/// is missing or there without reason. Index, frontier, reports and `tmp/` hold no evidence and are not looked at.
pub fn verify_store(home: &Home, monitor: &dyn Monitor) -> Result<Report, StorageError> {
    let mut checks = vec![check_home(home)];
    // Listed before the journals are read, so that nearly all that a patrol seals meanwhile is left for the next time.
    let items = item_files(home)?;
    let records = reaudit::files(home)?;
    let facts = check_journals(home, &mut checks)?;
    missing_items(home, &facts, &items, &mut checks)?;
    missing_records(home, &facts, &records, &mut checks)?;
    let acts = custody::files(home)?;
    custody::missing(home, &facts, &acts, &mut checks);
    let mut jobs: Vec<Job> = items.into_iter().map(Job::Item).collect();
    jobs.extend(records.into_iter().map(Job::Reaudit));
    jobs.extend(acts.into_iter().map(Job::Custody));
    for run in runs(home, &facts, &mut checks)? {
        jobs.extend(
            run::jobs(home, &run, &facts, &mut checks)?
                .into_iter()
                .map(Job::Warc),
        );
    }
    checks.extend(work(home, &facts, &jobs, monitor));
    Ok(Report { checks }.sorted())
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
        "evidence" => vec![Job::Item(path.clone())],
        "reaudits" => vec![Job::Reaudit(path.clone())],
        "custody" => vec![Job::Custody(path.clone())],
        "runs" => run_jobs(home, &subject, &facts, &mut checks)?,
        "journal" | "FORMAT" => Vec::new(),
        _ => {
            checks.push(Check::not_checked(
                "file",
                subject.as_str(),
                "is not evidence",
            ));
            Vec::new()
        }
    };
    checks.extend(work(home, &facts, &jobs, monitor));
    if subject.ends_with(".warc.gz") {
        checks.extend(check_warc(&path, &subject)?);
    }
    Ok(Report { checks }.sorted())
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
        } else if depth < 2 || id_of(&path).is_none() || !path.is_file() {
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

/// Does the jobs on all cores; the order of the answers does not depend on it, since the report is sorted.
fn work(home: &Home, facts: &Facts, jobs: &[Job], monitor: &dyn Monitor) -> Vec<Check> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let checks = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism()
        .map_or(1, |n| n.get())
        .min(jobs.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = check(home, facts, job);
                    checks
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend(found);
                    let done = done.fetch_add(1, Ordering::Relaxed) as u64 + 1;
                    monitor.event(Event::Progress {
                        what: "files verified",
                        done,
                        total: jobs.len() as u64,
                    });
                }
            });
        }
    });
    checks.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn check(home: &Home, facts: &Facts, job: &Job) -> Vec<Check> {
    match job {
        Job::Item(path) => vec![check_item(home, facts, path)],
        Job::Reaudit(path) => vec![check_record(home, facts, path)],
        Job::Custody(path) => vec![custody::check(home, facts, path)],
        Job::Warc(job) => run::check(home, facts, job),
    }
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
