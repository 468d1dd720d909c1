//! `wangxun takedown appeal`: a party objects, somebody without part in it reviews, and what is lifted is lifted.

use super::arguments::Appeal as Asked;
use super::{Work, entry_id, lists};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{long_text, refused};
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::{Output, table};
use crate::cli::tools::today;
use crate::desk::appeals::{Appeal, appeals, decide, may_review};
use crate::desk::officers::Officers;
use crate::desk::receipts::Receipts;
use crate::model::partial_mask;
use crate::model::takedown::status::EntryState;
use crate::wire::desk::DeskFact;
use crate::wire::desk::appeal::AppealFact;
use crate::wire::desk::takedown::TakedownFact;
use anyhow::anyhow;
use chrono::{Datelike, Days, NaiveDate};
use serde_json::json;

/// Carries the command out.
pub fn run(asked: &Asked, settings: &Settings) -> Done {
    match asked {
        Asked::File {
            entry,
            party,
            grounds,
            received,
            days,
            actor,
        } => file(entry, party, grounds, *received, *days, actor, settings),
        Asked::Assign {
            number,
            reviewer,
            actor,
        } => assign(number, reviewer, actor, settings),
        Asked::Decide {
            number,
            outcome,
            reason,
            document,
            actor,
        } => decided(number, outcome, reason, document, actor, settings),
        Asked::List => list(settings),
    }
}

fn file(
    entry: &str,
    party: &str,
    grounds: &str,
    received: Option<NaiveDate>,
    days: i64,
    actor: &str,
    settings: &Settings,
) -> Done {
    let mut work = Work::open(actor, settings)?;
    let entry = entry_id(&work.lists, entry)?;
    let received = received.unwrap_or_else(today);
    let days = u64::try_from(days.clamp(1, 365)).unwrap_or(15);
    let due = received
        .checked_add_days(Days::new(days))
        .unwrap_or(received);
    let known = appeals(work.opened.desk.events());
    let year = received.year();
    let number = (1..)
        .map(|n: u32| format!("AP-{year}-{n:04}"))
        .find(|number| !known.contains_key(number))
        .unwrap_or_default();
    let fact = AppealFact::Filed {
        number: number.clone(),
        entry,
        party: clean("--party", party)?,
        grounds: partial_mask::mask(&long_text("--grounds", grounds, 2_000)?).into_owned(),
        received,
        due,
    };
    work.keep(vec![DeskFact::Appeal(fact)])?;
    tell(&work, &number, settings)
}

fn one(work: &Work, number: &str) -> Result<Appeal, Trouble> {
    let mut all = appeals(work.opened.desk.events());
    all.remove(number).ok_or_else(|| {
        misuse(anyhow!(
            "no appeal {number:?}; `wangxun takedown appeal list` shows them"
        ))
    })
}

fn assign(number: &str, reviewer: &str, actor: &str, settings: &Settings) -> Done {
    let mut work = Work::open(actor, settings)?;
    let appeal = one(&work, number)?;
    let reviewer = clean("--reviewer", reviewer)?;
    Officers::of(work.opened.desk.events())
        .acting(&reviewer, today())
        .map_err(|why| misuse(anyhow!("{why}")))?;
    let listed = work.lists.get(&appeal.entry);
    let listed = listed.ok_or_else(|| misuse(anyhow!("no entry {}", appeal.entry)))?;
    let mut authors: Vec<(&str, &str)> = vec![(&listed.by, "listed the entry")];
    let case = work.cases.get(&listed.what.case);
    for written in case.iter().flat_map(|c| &c.determinations) {
        authors.push((&written.determination.officer, "proposed the determination"));
        authors.push((
            &written.determination.reviewer,
            "confirmed the determination",
        ));
    }
    may_review(&reviewer, &authors).map_err(refused)?;
    let fact = AppealFact::Assigned {
        number: number.to_owned(),
        reviewer,
    };
    work.keep(vec![DeskFact::Appeal(fact)])?;
    tell(&work, number, settings)
}

