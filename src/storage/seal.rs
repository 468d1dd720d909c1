//! Sealing: one page becomes one package that never changes, and the journal says so.

use super::custody::record;
use super::digest::{Digester, digests};
use super::durable;
use super::error::StorageError;
use super::home::{Home, check_name};
use super::item::{evidence_id, find_item};
use super::journal::{self, AFTER_RESTART, Act, Journal};
use super::package::{self, ItemDraft, Package};
use super::signature;
use crate::model::custody::{Action, Actor};
use crate::model::digest::Digests;
use crate::wire::custody::ItemCustody;
use crate::wire::file_digest::FileDigest;
use crate::wire::item_row::ItemRow;
use crate::wire::manifest::Manifest;
use chrono::{DateTime, Utc};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Proof that an item lies in the store, whole, and that the journal knows it. Only sealing and a reload that
/// verifies make one; without one there is no case. `tests/it/storage/forge/` shows that nobody else can.
#[derive(Debug, Clone)]
pub struct Sealed {
    manifest: Manifest,
    path: PathBuf,
    relative: String,
    digests: Digests,
}

impl Sealed {
    /// Reloads an item: the package must be whole, every digest in it right, and the package itself the one that the
    /// journal fixed when it was sealed.
    pub fn open(home: &Home, id: &str) -> Result<Self, StorageError> {
        let missing = || match record::tombstone(home, id).is_file() {
            true => StorageError::Deleted { id: id.to_owned() },
            false => StorageError::NoItem { id: id.to_owned() },
        };
        let path = find_item(home, id)?.ok_or_else(missing)?;
        let sealed = Self::load(home, path)?;
        if sealed.is_entered(home)? {
            return Ok(sealed);
        }
        Err(StorageError::damaged(
            &sealed.path,
            "the journal does not know it",
        ))
    }

    /// Whether the journal knows the item; that it knows another package under this identifier is damage.
    fn is_entered(&self, home: &Home) -> Result<bool, StorageError> {
        let Some(entry) = journal::find(home, Action::Seal, self.evidence_id())? else {
            return Ok(false);
        };
        if entry.files.iter().any(|file| file.matches(&self.digests)) {
            return Ok(true);
        }
        Err(StorageError::damaged(
            &self.path,
            "it is not the package that the journal fixed",
        ))
    }

    /// Checks a package against itself.
    fn load(home: &Home, path: PathBuf) -> Result<Self, StorageError> {
        let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
        let manifest = package::check(&bytes)
            .map_err(|faults| StorageError::damaged(&path, faults.join("; ")))?;
        let named = super::item::id_of(&path) == Some(manifest.evidence_id.as_str());
        if !named {
            return Err(StorageError::damaged(
                &path,
                format!("holds the item {}", manifest.evidence_id),
            ));
        }
        Ok(Self {
            manifest,
            relative: home.relative(&path),
            path,
            digests: digests(&bytes),
        })
    }

    /// The identifier.
    pub fn evidence_id(&self) -> &str {
        &self.manifest.evidence_id
    }

    /// All that is known of it.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The package.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Digests of the package.
    pub fn digests(&self) -> &Digests {
        &self.digests
    }

    /// Its line in lists.
    pub fn row(&self) -> ItemRow {
        let sha256 = hex::encode(self.digests.sha256);
        ItemRow::new(
            &self.manifest,
            self.relative.clone(),
            self.digests.bytes,
            sha256,
        )
    }

    /// The package as the journal fixes it.
    pub fn file_digest(&self) -> FileDigest {
        FileDigest::new(self.relative.clone(), &self.digests)
    }
}

/// Seals a page. The package is written aside, put to disk, given its name; where there is a key it is signed in the
/// same way; then both are entered in the journal. When this returns all of it is durable. A visit that was sealed before is not sealed again: the item that exists is returned,
/// entered in the journal if a crash had come between.
pub fn seal(
    home: &Home,
    journal: &Journal,
    draft: &ItemDraft<'_>,
    custody: &ItemCustody,
) -> Result<Sealed, StorageError> {
    let name = (draft.context.run.as_str(), draft.context.visit.as_str());
    seal_package(home, journal, name, None, || package::build(draft, custody))
}

/// Seals what `build` gives under the name of this run and visit; `who` did it, or else the journal's own actor. An
/// item that was deleted is not sealed again.
pub(crate) fn seal_package(
    home: &Home,
    journal: &Journal,
    (run, visit): (&str, &str),
    who: Option<&Actor>,
    build: impl FnOnce() -> Result<Package, StorageError>,
) -> Result<Sealed, StorageError> {
    check_name("run id", run)?;
    let id = evidence_id(run, visit);
    let _one_at_a_time = home.sealing(&id);
    if let Some(path) = find_item(home, &id)? {
        return existing(home, journal, (run, visit), path);
    }
    if record::tombstone(home, &id).exists() {
        return Err(StorageError::Deleted { id });
    }
    let package = build()?;
    let folder = month_folder(home, &package.manifest);
    durable::create_dir(&folder)?;
    let path = folder.join(format!("{id}.wacz"));
    let signed_next = journal.signer().is_some();
    let digests = write_package(home, &package, &path, signed_next)?;
    let sealed = Sealed {
        manifest: package.manifest,
        relative: home.relative(&path),
        path,
        digests,
    };
    enter(home, journal, &sealed, who, None)?;
    Ok(sealed)
}

