//! `wangxun seeds check`: every fault of lists, registers and units.

use super::csv_list::import_csv_bytes;
use super::error::{SeedsError, read};
use super::fault::{Fault, Loaded, Severity, quoted};
use super::patrol_list::load_patrol_list;
use super::protected::{is_protected, parse_protected};
use super::register_rows::is_register;
use super::registers::read_file;
use super::units::{bundled_units, load_units};
use crate::model::register::RegisterData;
use crate::model::seed::PatrolList;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use url::Url;

/// Deepest folder that is looked into.
const DEEPEST: usize = 6;

/// Checks files and folders (all `*.toml` and `*.csv` below them); a file that cannot be read is a fault too.
pub fn check(paths: &[PathBuf]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        collect(path, 0, &mut files, &mut faults);
    }
    files.sort();
    files.dedup();
    let mut lists = Vec::new();
    for file in &files {
        match check_file(file) {
            Ok((list, found)) => {
                faults.extend(found);
                lists.extend(list);
            }
            Err(error) => faults.push(unreadable(file, &error)),
        }
    }
    faults.extend(across(&lists));
    faults
}

fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>, faults: &mut Vec<Fault>) {
    if !path.is_dir() {
        files.push(path.to_owned());
        return;
    }
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(source) => {
            let error = SeedsError::Read {
                path: path.to_owned(),
                source,
            };
            faults.push(unreadable(path, &error));
            return;
        }
    };
    for entry in entries.flatten() {
        let inner = entry.path();
        let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
        let extension = inner.extension().and_then(|e| e.to_str());
        // The practice web is no list: its own room reads it.
        let is_practice = inner.ends_with("practice");
        if inner.is_dir() && !is_link && !is_practice && depth < DEEPEST {
            collect(&inner, depth + 1, files, faults);
        } else if matches!(extension, Some("toml" | "csv")) && inner.is_file() {
            files.push(inner);
        }
    }
}

fn unreadable(path: &Path, error: &SeedsError) -> Fault {
    Fault {
        file: path.display().to_string(),
        line: 0,
        column: 0,
        field: String::new(),
        problem: error.to_string(),
        advice: "check the path and its permissions".to_owned(),
        severity: Severity::Error,
    }
}

/// The faults of one file, and the list where it is one.
fn check_file(path: &Path) -> Result<(Option<PatrolList>, Vec<Fault>), SeedsError> {
    let shown = path.display().to_string();
    let bytes = read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let is_csv = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    if is_csv && is_register(&text) {
        let mut data = RegisterData::default();
        return Ok((None, read_file(&shown, &text, &mut data)));
    }
    if is_csv && is_protected(&text) {
        return Ok((None, parse_protected(&text, &shown).faults));
    }
    if is_csv {
        let Loaded { value, faults } = import_csv_bytes(&bytes, &shown, &shown, bundled_units());
        return Ok((Some(value), faults));
    }
    if text.lines().any(|l| l.trim_start().starts_with("[[unit]]")) {
        return Ok((None, load_units(Some(path))?.faults));
    }
    let Loaded { value, faults } = load_patrol_list(path)?;
    Ok((Some(value), faults))
}

/// Ids and start addresses that two lists share.
fn across(lists: &[PatrolList]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut ids: HashMap<&str, &str> = HashMap::new();
    let mut starts: HashMap<&Url, &str> = HashMap::new();
    for list in lists {
        for seed in &list.seeds {
            let twin = ids
                .insert(&seed.id, &list.source)
                .filter(|s| *s != list.source);
            faults.extend(twin.map(|other| shared(list, "id", &seed.id, other)));
            for url in &seed.start_urls {
                let twin = starts
                    .insert(url, &list.source)
                    .filter(|s| *s != list.source);
                faults.extend(twin.map(|other| shared(list, "start", url.as_str(), other)));
            }
        }
    }
    faults
}

fn shared(list: &PatrolList, field: &str, value: &str, other: &str) -> Fault {
    Fault {
        file: list.source.clone(),
        line: 0,
        column: 0,
        field: field.to_owned(),
        problem: format!("{} stands in {other} too", quoted(value)),
        advice: "keep it in one list".to_owned(),
        severity: Severity::Warning,
    }
}
