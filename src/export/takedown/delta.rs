//! The difference of two issues, and a list made of an older one and a difference: byte for byte the newer one.

use super::{FormError, sha256_hex};
use crate::wire::takedown::{
    DELTA_FORMAT, DeltaFile, ListError, ListFile, PointForm, TAKEDOWN_FORMAT,
};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a difference cannot be applied.
#[derive(Debug, Error)]
pub enum DeltaError {
    /// The file is no difference.
    #[error("is no delta of the format {DELTA_FORMAT}: {0}")]
    Form(String),
    /// The older list is no list.
    #[error("the full list {0}")]
    List(#[from] ListError),
    /// It is put on another issue.
    #[error(
        "the delta goes from serial {from} (sha256 {from_sha256}) to {to}, and the full list at hand is serial {have} \
         (sha256 {have_sha256}): apply the deltas in their order, or ask for the full list"
    )]
    OtherIssue {
        /// Serial on which it is put.
        from: u32,
        /// Its digest.
        from_sha256: String,
        /// Serial that comes out.
        to: u32,
        /// Serial at hand.
        have: u32,
        /// Its digest.
        have_sha256: String,
    },
    /// The result is not the announced one.
    #[error(
        "the result has sha256 {found}, and the delta announces {announced}: ask for the full list"
    )]
    OtherResult {
        /// What came out.
        found: String,
        /// What was announced.
        announced: String,
    },
    /// The result cannot be written.
    #[error(transparent)]
    Written(#[from] FormError),
}

/// What changed between two issues.
pub fn between(old: &ListFile, new: &ListFile) -> Result<DeltaFile, FormError> {
    let point = |file: &ListFile| -> Result<PointForm, FormError> {
        Ok(PointForm {
            serial: file.header.serial,
            sha256: sha256_hex(&file.to_bytes()?),
        })
    };
    let before: BTreeMap<&str, _> = old.entries.iter().map(|e| (e.id.as_str(), e)).collect();
    let known = |id: &String, d| old.determinations.get(id) == Some(d);
    Ok(DeltaFile {
        determinations: new
            .determinations
            .iter()
            .filter(|(id, d)| !known(id, d))
            .map(|(id, d)| (id.clone(), d.clone()))
            .collect(),
        entries: new
            .entries
            .iter()
            .filter(|e| before.get(e.id.as_str()) != Some(e))
            .cloned()
            .collect(),
        format: DELTA_FORMAT.to_owned(),
        from: point(old)?,
        header: new.header.clone(),
        to: point(new)?,
    })
}

/// Reads a difference.
pub fn parse(bytes: &[u8]) -> Result<DeltaFile, DeltaError> {
    let delta: DeltaFile =
        serde_json::from_slice(bytes).map_err(|e| DeltaError::Form(e.to_string()))?;
    match delta.format == DELTA_FORMAT {
        true => Ok(delta),
        false => Err(DeltaError::Form(format!(
            "the format {:?} is not known",
            delta.format
        ))),
    }
}

/// The newer list's canonical bytes.
pub fn apply(full: &[u8], delta: &DeltaFile) -> Result<Vec<u8>, DeltaError> {
    let old = ListFile::parse(full)?;
    let have = sha256_hex(full);
    if have != delta.from.sha256
        || old.header.serial != delta.from.serial
        || old.header.list_id != delta.header.list_id
    {
        return Err(DeltaError::OtherIssue {
            from: delta.from.serial,
            from_sha256: delta.from.sha256.clone(),
            to: delta.to.serial,
            have: old.header.serial,
            have_sha256: have,
        });
    }
    let mut entries: BTreeMap<String, _> =
        old.entries.into_iter().map(|e| (e.id.clone(), e)).collect();
    entries.extend(delta.entries.iter().map(|e| (e.id.clone(), e.clone())));
    let mut determinations = old.determinations;
    determinations.extend(delta.determinations.clone());
    let file = ListFile {
        determinations,
        entries: entries.into_values().collect(),
        format: TAKEDOWN_FORMAT.to_owned(),
        header: delta.header.clone(),
    };
    let bytes = file.to_bytes().map_err(FormError::from)?;
    let found = sha256_hex(&bytes);
    match found == delta.to.sha256 {
        true => Ok(bytes),
        false => Err(DeltaError::OtherResult {
            found,
            announced: delta.to.sha256.clone(),
        }),
    }
}
