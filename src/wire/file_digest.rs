//! A file's digests as stored.

use crate::model::digest::Digests;
use serde::{Deserialize, Serialize};

/// Path and digests of one file. Fields are in the order of their names, which makes the JSON canonical
/// (RFC 8785) without sorting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// Number of bytes.
    pub bytes: u64,
    /// Path with `/`, relative to the home or to the package that it lies in.
    pub path: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// SM3 (GB/T 32905-2016), lower-case hex.
    pub sm3: String,
}

impl FileDigest {
    /// The stored form of `digests` of the file at `path`.
    pub fn new(path: impl Into<String>, digests: &Digests) -> Self {
        Self {
            bytes: digests.bytes,
            path: path.into(),
            sha256: hex::encode(digests.sha256),
            sm3: hex::encode(digests.sm3),
        }
    }

    /// Whether length and both digests are those of `digests`.
    pub fn matches(&self, digests: &Digests) -> bool {
        self.bytes == digests.bytes
            && self.sha256 == hex::encode(digests.sha256)
            && self.sm3 == hex::encode(digests.sm3)
    }
}
