//! `wangxun patrol reaudit`: stored captures judged again by the present rules.

use super::arguments::{Format, Reaudit};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::progress::TerminalMonitor;
use super::{patrol, store, tools};
use crate::patrol::order::tool;
use crate::patrol::reaudit::{ChangedPage, ReauditOrder, ReauditSummary, reaudit};
use crate::storage::digest::sha256;
use crate::storage::home::Home;
use crate::wire::manifest::Tool;
use crate::wire::reaudit::{ChangeKind, FindingChange};
use anyhow::anyhow;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Carries the command out.
pub fn run(asked: &Reaudit, settings: &Settings) -> Done {
    let monitor = Arc::new(TerminalMonitor::new(settings.quiet));
    let store = store::open_existing(settings)?;
    let inspector = tools::inspector(settings)?;
    let runs = chosen(store.home(), asked)?;
    let record = asked.date.is_none() && !asked.dry_run;
    let tool = tool();
    let basis = basis(asked, settings, inspector.version(), &tool)?;
    let version = inspector.version().to_owned();
    let runtime = tools::runtime()?;
    let (told, summary) = (Arc::clone(&monitor), {
        let runs = runs.clone();
        let (since, date) = (asked.since, asked.date);
        runtime.block_on(async move {
            let stop = patrol::interrupted();
            tokio::task::spawn_blocking(move || {
                let order = ReauditOrder {
                    store: &store,
                    inspector: &inspector,
                    monitor: monitor.as_ref(),
                    tool,
                    runs,
                    since,
                    date,
                    record,
                    basis,
                };
                reaudit(&order, &stop)
            })
            .await
        })
    });
    told.clear();
    let summary = summary.map_err(incomplete)?.map_err(incomplete)?;
    match settings.format {
        Format::Json => Output.json(&json(&summary, &runs, &version, asked))?,
        Format::Table => show(&summary, &runs, &version, asked)?,
    }
    Ok(match summary.complete && summary.unreadable == 0 {
        true => Exit::Fine,
        false => Exit::Incomplete,
    })
}

/// The runs asked for, oldest first.
fn chosen(home: &Home, asked: &Reaudit) -> Result<Vec<String>, Trouble> {
    let known = crate::storage::run::read::runs(home).map_err(incomplete)?;
    if asked.all {
        return Ok(known);
    }
    if asked.runs.is_empty() {
        let latest = known.last().cloned();
        return latest.map(|run| vec![run]).ok_or_else(|| {
            misuse(anyhow!(
                "nothing is captured yet; run `wangxun patrol LIST` first"
            ))
        });
    }
    let mut runs = Vec::new();
    for start in &asked.runs {
        let mut fitting = known.iter().filter(|run| run.starts_with(start.as_str()));
        match (fitting.next(), fitting.next()) {
            (Some(run), None) => runs.push(run.clone()),
            (Some(_), Some(_)) => {
                return Err(misuse(anyhow!(
                    "several runs begin with {start:?}; give more of the id"
                )));
            }
            (None, _) => {
                let last: Vec<&str> = known.iter().rev().take(5).map(String::as_str).collect();
                return Err(misuse(anyhow!(
                    "no run begins with {start:?}; the latest are {}",
                    last.join(", ")
                )));
            }
        }
    }
    runs.sort();
    runs.dedup();
    Ok(runs)
}

/// What the result depends on: an interrupted re-audit is taken up only by one with the same.
fn basis(
    asked: &Reaudit,
    settings: &Settings,
    version: &str,
    tool: &Tool,
) -> Result<String, Trouble> {
    let program = tool.sha256.as_deref().unwrap_or(&tool.version);
    let since = asked.since.map_or(String::new(), |day| day.to_string());
    let registers = match settings.registers.as_deref() {
        Some(folder) => folder_digest(folder)?,
        // Those built in are known by the program.
        None => String::new(),
    };
    let text = [version, program, &since, &registers].join("\n");
    Ok(hex::encode(sha256(text.as_bytes())))
}

/// SHA-256 over the names and contents of a folder's CSV files.
fn folder_digest(folder: &Path) -> Result<String, Trouble> {
    let entries = std::fs::read_dir(folder).map_err(misuse)?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(misuse)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    let mut all = String::new();
    for path in paths {
        let bytes = std::fs::read(&path).map_err(misuse)?;
        all.push_str(&format!(
            "{} {}\n",
            path.display(),
            hex::encode(sha256(&bytes))
        ));
    }
    Ok(hex::encode(sha256(all.as_bytes())))
}

fn rules_of(asked: &Reaudit) -> String {
    match asked.date {
        Some(day) => format!("rules of {day}"),
        None => "rules of the day each page was seen".to_owned(),
    }
}

