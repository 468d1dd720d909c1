//! `wangxun evidence extract`: one part of an item, personal data masked unless it is asked for otherwise.

use super::arguments::handout::Extract;
use super::config::Settings;
use super::evidence::{full_id, viewer};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, terminal_safe};
use super::store;
use crate::model::custody::Action;
use crate::model::partial_mask::mask;
use crate::storage::extract::{manifest_of, records_of, warc_of};
use crate::storage::journal::Act;
use crate::storage::package::text_of;
use crate::storage::seal::Sealed;
use anyhow::{Context, anyhow};
use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::path::Path;

/// Carries the command out.
pub fn run(asked: &Extract, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let id = full_id(store.home(), &asked.id)?;
    let sealed = Sealed::open(store.home(), &id).map_err(incomplete)?;
    let package = std::fs::read(sealed.path()).map_err(incomplete)?;
    let part = part(asked, &package)?;
    if !part.is_text && asked.out.is_none() && std::io::stdout().is_terminal() {
        return Err(misuse(anyhow!(
            "the {} is no text; give --out FILE",
            part.name
        )));
    }
    let masked = match (part.is_text, asked.unmasked) {
        (true, false) => "masked",
        (true, true) => "unmasked",
        (false, _) => "sealed bytes",
    };
    let mut reason = format!(
        "{} extracted ({masked}) by {}",
        part.name,
        viewer(asked.actor.as_deref())
    );
    if let Some(why) = &asked.reason {
        reason.push_str("; ");
        reason.push_str(why);
    }
    let action = match part.is_text && !asked.unmasked {
        true => Action::View,
        false => Action::Export,
    };
    store
        .record(Act::new(action, id).reason(reason))
        .map_err(incomplete)?;
    match &asked.out {
        Some(path) => write_new(path, &part.bytes)?,
        None => print(&part)?,
    }
    Ok(Exit::Fine)
}

struct Part {
    name: &'static str,
    is_text: bool,
    bytes: Vec<u8>,
}

fn part(asked: &Extract, package: &[u8]) -> Result<Part, Trouble> {
    let broken = |why: String| incomplete(anyhow!("{}: {why}", asked.id));
    let text = |name: &'static str, text: String| Part {
        name,
        is_text: true,
        bytes: match asked.unmasked {
            true => text.into_bytes(),
            false => mask(&text).into_owned().into_bytes(),
        },
    };
    if asked.text {
        return Ok(text("text", text_of(package).map_err(broken)?));
    }
    if asked.manifest {
        let stored = manifest_of(package).map_err(broken)?;
        let bytes = match asked.unmasked {
            true => stored.to_vec(),
            false => masked_manifest(stored).map_err(|e| broken(e.to_string()))?,
        };
        return Ok(Part {
            name: "manifest",
            is_text: true,
            bytes,
        });
    }
    if asked.warc {
        let bytes = warc_of(package).map_err(broken)?.to_vec();
        return Ok(Part {
            name: "WARC",
            is_text: false,
            bytes,
        });
    }
    let (name, targets): (_, &[&str]) = if asked.screenshot {
        ("screenshot", &["urn:fullPage:", "urn:view:"])
    } else if asked.pdf {
        ("PDF", &["urn:pdf:"])
    } else {
        ("DOM", &["urn:dom:"])
    };
    let mut records = records_of(package, targets).map_err(broken)?;
    // The whole page says more than what fitted the window.
    records.sort_by_key(|record| !record.target.starts_with("urn:fullPage:"));
    let Some(record) = records.into_iter().next() else {
        return Err(incomplete(anyhow!(
            "{} holds no {name}: it was captured over HTTP, without a browser (or without `pdf = true` under [browser]); --warc has the page as it was \
             sent",
            asked.id
        )));
    };
    match asked.dom {
        true => Ok(text(
            name,
            String::from_utf8_lossy(&record.bytes).into_owned(),
        )),
        false => Ok(Part {
            name,
            is_text: false,
            bytes: record.bytes,
        }),
    }
}

/// The manifest with all words masked; digests and identifiers, which by chance may look like numbers, stay.
pub fn masked_manifest(stored: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let mut manifest: serde_json::Value = serde_json::from_slice(stored)?;
    mask_words(&mut manifest);
    let mut bytes = serde_json::to_vec_pretty(&manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn mask_words(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) if !is_identifier(text) => *text = mask(text).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(mask_words),
        Value::Object(fields) => fields.values_mut().for_each(mask_words),
        _ => {}
    }
}

fn is_identifier(text: &str) -> bool {
    let hex = |t: &str| t.len() >= 32 && t.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    hex(text)
        || text.strip_prefix("sha256:").is_some_and(hex)
        || text.strip_prefix("urn:uuid:").is_some_and(hex)
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(|| format!("cannot create {} (nothing is written over)", path.display()))
        .map_err(misuse)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))
        .map_err(incomplete)
}

fn print(part: &Part) -> Result<(), Trouble> {
    if part.is_text && std::io::stdout().is_terminal() {
        return Output.write(&terminal_safe(&String::from_utf8_lossy(&part.bytes)));
    }
    Output.bytes(&part.bytes)
}
