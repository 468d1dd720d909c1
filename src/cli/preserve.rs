//! `wangxun preserve`: evidence preserved in advance (先行登记保存, 行政处罚法 56): captured at once, decided in seven days.

use super::arguments::Format;
use super::capture_now::{CaptureArguments, PeopleArguments, address, capture_now, people};
use super::config::Settings;
use super::custody::arguments::GroundsArguments;
use super::custody::{clean, grounds, refused};
use super::evidence::full_id;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::store;
use crate::export::preserve_form;
use crate::model::custody::ItemKind;
use crate::patrol::sealing::Sealing;
use crate::storage::custody::Preserved;
use crate::storage::package::moment;
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::custody::{ItemCustody, Preservation};
use anyhow::anyhow;
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

/// The article that it rests on.
const BASIS: &str = "中华人民共和国行政处罚法第五十六条";
/// Days before the end in which the program reminds.
const REMIND_DAYS: i64 = 2;

/// `wangxun preserve`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  wangxun preserve https://shop.example/licai --reason 页面可能被删除 --approver 赵某 \\
      --officer 张某,某县金融办,LZ-0001 --officer 李某,某县金融办,LZ-0002
  wangxun preserve list
  wangxun preserve decide wx-abcd --decision 立案调查,转为案件证据 --reason 查实线索 --actor 张某
  wangxun preserve form wx-abcd

The address is captured at once through the corridor of a patrol (robots, pace, guarded addresses) and sealed whatever it
says. The notice with its list of items is written beside the evidence. 行政处罚法 56: preservation needs approval, and a
decision must follow in seven days; `wangxun evidence list` and `wangxun patrol` remind of it."
)]
pub struct Preserve {
    /// What to do with evidence that was preserved.
    #[command(subcommand)]
    pub then: Option<PreserveThen>,
    /// The address
    #[arg(value_name = "URL", required = true)]
    pub url: Option<String>,
    /// Why the evidence might be lost or hard to obtain later
    #[arg(long, value_name = "TEXT", required = true)]
    pub reason: Option<String>,
    /// Who approved it: another person than the officers
    #[arg(long, value_name = "NAME", required = true)]
    pub approver: Option<String>,
    /// The document of approval
    #[arg(long, value_name = "DOCUMENT")]
    pub authority: Option<String>,
    /// Who is there.
    #[command(flatten)]
    pub people: PeopleArguments,
    /// How it is captured.
    #[command(flatten)]
    pub capture: CaptureArguments,
}

