//! Digests of stored bytes.

/// SHA-256 and SM3 of the same bytes, with their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digests {
    /// Number of bytes.
    pub bytes: u64,
    /// SHA-256 (FIPS 180-4).
    pub sha256: [u8; 32],
    /// SM3 (GB/T 32905-2016).
    pub sm3: [u8; 32],
}