fn json(summary: &ReauditSummary, runs: &[String], version: &str, asked: &Reaudit) -> Value {
    let page = |page: &ChangedPage| {
        json!({
            "evidence_id": page.evidence_id, "sealed": page.sealed, "run": page.run, "seed": page.seed,
            "platform": page.platform, "url": page.url, "captured": page.captured,
            "findings_first": page.findings.0, "findings_now": page.findings.1,
            "newly_recorded": page.fresh && recorded(asked), "changes": page.changes,
        })
    };
    json!({
        "runs": runs,
        "lexicon_version": version,
        "rules_of": asked.date.map_or("capture".to_owned(), |day| day.to_string()),
        "since": asked.since.map(|day| day.to_string()),
        "complete": summary.complete,
        "captures": summary.captures,
        "judged": summary.judged,
        "resumed": summary.resumed,
        "left_out": summary.left_out,
        "unreadable": summary.unreadable,
        "changed_pages": summary.pages.len(),
        "new": summary.count(ChangeKind::New),
        "lost": summary.count(ChangeKind::Lost),
        "severity": summary.count(ChangeKind::Severity),
        "recorded_pages": if recorded(asked) { fresh(summary) } else { 0 },
        "records": summary.records,
        "pages": summary.pages.iter().map(page).collect::<Vec<_>>(),
    })
}

fn recorded(asked: &Reaudit) -> bool {
    asked.date.is_none() && !asked.dry_run
}

fn fresh(summary: &ReauditSummary) -> usize {
    summary.pages.iter().filter(|page| page.fresh).count()
}

fn show(
    summary: &ReauditSummary,
    runs: &[String],
    version: &str,
    asked: &Reaudit,
) -> Result<(), Trouble> {
    let state = match summary.complete {
        true => "complete",
        false => "stopped; run the same command to go on",
    };
    let lexicon: String = version.chars().take(16).collect();
    Output.line(format!("runs      {} ({state})", runs.join(", ")))?;
    Output.line(format!("lexicons  {lexicon}, {}", rules_of(asked)))?;
    let earlier = match summary.resumed {
        0 => String::new(),
        n => format!(", {n} settled before"),
    };
    Output.line(format!(
        "captures  {}: {} judged again{earlier}, {} left out, {} unreadable",
        summary.captures, summary.judged, summary.left_out, summary.unreadable
    ))?;
    let differing = summary.pages.iter().filter(|p| !p.changes.is_empty());
    Output.line(format!(
        "changed   {} pages differ from their first judgement: {} findings new, {} lost, {} of another severity",
        differing.count(),
        summary.count(ChangeKind::New),
        summary.count(ChangeKind::Lost),
        summary.count(ChangeKind::Severity)
    ))?;
    let known = summary.pages.len() - fresh(summary);
    Output.line(match (recorded(asked), summary.records.is_empty()) {
        (false, _) => "recorded  nothing: only told".to_owned(),
        (true, true) => format!("recorded  nothing new; {known} pages are on record"),
        (true, false) => format!(
            "recorded  {} pages in {}; {known} pages were on record before",
            fresh(summary),
            summary.records.join(", ")
        ),
    })?;
    show_changes(summary)
}

fn show_changes(summary: &ReauditSummary) -> Result<(), Trouble> {
    let mut rows = Vec::new();
    for page in &summary.pages {
        for change in &page.changes {
            rows.push(row(page, change));
        }
        if page.changes.is_empty() {
            let mut row = cells(page);
            row.extend(["与首次判定一致", "", "", ""].map(str::to_owned));
            row.push(shorten(&page.url, 56));
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let heads = ["证据编号", "平台", "变化", "规则", "级", "引文", "网址"];
    Output.line("")?;
    Output.line(table(&heads, &rows).trim_end())?;
    Output.line("以上为线索,待人工认定;封存的证据未作任何改动")
}

fn cells(page: &ChangedPage) -> Vec<String> {
    let id = match page.sealed {
        true => page.evidence_id.clone(),
        false => "(未固证)".to_owned(),
    };
    vec![id, shorten(&page.platform, 24)]
}

fn row(page: &ChangedPage, change: &FindingChange) -> Vec<String> {
    let mut row = cells(page);
    row.extend([
        label(change.change).to_owned(),
        change.rule.clone(),
        levels(change.was, change.now),
        shorten(&change.quote.replace(['\n', '\t'], " "), 44),
        shorten(change.advertiser.as_deref().unwrap_or(&page.url), 56),
    ]);
    row
}

/// The name of a change, for officers.
pub(super) fn label(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::New => "新发现",
        ChangeKind::Lost => "不再成立",
        ChangeKind::Severity => "级别变化",
    }
}

/// `3→4`, or the one that there is.
pub(super) fn levels(was: Option<u8>, now: Option<u8>) -> String {
    match (was, now) {
        (Some(was), Some(now)) => format!("{was}→{now}"),
        (one, other) => one
            .or(other)
            .map_or(String::new(), |level| level.to_string()),
    }
}