fn existing(
    home: &Home,
    journal: &Journal,
    (run, visit): (&str, &str),
    path: PathBuf,
) -> Result<Sealed, StorageError> {
    let sealed = Sealed::load(home, path)?;
    let manifest = sealed.manifest();
    if manifest.run != run || manifest.visit != visit {
        return Err(StorageError::damaged(
            &sealed.path,
            "holds another visit under the same identifier",
        ));
    }
    enter_if_missing(home, journal, &sealed)?;
    Ok(sealed)
}

/// Enters an item in the journal that a killed program had sealed but not entered. True when it was missing.
pub(crate) fn adopt(home: &Home, journal: &Journal, path: PathBuf) -> Result<bool, StorageError> {
    let sealed = Sealed::load(home, path)?;
    enter_if_missing(home, journal, &sealed)
}

fn enter_if_missing(home: &Home, journal: &Journal, sealed: &Sealed) -> Result<bool, StorageError> {
    let missing = !sealed.is_entered(home)?;
    if missing {
        enter(home, journal, sealed, None, Some(AFTER_RESTART))?;
    }
    Ok(missing)
}

/// Signs the package where there is a key, and enters package and signature. What a killed program had signed is not
/// signed again.
fn enter(
    home: &Home,
    journal: &Journal,
    sealed: &Sealed,
    who: Option<&Actor>,
    reason: Option<&str>,
) -> Result<(), StorageError> {
    let fixed = sealed.file_digest();
    let signer = journal.signer();
    let unit = journal.unit();
    let signature = signature::attach(home, signer.as_deref(), unit, &sealed.path, &fixed)?;
    let mut act = Act::new(Action::Seal, sealed.evidence_id()).file(fixed);
    if let Some(signature) = signature {
        act = act.file(signature);
    }
    if let Some(who) = who {
        act = act.by(who.clone());
    }
    // A copy is told of its parent even when the program is killed before anything else is entered.
    let parent = sealed.manifest.custody.parent.as_ref();
    let parent = parent.map(|p| format!("derived from {}", p.evidence_id));
    let reason: Vec<String> = parent
        .into_iter()
        .chain(reason.map(str::to_owned))
        .collect();
    if !reason.is_empty() {
        act = act.reason(reason.join("; "));
    }
    journal.append(act).map(|_| ())
}

/// `evidence/<yyyy>/<mm>` of the time when the capture began.
fn month_folder(home: &Home, manifest: &Manifest) -> PathBuf {
    let started: DateTime<Utc> = manifest.captured_start.utc.parse().unwrap_or_default();
    home.evidence()
        .join(started.format("%Y").to_string())
        .join(started.format("%m").to_string())
}

/// Where a signature follows into the same folder, one sync of the folder makes both names durable; the journal
/// knows neither before.
fn write_package(
    home: &Home,
    package: &Package,
    path: &Path,
    signed_next: bool,
) -> Result<Digests, StorageError> {
    let aside = home.tmp().join(path.file_name().unwrap_or_default());
    let file = File::create(&aside).map_err(StorageError::io("create", &aside))?;
    let result = write_to(file, package).map_err(|e| match e.kind() {
        io::ErrorKind::InvalidInput => StorageError::Limit {
            what: "evidence item",
            detail: e.to_string(),
        },
        _ => StorageError::io("write", &aside)(e),
    });
    let digests = match result {
        Ok(digests) => digests,
        Err(error) => {
            // What could not be written whole is worth nothing; the first error is the one to tell.
            let _ = fs::remove_file(&aside);
            return Err(error);
        }
    };
    if signed_next {
        durable::rename_before_another(&aside, path)?;
    } else {
        durable::rename(&aside, path)?;
    }
    Ok(digests)
}

fn write_to(file: File, package: &Package) -> io::Result<Digests> {
    let mut out = DigestWriter {
        inner: BufWriter::with_capacity(1 << 16, file),
        digester: Digester::new(),
    };
    package.write(&mut out)?;
    let file = out
        .inner
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions)?;
    file.sync_all()?;
    Ok(out.digester.snapshot())
}

/// Digests what passes through.
struct DigestWriter<W> {
    inner: W,
    digester: Digester,
}

impl<W: Write> Write for DigestWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.digester.update(bytes.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
