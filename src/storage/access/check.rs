//! A step of a request against itself and the step before.

use super::{id_of, path_of, to_bytes};
use crate::storage::digest::sha256;
use crate::storage::durable;
use crate::storage::home::Home;
use crate::wire::access::{ACCESS_FORMAT, AccessAct, AccessStep};
use std::fs;
use std::path::Path;

/// Checks form, version, name, place, and that it follows the step before.
pub(crate) fn check_step(
    home: &Home,
    path: &Path,
    bytes: &[u8],
) -> Result<AccessStep, Vec<String>> {
    let step: AccessStep = serde_json::from_slice(bytes).map_err(|e| vec![e.to_string()])?;
    let mut faults = Vec::new();
    if step.format != ACCESS_FORMAT {
        faults.push(format!("format {:?} is not known", step.format));
    }
    if to_bytes(&step).ok().as_deref() != Some(bytes) {
        faults.push("is not in the form in which it is written".to_owned());
    }
    if path_of(home, &step) != path {
        faults.push(format!("holds step {} of {}", step.number, step.request));
    }
    let is_first = matches!(step.act, AccessAct::Request(_));
    if is_first != (step.number == 1) {
        faults.push("a request is the first step, and only that".to_owned());
    }
    if is_first && step.request != id_of(&step) {
        faults.push("the identifier is not that of the request".to_owned());
    }
    if step.previous != previous(path, step.number) {
        faults.push("does not follow the step before".to_owned());
    }
    if faults.is_empty() {
        Ok(step)
    } else {
        Err(faults)
    }
}

/// SHA-256 of the file of the step before; empty for the first, and for one whose predecessor is gone.
fn previous(path: &Path, number: u32) -> String {
    let Some(before) = number.checked_sub(1).filter(|n| *n > 0) else {
        return String::new();
    };
    let start = format!("{before:03}-");
    let folder = path.parent().unwrap_or(path);
    let files = durable::list(folder).unwrap_or_default();
    let named = |p: &&std::path::PathBuf| {
        let name = p.file_name().and_then(|n| n.to_str());
        name.is_some_and(|n| n.starts_with(&start))
    };
    match files.iter().find(named).map(fs::read) {
        Some(Ok(bytes)) => hex::encode(sha256(&bytes)),
        _ => "missing".to_owned(),
    }
}
