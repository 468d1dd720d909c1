//! The lexicon files as text: the embedded defaults, each replaced by a directory's own file of the same name.

use crate::model::ad::AdList;
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lexicons");

/// No lexicon file is near this size; a larger one is a mistake or an attack.
const LIMIT: u64 = 16 << 20;

/// Trouble with the files themselves.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A directory or file cannot be read.
    #[error("cannot read lexicon file {path}: {source}")]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is larger than a lexicon may be.
    #[error("lexicon file {path} is larger than {limit} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// The files hold faults; the first is shown, [`super::check`] lists all.
    #[error("{fault}")]
    Fault {
        /// The first fault.
        fault: super::check::Fault,
    },
}

/// All lexicon files by path relative to `lexicons/`, such as `terms/loan.toml`.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    files: BTreeMap<String, String>,
}

impl Bundle {
    /// The files built into the program.
    pub fn embedded() -> Self {
        let mut files = BTreeMap::new();
        collect_embedded(&EMBEDDED, &mut files);
        Self { files }
    }

    /// The embedded files, each replaced by the file of the same name under `dir`, and the others of `dir/ads`, `dir/terms` and `dir/evasion` added.
    pub fn open(dir: &Path) -> Result<Self, BundleError> {
        let mut bundle = Self::embedded();
        for folder in ["", "ads", "evasion", "terms"] {
            collect_dir(dir, folder, &mut bundle.files)?;
        }
        Ok(bundle)
    }

    /// A bundle of the files given, for tests and for [`super::check`].
    pub fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            files: files.into_iter().collect(),
        }
    }

    /// The text of one file; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.files.get(name).map_or("", String::as_str)
    }

    /// The files of a folder, in order of their names.
    pub fn folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |(name, _)| name.starts_with(folder))
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// SHA-256 over names and contents of all files, as lower-case hex.
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        for (name, text) in &self.files {
            for part in [name, text] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part.as_bytes());
            }
        }
        hex::encode(hash.finalize())
    }
}

/// The version of a lexicon with further filter lists: a digest over both, or the lexicon's own where there are none.
pub fn version_with(version: &str, lists: &[AdList]) -> String {
    if lists.is_empty() {
        return version.to_owned();
    }
    let mut hash = Sha256::new();
    hash.update(version.as_bytes());
    for list in lists {
        hash.update((list.text.len() as u64).to_be_bytes());
        hash.update(list.text.as_bytes());
    }
    hex::encode(hash.finalize())
}

fn wanted(name: &str) -> bool {
    [".toml", ".dict", ".tsv", ".txt"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn collect_embedded(dir: &Dir<'static>, files: &mut BTreeMap<String, String>) {
    for file in dir.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        if let (true, Some(text)) = (wanted(&name), file.contents_utf8()) {
            files.insert(name, text.to_owned());
        }
    }
    for inner in dir.dirs() {
        collect_embedded(inner, files);
    }
}

fn collect_dir(
    root: &Path,
    folder: &str,
    files: &mut BTreeMap<String, String>,
) -> Result<(), BundleError> {
    let dir = root.join(folder);
    if !folder.is_empty() && !dir.is_dir() {
        return Ok(());
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| BundleError::Read { path, source }
    };
    for entry in std::fs::read_dir(&dir).map_err(failed(&dir))? {
        let path = entry.map_err(failed(&dir))?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
            continue;
        };
        if !wanted(name) || !path.is_file() {
            continue;
        }
        let size = path.metadata().map_err(failed(&path))?.len();
        if size > LIMIT {
            return Err(BundleError::TooLarge { path, limit: LIMIT });
        }
        let text = std::fs::read_to_string(&path).map_err(failed(&path))?;
        let key = if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{folder}/{name}")
        };
        files.insert(key, text);
    }
    Ok(())
}
