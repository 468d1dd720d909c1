//! `wangxun takedown list`, `show`, `export`, `letter`.

use super::arguments::{Export, Letter, ListEntries, Which};
use super::{Work, entry_id, list_id, lists, tell_files};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::custody::clean;
use crate::cli::desk_store::clean_or_empty;
use crate::cli::exit::{Done, Exit, Trouble, incomplete, misuse};
use crate::cli::output::{Output, shorten, table};
use crate::cli::store;
use crate::cli::tools::today;
use crate::desk::appeals::appeals;
use crate::desk::receipts::{Receipts, label};
use crate::desk::recheck::rechecks;
use crate::desk::referral::{Issue, Listed, Lists};
use crate::export::takedown::letter::{LetterDraft, render};
use crate::export::takedown::{
    FormFile, action_form, action_forms, referral_forms, referral_letter,
};
use crate::model::schedule::BEIJING;
use crate::model::takedown::status::EntryState;
use crate::printer;
use crate::storage::desk::{OfficerKeys, document};
use crate::storage::home::Home;
use crate::storage::takedown::write_bundle;
use crate::wire::desk::DeskEvent;
use crate::wire::desk::takedown::TakedownFact;
use crate::wire::moment::text;
use crate::wire::takedown::ListFile;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

fn row(id: &str, listed: &Listed) -> Value {
    json!({
        "entry": id, "list": listed.what.list, "target": listed.what.target, "value": listed.what.value,
        "shown": listed.target.shown(), "case": listed.what.case, "decision": listed.what.decision,
        "measure": listed.what.measure, "scope": listed.what.scope, "state": listed.status.state.code(),
        "since": text(&listed.status.since), "reason": listed.status.reason, "document": listed.status.document,
        "evidence": listed.what.evidence, "listed": text(&listed.at), "by": listed.by,
    })
}

/// Lists entries or issues.
pub fn list(asked: &ListEntries, settings: &Settings) -> Done {
    let (_, lists) = lists(settings)?;
    if asked.issues {
        return issues(&lists, settings);
    }
    let wanted = |which: Which| asked.list.is_none_or(|w| w == which);
    let mut all: Vec<(&String, &Listed)> = Vec::new();
    if wanted(Which::Action) {
        all.extend(&lists.action);
    }
    if wanted(Which::Referral) {
        all.extend(&lists.referral);
    }
    all.retain(|(_, l)| asked.all || l.status.state == EntryState::Active);
    if settings.format == Format::Json {
        let rows: Vec<Value> = all.iter().map(|(id, l)| row(id, l)).collect();
        Output.json(&json!({"entries": rows}))?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|(id, l)| {
            vec![
                (*id).clone(),
                if l.what.list == "action" {
                    "处置"
                } else {
                    "移送"
                }
                .to_owned(),
                l.status.state.label().to_owned(),
                l.target.kind().label().to_owned(),
                shorten(l.target.shown(), 44),
                l.what.case.clone(),
                l.what.decision.clone(),
            ]
        })
        .collect();
    let head = ["条目", "名单", "状态", "类型", "对象", "案号", "认定文书"];
    Output.line(table(&head, &rows).trim_end())?;
    Ok(Exit::Fine)
}

fn issues(lists: &Lists, settings: &Settings) -> Done {
    let all: Vec<&Issue> = lists.issues.values().flatten().collect();
    if settings.format == Format::Json {
        let rows: Vec<Value> = all
            .iter()
            .map(|i| json!({"header": i.header, "sha256": i.file.sha256, "bytes": i.file.bytes}))
            .collect();
        Output.json(&json!({"issues": rows, "sent": lists.sent.iter().map(|s| json!({
            "list": s.list_id, "serial": s.serial, "operator": s.operator, "letter": s.letter, "due": s.due.to_string(), "at": text(&s.at), "by": s.by,
        })).collect::<Vec<_>>()}))?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|i| {
            let at = i.header.issued.with_timezone(&BEIJING);
            vec![
                i.header.list_id.clone(),
                i.header.serial.to_string(),
                at.format("%Y-%m-%d %H:%M").to_string(),
                i.header.counts.active.to_string(),
                i.header.counts.withdrawn.to_string(),
                i.header.key_id.clone(),
                i.file.sha256.clone(),
            ]
        })
        .collect();
    let head = ["名单", "序列号", "发布", "有效", "撤回", "密钥", "SHA-256"];
    Output.line(table(&head, &rows).trim_end())?;
    Ok(Exit::Fine)
}

