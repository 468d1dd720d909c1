//! `wangxun evidence redact`: a copy of an item in which personal data is covered.

use super::arguments::GroundsArguments;
use super::{clean, grounds, refused};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::evidence::full_id;
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::Output;
use crate::cli::store;
use crate::patrol::order::tool;
use crate::storage::custody::Redacting;
use crate::storage::package::redacted::Covering;
use anyhow::{Context, anyhow};
use chrono::Utc;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// `wangxun evidence redact`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun evidence redact wx-abcd --auto --reason 向当事人出示 --actor 张某
  wangxun evidence redact wx-abcd --auto --text 甲某某 --text 某小区3栋 --reason 公开 --actor 张某
  wangxun evidence redact wx-abcd --texts names.txt --reason 公开 --actor 张某

The copy is an item of its own with a link to its parent; the sealed item stays as it is. It holds the text and the facts
with the data covered, and none of the captured exchanges. Names of persons cannot be told by their form: give them with
--text. --texts reads one wording a line, so that they do not stay in the shell's history.")]
pub struct Redact {
    /// The item (its first characters are enough)
    #[arg(value_name = "ID")]
    pub id: String,
    /// Cover this wording wherever it stands (repeatable)
    #[arg(long = "text", value_name = "TEXT", required_unless_present_any = ["auto", "texts"])]
    pub wordings: Vec<String>,
    /// Cover every line of this file wherever it stands
    #[arg(long, value_name = "FILE")]
    pub texts: Option<PathBuf>,
    /// Cover what is personal data by its form: telephone, identity and bank card numbers, mail, messenger accounts
    #[arg(long)]
    pub auto: bool,
    /// On whose word.
    #[command(flatten)]
    pub grounds: GroundsArguments,
}

/// Carries the command out.
pub fn run(asked: &Redact, settings: &Settings) -> Done {
    let grounds = grounds(&asked.grounds, settings)?;
    let order = Redacting {
        covering: Covering {
            wordings: wordings(asked)?,
            auto: asked.auto,
            reason: grounds.reason.clone(),
        },
        grounds,
        tool: tool(),
        now: Utc::now(),
    };
    let store = store::open_existing(settings)?;
    let id = full_id(store.home(), &asked.id)?;
    let copy = store.redact(&id, &order).map_err(refused)?;
    let redactions = &copy.manifest().custody.redactions;
    if settings.format == Format::Json {
        Output.json(&json!({
            "evidence_id": copy.evidence_id(), "parent": id, "redactions": redactions, "path": copy.path(),
        }))?;
        return Ok(Exit::Fine);
    }
    Output.line(format!(
        "脱敏副本 {} (原件 {id} 未改动)",
        copy.evidence_id()
    ))?;
    for redaction in redactions {
        Output.line(format!(
            "  遮盖 {} {} 处",
            redaction.category, redaction.places
        ))?;
    }
    Output.line(format!("证据包 {}", copy.path().display()))?;
    Ok(Exit::Fine)
}

fn wordings(asked: &Redact) -> Result<Vec<String>, Trouble> {
    let mut wordings = asked.wordings.clone();
    if let Some(path) = &asked.texts {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))
            .map_err(misuse)?;
        wordings.extend(
            text.lines()
                .filter(|l| !l.trim().is_empty())
                .map(str::to_owned),
        );
    }
    if wordings.len() > 10_000 {
        return Err(misuse(anyhow!("give at most 10000 wordings")));
    }
    wordings
        .iter()
        .map(|wording| clean("a wording to cover", wording))
        .collect()
}
