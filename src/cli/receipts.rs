//! `wangxun receipts`: what operators answer, and what they still owe.

use super::arguments::Format;
use super::config::Settings;
use super::custody::clean;
use super::desk_store::{actor, open_existing, read};
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, table};
use super::tools::today;
use crate::desk::officers::Officers;
use crate::desk::receipts::{Owed, Receipts, label};
use crate::desk::referral::Lists;
use crate::seeds::{self, ReceiptRow, Severity};
use crate::storage::desk::event_once;
use crate::storage::digest::sha256;
use crate::wire::desk::receipt::ReceiptFact;
use crate::wire::desk::{DeskEvent, DeskFact};
use crate::wire::moment;
use anyhow::anyhow;
use chrono::{NaiveDate, Utc};
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// `wangxun receipts`.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  wangxun receipts import reply.xlsx --operator '某电信公司某县分公司' --actor 张某
  wangxun receipts import reply.csv --operator '某电信公司某县分公司' --actor 张某 --dry-run
  wangxun receipts list --format json
  wangxun receipts remind

A receipt is CSV, JSON or XLSX with the columns 名单编号, 序列号, 条目编号, 结果, 理由, 办理时间 (the list's own workbook with two
columns added will do). Results: 已处置 blocked, 部分处置 partial, 不属本单位 not-ours, 不能办理 refused (both with a reason), 已解除
lifted. The same answer told twice is kept once. `remind` ends with exit code 1 when something is overdue.")]
pub enum ReceiptsCommand {
    /// Take in a file of receipts
    Import {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The operator that sent it, as in the letter
        #[arg(long, value_name = "NAME")]
        operator: String,
        /// Who takes it in
        #[arg(long, value_name = "NAME")]
        actor: String,
        /// Only check
        #[arg(long)]
        dry_run: bool,
    },
    /// List the last answers by operator and entry
    List {
        /// Only this operator
        #[arg(long, value_name = "NAME")]
        operator: Option<String>,
        /// Only this result
        #[arg(long, value_name = "RESULT")]
        result: Option<String>,
    },
    /// What operators still owe, and since when
    Remind {
        /// As of this day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        as_of: Option<NaiveDate>,
    },
}

/// Carries the command out.
pub fn run(asked: &ReceiptsCommand, settings: &Settings) -> Done {
    match asked {
        ReceiptsCommand::Import {
            file,
            operator,
            actor,
            dry_run,
        } => import(file, operator, actor, *dry_run, settings),
        ReceiptsCommand::List { operator, result } => {
            list(operator.as_deref(), result.as_deref(), settings)
        }
        ReceiptsCommand::Remind { as_of } => remind(as_of.unwrap_or_else(today), settings),
    }
}

/// What is wrong with a row, seen from what was issued.
fn against(row: &ReceiptRow, lists: &Lists) -> Option<String> {
    let Some(listed) = lists.action.get(&row.entry) else {
        return Some(format!(
            "条目编号: {} is no entry of the action list",
            row.entry
        ));
    };
    let issues = lists.issues.get(&row.list_id);
    let Some(issue) = issues.and_then(|all| all.iter().find(|i| i.header.serial == row.serial))
    else {
        return Some(format!(
            "序列号: {:?} serial {} was never issued",
            row.list_id, row.serial
        ));
    };
    if listed.at > issue.header.issued {
        return Some(format!(
            "条目编号: {} was listed after serial {}",
            row.entry, row.serial
        ));
    }
    let digest = &row.list_sha256;
    (!digest.is_empty() && *digest != issue.file.sha256).then(|| {
        format!(
            "名单SHA-256: serial {} has {}, the receipt says {digest}: the operator worked from another list",
            row.serial, issue.file.sha256
        )
    })
}

/// What a file of receipts came to.
pub struct Imported {
    /// Its rows.
    pub rows: usize,
    /// Answers that were not known before.
    pub fresh: usize,
    /// SHA-256 of the file, lower-case hex.
    pub file_sha256: String,
}

fn import(file: &Path, operator: &str, by: &str, dry: bool, settings: &Settings) -> Done {
    let Imported {
        rows,
        fresh,
        file_sha256,
    } = imported(file, operator, by, dry, settings)?;
    match settings.format {
        Format::Json => Output.json(
            &json!({"rows": rows, "new": fresh, "dry_run": dry, "file_sha256": file_sha256}),
        )?,
        Format::Table => Output.line(format!(
            "{}{rows} 行，新增 {fresh} 条回执",
            if dry { "试运行：" } else { "" }
        ))?,
    }
    Ok(Exit::Fine)
}

