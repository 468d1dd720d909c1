//! Checking a run's WARC files.

use super::journal::Facts;
use super::one_read::{digests_and_records, digests_of};
use super::work::Progress;
use super::{Check, check_records};
use crate::storage::chain;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::run::WarcNames;
use crate::storage::run::recover::{Advance, Prefix};
use crate::storage::warc::reader::WarcReader;
use crate::wire::capture_mark::CaptureMark;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// A unit of checking work, so that files can be checked side by side.
pub(super) enum WarcJob {
    /// A closed file, its index or its capture list: the journal fixed all its bytes.
    Closed(PathBuf),
    /// An open file with its capture list.
    Open(WarcNames),
}

/// Lists a run's files as jobs, and finds what is missing or does not belong.
pub(super) fn jobs(
    home: &Home,
    run: &str,
    facts: &Facts,
    checks: &mut Vec<Check>,
) -> Result<Vec<WarcJob>, StorageError> {
    let folder = home.warc(run);
    let mut jobs = Vec::new();
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    for path in facts
        .closed
        .keys()
        .map(|p| home.root().join(p))
        .filter(|p| p.starts_with(&folder))
    {
        if facts.buried.contains_key(&home.relative(&path)) {
            // Its tombstone stands for it; a file that is there all the same is named with the tombstone.
            known.insert(path);
            continue;
        }
        known.insert(path.clone());
        jobs.push(WarcJob::Closed(path));
    }
    for object in &facts.begun {
        let path = home.root().join(object);
        let Some(names) = names_of(home, run, &path).filter(|_| path.starts_with(&folder)) else {
            continue;
        };
        if facts.buried.contains_key(object) {
            continue;
        }
        if facts.closed.contains_key(object) {
            // Between the entry in the journal and the closed name the program was killed.
            known.insert(names.open());
        } else if names.open().exists() {
            known.extend([names.open(), names.marks()]);
            jobs.push(WarcJob::Open(names));
        } else if !facts.repaired.contains(object) {
            checks.push(Check::astray(
                home,
                "WARC",
                object.as_str(),
                "is missing: the journal knows that it was begun",
            ));
        }
    }
    strangers(home, run, &known, checks)?;
    Ok(jobs)
}

fn names_of(home: &Home, run: &str, path: &Path) -> Option<WarcNames> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".warc.gz")?;
    Some(WarcNames::new(home, run, stem))
}

fn strangers(
    home: &Home,
    run: &str,
    known: &BTreeSet<PathBuf>,
    checks: &mut Vec<Check>,
) -> Result<(), StorageError> {
    let folder = home.warc(run);
    let top = home.runs().join(run);
    for place in [&top, &folder] {
        for path in durable::list(place)? {
            if path != folder && !known.contains(&path) {
                checks.push(Check::astray(
                    home,
                    "run",
                    home.relative(&path),
                    "the journal does not know it",
                ));
            }
        }
    }
    Ok(())
}

impl WarcJob {
    /// Bytes that will be read for it.
    pub(super) fn bytes(&self) -> u64 {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
        match self {
            Self::Closed(path) => size(&present(path)),
            Self::Open(names) => size(&names.open()),
        }
    }
}

/// Does one job. `deep`: the records of closed files are read as well, though the journal fixed all their bytes.
pub(super) fn check(
    home: &Home,
    facts: &Facts,
    job: &WarcJob,
    deep: bool,
    progress: &Progress<'_>,
) -> Vec<Check> {
    match job {
        WarcJob::Closed(path) => check_closed(home, facts, path, deep, progress),
        WarcJob::Open(names) => {
            let checks = check_open(home, facts, names).unwrap_or_else(|e| {
                let subject = home.relative(&names.open());
                vec![Check::fail("WARC", subject, e.to_string())]
            });
            progress.add(job.bytes());
            checks
        }
    }
}

