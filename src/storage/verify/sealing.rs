//! Checking what vouches for the evidence: keys, signed tree heads, signatures and time stamps beside packages.

use super::Check;
use super::journal::Facts;
use crate::model::custody::Action;
use crate::storage::checkpoint::{Checkpoint, Checkpoints, SignedBy};
use crate::storage::checkpoint_file;
use crate::storage::digest::{digests, sha256};
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::item::id_of;
use crate::storage::journal_tree::JournalTree;
use crate::storage::keys::{self, KeyRing};
use crate::storage::minisign::SecretKey;
use crate::storage::private;
use crate::storage::sidecar::{self, Sidecar};
use crate::storage::signature::{self, SignatureState};
use crate::storage::timestamp::stamp::{self, TokenState};
use crate::wire::file_digest::FileDigest;
use crate::wire::journal_entry::JournalEntry;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const UNKNOWN: &str = "the journal does not know it";
const UNKNOWN_KEY: &str =
    "the journal does not know it; if `wangxun keys init` or `rotate` was interrupted, repeat it";
const CHANGED: &str = "does not have the digests that the journal fixed";
const CHECKPOINTS: &str = "journal checkpoints";

/// A package and the files beside it.
pub(super) type Beside = (PathBuf, Vec<(Sidecar, PathBuf)>);

/// What the journals say of keys and checkpoints.
impl Facts {
    pub(super) fn learn_sealing(&mut self, entry: &JournalEntry) {
        self.entered.learn(entry);
        if let Some((path, file)) = keys::public_file(entry) {
            self.keys.insert(path, file);
            let files = entry.files.iter().map(|f| (f.path.clone(), f.clone()));
            self.key_files.extend(files);
        } else if entry.action == Action::Checkpoint.code() {
            let files = entry.files.iter().map(|f| (f.path.clone(), f.clone()));
            self.checkpoint_files.extend(files);
        }
    }
}

/// The checkpoints of one journal as they were read before it.
pub(super) struct Signed {
    path: PathBuf,
    bytes: Option<Vec<u8>>,
    read: Checkpoints,
}

impl Signed {
    pub(super) fn read(journal: &Path) -> Self {
        let path = checkpoint_file::path_of(journal);
        let bytes = fs::read(&path).ok();
        let read = Checkpoints::read(bytes.as_deref().unwrap_or_default());
        Self { path, bytes, read }
    }

    pub(super) fn all(&self) -> &[Checkpoint] {
        &self.read.all
    }

    /// Holds them against the journal, which is sound in itself. Signatures are checked when all keys are known.
    pub(super) fn check(
        self,
        home: &Home,
        (journal, writer): (&str, &str),
        lines: &JournalTree,
        facts: &mut Facts,
    ) -> Vec<Check> {
        let subject = home.relative(&self.path);
        let fixed = facts.checkpoint_files.get(&subject);
        let Some(bytes) = &self.bytes else {
            let wanted = fixed.is_some() || !lines.keys().is_empty();
            let detail = format!("is missing: {journal} tells of it");
            return wanted
                .then(|| Check::fail(CHECKPOINTS, subject, detail))
                .into_iter()
                .collect();
        };
        if fixed.is_none() && lines.keys().is_empty() {
            let detail = format!(
                "does not belong here: {journal} knows of no key; if `wangxun keys init` was interrupted, repeat it"
            );
            return vec![Check::fail(CHECKPOINTS, subject, detail)];
        }
        let heads = self.read.all.iter().map(Checkpoint::head);
        let fault = self
            .read
            .fault
            .clone()
            .or_else(|| changed(bytes, fixed))
            .or_else(|| {
                let fault = heads.clone().find_map(|head| lines.fault(writer, head))?;
                Some(format!("{journal}: {fault}"))
            });
        if let Some(fault) = fault {
            return vec![Check::fail(CHECKPOINTS, subject, fault)];
        }
        let mut checks = Vec::new();
        if self.read.torn > 0 || self.read.all.is_empty() {
            let detail = format!(
                "{} bytes behind the last whole checkpoint; the next opening puts it in order",
                self.read.torn
            );
            checks.push(Check::not_checked(CHECKPOINTS, subject.clone(), detail));
        }
        facts.signed.push((subject, self.read.all));
        checks
    }
}

/// Whether the bytes begin with those that the journal fixed last.
fn changed(bytes: &[u8], fixed: Option<&FileDigest>) -> Option<String> {
    let fixed = fixed?;
    let length = usize::try_from(fixed.bytes).unwrap_or(usize::MAX);
    match bytes.get(..length) {
        Some(start) if fixed.matches(&digests(start)) => None,
        Some(_) => Some("its beginning is not as the journal fixed it".to_owned()),
        None => Some(format!(
            "has {} bytes, the journal fixed {}",
            bytes.len(),
            fixed.bytes
        )),
    }
}

