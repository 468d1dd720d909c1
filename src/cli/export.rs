//! `wangxun evidence export`: items into a folder for somebody else, with a receipt list.

use super::arguments::Format;
use super::arguments::handout::Export;
use super::config::Settings;
use super::evidence::full_id;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::extract::masked_manifest;
use super::output::Output;
use super::store;
use crate::export::receipt::{Receipt, ReceiptFile, ReceiptItem, render};
use crate::model::custody::{Action, Actor};
use crate::model::partial_mask::mask;
use crate::storage::error::StorageError;
use crate::storage::extract::manifest_of;
use crate::storage::handout::{HandedItem, Handout};
use crate::storage::journal::Act;
use crate::storage::package::{moment, text_of};
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::file_digest::FileDigest;
use anyhow::anyhow;
use chrono::Utc;
use serde_json::json;

/// Carries the command out.
pub fn run(asked: &Export, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let ids = full_ids(&store, &asked.ids)?;
    let order = Order {
        actor: Actor {
            name: asked.actor.trim().to_owned(),
            role: "officer".to_owned(),
            unit: settings.unit.clone(),
        },
        reason: asked.reason.trim().to_owned(),
        authority: asked.authority.clone(),
        request: None,
        masked: asked.masked,
    };
    order.check()?;
    let mut handout = Handout::begin(&asked.to).map_err(begun)?;
    let receipt = hand_out(&store, &ids, &order, &mut handout)?;
    let files = handout.end().map_err(incomplete)?;
    show(&receipt, &files, settings)?;
    Ok(Exit::Fine)
}

/// Who hands out, and why.
pub struct Order {
    /// The officer.
    pub actor: Actor,
    /// Why.
    pub reason: String,
    /// The document that authorises it.
    pub authority: Option<String>,
    /// The request for access under which it happens.
    pub request: Option<String>,
    /// Masked views instead of packages.
    pub masked: bool,
}

impl Order {
    /// What the journal cannot do without.
    pub fn check(&self) -> Result<(), Trouble> {
        if self.actor.name.is_empty() || self.reason.is_empty() {
            return Err(misuse(anyhow!(
                "handing out takes a name (--actor) and a reason (--reason)"
            )));
        }
        Ok(())
    }

    /// An entry for the journal, in the words of this order.
    pub fn act(&self, action: Action, id: &str, what: &str) -> Act {
        let mut act = Act::new(action, id).by(self.actor.clone());
        let request = self.request.as_ref().map(|r| format!("{r}; "));
        act = act.reason(format!(
            "{}{what}; {}",
            request.unwrap_or_default(),
            self.reason
        ));
        if let Some(authority) = &self.authority {
            act = act.authority(authority.clone());
        }
        act
    }
}

/// A folder that cannot be used is the asker's to change.
pub fn begun(error: StorageError) -> Trouble {
    match error {
        StorageError::Occupied { .. } => misuse(error),
        other => incomplete(other),
    }
}