/// `wangxun preserve ...`.
#[derive(Debug, Subcommand)]
pub enum PreserveThen {
    /// What was preserved: what is still to be decided first, with the days left
    List {
        /// Also what was decided
        #[arg(long)]
        all: bool,
    },
    /// Record what was decided on preserved evidence; ends its seven days
    Decide {
        /// The item (its first characters are enough)
        #[arg(value_name = "ID")]
        id: String,
        /// What was decided
        #[arg(long, value_name = "TEXT")]
        decision: String,
        /// On whose word.
        #[command(flatten)]
        grounds: GroundsArguments,
    },
    /// Print the path of the notice; write it when a crash had come between
    Form {
        /// The item (its first characters are enough)
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// Carries the command out.
pub fn run(asked: &Preserve, settings: &Settings) -> Done {
    match &asked.then {
        Some(PreserveThen::List { all }) => list(*all, settings),
        Some(PreserveThen::Decide {
            id,
            decision,
            grounds,
        }) => decide(id, decision, grounds, settings),
        Some(PreserveThen::Form { id }) => form(id, settings),
        None => preserve(asked, settings),
    }
}

fn preserve(asked: &Preserve, settings: &Settings) -> Done {
    let url = address(asked.url.as_deref().unwrap_or(""))?;
    let mut custody = ItemCustody::of(ItemKind::PreservedCapture);
    people(&asked.people, asked.capture.case.as_ref(), &mut custody)?;
    let approver = clean("--approver", asked.approver.as_deref().unwrap_or(""))?;
    if custody.collectors.iter().any(|o| o.name == approver) {
        return Err(misuse(anyhow!(
            "whoever approves must be another person than the officers; {approver:?} is one of them"
        )));
    }
    let authority = asked.authority.as_deref();
    custody.preservation = Some(Preservation {
        approver,
        reason: clean("--reason", asked.reason.as_deref().unwrap_or(""))?,
        authority: authority.map(|a| clean("--authority", a)).transpose()?,
        // Set from the end of the capture when it is there.
        decide_by: moment(Utc::now()),
    });
    let sealing = Sealing {
        always: true,
        custody,
        prior: None,
    };
    let (store, sealed) = capture_now(&url, &asked.capture, BASIS, settings, |_| Ok(sealing))?;
    let path = notice(&store, &sealed, settings)?;
    let decide_by = sealed.manifest().custody.preservation.as_ref();
    let decide_by = decide_by.map_or("", |p| p.decide_by.beijing.as_str());
    if settings.format == Format::Json {
        Output.json(&json!({
            "evidence_id": sealed.evidence_id(), "url": sealed.manifest().final_url,
            "status": sealed.manifest().http_status, "decide_by": decide_by, "form": path,
        }))?;
        return Ok(Exit::Fine);
    }
    Output.line(format!("已先行登记保存 {}", sealed.evidence_id()))?;
    Output.line(format!("网址    {}", sealed.manifest().final_url))?;
    Output.line(format!("状态    {}", sealed.manifest().http_status))?;
    Output.line(format!("通知书  {}", path.display()))?;
    Output.line(format!("须于 {decide_by} 前作出处理决定:"))?;
    Output.line(format!(
        "  wangxun preserve decide {} --decision 决定 --reason 原因 --actor 姓名",
        sealed.evidence_id()
    ))?;
    Ok(Exit::Fine)
}

/// Writes the notice beside the evidence unless it is there.
fn notice(store: &Store, sealed: &Sealed, settings: &Settings) -> Result<PathBuf, Trouble> {
    let form = preserve_form::render(sealed.manifest(), &settings.unit, &sealed.file_digest());
    let recorded = store.record_preservation(sealed, &settings.unit, &form, Utc::now());
    recorded.map_err(refused)
}

fn form(id: &str, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let id = full_id(store.home(), id)?;
    let sealed = Sealed::open(store.home(), &id).map_err(incomplete)?;
    Output.line(notice(&store, &sealed, settings)?.display())?;
    Ok(Exit::Fine)
}

fn list(all: bool, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let now = Utc::now();
    let mut preserved = store.preserved().map_err(incomplete)?;
    preserved.retain(|p| all || p.decided.is_none());
    if settings.format == Format::Json {
        for one in &preserved {
            Output.json_line(&json!({
                "evidence_id": one.row.evidence_id, "url": one.row.url, "captured": one.row.captured,
                "decide_by": one.row.decide_by, "decided": one.decided, "state": state(one, now),
            }))?;
        }
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = preserved
        .iter()
        .map(|one| {
            vec![
                one.row.evidence_id.clone(),
                one.row.captured.clone(),
                one.row.decide_by.clone().unwrap_or_default(),
                told(one, now),
                shorten(&one.row.url, 60),
            ]
        })
        .collect();
    let heads = ["证据编号", "保存时间(UTC)", "决定期限(UTC)", "状态", "网址"];
    Output.line(table(&heads, &rows).trim_end())?;
    Ok(Exit::Fine)
}

fn state(one: &Preserved, now: DateTime<Utc>) -> &'static str {
    match &one.decided {
        Some(_) => "decided",
        None if now > one.decide_by => "overdue",
        None if now + TimeDelta::days(REMIND_DAYS) >= one.decide_by => "due",
        None => "open",
    }
}

fn told(one: &Preserved, now: DateTime<Utc>) -> String {
    let hours = (one.decide_by - now).num_hours();
    match (state(one, now), &one.decided) {
        (_, Some(decided)) => shorten(decided.decision.as_deref().unwrap_or("已决定"), 40),
        ("overdue", _) => format!("已逾期 {} 小时", -hours),
        _ => format!("剩 {} 天 {} 小时", hours / 24, hours % 24),
    }
}

/// Tells on standard error of what must be decided within two days, or is overdue.
pub fn remind(store: &Store) {
    remind_at(store, Utc::now());
}

fn remind_at(store: &Store, now: DateTime<Utc>) {
    for one in store.preserved().unwrap_or_default() {
        if matches!(state(&one, now), "due" | "overdue") {
            tracing::warn!(
                "先行登记保存 {} 须于 {} 前作出处理决定({});wangxun preserve decide {} --decision ...",
                one.row.evidence_id,
                one.decide_by.to_rfc3339(),
                told(&one, now),
                one.row.evidence_id
            );
        }
    }
}

fn decide(id: &str, decision: &str, asked: &GroundsArguments, settings: &Settings) -> Done {
    let grounds = grounds(asked, settings)?;
    let decision = clean("--decision", decision)?;
    let store = store::open_existing(settings)?;
    let id = full_id(store.home(), id)?;
    let entry = store
        .decide(&id, &decision, &grounds, Utc::now())
        .map_err(refused)?;
    match settings.format {
        Format::Json => Output.json(&json!({"evidence_id": id, "decided": entry.reason}))?,
        Format::Table => Output.line(format!("{id} 的处理决定已登记"))?,
    }
    Ok(Exit::Fine)
}
