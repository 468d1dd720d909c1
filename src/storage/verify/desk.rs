//! Checking the desk's records, documents, public keys, and who reported tips.

use super::Check;
use super::journal::Facts;
use crate::storage::desk::{check_file, record};
use crate::storage::digest::digests;
use crate::storage::home::Home;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const NAME: &str = "desk";

/// Files that the journal knows but that are not there.
pub(super) fn missing(home: &Home, facts: &Facts, present: &[PathBuf], checks: &mut Vec<Check>) {
    let present: BTreeSet<&PathBuf> = present.iter().collect();
    for path in facts.desk.keys() {
        if !present.contains(&home.root().join(path)) {
            let detail = "is missing: the journal knows that it was written";
            checks.push(Check::fail(NAME, path.as_str(), detail));
        }
    }
}

/// One file against the journal and against itself.
pub(super) fn check(home: &Home, facts: &Facts, path: &Path) -> Check {
    let subject = home.relative(path);
    if record::kind(home, path).is_none() || path.is_symlink() {
        return Check::fail(NAME, subject, "does not belong here");
    }
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => return Check::fail(NAME, subject, format!("cannot be read: {e}")),
    };
    let Some(fixed) = facts.desk.get(&subject) else {
        return Check::astray(home, NAME, subject, "the journal does not know it");
    };
    let mut faults = Vec::new();
    if !fixed.matches(&digests(&bytes)) {
        faults.push("does not have the digests that the journal fixed".to_owned());
    }
    faults.extend(check_file(home, path, &bytes).err().unwrap_or_default());
    if faults.is_empty() {
        Check::pass(NAME, subject)
    } else {
        Check::fail(NAME, subject, faults.join("; "))
    }
}
