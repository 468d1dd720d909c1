//! What is said of an item's signature and time.

use crate::storage::digest::sha256;
use crate::storage::entered::Entered;
use crate::storage::error::StorageError;
use crate::storage::home::Home;
use crate::storage::item::id_of;
use crate::storage::keys::KeyRing;
use crate::storage::sidecar::{self, Sidecar};
use crate::storage::signature::{self, SignatureState};
use crate::storage::timestamp::stamp::{self, TokenState};
use chrono::SecondsFormat;
use serde_json::{Value, json};
use std::path::Path;

/// Signature and tokens of one item.
pub(super) struct Vouched {
    signature: SignatureState,
    tokens: Vec<(String, TokenState)>,
}

impl Vouched {
    /// Looks at what lies beside a package.
    pub(super) fn of(home: &Home, package: &Path) -> Result<Self, StorageError> {
        let bytes = std::fs::read(package).map_err(|source| StorageError::Io {
            what: "read",
            path: package.to_owned(),
            source,
        })?;
        let ring = KeyRing::read(home)?;
        let signature = signature::state(package, &bytes, &ring)?;
        let mut tokens = Vec::new();
        let beside = sidecar::beside(package)?;
        if beside.iter().any(|(k, _)| *k != Sidecar::Signature) {
            let entered = Entered::of_item(home, id_of(package).unwrap_or_default())?;
            let digest = sha256(&bytes);
            for (kind, path) in beside {
                if kind != Sidecar::Signature {
                    let state = stamp::look(home, &entered, package, &digest, &path)?;
                    tokens.push((home.relative(&path), state));
                }
            }
        }
        Ok(Self { signature, tokens })
    }

    /// The lines for people, with their labels.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let signature = match &self.signature {
            SignatureState::Unsigned => "未签名(not signed)".to_owned(),
            SignatureState::Good { key, comment } => format!("有效,密钥 {key};{comment}"),
            SignatureState::UnknownKey(key) => format!("未核验:密钥 {key} 不在本库"),
            SignatureState::Bad(why) => format!("无效!{why}"),
        };
        let mut lines = vec![("签名", signature)];
        if self.tokens.is_empty() {
            lines.push(("可信时间", "无可信时间(no trusted time)".to_owned()));
        }
        for (file, state) in &self.tokens {
            lines.push((
                "可信时间",
                match state {
                    TokenState::Good(facts) => format!(
                        "{} 机构 {} 序号 {} ({file})",
                        facts.time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
                        facts.authority,
                        facts.serial
                    ),
                    TokenState::Unknown(why) => format!("未核验:{why} ({file})"),
                    TokenState::Bad(why) => format!("无效!{why} ({file})"),
                },
            ));
        }
        lines
    }

    /// The same for machines.
    pub(super) fn json(&self) -> Value {
        let signature = match &self.signature {
            SignatureState::Unsigned => json!({ "state": "none" }),
            SignatureState::Good { key, comment } => {
                json!({ "state": "good", "key": key, "comment": comment })
            }
            SignatureState::UnknownKey(key) => json!({ "state": "unknown-key", "key": key }),
            SignatureState::Bad(why) => json!({ "state": "bad", "why": why }),
        };
        let token = |(file, state): &(String, TokenState)| match state {
            TokenState::Good(facts) => json!({
                "file": file, "state": "good", "authority": facts.authority, "serial": facts.serial,
                "time": facts.time.to_rfc3339_opts(SecondsFormat::AutoSi, true), "policy": facts.policy,
            }),
            TokenState::Unknown(why) => json!({ "file": file, "state": "unknown", "why": why }),
            TokenState::Bad(why) => json!({ "file": file, "state": "bad", "why": why }),
        };
        json!({
            "signature": signature,
            "time_stamps": self.tokens.iter().map(token).collect::<Vec<_>>(),
        })
    }
}
