//! The state of custody in the index, for lists; decisions are made on the journals.

use super::{Index, finding_prefix, from_json, index_error, json, number, order_keys};
use crate::storage::error::StorageError;
use crate::wire::custody_state::CustodyState;
use crate::wire::item_row::ItemRow;
use sled::transaction::ConflictableTransactionError;

const STATE: &[u8] = b"state";

impl Index {
    /// The state as it was entered last; of an empty index the empty state.
    pub fn custody(&self) -> Result<CustodyState, StorageError> {
        let value = self.custody.get(STATE).map_err(index_error)?;
        let state = value.map(|bytes| from_json(&bytes)).transpose()?;
        Ok(state.unwrap_or_default())
    }

    /// Enters the state.
    pub fn set_custody(&self, state: &CustodyState) -> Result<(), StorageError> {
        let value = json("state of custody", state)?;
        let set = self.custody.insert(STATE, value);
        set.map(|_| ()).map_err(index_error)
    }

    /// Takes an item out, with its findings and warnings; one that is not in it changes nothing.
    pub fn remove(&self, row: &ItemRow) -> Result<(), StorageError> {
        if self.get(&row.evidence_id)?.is_none() {
            return Ok(());
        }
        let prefix = finding_prefix(&row.evidence_id);
        let mut findings = 0u64;
        for (tree, counts) in [(&self.findings, true), (&self.alerts, false)] {
            for key in tree.scan_prefix(&prefix).keys() {
                tree.remove(key.map_err(index_error)?)
                    .map_err(index_error)?;
                findings += u64::from(counts);
            }
        }
        for key in order_keys(row) {
            self.order.remove(key).map_err(index_error)?;
        }
        self.items
            .remove(row.evidence_id.as_bytes())
            .map_err(index_error)?;
        let lowered = self.counts.transaction(|counts| {
            lower(counts, "items", 1)?;
            lower(counts, "findings", findings)
        });
        lowered.map_err(|e| index_error(format!("{e:?}")))
    }
}

fn lower(
    counts: &sled::transaction::TransactionalTree,
    name: &str,
    by: u64,
) -> Result<(), ConflictableTransactionError<()>> {
    let now = counts.get(name)?.map_or(0, |bytes| number(&bytes));
    counts.insert(name, &now.saturating_sub(by).to_be_bytes())?;
    Ok(())
}
