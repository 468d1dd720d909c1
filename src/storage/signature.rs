//! The signature beside a sealed package, in the form of minisign: `minisign -Vm <id>.wacz -p KEY.pub` checks it.

use super::digest::{digests, sha256};
use super::durable;
use super::entered::Entered;
use super::error::StorageError;
use super::home::Home;
use super::item::id_of;
use super::journal::{Act, Journal};
use super::keys::{KeyRing, Signer};
use super::minisign::{Signature, prehash};
use super::sidecar::Sidecar;
use crate::model::custody::Action;
use crate::wire::file_digest::FileDigest;
use chrono::{SecondsFormat, Utc};
use std::fs;
use std::path::{Path, PathBuf};

/// Name and version of the trusted comment's form.
const COMMENT: &str = "wangxun-signature/1";

/// What is known of a package's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState {
    /// There is none.
    Unsigned,
    /// A known key signed it.
    Good {
        /// Number of the key.
        key: String,
        /// The trusted comment.
        comment: String,
    },
    /// A key signed it that is not known here.
    UnknownKey(String),
    /// It is not a signature over this package.
    Bad(String),
}

/// Where the signature of a package lies.
pub fn path_of(package: &Path) -> PathBuf {
    let id = id_of(package).unwrap_or_default();
    package.with_file_name(Sidecar::Signature.file_name(id))
}

/// Looks at the signature beside a package.
pub fn state(package: &Path, bytes: &[u8], ring: &KeyRing) -> Result<SignatureState, StorageError> {
    // A package that was handed out may bear another name; its signature then lies beside it under that name.
    let mut beside = package.as_os_str().to_owned();
    beside.push(".minisig");
    let path = PathBuf::from(beside);
    if !path.is_file() {
        return Ok(SignatureState::Unsigned);
    }
    let text = fs::read(&path).map_err(StorageError::io("read", &path))?;
    Ok(judge(&text, bytes, &hex::encode(sha256(bytes)), ring))
}

/// Judges a signature over these bytes of a package, whose SHA-256 in hex was taken before.
pub(crate) fn judge(
    signature: &[u8],
    package: &[u8],
    digest: &str,
    ring: &KeyRing,
) -> SignatureState {
    let parsed = std::str::from_utf8(signature)
        .map_err(|_| "is not UTF-8".to_owned())
        .and_then(Signature::parse);
    let signature = match parsed {
        Ok(signature) => signature,
        Err(why) => return SignatureState::Bad(why),
    };
    let Some(key) = ring.by_id(&signature.key_id()) else {
        return SignatureState::UnknownKey(signature.key_id());
    };
    if let Err(why) = signature.check(&key.public, &prehash(package)) {
        return SignatureState::Bad(why);
    }
    let stated = format!(" sha256={digest} ");
    if !signature.comment().contains(&stated) {
        return SignatureState::Bad("the trusted comment names another package".to_owned());
    }
    SignatureState::Good {
        key: signature.key_id(),
        comment: signature.comment().to_owned(),
    }
}

/// Signs a package and puts the signature beside it; one that lies there already (the program was killed before the
/// journal knew it) is taken as it is when it is good.
pub(crate) fn attach(
    home: &Home,
    signer: Option<&Signer>,
    unit: &str,
    package: &Path,
    fixed: &FileDigest,
) -> Result<Option<FileDigest>, StorageError> {
    let path = path_of(package);
    if path.is_file() {
        return adopt(home, package, &path).map(Some);
    }
    let Some(signer) = signer else {
        return Ok(None);
    };
    let bytes = fs::read(package).map_err(StorageError::io("read", package))?;
    if hex::encode(sha256(&bytes)) != fixed.sha256 {
        return Err(StorageError::damaged(package, "is not as it was written"));
    }
    let comment = comment(package, fixed, unit);
    let signature = signer
        .secret()
        .sign(&prehash(&bytes), &comment)
        .map_err(|detail| StorageError::key(&path, detail))?;
    let aside = home.tmp().join(path.file_name().unwrap_or_default());
    let text = signature.to_text();
    durable::write_for_ever(&path, &aside, text.as_bytes())?;
    Ok(Some(FileDigest::new(
        home.relative(&path),
        &digests(text.as_bytes()),
    )))
}

/// A signature that lies there: by a known key and over this package, or it is damage.
fn adopt(home: &Home, package: &Path, path: &Path) -> Result<FileDigest, StorageError> {
    let text = fs::read(path).map_err(StorageError::io("read", path))?;
    let bytes = fs::read(package).map_err(StorageError::io("read", package))?;
    let digest = hex::encode(sha256(&bytes));
    match judge(&text, &bytes, &digest, &KeyRing::read(home)?) {
        SignatureState::Good { .. } => {
            // The package may have been put there just now.
            path.parent().map_or(Ok(()), durable::sync_dir)?;
            Ok(FileDigest::new(home.relative(path), &digests(&text)))
        }
        SignatureState::UnknownKey(key) => Err(StorageError::damaged(
            path,
            format!("was made by key {key}, which the journal does not know"),
        )),
        SignatureState::Bad(why) => Err(StorageError::damaged(path, why)),
        SignatureState::Unsigned => Err(StorageError::damaged(path, "is no signature")),
    }
}

/// One line: spaces part the fields, and the unit, which may hold spaces, comes last.
fn comment(package: &Path, fixed: &FileDigest, unit: &str) -> String {
    let unit: String = unit
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect();
    format!(
        "{COMMENT} evidence={} sha256={} bytes={} time={} unit={unit}",
        id_of(package).unwrap_or_default(),
        fixed.sha256,
        fixed.bytes,
        Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
    )
}

/// Signs an item that was sealed without a key, and enters the signature in the journal. False when it is signed
/// already.
pub fn sign(
    home: &Home,
    journal: &Journal,
    entered: &Entered,
    package: &Path,
) -> Result<bool, StorageError> {
    let _one_at_a_time = home.sealing(id_of(package).unwrap_or_default());
    let path = path_of(package);
    if entered.beside(&home.relative(&path)).is_some() {
        return Ok(false);
    }
    let signer = journal.signer();
    if signer.is_none() {
        let detail = "holds no key to sign with; `wangxun keys init` makes one";
        return Err(StorageError::key(&home.keys(), detail));
    }
    let (_, fixed) = entered.package(home, package)?;
    enter(home, journal, package, &fixed, None)
}

/// Enters a signature that a killed program had written but not entered. False when there is none.
pub(crate) fn enter(
    home: &Home,
    journal: &Journal,
    package: &Path,
    fixed: &FileDigest,
    reason: Option<&str>,
) -> Result<bool, StorageError> {
    let signer = journal.signer();
    let attached = attach(home, signer.as_deref(), journal.unit(), package, fixed)?;
    let Some(file) = attached else {
        return Ok(false);
    };
    let mut act = Act::new(Action::Sign, id_of(package).unwrap_or_default()).file(file);
    if let Some(reason) = reason {
        act = act.reason(reason);
    }
    journal.append(act).map(|_| true)
}
