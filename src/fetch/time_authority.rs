//! Asking a time-stamp authority (RFC 3161, 3.4): the one request that is not to a watched host.
//!
//! The authority is a service that the office itself has configured, so no permit, no robots.txt and no pace applies;
//! what is sent is a digest and a random number. Beside `http.rs` this file alone uses reqwest. What comes back is
//! bounded bytes, which `storage::timestamp` judges.

use super::http::{chain_of_causes, read_proxy};
use super::settings::FetchError;
use super::tls::{self, ChainRecorder};
use futures_util::StreamExt;
use reqwest::Client;
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use url::Url;

/// Media type of questions (RFC 3161, 3.4).
const QUERY: &str = "application/timestamp-query";
/// Media type of answers.
const REPLY: &str = "application/timestamp-reply";
/// Bytes of an answer that are read; usual ones have 3,000 to 8,000.
const MAX_REPLY: usize = 128 * 1024;

/// Why an authority gave nothing.
#[derive(Debug, Error)]
pub enum AskError {
    /// No answer in time.
    #[error("no answer within {seconds} s")]
    TimedOut {
        /// How long was waited.
        seconds: u64,
    },
    /// No connection, TLS failure, broken protocol.
    #[error("{cause}")]
    Broken {
        /// What went wrong.
        cause: String,
    },
    /// An answer that is none to the question.
    #[error("the answer is {found}")]
    Strange {
        /// Status or media type or size.
        found: String,
    },
}

/// A way to one authority.
#[derive(Debug)]
pub struct TimeAuthority {
    client: Client,
    url: Url,
    patience: Duration,
}

impl TimeAuthority {
    /// A way to the authority at `url`, through the same kind of proxy as a patrol.
    pub fn new(url: Url, proxy: Option<&str>, patience: Duration) -> Result<Self, FetchError> {
        let recorder = Arc::new(ChainRecorder::new(&[])?);
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tls_backend_preconfigured(tls::config(&recorder)?)
            .connect_timeout(patience);
        if let Some(address) = proxy {
            builder = builder.proxy(read_proxy(address)?.0);
        }
        let client = builder.build().map_err(|error| FetchError::Client {
            cause: chain_of_causes(&error),
        })?;
        Ok(Self {
            client,
            url,
            patience,
        })
    }

    /// Sends a question in DER and gives the answer's bytes.
    pub async fn ask(&self, question: Vec<u8>) -> Result<Vec<u8>, AskError> {
        let exchange = self.exchange(question);
        tokio::time::timeout(self.patience, exchange)
            .await
            .unwrap_or(Err(AskError::TimedOut {
                seconds: self.patience.as_secs(),
            }))
    }

    async fn exchange(&self, question: Vec<u8>) -> Result<Vec<u8>, AskError> {
        let broken = |error: reqwest::Error| AskError::Broken {
            cause: chain_of_causes(&error),
        };
        let agent = concat!("Wangxun/", env!("CARGO_PKG_VERSION"));
        let response = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, QUERY)
            .header(ACCEPT, REPLY)
            .header(USER_AGENT, agent)
            .body(question)
            .send()
            .await
            .map_err(broken)?;
        let strange = |found: String| Err(AskError::Strange { found });
        if !response.status().is_success() {
            return strange(format!("HTTP status {}", response.status().as_u16()));
        }
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let bare = kind.split(';').next().unwrap_or("").trim();
        if !bare.eq_ignore_ascii_case(REPLY) {
            let shown: String = kind.escape_debug().take(80).collect();
            return strange(format!("of type {shown:?} instead of {REPLY}"));
        }
        let mut stream = response.bytes_stream();
        let mut reply = Vec::new();
        while let Some(piece) = stream.next().await {
            reply.extend_from_slice(&piece.map_err(broken)?);
            if reply.len() > MAX_REPLY {
                return strange(format!("longer than {MAX_REPLY} bytes"));
            }
        }
        Ok(reply)
    }
}
