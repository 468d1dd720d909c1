//! Finding and reading one lexicon file: the embedded default, or a directory's own copy.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A lexicon file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// The file exists but cannot be read.
    #[error("cannot read lexicon file {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is larger than a lexicon may be.
    #[error("lexicon file {path} is larger than {limit} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// The file is not what its grammar asks for.
    #[error("lexicon file {path}: {fault}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line (where known), field and fault.
        fault: String,
    },
}

impl LexiconError {
    /// A fault in the contents of a file.
    pub fn parse(path: impl Into<PathBuf>, fault: impl std::fmt::Display) -> Self {
        Self::Parse {
            path: path.into(),
            fault: fault.to_string(),
        }
    }
}

/// No lexicon file is near this size; a larger one is a mistake or an attack.
const LIMIT: u64 = 16 << 20;

/// The text of `name`: from `directory` when it holds such a file, else the embedded default.
pub fn text_of(
    directory: Option<&Path>,
    name: &str,
    embedded: &str,
) -> Result<String, LexiconError> {
    let Some(path) = directory.map(|d| d.join(name)).filter(|p| p.is_file()) else {
        return Ok(embedded.to_owned());
    };
    let mut text = String::new();
    let read = File::open(&path)
        .and_then(|file| file.take(LIMIT + 1).read_to_string(&mut text))
        .map_err(|source| LexiconError::Read {
            path: path.clone(),
            source,
        })?;
    if read as u64 > LIMIT {
        return Err(LexiconError::TooLarge { path, limit: LIMIT });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_overrides_file_by_file() {
        let dir = tempfile::tempdir().expect("temporary directory");
        std::fs::write(dir.path().join("a.toml"), "own").expect("written");
        let text = |name| text_of(Some(dir.path()), name, "embedded").expect("readable");
        assert_eq!(text("a.toml"), "own");
        assert_eq!(text("b.toml"), "embedded");
    }

    #[test]
    fn files_beyond_measure_are_refused() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let file = File::create(dir.path().join("a.toml")).expect("created");
        file.set_len(LIMIT + 1).expect("sized");
        let fault = text_of(Some(dir.path()), "a.toml", "");
        assert!(
            matches!(fault, Err(LexiconError::TooLarge { .. })),
            "{fault:?}"
        );
    }
}
