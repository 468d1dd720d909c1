//! `wangxun duty`: who is on duty, and what one shift hands to the next.

use super::arguments::Format;
use super::config::Settings;
use super::custody::clean;
use super::desk_store::{Acting, long_text, read, refused};
use super::exit::{Done, Exit, Trouble, misuse};
use super::output::{Output, shorten, table};
use super::tools::today;
use crate::desk::cases::Cases;
use crate::desk::duty::{self, Duty};
use crate::wire::desk::DeskFact;
use crate::wire::desk::duty::{self as wire, DutyFact, Shift};
use crate::wire::moment;
use anyhow::anyhow;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;

/// `wangxun duty`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun duty roster --day 2026-12-01 --shift 白班 --officers 张某、李某 --leader 赵某 --actor 赵某
  wangxun duty roster --day 2026-12-01 --until 2026-12-07 --shift 夜班 --officers 李某 --leader 赵某 --actor 赵某
  wangxun duty handover --shift 白班 --to 李某 --done 巡查两轮 --left 待复核一件 --case WX-2026-0001 --actor 张某
  wangxun duty list --from 2026-12-01
  wangxun report handover --out 交接班.pdf

The last entry of a day and shift is in force. Roster and handovers stand in the daily duty report.")]
pub enum DutyCommand {
    /// Enter who is on duty
    Roster(Roster),
    /// Hand a shift over to another officer
    Handover(Handover),
    /// Show the roster and the handovers
    List {
        /// First day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<NaiveDate>,
        /// Last day
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<NaiveDate>,
    },
}

/// `wangxun duty roster`.
#[derive(Debug, Args)]
pub struct Roster {
    /// The day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: NaiveDate,
    /// Every day until this one
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<NaiveDate>,
    /// The shift, such as 白班
    #[arg(long, value_name = "SHIFT")]
    pub shift: String,
    /// Names, parted by 、 or a comma
    #[arg(long, value_name = "NAMES")]
    pub officers: String,
    /// Who leads
    #[arg(long, value_name = "NAME")]
    pub leader: String,
    /// Who enters it
    #[arg(long, value_name = "NAME")]
    pub actor: String,
}

/// `wangxun duty handover`.
#[derive(Debug, Args)]
pub struct Handover {
    /// The day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<NaiveDate>,
    /// The shift that ends
    #[arg(long, value_name = "SHIFT")]
    shift: String,
    /// Who takes over
    #[arg(long, value_name = "NAME")]
    to: String,
    /// What was done
    #[arg(long, value_name = "TEXT")]
    done: String,
    /// What is left
    #[arg(long, value_name = "TEXT")]
    left: String,
    /// A case to be watched (repeatable)
    #[arg(long = "case", value_name = "CASE")]
    cases: Vec<String>,
    /// Who hands over
    #[arg(long, value_name = "NAME")]
    actor: String,
}

/// Characters of what was done, or is left.
const MOST_CHARS: usize = 2_000;
/// Days that one entry may span.
const MOST_DAYS: i64 = 92;

/// Carries the command out.
pub fn run(asked: &DutyCommand, settings: &Settings) -> Done {
    match asked {
        DutyCommand::Roster(asked) => roster(asked, settings),
        DutyCommand::Handover(asked) => handover(asked, settings),
        DutyCommand::List { from, until } => {
            let from = from.unwrap_or_else(today);
            let duty = Duty::of(&read(settings)?);
            let until = until.unwrap_or(NaiveDate::MAX);
            show(&duty, |day| (from..=until).contains(&day), settings)
        }
    }
}

fn roster(asked: &Roster, settings: &Settings) -> Done {
    let duty = rostered(asked, settings)?;
    let days = asked.day..=asked.until.unwrap_or(asked.day);
    show(&duty, |day| days.contains(&day), settings)
}

