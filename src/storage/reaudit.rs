//! Re-audit records: written once, fixed by the journal, beside the evidence that they speak of.
//!
//! `reaudits/<run>/<id>.json` holds one record (see [`crate::wire::reaudit`]). Nothing sealed is touched by it.

use super::digest::{digests, sha256};
use super::durable;
use super::error::StorageError;
use super::home::{Home, check_name};
use super::item::evidence_id;
use super::journal::{self, AFTER_RESTART, Act, Journal};
use super::package::moment;
use crate::model::custody::Action;
use crate::wire::file_digest::FileDigest;
use crate::wire::manifest::Tool;
use crate::wire::reaudit::{ChangeKind, REAUDIT_FORMAT, Reaudit, ReauditPage};
use chrono::Utc;
use std::fs;
use std::path::{Path, PathBuf};

/// A record before it has its time and name.
#[derive(Debug, Clone)]
pub struct ReauditDraft {
    /// The run that captured the pages.
    pub run: String,
    /// The program that judged.
    pub tool: Tool,
    /// Version (digest) of the lexicons that judged.
    pub lexicon_version: String,
    /// The pages, in the order of the archive.
    pub pages: Vec<ReauditPage>,
}

/// Writes a record for ever and enters it in the journal; when this returns all of it is durable. Gives the record and
/// its path relative to the home.
pub(crate) fn write(
    home: &Home,
    journal: &Journal,
    draft: ReauditDraft,
) -> Result<(Reaudit, String), StorageError> {
    check_name("run id", &draft.run)?;
    let mut record = Reaudit {
        format: REAUDIT_FORMAT.to_owned(),
        id: String::new(),
        run: draft.run,
        made: moment(Utc::now()),
        tool: draft.tool,
        lexicon_version: draft.lexicon_version,
        pages: draft.pages,
    };
    record.id = id_of(&record);
    let path = path_of(home, &record);
    let faults = faults(&record);
    if !faults.is_empty() {
        // What would not pass verification is not written.
        return Err(StorageError::damaged(&path, faults.join("; ")));
    }
    let mut bytes = serde_json::to_vec(&record).map_err(|source| StorageError::Json {
        what: "re-audit record",
        source,
    })?;
    bytes.push(b'\n');
    durable::create_dir(&home.reaudits().join(&record.run))?;
    let aside = home.tmp().join(path.file_name().unwrap_or_default());
    durable::write_for_ever(&path, &aside, &bytes)?;
    let relative = home.relative(&path);
    enter(journal, &record, &relative, &bytes, None)?;
    Ok((record, relative))
}

fn enter(
    journal: &Journal,
    record: &Reaudit,
    relative: &str,
    bytes: &[u8],
    why: Option<&str>,
) -> Result<(), StorageError> {
    let count = |kind: ChangeKind| {
        let changes = record.pages.iter().flat_map(|p| &p.changes);
        changes.filter(|c| c.change == kind).count()
    };
    let mut reason = format!(
        "run {}; lexicon {}; pages {}; new {}; lost {}; severity {}",
        record.run,
        record.lexicon_version,
        record.pages.len(),
        count(ChangeKind::New),
        count(ChangeKind::Lost),
        count(ChangeKind::Severity)
    );
    if let Some(why) = why {
        reason.push_str("; ");
        reason.push_str(why);
    }
    let file = FileDigest::new(relative, &digests(bytes));
    let act = Act::new(Action::Reaudit, record.id.as_str()).file(file);
    journal.append(act.reason(reason)).map(|_| ())
}

/// Enters a record in the journal that a killed program had written but not entered. True when it was missing.
pub(crate) fn adopt(home: &Home, journal: &Journal, path: &Path) -> Result<bool, StorageError> {
    let bytes = fs::read(path).map_err(StorageError::io("read", path))?;
    let record =
        check(home, path, &bytes).map_err(|f| StorageError::damaged(path, f.join("; ")))?;
    if journal::find(home, Action::Reaudit, &record.id)?.is_some() {
        return Ok(false);
    }
    enter(
        journal,
        &record,
        &home.relative(path),
        &bytes,
        Some(AFTER_RESTART),
    )?;
    Ok(true)
}

/// All records of a home, by run and name.
pub fn files(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    let mut paths = Vec::new();
    for run in durable::list(&home.reaudits())? {
        let records = durable::list(&run)?.into_iter();
        paths.extend(records.filter(|path| named(path).is_some()));
    }
    Ok(paths)
}

/// Where the record with this identifier lies.
pub fn find(home: &Home, id: &str) -> Result<Option<PathBuf>, StorageError> {
    let all = files(home)?;
    Ok(all.into_iter().find(|path| named(path) == Some(id)))
}

/// Reads a record and checks it against itself.
pub fn read(home: &Home, path: &Path) -> Result<Reaudit, StorageError> {
    let bytes = fs::read(path).map_err(StorageError::io("read", path))?;
    check(home, path, &bytes).map_err(|f| StorageError::damaged(path, f.join("; ")))
}

/// Checks a record against itself: format, name, place, quotes.
pub(crate) fn check(home: &Home, path: &Path, bytes: &[u8]) -> Result<Reaudit, Vec<String>> {
    let record: Reaudit = serde_json::from_slice(bytes).map_err(|e| vec![e.to_string()])?;
    let mut faults = faults(&record);
    if named(path) != Some(record.id.as_str()) {
        faults.push(format!("holds the record {:?}", record.id));
    } else if path_of(home, &record) != path {
        faults.push(format!("is a record of the run {:?}", record.run));
    }
    if faults.is_empty() {
        Ok(record)
    } else {
        Err(faults)
    }
}

fn faults(record: &Reaudit) -> Vec<String> {
    let mut faults = Vec::new();
    if record.format != REAUDIT_FORMAT {
        faults.push(format!("format {:?} is not known", record.format));
    }
    if record.id != id_of(record) {
        faults.push("the id is not that of its run, time, lexicons and visits".to_owned());
    }
    for page in &record.pages {
        if page.evidence_id != evidence_id(&record.run, &page.visit) {
            faults.push(format!("{}: is not the id of its visit", page.evidence_id));
        }
        let text = page.text.as_deref().unwrap_or("");
        for finding in &page.findings {
            if text.get(finding.start..finding.end) != Some(finding.quote.as_str()) {
                let (id, rule) = (&page.evidence_id, &finding.rule);
                faults.push(format!(
                    "{id}: the quote of {rule} does not stand in the text"
                ));
            }
        }
    }
    faults
}

fn path_of(home: &Home, record: &Reaudit) -> PathBuf {
    let folder = home.reaudits().join(&record.run);
    folder.join(format!("{}.json", record.id))
}

/// `ra-` and 20 characters of base32 (100 bits of SHA-256 over format, run, time, lexicons and visits).
fn id_of(record: &Reaudit) -> String {
    let mut text = [
        REAUDIT_FORMAT,
        &record.run,
        &record.made.utc,
        &record.lexicon_version,
    ]
    .join("\n");
    for page in &record.pages {
        text.push('\n');
        text.push_str(&page.visit);
    }
    let digest = sha256(text.as_bytes());
    let text = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
    format!("ra-{}", text.get(..20).unwrap_or(&text))
}

/// Whether a text has the form of a record's id.
pub fn is_reaudit_id(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    text.strip_prefix("ra-")
        .is_some_and(|rest| rest.len() == 20 && rest.bytes().all(good))
}

/// The id that a file name stands for.
pub(crate) fn named(path: &Path) -> Option<&str> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".json")?;
    is_reaudit_id(stem).then_some(stem)
}