/// The whole identifiers, each once.
pub fn full_ids(store: &Store, starts: &[String]) -> Result<Vec<String>, Trouble> {
    let mut ids: Vec<String> = Vec::new();
    for start in starts {
        let id = full_id(store.home(), start)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Copies the items, enters each in the journal, and writes the receipt list.
pub fn hand_out(
    store: &Store,
    ids: &[String],
    order: &Order,
    handout: &mut Handout,
) -> Result<Receipt, Trouble> {
    let mut items = Vec::new();
    for id in ids {
        items.push(match order.masked {
            true => masked_view(store, id, order, handout)?,
            false => package(store, id, order, handout)?,
        });
    }
    let made = moment(Utc::now());
    let receipt = Receipt {
        made_utc: made.utc,
        made_beijing: made.beijing,
        tool: format!("wangxun {}", env!("CARGO_PKG_VERSION")),
        unit: order.actor.unit.clone(),
        actor: order.actor.name.clone(),
        reason: order.reason.clone(),
        authority: order.authority.clone(),
        request: order.request.clone(),
        masked: order.masked,
        items,
    };
    let json = receipt_json(&receipt)?;
    handout.add("receipt.json", &json).map_err(incomplete)?;
    handout
        .add("receipt.txt", render(&receipt).as_bytes())
        .map_err(incomplete)?;
    Ok(receipt)
}

fn package(
    store: &Store,
    id: &str,
    order: &Order,
    handout: &mut Handout,
) -> Result<ReceiptItem, Trouble> {
    let handed = handout.item(store.home(), id).map_err(incomplete)?;
    let relative = store.home().relative(handed.sealed.path());
    let fixed = FileDigest::new(relative, handed.sealed.digests());
    let act = order.act(Action::Export, id, "移出证据包").file(fixed);
    store.record(act).map_err(incomplete)?;
    Ok(receipt_item(&handed))
}

fn receipt_item(handed: &HandedItem) -> ReceiptItem {
    let files = std::iter::once(&handed.package).chain(&handed.sidecars);
    item_of(&handed.sealed, files.cloned().collect())
}

fn item_of(sealed: &Sealed, files: Vec<FileDigest>) -> ReceiptItem {
    let manifest = sealed.manifest();
    ReceiptItem {
        evidence_id: manifest.evidence_id.clone(),
        platform: manifest.platform.clone(),
        url: mask(&manifest.final_url).into_owned(),
        title: mask(&manifest.title).into_owned(),
        captured: manifest.captured_start.beijing.clone(),
        files: files.into_iter().map(receipt_file).collect(),
    }
}

fn receipt_file(file: FileDigest) -> ReceiptFile {
    ReceiptFile {
        name: file.path,
        bytes: file.bytes,
        sha256: file.sha256,
        sm3: file.sm3,
    }
}

/// Text and manifest without personal data, for those who need no more.
fn masked_view(
    store: &Store,
    id: &str,
    order: &Order,
    handout: &mut Handout,
) -> Result<ReceiptItem, Trouble> {
    let broken = |why: String| incomplete(anyhow!("{id}: {why}"));
    let sealed = Sealed::open(store.home(), id).map_err(incomplete)?;
    let bytes = std::fs::read(sealed.path()).map_err(incomplete)?;
    let text = text_of(&bytes).map_err(broken)?;
    let manifest = manifest_of(&bytes).map_err(broken)?;
    let manifest = masked_manifest(manifest).map_err(|e| broken(e.to_string()))?;
    let files = vec![
        handout
            .add(&format!("{id}.masked.txt"), mask(&text).as_bytes())
            .map_err(incomplete)?,
        handout
            .add(&format!("{id}.masked.json"), &manifest)
            .map_err(incomplete)?,
    ];
    let act = order.act(Action::Export, id, "移出遮盖后的文字与清单");
    store.record(act).map_err(incomplete)?;
    Ok(item_of(&sealed, files))
}

fn receipt_json(receipt: &Receipt) -> Result<Vec<u8>, Trouble> {
    let items: Vec<_> = receipt
        .items
        .iter()
        .map(|item| {
            let files: Vec<_> = item
                .files
                .iter()
                .map(|f| {
                    json!({
                        "name": f.name, "bytes": f.bytes, "sha256": f.sha256, "sm3": f.sm3,
                    })
                })
                .collect();
            json!({
                "evidence_id": item.evidence_id, "platform": item.platform, "url": item.url,
                "title": item.title, "captured": item.captured, "files": files,
            })
        })
        .collect();
    let value = json!({
        "format": "wangxun-receipt/1", "made": {"utc": receipt.made_utc, "beijing": receipt.made_beijing},
        "tool": receipt.tool, "unit": receipt.unit, "actor": receipt.actor, "reason": receipt.reason,
        "authority": receipt.authority, "request": receipt.request, "masked": receipt.masked, "items": items,
    });
    let mut bytes = serde_json::to_vec_pretty(&value).map_err(incomplete)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What was handed out.
pub fn show(receipt: &Receipt, files: &[FileDigest], settings: &Settings) -> Result<(), Trouble> {
    match settings.format {
        Format::Json => {
            let bytes = receipt_json(receipt)?;
            Output.bytes(&bytes)
        }
        Format::Table => {
            for file in files {
                Output.line(format!(
                    "{}  {:>10}  {}",
                    file.sha256, file.bytes, file.path
                ))?;
            }
            Output.line(format!(
                "{} items handed out and entered in the journal; have receipt.txt signed",
                receipt.items.len()
            ))
        }
    }
}
