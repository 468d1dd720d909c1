//! `wangxun patrol`: list -> polite fetch -> audit -> sealed evidence.

use super::arguments::{Format, Patrol, PatrolStored};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, table};
use super::progress::TerminalMonitor;
use super::{reaudit, recheck, search, store, tools, watch as watching};
use crate::model::seed::{PatrolList, Seed};
use crate::patrol::order::{Order, carry_out};
use crate::patrol::pipeline::PatrolSettings;
use crate::patrol::summary::RunSummary;
use crate::storage::index::ItemQuery;
use crate::storage::item::find_item;
use anyhow::anyhow;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Carries the command out.
pub fn run(asked: &Patrol, settings: &Settings) -> Done {
    let list = match (&asked.stored, &asked.list) {
        (Some(PatrolStored::Reaudit(asked)), _) => return reaudit::run(asked, settings),
        (Some(PatrolStored::Watch(asked)), _) => return watching::run(asked, settings),
        (Some(PatrolStored::Health(asked)), _) => return watching::health(asked, settings),
        (Some(PatrolStored::Recheck(asked)), _) => return recheck::run(asked, settings),
        (None, Some(list)) => chosen(tools::patrol_list(list)?, &asked.seeds)?,
        (None, None) => return Err(misuse(anyhow!("give a LIST"))),
    };
    let patrol = PatrolSettings {
        workers: asked.workers.unwrap_or(settings.workers),
        max_pages: asked.max_pages,
        max_time: asked.max_minutes.map(|m| Duration::from_secs(m * 60)),
        ..PatrolSettings::default()
    };
    let runtime = tools::runtime()?;
    let summary = runtime.block_on(async {
        let order = order(list, settings, patrol, asked.new)?;
        super::keys::advise(&order.store);
        carry_out(order, interrupted()).await.map_err(incomplete)
    })?;
    stamp_run(&runtime, &summary, settings)?;
    show(&summary, settings)?;
    Ok(if summary.complete {
        Exit::Fine
    } else {
        Exit::Incomplete
    })
}

/// Gets trusted time for what a run has sealed, where authorities are configured. What cannot be had is told and
/// entered in the journal; the run is not a failure for it.
pub(super) fn stamp_run(
    runtime: &tokio::runtime::Runtime,
    summary: &RunSummary,
    settings: &Settings,
) -> Result<(), Trouble> {
    if settings.timestamp.is_empty() {
        return Ok(());
    }
    let store = store::open_existing(settings)?;
    let query = ItemQuery {
        run: Some(summary.run.clone()),
        ..ItemQuery::default()
    };
    let rows = store.index().items(&query).map_err(incomplete)?;
    let packages: Vec<_> = rows
        .iter()
        .filter_map(|row| find_item(store.home(), &row.evidence_id).ok().flatten())
        .collect();
    let all: Vec<_> = settings.timestamp.iter().collect();
    let done = super::stamp::stamp(&store, runtime, &packages, &all, false, settings)?;
    tracing::info!(kept = done.kept, failed = done.failed, "time stamps");
    Ok(())
}

/// The seeds asked for.
pub(super) fn chosen(mut list: PatrolList, ids: &[String]) -> Result<PatrolList, Trouble> {
    if let Some(missing) = ids
        .iter()
        .find(|id| !list.seeds.iter().any(|s| s.id == **id))
    {
        let known: Vec<&str> = list.seeds.iter().map(|s| s.id.as_str()).take(20).collect();
        return Err(misuse(anyhow!(
            "no seed {missing:?} on the list; it has {}",
            known.join(", ")
        )));
    }
    if !ids.is_empty() {
        list.seeds.retain(|s| ids.contains(&s.id));
    }
    Ok(list)
}

