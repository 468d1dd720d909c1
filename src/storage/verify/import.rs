//! Checking imported files and what was written down of them.
//!
//! The digests that an imported file's records state are those of whoever made it. They were checked when it was read,
//! and what was wrong stands in its record; what is checked here is that both are still what they were then.

use super::Check;
use super::journal::Facts;
use super::one_read::digests_of;
use super::work::Progress;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::import::keep::check_record;
use crate::storage::import::place::{RECORD, file_in, is_import_id};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files to be checked, with what is missing or does not belong.
pub(super) fn files(
    home: &Home,
    facts: &Facts,
    checks: &mut Vec<Check>,
) -> Result<Vec<PathBuf>, StorageError> {
    let mut found: BTreeSet<PathBuf> = BTreeSet::new();
    for folder in durable::list(&home.imports())? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if !folder.is_dir() || !is_import_id(&name) {
            checks.push(stranger(home, &folder));
            continue;
        }
        let file = file_in(&folder);
        let record = folder.join(RECORD);
        for path in durable::list(&folder)? {
            let belongs = path == record || file.as_ref() == Some(&path);
            match belongs && path.is_file() {
                true => drop(found.insert(path)),
                false => checks.push(stranger(home, &path)),
            }
        }
        if file.is_some() && !record.exists() {
            let subject = home.relative(&record);
            if !facts.imports.contains_key(&subject) {
                let detail = "the file was taken in, but not read to its end; import it again";
                checks.push(Check::not_checked("import", subject, detail));
            }
        }
    }
    // What the journal knows is looked for even when the whole folder is gone.
    found.extend(facts.imports.keys().map(|path| home.root().join(path)));
    Ok(found.into_iter().collect())
}

fn stranger(home: &Home, path: &Path) -> Check {
    Check::fail("import", home.relative(path), "does not belong here")
}

/// One file against the journal, and a record against itself.
pub(super) fn check(
    home: &Home,
    facts: &Facts,
    path: &Path,
    progress: &Progress<'_>,
) -> Vec<Check> {
    let subject = home.relative(path);
    let Some(fixed) = facts.imports.get(&subject) else {
        let detail = "the journal does not know it";
        return vec![Check::astray(home, "import", subject, detail)];
    };
    let digests = match digests_of(path, progress) {
        Ok(digests) => digests,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return vec![Check::fail("import", subject, "is missing")];
        }
        Err(e) => {
            let detail = format!("cannot be read: {e}");
            return vec![Check::fail("import", subject, detail)];
        }
    };
    if !fixed.matches(&digests) {
        let detail = "does not have the digests that the journal fixed";
        return vec![Check::fail("import", subject, detail)];
    }
    let mut checks = vec![Check::pass("import", subject.as_str())];
    if path.file_name().is_some_and(|name| name == RECORD) {
        checks.push(record(path, &subject));
    }
    checks
}

fn record(path: &Path, subject: &str) -> Check {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    let checked = fs::read(path)
        .map_err(|e| e.to_string())
        .and_then(|bytes| check_record(&folder.to_string_lossy(), &bytes));
    match checked {
        Ok(_) => Check::pass("import record", subject),
        Err(why) => Check::fail("import record", subject, why),
    }
}
