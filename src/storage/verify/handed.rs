//! Checking a package that was handed out, with the files beside it, against keys and certificates that are given.

use super::sealing::{self, TIME_STAMP};
use super::{Check, Trust};
use crate::storage::digest::{sha256, sha256_of};
use crate::storage::durable;
use crate::storage::error::StorageError;
use crate::storage::timestamp::token::{TokenFault, judge, read_certificates};
use std::fs;
use std::path::Path;

/// Checks `<package>.minisig` and `<package>.<authority>[.<n>].tsr`, whatever the package is called.
pub(super) fn check_beside(
    package: &Path,
    subject: &str,
    trust: &Trust,
) -> Result<Vec<Check>, StorageError> {
    let bytes = fs::read(package).map_err(StorageError::io("read", package))?;
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let mut checks = Vec::new();
    for path in durable::list(package.parent().unwrap_or(package))? {
        let other = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(end) = other.strip_prefix(&*name).and_then(|e| e.strip_prefix('.')) else {
            continue;
        };
        let of = format!("{subject}.{end}");
        if end == "minisig" {
            let text = fs::read(&path).map_err(StorageError::io("read", &path))?;
            let package = (&*bytes, &*hex::encode(sha256(&bytes)));
            checks.push(sealing::check_signature(of, &text, package, &trust.keys));
        } else if let Some(token) = end.strip_suffix(".tsr") {
            checks.push(check_token(of, package, &bytes, token, trust)?);
        }
    }
    Ok(checks)
}

fn check_token(
    subject: String,
    package: &Path,
    bytes: &[u8],
    token: &str,
    trust: &Trust,
) -> Result<Check, StorageError> {
    let read = |token: &str| {
        let mut name = package.as_os_str().to_owned();
        name.push(format!(".{token}.tsr"));
        let path = Path::new(&name).to_owned();
        fs::read(&path).map_err(StorageError::io("read", &path))
    };
    let imprint = match token.split_once('.') {
        None => sha256(bytes),
        Some((authority, number)) => {
            let before = match number.parse::<u32>() {
                Ok(2) => authority.to_owned(),
                Ok(n) if n > 2 => format!("{authority}.{}", n - 1),
                _ => return Ok(Check::fail(TIME_STAMP, subject, "has a strange name")),
            };
            sha256_of(&[bytes, &read(&before)?])
        }
    };
    let roots = read_certificates(&trust.certificates).unwrap_or_default();
    Ok(match judge(&read(token)?, &imprint, None, &roots) {
        Ok(_) => Check::pass(TIME_STAMP, subject),
        Err(TokenFault::Untrusted(_)) if roots.is_empty() => Check::not_checked(
            TIME_STAMP,
            subject,
            "no trusted certificate is given; name one with --ca FILE.pem",
        ),
        Err(fault) => Check::fail(TIME_STAMP, subject, fault.to_string()),
    })
}
