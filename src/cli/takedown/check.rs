//! `wangxun takedown verify`, `delta`, `apply`: what a receiver does with lists. No home is needed.

use super::arguments::{Apply, Delta, Verify};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::Output;
use crate::export::takedown::delta as change;
use crate::export::takedown::sha256_hex;
use crate::storage::minisign::PublicKey;
use crate::storage::takedown::{MANIFEST, Passed, Receiver, Stated, verify as verify_files};
use crate::wire::moment::text;
use crate::wire::takedown::{ListFile, to_bytes};
use anyhow::{Context, anyhow};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// What was accepted, by list.
type Accepted = BTreeMap<String, AcceptedList>;

/// The list accepted last.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedList {
    serial: u32,
    sha256: String,
}

fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    std::fs::read(path)
        .with_context(|| format!("{} cannot be read", path.display()))
        .map_err(misuse)
}

/// Which list a bundle or file says to be, before it is checked: only to look up what was accepted before.
fn claimed(what: &Path) -> Option<String> {
    let signed = if what.is_dir() {
        what.join(MANIFEST)
    } else {
        what.to_owned()
    };
    let mut beside = signed.into_os_string();
    beside.push(".minisig");
    let text = std::fs::read_to_string(beside).ok()?;
    let comment = text.lines().nth(2)?.strip_prefix("trusted comment: ")?;
    Stated::parse(comment).map(|s| s.list_id)
}

/// Checks a bundle or a file: what passed, or every fault.
pub fn verified(asked: &Verify) -> Result<Result<Passed, Vec<String>>, Trouble> {
    let public = String::from_utf8_lossy(&read(&asked.key)?).into_owned();
    let key = PublicKey::parse(&public).map_err(|why| {
        misuse(anyhow!(
            "{}: {why}; give the issuer's .pub file",
            asked.key.display()
        ))
    })?;
    let mut accepted: Accepted = match &asked.seen {
        Some(path) if path.exists() => serde_json::from_slice(&read(path)?)
            .with_context(|| format!("{} is no record of accepted lists", path.display()))
            .map_err(misuse)?,
        _ => Accepted::new(),
    };
    let known = claimed(&asked.what).and_then(|list| accepted.get(&list).cloned());
    let last = match (&known, asked.last_serial) {
        (Some(list), _) => Some((list.serial, Some(list.sha256.as_str()))),
        (None, serial) => serial.map(|serial| (serial, None)),
    };
    let receiver = Receiver {
        key: &key,
        now: Utc::now(),
        last,
    };
    let said = verify_files(&asked.what, &receiver);
    if let Ok(passed) = &said
        && let (Some(path), Some(sha256)) = (&asked.seen, &passed.list_sha256)
    {
        let list = AcceptedList {
            serial: passed.stated.serial,
            sha256: sha256.clone(),
        };
        accepted.insert(passed.stated.list_id.clone(), list);
        let bytes = serde_json::to_vec_pretty(&accepted).map_err(incomplete)?;
        write(path, &bytes)?;
    }
    Ok(said)
}

/// Checks a bundle or a file and tells.
pub fn verify(asked: &Verify, settings: &Settings) -> Done {
    match verified(asked)? {
        Ok(passed) => {
            match settings.format {
                Format::Json => Output.json(&json!({
                    "passed": true, "list": passed.stated.list_id, "serial": passed.stated.serial,
                    "expires": text(&passed.stated.expires), "sha256": passed.list_sha256, "files": passed.files,
                }))?,
                Format::Table => Output.line(format!(
                    "通过：{} 第 {} 期，停用时间 {}，{} 个文件",
                    passed.stated.list_id,
                    passed.stated.serial,
                    passed.stated.expires.format("%Y-%m-%dT%H:%M:%SZ"),
                    passed.files.len()
                ))?,
            }
            Ok(Exit::Fine)
        }
        Err(faults) => {
            match settings.format {
                Format::Json => Output.json(&json!({"passed": false, "faults": faults}))?,
                Format::Table => {
                    for fault in &faults {
                        Output.line(format!("refused: {fault}"))?;
                    }
                }
            }
            Ok(Exit::CheckFailed)
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".part");
    std::fs::write(&aside, bytes)
        .and_then(|()| std::fs::rename(&aside, path))
        .with_context(|| format!("{} cannot be written", path.display()))
        .map_err(incomplete)
}

fn list(path: &Path) -> Result<ListFile, Trouble> {
    ListFile::parse(&read(path)?).map_err(|e| misuse(anyhow!("{} {e}", path.display())))
}

/// Writes what changed.
pub fn delta(asked: &Delta, settings: &Settings) -> Done {
    let (old, new) = (list(&asked.old)?, list(&asked.new)?);
    if old.header.list_id != new.header.list_id || old.header.serial >= new.header.serial {
        return Err(misuse(anyhow!(
            "{} serial {} does not come before {} serial {}",
            old.header.list_id,
            old.header.serial,
            new.header.list_id,
            new.header.serial
        )));
    }
    let change = change::between(&old, &new).map_err(incomplete)?;
    let bytes = to_bytes(&change).map_err(incomplete)?;
    write(&asked.out, &bytes)?;
    match settings.format {
        Format::Json => Output.json(&json!({"from": change.from, "to": change.to, "entries": change.entries.len(), "bytes": bytes.len()}))?,
        Format::Table => Output.line(format!(
            "{} → {}：{} 条变化，{} 字节",
            change.from.serial,
            change.to.serial,
            change.entries.len(),
            bytes.len()
        ))?,
    }
    Ok(Exit::Fine)
}

/// Makes the newer list.
pub fn apply(asked: &Apply, settings: &Settings) -> Done {
    let mut bytes = read(&asked.full)?;
    for path in &asked.deltas {
        let told = |e: change::DeltaError| misuse(anyhow!("{}: {e}", path.display()));
        let delta = change::parse(&read(path)?).map_err(told)?;
        bytes = change::apply(&bytes, &delta).map_err(told)?;
    }
    write(&asked.out, &bytes)?;
    let header = ListFile::parse(&bytes).map_err(incomplete)?.header;
    let sha256 = sha256_hex(&bytes);
    match settings.format {
        Format::Json => Output
            .json(&json!({"list": header.list_id, "serial": header.serial, "sha256": sha256}))?,
        Format::Table => Output.line(format!(
            "{} 第 {} 期  {sha256}",
            header.list_id, header.serial
        ))?,
    }
    Ok(Exit::Fine)
}