/// Enters who is on duty; gives the duty as it then stands.
pub fn rostered(asked: &Roster, settings: &Settings) -> Result<Duty, Trouble> {
    let until = asked.until.unwrap_or(asked.day);
    let span = (until - asked.day).num_days();
    if !(0..MOST_DAYS).contains(&span) {
        return Err(misuse(anyhow!(
            "--until is 0 to {} days after --day, not {span}",
            MOST_DAYS - 1
        )));
    }
    let shift = clean("--shift", &asked.shift)?;
    let names = clean("--officers", &asked.officers)?;
    let officers: Vec<String> = names
        .split(['、', ',', ',', ' '])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let leader = clean("--leader", &asked.leader)?;
    let mut acting = Acting::open(&asked.actor, settings)?;
    for name in officers.iter().chain([&leader]) {
        acting.registered(name)?;
    }
    let days = asked.day.iter_days().take_while(|day| *day <= until);
    let facts = days.map(|day| {
        DeskFact::Duty(DutyFact::Rostered(Shift {
            day,
            shift: shift.clone(),
            officers: officers.clone(),
            leader: leader.clone(),
        }))
    });
    acting.keep(facts.collect())?;
    Ok(Duty::of(acting.events()))
}

fn handover(asked: &Handover, settings: &Settings) -> Done {
    let mut acting = Acting::open(&asked.actor, settings)?;
    let day = asked.day.unwrap_or_else(today);
    let to = acting.registered(&clean("--to", &asked.to)?)?.name;
    let cases = Cases::of(acting.events());
    if let Some(missing) = asked.cases.iter().find(|c| cases.get(c).is_none()) {
        return Err(misuse(anyhow!(
            "there is no case {missing:?}; `wangxun cases list --all` shows the numbers"
        )));
    }
    let handover = wire::Handover {
        day,
        shift: clean("--shift", &asked.shift)?,
        from: acting.actor.name.clone(),
        to,
        done: long_text("--done", &asked.done, MOST_CHARS)?,
        left: long_text("--left", &asked.left, MOST_CHARS)?,
        cases: asked.cases.clone(),
    };
    let fact = duty::hand_over(&Duty::of(acting.events()), handover).map_err(refused)?;
    acting.keep(vec![DeskFact::Duty(fact)])?;
    show(&Duty::of(acting.events()), |d| d == day, settings)
}

fn show(duty: &Duty, wanted: impl Fn(NaiveDate) -> bool, settings: &Settings) -> Done {
    let shifts: Vec<&Shift> = duty.roster.iter().filter(|s| wanted(s.day)).collect();
    let handovers = duty.handovers.iter().filter(|h| wanted(h.what.day));
    if settings.format == Format::Json {
        let roster: Vec<_> = shifts
            .iter()
            .map(|s| json!({"day": s.day.to_string(), "shift": s.shift, "officers": s.officers, "leader": s.leader}))
            .collect();
        let handovers: Vec<_> = handovers
            .map(|entered| {
                let h = &entered.what;
                json!({"day": h.day.to_string(), "shift": h.shift, "from": h.from, "to": h.to, "done": h.done,
                    "left": h.left, "cases": h.cases, "at": moment::text(&entered.at)})
            })
            .collect();
        Output.json(&json!({"roster": roster, "handovers": handovers}))?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = shifts
        .iter()
        .map(|s| {
            let names = s.officers.join("、");
            vec![s.day.to_string(), s.shift.clone(), names, s.leader.clone()]
        })
        .collect();
    Output.line(table(&["日期", "班次", "值班员", "带班领导"], &rows).trim_end())?;
    let rows: Vec<Vec<String>> = handovers.map(|h| handover_cells(&h.what)).collect();
    if !rows.is_empty() {
        Output.line("")?;
        let head = ["日期", "班次", "交班", "接班", "已办", "未办", "关注案件"];
        Output.line(table(&head, &rows).trim_end())?;
    }
    Ok(Exit::Fine)
}

fn handover_cells(h: &wire::Handover) -> Vec<String> {
    let line = |text: &str| shorten(&text.replace('\n', " "), 40);
    vec![
        h.day.to_string(),
        h.shift.clone(),
        h.from.clone(),
        h.to.clone(),
        line(&h.done),
        line(&h.left),
        h.cases.join("、"),
    ]
}
