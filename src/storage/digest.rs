//! SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016) of the same bytes in one pass.

use crate::model::digest::Digests;
use sha2::{Digest as _, Sha256};
use sm3::Sm3;
use std::io::{self, Read};

/// Digests of bytes in memory.
pub fn digests(bytes: &[u8]) -> Digests {
    let mut digester = Digester::new();
    digester.update(bytes);
    digester.snapshot()
}

/// SHA-256 alone.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of several slices, one after the other.
pub fn sha256_of(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The form of WARC and WACZ: `sha256:` and lower-case hex.
pub fn label(sha256: &[u8; 32]) -> String {
    format!("sha256:{}", hex::encode(sha256))
}

/// Both digests, fed piece by piece.
#[derive(Clone, Default)]
pub struct Digester {
    bytes: u64,
    sha256: Sha256,
    sm3: Sm3,
}

impl std::fmt::Debug for Digester {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Digester")
            .field("bytes", &self.bytes)
            .finish()
    }
}

impl Digester {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        // Both take a piece while it is in the processor's first cache.
        for piece in bytes.chunks(16 * 1024) {
            self.sha256.update(piece);
            self.sm3.update(piece);
        }
    }

    /// The digests of all bytes so far; more may follow.
    pub fn snapshot(&self) -> Digests {
        Digests {
            bytes: self.bytes,
            sha256: self.sha256.clone().finalize().into(),
            sm3: self.sm3.clone().finalize().into(),
        }
    }

    /// Number of bytes so far.
    pub fn byte_count(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of all bytes so far, without the cost of the other.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256.clone().finalize().into()
    }
}

/// Digests of all that a reader gives, in constant memory.
pub fn read_digests(mut reader: impl Read) -> io::Result<Digests> {
    let mut digester = Digester::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(digester.snapshot()),
            Ok(n) => digester.update(buffer.get(..n).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        let d = digests(b"abc");
        assert_eq!(
            hex::encode(d.sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hex::encode(d.sm3),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        assert_eq!(d.bytes, 3);
    }

    #[test]
    fn streaming_equals_at_once() {
        let bytes: Vec<u8> = (0..700_000u32).map(|n| (n * 31 % 251) as u8).collect();
        assert_eq!(read_digests(bytes.as_slice()).unwrap(), digests(&bytes));
        let (a, b) = bytes.split_at(1234);
        assert_eq!(sha256_of(&[a, b]), digests(&bytes).sha256);
        let mut digester = Digester::new();
        digester.update(a);
        assert_eq!(digester.snapshot(), digests(a));
        digester.update(b);
        assert_eq!(digester.sha256(), sha256(&bytes));
    }
}
