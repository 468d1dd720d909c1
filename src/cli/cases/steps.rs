//! Steps of a case, and what is due.

use super::Work;
use super::arguments::{Deadline, Deadlines, Decide, Step};
use super::show::{self, state};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{clean_or_empty, playbook, read, refused};
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::cli::tools::today;
use crate::desk::cases::{Case, Cases};
use crate::desk::decide::{self, Ask};
use crate::model::case::{CaseState, RecheckResult};
use crate::wire::desk::case::CaseFact;
use anyhow::anyhow;
use chrono::NaiveDate;
use serde_json::{Value, json};

fn ask(asked: &Step, settings: &Settings) -> Result<Ask, Trouble> {
    let to = state(&asked.to)?;
    let result = match asked.result.as_deref() {
        None => None,
        Some(word) => Some(RecheckResult::parse(word).ok_or_else(|| {
            let all: Vec<&str> = RecheckResult::ALL.iter().map(|r| r.label()).collect();
            misuse(anyhow!(
                "{word:?} is no result of a recheck; results are {}",
                all.join("、")
            ))
        })?),
    };
    // Where nobody gives a day, the office's own table does.
    let due = asked.due.map_or_else(
        || playbook(settings).map(|b| b.due(to, today())),
        |due| Ok(Some(due)),
    )?;
    if asked.due.is_some_and(|due| due < today()) {
        return Err(misuse(anyhow!("--due {} is over already", today())));
    }
    Ok(Ask {
        to,
        why: clean("--why", &asked.why)?,
        document: clean_or_empty("--document", asked.document.as_deref())?,
        due,
        result,
    })
}

/// Takes a step alone and shows the case.
pub fn take(asked: &Step, settings: &Settings) -> Done {
    show::one(&taken(asked, settings)?, settings)
}

/// Takes a step alone.
pub fn taken(asked: &Step, settings: &Settings) -> Result<Case, Trouble> {
    let ask = ask(asked, settings)?;
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let fact = decide::move_case(case, &ask, &work.actor.name, &work.officers, today());
    let fact = fact.map_err(refused)?;
    work.keep_of(&asked.case, vec![fact])
}

/// Proposes a step and shows the case.
pub fn propose(asked: &Step, settings: &Settings) -> Done {
    show::one(&proposed(asked, settings)?, settings)
}

/// Proposes a step.
pub fn proposed(asked: &Step, settings: &Settings) -> Result<Case, Trouble> {
    let ask = ask(asked, settings)?;
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let fact = decide::propose(case, &ask, &work.actor.name, &work.officers, today());
    let fact = fact.map_err(refused)?;
    work.keep_of(&asked.case, vec![fact])
}

/// Confirms what is proposed and shows the case.
pub fn confirm(asked: &Decide, settings: &Settings) -> Done {
    show::one(&confirmed(asked, settings)?, settings)
}

/// Confirms what is proposed.
pub fn confirmed(asked: &Decide, settings: &Settings) -> Result<Case, Trouble> {
    let comment = clean_or_empty("--comment", asked.comment.as_deref())?;
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let by = &work.actor.name;
    let facts = decide::confirm(case, &comment, by, &work.officers, today()).map_err(refused)?;
    work.keep_of(&asked.case, facts.to_vec())
}

/// Returns what is proposed.
pub fn give_back(asked: &Decide, settings: &Settings) -> Done {
    let comment = clean_or_empty("--comment", asked.comment.as_deref())?;
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let by = &work.actor.name;
    let fact = decide::give_back(case, &comment, by, &work.officers, today()).map_err(refused)?;
    work.keep_and_show(&asked.case, vec![fact], settings)
}

/// Sets a deadline, or records that it was met.
pub fn deadline(asked: &Deadline, settings: &Settings) -> Done {
    let work = Work::open(&asked.actor, settings)?;
    let case = work.case(&asked.case)?;
    let what = clean("--what", &asked.what)?;
    let why = clean("--why", &asked.why)?;
    let fact = match asked.due {
        Some(due) => CaseFact::Deadline {
            case: case.number().to_owned(),
            what,
            due,
            why,
        },
        None => {
            if !case.open_deadlines().iter().any(|d| d.what == what) {
                return Err(misuse(anyhow!(
                    "nothing named {what:?} is due in {}; `wangxun cases show` names what is",
                    case.number()
                )));
            }
            CaseFact::DeadlineMet {
                case: case.number().to_owned(),
                what,
                comment: why,
            }
        }
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

/// What is due.
pub fn deadlines(asked: &Deadlines, settings: &Settings) -> Done {
    let cases = Cases::of(&read(settings)?);
    let today = today();
    let mut rows: Vec<(NaiveDate, &Case, &crate::desk::cases::Deadline)> = cases
        .cases
        .values()
        .filter(|case| case.state != CaseState::Closed)
        .flat_map(|case| {
            let open = case.open_deadlines().into_iter();
            open.map(move |d| (d.due, case, d))
        })
        .collect();
    let left = |due: NaiveDate| (due - today).num_days();
    rows.retain(|(due, ..)| !asked.overdue || left(*due) < 0);
    rows.retain(|(due, ..)| asked.within.is_none_or(|n| left(*due) <= i64::from(n)));
    rows.sort_by_key(|(due, case, _)| (*due, case.number().to_owned()));
    let late = rows.iter().filter(|(due, ..)| left(*due) < 0).count();
    match settings.format {
        Format::Json => {
            let list: Vec<Value> = rows
                .iter()
                .map(|(due, case, d)| {
                    json!({
                        "case": case.number(), "state": case.state.code(), "what": d.what, "due": due.to_string(),
                        "days_left": left(*due), "why": d.why, "region": case.region,
                        "lead": case.route.as_ref().map(|r| &r.lead),
                    })
                })
                .collect();
            Output
                .json(&json!({"today": today.to_string(), "overdue": late, "deadlines": list}))?;
        }
        Format::Table => {
            let cells: Vec<Vec<String>> = rows
                .iter()
                .map(|(due, case, d)| {
                    let days = left(*due);
                    vec![
                        due.to_string(),
                        if days < 0 {
                            format!("逾期 {} 天", -days)
                        } else {
                            format!("剩 {days} 天")
                        },
                        case.number().to_owned(),
                        case.state.label().to_owned(),
                        d.what.clone(),
                        case.route
                            .as_ref()
                            .map_or(String::new(), |r| r.lead.clone()),
                        shorten(&case.opened.title, 30),
                    ]
                })
                .collect();
            let head = ["日期", "", "案件", "状态", "事项", "牵头", "名称"];
            Output.line(table(&head, &cells).trim_end())?;
            Output.line(format!("{} 项,其中逾期 {late} 项", cells.len()))?;
        }
    }
    Ok(if asked.overdue && late > 0 {
        Exit::CheckFailed
    } else {
        Exit::Fine
    })
}
