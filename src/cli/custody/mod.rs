//! `wangxun evidence hold|release|holds|delete|retention|transfer|receipt|redact|attend|deposit|custody`: the custody of
//! what is sealed.

pub mod arguments;
pub mod attend;
pub mod deposit;
mod history;
pub mod redact;
mod retention;
pub mod show;
mod transfer;

use super::arguments::Format;
use super::config::Settings;
use super::evidence::full_id;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::{search, store};
use crate::model::custody::Actor;
use crate::model::monitor::Silent;
use crate::storage::custody::{CustodyError, Deletion, Grounds};
use crate::storage::error::StorageError;
use crate::storage::run::read::runs;
use crate::storage::store::Store;
use crate::wire::custody_state::case_object;
use anyhow::anyhow;
use arguments::{CustodyCommand, GroundsArguments, HeldArguments};
use chrono::Utc;
use serde_json::json;

/// Carries a command out.
pub fn run(asked: &CustodyCommand, settings: &Settings) -> Done {
    match asked {
        CustodyCommand::Hold { held, grounds } => hold(held, grounds, settings),
        CustodyCommand::Release {
            held,
            hold,
            grounds,
        } => release(held, hold.as_deref(), grounds, settings),
        CustodyCommand::Holds => holds(settings),
        CustodyCommand::Delete {
            id,
            approver,
            within_retention,
            grounds,
        } => delete(id, approver, *within_retention, grounds, settings),
        CustodyCommand::Retention(asked) => retention::run(asked, settings),
        CustodyCommand::Transfer {
            ids,
            to_unit,
            receiver,
            grounds,
        } => transfer::transfer(ids, to_unit, receiver, grounds, settings),
        CustodyCommand::Receipt { id, grounds } => transfer::receipt(id, grounds, settings),
        CustodyCommand::Redact(asked) => redact::run(asked, settings),
        CustodyCommand::Attend(asked) => attend::run(asked, settings),
        CustodyCommand::Deposit(asked) => deposit::run(asked, settings),
        CustodyCommand::Custody { id } => history::show(id, settings),
    }
}

/// The grounds as given; nothing of them may be empty or hold control characters.
pub(super) fn grounds(asked: &GroundsArguments, settings: &Settings) -> Result<Grounds, Trouble> {
    let authority = asked.authority.as_deref();
    let authority = authority.map(|a| clean("--authority", a)).transpose()?;
    Ok(Grounds {
        actor: Actor {
            name: clean("--actor", &asked.actor)?,
            role: clean("--role", &asked.role)?,
            unit: asked.unit.clone().unwrap_or_else(|| settings.unit.clone()),
        },
        reason: clean("--reason", &asked.reason)?,
        authority,
    })
}

/// A word for the journal: one line, not empty, not endless.
pub(super) fn clean(what: &str, text: &str) -> Result<String, Trouble> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 || text.contains(char::is_control) {
        return Err(misuse(anyhow!(
            "{what} must be one line of 1 to 500 characters"
        )));
    }
    Ok(text.to_owned())
}

/// Refusals are misuse; trouble of the store is not.
pub(super) fn refused(error: CustodyError) -> Trouble {
    match error {
        CustodyError::Storage(StorageError::NoItem { .. } | StorageError::Deleted { .. }) => {
            misuse(error)
        }
        CustodyError::Storage(_) => incomplete(error),
        _ => misuse(error),
    }
}

/// What is to be held: full evidence ids, run ids, or a case.
fn objects(held: &HeldArguments, store: &Store) -> Result<Vec<String>, Trouble> {
    if let Some(case) = &held.case {
        return Ok(vec![case_object(&clean("--case", case)?)]);
    }
    let runs = runs(store.home()).map_err(incomplete)?;
    let object = |id: &String| {
        if runs.contains(id) {
            return Ok(id.clone());
        }
        full_id(store.home(), id)
    };
    let objects: Vec<String> = held.ids.iter().map(object).collect::<Result<_, _>>()?;
    for id in objects.iter().filter(|id| !runs.contains(id)) {
        if store.index().get(id).map_err(incomplete)?.is_none() {
            return Err(misuse(anyhow!(
                "no evidence item {id:?}; `wangxun evidence list` shows them"
            )));
        }
    }
    Ok(objects)
}

fn hold(held: &HeldArguments, asked: &GroundsArguments, settings: &Settings) -> Done {
    let grounds = grounds(asked, settings)?;
    let store = store::open_existing(settings)?;
    for object in objects(held, &store)? {
        let entry = store.hold(&object, &grounds).map_err(refused)?;
        let name = format!("{}:{}", entry.writer, entry.seq);
        match settings.format {
            Format::Json => Output.json_line(&json!({"held": object, "hold": name}))?,
            Format::Table => Output.line(format!("{object} 已冻结,编号 {name}"))?,
        }
    }
    Ok(Exit::Fine)
}

fn release(
    held: &HeldArguments,
    name: Option<&str>,
    asked: &GroundsArguments,
    settings: &Settings,
) -> Done {
    let grounds = grounds(asked, settings)?;
    let store = store::open_existing(settings)?;
    for object in objects(held, &store)? {
        store.release(&object, name, &grounds).map_err(refused)?;
        match settings.format {
            Format::Json => Output.json_line(&json!({"released": object}))?,
            Format::Table => Output.line(format!("{object} 已解除冻结"))?,
        }
    }
    Ok(Exit::Fine)
}

fn holds(settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    let state = crate::storage::custody::state(&home).map_err(incomplete)?;
    if settings.format == Format::Json {
        for hold in state.active() {
            Output.json_line(hold)?;
        }
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = state
        .active()
        .map(|h| {
            vec![
                h.name.clone(),
                h.object.clone(),
                h.time.clone(),
                h.actor.clone(),
                shorten(h.authority.as_deref().unwrap_or("-"), 40),
                shorten(h.reason.as_deref().unwrap_or("-"), 40),
            ]
        })
        .collect();
    Output.line(
        table(
            &["编号", "对象", "时间(UTC)", "经手人", "依据", "原因"],
            &rows,
        )
        .trim_end(),
    )?;
    Ok(Exit::Fine)
}

/// Takes what was deleted out of the search index, if there is one.
pub(super) fn forget(store: &mut Store, settings: &Settings) -> Result<(), Trouble> {
    if store.home().search().join("meta.json").is_file() {
        search::open(store, settings, &Silent)?;
    }
    Ok(())
}

fn delete(
    id: &str,
    approver: &str,
    within_retention: bool,
    asked: &GroundsArguments,
    settings: &Settings,
) -> Done {
    let deletion = Deletion {
        grounds: grounds(asked, settings)?,
        approver: clean("--approver", approver)?,
        within_retention,
        years: settings.retention_years,
        now: Utc::now(),
    };
    let mut store = store::open_existing(settings)?;
    let id = full_id(store.home(), id)?;
    let row = store.index().get(&id).map_err(incomplete)?;
    let record = store.delete(&id, &deletion).map_err(refused)?;
    forget(&mut store, settings)?;
    if settings.format == Format::Json {
        Output.json(&record)?;
        return Ok(Exit::Fine);
    }
    Output.line(format!("{id} 已删除,墓碑记录 custody/tombstones/{id}.json"))?;
    if let Some(row) = row.filter(|r| store.home().warc(&r.run).is_dir()) {
        Output.line(format!(
            "注意:巡查档案 {} 中仍有该页面的原始抓取,由 evidence retention run 到期处理",
            row.run
        ))?;
    }
    Ok(Exit::Fine)
}
