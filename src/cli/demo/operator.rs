//! The operator of the practice web: closes what the list names, and answers with a file of receipts, which the desk takes in.

use super::case::{self, Determined};
use super::list::Issued;
use super::office::{FIRST, OPERATOR};
use super::steps::Steps;
use crate::cli::config::Settings;
use crate::cli::exit::{Trouble, incomplete};
use crate::cli::receipts;
use crate::model::schedule::BEIJING;
use crate::model::takedown::action::Scope;
use crate::model::takedown::status::EntryState;
use crate::model::takedown::target::{TakedownTarget, TargetKind};
use crate::practice::Served;
use crate::storage::digest::sha256;
use crate::wire::takedown::{EntryForm, ListFile};
use anyhow::Context;
use chrono::Utc;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The operator carries the list out, and its answer is taken in.
pub fn answered(
    issued: &Issued,
    case: &Determined,
    served: &Served,
    steps: &Steps,
    settings: &Settings,
) -> Result<(), Trouble> {
    let (file, closed) = answer(&issued.canonical, &case.folder, served)?;
    steps.tell(
        "closed",
        "办理",
        format!(
            "{OPERATOR} 按清单关闭 {}(此后应答 410),回执 {}",
            closed.join("、"),
            file.display()
        ),
        json!({"operator": OPERATOR, "closed": closed, "receipt": file.display().to_string()}),
    )?;
    let taken = receipts::imported(&file, OPERATOR, FIRST, false, settings)?;
    let case = case::step(&case.number, "反馈", "运营单位已回执", settings)?;
    steps.tell(
        "receipts",
        "回执",
        format!(
            "{} 行,新增 {} 条;案件状态 {}",
            taken.rows,
            taken.fresh,
            case.state.label()
        ),
        json!({
            "operator": OPERATOR, "rows": taken.rows, "new": taken.fresh, "file_sha256": taken.file_sha256,
            "case": case.number(), "state": case.state.code(),
        }),
    )
}

/// Closes the hosts that the list's active entries cover, and writes the answer to each entry. Gives the file and what was closed.
fn answer(list: &Path, folder: &Path, served: &Served) -> Result<(PathBuf, Vec<String>), Trouble> {
    let bytes = std::fs::read(list)
        .with_context(|| format!("{} cannot be read", list.display()))
        .map_err(incomplete)?;
    let digest = hex::encode(sha256(&bytes));
    let list = ListFile::parse(&bytes).map_err(incomplete)?;
    let now = Utc::now().with_timezone(&BEIJING).format("%Y-%m-%d %H:%M");
    let mut text = "名单编号,序列号,名单SHA-256,条目编号,结果,理由,办理时间\n".to_owned();
    let mut closed: Vec<String> = Vec::new();
    for entry in &list.entries {
        let ours = hosts(entry, served);
        let active = entry.status.state == EntryState::Active.code();
        // What no longer holds is answered as well: the practice web was opened again before this run.
        let (result, why) = match (ours.is_empty(), active) {
            (true, _) => ("不属本单位", "不在本网"),
            (false, true) => ("已处置", ""),
            (false, false) => ("已解除", "条目不再有效"),
        };
        for host in ours.into_iter().filter(|_| active) {
            if served.close(&host) && !closed.contains(&host) {
                closed.push(host);
            }
        }
        let (id, serial) = (&list.header.list_id, list.header.serial);
        text += &format!("{id},{serial},{digest},{},{result},{why},{now}\n", entry.id);
    }
    let file = folder.join("回执.csv");
    std::fs::write(&file, text)
        .with_context(|| format!("{} cannot be written", file.display()))
        .map_err(incomplete)?;
    Ok((file, closed))
}

/// The operator's own hosts that an entry covers.
fn hosts(entry: &EntryForm, served: &Served) -> Vec<String> {
    let target = TargetKind::parse(&entry.target)
        .and_then(|kind| TakedownTarget::parse(kind, &entry.value).ok());
    let (Some(target), Some(scope)) = (target, Scope::parse(&entry.scope)) else {
        return Vec::new();
    };
    let hosts = served.hosts().iter().map(|host| host.name.clone());
    hosts.filter(|host| target.covers(scope, host)).collect()
}
