//! What a server's certificate says of itself.

use chrono::{DateTime, Utc};

/// The facts of a leaf certificate that matter for telling whether it is still the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// SHA-256 of the certificate, lower-case hex.
    pub sha256: String,
    /// Issuer, as RFC 4514 text.
    pub issuer: String,
    /// Subject, as RFC 4514 text.
    pub subject: String,
    /// DNS names it is made out to, sorted.
    pub names: Vec<String>,
    /// SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.
    pub key_sha256: String,
    /// From when it holds.
    pub not_before: DateTime<Utc>,
    /// Until when it holds.
    pub not_after: DateTime<Utc>,
}

impl CertificateFacts {
    /// Whether it names itself as its issuer.
    pub fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }
}
