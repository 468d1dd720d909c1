//! What became of the site: seen again by order, judged, and told in the duty report.

use super::case::{self, Determined};
use super::office::FIRST;
use super::patrol::Web;
use super::steps::Steps;
use crate::cli::config::Settings;
use crate::cli::desk_recheck::{DeskRecheck, rechecked};
use crate::cli::desk_report;
use crate::cli::desk_report::arguments::{Form, ReportArguments};
use crate::cli::exit::Trouble;
use crate::cli::tools::today;
use crate::desk::recheck::{SeenAgain, proposal_label};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::Block;
use crate::model::schedule::BEIJING;
use crate::patrol::summary::RunSummary;
use crate::printer;
use crate::wire::desk::recheck::RecheckFact;
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::json;
use std::path::PathBuf;

/// The desk orders, the patrol goes and sees, the desk judges.
pub fn seen_again(
    web: &Web<'_>,
    case: &Determined,
    steps: &Steps,
    settings: &Settings,
) -> Result<RunSummary, Trouble> {
    rechecked(&asked(true), settings)?;
    let (summary, orders) = web.revisit(settings)?;
    steps.tell(
        "revisit",
        "再访",
        format!("按 {orders} 张复查单再访,{} 页应答", summary.pages),
        json!({"orders": orders, "run": summary.run, "complete": summary.complete, "pages": summary.pages, "statuses": summary.statuses}),
    )?;
    let judged = rechecked(&asked(false), settings)?;
    let case = case::step(&case.number, "复查", "运营单位已回执,复查站点", settings)?;
    for fact in &judged.facts {
        if let RecheckFact::Seen {
            entry,
            result,
            why,
            before,
            after,
            proposal,
            ..
        } = fact
        {
            let label = SeenAgain::parse(result).map_or(result.as_str(), |known| known.label());
            steps.tell(
                "recheck",
                "复查",
                format!(
                    "{entry} {label}:{why};{};前 {before} 后 {after}",
                    proposal_label(proposal)
                ),
                json!({
                    "entry": entry, "result": result, "why": why, "proposal": proposal, "before": before, "after": after,
                    "case": case.number(), "state": case.state.code(),
                }),
            )?;
        }
    }
    Ok(summary)
}

fn asked(order: bool) -> DeskRecheck {
    DeskRecheck {
        order,
        entries: Vec::new(),
        at: None,
        probe: None,
        actor: FIRST.to_owned(),
        dry_run: false,
    }
}

/// Writes the daily duty report; gives its files.
pub fn reported(steps: &Steps, settings: &Settings) -> Result<Vec<PathBuf>, Trouble> {
    let at = Utc::now().with_timezone(&BEIJING).fixed_offset();
    let file = |ending: &str| {
        let name = format!("daily-{}.{ending}", today());
        settings.home.join("reports").join(name)
    };
    let mut files = vec![file("html"), file("xlsx")];
    let report = desk_report::made(&daily(files.clone(), at), settings)?;
    // One of an earlier practice would tell something else than the files beside it.
    let _ = std::fs::remove_file(file("pdf"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let no_pdf = match printer::browser(&path) {
        None => Some(format!(
            "未装浏览器,没有印 PDF;要印先装:apt-get install {}",
            printer::PACKAGES
        )),
        Some(_) => match desk_report::made(&daily(vec![file("pdf")], at), settings) {
            Ok(_) => {
                files.push(file("pdf"));
                None
            }
            Err(trouble) => Some(format!("没有印成 PDF:{:#}", trouble.error)),
        },
    };
    let shown: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
    let summary = summary(&report);
    steps.tell(
        "report",
        "日报",
        format!("{} {}:{summary}", report.title, report.number),
        json!({"title": report.title, "number": report.number, "summary": summary, "files": shown, "no_pdf": no_pdf}),
    )?;
    if let Some(why) = no_pdf.filter(|_| !steps.are_json()) {
        steps.tell("report", "日报", why, json!({}))?;
    }
    Ok(files)
}

/// The report's first paragraph.
fn summary(report: &DeskReport) -> String {
    let mut blocks = report.sections.iter().flat_map(|s| &s.blocks);
    let words = blocks.find_map(|block| match block {
        Block::Words(words) => Some(words.clone()),
        _ => None,
    });
    words.unwrap_or_default()
}

fn daily(out: Vec<PathBuf>, at: DateTime<FixedOffset>) -> ReportArguments {
    ReportArguments {
        form: Form(ReportForm::Daily),
        on: None,
        from: None,
        to: None,
        baseline: None,
        unit: None,
        case: None,
        tip: None,
        phase: None,
        sector: None,
        run: None,
        list: None,
        top: 20,
        out,
        actor: Some(FIRST.to_owned()),
        number: None,
        addressee: None,
        at: Some(at),
        pdf_seconds: 60,
    }
}
