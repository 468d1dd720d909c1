//! Files beside a sealed package: signatures and time-stamp tokens. The package itself never changes.

use super::durable;
use super::error::StorageError;
use super::home::Home;
use super::item::{is_evidence_id, months};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which file beside a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sidecar {
    /// `<id>.wacz.minisig`: the signature of the writer's key.
    Signature,
    /// `<id>.wacz.<authority>.tsr`, and `<id>.wacz.<authority>.<n>.tsr` from the second on: the reply of a time-stamp
    /// authority (RFC 3161).
    Token {
        /// Name of the authority in the configuration.
        authority: String,
        /// 1 for the first; each later one renews the one before.
        number: u32,
    },
}

impl Sidecar {
    /// The file's name beside the package of this item.
    pub fn file_name(&self, id: &str) -> String {
        match self {
            Self::Signature => format!("{id}.wacz.minisig"),
            Self::Token {
                authority,
                number: 1,
            } => format!("{id}.wacz.{authority}.tsr"),
            Self::Token { authority, number } => format!("{id}.wacz.{authority}.{number}.tsr"),
        }
    }

    /// Item and kind that a file name stands for.
    pub fn parse(name: &str) -> Option<(&str, Self)> {
        let (id, rest) = name.split_once(".wacz.")?;
        if !is_evidence_id(id) {
            return None;
        }
        if rest == "minisig" {
            return Some((id, Self::Signature));
        }
        let rest = rest.strip_suffix(".tsr")?;
        let (authority, number) = match rest.split_once('.') {
            None => (rest, 1),
            Some((authority, number)) => {
                let value: u32 = number.parse().ok()?;
                if value < 2 || value.to_string() != number {
                    return None;
                }
                (authority, value)
            }
        };
        let authority = is_authority(authority).then(|| authority.to_owned())?;
        Some((id, Self::Token { authority, number }))
    }
}

/// Whether a name can be that of a time-stamp authority: it becomes part of file names.
pub fn is_authority(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=32).contains(&name.len())
        && name.bytes().all(good)
        && !name.starts_with('-')
        && name != "minisig"
}

/// Item and kind that a path stands for.
pub fn of_path(path: &Path) -> Option<(&str, Sidecar)> {
    Sidecar::parse(path.file_name()?.to_str()?)
}

/// The sidecars that lie beside one package: the signature first, then tokens by authority and number.
pub fn beside(package: &Path) -> Result<Vec<(Sidecar, PathBuf)>, StorageError> {
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let mut found = Vec::new();
    for path in durable::list(package.parent().unwrap_or(package))? {
        if let Some((id, kind)) = of_path(&path)
            && name.strip_suffix(".wacz") == Some(id)
        {
            found.push((kind, path));
        }
    }
    found.sort();
    Ok(found)
}

/// All sidecars of a home by the path of the package that they lie beside (which may be missing).
pub fn all(home: &Home) -> Result<BTreeMap<PathBuf, Vec<(Sidecar, PathBuf)>>, StorageError> {
    let mut found: BTreeMap<PathBuf, Vec<(Sidecar, PathBuf)>> = BTreeMap::new();
    for month in months(home)? {
        for path in durable::list(&month)? {
            if let Some((id, kind)) = of_path(&path) {
                let package = month.join(format!("{id}.wacz"));
                found.entry(package).or_default().push((kind, path));
            }
        }
    }
    for of_one in found.values_mut() {
        of_one.sort();
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "wx-abcdefghijklmnopqrst";

    #[test]
    fn names_stand_for_kinds_and_back() {
        let token = |authority: &str, number| Sidecar::Token {
            authority: authority.to_owned(),
            number,
        };
        for kind in [Sidecar::Signature, token("ntsc", 1), token("a-1", 12)] {
            assert_eq!(Sidecar::parse(&kind.file_name(ID)), Some((ID, kind)));
        }
        for bad in [
            "wx-abc.wacz.minisig",
            "wx-abcdefghijklmnopqrst.wacz",
            "wx-abcdefghijklmnopqrst.wacz.tsr",
            "wx-abcdefghijklmnopqrst.wacz.A.tsr",
            "wx-abcdefghijklmnopqrst.wacz.a.1.tsr",
            "wx-abcdefghijklmnopqrst.wacz.a.02.tsr",
            "wx-abcdefghijklmnopqrst.wacz.a.2.3.tsr",
            "wx-abcdefghijklmnopqrst.wacz.minisig.tsr",
            "wx-abcdefghijklmnopqrst.wacz.minisig~",
        ] {
            assert_eq!(Sidecar::parse(bad), None, "{bad}");
        }
    }
}
