//! `wangxun evidence transfer` and `receipt`: items handed over to another office.

use super::arguments::GroundsArguments;
use super::{clean, grounds, refused};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::evidence::full_id;
use crate::cli::exit::{Done, Exit};
use crate::cli::output::Output;
use crate::cli::store;
use crate::export::handover::{self, HandoverItem};
use crate::storage::custody::Handover;
use crate::storage::seal::Sealed;
use crate::wire::custody_record::{CustodyRecord, Receiver};
use chrono::Utc;
use serde_json::json;

/// Records a handover.
pub fn transfer(
    ids: &[String],
    to_unit: &str,
    receiver: &str,
    asked: &GroundsArguments,
    settings: &Settings,
) -> Done {
    let grounds = grounds(asked, settings)?;
    let receiver = Receiver {
        unit: clean("--to-unit", to_unit)?,
        name: clean("--receiver", receiver)?,
    };
    let store = store::open_existing(settings)?;
    let mut items = Vec::new();
    for id in ids {
        let id = full_id(store.home(), id)?;
        if !items.contains(&id) {
            items.push(id);
        }
    }
    let handover = Handover {
        items,
        receiver,
        grounds,
        now: Utc::now(),
    };
    let record = store.transfer(&handover, &form).map_err(refused)?;
    let path = record.form.as_ref().map_or("", |f| f.path.as_str());
    let path = store.home().root().join(path);
    match settings.format {
        Format::Json => Output.json(&record)?,
        Format::Table => {
            Output.line(format!(
                "移交 {} 已登记,共 {} 件;清单 {}",
                record.subject,
                record.objects.len(),
                path.display()
            ))?;
            Output.line(format!(
                "收到回执后登记: wangxun evidence receipt {} --reason 已签收 --authority 回执文号 --actor 姓名",
                record.subject
            ))?;
        }
    }
    Ok(Exit::Fine)
}

fn form(record: &CustodyRecord, sealed: &[Sealed]) -> String {
    let digests: Vec<_> = sealed.iter().map(Sealed::file_digest).collect();
    let items: Vec<HandoverItem<'_>> = sealed
        .iter()
        .zip(&digests)
        .map(|(item, digest)| HandoverItem {
            manifest: item.manifest(),
            file: digest.path.rsplit('/').next().unwrap_or(""),
            bytes: digest.bytes,
            sha256: &digest.sha256,
            sm3: &digest.sm3,
        })
        .collect();
    handover::render(record, &items)
}

/// Records a receipt.
pub fn receipt(id: &str, asked: &GroundsArguments, settings: &Settings) -> Done {
    let grounds = grounds(asked, settings)?;
    let store = store::open_existing(settings)?;
    let entry = store.receipt(id, &grounds).map_err(refused)?;
    match settings.format {
        Format::Json => Output.json(&json!({"received": id, "items": entry.files.len()}))?,
        Format::Table => Output.line(format!("移交 {id} 的回执已登记,{} 件", entry.files.len()))?,
    }
    Ok(Exit::Fine)
}
