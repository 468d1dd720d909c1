//! The last capture of an address, to hold a new one against.

use crate::model::custody::ItemKind;
use crate::storage::digest::digests;
use crate::storage::error::StorageError;
use crate::storage::index::ItemQuery;
use crate::storage::package;
use crate::storage::store::Store;
use crate::wire::item_row::ItemRow;
use std::fs;

/// An earlier capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// Its identifier.
    pub evidence_id: String,
    /// When it was captured (UTC).
    pub captured: String,
    /// SHA-256 of its package, lower-case hex.
    pub package_sha256: String,
    /// SHA-256 of the payload of its last hop, lower-case hex.
    pub payload_sha256: String,
    /// The text that was read.
    pub text: String,
}

/// So many newer items that are no captures are passed over.
const LOOK: usize = 20;

impl Store {
    /// The newest sealed capture of an address, asked for or final, other than the item `not`. One that is not whole is
    /// passed over.
    pub fn prior(&self, url: &str, not: &str) -> Result<Option<Prior>, StorageError> {
        let query = ItemQuery {
            url: Some(url.to_owned()),
            limit: LOOK,
            ..ItemQuery::default()
        };
        let rows = self.index().items(&query)?;
        let captures = rows.iter().filter(|row| {
            row.evidence_id != not && ItemKind::parse(&row.kind).is_some_and(ItemKind::is_capture)
        });
        Ok(captures.filter_map(|row| self.read_prior(row)).next())
    }

    /// One item as something to hold against; `None` when it is not whole.
    pub fn read_prior(&self, row: &ItemRow) -> Option<Prior> {
        let bytes = fs::read(self.home().root().join(&row.path)).ok()?;
        let sha256 = hex::encode(digests(&bytes).sha256);
        let manifest = package::check(&bytes)
            .ok()
            .filter(|_| sha256 == row.sha256)?;
        Some(Prior {
            evidence_id: manifest.evidence_id,
            captured: manifest.captured_start.utc,
            package_sha256: sha256,
            payload_sha256: manifest.redirect_chain.last()?.payload_sha256.clone(),
            text: package::text_of(&bytes).ok()?,
        })
    }
}
