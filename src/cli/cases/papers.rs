//! Documents, measures, the approved wording and the sheet of questions of a case.

use super::arguments::{Act, Attach, Qa, Wording};
use super::{Work, found};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::{clean_or_empty, long_text, read, refused};
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::Output;
use crate::cli::tools::today;
use crate::desk::cases::Cases;
use crate::desk::decide::another;
use crate::wire::desk::case::CaseFact;
use anyhow::{Context, anyhow};
use serde_json::json;

/// The measures of the plan: word, name.
const ACTIONS: [(&str, &str); 4] = [
    ("interview", "警示约谈"),
    ("order", "责令整改"),
    ("publish", "信息公示"),
    ("transfer", "移送"),
];

/// The name of a measure's word.
pub fn action_label(word: &str) -> &str {
    let found = ACTIONS.iter().find(|(w, _)| *w == word);
    found.map_or(word, |(_, label)| label)
}

/// Attaches a document.
pub fn attach(asked: &Attach, settings: &Settings) -> Done {
    let bytes = std::fs::read(&asked.file)
        .with_context(|| format!("{} cannot be read", asked.file.display()))
        .map_err(misuse)?;
    let remark = clean_or_empty("--remark", asked.remark.as_deref())?;
    let work = Work::open(&asked.actor, settings)?;
    work.case(&asked.case)?;
    let name = asked.file.file_name().unwrap_or_default().to_string_lossy();
    let document = work
        .opened
        .desk
        .attach(&bytes, &name, &work.actor)
        .map_err(incomplete)?;
    let fact = CaseFact::Attached {
        case: asked.case.clone(),
        what: asked.what.clone(),
        document,
        remark,
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

/// Records a measure.
pub fn act(asked: &Act, settings: &Settings) -> Done {
    let known = ACTIONS
        .iter()
        .find(|(word, label)| *word == asked.action || *label == asked.action);
    let Some((word, _)) = known else {
        let all: Vec<&str> = ACTIONS.iter().map(|(_, label)| *label).collect();
        return Err(misuse(anyhow!(
            "{:?} is no measure; measures are {}",
            asked.action,
            all.join("、")
        )));
    };
    let work = Work::open(&asked.actor, settings)?;
    work.case(&asked.case)?;
    let fact = CaseFact::Acted {
        case: asked.case.clone(),
        action: (*word).to_owned(),
        unit: clean("--unit", &asked.unit)?,
        result: clean("--result", &asked.result)?,
        document: clean_or_empty("--document", asked.document.as_deref())?,
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

/// Enters the approved wording, or prints it.
pub fn wording(asked: &Wording, settings: &Settings) -> Done {
    let (Some(text), Some(actor)) = (&asked.text, &asked.actor) else {
        return print_wording(asked, settings);
    };
    let text = long_text("--text", text, 4_000)?;
    let approved_by = clean("--approved-by", asked.approved_by.as_deref().unwrap_or(""))?;
    another(actor, &approved_by, "the wording").map_err(refused)?;
    let work = Work::open(actor, settings)?;
    work.case(&asked.case)?;
    work.officers
        .acting(&approved_by, today())
        .map_err(|why| misuse(anyhow!("{why}")))?;
    let fact = CaseFact::Wording {
        case: asked.case.clone(),
        text,
        approved_by,
        document: clean_or_empty("--document", asked.document.as_deref())?,
    };
    work.keep_and_show(&asked.case, vec![fact], settings)
}

fn print_wording(asked: &Wording, settings: &Settings) -> Done {
    let cases = Cases::of(&read(settings)?);
    let case = found(&cases, &asked.case)?;
    let Some(wording) = &case.wording else {
        return Err(misuse(anyhow!(
            "{} has no approved wording; enter it with --text, --approved-by and --actor",
            asked.case
        )));
    };
    match settings.format {
        Format::Json => Output.json(&json!({
            "case": asked.case, "text": wording.text, "approved_by": wording.approved_by, "document": wording.document,
        }))?,
        Format::Table => Output.line(&wording.text)?,
    }
    Ok(Exit::Fine)
}

/// Enters a question with its answer, or prints the sheet.
pub fn qa(asked: &Qa, settings: &Settings) -> Done {
    if let (Some(question), Some(answer), Some(actor)) =
        (&asked.question, &asked.answer, &asked.actor)
    {
        let work = Work::open(actor, settings)?;
        work.case(&asked.case)?;
        let fact = CaseFact::Question {
            case: asked.case.clone(),
            question: clean("--question", question)?,
            answer: long_text("--answer", answer, 4_000)?,
        };
        let mut work = work;
        work.keep(vec![fact])?;
        return sheet(&work.cases, &asked.case, settings);
    }
    sheet(&Cases::of(&read(settings)?), &asked.case, settings)
}

fn sheet(cases: &Cases, number: &str, settings: &Settings) -> Done {
    let case = found(cases, number)?;
    match settings.format {
        Format::Json => {
            let list: Vec<serde_json::Value> = case
                .questions
                .iter()
                .map(|(q, a)| json!({"question": q, "answer": a}))
                .collect();
            let wording = case.wording.as_ref().map(|w| &w.text);
            Output.json(&json!({"case": number, "wording": wording, "questions": list}))?;
        }
        Format::Table => {
            Output.line(format!("信访答复口径  {number}  {}", case.opened.title))?;
            if let Some(wording) = &case.wording {
                Output.line(format!("统一口径:{}", wording.text))?;
            }
            for (n, (question, answer)) in case.questions.iter().enumerate() {
                Output.line(format!("\n{}. 问:{question}\n   答:{answer}", n + 1))?;
            }
        }
    }
    Ok(Exit::Fine)
}

/// Attaches a determination's document when it is not in the case; gives its SHA-256 and what is to be kept.
pub fn determination_document(
    work: &Work,
    number: &str,
    file: &std::path::Path,
) -> Result<(String, Option<CaseFact>), Trouble> {
    let bytes = std::fs::read(file)
        .with_context(|| format!("{} cannot be read", file.display()))
        .map_err(misuse)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let document = work
        .opened
        .desk
        .attach(&bytes, &name, &work.actor)
        .map_err(incomplete)?;
    let sha256 = document.sha256.clone();
    let case = work.case(number)?;
    let there = case.documents.iter().any(|d| d.document.sha256 == sha256);
    let fact = (!there).then(|| CaseFact::Attached {
        case: number.to_owned(),
        what: "determination".to_owned(),
        document,
        remark: String::new(),
    });
    Ok((sha256, fact))
}
