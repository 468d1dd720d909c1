//! Retention: what has been kept long enough, and its deletion with approval.

use super::delete::{file_digest, remove_objects};
use super::hold::{for_each_entry, names, state};
use super::{CustodyError, Deletion, record};
use crate::model::custody::Action;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::index::ItemQuery;
use crate::storage::run::read::runs;
use crate::storage::store::Store;
use crate::wire::custody_record::CustodyRecord;
use crate::wire::custody_state::CustodyState;
use crate::wire::file_digest::FileDigest;
use chrono::{DateTime, Months, SecondsFormat, Utc};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueKind {
    /// A sealed item.
    Item,
    /// The WARC files and re-audit records of a run.
    Run,
}

/// Something that was kept for its time of retention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Item or run.
    pub kind: DueKind,
    /// Its identifier.
    pub subject: String,
    /// Until when (UTC) it was to be kept.
    pub until: String,
    /// Number of bytes.
    pub bytes: u64,
    /// The holds that keep it all the same; empty = it may be deleted.
    pub holds: Vec<String>,
}

/// When the retention of something from this time (UTC, RFC 3339) ends. A time that cannot be read never ends.
pub fn retained_until(from: &str, years: u32) -> DateTime<Utc> {
    let from: Option<DateTime<Utc>> = from.parse().ok();
    from.and_then(|t| t.checked_add_months(Months::new(years.saturating_mul(12))))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl Store {
    /// All items and run archives beyond retention at `now`, oldest first, also those that are held.
    pub fn due(&self, years: u32, now: DateTime<Utc>) -> Result<Vec<Due>, CustodyError> {
        let state = state(self.home())?;
        let mut due = self.due_items(&state, years, now)?;
        due.extend(self.due_runs(&state, years, now)?);
        due.sort_by(|a, b| (&a.until, &a.subject).cmp(&(&b.until, &b.subject)));
        Ok(due)
    }

    fn due_items(
        &self,
        state: &CustodyState,
        years: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<Due>, StorageError> {
        let mut due = Vec::new();
        for row in self.index().items(&ItemQuery::default())? {
            let until = retained_until(&row.captured, years);
            if until > now {
                continue;
            }
            let holds = state.keeping(&row.evidence_id, &row.run, row.case_no.as_deref());
            due.push(Due {
                kind: DueKind::Item,
                until: until.to_rfc3339_opts(SecondsFormat::Secs, true),
                bytes: row.bytes,
                holds: holds.iter().map(|h| h.name.clone()).collect(),
                subject: row.evidence_id,
            });
        }
        Ok(due)
    }

    /// A run counts from the last thing that the journal tells of it; it is kept while an item of it is held.
    fn due_runs(
        &self,
        state: &CustodyState,
        years: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<Due>, StorageError> {
        let mut due = Vec::new();
        let last = last_told(self.home())?;
        for run in runs(self.home())? {
            if record::tombstone(self.home(), &run).exists() {
                continue;
            }
            let until = retained_until(last.get(&run).map_or("", String::as_str), years);
            if until > now {
                continue;
            }
            let query = ItemQuery {
                run: Some(run.clone()),
                ..ItemQuery::default()
            };
            let mut holds: Vec<String> = state.on(&run).iter().map(|h| h.name.clone()).collect();
            for row in self.index().items(&query)? {
                let keeping = state.keeping(&row.evidence_id, &run, row.case_no.as_deref());
                holds.extend(keeping.iter().map(|h| h.name.clone()));
            }
            holds.sort();
            holds.dedup();
            let mut bytes = 0;
            for path in files_of_run(self.home(), &run)? {
                bytes += fs::metadata(&path).map_or(0, |m| m.len());
            }
            due.push(Due {
                kind: DueKind::Run,
                until: until.to_rfc3339_opts(SecondsFormat::Secs, true),
                bytes,
                holds,
                subject: run,
            });
        }
        Ok(due)
    }

    /// Deletes a run's archive: its WARC files with index and capture list, and its re-audit records. Items that were
    /// sealed from it hold their own copies and stay.
    pub fn delete_run(
        &self,
        run: &str,
        deletion: &Deletion,
    ) -> Result<CustodyRecord, CustodyError> {
        let state = state(self.home())?;
        let due = self.due_runs(&state, deletion.years, DateTime::<Utc>::MAX_UTC)?;
        let due = due.into_iter().find(|d| d.subject == run);
        let due = due.ok_or_else(|| CustodyError::Unknown {
            what: "run",
            name: run.to_owned(),
        })?;
        deletion.is_allowed(run, due.until.parse().unwrap_or(DateTime::<Utc>::MAX_UTC))?;
        if !due.holds.is_empty() {
            let held: Vec<_> = state
                .active()
                .filter(|h| due.holds.contains(&h.name))
                .collect();
            return Err(CustodyError::Held {
                object: run.to_owned(),
                holds: names(&held),
            });
        }
        let paths = files_of_run(self.home(), run)?;
        if paths
            .iter()
            .any(|p| p.extension().is_some_and(|e| e == "open"))
        {
            return Err(CustodyError::OpenRun {
                run: run.to_owned(),
            });
        }
        let objects = as_fixed(self.home(), &paths)?;
        let until = due.until.parse().unwrap_or(DateTime::<Utc>::MAX_UTC);
        let draft = deletion.record(run, until, objects);
        let (record, _) = record::write(self.home(), self.journal(), draft, None)?;
        remove_objects(self.home(), &record)?;
        Ok(record)
    }
}

/// The files that belong to a run's archive.
fn files_of_run(home: &Home, run: &str) -> Result<Vec<PathBuf>, StorageError> {
    let mut paths = durable::list(&home.warc(run))?;
    paths.extend(durable::list(&home.reaudits().join(run))?);
    paths.retain(|p| p.is_file());
    Ok(paths)
}

/// The digests of files, which must be those that the journal fixed: a tombstone vouches for what was kept.
fn as_fixed(home: &Home, paths: &[PathBuf]) -> Result<Vec<FileDigest>, StorageError> {
    let fixing = [Action::WarcClose, Action::Reaudit].map(Action::code);
    let mut fixed: BTreeMap<String, FileDigest> = BTreeMap::new();
    for_each_entry(home, &mut |entry| {
        if fixing.contains(&entry.action.as_str()) {
            fixed.extend(entry.files.into_iter().map(|f| (f.path.clone(), f)));
        }
    })?;
    let mut objects = Vec::with_capacity(paths.len());
    for path in paths {
        let digest = file_digest(home, path)?;
        if fixed.get(&digest.path) != Some(&digest) {
            let detail =
                "it is not the file that the journal fixed; `wangxun evidence verify` tells more";
            return Err(StorageError::damaged(path, detail));
        }
        objects.push(digest);
    }
    Ok(objects)
}

/// The last time at which the journals tell something of each run.
fn last_told(home: &Home) -> Result<BTreeMap<String, String>, StorageError> {
    let about_run = [
        Action::RunStart,
        Action::RunResume,
        Action::RunStop,
        Action::RunEnd,
    ]
    .map(Action::code);
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for_each_entry(home, &mut |entry| {
        if about_run.contains(&entry.action.as_str()) {
            let told = last.entry(entry.object).or_default();
            if *told < entry.time {
                *told = entry.time;
            }
        }
    })?;
    Ok(last)
}
