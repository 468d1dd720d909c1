//! Who reported a tip: read with a reason that is entered in the journal, or erased.

use super::{Why, Work};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::exit::{Done, Exit, incomplete, misuse};
use crate::cli::output::Output;
use crate::desk::tips::Tip;
use anyhow::anyhow;
use serde_json::json;

pub(super) fn read(asked: &Why, settings: &Settings) -> Done {
    let why = clean("--reason", &asked.reason)?;
    let work = Work::open(&asked.receipt, &asked.actor, settings)?;
    let desk = &work.acting.opened.desk;
    let found = desk.reporter(&work.tip.receipt, &why, &work.acting.actor);
    let Some(r) = found.map_err(incomplete)? else {
        return Err(misuse(anyhow!(
            "{} {}",
            work.tip.receipt,
            nobody(&work.tip)
        )));
    };
    match settings.format {
        Format::Json => Output.json(&json!({
            "receipt": r.receipt, "name": r.name, "contact": r.contact, "id_number": r.id_number, "address": r.address,
        }))?,
        Format::Table => {
            Output.line(format!("举报人  {}", r.name))?;
            Output.line(format!("联系    {}", r.contact))?;
            Output.line(format!("身份证  {}", r.id_number))?;
            Output.line(format!("住址    {}", r.address))?;
            Output.line("本次查阅已记入日志")?;
        }
    }
    Ok(Exit::Fine)
}

fn nobody(tip: &Tip) -> &'static str {
    match tip.named {
        true => "had a reporter, who was erased",
        false => "has no reporter",
    }
}

pub(super) fn forget(asked: &Why, settings: &Settings) -> Done {
    let why = clean("--reason", &asked.reason)?;
    let work = Work::open(&asked.receipt, &asked.actor, settings)?;
    if let Some(reward) = work.tip.reward.as_ref().filter(|r| r.paid.is_none()) {
        return Err(misuse(anyhow!(
            "the reward {} is not paid yet: enter `wangxun tips paid` first",
            reward.decision
        )));
    }
    let desk = &work.acting.opened.desk;
    let erased = desk.erase_reporter(&work.tip.receipt, &why, &work.acting.actor);
    if !erased.map_err(incomplete)? {
        return Err(misuse(anyhow!(
            "{} {}",
            work.tip.receipt,
            nobody(&work.tip)
        )));
    }
    match settings.format {
        Format::Json => Output.json(&json!({"receipt": work.tip.receipt, "erased": true}))?,
        Format::Table => Output.line(format!(
            "{} 的举报人信息已删除,删除经过已记入日志",
            work.tip.receipt
        ))?,
    }
    Ok(Exit::Fine)
}