/// Checks the keys of a home, the certificates of its authorities, and the signatures of its checkpoints.
pub(super) fn check_keys(
    home: &Home,
    facts: &mut Facts,
    checks: &mut Vec<Check>,
) -> Result<(), StorageError> {
    let ring = KeyRing::of(home, &facts.keys)?;
    for (path, fixed) in &facts.key_files {
        checks.push(check_fixed(home, "key", path, fixed));
    }
    check_key_folder(home, facts, &ring, checks);
    check_successions(home, facts, &ring, checks);
    check_authorities(home, facts, checks)?;
    for (subject, checkpoints) in &facts.signed {
        checks.extend(check_signatures(subject, checkpoints, &ring));
    }
    facts.ring = ring;
    Ok(())
}

fn check_fixed(home: &Home, name: &'static str, path: &str, fixed: &FileDigest) -> Check {
    match fs::read(home.root().join(path)) {
        Ok(bytes) if fixed.matches(&digests(&bytes)) => Check::pass(name, path),
        Ok(_) => Check::fail(name, path, CHANGED),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            Check::fail(name, path, "is missing: the journal knows it")
        }
        Err(e) => Check::not_checked(name, path, format!("cannot be read: {e}")),
    }
}

/// What lies in the folder of keys without reason, and secret keys that others may read or that are not the key's.
fn check_key_folder(home: &Home, facts: &Facts, ring: &KeyRing, checks: &mut Vec<Check>) {
    let folder = home.keys();
    let paths = match durable::list(&folder) {
        Ok(paths) => paths,
        Err(e) => {
            let detail = format!("cannot be looked into: {e}");
            checks.push(Check::not_checked("key", home.relative(&folder), detail));
            return;
        }
    };
    // A copy of the store for others holds public keys only: nothing in it is to be kept from anybody.
    if paths
        .iter()
        .any(|p| p.extension().is_some_and(|e| e == "key"))
    {
        checks.extend(loose(home, &folder));
    }
    for path in paths {
        let subject = home.relative(&path);
        if facts.key_files.contains_key(&subject) {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let known = |name: &str| facts.keys.contains_key(&format!("keys/{name}.pub"));
        match name.strip_suffix(".key") {
            Some(name) if known(name) => {
                checks.extend(loose(home, &path));
                checks.extend(check_secret(home, &path, name, ring));
            }
            _ => checks.push(Check::astray(home, "key", subject, UNKNOWN_KEY)),
        }
    }
}

fn loose(home: &Home, path: &Path) -> Option<Check> {
    let subject = home.relative(path);
    match private::loose(path) {
        Ok(found) => found.map(|detail| Check::fail("key", subject, detail)),
        Err(e) => Some(Check::not_checked("key", subject, e.to_string())),
    }
}

fn check_secret(home: &Home, path: &Path, name: &str, ring: &KeyRing) -> Option<Check> {
    let subject = home.relative(path);
    let Ok(text) = fs::read_to_string(path) else {
        return Some(Check::not_checked("key", subject, "cannot be read"));
    };
    let public = ring.keys().iter().find(|key| key.name == name);
    match SecretKey::parse(&text) {
        Ok(secret) if public.map(|key| &key.public) == Some(secret.public()) => None,
        Ok(_) => Some(Check::fail(
            "key",
            subject,
            "is not the secret of the public key of this name",
        )),
        Err(why) => Some(Check::fail("key", subject, why)),
    }
}

/// Each key that replaced another was signed by it, unless the journal says that its secret was lost.
fn check_successions(home: &Home, facts: &Facts, ring: &KeyRing, checks: &mut Vec<Check>) {
    for path in facts.key_files.keys().filter(|p| p.ends_with(".minisig")) {
        let public = path.trim_end_matches(".minisig");
        let name = public.trim_start_matches("keys/").trim_end_matches(".pub");
        let read = |path: &str| fs::read(home.root().join(path));
        let (Ok(bytes), Ok(text)) = (read(public), read(path)) else {
            continue;
        };
        let text = String::from_utf8_lossy(&text);
        checks.push(match keys::check_succession(ring, name, &bytes, &text) {
            Ok(()) => Check::pass("key succession", path.as_str()),
            Err(why) => Check::fail("key succession", path.as_str(), why),
        });
    }
}

fn check_authorities(
    home: &Home,
    facts: &Facts,
    checks: &mut Vec<Check>,
) -> Result<(), StorageError> {
    let is_own = |path: &str| path.starts_with("authorities/");
    for (path, fixed) in facts.entered.all_beside() {
        if is_own(path) {
            checks.push(check_fixed(home, "authority", path, fixed));
        }
    }
    for path in durable::list(&home.authorities())? {
        let subject = home.relative(&path);
        if facts.entered.beside(&subject).is_none() {
            checks.push(Check::astray(home, "authority", subject, UNKNOWN));
        }
    }
    Ok(())
}

fn check_signatures(subject: &str, checkpoints: &[Checkpoint], ring: &KeyRing) -> Option<Check> {
    let name = "checkpoint signatures";
    let of = |checkpoint: &Checkpoint| checkpoint.signed_by(ring.publics());
    let sizes = |wanted: SignedBy| {
        let found = checkpoints.iter().filter(|c| of(c) == wanted);
        let sizes: Vec<String> = found.take(5).map(|c| c.head().size.to_string()).collect();
        sizes.join(", ")
    };
    let (forged, unknown) = (sizes(SignedBy::Forged), sizes(SignedBy::Unknown));
    if !forged.is_empty() {
        let detail = format!("the signature over {forged} lines is not over this tree head");
        return Some(Check::fail(name, subject, detail));
    }
    if !unknown.is_empty() {
        let detail = format!("{unknown} lines: signed by no key that is known here");
        return Some(Check::not_checked(name, subject, detail));
    }
    (!checkpoints.is_empty()).then(|| Check::pass(name, subject))
}

/// The files beside packages that are to be checked; what the journal knows but is not there, and what lies beside no
/// package, is told at once.
pub(super) fn beside(
    home: &Home,
    facts: &Facts,
    checks: &mut Vec<Check>,
) -> Result<Vec<Beside>, StorageError> {
    let found = sidecar::all(home)?;
    let present: BTreeSet<String> = found
        .values()
        .flatten()
        .map(|(_, path)| home.relative(path))
        .collect();
    for path in facts.entered.all_beside().keys() {
        let gone = !present.contains(path) && !facts.buried.contains_key(path);
        if path.starts_with("evidence/") && gone {
            let detail = "is missing: the journal knows it";
            checks.push(Check::fail(name_of(path), path.as_str(), detail));
        }
    }
    Ok(found.into_iter().collect())
}

fn name_of(path: &str) -> &'static str {
    if path.ends_with(".minisig") {
        SIGNATURE
    } else {
        TIME_STAMP
    }
}