/// Shows one entry.
pub fn show(begins: &str, settings: &Settings) -> Done {
    let (events, lists) = lists(settings)?;
    let id = entry_id(&lists, begins)?;
    let listed = lists
        .get(&id)
        .ok_or_else(|| misuse(anyhow!("no entry {id}")))?;
    let mut value = row(&id, listed);
    let receipts = Receipts::of(&events);
    let answers: Vec<Value> = receipts
        .answers
        .iter()
        .filter(|((_, entry), _)| *entry == id)
        .map(|((operator, _), a)| json!({"operator": operator, "serial": a.serial, "result": a.result, "label": label(&a.result), "reason": a.reason, "done": text(&a.done)}))
        .collect();
    let seen: Vec<Value> = rechecks(&events)
        .into_iter()
        .filter(|(_, r)| r.entry == id)
        .map(|(order, r)| json!({"order": order, "url": r.url, "before": r.before, "seen": r.seen}))
        .collect();
    let objections: Vec<Value> = appeals(&events)
        .into_values()
        .filter(|a| a.entry == id)
        .map(|a| json!({"number": a.number, "reviewer": a.reviewer, "due": a.due.to_string(), "decided": a.decided}))
        .collect();
    value["notice"] = json!(notice(&events, &lists, &id, settings));
    value["receipts"] = json!(answers);
    value["rechecks"] = json!(seen);
    value["appeals"] = json!(objections);
    if settings.format == Format::Json {
        Output.json(&value)?;
        return Ok(Exit::Fine);
    }
    Output.line(format!(
        "{id}  {} {}",
        listed.target.kind().label(),
        listed.target.shown()
    ))?;
    Output.line(format!(
        "状态    {} {} {}",
        listed.status.state.label(),
        listed.status.reason,
        listed.status.document
    ))?;
    Output.line(format!(
        "案号    {}  认定文书 {}",
        listed.what.case, listed.what.decision
    ))?;
    Output.line(format!(
        "证据    {} {}",
        listed.what.evidence, listed.what.evidence_sha256
    ))?;
    Output.line(format!("摘录    {}", listed.what.quote))?;
    if let Some(said) = value["notice"].as_str() {
        Output.line(format!("理由与救济  {said}"))?;
    }
    for answer in &answers {
        Output.line(format!("回执    {answer}"))?;
    }
    for one in seen.iter().chain(&objections) {
        Output.line(format!("后续    {one}"))?;
    }
    Ok(Exit::Fine)
}

/// The statement of reasons of an entry, where its determination holds.
fn notice(events: &[DeskEvent], lists: &Lists, id: &str, settings: &Settings) -> Option<String> {
    let listed = lists.action.get(id)?;
    let cases = crate::desk::cases::Cases::of(events);
    let keys = OfficerKeys::of(events);
    let made = crate::desk::referral::confirmed(&cases, &listed.what, &keys)
        .and_then(|(proof, _)| listed.entry(&proof));
    match made {
        Ok(entry) => Some(entry.notice()),
        Err(refusal) => {
            tracing::warn!("{}: {refusal}", settings.home.display());
            None
        }
    }
}

/// The canonical file of an issue.
fn issue(
    lists: &Lists,
    list: &str,
    serial: Option<u32>,
    home: &Home,
) -> Result<(Issue, ListFile), Trouble> {
    let all = lists.issues.get(list).map_or(&[][..], Vec::as_slice);
    let found = match serial {
        None => all.last(),
        Some(serial) => all.iter().find(|i| i.header.serial == serial),
    };
    let issue = found.ok_or_else(|| {
        misuse(anyhow!(
            "{list} has no such issue; `wangxun takedown build` issues one, `takedown list --issues` shows them"
        ))
    })?;
    let bytes = document(home, &issue.file).map_err(incomplete)?;
    let file = ListFile::parse(&bytes).map_err(incomplete)?;
    Ok((issue.clone(), file))
}

fn kind(which: Which) -> &'static str {
    match which {
        Which::Action => "action",
        Which::Referral => "referral",
    }
}

/// Writes an issue's forms again.
pub fn export(asked: &Export, settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    let (events, lists) = lists(settings)?;
    let list = list_id(kind(asked.list), settings);
    let (issue, file) = issue(&lists, &list, asked.serial, &home)?;
    let keys = OfficerKeys::of(&events);
    if let Some(form) = &asked.form {
        let bytes = match asked.list {
            Which::Action => {
                let list = file.confirm(&keys).map_err(incomplete)?;
                action_form(&list, form).map_err(incomplete)?
            }
            Which::Referral => {
                let list = file.referral().map_err(incomplete)?;
                let forms = referral_forms(&list).map_err(incomplete)?;
                let found = forms
                    .into_iter()
                    .find(|f| f.name.ends_with(&format!(".{form}")));
                found.map(|f| f.bytes)
            }
        };
        let bytes = bytes.ok_or_else(|| no_form(asked.list, form))?;
        std::io::stdout()
            .lock()
            .write_all(&bytes)
            .map_err(incomplete)?;
        return Ok(Exit::Fine);
    }
    let forms = forms(&file, asked.list, &keys)?;
    let out = asked.out.as_deref().unwrap_or(Path::new("."));
    let files: Vec<(String, Vec<u8>)> = forms.into_iter().map(|f| (f.name, f.bytes)).collect();
    let manifest = write_bundle(out, &file.header, &issue.file.sha256, &files).map_err(misuse)?;
    let told: Vec<(String, u64, String)> = manifest
        .files
        .into_iter()
        .map(|f| (f.name, f.bytes, f.sha256))
        .collect();
    tell_files(&told)?;
    Ok(Exit::Fine)
}

