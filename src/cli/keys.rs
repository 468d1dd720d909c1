//! `wangxun keys`: the keys with which items and tree heads are signed.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::Output;
use super::seal_arguments::Keys;
use super::store;
use crate::model::monitor::Silent;
use crate::storage::keys::{self, KeyRing, KnownKey};
use crate::storage::minisign::PublicKey;
use crate::storage::store::Store;
use anyhow::{Context, anyhow};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Carries the command out.
pub fn run(asked: &Keys, settings: &Settings) -> Done {
    match asked {
        Keys::Init => {
            let store = store::open(settings, &Silent)?;
            let key = keys::init(store.home(), store.journal()).map_err(misuse)?;
            made(&key, settings)?;
        }
        Keys::Rotate { reason } => {
            let store = store::open_existing(settings)?;
            let key = keys::rotate(store.home(), store.journal(), reason).map_err(misuse)?;
            made(&key, settings)?;
        }
        Keys::Show => return show(settings),
    }
    Ok(Exit::Fine)
}

fn made(key: &KnownKey, settings: &Settings) -> Result<(), Trouble> {
    if settings.format == Format::Json {
        return Output.json(&key_json(key, true));
    }
    let file = settings.home.join(format!("keys/{}.pub", key.name));
    Output.line(format!("key        {} ({})", key.public.id(), key.name))?;
    Output.line(format!("public key {}", key.public.line()))?;
    Output.line(format!("file       {}", file.display()))?;
    Output.line(
        "Give the public key to those who shall check; the secret key never leaves this folder.",
    )
}

fn key_json(key: &KnownKey, present: bool) -> serde_json::Value {
    json!({
        "name": key.name, "id": key.public.id(), "public_key": key.public.line(), "present": present,
    })
}

fn show(settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    let ring = KeyRing::read(&home).map_err(incomplete)?;
    let last = ring.keys().len();
    for (n, key) in ring.keys().iter().enumerate() {
        let present = n + 1 == last;
        match settings.format {
            Format::Json => Output.json_line(&key_json(key, present))?,
            Format::Table => Output.line(format!(
                "{}\t{}\t{}\t{}",
                key.name,
                key.public.id(),
                key.public.line(),
                if present { "present" } else { "replaced" }
            ))?,
        }
    }
    if last == 0 {
        if settings.format == Format::Table {
            Output.line("no key: items are not signed; `wangxun keys init` makes one")?;
        }
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Fine)
}

/// The keys of a home (where there is one) and of these files.
pub(super) fn ring(files: &[PathBuf], settings: &Settings) -> Result<KeyRing, Trouble> {
    let mut ring = match store::read_only(settings) {
        Ok(home) => KeyRing::read(&home).map_err(incomplete)?,
        Err(_) => KeyRing::default(),
    };
    for file in files {
        ring.add(&file.display().to_string(), public_key(file)?);
    }
    Ok(ring)
}

fn public_key(file: &Path) -> Result<PublicKey, Trouble> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the public key {}", file.display()))
        .map_err(misuse)?;
    PublicKey::parse(&text).map_err(|why| misuse(anyhow!("{} {why}", file.display())))
}

/// The demo signs like a patrol that was set up; a patrol's home gets no key unasked.
pub(super) fn of_demo(store: &Store) -> Result<(), Trouble> {
    if store.journal().signer().is_none()
        && KeyRing::read(store.home())
            .map_err(incomplete)?
            .keys()
            .is_empty()
    {
        keys::init(store.home(), store.journal()).map_err(incomplete)?;
    }
    Ok(())
}

/// Says once, before anything is sealed, how items come to be signed.
pub(super) fn advise(store: &Store) {
    let fresh = store.index().counts().is_ok_and(|counts| counts.items == 0);
    if fresh && store.journal().signer().is_none() {
        tracing::warn!(
            "items will not be signed: `wangxun keys init` makes a key; `wangxun evidence sign --all` signs later"
        );
    }
}
