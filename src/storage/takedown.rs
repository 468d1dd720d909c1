//! Bundles of lists as they go to operators: a folder with all forms, their digests and minisign signatures, and the check
//! that a receiver makes before anything is loaded.
//!
//! The trusted comment of each signature names list, serial, expiry and file, so that neither an older list nor another
//! file can pass for the present one.

use super::desk::sign;
use super::digest::digests;
use super::durable;
use super::error::StorageError;
use super::minisign::{PublicKey, Signature, key_id_of, prehash};
use crate::wire::takedown::{BUNDLE_FORMAT, BundleFile, BundleManifest, HeaderForm, to_bytes};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the manifest in a bundle.
pub const MANIFEST: &str = "bundle.json";
/// Ending of signatures.
const SIGNATURE: &str = ".minisig";
/// Largest file that is checked.
const MOST_BYTES: u64 = 4 << 30;

/// What a trusted comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The list.
    pub list_id: String,
    /// Its serial.
    pub serial: u32,
    /// From when on it is not to be used any more.
    pub expires: DateTime<Utc>,
    /// The file.
    pub file: String,
}

impl Stated {
    /// The comment.
    pub fn text(&self) -> String {
        format!(
            "wangxun-takedown/1 list={} serial={} expires={} file={}",
            self.list_id,
            self.serial,
            self.expires.to_rfc3339_opts(SecondsFormat::Secs, true),
            self.file
        )
    }

    /// Reads a comment.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("wangxun-takedown/1 ")?.splitn(4, ' ');
        let mut part = |name: &str| parts.next()?.strip_prefix(name).map(str::to_owned);
        let list_id = part("list=")?;
        let serial = part("serial=")?.parse().ok()?;
        let expires = DateTime::parse_from_rfc3339(&part("expires=")?).ok()?;
        let file = part("file=")?;
        Some(Self {
            list_id,
            serial,
            expires: expires.to_utc(),
            file,
        })
    }
}

/// Writes forms and their manifest into a folder that is new or empty. Nothing is signed yet.
pub fn write_bundle(
    folder: &Path,
    header: &HeaderForm,
    list_sha256: &str,
    files: &[(String, Vec<u8>)],
) -> Result<BundleManifest, StorageError> {
    if fs::read_dir(folder).is_ok_and(|mut all| all.next().is_some()) {
        return Err(StorageError::damaged(
            folder,
            "is not empty: a bundle gets a folder of its own",
        ));
    }
    durable::create_dir(folder)?;
    let mut listed = Vec::new();
    for (name, bytes) in files {
        put(folder, name, bytes)?;
        let found = digests(bytes);
        listed.push(BundleFile {
            bytes: found.bytes,
            name: name.clone(),
            sha256: hex::encode(found.sha256),
            sm3: hex::encode(found.sm3),
        });
    }
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    let manifest = BundleManifest {
        files: listed,
        format: BUNDLE_FORMAT.to_owned(),
        header: header.clone(),
        list_sha256: list_sha256.to_owned(),
    };
    let bytes = to_bytes(&manifest).map_err(|source| StorageError::Json {
        what: "manifest of a bundle",
        source,
    })?;
    put(folder, MANIFEST, &bytes)?;
    Ok(manifest)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
    let path = folder.join(name);
    durable::write_file(&path, &folder.join(format!(".{name}.part")), bytes)
}

fn read_manifest(folder: &Path) -> Result<BundleManifest, String> {
    let path = folder.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let manifest: BundleManifest =
        serde_json::from_slice(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    match manifest.format == BUNDLE_FORMAT {
        true => Ok(manifest),
        false => Err(format!(
            "{}: the format {:?} is not known",
            path.display(),
            manifest.format
        )),
    }
}

/// Signs every file of a bundle with the secret key in this file. Gives the number of signatures.
pub fn sign_bundle(folder: &Path, key: &Path) -> Result<usize, StorageError> {
    let manifest = read_manifest(folder).map_err(|why| StorageError::damaged(folder, why))?;
    let mut names: Vec<&str> = manifest.files.iter().map(|f| f.name.as_str()).collect();
    names.push(MANIFEST);
    for name in &names {
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
        let stated = Stated {
            list_id: manifest.header.list_id.clone(),
            serial: manifest.header.serial,
            expires: manifest.header.expires,
            file: (*name).to_owned(),
        };
        let (id, signature) = sign(key, &bytes, &stated.text())?;
        if id != manifest.header.key_id {
            let wanted = &manifest.header.key_id;
            return Err(StorageError::key(
                key,
                format!("is key {id}, and the list names key {wanted}: build it for this key"),
            ));
        }
        put(folder, &format!("{name}{SIGNATURE}"), signature.as_bytes())?;
    }
    Ok(names.len())
}

/// What a receiver knows before a check.
#[derive(Debug, Clone, Copy)]
pub struct Receiver<'r> {
    /// The issuer's key.
    pub key: &'r PublicKey,
    /// The time.
    pub now: DateTime<Utc>,
    /// Serial of the list that was accepted last, with its digest where that is known.
    pub last: Option<(u32, Option<&'r str>)>,
}

/// A bundle or file that passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// What the signature states of the list.
    pub stated: Stated,
    /// SHA-256 of the canonical list, where a bundle or the list itself was checked.
    pub list_sha256: Option<String>,
    /// The files, with their names.
    pub files: Vec<String>,
}

