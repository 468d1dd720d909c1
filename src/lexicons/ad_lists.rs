//! Filter lists of advertising networks in EasyList syntax: those of `ads/`, and others by path.

use super::bundle::Bundle;
use super::file::LexiconError;
use crate::model::ad::AdList;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// EasyList itself has 2 MB; a list beyond this is a mistake or an attack.
const LIMIT: u64 = 32 << 20;

/// The lists of a bundle, in order of their names.
pub(super) fn read(bundle: &Bundle) -> Vec<AdList> {
    let lists = bundle.folder("ads/").map(|(name, text)| AdList {
        name: name.to_owned(),
        text: text.to_owned(),
    });
    lists.collect()
}

/// Lists by path. Bytes that are no UTF-8 are replaced, since a list holds rules of many hands.
pub fn open(paths: &[PathBuf]) -> Result<Vec<AdList>, LexiconError> {
    let lists = paths.iter().map(|path| {
        let mut bytes = Vec::new();
        let read = File::open(path)
            .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
            .map_err(|source| LexiconError::Read {
                path: path.clone(),
                source,
            })?;
        if read as u64 > LIMIT {
            let path = path.clone();
            return Err(LexiconError::TooLarge { path, limit: LIMIT });
        }
        Ok(AdList {
            name: path.display().to_string(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    });
    lists.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_is_there_and_missing_files_are_named() {
        let lists = read(&Bundle::embedded());
        assert!(lists.iter().any(|l| l.name == "ads/zh.txt"));
        let fault = open(&[PathBuf::from("/nowhere/list.txt")]).expect_err("no such file");
        assert!(fault.to_string().contains("/nowhere/list.txt"), "{fault}");
    }
}
