//! What the journals fix of items and of the files beside them, gathered in one reading.

use super::digest::digests;
use super::error::StorageError;
use super::home::Home;
use super::item::id_of;
use super::journal;
use crate::model::custody::Action;
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Digests by item and by path.
#[derive(Debug, Clone, Default)]
pub struct Entered {
    /// Package of each sealed item, by evidence id.
    packages: BTreeMap<String, FileDigest>,
    /// Signatures, tokens and authorities' certificates, by path.
    beside: BTreeMap<String, FileDigest>,
}

impl Entered {
    /// Reads all journals of a home.
    pub fn read(home: &Home) -> Result<Self, StorageError> {
        let mut entered = Self::default();
        for path in journal::files(home)? {
            journal::read_file(&path, &mut |entry, _| {
                entered.learn(&entry);
                true
            })?;
        }
        Ok(entered)
    }

    /// What the journals fix of one item and of all authorities; other lines are passed over unread.
    pub fn of_item(home: &Home, id: &str) -> Result<Self, StorageError> {
        let mut entered = Self::default();
        let own = format!("\"object\":\"{id}\"");
        let wanted = [own.as_str(), "\"action\":\"authority\""];
        journal::scan(home, &wanted, &mut |entry| entered.learn(&entry))?;
        Ok(entered)
    }

    /// Takes what one entry fixes.
    pub(crate) fn learn(&mut self, entry: &JournalEntry) {
        let is = |action: Action| entry.action == action.code();
        let mut files = entry.files.iter();
        if is(Action::Seal) {
            let package = files.next().map(|f| (entry.object.clone(), f.clone()));
            self.packages.extend(package);
        } else if !is(Action::Sign) && !is(Action::Stamp) && !is(Action::Authority) {
            return;
        }
        self.beside
            .extend(files.map(|f| (f.path.clone(), f.clone())));
    }

    /// What was fixed of the file at this path beside a package, or of an authority's certificates.
    pub fn beside(&self, path: &str) -> Option<&FileDigest> {
        self.beside.get(path)
    }

    /// All that was fixed beside packages, by path.
    pub(crate) fn all_beside(&self) -> &BTreeMap<String, FileDigest> {
        &self.beside
    }

    /// The package that was fixed of an item.
    pub(crate) fn fixed_package(&self, id: &str) -> Option<&FileDigest> {
        self.packages.get(id)
    }

    /// A package, when it is the one that the journal fixed, with its digests.
    pub(crate) fn package(
        &self,
        home: &Home,
        path: &Path,
    ) -> Result<(Vec<u8>, FileDigest), StorageError> {
        let bytes = fs::read(path).map_err(StorageError::io("read", path))?;
        let found = FileDigest::new(home.relative(path), &digests(&bytes));
        match id_of(path).and_then(|id| self.packages.get(id)) {
            Some(fixed) if *fixed == found => Ok((bytes, found)),
            Some(_) => Err(StorageError::damaged(
                path,
                "it is not the package that the journal fixed",
            )),
            None => Err(StorageError::damaged(path, "the journal does not know it")),
        }
    }
}
