//! Who is competent: routing, handing over, reporting up, the playbook and the tables.

use super::arguments::{Handover, ReportUp, Route, Subject, Takeover};
use super::{Work, found};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{clean_or_empty, playbook as load_playbook, read, refused, routing};
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::desk::cases::{Case, Cases};
use crate::desk::decide::another;
use crate::desk::urgent;
use crate::lexicons::rulebook;
use crate::model::department::Department;
use crate::model::region::is_unit_code;
use crate::model::routing::{RouteAnswer, RouteQuery};
use crate::seeds;
use crate::wire::desk::case::CaseFact;
use anyhow::anyhow;
use serde_json::{Value, json};

fn departments(settings: &Settings) -> Result<Vec<Department>, Trouble> {
    let lexicon = rulebook::load(settings.lexicons.as_deref()).map_err(misuse)?;
    Ok(lexicon.departments)
}

fn licence(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// What the tables say of a case.
fn by_tables(case: &Case, settings: &Settings) -> Result<RouteAnswer, Trouble> {
    let rules = case.rules();
    Ok(routing(settings)?.route(RouteQuery {
        sectors: &case.opened.sectors,
        rules: &rules,
        licensed: licence(&case.licensed),
        region: &case.region,
    }))
}

/// Routes a case.
pub fn route(asked: &Route, settings: &Settings) -> Done {
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let mut answer = by_tables(case, settings)?;
    let known = departments(settings)?;
    let given = !asked.departments.is_empty() || asked.lead.is_some() || !asked.assist.is_empty();
    if given {
        let why = asked.why.as_deref().ok_or_else(|| {
            misuse(anyhow!(
                "what differs from the tables needs a reason (--why); they say: {}",
                answer.why
            ))
        })?;
        answer.why = clean("--why", why)?;
    }
    let ids: Vec<String> = known.iter().map(|d| d.id.clone()).collect();
    if !asked.departments.is_empty() {
        let table = routing(settings)?;
        answer.departments.clear();
        for name in &asked.departments {
            let id = table.department(name, &ids).ok_or_else(|| {
                misuse(anyhow!(
                    "{name:?} is no department; known are {}",
                    ids.join(", ")
                ))
            })?;
            answer.departments.push(id.to_owned());
        }
    }
    if let Some(lead) = &asked.lead {
        answer.lead = clean("--lead", lead)?;
    }
    if !asked.assist.is_empty() {
        answer.assist.clone_from(&asked.assist);
    }
    if asked.dry_run {
        return tell_route(&asked.case, &answer, &known, settings);
    }
    let fact = CaseFact::Routed {
        case: asked.case.clone(),
        departments: answer.departments,
        lead: answer.lead,
        assist: answer.assist,
        why: answer.why,
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

fn tell_route(case: &str, answer: &RouteAnswer, known: &[Department], settings: &Settings) -> Done {
    let now = |id: &String| {
        let found = known.iter().find(|d| d.id == *id);
        found.map_or(id.clone(), |d| d.now.clone())
    };
    let names: Vec<String> = answer.departments.iter().map(now).collect();
    match settings.format {
        Format::Json => Output.json(&json!({
            "case": case, "departments": answer.departments, "names": names, "lead": answer.lead,
            "assist": answer.assist, "why": answer.why,
        }))?,
        Format::Table => {
            Output.line(format!("部门  {}", names.join("、")))?;
            Output.line(format!("牵头  {}", now(&answer.lead)))?;
            Output.line(format!("协助  {}", answer.assist.join("、")))?;
            Output.line(format!("依据  {}", answer.why))?;
        }
    }
    Ok(Exit::Fine)
}

/// Hands a case over.
pub fn handover(asked: &Handover, settings: &Settings) -> Done {
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let lead = case.route.as_ref().map(|r| r.lead.clone());
    let from = asked.from.clone().or(lead).ok_or_else(|| {
        misuse(anyhow!(
            "{} is not routed yet: give --from, or `wangxun cases route` first",
            asked.case
        ))
    })?;
    if from == asked.to {
        return Err(misuse(anyhow!("{from} has it already")));
    }
    let fact = CaseFact::HandedOver {
        case: asked.case.clone(),
        from,
        to: clean("--to", &asked.to)?,
        part: asked.part.clone(),
        why: clean("--why", &asked.why)?,
        document: clean_or_empty("--document", asked.document.as_deref())?,
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

/// Takes a case over.
pub fn takeover(asked: &Takeover, settings: &Settings) -> Done {
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let open = case
        .handovers
        .iter()
        .find(|h| h.to == asked.unit && h.taken.is_none());
    let Some(open) = open else {
        return Err(misuse(anyhow!(
            "nothing of {} was handed to {}",
            asked.case,
            asked.unit
        )));
    };
    another(&open.stamp.by, &work.actor.name, "a handover").map_err(refused)?;
    let fact = CaseFact::TakenOver {
        case: asked.case.clone(),
        unit: asked.unit.clone(),
        comment: clean_or_empty("--comment", asked.comment.as_deref())?,
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

/// Sets what is known of the subject.
pub fn subject(asked: &Subject, settings: &Settings) -> Done {
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    if let Some(region) = asked.region.as_deref().filter(|r| !r.is_empty())
        && !is_unit_code(region)
    {
        return Err(misuse(anyhow!(
            "--region {region:?} is no code of a unit: 6, 9 or 12 digits"
        )));
    }
    let or = |given: &Option<String>, known: &str| given.clone().unwrap_or(known.to_owned());
    let fact = CaseFact::SubjectSet {
        case: asked.case.clone(),
        subject: or(&asked.subject, &case.subject),
        region: or(&asked.region, &case.region),
        licensed: or(&asked.licensed, &case.licensed),
        why: clean("--why", &asked.why)?,
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

/// Records the immediate report, or lists the cases that wait for it.
pub fn report_up(asked: &ReportUp, settings: &Settings) -> Done {
    let (Some(case), Some(to), Some(how), Some(actor)) =
        (&asked.case, &asked.to, &asked.how, &asked.actor)
    else {
        return waiting(settings);
    };
    let work = Work::open(actor, settings)?;
    work.case(case)?;
    let fact = CaseFact::ReportedUp {
        case: case.clone(),
        to: clean("--to", to)?,
        how: clean("--how", how)?,
    };
    work.keep_and_show(case, vec![fact], settings)
}

fn waiting(settings: &Settings) -> Done {
    let cases = Cases::of(&read(settings)?);
    let book = load_playbook(settings)?;
    let wait: Vec<&Case> = cases
        .cases
        .values()
        .filter(|c| urgent::waits(c, &book))
        .collect();
    match settings.format {
        Format::Json => {
            let rows: Vec<Value> = wait
                .iter()
                .map(|c| {
                    json!({
                        "case": c.number(), "title": c.opened.title, "reasons": urgent::reasons(c, &book),
                        "opened": crate::wire::moment::text(&c.stamp.at), "call": book.immediate.call,
                        "within_hours": book.immediate.within_hours,
                    })
                })
                .collect();
            Output.json(&json!({"waiting": rows}))?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = wait
                .iter()
                .map(|c| {
                    vec![
                        c.number().to_owned(),
                        c.opened.severity.to_string(),
                        urgent::reasons(c, &book).join("、"),
                        shorten(&c.opened.title, 30),
                    ]
                })
                .collect();
            Output.line(table(&["案件", "级", "理由", "名称"], &rows).trim_end())?;
            Output.line(format!(
                "{} 件须立即报告({} 小时内,{})",
                rows.len(),
                book.immediate.within_hours,
                book.immediate.call.join("、")
            ))?;
        }
    }
    Ok(match wait.as_slice() {
        [] => Exit::Fine,
        _ => Exit::CheckFailed,
    })
}

/// What the playbook says for a case.
pub fn playbook(number: &str, settings: &Settings) -> Done {
    let cases = Cases::of(&read(settings)?);
    let case = found(&cases, number)?;
    let book = load_playbook(settings)?;
    let known = departments(settings)?;
    let play = book.play(case.opened.severity.max(1)).ok_or_else(|| {
        misuse(anyhow!(
            "the playbook has nothing for severity {}",
            case.opened.severity
        ))
    })?;
    let now = |id: &String| {
        let found = known.iter().find(|d| d.id == *id);
        found.map_or(id.clone(), |d| d.now.clone())
    };
    let call: Vec<String> = play.call.iter().map(now).collect();
    let at_once = urgent::reasons(case, &book);
    match settings.format {
        Format::Json => Output.json(&json!({
            "case": number, "severity": play.level, "within_hours": play.within_hours, "call": play.call,
            "call_names": call, "steps": play.steps, "report_at_once": at_once,
        }))?,
        Format::Table => {
            Output.line(format!(
                "{number}  {} 级:{} 小时内联系 {}",
                play.level,
                play.within_hours,
                call.join("、")
            ))?;
            for (n, step) in play.steps.iter().enumerate() {
                Output.line(format!("  {}. {step}", n + 1))?;
            }
            if !at_once.is_empty() {
                let call: Vec<String> = book.immediate.call.iter().map(now).collect();
                Output.line(format!(
                    "须立即报告({}):{} 小时内报 {}",
                    at_once.join("、"),
                    book.immediate.within_hours,
                    call.join("、")
                ))?;
            }
        }
    }
    Ok(Exit::Fine)
}

/// Prints the tables, or puts copies where officers edit them.
pub fn tables(write: bool, settings: &Settings) -> Done {
    let all = [
        ("routing.toml", seeds::ROUTING),
        ("playbook.toml", seeds::PLAYBOOK),
    ];
    if !write {
        for (name, bundled) in all {
            let own = crate::cli::desk_store::own_table(settings, name);
            let text = match &own {
                Some(path) => std::fs::read_to_string(path).map_err(incomplete)?,
                None => bundled.to_owned(),
            };
            let place = own.map_or("built in".to_owned(), |p| p.display().to_string());
            Output.write(&format!("# ---- {name} ({place})\n{text}\n"))?;
        }
        // What cannot be used is told here, not when a case waits.
        routing(settings)?;
        load_playbook(settings)?;
        return Ok(Exit::Fine);
    }
    let folder = settings.home.join("tables");
    std::fs::create_dir_all(&folder).map_err(incomplete)?;
    for (name, text) in all {
        let path = folder.join(name);
        if path.exists() {
            Output.line(format!("{} 已在,未改动", path.display()))?;
            continue;
        }
        std::fs::write(&path, text).map_err(incomplete)?;
        Output.line(format!("{} 已写出,可编辑", path.display()))?;
    }
    Ok(Exit::Fine)
}
