//! Who reported a tip: `desk/private/<receipt>.json`, readable by its owner alone. Every reading is entered in the journal
//! with who read it and why; the journal itself never names the reporter.

use super::recover::enter_file;
use super::{Desk, is_short_id, record};
use crate::model::custody::{Action, Actor};
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::Act;
use crate::storage::private;
use crate::wire::desk_private::{PRIVATE_FORMAT, Reporter};
use std::fs;
use std::path::{Path, PathBuf};

fn folder(home: &Home) -> PathBuf {
    record::folder(home).join("private")
}

/// Where a reporter is kept, relative to the home.
pub(crate) fn relative(receipt: &str) -> String {
    format!("desk/private/{receipt}.json")
}

fn path_of(home: &Home, receipt: &str) -> Result<PathBuf, StorageError> {
    if !is_short_id("tp", receipt) {
        return Err(StorageError::Name {
            what: "receipt",
            value: receipt.chars().take(120).collect(),
        });
    }
    Ok(home.root().join(relative(receipt)))
}

/// Checks a file against itself; gives the reporter.
pub(crate) fn check(path: &Path, bytes: &[u8]) -> Result<Reporter, String> {
    let reporter: Reporter = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let named = format!("{}.json", reporter.receipt);
    if reporter.format != PRIVATE_FORMAT {
        return Err(format!("format {:?} is not known", reporter.format));
    }
    if path.file_name().and_then(|n| n.to_str()) != Some(&named) {
        return Err("belongs to another receipt".to_owned());
    }
    Ok(reporter)
}

impl Desk {
    /// Keeps who reported a tip. The first one of a receipt stays.
    pub fn keep_reporter(
        &self,
        mut reporter: Reporter,
        actor: &Actor,
    ) -> Result<bool, StorageError> {
        let path = path_of(self.home(), &reporter.receipt)?;
        if path.exists() {
            return Ok(false);
        }
        let parent = record::folder(self.home());
        crate::storage::durable::create_dir(&parent)?;
        private::create_dir(&folder(self.home()))?;
        // So that the digest in the journal does not tell whether a guess is right.
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|e| StorageError::key(&path, e.to_string()))?;
        reporter.format = PRIVATE_FORMAT.to_owned();
        reporter.salt = hex::encode(salt);
        let mut bytes =
            serde_json::to_vec_pretty(&reporter).map_err(|source| StorageError::Json {
                what: "who reported a tip",
                source,
            })?;
        bytes.push(b'\n');
        let aside = self.home().tmp().join(format!("{}.json", reporter.receipt));
        private::write_file(&path, &aside, &bytes)?;
        enter_file(
            self.home(),
            self.journal(),
            &path,
            &bytes,
            Some(actor),
            None,
        )?;
        Ok(true)
    }

    /// Whether this is who reported a tip; `None` when nobody is kept. A comparison tells nothing to anybody and is not
    /// entered in the journal.
    pub fn is_reporter(
        &self,
        receipt: &str,
        reporter: &Reporter,
    ) -> Result<Option<bool>, StorageError> {
        let path = path_of(self.home(), receipt)?;
        if !path.exists() {
            return Ok(None);
        }
        let kept = load(self.home(), &path)?;
        let part = |r: &Reporter| {
            let [name, contact, id_number, address] =
                [&r.name, &r.contact, &r.id_number, &r.address].map(String::clone);
            (name, contact, id_number, address)
        };
        Ok(Some(part(&kept) == part(reporter)))
    }

    /// Erases who reported a tip (个人信息保护法 47); that it was erased, by whom and why, stays in the journal. False when
    /// nobody is kept.
    pub fn erase_reporter(
        &self,
        receipt: &str,
        why: &str,
        actor: &Actor,
    ) -> Result<bool, StorageError> {
        let path = path_of(self.home(), receipt)?;
        if !path.exists() {
            return Ok(false);
        }
        // First the journal: after a crash the file is left, `verify` tells, and the same command ends it.
        let act = Act::new(Action::DeskErase, receipt).by(actor.clone());
        self.journal().append(act.reason(why))?;
        fs::remove_file(&path).map_err(StorageError::io("remove", &path))?;
        crate::storage::durable::sync_dir(&folder(self.home()))?;
        Ok(true)
    }

    /// Reads who reported a tip; the reading is entered in the journal first. `None` when nobody is kept.
    pub fn reporter(
        &self,
        receipt: &str,
        why: &str,
        actor: &Actor,
    ) -> Result<Option<Reporter>, StorageError> {
        let path = path_of(self.home(), receipt)?;
        if !path.exists() {
            return Ok(None);
        }
        let act = Act::new(Action::DeskPrivate, receipt).by(actor.clone());
        self.journal().append(act.reason(why))?;
        load(self.home(), &path).map(Some)
    }
}

fn load(home: &Home, path: &Path) -> Result<Reporter, StorageError> {
    private::check(&folder(home))?;
    private::check(path)?;
    let bytes = fs::read(path).map_err(StorageError::io("read", path))?;
    check(path, &bytes).map_err(|fault| StorageError::damaged(path, fault))
}
