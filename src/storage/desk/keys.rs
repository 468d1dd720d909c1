//! Officers' keys: who may sign, since when and until when, folded from the events; signing with a key's file.

use super::record;
use super::recover::enter_file;
use crate::model::custody::Actor;
use crate::model::determination::{OfficerSignature, SignatureCheck};
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::journal::Journal;
use crate::storage::minisign::{PublicKey, SecretKey, Signature, prehash};
use crate::storage::private;
use crate::wire::desk::officer::OfficerFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use chrono::NaiveDate;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// One key of one officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerKey {
    /// The officer.
    pub name: String,
    /// The key.
    pub public: PublicKey,
    /// First day in force.
    pub from: NaiveDate,
    /// Last day in force, if bounded.
    pub until: Option<NaiveDate>,
    /// First day on which it was revoked.
    pub revoked: Option<NaiveDate>,
}

impl OfficerKey {
    /// Whether it is in force on this day.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        day >= self.from
            && self.until.is_none_or(|until| day <= until)
            && self.revoked.is_none_or(|revoked| day < revoked)
    }
}

/// All officers' keys.
#[derive(Debug, Clone, Default)]
pub struct OfficerKeys {
    keys: Vec<OfficerKey>,
}

impl OfficerKeys {
    /// Folds them from the desk's events.
    pub fn of(events: &[DeskEvent]) -> Self {
        let mut keys: Vec<OfficerKey> = Vec::new();
        for event in events {
            match &event.what {
                DeskFact::Officer(OfficerFact::Registered {
                    name,
                    key,
                    from,
                    until,
                    ..
                }) => {
                    let Ok(public) = PublicKey::parse(key) else {
                        continue;
                    };
                    let same = |k: &&mut OfficerKey| k.name == *name && k.public == public;
                    match keys.iter_mut().find(same) {
                        // A registration told again may bound the key; what was revoked stays so.
                        Some(known) => (known.from, known.until) = (*from, *until),
                        None => keys.push(OfficerKey {
                            name: name.clone(),
                            public,
                            from: *from,
                            until: *until,
                            revoked: None,
                        }),
                    }
                }
                DeskFact::Officer(OfficerFact::Revoked {
                    name, key_id, from, ..
                }) => {
                    let hit = |k: &&mut OfficerKey| {
                        k.name == *name && (key_id.is_empty() || k.public.id() == *key_id)
                    };
                    for key in keys.iter_mut().filter(hit) {
                        key.revoked = Some(key.revoked.map_or(*from, |before| before.min(*from)));
                    }
                }
                _ => {}
            }
        }
        Self { keys }
    }

    /// All keys, in the order in which they were registered.
    pub fn all(&self) -> &[OfficerKey] {
        &self.keys
    }

    /// The keys of an officer.
    pub fn of_officer<'k>(&'k self, name: &'k str) -> impl Iterator<Item = &'k OfficerKey> {
        self.keys.iter().filter(move |k| k.name == name)
    }

    /// Whose key this is.
    pub fn owner(&self, key_id: &str) -> Option<&OfficerKey> {
        self.keys.iter().find(|k| k.public.id() == key_id)
    }
}

impl SignatureCheck for OfficerKeys {
    fn check(
        &self,
        signature: &OfficerSignature,
        message: &[u8],
        day: NaiveDate,
    ) -> Result<String, String> {
        let parsed = Signature::parse(&signature.signature)?;
        let id = parsed.key_id();
        if self.of_officer(&signature.officer).next().is_none() {
            return Err(format!(
                "{} has no registered key; `wangxun officers add` registers one",
                signature.officer
            ));
        }
        let key = self
            .of_officer(&signature.officer)
            .find(|k| k.public.id() == id)
            .ok_or_else(|| format!("key {id} is not a key of {}", signature.officer))?;
        if !key.in_force(day) {
            return Err(format!("key {id} was not in force on {day}"));
        }
        parsed.check(&key.public, &prehash(message))?;
        Ok(id)
    }
}

/// Makes a key pair: the secret at `path`, which only its owner may read, and the public key beside it as `.pub`. Gives
/// the public key in one line.
///
/// # Errors
/// A file that is there already is never replaced.
pub fn generate_key(path: &Path) -> Result<PublicKey, StorageError> {
    let secret = SecretKey::generate().map_err(|detail| StorageError::key(path, detail))?;
    let beside = public_path(path);
    if path.exists() || beside.exists() {
        return Err(StorageError::key(
            path,
            "is there already, and a key is never replaced: give another name",
        ));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .map_err(StorageError::io("create", path))?;
    file.write_all(secret.to_text().as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(StorageError::io("write", path))?;
    fs::write(&beside, secret.public().to_text()).map_err(StorageError::io("write", &beside))?;
    Ok(*secret.public())
}

fn public_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

/// Signs bytes with the secret key in this file. Gives the key's number and the text of the `.minisig` file.
///
/// # Errors
/// Refuses a key's file that others may read, a key with a password, and a comment of several lines.
pub fn sign(key: &Path, bytes: &[u8], comment: &str) -> Result<(String, String), StorageError> {
    private::check(key)?;
    let text = fs::read_to_string(key).map_err(StorageError::io("read", key))?;
    let secret = SecretKey::parse(&text).map_err(|detail| StorageError::key(key, detail))?;
    let signature = secret
        .sign(&prehash(bytes), comment)
        .map_err(|detail| StorageError::key(key, detail))?;
    Ok((secret.public().id(), signature.to_text()))
}

/// Checks a public key's file under `desk/officers/` against its name.
pub(super) fn check_public(stem: &str, bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let key = PublicKey::parse(&text)?;
    if key.to_text() != text {
        return Err("is not in the form in which it is written".to_owned());
    }
    match key.id() == stem {
        true => Ok(()),
        false => Err(format!("holds the key {}", key.id())),
    }
}

pub(super) fn keep_public(
    home: &Home,
    journal: &Journal,
    key: &str,
    actor: &Actor,
) -> Result<PathBuf, StorageError> {
    let folder = record::folder(home).join("officers");
    let key = PublicKey::parse(key).map_err(|detail| StorageError::key(&folder, detail))?;
    let name = format!("{}.pub", key.id());
    let path = folder.join(&name);
    let text = key.to_text();
    if path.is_file() {
        let there = fs::read(&path).map_err(StorageError::io("read", &path))?;
        return match there == text.as_bytes() {
            true => Ok(path),
            false => Err(StorageError::damaged(
                &path,
                "is another key of this number",
            )),
        };
    }
    durable::create_dir(&folder)?;
    durable::write_for_ever(&path, &home.tmp().join(name), text.as_bytes())?;
    enter_file(home, journal, &path, text.as_bytes(), Some(actor), None)?;
    Ok(path)
}
