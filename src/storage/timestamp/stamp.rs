//! Tokens beside packages: asked for, kept, looked at.
//!
//! The first token of an authority is over the package; each later one renews it and is over the package followed by
//! the file of the token before: `cat <id>.wacz <id>.wacz.<authority>.tsr | openssl ts -verify -data /dev/stdin ...`.

use super::request::Request;
use super::token::{TokenFacts, TokenFault, judge, read_certificates};
use crate::model::custody::Action;
use crate::storage::digest::{digests, sha256, sha256_of};
use crate::storage::durable;
use crate::storage::entered::Entered;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::item::id_of;
use crate::storage::journal::{Act, Journal};
use crate::storage::sidecar::{self, Sidecar, is_authority};
use crate::wire::file_digest::FileDigest;
use chrono::SecondsFormat;
use rustls::pki_types::CertificateDer;
use std::fs;
use std::path::{Path, PathBuf};

/// An authority whose tokens are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Name of lower-case letters, digits and hyphens; part of file names.
    pub name: String,
    /// The certificates to which its tokens are held, in PEM.
    pub certificates: Vec<u8>,
}

/// A question about one package.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is sent.
    pub request: Request,
    package: PathBuf,
    authority: String,
    number: u32,
}

/// What is known of one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenState {
    /// It holds.
    Good(TokenFacts),
    /// The certificates to which it is to be held are not known here.
    Unknown(String),
    /// It does not hold.
    Bad(String),
}

fn stamp_error(authority: &str, detail: impl ToString) -> StorageError {
    StorageError::Stamp {
        authority: authority.to_owned(),
        detail: detail.to_string(),
    }
}

/// Where certificates of an authority are kept; their digest in the name lets them change.
fn certificates_path(home: &Home, authority: &Authority) -> PathBuf {
    let digest = hex::encode(sha256_of(&[&authority.certificates]));
    let start = digest.get(..16).unwrap_or(&digest);
    home.authorities()
        .join(format!("{}-{start}.pem", authority.name))
}

/// Keeps the certificates of an authority and enters them in the journal, once.
pub fn keep_authority(
    home: &Home,
    journal: &Journal,
    entered: &Entered,
    authority: &Authority,
) -> Result<(), StorageError> {
    if !is_authority(&authority.name) {
        let detail = "its name must be 1 to 32 lower-case letters, digits and hyphens";
        return Err(stamp_error(&authority.name, detail));
    }
    read_certificates(&authority.certificates).map_err(|e| stamp_error(&authority.name, e))?;
    let path = certificates_path(home, authority);
    let relative = home.relative(&path);
    if entered.beside(&relative).is_some() {
        return Ok(());
    }
    durable::create_dir(&home.authorities())?;
    let aside = home.tmp().join(path.file_name().unwrap_or_default());
    durable::write_for_ever(&path, &aside, &authority.certificates)?;
    let file = FileDigest::new(relative.clone(), &digests(&authority.certificates));
    journal
        .append(Act::new(Action::Authority, relative).file(file))
        .map(|_| ())
}

/// The certificates of an authority that the journal fixed; what is not as it was fixed is left out.
fn roots(home: &Home, entered: &Entered, authority: &str) -> Vec<CertificateDer<'static>> {
    let mut roots = Vec::new();
    for (path, fixed) in entered.all_beside() {
        let name = path
            .strip_prefix("authorities/")
            .and_then(|name| name.strip_suffix(".pem")?.rsplit_once('-'));
        if name.map(|(name, _)| name) != Some(authority) {
            continue;
        }
        if let Ok(bytes) = fs::read(home.root().join(path))
            && fixed.matches(&digests(&bytes))
        {
            roots.extend(read_certificates(&bytes).unwrap_or_default());
        }
    }
    roots
}

/// What token `number` is over: the package with this SHA-256, and from the second on the token before, too.
fn imprint(
    package: &Path,
    sha256: &[u8; 32],
    authority: &str,
    number: u32,
) -> Result<[u8; 32], StorageError> {
    let Some(before) = number.checked_sub(1).filter(|n| *n > 0) else {
        return Ok(*sha256);
    };
    let before = Sidecar::Token {
        authority: authority.to_owned(),
        number: before,
    };
    let id = id_of(package).unwrap_or_default();
    let path = package.with_file_name(before.file_name(id));
    let bytes = fs::read(package).map_err(StorageError::io("read", package))?;
    let token = fs::read(&path).map_err(StorageError::io("read", &path))?;
    Ok(sha256_of(&[&bytes, &token]))
}