fn decided(
    number: &str,
    outcome: &str,
    reason: &str,
    document: &str,
    actor: &str,
    settings: &Settings,
) -> Done {
    if !["upheld", "lifted", "partly"].contains(&outcome) {
        return Err(misuse(anyhow!(
            "--outcome {outcome:?}: give upheld, lifted or partly"
        )));
    }
    let reason = clean("--reason", reason)?;
    let document = clean("--document", document)?;
    let mut work = Work::open(actor, settings)?;
    let appeal = one(&work, number)?;
    let fact = decide(&appeal, &work.actor.name, outcome, &reason, &document).map_err(refused)?;
    let mut facts = vec![DeskFact::Appeal(fact)];
    if outcome == "lifted" {
        facts.push(DeskFact::Takedown(TakedownFact::Withdrawn {
            entry: appeal.entry.clone(),
            reason: format!("申诉 {number} 成立：{reason}"),
            document,
        }));
    }
    work.keep(facts)?;
    tell(&work, number, settings)
}

fn label(outcome: &str) -> &str {
    match outcome {
        "upheld" => "维持",
        "lifted" => "撤回",
        "partly" => "部分变更",
        other => other,
    }
}

fn tell(work: &Work, number: &str, settings: &Settings) -> Done {
    let appeal = one(work, number)?;
    match settings.format {
        Format::Json => Output.json(&value(&appeal))?,
        Format::Table => Output.line(format!(
            "{number}  {}  期限 {}  复核人 {}  结果 {}",
            appeal.entry,
            appeal.due,
            appeal.reviewer.as_deref().unwrap_or("（未指定）"),
            appeal
                .decided
                .as_ref()
                .map_or("（未定）", |(o, ..)| label(o))
        ))?,
    }
    Ok(Exit::Fine)
}

fn value(a: &Appeal) -> serde_json::Value {
    json!({
        "number": a.number, "entry": a.entry, "party": a.party, "grounds": a.grounds, "received": a.received.to_string(), "due": a.due.to_string(),
        "filed_by": a.filed_by, "reviewer": a.reviewer,
        "outcome": a.decided.as_ref().map(|d| &d.0), "reason": a.decided.as_ref().map(|d| &d.1),
        "document": a.decided.as_ref().map(|d| &d.2), "decided_by": a.decided.as_ref().map(|d| &d.3),
    })
}

fn list(settings: &Settings) -> Done {
    let (events, lists) = lists(settings)?;
    let receipts = Receipts::of(&events);
    let all = appeals(&events);
    let lifted = |entry: &str| -> Vec<String> {
        let answers = receipts.answers.iter();
        answers
            .filter(|((_, e), a)| e == entry && a.result == "lifted")
            .map(|((operator, _), _)| operator.clone())
            .collect()
    };
    if settings.format == Format::Json {
        let rows: Vec<_> = all
            .values()
            .map(|a| {
                let mut row = value(a);
                row["lifted_by"] = json!(lifted(&a.entry));
                row
            })
            .collect();
        Output.json(&json!({"appeals": rows}))?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = all
        .values()
        .map(|a| {
            let state = lists
                .get(&a.entry)
                .map_or(EntryState::Active, |l| l.status.state);
            let over = a.decided.is_none() && a.due < today();
            vec![
                a.number.clone(),
                a.entry.clone(),
                state.label().to_owned(),
                format!("{}{}", a.due, if over { " 逾期" } else { "" }),
                a.reviewer.clone().unwrap_or_default(),
                a.decided
                    .as_ref()
                    .map_or(String::new(), |(o, ..)| label(o).to_owned()),
                lifted(&a.entry).join("、"),
            ]
        })
        .collect();
    let head = [
        "申诉",
        "条目",
        "条目状态",
        "期限",
        "复核人",
        "结果",
        "已解除单位",
    ];
    Output.line(table(&head, &rows).trim_end())?;
    Ok(Exit::Fine)
}
