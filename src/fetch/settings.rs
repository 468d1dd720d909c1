//! What a fetcher is built from.

use super::hosts::LONGEST_INTERVAL;
use std::time::Duration;
use thiserror::Error;

/// Settings of a [`super::Fetcher`].
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// How the office can be reached: an address or a mail box, sent with every request. Never empty.
    pub contact: String,
    /// The agent of a vantage that imitates another browser; our own name and the contact are appended to it.
    /// `None` sends our own name only. robots.txt is judged as `wangxun` either way.
    pub vantage_agent: Option<String>,
    /// `Accept-Language` of the requests.
    pub accept_language: String,
    /// Bounds on size and time of one exchange.
    pub limits: Limits,
    /// Redirects followed in one visit.
    pub max_redirects: usize,
    /// Time after which a visit makes no further hop; one exchange may still take [`Limits::total`].
    pub visit_time: Duration,
    /// A proxy for all requests: `http://`, `https://`, `socks5://` (names resolved and pinned here) or
    /// `socks5h://`. Proxies of the environment are never used. An HTTP or socks5h proxy resolves names itself, so
    /// the address guard judges our own resolution, the pin holds only as far as the proxy's, and the
    /// lists' fixed ports do not reach it.
    pub proxy: Option<String>,
    /// Root certificates trusted beside the system's, each DER or PEM.
    pub extra_roots: Vec<Vec<u8>>,
    /// Longest time a visit waits for its slot before it gives way; longer waits are reported as throttled.
    pub patience: Duration,
    /// Back-off makes no interval between requests longer than this (ten minutes at most).
    pub longest_interval: Duration,
}

impl FetchSettings {
    /// Sound defaults for an office that can be reached at `contact`.
    pub fn new(contact: impl Into<String>) -> Self {
        Self {
            contact: contact.into(),
            vantage_agent: None,
            accept_language: "zh-CN,zh;q=0.9,en;q=0.5".to_owned(),
            limits: Limits::default(),
            max_redirects: 10,
            visit_time: Duration::from_secs(120),
            proxy: None,
            extra_roots: Vec::new(),
            patience: Duration::from_secs(2),
            longest_interval: LONGEST_INTERVAL,
        }
    }

    /// The `User-Agent` of every request.
    pub fn user_agent(&self) -> String {
        let own = format!("Wangxun/{} (+{})", env!("CARGO_PKG_VERSION"), self.contact);
        match &self.vantage_agent {
            Some(imitated) => format!("{imitated} {own}"),
            None => own,
        }
    }
}

/// Bounds on one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the response headers, names and values.
    pub header_bytes: usize,
    /// Bytes of a body as sent; a longer one is cut and marked.
    pub body_bytes: usize,
    /// Bytes of a body after decoding; a longer one is cut and noted.
    pub decoded_bytes: usize,
    /// Decoded bytes per sent byte beyond which a body counts as a decompression bomb and is cut (above 1 MiB).
    pub decoded_ratio: usize,
    /// Time to connect, TLS included.
    pub connect: Duration,
    /// Time from sending the request to the whole response head.
    pub first_byte: Duration,
    /// Time of a whole exchange.
    pub total: Duration,
    /// Bytes per second below which a body counts as a slow drip and is cut, after the grace.
    pub drip_bytes_per_second: u64,
    /// Time in which a body may be as slow as it likes.
    pub drip_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_bytes: 64 * 1024,
            body_bytes: 10 * 1024 * 1024,
            decoded_bytes: 20 * 1024 * 1024,
            decoded_ratio: 250,
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(20),
            total: Duration::from_secs(60),
            drip_bytes_per_second: 512,
            drip_grace: Duration::from_secs(10),
        }
    }
}

/// Why a fetcher cannot be built.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The contact or an agent cannot stand in a header, or the contact is empty.
    #[error("{field} is empty or holds characters that an HTTP header cannot carry")]
    Header {
        /// Name of the setting.
        field: &'static str,
    },
    /// The proxy's address is not understood.
    #[error("proxy {address} is not an address with scheme http, https, socks5 or socks5h")]
    Proxy {
        /// The address as configured, without its password.
        address: String,
    },
    /// An extra root certificate is not understood.
    #[error("extra root certificate {number}: {cause}")]
    Root {
        /// Its place in the settings, from 1.
        number: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// The HTTP or TLS library refused its configuration.
    #[error("the HTTP client cannot be built: {cause}")]
    Client {
        /// What it said.
        cause: String,
    },
}