/// Name of the check of a signature.
pub(super) const SIGNATURE: &str = "signature";
/// Name of the check of a token.
pub(super) const TIME_STAMP: &str = "time stamp";

/// Checks the files beside one package.
pub(super) fn check_beside(home: &Home, facts: &Facts, (package, files): &Beside) -> Vec<Check> {
    if files.is_empty() {
        return Vec::new();
    }
    let bytes = fs::read(package).unwrap_or_default();
    let digest = package_digest(facts, package, &bytes);
    let mut checks = Vec::new();
    for (kind, path) in files {
        let subject = home.relative(path);
        let name = name_of(&subject);
        if facts.buried.contains_key(&subject) {
            // Deleted with its package; that it is still there is told with the tombstone.
            continue;
        }
        if bytes.is_empty() {
            let id = id_of(package).unwrap_or_default();
            let detail = format!("lies beside no package of {id}");
            checks.push(Check::fail(name, subject, detail));
            continue;
        }
        let fixed = match facts.entered.beside(&subject) {
            Some(fixed) => fixed,
            None => {
                checks.push(Check::astray(home, name, subject, UNKNOWN));
                continue;
            }
        };
        let found = fs::read(path).unwrap_or_default();
        if !fixed.matches(&digests(&found)) {
            checks.push(Check::fail(name, subject, CHANGED));
            continue;
        }
        checks.push(match kind {
            Sidecar::Signature => {
                check_signature(subject, &found, (&bytes, &hex::encode(digest)), &facts.ring)
            }
            Sidecar::Token { .. } => check_token(home, facts, subject, (package, &digest), path),
        });
    }
    checks
}

/// SHA-256 of a package. The check of the item itself holds the bytes against what the journal fixed, so that digest
/// need not be taken twice.
fn package_digest(facts: &Facts, package: &Path, bytes: &[u8]) -> [u8; 32] {
    let fixed = id_of(package).and_then(|id| facts.entered.fixed_package(id));
    fixed
        .and_then(|fixed| hex::decode(&fixed.sha256).ok()?.try_into().ok())
        .unwrap_or_else(|| sha256(bytes))
}

pub(super) fn check_signature(
    subject: String,
    signature: &[u8],
    (package, digest): (&[u8], &str),
    ring: &KeyRing,
) -> Check {
    match signature::judge(signature, package, digest, ring) {
        SignatureState::Good { .. } => Check::pass(SIGNATURE, subject),
        SignatureState::UnknownKey(key) => {
            let detail = format!("key {key} is not known here; give its public key with --key");
            Check::not_checked(SIGNATURE, subject, detail)
        }
        SignatureState::Bad(why) => Check::fail(SIGNATURE, subject, why),
        SignatureState::Unsigned => Check::fail(SIGNATURE, subject, "is no signature"),
    }
}

fn check_token(
    home: &Home,
    facts: &Facts,
    subject: String,
    (package, digest): (&Path, &[u8; 32]),
    path: &Path,
) -> Check {
    match stamp::look(home, &facts.entered, package, digest, path) {
        Ok(TokenState::Good(_)) => Check::pass(TIME_STAMP, subject),
        Ok(TokenState::Unknown(why)) => Check::not_checked(TIME_STAMP, subject, why),
        Ok(TokenState::Bad(why)) => Check::fail(TIME_STAMP, subject, why),
        Err(e) => Check::fail(TIME_STAMP, subject, e.to_string()),
    }
}
