//! Checking the steps of requests for access.

use super::Check;
use super::journal::Facts;
use crate::storage::access::check_step;
use crate::storage::digest::digests;
use crate::storage::home::Home;
use std::fs;
use std::path::{Path, PathBuf};

const NAME: &str = "access step";

/// Steps that the journal knows but that are not there.
pub(super) fn missing(home: &Home, facts: &Facts, present: &[PathBuf], checks: &mut Vec<Check>) {
    for path in facts.access.keys() {
        if !present.contains(&home.root().join(path)) {
            let detail = "is missing: the journal knows that it was written";
            checks.push(Check::fail(NAME, path.as_str(), detail));
        }
    }
}

/// One step against the journal, against itself and against the step before.
pub(super) fn check(home: &Home, facts: &Facts, path: &Path) -> Check {
    let subject = home.relative(path);
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => return Check::fail(NAME, subject, format!("cannot be read: {e}")),
    };
    let Some(fixed) = facts.access.get(&subject) else {
        if path.extension().is_none_or(|e| e != "json") {
            return Check::fail(NAME, subject, "does not belong here");
        }
        return Check::astray(home, NAME, subject, "the journal does not know it");
    };
    let mut faults = Vec::new();
    if !fixed.matches(&digests(&bytes)) {
        faults.push("does not have the digests that the journal fixed".to_owned());
    }
    faults.extend(check_step(home, path, &bytes).err().unwrap_or_default());
    if faults.is_empty() {
        Check::pass(NAME, subject)
    } else {
        Check::fail(NAME, subject, faults.join("; "))
    }
}