/// Takes in a file of receipts: all its rows, or none.
pub fn imported(
    file: &Path,
    operator: &str,
    by: &str,
    dry: bool,
    settings: &Settings,
) -> Result<Imported, Trouble> {
    let operator = clean("--operator", operator)?;
    let actor = actor(by, settings)?;
    let (loaded, bytes) = seeds::load_receipts(file).map_err(misuse)?;
    let mut opened = open_existing(settings)?;
    Officers::of(opened.desk.events())
        .acting(&actor.name, today())
        .map_err(|why| misuse(anyhow!("{why}")))?;
    let lists = Lists::of(opened.desk.events());
    let mut faults: Vec<String> = loaded
        .faults
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    for row in &loaded.value {
        faults.extend(
            against(row, &lists)
                .map(|why| format!("{}:{}: error: {why}", file.display(), row.line)),
        );
    }
    if !faults.is_empty() {
        let shown = faults
            .iter()
            .take(50)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n  ");
        return Err(misuse(anyhow!(
            "{} faults, nothing was taken in; mend the rows and import the file again\n  {shown}",
            faults.len()
        )));
    }
    let digest = hex::encode(sha256(&bytes));
    let now = Utc::now();
    let events: Vec<DeskEvent> = loaded
        .value
        .iter()
        .map(|row| answer(row, &operator, &digest, &actor.name, now))
        .collect();
    let fresh = events.iter().filter(|e| !opened.desk.knows(&e.id)).count();
    let all = events.len();
    if !dry {
        opened.desk.append(events, &actor).map_err(incomplete)?;
    }
    Ok(Imported {
        rows: all,
        fresh,
        file_sha256: digest,
    })
}

fn answer(
    row: &ReceiptRow,
    operator: &str,
    digest: &str,
    by: &str,
    now: chrono::DateTime<Utc>,
) -> DeskEvent {
    let key = [
        "receipt",
        operator,
        &row.list_id,
        &row.serial.to_string(),
        &row.entry,
        &row.result,
        &row.reason,
        &moment::text(&row.done),
    ]
    .join("\n");
    let fact = ReceiptFact::Answered {
        operator: operator.to_owned(),
        list_id: row.list_id.clone(),
        serial: row.serial,
        list_sha256: row.list_sha256.clone(),
        entry: row.entry.clone(),
        result: row.result.clone(),
        reason: row.reason.clone(),
        done: row.done,
        file_sha256: digest.to_owned(),
    };
    event_once(&key, now, by, DeskFact::Receipt(fact))
}

fn list(operator: Option<&str>, result: Option<&str>, settings: &Settings) -> Done {
    let events = read(settings)?;
    let receipts = Receipts::of(&events);
    let lists = Lists::of(&events);
    let shown: Vec<_> = receipts
        .answers
        .iter()
        .filter(|((o, _), a)| {
            operator.is_none_or(|w| w == o) && result.is_none_or(|w| w == a.result)
        })
        .collect();
    if settings.format == Format::Json {
        let rows: Vec<_> = shown
            .iter()
            .map(|((operator, entry), a)| {
                json!({"operator": operator, "entry": entry, "serial": a.serial, "result": a.result,
                    "label": label(&a.result), "reason": a.reason, "done": moment::text(&a.done), "by": a.by})
            })
            .collect();
        Output.json(&json!({"receipts": rows}))?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|((operator, entry), a)| {
            let target = lists.get(entry).map_or("", |l| l.target.shown());
            vec![
                operator.clone(),
                entry.clone(),
                target.to_owned(),
                a.serial.to_string(),
                label(&a.result).to_owned(),
                a.reason.clone(),
            ]
        })
        .collect();
    let head = ["单位", "条目", "对象", "序列号", "结果", "理由"];
    Output.line(table(&head, &rows).trim_end())?;
    Ok(Exit::Fine)
}

fn remind(day: NaiveDate, settings: &Settings) -> Done {
    let events = read(settings)?;
    let owed = Receipts::of(&events).owed(&Lists::of(&events), day);
    let overdue = owed.iter().any(|o| o.days_over > 0);
    if settings.format == Format::Json {
        let rows: Vec<_> = owed
            .iter()
            .map(|o| {
                json!({"operator": o.sent.operator, "list": o.sent.list_id, "serial": o.sent.serial, "letter": o.sent.letter,
                    "due": o.sent.due.to_string(), "days_over": o.days_over, "entries": o.entries})
            })
            .collect();
        Output.json(&json!({"owed": rows, "overdue": overdue}))?;
    } else {
        let state = |o: &Owed| match o.days_over {
            n if n > 0 => format!("逾期 {n} 天"),
            0 => "今日到期".to_owned(),
            n => format!("余 {} 天", -n),
        };
        let rows: Vec<Vec<String>> = owed
            .iter()
            .map(|o| {
                vec![
                    o.sent.operator.clone(),
                    format!("{} 第 {} 期", o.sent.list_id, o.sent.serial),
                    o.sent.due.to_string(),
                    state(o),
                    o.entries.len().to_string(),
                ]
            })
            .collect();
        let head = ["单位", "名单", "回执期限", "状态", "未回执条目"];
        Output.line(table(&head, &rows).trim_end())?;
    }
    Ok(if overdue {
        Exit::CheckFailed
    } else {
        Exit::Fine
    })
}
