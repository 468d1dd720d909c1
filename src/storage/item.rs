//! Names and places of sealed items.

use super::digest::sha256;
use super::durable;
use super::error::StorageError;
use super::home::Home;
use std::path::{Path, PathBuf};

/// The identifier of the item that holds this visit: `wx-` and 20 characters of base32 (100 bits of SHA-256 over run
/// and visit). Sealing the same visit again, after a crash, finds the same item.
pub fn evidence_id(run: &str, visit: &str) -> String {
    let digest = sha256(format!("wangxun-evidence/1\n{run}\n{visit}").as_bytes());
    let text = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
    format!("wx-{}", text.get(..20).unwrap_or(&text))
}

/// Whether a text has the form of an evidence id; asked before it becomes part of a path.
pub fn is_evidence_id(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    text.strip_prefix("wx-")
        .is_some_and(|rest| rest.len() == 20 && rest.bytes().all(good))
}

/// The folders of months under `evidence/`, oldest first.
pub(crate) fn months(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    let mut months = Vec::new();
    for year in durable::list(&home.evidence())? {
        if year.is_dir() {
            months.extend(
                durable::list(&year)?
                    .into_iter()
                    .filter(|month| month.is_dir()),
            );
        }
    }
    Ok(months)
}

/// Where an item lies, in whatever month it was captured.
pub fn find_item(home: &Home, id: &str) -> Result<Option<PathBuf>, StorageError> {
    if !is_evidence_id(id) {
        return Ok(None);
    }
    let name = format!("{id}.wacz");
    let paths = months(home)?.into_iter().map(|month| month.join(&name));
    Ok(paths.into_iter().find(|path| path.is_file()))
}

/// All items of the store, oldest month first, by id within a month.
pub fn item_files(home: &Home) -> Result<Vec<PathBuf>, StorageError> {
    let mut paths = Vec::new();
    for month in months(home)? {
        let items = durable::list(&month)?.into_iter();
        paths.extend(items.filter(|path| path.extension().is_some_and(|e| e == "wacz")));
    }
    Ok(paths)
}

/// The id that a file name stands for.
pub fn id_of(path: &Path) -> Option<&str> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".wacz")?;
    is_evidence_id(stem).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_run_and_visit() {
        let id = evidence_id("run-1", "visit-1");
        assert_eq!(id, evidence_id("run-1", "visit-1"));
        assert_ne!(id, evidence_id("run-1", "visit-2"));
        assert_ne!(evidence_id("a", "b\nc"), evidence_id("a\nb", "d"));
        assert!(is_evidence_id(&id), "{id}");
        for bad in [
            "wx-",
            "../../etc/passwd",
            "wx-AAAAAAAAAAAAAAAAAAAA",
            "wx-aaaaaaaaaaaaaaaaaaa/",
        ] {
            assert!(!is_evidence_id(bad), "{bad}");
        }
    }
}