/// A closed file under the name that it bears: a killed program may not have given it the closed one.
fn present(path: &Path) -> PathBuf {
    if path.exists() {
        return path.to_owned();
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.open"))
}

fn check_closed(
    home: &Home,
    facts: &Facts,
    path: &Path,
    deep: bool,
    progress: &Progress<'_>,
) -> Vec<Check> {
    let subject = home.relative(path);
    let Some(fixed) = facts.closed.get(&subject) else {
        return vec![Check::fail("WARC", subject, "the journal does not know it")];
    };
    let file = present(path);
    let read = match deep && subject.ends_with(".warc.gz") {
        true => digests_and_records(&file, &subject, progress),
        false => digests_of(&file, progress).map(|digests| (digests, Vec::new())),
    };
    let (bytes, records) = match read {
        Ok((digests, records)) if fixed.matches(&digests) => {
            (Check::pass("WARC", subject), records)
        }
        Ok((_, records)) => {
            let detail = "does not have the digests that the journal fixed";
            (Check::fail("WARC", subject, detail), records)
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            (Check::fail("WARC", subject, "is missing"), Vec::new())
        }
        Err(e) => {
            let detail = format!("cannot be read: {e}");
            (Check::fail("WARC", subject, detail), Vec::new())
        }
    };
    std::iter::once(bytes).chain(records).collect()
}

/// An open file: the capture list is a chain, and each of its lines fixes all bytes up to there.
fn check_open(home: &Home, facts: &Facts, names: &WarcNames) -> Result<Vec<Check>, StorageError> {
    let (path, list) = (names.open(), names.marks());
    let (warc, marks) = (home.relative(&path), home.relative(&list));
    let file = File::open(&path).map_err(StorageError::io("open", &path))?;
    let mut prefix = Prefix::new(file).map_err(StorageError::io("read", &path))?;
    let closed = home.relative(&names.closed());
    let mut checkpoints = facts.checkpoints.get(&closed).cloned().unwrap_or_default();
    let mut wrong = None;
    let Ok(list_file) = File::open(&list) else {
        return Ok(vec![Check::fail("capture list", marks, "is missing")]);
    };
    let end = chain::read_chain::<CaptureMark>(
        BufReader::new(list_file),
        &names.genesis(),
        &mut |mark, _| match prefix.advance(&mark) {
            Advance::Good => {
                let now = prefix.digester.snapshot();
                checkpoints.retain(|c| !c.matches(&now));
                true
            }
            Advance::Short => {
                wrong = Some(format!("ends inside capture {}", mark.seq));
                false
            }
            Advance::Wrong(why) => {
                wrong = Some(format!("capture {}: {why}", mark.seq));
                false
            }
        },
    )
    .map_err(StorageError::io("read", &list))?;
    let mut checks = Vec::new();
    match (&end.fault, wrong) {
        (Some(fault), _) => checks.push(Check::fail("capture list", marks, fault.clone())),
        (None, Some(wrong)) => checks.push(Check::fail("WARC", warc.clone(), wrong)),
        (None, None) => checks.extend(open_end(&warc, &marks, end.torn, end.lines, prefix.rest())),
    }
    if let Some(lost) = checkpoints
        .first()
        .filter(|_| checks.iter().all(|c| c.outcome != super::Outcome::Fail))
    {
        let detail = format!(
            "the journal fixed its first {} bytes, which are not there as they were",
            lost.bytes
        );
        checks.push(Check::fail("WARC", warc.clone(), detail));
    }
    if checks.iter().all(|c| c.outcome == super::Outcome::Pass) {
        checks.extend(open_records(&path, &warc)?);
    }
    Ok(checks)
}

fn open_end(warc: &str, marks: &str, torn: u64, lines: u64, rest: u64) -> Vec<Check> {
    if lines == 0 {
        return vec![Check::not_checked(
            "capture list",
            marks,
            "nothing has been captured yet",
        )];
    }
    let mut checks = vec![Check::pass("capture list", marks)];
    if torn > 0 || rest > 0 {
        let detail = format!(
            "{rest} bytes behind the last whole capture; it is being written, or the next opening cuts them off"
        );
        checks.push(Check::not_checked("WARC", warc, detail));
    }
    checks
}

fn open_records(path: &Path, subject: &str) -> Result<Vec<Check>, StorageError> {
    let file = File::open(path).map_err(StorageError::io("open", path))?;
    let reader = WarcReader::new(BufReader::with_capacity(1 << 16, file))
        .map_err(StorageError::io("read", path))?;
    Ok(check_records(reader, subject))
}
