//! `wangxun evidence retention run`: what is beyond retention, and its deletion.

use super::arguments::{Retention, RetentionRun};
use super::{clean, forget, refused};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::exit::{Done, Exit, Trouble, misuse};
use crate::cli::output::{Output, table};
use crate::cli::store;
use crate::model::custody::Actor;
use crate::storage::custody::{Deletion, Due, DueKind, Grounds};
use anyhow::anyhow;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};
use serde_json::json;

/// Carries the command out.
pub fn run(asked: &Retention, settings: &Settings) -> Done {
    let Retention::Run(asked) = asked;
    let now = match asked.as_of {
        Some(day) => end_of(day)?,
        None => Utc::now(),
    };
    let mut store = store::open_existing(settings)?;
    let due = store.due(settings.retention_years, now).map_err(refused)?;
    if asked.dry_run {
        show(&due, None, settings)?;
        return Ok(Exit::Fine);
    }
    let deletion = deletion(asked, settings, now)?;
    let mut deleted = Vec::new();
    // Items first: a run's archive is kept for held items, and these are told by the index.
    for kind in [DueKind::Item, DueKind::Run] {
        for one in due.iter().filter(|d| d.kind == kind && d.holds.is_empty()) {
            let done = match kind {
                DueKind::Item => store.delete(&one.subject, &deletion),
                DueKind::Run => store.delete_run(&one.subject, &deletion),
            };
            done.map_err(refused)?;
            deleted.push(one.subject.clone());
        }
    }
    forget(&mut store, settings)?;
    show(&due, Some(&deleted), settings)?;
    Ok(Exit::Fine)
}

/// The end of a day in Beijing.
fn end_of(day: NaiveDate) -> Result<DateTime<Utc>, Trouble> {
    let beijing = FixedOffset::east_opt(8 * 3600);
    let end = day.succ_opt().and_then(|d| d.and_hms_opt(0, 0, 0));
    beijing
        .zip(end)
        .and_then(|(zone, end)| zone.from_local_datetime(&end).single())
        .map(|end| end.with_timezone(&Utc))
        .ok_or_else(|| misuse(anyhow!("{day} is out of range")))
}

fn deletion(
    asked: &RetentionRun,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Deletion, Trouble> {
    let given = |what: &str, value: &Option<String>| clean(what, value.as_deref().unwrap_or(""));
    Ok(Deletion {
        grounds: Grounds {
            actor: Actor {
                name: given("--actor", &asked.actor)?,
                role: "officer".to_owned(),
                unit: settings.unit.clone(),
            },
            reason: given("--reason", &asked.reason)?,
            authority: Some(given("--authority", &asked.authority)?),
        },
        approver: given("--approver", &asked.approver)?,
        within_retention: false,
        years: settings.retention_years,
        now,
    })
}

fn show(due: &[Due], deleted: Option<&[String]>, settings: &Settings) -> Result<(), Trouble> {
    let state = |one: &Due| match deleted {
        _ if !one.holds.is_empty() => "held",
        Some(done) if done.contains(&one.subject) => "deleted",
        _ => "due",
    };
    if settings.format == Format::Json {
        for one in due {
            let kind = match one.kind {
                DueKind::Item => "item",
                DueKind::Run => "run",
            };
            Output.json_line(&json!({
                "kind": kind, "subject": one.subject, "until": one.until, "bytes": one.bytes,
                "holds": one.holds, "state": state(one),
            }))?;
        }
        return Ok(());
    }
    let rows: Vec<Vec<String>> = due
        .iter()
        .map(|one| {
            let kind = match one.kind {
                DueKind::Item => "证据",
                DueKind::Run => "巡查档案",
            };
            let state = match state(one) {
                "held" => format!("冻结中,保留({})", one.holds.join(",")),
                "deleted" => "已删除".to_owned(),
                _ => "期满,可经批准删除".to_owned(),
            };
            vec![
                kind.to_owned(),
                one.subject.clone(),
                one.until.clone(),
                one.bytes.to_string(),
                state,
            ]
        })
        .collect();
    if rows.is_empty() {
        return Output.line(format!(
            "没有超过 {} 年保存期的证据或档案",
            settings.retention_years
        ));
    }
    Output.line(table(&["种类", "编号", "保存至(UTC)", "字节", "状态"], &rows).trim_end())
}
