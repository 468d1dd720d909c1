//! Checking custody records and their forms, and that tombstones stand for what is gone.

use super::Check;
use super::journal::Facts;
use crate::storage::custody::record;
use crate::storage::digest::digests;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use std::fs;
use std::path::{Path, PathBuf};

/// All files under `custody/`.
pub(super) fn files(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    record::files(home)
}

/// Records and forms that the journal knows but that are not there, and deleted files that still are.
pub(super) fn missing(home: &Home, facts: &Facts, present: &[PathBuf], checks: &mut Vec<Check>) {
    for path in facts.custody.keys() {
        if !present.contains(&home.root().join(path)) {
            let detail = "is missing: the journal knows that it was written";
            checks.push(Check::fail("custody record", path.as_str(), detail));
        }
    }
    for (path, tombstone) in &facts.buried {
        if home.root().join(path).exists() {
            let detail =
                format!("{path} was deleted and is still there; opening the store finishes it");
            checks.push(Check::not_checked("tombstone", tombstone.as_str(), detail));
        }
    }
}

/// One record or form against the journal and against itself.
pub(super) fn check(home: &Home, facts: &Facts, path: &Path) -> Check {
    const NAME: &str = "custody record";
    let subject = home.relative(path);
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => return Check::fail(NAME, subject, format!("cannot be read: {e}")),
    };
    let Some(fixed) = facts.custody.get(&subject) else {
        let ending = path.extension().and_then(|e| e.to_str());
        if !matches!(ending, Some("json" | "html")) {
            return Check::fail(NAME, subject, "does not belong here");
        }
        return Check::astray(home, NAME, subject, "the journal does not know it");
    };
    let mut faults = Vec::new();
    if !fixed.matches(&digests(&bytes)) {
        faults.push("does not have the digests that the journal fixed".to_owned());
    }
    if path.extension().is_some_and(|e| e == "json") {
        faults.extend(record::check(home, path, &bytes).err().unwrap_or_default());
    }
    if faults.is_empty() {
        Check::pass(NAME, subject)
    } else {
        Check::fail(NAME, subject, faults.join("; "))
    }
}
