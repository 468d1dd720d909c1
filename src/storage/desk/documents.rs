//! Documents: `desk/documents/<sha256>`, the bytes as they were handed in.

use super::record;
use super::recover::enter_file;
use crate::model::custody::Actor;
use crate::storage::digest::digests;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::Journal;
use crate::wire::desk::DocumentRef;
use std::fs;
use std::path::PathBuf;

/// Largest document, in bytes.
const MOST_BYTES: usize = 256 << 20;

fn path_of(home: &Home, sha256: &str) -> PathBuf {
    record::folder(home).join("documents").join(sha256)
}

pub(super) fn attach(
    home: &Home,
    journal: &Journal,
    bytes: &[u8],
    name: &str,
    actor: &Actor,
) -> Result<DocumentRef, StorageError> {
    if bytes.is_empty() || bytes.len() > MOST_BYTES {
        return Err(StorageError::Limit {
            what: "a document",
            detail: format!("{} bytes; 1 to {MOST_BYTES} are kept", bytes.len()),
        });
    }
    let found = digests(bytes);
    let document = DocumentRef {
        sha256: hex::encode(found.sha256),
        sm3: hex::encode(found.sm3),
        bytes: found.bytes,
        name: plain_name(name),
    };
    let path = path_of(home, &document.sha256);
    if path.is_file() {
        let there = fs::read(&path).map_err(StorageError::io("read", &path))?;
        if there != bytes {
            return Err(StorageError::damaged(
                &path,
                "is not the document of its name",
            ));
        }
        return Ok(document);
    }
    if let Some(folder) = path.parent() {
        durable::create_dir(folder)?;
    }
    let aside = home.tmp().join(format!("document-{}", document.sha256));
    durable::write_for_ever(&path, &aside, bytes)?;
    enter_file(home, journal, &path, bytes, Some(actor), None)?;
    Ok(document)
}

/// A document's bytes, held against its name.
pub fn document(home: &Home, document: &DocumentRef) -> Result<Vec<u8>, StorageError> {
    let path = path_of(home, &document.sha256);
    if record::kind(home, &path).is_none() {
        return Err(StorageError::damaged(&path, "is no document"));
    }
    let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
    match hex::encode(digests(&bytes).sha256) == document.sha256 {
        true => Ok(bytes),
        false => Err(StorageError::damaged(
            &path,
            "is not the document of its name",
        )),
    }
}

/// The last part of a file's name, without control characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean = last.chars().filter(|c| !c.is_control());
    clean.take(200).collect()
}
