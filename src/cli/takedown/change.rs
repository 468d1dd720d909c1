//! `wangxun takedown withdraw`, `supersede`, `expire`: entries that no longer hold.

use super::arguments::{Change, Expire, Supersede};
use super::{Work, entry_id};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::clean_or_empty;
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::Output;
use crate::cli::tools::today;
use crate::model::takedown::status::EntryState;
use crate::wire::desk::takedown::TakedownFact;
use anyhow::anyhow;
use serde_json::json;

/// Lifts entries.
pub fn withdraw(asked: &Change, settings: &Settings) -> Done {
    let reason = clean("--reason", &asked.reason)?;
    let document = clean("--document", &asked.document)?;
    let mut work = Work::open(&asked.actor, settings)?;
    let (mut facts, mut ids) = (Vec::new(), Vec::new());
    for text in &asked.entries {
        let id = entry_id(&work.lists, text)?;
        let listed = work.lists.get(&id);
        if listed.is_some_and(|l| l.status.state == EntryState::Withdrawn) {
            continue;
        }
        facts.push(TakedownFact::Withdrawn {
            entry: id.clone(),
            reason: reason.clone(),
            document: document.clone(),
        });
        ids.push(id);
    }
    if !asked.dry_run {
        work.keep_lists(facts)?;
    }
    tell("撤回", &ids, asked.dry_run, settings)
}

/// Puts another entry in the place of one and tells.
pub fn supersede(asked: &Supersede, settings: &Settings) -> Done {
    tell("替换", &[superseded(asked, settings)?], false, settings)
}

/// Puts another entry in the place of one; gives the one that no longer holds.
pub fn superseded(asked: &Supersede, settings: &Settings) -> Result<String, Trouble> {
    let mut work = Work::open(&asked.actor, settings)?;
    let entry = entry_id(&work.lists, &asked.entry)?;
    let successor = entry_id(&work.lists, &asked.by)?;
    if entry == successor {
        return Err(misuse(anyhow!("an entry cannot stand in its own place")));
    }
    let active = |l: &crate::desk::referral::Listed| l.status.state == EntryState::Active;
    if !work.lists.get(&successor).is_some_and(active) {
        return Err(misuse(anyhow!("{successor} is not active")));
    }
    let fact = TakedownFact::Superseded {
        entry: entry.clone(),
        successor,
        reason: clean("--reason", &asked.reason)?,
        document: clean_or_empty("--document", asked.document.as_deref())?,
    };
    work.keep_lists(vec![fact])?;
    Ok(entry)
}

/// Marks entries whose last day has passed.
pub fn expire(asked: &Expire, settings: &Settings) -> Done {
    let mut work = Work::open(&asked.actor, settings)?;
    let day = asked.as_of.unwrap_or_else(today);
    let entries = work.lists.out_of_time(day);
    if !asked.dry_run && !entries.is_empty() {
        let fact = TakedownFact::Expired {
            entries: entries.clone(),
            day,
        };
        work.keep_lists(vec![fact])?;
    }
    tell("到期", &entries, asked.dry_run, settings)
}

fn tell(what: &str, entries: &[String], dry: bool, settings: &Settings) -> Done {
    if settings.format == Format::Json {
        Output.json(&json!({"entries": entries, "dry_run": dry}))?;
        return Ok(Exit::Fine);
    }
    for entry in entries {
        Output.line(entry)?;
    }
    let said = if dry { "试运行：将" } else { "已" };
    Output.line(format!(
        "{said}{what} {} 条；下一期名单的各种形式中均标明",
        entries.len()
    ))?;
    Ok(Exit::Fine)
}