/// Puts an order together.
pub fn order(
    list: PatrolList,
    settings: &Settings,
    patrol: PatrolSettings,
    fresh: bool,
) -> Result<Order, Trouble> {
    let seeds: Vec<&Seed> = list.seeds.iter().collect();
    let fetch = tools::fetch_settings(settings, &seeds)?;
    let monitor = Arc::new(TerminalMonitor::new(settings.quiet));
    let mut store = store::open(settings, monitor.as_ref())?;
    super::preserve::remind(&store);
    search::open(&mut store, settings, monitor.as_ref())?;
    Ok(Order {
        fresh,
        fetch,
        settings: patrol,
        store: Arc::new(store),
        browser: tools::browser(settings),
        inspector: Arc::new(tools::inspector(settings)?),
        images: tools::images(settings),
        legal_basis: settings.legal_basis.clone(),
        networks: tools::networks(settings)?,
        list,
        monitor,
        watching: None,
    })
}

/// Says true at the first Ctrl-C; the second ends the program at once (what is stored stays whole).
pub fn interrupted() -> watch::Receiver<bool> {
    let (tell, stop) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = tell.send(true);
            tracing::warn!(
                "stopping after the visits under way; press Ctrl-C again to stop at once"
            );
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
    stop
}

/// What a run did, in figures.
pub(super) fn summary_json(summary: &RunSummary) -> serde_json::Value {
    json!({
        "run": summary.run, "complete": summary.complete, "stopped": summary.stopped,
        "resumed": summary.resumed, "recovered": summary.recovered,
        "pages": summary.pages, "pages_now": summary.pages_now, "findings": summary.findings,
        "bytes": summary.bytes, "pending": summary.pending, "skipped": summary.skipped,
        "signals": summary.signals, "vantages": summary.looks,
        "not_due": summary.not_due, "statuses": summary.statuses, "charsets": summary.charsets,
        "seconds": summary.elapsed.as_secs_f64(),
    })
}

/// Prints what a run did.
pub fn show(summary: &RunSummary, settings: &Settings) -> Result<(), Trouble> {
    if settings.format == Format::Json {
        return Output.json(&summary_json(summary));
    }
    let state = match &summary.stopped {
        None if summary.complete => "complete".to_owned(),
        None => "not complete".to_owned(),
        Some(why) => format!("{why}; run the same command to resume"),
    };
    Output.line(format!("run        {} ({state})", summary.run))?;
    if summary.resumed {
        Output.line(format!(
            "resumed    {} captures settled from the archive",
            summary.recovered
        ))?;
    }
    Output.line(format!(
        "pages      {} ({} now, {:.1} s), {} with findings, {:.1} MB",
        summary.pages,
        summary.pages_now,
        summary.elapsed.as_secs_f64(),
        summary.findings,
        summary.bytes as f64 / 1e6
    ))?;
    if summary.pending > 0 {
        Output.line(format!("queued     {}", summary.pending))?;
    }
    if summary.not_due > 0 {
        Output.line(format!(
            "not due    {} links to pages seen before",
            summary.not_due
        ))?;
    }
    if !summary.charsets.is_empty() {
        let parts: Vec<String> = summary
            .charsets
            .iter()
            .map(|(name, n)| format!("{name} {n}"))
            .collect();
        Output.line(format!("charsets   {}", parts.join(", ")))?;
    }
    super::signals::show_counts(&summary.signals, &summary.looks)?;
    if !summary.skipped.is_empty() {
        let rows: Vec<Vec<String>> = summary
            .skipped
            .iter()
            .map(|(code, n)| vec![code.clone(), n.to_string()])
            .collect();
        Output.line(table(&["not visited", "targets"], &rows).trim_end())?;
    }
    Ok(())
}

/// A skip's code in Chinese, for reports.
pub fn reason_label(code: &str) -> &str {
    match code {
        "out-of-scope" => "超出巡查范围",
        "robots" => "robots.txt 不允许",
        "robots-unreachable" => "robots.txt 无法取得,暂按不允许处理",
        "duplicate" => "重复",
        "budget" => "超出本次额度",
        "trap" => "疑似爬虫陷阱",
        "blocked-address" => "特殊地址,清单未许可",
        "scheme" => "非网页地址",
        "type" => "非文本内容",
        "size" => "超过大小限制",
        "challenge" => "验证页或登录墙,被拦截",
        "throttled" => "对方要求稍后再来",
        "redirects" => "跳转过多或循环",
        "failed" => "连接失败",
        other => other,
    }
}
