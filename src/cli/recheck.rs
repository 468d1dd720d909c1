//! `wangxun patrol recheck`: an address is to be seen again at a date.

use super::arguments::Format;
use super::capture_now::address;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::store;
use crate::model::custody::Actor;
use crate::model::schedule::BEIJING;
use crate::storage::work_orders::{RecheckDraft, open};
use anyhow::anyhow;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use clap::Args;

/// `wangxun patrol recheck`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wangxun patrol recheck http://www.example.test/ad --at 2026-12-10 --reason 责令改正期满复查 --case 2026-017
  wangxun patrol recheck                          the orders that are open

The patrol (`patrol watch`) visits an address on order before everything else, in full, and whatever its page interval says.
A seed of its list must cover the address, or be named.")]
pub struct RecheckArguments {
    /// The address [default: list the open orders]
    #[arg(value_name = "URL", requires = "at")]
    pub url: Option<String>,
    /// From when it is to be seen: a day, or a moment such as 2026-12-10T09:00 (Beijing time)
    #[arg(long, value_name = "WHEN", requires = "reason")]
    pub at: Option<String>,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
    /// The seed under which it is visited [default: the first whose scope covers it]
    #[arg(long, value_name = "ID")]
    pub seed: Option<String>,
    /// Number of the case
    #[arg(long, value_name = "NO")]
    pub case: Option<String>,
    /// Who orders it, for the journal [default: the user's name]
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// Carries the command out.
pub fn run(asked: &RecheckArguments, settings: &Settings) -> Done {
    let Some(url) = &asked.url else {
        return list(settings);
    };
    let at = moment(asked.at.as_deref().unwrap_or_default())?;
    let reason = super::custody::clean("--reason", asked.reason.as_deref().unwrap_or_default())?;
    let case_no = asked.case.as_deref();
    let case_no = case_no
        .map(|c| super::custody::clean("--case", c))
        .transpose()?;
    let draft = RecheckDraft {
        url: address(url)?.to_string(),
        seed: asked.seed.clone(),
        at,
        case_no,
        reason,
    };
    let actor = Actor {
        name: super::evidence::viewer(asked.actor.as_deref()),
        role: "officer".to_owned(),
        unit: settings.unit.clone(),
    };
    let store = store::open(settings, &crate::model::monitor::Silent)?;
    let order = store
        .order_recheck(draft, &actor, Utc::now())
        .map_err(incomplete)?;
    match settings.format {
        Format::Json => Output.json(&order)?,
        Format::Table => Output.line(format!(
            "{} 将于 {} 起复查 {}",
            order.id,
            order.at.with_timezone(&BEIJING).format("%Y-%m-%d %H:%M"),
            order.url
        ))?,
    }
    Ok(Exit::Fine)
}

fn list(settings: &Settings) -> Done {
    let (orders, notes) = open(&settings.home).map_err(incomplete)?;
    for note in notes {
        tracing::warn!("{}", note.message);
    }
    if settings.format == Format::Json {
        Output.json(&orders)?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = orders
        .iter()
        .map(|order| {
            let at = order.at.with_timezone(&BEIJING);
            vec![
                order.id.clone(),
                at.format("%Y-%m-%d %H:%M").to_string(),
                order.case_no.clone().unwrap_or_default(),
                shorten(&order.url, 60),
                shorten(&order.reason, 40),
            ]
        })
        .collect();
    Output.line(table(&["复查单", "复查时间", "案号", "网址", "事由"], &rows).trim_end())?;
    Ok(Exit::Fine)
}

/// A day (its beginning) or a moment, in Beijing time where no zone stands.
fn moment(text: &str) -> Result<DateTime<Utc>, Trouble> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN));
    let local = day.or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"));
    let wrong = || {
        misuse(anyhow!(
            "--at {text:?}: write 2026-12-10 or 2026-12-10T09:00"
        ))
    };
    let local = local.map_err(|_| wrong())?;
    let at = local.and_local_timezone(BEIJING).single();
    at.map(|at| at.to_utc()).ok_or_else(wrong)
}
