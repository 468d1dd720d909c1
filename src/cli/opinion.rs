//! `wangxun desk opinion` and `desk urgent`: warnings of opinion and crowds (舆情). A restricted view: registered officers of
//! the county only, personal data masked, every look entered in the journal.

use super::alerts::{class_label, level_label};
use super::arguments::Format;
use super::config::Settings;
use super::custody::clean;
use super::desk_store::{Acting, clean_or_empty, refused};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use crate::desk::opinion::{Handled, Handling, WarningId, handle, handlings, is_settled};
use crate::model::custody::Action;
use crate::model::officer::OfficerRole;
use crate::model::partial_mask::mask;
use crate::storage::index::ItemQuery;
use crate::storage::journal::Act;
use crate::wire::alert::{AlertRow, StoredSpot};
use crate::wire::desk::DeskFact;
use crate::wire::moment;
use anyhow::anyhow;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `wangxun desk opinion`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun desk urgent --actor 张某
  wangxun desk opinion list --open --actor 张某
  wangxun desk opinion see wx-...#0 --comment 已核地点 --actor 张某
  wangxun desk opinion pass wx-...#0 --to 县公安局 --how 值班电话 --actor 张某
  wangxun desk opinion settle wx-...#0 --result 已劝返 --actor 张某
  wangxun report opinion --out 舆情日报.pdf                  the daily digest

A warning is named by its evidence id and its number in it. Warnings are a class of their own and never add to the violation
score. Officers of townships do not see them here; they are told by the county.")]
pub enum OpinionCommand {
    /// List warnings, urgent ones first
    List(List),
    /// Enter that a warning was seen
    See {
        /// Evidence id, `#` and number
        #[arg(value_name = "WARNING")]
        warning: String,
        /// Remark
        #[arg(long, value_name = "TEXT")]
        comment: Option<String>,
        /// Who
        #[arg(long, value_name = "NAME")]
        actor: String,
    },
    /// Enter that a warning was passed on (公安、信访、乡镇)
    Pass {
        /// Evidence id, `#` and number
        #[arg(value_name = "WARNING")]
        warning: String,
        /// To whom
        #[arg(long, value_name = "WHOM")]
        to: String,
        /// How
        #[arg(long, value_name = "TEXT")]
        how: String,
        /// Who
        #[arg(long, value_name = "NAME")]
        actor: String,
    },
    /// Enter that nothing is left to do; an urgent one was passed on before
    Settle {
        /// Evidence id, `#` and number
        #[arg(value_name = "WARNING")]
        warning: String,
        /// What came of it
        #[arg(long, value_name = "TEXT")]
        result: String,
        /// Who
        #[arg(long, value_name = "NAME")]
        actor: String,
    },
}