fn no_form(which: Which, form: &str) -> Trouble {
    match which {
        Which::Action => misuse(anyhow!(
            "there is no form {form:?}: json, csv, xlsx, domains.txt, hosts, rpz, stix.json, and xarf.jsonl where the issuer has e-mail and domain"
        )),
        Which::Referral => misuse(anyhow!(
            "the referral list has no form {form:?}: nobody has determined what stands on it, so it is written as json, csv or \
             xlsx and never as anything that a machine would act on"
        )),
    }
}

fn forms(file: &ListFile, which: Which, keys: &OfficerKeys) -> Result<Vec<FormFile>, Trouble> {
    match which {
        Which::Action => {
            let list = file.confirm(keys).map_err(incomplete)?;
            action_forms(&list).map_err(incomplete)
        }
        Which::Referral => {
            let list = file.referral().map_err(incomplete)?;
            referral_forms(&list).map_err(incomplete)
        }
    }
}

/// A letter that was written.
pub struct Written {
    /// The list.
    pub list_id: String,
    /// Its serial.
    pub serial: u32,
    /// To whom it goes.
    pub operator: String,
    /// The day by which receipts are owed.
    pub due: chrono::NaiveDate,
}

/// Writes a letter and tells.
pub fn letter(asked: &Letter, settings: &Settings) -> Done {
    let letter = written(asked, settings)?;
    let Written {
        list_id,
        serial,
        operator,
        due,
    } = &letter;
    match settings.format {
        Format::Json => Output.json(&json!({"list": list_id, "serial": serial, "operator": operator, "due": due.to_string(), "folder": asked.out}))?,
        Format::Table => Output.line(format!(
            "{list_id} 第 {serial} 期致 {operator} 的函已写入 {}，回执期限 {due}",
            asked.out.display()
        ))?,
    }
    Ok(Exit::Fine)
}

/// Writes a letter.
pub fn written(asked: &Letter, settings: &Settings) -> Result<Written, Trouble> {
    let operator = clean("--operator", &asked.operator)?;
    let number = clean_or_empty("--number", asked.number.as_deref())?;
    let mut work = Work::open(&asked.actor, settings)?;
    let list = list_id(kind(asked.list), settings);
    let (issue, file) = issue(&work.lists, &list, None, work.opened.desk.home())?;
    let due = asked
        .due
        .or(today().checked_add_days(chrono::Days::new(10)))
        .unwrap_or_else(today);
    let keys = OfficerKeys::of(work.opened.desk.events());
    let html = match asked.list {
        Which::Action => {
            let list = file.confirm(&keys).map_err(incomplete)?;
            let forms = action_forms(&list).map_err(incomplete)?;
            render(
                &list,
                &LetterDraft {
                    operator: operator.clone(),
                    number: number.clone(),
                    receipt_by: Some(due),
                    list_sha256: issue.file.sha256.clone(),
                    files: forms.into_iter().map(|f| f.name).collect(),
                },
            )
        }
        Which::Referral => {
            let list = file.referral().map_err(incomplete)?;
            referral_letter::render(&list, &operator, &number)
        }
    };
    std::fs::create_dir_all(&asked.out)
        .and_then(|()| std::fs::write(asked.out.join("letter.html"), html))
        .with_context(|| format!("{} cannot be written", asked.out.display()))
        .map_err(incomplete)?;
    work.keep_lists(vec![TakedownFact::Sent {
        list_id: issue.header.list_id.clone(),
        serial: issue.header.serial,
        operator: operator.clone(),
        letter: number,
        due,
    }])?;
    if !asked.no_pdf {
        print(&asked.out, &work)?;
    }
    Ok(Written {
        list_id: issue.header.list_id.clone(),
        serial: issue.header.serial,
        operator,
        due,
    })
}

fn print(folder: &Path, work: &Work) -> Result<(), Trouble> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let browser = printer::browser(&path)
        .ok_or(printer::PrintError::NoBrowser)
        .map_err(incomplete)?;
    let scratch = work
        .opened
        .desk
        .home()
        .tmp()
        .join(format!("letter-{}", std::process::id()));
    let folder = std::path::absolute(folder).map_err(incomplete)?;
    printer::print(
        &browser,
        &folder.join("letter.html"),
        &folder.join("letter.pdf"),
        &scratch,
        Duration::from_secs(120),
    )
    .map_err(incomplete)
}
