//! Handing items out: exact copies in a new folder outside of the home, each checked before and after copying.
//!
//! The names of all files are made here, from evidence ids and fixed words: nothing that a page said becomes part of a
//! path. `SHA256SUMS` in the folder lists every file, in the form that `sha256sum -c` reads.

use super::digest::digests;
use super::durable;
use super::error::StorageError;
use super::home::Home;
use super::seal::Sealed;
use crate::wire::file_digest::FileDigest;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// List of all files with their SHA-256.
pub const SUMS: &str = "SHA256SUMS";

/// A folder that is being filled. What was handed out stays there whatever happens later.
#[derive(Debug)]
pub struct Handout {
    folder: PathBuf,
    files: Vec<FileDigest>,
}

/// One item as handed out.
#[derive(Debug, Clone)]
pub struct HandedItem {
    /// The item, verified.
    pub sealed: Sealed,
    /// The package in the folder, by its name there.
    pub package: FileDigest,
    /// Signatures, time stamps and proofs that lay beside the package.
    pub sidecars: Vec<FileDigest>,
}

impl Handout {
    /// Begins in a folder that is new or empty, so that nothing is mixed up or written over.
    pub fn begin(folder: &Path) -> Result<Self, StorageError> {
        if folder.exists() && !durable::list(folder)?.is_empty() {
            return Err(StorageError::Occupied {
                path: folder.to_owned(),
            });
        }
        durable::create_dir(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            files: Vec::new(),
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Everything in it so far.
    pub fn files(&self) -> &[FileDigest] {
        &self.files
    }

    /// Verifies an item and copies its package with all that lies beside it.
    pub fn item(&mut self, home: &Home, id: &str) -> Result<HandedItem, StorageError> {
        let sealed = Sealed::open(home, id)?;
        let bytes = fs::read(sealed.path()).map_err(StorageError::io("read", sealed.path()))?;
        if digests(&bytes) != *sealed.digests() {
            return Err(StorageError::damaged(
                sealed.path(),
                "changed while it was read",
            ));
        }
        let package = self.add(&format!("{id}.wacz"), &bytes)?;
        let mut copied = Vec::new();
        for path in sidecars(sealed.path())? {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
            copied.push(self.add(&name, &bytes)?);
        }
        Ok(HandedItem {
            sealed,
            package,
            sidecars: copied,
        })
    }

    /// Writes a file, puts it to disk, reads it again and compares. The name must be a plain one.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<FileDigest, StorageError> {
        if !is_plain(name) || self.files.iter().any(|f| f.path == name) {
            return Err(StorageError::Name {
                what: "file name",
                value: name.chars().take(120).collect(),
            });
        }
        let path = self.folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let mut file = file.map_err(StorageError::io("create", &path))?;
        file.write_all(bytes)
            .and_then(|()| file.sync_all())
            .map_err(StorageError::io("write", &path))?;
        self.check(&path, name, bytes)
    }

    /// Takes in a file that another program has written into the folder.
    pub fn adopt(&mut self, name: &str) -> Result<FileDigest, StorageError> {
        let path = self.folder.join(name);
        File::open(&path)
            .and_then(|file| file.sync_all())
            .map_err(StorageError::io("sync", &path))?;
        let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
        self.check(&path, name, &bytes)
    }

    fn check(&mut self, path: &Path, name: &str, bytes: &[u8]) -> Result<FileDigest, StorageError> {
        let wanted = FileDigest::new(name, &digests(bytes));
        let written = fs::read(path).map_err(StorageError::io("read", path))?;
        if !wanted.matches(&digests(&written)) {
            return Err(StorageError::damaged(
                path,
                "the copy is not as it was written",
            ));
        }
        self.files.push(wanted.clone());
        Ok(wanted)
    }

    /// Writes the list of all files and ends.
    pub fn end(mut self) -> Result<Vec<FileDigest>, StorageError> {
        let mut lines: Vec<String> = self
            .files
            .iter()
            .map(|f| format!("{}  {}\n", f.sha256, f.path))
            .collect();
        lines.sort_by(|a, b| a.get(64..).cmp(&b.get(64..)));
        self.add(SUMS, lines.concat().as_bytes())?;
        durable::sync_dir(&self.folder)?;
        Ok(self.files)
    }
}

/// The files beside a package that belong to it: `<id>.wacz.<more>`, in the order of their names.
pub fn sidecars(package: &Path) -> Result<Vec<PathBuf>, StorageError> {
    let Some(folder) = package.parent() else {
        return Ok(Vec::new());
    };
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let start = format!("{name}.");
    let belongs = |path: &PathBuf| {
        let name = path.file_name().and_then(|n| n.to_str());
        path.is_file() && name.is_some_and(|n| n.starts_with(&start) && is_plain(n))
    };
    Ok(durable::list(folder)?.into_iter().filter(belongs).collect())
}

/// Letters, digits, `.`, `-` and `_`, not beginning with a dot: no folder, no surprise in a shell or on another system.
fn is_plain(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    (1..=120).contains(&name.len()) && name.bytes().all(good) && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder_and_nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("out");
        let mut handout = Handout::begin(&to).unwrap();
        for bad in ["../x", "/x", "a/b", ".x", "", "文", "a b", "x\n"] {
            assert!(handout.add(bad, b"x").is_err(), "{bad:?}");
        }
        handout.add("a.txt", b"abc").unwrap();
        assert!(handout.add("a.txt", b"abd").is_err());
        let files = handout.end().unwrap();
        assert_eq!(files.len(), 2);
        let sums = fs::read_to_string(to.join(SUMS)).unwrap();
        assert_eq!(
            sums,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.txt\n"
        );
        assert!(matches!(
            Handout::begin(&to),
            Err(StorageError::Occupied { .. })
        ));
    }

    #[test]
    fn only_what_bears_the_name_of_the_package_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("wx-a.wacz");
        for name in [
            "wx-a.wacz",
            "wx-a.wacz.tsr",
            "wx-a.wacz.minisig",
            "wx-b.wacz.tsr",
            "wx-a.wacz.a b",
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = sidecars(&package).unwrap();
        let names: Vec<&str> = found
            .iter()
            .filter_map(|p| p.file_name()?.to_str())
            .collect();
        assert_eq!(names, ["wx-a.wacz.minisig", "wx-a.wacz.tsr"]);
    }
}