/// `wangxun desk opinion list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only those that are not settled
    #[arg(long)]
    open: bool,
    /// Who looks
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// `wangxun desk urgent`.
#[derive(Debug, Args)]
pub struct Urgent {
    /// Who looks
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// Carries `desk opinion` out.
pub fn run(asked: &OpinionCommand, settings: &Settings) -> Done {
    match asked {
        OpinionCommand::List(asked) => {
            let acting = open(&asked.actor, settings)?;
            let mut all = warnings(&acting)?;
            all.retain(|w| !asked.open || !is_settled(&w.handled));
            look(&acting, all.len())?;
            show(&all, settings)?;
            Ok(Exit::Fine)
        }
        OpinionCommand::See {
            warning,
            comment,
            actor,
        } => {
            let comment = clean_or_empty("--comment", comment.as_deref())?;
            enter(warning, Handled::Seen(comment), actor, settings)
        }
        OpinionCommand::Pass {
            warning,
            to,
            how,
            actor,
        } => {
            let what = Handled::PassedOn(clean("--to", to)?, clean("--how", how)?);
            enter(warning, what, actor, settings)
        }
        OpinionCommand::Settle {
            warning,
            result,
            actor,
        } => {
            let what = Handled::Settled(clean("--result", result)?);
            enter(warning, what, actor, settings)
        }
    }
}

/// Carries `desk urgent` out.
pub fn urgent(asked: &Urgent, settings: &Settings) -> Done {
    let acting = open(&asked.actor, settings)?;
    let mut all = warnings(&acting)?;
    all.retain(|w| w.row.alert.is_urgent() && !is_settled(&w.handled));
    look(&acting, all.len())?;
    show(&all, settings)?;
    Ok(match all.is_empty() {
        true => Exit::Fine,
        false => Exit::CheckFailed,
    })
}

/// A warning with what was done about it.
struct Warning {
    row: AlertRow,
    handled: Vec<Handling>,
}

/// Townships are told of what concerns them; the whole is for the county.
fn open(name: &str, settings: &Settings) -> Result<Acting, Trouble> {
    let acting = Acting::open(name, settings)?;
    let officer = acting.registered(name.trim())?;
    if officer.role == OfficerRole::Township {
        return Err(misuse(anyhow!(
            "{} speaks for a township; warnings of opinion are for officers of the county",
            officer.name
        )));
    }
    Ok(acting)
}

/// Enters the look in the journal before anything is shown.
fn look(acting: &Acting, count: usize) -> Result<(), Trouble> {
    let act = Act::new(Action::View, "opinion").by(acting.actor.clone());
    let act = act.reason(format!("{count} warnings of opinion"));
    let entered = acting.opened.store.record(act);
    entered.map(|_| ()).map_err(incomplete)
}

/// All warnings, urgent ones first, then the newest.
fn warnings(acting: &Acting) -> Result<Vec<Warning>, Trouble> {
    let index = acting.opened.store.index();
    let rows = index.alerts(&ItemQuery::default()).map_err(incomplete)?;
    let mut handled: BTreeMap<WarningId, Vec<Handling>> = handlings(acting.events());
    let mut all: Vec<Warning> = rows
        .into_iter()
        .map(|row| Warning {
            handled: handled
                .remove(&(row.evidence_id.clone(), row.number))
                .unwrap_or_default(),
            row,
        })
        .collect();
    all.sort_by(|a, b| {
        let key = |w: &Warning| !w.row.alert.is_urgent();
        let newest = b.row.captured.cmp(&a.row.captured);
        key(a).cmp(&key(b)).then(newest)
    });
    Ok(all)
}

fn enter(name: &str, what: Handled, actor: &str, settings: &Settings) -> Done {
    let mut acting = open(actor, settings)?;
    let wanted = warnings(&acting)?.into_iter().find(|w| id_of(w) == name);
    let mut warning = wanted.ok_or_else(|| {
        misuse(anyhow!(
            "there is no warning {name:?}; `wangxun desk opinion list` shows them"
        ))
    })?;
    let urgent = warning.row.alert.is_urgent();
    handle(&warning.handled, urgent, &what).map_err(refused)?;
    let id: WarningId = (warning.row.evidence_id.clone(), warning.row.number);
    acting.keep(vec![DeskFact::Opinion(what.fact(id.clone()))])?;
    warning.handled = handlings(acting.events()).remove(&id).unwrap_or_default();
    show(&[warning], settings)?;
    Ok(Exit::Fine)
}

fn id_of(warning: &Warning) -> String {
    format!("{}#{}", warning.row.evidence_id, warning.row.number)
}

fn show(all: &[Warning], settings: &Settings) -> Result<(), Trouble> {
    if settings.format == Format::Json {
        return all.iter().try_for_each(|w| Output.json_line(&as_json(w)));
    }
    let rows: Vec<Vec<String>> = all.iter().map(cells).collect();
    let head = [
        "预警编号",
        "级别",
        "类别",
        "引文",
        "时间地点",
        "平台",
        "处理",
    ];
    Output.line(table(&head, &rows).trim_end())?;
    let urgent = all.iter().filter(|w| w.row.alert.is_urgent()).count();
    let open = all.iter().filter(|w| !is_settled(&w.handled)).count();
    Output.line(format!(
        "{} 条舆情预警,其中紧急 {urgent} 条,未办结 {open} 条(不计入违规评分;本次查看已记入日志)",
        all.len()
    ))
}

fn when_where(row: &AlertRow) -> String {
    let words = |spots: &[StoredSpot]| -> Vec<String> {
        spots.iter().map(|s| mask(&s.quote).into_owned()).collect()
    };
    [words(&row.alert.times), words(&row.alert.places)]
        .concat()
        .join("、")
}

fn cells(warning: &Warning) -> Vec<String> {
    let alert = &warning.row.alert;
    let quote = mask(&alert.quote).replace(['\n', '\t'], " ");
    let done: Vec<String> = warning.handled.iter().map(|h| h.what.told()).collect();
    vec![
        id_of(warning),
        level_label(&alert.level).to_owned(),
        class_label(&alert.class).to_owned(),
        shorten(&quote, 30),
        shorten(&when_where(&warning.row), 30),
        shorten(&warning.row.platform, 20),
        match done.is_empty() {
            true => "未处理".to_owned(),
            false => shorten(&done.join(";"), 40),
        },
    ]
}

fn as_json(warning: &Warning) -> Value {
    let row = &warning.row;
    let handled: Vec<Value> = warning
        .handled
        .iter()
        .map(|h| json!({"at": moment::text(&h.at), "by": h.by, "what": h.what.told()}))
        .collect();
    json!({
        "warning": id_of(warning), "level": row.alert.level, "class": row.alert.class, "quote": mask(&row.alert.quote),
        "when_where": when_where(row), "remark": row.alert.remark, "platform": row.platform, "url": mask(&row.url),
        "captured": row.captured, "handled": handled, "settled": is_settled(&warning.handled),
    })
}
