//! Digests as records state them: `algorithm:value` (WARC 1.1 section 5.8), the value in hex or base32 (RFC 4648).

use super::reader::DigestCheck;
use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use md5::{Digest as _, Md5};
use sha2::Sha256;

/// Computes what SHA-256, which is always computed, cannot tell: the algorithms of older archives. They show damage,
/// not intent: a record that has its SHA-1 or MD5 may still have been made to have it.
pub(super) enum Older {
    Sha1(Context),
    Md5(Md5),
}

impl Older {
    /// The one that a stated digest needs, if it needs one.
    pub(super) fn of(stated: Option<&str>) -> Option<Self> {
        match algorithm_of(stated?).as_str() {
            "sha1" => Some(Self::Sha1(Context::new(&SHA1_FOR_LEGACY_USE_ONLY))),
            "md5" => Some(Self::Md5(Md5::new())),
            _ => None,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(context) => context.update(bytes),
            Self::Md5(md5) => md5.update(bytes),
        }
    }

    pub(super) fn finish(&self) -> Vec<u8> {
        match self {
            Self::Sha1(context) => context.clone().finish().as_ref().to_vec(),
            Self::Md5(md5) => md5.clone().finalize().to_vec(),
        }
    }
}

/// The algorithm in lower case, without hyphens.
fn algorithm_of(stated: &str) -> String {
    let (algorithm, _) = stated.split_once(':').unwrap_or(("", stated));
    algorithm.trim().to_ascii_lowercase().replace('-', "")
}

/// Compares a stated digest with what was computed.
pub(super) fn compare(
    stated: Option<&str>,
    sha256: &[u8; 32],
    older: Option<Vec<u8>>,
) -> DigestCheck {
    let Some(stated) = stated else {
        return DigestCheck::Absent;
    };
    let algorithm = algorithm_of(stated);
    let computed = match algorithm.as_str() {
        "sha256" => sha256.to_vec(),
        _ => match older {
            Some(computed) => computed,
            None => return DigestCheck::Unchecked { algorithm },
        },
    };
    let value = stated.split_once(':').map_or(stated, |(_, v)| v).trim();
    if decode(value, computed.len()).as_deref() == Some(computed.as_slice()) {
        return DigestCheck::Match;
    }
    DigestCheck::Mismatch {
        stated: stated.to_owned(),
    }
}

/// Whether bytes have a stated digest.
pub(crate) fn check(stated: Option<&str>, bytes: &[u8]) -> DigestCheck {
    let mut older = Older::of(stated);
    if let Some(older) = &mut older {
        older.update(bytes);
    }
    let sha256 = Sha256::digest(bytes).into();
    compare(stated, &sha256, older.map(|o| o.finish()))
}

/// The bytes of a value of `length` bytes, in hex or base32.
fn decode(value: &str, length: usize) -> Option<Vec<u8>> {
    // Padding first: MD5 in padded base32 is as long as in hex.
    let value = value.trim_end_matches('=');
    if value.len() == 2 * length {
        return hex::decode(value).ok();
    }
    let alphabet = base32::Alphabet::Rfc4648 { padding: false };
    base32::decode(alphabet, &value.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_the_same_digest_are_known() {
        for stated in [
            "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5",
            "sha1:vgmt4nsha2awvor6evyxqugcnsonbwe5",
            "SHA-1: a9993e364706816aba3e25717850c26c9cd0d89d",
            "md5:900150983cd24fb0d6963f7d28e17f72",
            "md5:SAAVBGB42JH3BVUWH56SRYL7OI======",
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "sha-256:XJ4BNP4PAHH6UQKBIDPF3LRCEOYAGYNDSYLXVHFUCD7WD4QACWWQ====",
        ] {
            assert_eq!(check(Some(stated), b"abc"), DigestCheck::Match, "{stated}");
            assert!(
                matches!(check(Some(stated), b"abd"), DigestCheck::Mismatch { .. }),
                "{stated}"
            );
        }
        assert_eq!(check(None, b"abc"), DigestCheck::Absent);
        for odd in ["sha512:00", "VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", ""] {
            let check = check(Some(odd), b"abc");
            assert!(matches!(check, DigestCheck::Unchecked { .. }), "{odd:?}");
        }
        for bad in ["sha1:", "sha1:zz", "sha256:中", "md5:90"] {
            let check = check(Some(bad), b"abc");
            assert!(matches!(check, DigestCheck::Mismatch { .. }), "{bad:?}");
        }
    }
}
