//! `wangxun report`: the papers of the desk, from the daily duty report to the transfer of a case.

pub(super) mod arguments;
mod runs;
mod sources;
mod write;

pub use arguments::ReportArguments;

use super::config::Settings;
use super::exit::{Done, Exit, Trouble, misuse};
use super::{desk_store, store, tools};
use crate::desk::cases::Case;
use crate::desk::reports::ask::{Ask, Head, NotReady};
use crate::desk::reports::facts::Facts;
use crate::desk::reports::phase::Phase;
use crate::desk::reports::{
    assist, bulletin, case_sheet, coverage, distribution, handover, inspection, letters,
    notification, opinion, playbook, recurrence, reward_sheet, rewards, run_sheet, sector, survey,
    transfer, warning,
};
use crate::desk::tips::Tip;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::period::Period;
use anyhow::anyhow;
use chrono::{DateTime, Utc};

/// Carries the command out.
pub fn run(asked: &ReportArguments, settings: &Settings) -> Done {
    let report = made(asked, settings)?;
    write::tell(&report, asked, settings)?;
    Ok(Exit::Fine)
}

/// Makes a report, and its files where some are asked for.
pub fn made(asked: &ReportArguments, settings: &Settings) -> Result<DeskReport, Trouble> {
    let period = period(asked)?;
    write::check(&asked.out)?;
    let store = store::open_existing(settings)?;
    let facts = sources::facts(&store, asked, period, settings)?;
    let head = head(asked, settings);
    let ask = Ask {
        facts: &facts,
        period,
        baseline: asked.baseline,
        head: &head,
    };
    let report = build(&ask, asked)?;
    write::write(&report, asked, &store)?;
    Ok(report)
}

fn head(asked: &ReportArguments, settings: &Settings) -> Head {
    let text = |of: &Option<String>| of.as_deref().map(str::trim).unwrap_or("").to_owned();
    let unit = match settings.unit.is_empty() {
        true => "(单位未配置)".to_owned(),
        false => settings.unit.clone(),
    };
    let now = asked.at.map_or_else(Utc::now, |at| at.to_utc());
    Head {
        unit,
        made_by: text(&asked.actor),
        made_at: DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now),
        number: text(&asked.number),
        to: text(&asked.addressee),
        tool: format!("wangxun {}", env!("CARGO_PKG_VERSION")),
    }
}

/// The days asked for.
fn period(asked: &ReportArguments) -> Result<Period, Trouble> {
    let today = tools::today();
    if let (None, None) = (asked.from, asked.to) {
        let day = asked.on.unwrap_or(today);
        return Ok(match asked.form.0 {
            ReportForm::Weekly => Period::week(day),
            ReportForm::Monthly => Period::month(day),
            form if spans(form) => Period::new(first_day(), day).unwrap_or(Period::day(day)),
            _ => Period::day(day),
        });
    }
    let to = asked.to.unwrap_or(today);
    let from = asked.from.unwrap_or_else(first_day);
    Period::new(from, to).ok_or_else(|| misuse(anyhow!("--from {from} is later than --to {to}")))
}

/// Where nothing was seen before.
fn first_day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default()
}

/// Reports that tell of all that has been, unless days are given.
fn spans(form: ReportForm) -> bool {
    !matches!(
        form,
        ReportForm::Daily | ReportForm::Handover | ReportForm::Opinion | ReportForm::RunSheet
    )
}

fn build(ask: &Ask<'_>, asked: &ReportArguments) -> Result<DeskReport, Trouble> {
    let ready = |report: Result<DeskReport, NotReady>| report.map_err(misuse);
    let of_case = |paper: &dyn Fn(&Case) -> Result<DeskReport, NotReady>| {
        ready(paper(case(ask.facts, asked)?))
    };
    Ok(match asked.form.0 {
        ReportForm::RunSheet => ready(run_sheet::report(ask, asked.run.as_deref()))?,
        ReportForm::Handover => handover::report(ask),
        ReportForm::Daily => bulletin::daily(ask),
        ReportForm::Weekly => bulletin::weekly(ask),
        ReportForm::Monthly => bulletin::monthly(ask),
        ReportForm::Phase => phase(ask, asked)?,
        ReportForm::Sector => sector::report(ask, asked.sector.as_deref()),
        ReportForm::Inspection => inspection::report(ask, asked.top),
        ReportForm::CaseSheet => of_case(&|c| case_sheet::report(ask, c))?,
        ReportForm::Matrix => distribution::report(ask),
        ReportForm::Coverage => coverage::report(ask),
        ReportForm::Recurrence => recurrence::report(ask),
        ReportForm::Rewards => rewards::report(ask),
        ReportForm::RewardSheet => ready(reward_sheet::report(ask, tip(ask.facts, asked)?))?,
        ReportForm::Opinion => opinion::report(ask),
        ReportForm::Notification => notification::report(ask),
        ReportForm::Playbook => match &asked.case {
            Some(_) => playbook::report(ask, Some(case(ask.facts, asked)?)),
            None => playbook::report(ask, None),
        },
        ReportForm::Answers => of_case(&|c| letters::answers(ask, c))?,
        ReportForm::Warning => warning::report(ask),
        ReportForm::Rectification => of_case(&|c| letters::rectification(ask, c))?,
        ReportForm::Revocation => of_case(&|c| letters::revocation(ask, c))?,
        ReportForm::Transfer => of_case(&|c| transfer::report(ask, c))?,
        ReportForm::Assist => of_case(&|c| assist::letter(ask, c))?,
        ReportForm::Survey => survey::report(ask),
    })
}

fn phase(ask: &Ask<'_>, asked: &ReportArguments) -> Result<DeskReport, Trouble> {
    let names: Vec<&str> = Phase::ALL.iter().map(|p| p.label()).collect();
    let asked = asked.phase.as_deref().unwrap_or("");
    let phase = Phase::parse(asked).ok_or_else(|| {
        let names = names.join(", ");
        misuse(anyhow!(
            "--phase takes one of {names}, or its number 1 to 5"
        ))
    })?;
    Ok(crate::desk::reports::phase::report(ask, phase))
}

fn case<'f>(facts: &'f Facts, asked: &ReportArguments) -> Result<&'f Case, Trouble> {
    let form = asked.form.0.code();
    let number = asked.case.as_deref().ok_or_else(|| {
        misuse(anyhow!("report {form} is about one case: give --case (`wangxun cases list` shows their numbers)"))
    })?;
    facts.cases.get(number).ok_or_else(|| {
        misuse(anyhow!(
            "there is no case {number} by the end of the period; `wangxun cases list --all` shows all"
        ))
    })
}

fn tip<'f>(facts: &'f Facts, asked: &ReportArguments) -> Result<&'f Tip, Trouble> {
    let receipt = asked.tip.as_deref().unwrap_or("");
    let mut found = facts.tips.iter().filter(|t| t.receipt.starts_with(receipt));
    match (found.next(), found.next(), receipt) {
        (Some(tip), None, r) if !r.is_empty() => Ok(tip),
        _ => Err(misuse(anyhow!(
            "report reward-sheet is about one tip: give --tip with its receipt number (`wangxun tips list` shows them)"
        ))),
    }
}

/// Events of the desk, as other commands read them.
fn events(settings: &Settings) -> Result<Vec<crate::wire::desk::DeskEvent>, Trouble> {
    desk_store::read(settings)
}
