//! The keys with which items and checkpoints are signed.
//!
//! `keys/<writer>-<n>.pub` are the public keys, the first with number 1; all of them stay, so that old signatures can
//! be checked. `keys/<writer>-<n>.key` is the secret key of the highest number alone. From the second on, the key
//! before has signed the new public one: `keys/<writer>-<n>.pub.minisig`. The journal fixes all but the secret.

use super::digest::digests;
use super::durable;
use super::error::StorageError;
use super::home::Home;
use super::journal::{self, Act, Journal};
use super::minisign::{PublicKey, SecretKey, Signature, prehash};
use super::private;
use crate::model::custody::Action;
use crate::model::note::Note;
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// A writer's present key.
#[derive(Debug)]
pub struct Signer {
    name: String,
    secret: SecretKey,
}

impl Signer {
    /// The name of its files, such as `main-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        self.secret.public()
    }

    /// The secret key.
    pub(crate) fn secret(&self) -> &SecretKey {
        &self.secret
    }
}

/// A public key that the journal knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// The name of its files, such as `main-1`.
    pub name: String,
    /// The key.
    pub public: PublicKey,
}

/// Public keys by which signatures are checked.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    keys: Vec<KnownKey>,
}

impl KeyRing {
    /// The keys of a home that its journals know. What is not as they fixed it is left out; verification names it.
    pub fn read(home: &Home) -> Result<Self, StorageError> {
        let mut known = BTreeMap::new();
        let brings = ["\"action\":\"key-init\"", "\"action\":\"key-rotate\""];
        journal::scan(home, &brings, &mut |entry| {
            known.extend(public_file(&entry));
        })?;
        Self::of(home, &known)
    }

    /// The keys of a home that are as the journals fixed them, by the path of their `.pub` files.
    pub(crate) fn of(
        home: &Home,
        known: &BTreeMap<String, FileDigest>,
    ) -> Result<Self, StorageError> {
        let mut ring = Self::default();
        for (path, fixed) in known {
            let Ok(bytes) = fs::read(home.root().join(path)) else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes);
            if let (true, Ok(public)) = (fixed.matches(&digests(&bytes)), PublicKey::parse(&text)) {
                let name = path.trim_start_matches("keys/").trim_end_matches(".pub");
                ring.add(name, public);
            }
        }
        Ok(ring)
    }

    /// Adds a key from elsewhere.
    pub fn add(&mut self, name: &str, public: PublicKey) {
        self.keys.push(KnownKey {
            name: name.to_owned(),
            public,
        });
    }

    /// All keys, by name.
    pub fn keys(&self) -> &[KnownKey] {
        &self.keys
    }

    /// The key of this number.
    pub fn by_id(&self, id: &str) -> Option<&KnownKey> {
        self.keys.iter().find(|key| key.public.id() == id)
    }

    /// The bare public keys.
    pub fn publics(&self) -> impl Iterator<Item = &PublicKey> {
        self.keys.iter().map(|key| &key.public)
    }
}

/// The public key's file that an entry brings in, by its path.
pub(crate) fn public_file(entry: &JournalEntry) -> Option<(String, FileDigest)> {
    let brings = [Action::KeyInit, Action::KeyRotate]
        .iter()
        .any(|action| entry.action == action.code());
    let file = entry.files.first().filter(|_| brings)?;
    Some((file.path.clone(), file.clone()))
}

/// Writer and number of a key's name.
pub(crate) fn parts(name: &str) -> Option<(&str, u32)> {
    let (writer, number) = name.rsplit_once('-')?;
    let value: u32 = number.parse().ok()?;
    (value > 0 && value.to_string() == number).then_some((writer, value))
}

fn file(home: &Home, name: &str, end: &str) -> PathBuf {
    home.keys().join(format!("{name}.{end}"))
}

/// The highest number of this writer's keys that the journal knows.
fn newest(writer: &str, known: &BTreeMap<String, FileDigest>) -> Option<u32> {
    let names = known
        .keys()
        .filter_map(|path| path.strip_prefix("keys/")?.strip_suffix(".pub"));
    names
        .filter_map(parts)
        .filter(|(owner, _)| *owner == writer)
        .map(|(_, number)| number)
        .max()
}