/// A question to an authority about a package; `None` when a token of it lies there already and is not to be renewed.
pub fn question(
    home: &Home,
    entered: &Entered,
    package: &Path,
    authority: &str,
    renew: bool,
) -> Result<Option<Question>, StorageError> {
    let last = sidecar::beside(package)?
        .into_iter()
        .filter_map(|(kind, _)| match kind {
            Sidecar::Token {
                authority: of,
                number,
            } if of == authority => Some(number),
            _ => None,
        })
        .max();
    if last.is_some() && !renew {
        return Ok(None);
    }
    let (bytes, _) = entered.package(home, package)?;
    let number = last.unwrap_or(0).saturating_add(1);
    let imprint = imprint(package, &sha256(&bytes), authority, number)?;
    let request = Request::new(imprint).map_err(|e| stamp_error(authority, e))?;
    Ok(Some(Question {
        request,
        package: package.to_owned(),
        authority: authority.to_owned(),
        number,
    }))
}

/// Judges the answer to a question and keeps it beside the package when it is good; the journal then fixes it.
pub fn keep(
    home: &Home,
    journal: &Journal,
    question: &Question,
    authority: &Authority,
    reply: &[u8],
) -> Result<TokenFacts, StorageError> {
    let id = id_of(&question.package).unwrap_or_default();
    let _one_at_a_time = home.sealing(id);
    let refused = |detail: String| stamp_error(&question.authority, detail);
    let roots = read_certificates(&authority.certificates).map_err(refused)?;
    let request = &question.request;
    let facts = judge(reply, &request.imprint, Some(&request.nonce), &roots)
        .map_err(|fault| refused(fault.to_string()))?;
    let kind = Sidecar::Token {
        authority: question.authority.clone(),
        number: question.number,
    };
    let path = question.package.with_file_name(kind.file_name(id));
    if path.exists() {
        return Err(refused("another token came in between".to_owned()));
    }
    let aside = home.tmp().join(path.file_name().unwrap_or_default());
    durable::write_for_ever(&path, &aside, reply)?;
    enter(home, journal, &path, reply, &facts, None)?;
    Ok(facts)
}

fn enter(
    home: &Home,
    journal: &Journal,
    path: &Path,
    reply: &[u8],
    facts: &TokenFacts,
    more: Option<&str>,
) -> Result<(), StorageError> {
    let id = sidecar::of_path(path).map_or("", |(id, _)| id);
    let mut reason = format!(
        "time {}; serial {}; authority {}",
        facts.time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        facts.serial,
        facts.authority
    );
    if let Some(more) = more {
        reason = format!("{reason}; {more}");
    }
    let file = FileDigest::new(home.relative(path), &digests(reply));
    let act = Act::new(Action::Stamp, id).reason(reason).file(file);
    journal.append(act).map(|_| ())
}

/// Enters a token that a killed program had kept but not entered.
pub(crate) fn adopt(
    home: &Home,
    journal: &Journal,
    entered: &Entered,
    (package, bytes): (&Path, &[u8]),
    path: &Path,
    reason: &str,
) -> Result<bool, StorageError> {
    let reply = fs::read(path).map_err(StorageError::io("read", path))?;
    match look(home, entered, package, &sha256(bytes), path)? {
        TokenState::Good(facts) => {
            enter(home, journal, path, &reply, &facts, Some(reason)).map(|()| true)
        }
        TokenState::Unknown(why) | TokenState::Bad(why) => Err(StorageError::damaged(path, why)),
    }
}

/// Looks at one token beside a package with this SHA-256.
pub fn look(
    home: &Home,
    entered: &Entered,
    package: &Path,
    sha256: &[u8; 32],
    path: &Path,
) -> Result<TokenState, StorageError> {
    let Some((_, Sidecar::Token { authority, number })) = sidecar::of_path(path) else {
        return Ok(TokenState::Bad("is no token".to_owned()));
    };
    let reply = fs::read(path).map_err(StorageError::io("read", path))?;
    let imprint = match imprint(package, sha256, &authority, number) {
        Ok(imprint) => imprint,
        Err(error) => return Ok(TokenState::Bad(error.to_string())),
    };
    let roots = roots(home, entered, &authority);
    Ok(match judge(&reply, &imprint, None, &roots) {
        Ok(facts) => TokenState::Good(facts),
        Err(TokenFault::Untrusted(_)) if roots.is_empty() => TokenState::Unknown(format!(
            "the certificates of {authority} are not known to the journal"
        )),
        Err(fault) => TokenState::Bad(fault.to_string()),
    })
}
