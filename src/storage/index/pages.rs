//! What is remembered of pages between runs.

use super::{Index, from_json, index_error, json};
use crate::model::address::VisitKey;
use crate::storage::error::StorageError;
use crate::wire::page_memory::PageMemory;

impl Index {
    /// What is remembered of a page of a seed.
    pub fn page(&self, seed: &str, key: VisitKey) -> Result<Option<PageMemory>, StorageError> {
        let value = self.pages.get(page_key(seed, key)).map_err(index_error)?;
        value.map(|bytes| from_json(&bytes)).transpose()
    }

    /// Remembers a page.
    pub fn set_page(
        &self,
        seed: &str,
        key: VisitKey,
        memory: &PageMemory,
    ) -> Result<(), StorageError> {
        let value = json("page memory", memory)?;
        let set = self.pages.insert(page_key(seed, key), value);
        set.map(|_| ()).map_err(index_error)
    }

    /// Forgets a page.
    pub fn forget_page(&self, seed: &str, key: VisitKey) -> Result<(), StorageError> {
        let removed = self.pages.remove(page_key(seed, key));
        removed.map(|_| ()).map_err(index_error)
    }

    /// The pages of a seed that are remembered, in no order. Rows that cannot be read are passed over.
    pub fn pages(&self, seed: &str) -> impl Iterator<Item = PageMemory> + use<> {
        let prefix = [seed.as_bytes(), &[0]].concat();
        let rows = self.pages.scan_prefix(prefix).values();
        rows.filter_map(|value| from_json(&value.ok()?).ok())
    }
}

fn page_key(seed: &str, key: VisitKey) -> Vec<u8> {
    [seed.as_bytes(), &[0], key.as_bytes()].concat()
}