/// The writer's present key, if it has one. Older secret keys, which a killed program may have left, are removed.
pub(crate) fn signer(
    home: &Home,
    writer: &str,
    known: &BTreeMap<String, FileDigest>,
) -> Result<(Option<Signer>, Vec<Note>), StorageError> {
    let Some(number) = newest(writer, known) else {
        return Ok((None, Vec::new()));
    };
    let name = format!("{writer}-{number}");
    let path = file(home, &name, "key");
    if !path.is_file() {
        let message = format!(
            "{} is missing: items are not signed; put it back, or run `wangxun keys rotate`",
            home.relative(&path)
        );
        return Ok((None, vec![Note::new("no-secret-key", message)]));
    }
    private::check(&home.keys())?;
    private::check(&path)?;
    let text = fs::read_to_string(&path).map_err(StorageError::io("read", &path))?;
    let secret = SecretKey::parse(&text).map_err(|detail| StorageError::key(&path, detail))?;
    let stored = KeyRing::of(home, known)?;
    if stored.by_id(&secret.public().id()).map(|k| &k.public) != Some(secret.public()) {
        let detail = "is not the secret of the key that the journal knows under this name";
        return Err(StorageError::key(&path, detail));
    }
    if let Some(before) = number.checked_sub(1) {
        remove_secret(home, &format!("{writer}-{before}"))?;
    }
    Ok((Some(Signer { name, secret }), Vec::new()))
}

