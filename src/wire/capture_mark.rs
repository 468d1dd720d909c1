//! One line of a run WARC's capture list (format `wangxun-captures/1`, see `storage/README.md`).

use serde::{Deserialize, Serialize};

/// The commit record of one capture: it is written after the capture's last byte, so a capture without a mark was
/// not finished. Fields are in the order of their names (canonical JSON, RFC 8785).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureMark {
    /// Certificates first seen in this file with this capture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<CertificatePlace>,
    /// Final address.
    pub final_url: String,
    /// SHA-256 of the canonical line without this field, lower-case hex.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// Bytes of the capture in the WARC file.
    pub length: u64,
    /// Where the capture begins.
    pub offset: u64,
    /// SHA-256 of the last response's payload, lower-case hex.
    pub payload: String,
    /// `hash` of the line before; in the first line SHA-256 of `wangxun-captures/1 <file name>`.
    pub prev: String,
    /// Address asked for.
    pub requested: String,
    /// Record id of the last response, without angle brackets.
    pub response: String,
    /// Number of the line, from 0; line 0 stands for the warcinfo record.
    pub seq: u64,
    /// SHA-256 of the WARC file from its beginning to the end of this capture, lower-case hex.
    pub sha256: String,
    /// The visit, as the frontier names it; empty in line 0.
    pub visit: String,
}

/// Where a certificate lies in the WARC file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificatePlace {
    /// Bytes of its record in the WARC file.
    pub length: u64,
    /// Where its record begins.
    pub offset: u64,
    /// SHA-256 of the DER form, lower-case hex.
    pub sha256: String,
}
