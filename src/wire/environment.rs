//! The clean-environment report of a manifest: on which machine a capture was made, and what could have bent it.

use serde::{Deserialize, Serialize};

/// What was found when the run began. Names and digests only: values of variables may hold passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// When it was gathered, UTC, RFC 3339 with milliseconds.
    pub gathered: String,
    /// The machine's name; `unknown` where the system does not tell.
    pub host: String,
    /// Operating system, kernel and architecture.
    pub os: String,
    /// Name and version of the browser that rendered; none where pages were fetched over HTTP alone.
    pub browser: Option<String>,
    /// Whether cookies and caches were empty when the run began.
    pub fresh_profile: bool,
    /// What keeps the clock, as far as it is known.
    pub clock: String,
    /// Offset of the clock in milliseconds where it was measured; none means that it is not known.
    pub clock_offset_ms: Option<i64>,
    /// The file that names hosts before any resolver is asked.
    pub hosts_file: Option<HostsFile>,
    /// Names of the proxy variables that are set; the program does not follow them.
    pub proxy_variables: Vec<String>,
    /// The proxy of the configuration, without its password.
    pub proxy: Option<String>,
}

/// The machine's hosts file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostsFile {
    /// Where it lies.
    pub path: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Lines that name a host other than this machine itself.
    pub entries: usize,
}