/// Checks a bundle (folder) or one signed file.
///
/// # Errors
/// Every fault, each with what to do.
pub fn verify(path: &Path, receiver: &Receiver<'_>) -> Result<Passed, Vec<String>> {
    match path.is_dir() {
        true => verify_bundle(path, receiver),
        false => {
            let (stated, bytes) = verify_file(path, receiver).map_err(|why| vec![why])?;
            let list = crate::wire::takedown::ListFile::parse(&bytes).ok();
            let list_sha256 = list.map(|_| hex::encode(digests(&bytes).sha256));
            if let Some(why) = list_sha256
                .as_deref()
                .and_then(|d| other(d, &stated, receiver))
            {
                return Err(vec![why]);
            }
            Ok(Passed {
                files: vec![stated.file.clone()],
                stated,
                list_sha256,
            })
        }
    }
}

/// The same serial with other content is two lists under one number.
fn other(sha256: &str, stated: &Stated, receiver: &Receiver<'_>) -> Option<String> {
    let (serial, last) = receiver.last?;
    let last = last?;
    (serial == stated.serial && last != sha256).then(|| {
        format!(
            "serial {serial} was accepted before with sha256 {last}, and this one has {sha256}: ask the issuer, two lists \
             bear one serial"
        )
    })
}

fn verify_file(path: &Path, receiver: &Receiver<'_>) -> Result<(Stated, Vec<u8>), String> {
    let shown = path.display();
    let length = fs::metadata(path)
        .map_err(|e| format!("{shown}: {e}"))?
        .len();
    if length > MOST_BYTES {
        return Err(format!("{shown}: larger than 4 GiB"));
    }
    let bytes = fs::read(path).map_err(|e| format!("{shown}: {e}"))?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(SIGNATURE);
    let beside = PathBuf::from(beside);
    let text = fs::read_to_string(&beside).map_err(|e| {
        format!(
            "{}: {e}; the signature comes with the file, ask for both",
            beside.display()
        )
    })?;
    let signature =
        Signature::parse(&own_form(&text)).map_err(|why| format!("{}: {why}", beside.display()))?;
    signature
        .check(receiver.key, &prehash(&bytes))
        .map_err(|why| {
            format!("{shown}: bad signature: {why}; do not load it, ask for it again")
        })?;
    let stated = Stated::parse(signature.comment())
        .ok_or_else(|| format!("{shown}: the trusted comment is none of a list"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name != stated.file {
        return Err(format!(
            "{shown}: was signed as {}, it has the wrong name; do not rename signed files",
            stated.file
        ));
    }
    if stated.expires <= receiver.now {
        return Err(format!(
            "{shown}: expired at {}; ask for the present list",
            stated.expires.to_rfc3339_opts(SecondsFormat::Secs, true)
        ));
    }
    if let Some((last, _)) = receiver.last
        && stated.serial < last
    {
        return Err(format!(
            "{shown}: serial {} is older than {last}, which was accepted before; keep the newer list",
            stated.serial
        ));
    }
    Ok((stated, bytes))
}

/// minisign's own untrusted comment is free text; here it has one form.
fn own_form(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let [_, body, comment, global] = lines.as_slice() else {
        return text.to_owned();
    };
    let id = key_id_of(body).unwrap_or_default();
    format!("untrusted comment: signature by wangxun key {id}\n{body}\n{comment}\n{global}\n")
}

fn verify_bundle(folder: &Path, receiver: &Receiver<'_>) -> Result<Passed, Vec<String>> {
    let (stated, _) = verify_file(&folder.join(MANIFEST), receiver).map_err(|why| vec![why])?;
    let manifest = read_manifest(folder).map_err(|why| vec![why])?;
    let mut faults = Vec::new();
    faults.extend(other(&manifest.list_sha256, &stated, receiver));
    let mut known: BTreeSet<String> =
        [MANIFEST.to_owned(), format!("{MANIFEST}{SIGNATURE}")].into();
    for file in &manifest.files {
        known.insert(file.name.clone());
        known.insert(format!("{}{SIGNATURE}", file.name));
        let path = folder.join(&file.name);
        if !path.is_file() {
            faults.push(format!(
                "{}: is missing from the bundle; ask for the whole bundle again",
                path.display()
            ));
            continue;
        }
        match verify_file(&path, receiver) {
            Err(why) => faults.push(why),
            Ok((own, bytes)) => {
                if (own.serial, &own.list_id) != (stated.serial, &stated.list_id) {
                    faults.push(format!(
                        "{}: belongs to {} serial {}, the bundle to {} serial {}",
                        path.display(),
                        own.list_id,
                        own.serial,
                        stated.list_id,
                        stated.serial
                    ));
                }
                if hex::encode(digests(&bytes).sha256) != file.sha256 {
                    faults.push(format!(
                        "{}: has not the digest that {MANIFEST} names",
                        path.display()
                    ));
                }
            }
        }
    }
    if let Ok(all) = fs::read_dir(folder) {
        for entry in all.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !known.contains(&name) {
                faults.push(format!(
                    "{}: does not belong to the bundle; take it out",
                    entry.path().display()
                ));
            }
        }
    }
    faults.sort();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Passed {
        stated,
        list_sha256: Some(manifest.list_sha256),
        files: manifest.files.into_iter().map(|f| f.name).collect(),
    })
}

/// Number of the secret key in this file, which its owner alone may read.
pub fn secret_key_id(key: &Path) -> Result<String, StorageError> {
    sign(key, b"", "wangxun").map(|(id, _)| id)
}
