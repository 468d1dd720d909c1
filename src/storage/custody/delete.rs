//! Deleting an item or a run's archive: a tombstone stays, with the digests of what is gone and who answers for it.
//!
//! The order is tombstone (durable), journal entry (durable), removal. Killed between two of these, the next opening goes
//! on from the tombstone; before the tombstone nothing has happened.

use super::hold::{names, state};
use super::retention::retained_until;
use super::{CustodyError, Grounds, record, two_persons};
use crate::model::custody::Action;
use crate::model::note::Note;
use crate::storage::digest::read_digests;
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::package::moment;
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::custody_record::{CUSTODY_FORMAT, CustodyRecord};
use crate::wire::file_digest::FileDigest;
use chrono::{DateTime, SecondsFormat, Utc};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// On what grounds something is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// Who acts, why, and by which document.
    pub grounds: Grounds,
    /// Who approved it; another person.
    pub approver: String,
    /// The authority document orders deletion before the end of retention.
    pub within_retention: bool,
    /// Years of retention.
    pub years: u32,
    /// When it is done.
    pub now: DateTime<Utc>,
}

impl Deletion {
    /// The tombstone.
    pub(super) fn record(
        &self,
        subject: &str,
        until: DateTime<Utc>,
        objects: Vec<FileDigest>,
    ) -> CustodyRecord {
        let Grounds {
            actor,
            reason,
            authority,
        } = self.grounds.clone();
        CustodyRecord {
            format: CUSTODY_FORMAT.to_owned(),
            action: Action::Delete.code().to_owned(),
            subject: subject.to_owned(),
            made: moment(self.now),
            actor: actor.name,
            role: actor.role,
            unit: actor.unit,
            approver: Some(self.approver.clone()),
            authority,
            reason,
            retained_until: Some(until.to_rfc3339_opts(SecondsFormat::Millis, true)),
            within_retention: self.now < until,
            receiver: None,
            objects,
            form: None,
            remark: None,
        }
    }

    /// Whether approval, document and time allow it.
    pub(super) fn is_allowed(
        &self,
        subject: &str,
        until: DateTime<Utc>,
    ) -> Result<(), CustodyError> {
        two_persons(&self.grounds.actor, &self.approver)?;
        if self.grounds.authority.is_none() {
            return Err(CustodyError::NoAuthority {
                action: "a deletion",
            });
        }
        if self.now < until && !self.within_retention {
            return Err(CustodyError::Retained {
                object: subject.to_owned(),
                until: until.to_rfc3339_opts(SecondsFormat::Secs, true),
            });
        }
        Ok(())
    }
}

impl Store {
    /// Deletes a sealed item. It must be whole: a tombstone vouches for the digests of what was sealed. A run's archive is
    /// another file, with a retention of its own, and still holds the capture.
    pub fn delete(&self, id: &str, deletion: &Deletion) -> Result<CustodyRecord, CustodyError> {
        let sealed = Sealed::open(self.home(), id)?;
        let manifest = sealed.manifest();
        let until = retained_until(&manifest.captured_start.utc, deletion.years);
        deletion.is_allowed(id, until)?;
        let state = state(self.home())?;
        let holds = state.keeping(id, &manifest.run, manifest.custody.case_no.as_deref());
        if !holds.is_empty() {
            return Err(CustodyError::Held {
                object: id.to_owned(),
                holds: names(&holds),
            });
        }
        let mut objects = vec![sealed.file_digest()];
        for path in beside(sealed.path())? {
            objects.push(file_digest(self.home(), &path)?);
        }
        let draft = deletion.record(id, until, objects);
        let (record, _) = record::write(self.home(), self.journal(), draft, None)?;
        remove_objects(self.home(), &record)?;
        self.index().remove(&sealed.row())?;
        Ok(record)
    }
}

pub(super) fn file_digest(home: &Home, path: &Path) -> Result<FileDigest, StorageError> {
    let digests = File::open(path)
        .and_then(read_digests)
        .map_err(StorageError::io("read", path))?;
    Ok(FileDigest::new(home.relative(path), &digests))
}

/// The sidecar files of a package: signatures and tokens bear its name with something behind it.
fn beside(package: &Path) -> Result<Vec<PathBuf>, StorageError> {
    let stem = package
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let folder = package.parent().unwrap_or(Path::new("."));
    let mut paths = durable::list(folder)?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path != package
            && path.is_file()
            && name.strip_prefix(&stem).is_some_and(|r| r.starts_with('.'))
    });
    Ok(paths)
}

/// Removes what a tombstone stands for. Repeated without harm.
pub(super) fn remove_objects(home: &Home, record: &CustodyRecord) -> Result<bool, StorageError> {
    let mut removed = false;
    for object in &record.objects {
        let path = home.root().join(&object.path);
        match fs::remove_file(&path) {
            Ok(()) => removed = true,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(StorageError::io("remove", &path)(e)),
        }
        let Some(folder) = path.parent().filter(|f| f.is_dir()) else {
            continue;
        };
        durable::sync_dir(folder)?;
        // The folders of a run go with its last file; one that holds anything stays.
        for folder in folder.ancestors().take(2) {
            if folder.starts_with(home.runs()) && folder != home.runs() {
                let _ = fs::remove_dir(folder);
            }
        }
    }
    Ok(removed)
}

/// Carries to their end all deletions that the journal knows.
pub(super) fn finish_all(home: &Home) -> Result<Vec<Note>, StorageError> {
    let mut notes = Vec::new();
    let folder = home.custody().join("tombstones");
    for path in durable::list(&folder)? {
        // A damaged tombstone deletes nothing; the verifier names it.
        let Ok(record) = record::read(home, &path) else {
            continue;
        };
        let entered = crate::storage::journal::find(home, Action::Delete, &record.subject)?;
        if entered.is_some() && remove_objects(home, &record)? {
            notes.push(Note::new("deletion-finished", record.subject));
        }
    }
    Ok(notes)
}
