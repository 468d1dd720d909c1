//! Names and places of imported files.

use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use std::path::{Path, PathBuf};

/// What was found in the file, beside it.
pub const RECORD: &str = "import.json";

/// The identifier of an imported file: `im-` and 20 characters of base32 (100 bits of SHA-256 over
/// `wangxun-import/1`, LF, the file's SHA-256). The same file always gets the same one.
pub fn import_id(file_sha256: &[u8; 32]) -> String {
    let text = format!("wangxun-import/1\n{}", hex::encode(file_sha256));
    let digest = crate::storage::digest::sha256(text.as_bytes());
    let text = base32::encode(base32::Alphabet::Rfc4648Lower { padding: false }, &digest);
    format!("im-{}", text.get(..20).unwrap_or(&text))
}

/// Whether a text has the form of an import's identifier.
pub fn is_import_id(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    text.strip_prefix("im-")
        .is_some_and(|rest| rest.len() == 20 && rest.bytes().all(good))
}

/// The folder of one import.
pub(crate) fn folder(home: &Home, id: &str) -> PathBuf {
    home.imports().join(id)
}

/// The imported file, under the name that it bears here.
pub(crate) fn file_path(home: &Home, id: &str, gzip: bool) -> PathBuf {
    let ending = if gzip { "warc.gz" } else { "warc" };
    folder(home, id).join(format!("{id}.{ending}"))
}

/// The record of an import.
pub(crate) fn record_path(home: &Home, id: &str) -> PathBuf {
    folder(home, id).join(RECORD)
}

/// The imported file of a folder, if there is one.
pub(crate) fn file_in(folder: &Path) -> Option<PathBuf> {
    let id = folder.file_name()?.to_str()?;
    let paths = ["warc.gz", "warc"].map(|ending| folder.join(format!("{id}.{ending}")));
    paths.into_iter().find(|path| path.is_file())
}

/// All imports of a home, by identifier.
pub fn imports(home: &Home) -> Result<Vec<String>, StorageError> {
    let folders = durable::list(&home.imports())?.into_iter();
    let names = folders.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
    Ok(names.filter(|name| is_import_id(name)).collect())
}