fn remove_secret(home: &Home, name: &str) -> Result<(), StorageError> {
    let path = file(home, name, "key");
    match fs::remove_file(&path) {
        Ok(()) => durable::sync_dir(&home.keys()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(StorageError::io("remove", &path)(e)),
    }
}

/// Makes the writer's first key. Refused when it has one.
pub fn init(home: &Home, journal: &Journal) -> Result<KnownKey, StorageError> {
    let writer = journal.writer();
    if let Some(number) = newest(writer, &known(home, writer)?) {
        let detail = "is the writer's key already; `wangxun keys rotate` replaces it by a new one";
        let path = file(home, &format!("{writer}-{number}"), "pub");
        return Err(StorageError::key(&path, detail));
    }
    let (signer, public) = write_pair(home, &format!("{writer}-1"))?;
    let key = known_key(&signer);
    let act = Act::new(Action::KeyInit, public.path.clone())
        .reason(format!("key {}", key.public.id()))
        .file(public);
    journal.take_key(signer, act)?;
    Ok(key)
}

/// Replaces the writer's key by a new one, which the old one signs; the old secret is then removed.
pub fn rotate(home: &Home, journal: &Journal, reason: &str) -> Result<KnownKey, StorageError> {
    let writer = journal.writer();
    let Some(number) = newest(writer, &known(home, writer)?) else {
        let detail = format!("holds no key of {writer}; `wangxun keys init` makes the first one");
        return Err(StorageError::key(&home.keys(), detail));
    };
    let old = journal.signer();
    let name = format!("{writer}-{}", number.saturating_add(1));
    let (signer, public) = write_pair(home, &name)?;
    let key = known_key(&signer);
    let told = match &old {
        Some(old) => format!("key {} replaces {}", key.public.id(), old.public().id()),
        None => format!(
            "key {} replaces {writer}-{number}, whose secret is lost",
            key.public.id()
        ),
    };
    let reason = [told.as_str(), reason].join("; ");
    let mut act = Act::new(Action::KeyRotate, public.path.clone())
        .reason(reason.trim_end_matches("; "))
        .file(public);
    if let Some(old) = &old {
        act = act.file(sign_new(home, old, &name)?);
    }
    journal.take_key(signer, act)?;
    remove_secret(home, &format!("{writer}-{number}"))?;
    Ok(key)
}

fn known_key(signer: &Signer) -> KnownKey {
    KnownKey {
        name: signer.name.clone(),
        public: *signer.public(),
    }
}

/// The public keys that this writer's journal knows.
fn known(home: &Home, writer: &str) -> Result<BTreeMap<String, FileDigest>, StorageError> {
    let mut known = BTreeMap::new();
    let path = home.journal().join(format!("{writer}.jsonl"));
    journal::read_file(&path, &mut |entry, _| {
        known.extend(public_file(&entry));
        true
    })?;
    Ok(known)
}

/// Writes a new key pair. What a killed program left under this name has signed nothing, and is replaced.
fn write_pair(home: &Home, name: &str) -> Result<(Signer, FileDigest), StorageError> {
    private::create_dir(&home.keys())?;
    private::check(&home.keys())?;
    let path = file(home, name, "key");
    let secret = SecretKey::generate().map_err(|detail| StorageError::key(&path, detail))?;
    let aside = home.tmp().join(format!("{name}.key"));
    private::write_file(&path, &aside, secret.to_text().as_bytes())?;
    let text = secret.public().to_text();
    let public = write_beside(home, &format!("{name}.pub"), text.as_bytes())?;
    let signer = Signer {
        name: name.to_owned(),
        secret,
    };
    Ok((signer, public))
}

fn write_beside(home: &Home, name: &str, bytes: &[u8]) -> Result<FileDigest, StorageError> {
    let path = home.keys().join(name);
    let aside = home.tmp().join(name);
    durable::write_for_ever(&path, &aside, bytes)?;
    Ok(FileDigest::new(home.relative(&path), &digests(bytes)))
}

/// The old key's signature over the new public key's file.
fn sign_new(home: &Home, old: &Signer, name: &str) -> Result<FileDigest, StorageError> {
    let path = file(home, name, "pub");
    let bytes = fs::read(&path).map_err(StorageError::io("read", &path))?;
    let comment = format!("wangxun-key/1 file={name}.pub replaces={}", old.name);
    let signature = old
        .secret
        .sign(&prehash(&bytes), &comment)
        .map_err(|detail| StorageError::key(&path, detail))?;
    let name = format!("{name}.pub.minisig");
    write_beside(home, &name, signature.to_text().as_bytes())
}

/// Checks that the key before has signed a public key's file: its bytes, and the signature's text.
pub(crate) fn check_succession(
    ring: &KeyRing,
    name: &str,
    public: &[u8],
    signature: &str,
) -> Result<(), String> {
    let before = parts(name)
        .and_then(|(writer, number)| Some(format!("{writer}-{}", number.checked_sub(1)?)))
        .and_then(|before| ring.keys().iter().find(|key| key.name == before));
    let before = before.ok_or("the key before it is not known")?;
    let signature = Signature::parse(signature)?;
    signature.check(&before.public, &prehash(public))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::custody::Actor;

    fn open(home: &Home) -> Journal {
        Journal::open(home, "main", Actor::patrol("某县"))
            .unwrap()
            .0
    }

    #[test]
    fn keys_are_made_used_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let journal = open(&home);
        assert!(journal.signer().is_none());
        assert!(rotate(&home, &journal, "").is_err());
        let first = init(&home, &journal).unwrap();
        assert!(init(&home, &journal).is_err());
        drop(journal);
        let journal = open(&home);
        assert_eq!(journal.signer().unwrap().public(), &first.public);
        let second = rotate(&home, &journal, "yearly").unwrap();
        assert_ne!(first.public, second.public);
        drop(journal);
        assert_eq!(open(&home).signer().unwrap().public(), &second.public);
        assert!(!file(&home, "main-1", "key").exists());
        let ring = KeyRing::read(&home).unwrap();
        assert_eq!(ring.keys(), &[first, second]);
        let read = |end: &str| fs::read_to_string(file(&home, "main-2", end)).unwrap();
        let public = read("pub");
        let signature = read("pub.minisig");
        check_succession(&ring, "main-2", public.as_bytes(), &signature).unwrap();
        assert!(check_succession(&ring, "main-2", b"other", &signature).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused_with_advice() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        init(&home, &open(&home)).unwrap();
        let secret = file(&home, "main-1", "key");
        let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&secret), mode(&home.keys())), (0o600, 0o700));
        for (path, loose, advice) in [
            (&secret, 0o640, "chmod 600"),
            (&home.keys(), 0o755, "chmod 700"),
        ] {
            let tight = mode(path);
            fs::set_permissions(path, fs::Permissions::from_mode(loose)).unwrap();
            let error = Journal::open(&home, "main", Actor::patrol("")).unwrap_err();
            assert!(error.to_string().contains(advice), "{error}");
            fs::set_permissions(path, fs::Permissions::from_mode(tight)).unwrap();
        }
        open(&home);
    }

    #[test]
    fn names_of_keys() {
        assert_eq!(parts("main-1"), Some(("main", 1)));
        assert_eq!(parts("a-b-12"), Some(("a-b", 12)));
        for bad in ["main", "main-0", "main-01", "main-", "main-x", "-"] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }
}
