//! `wangxun signals`: what is suspicious about sites, and what has changed there.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table, terminal_safe};
use super::progress::TerminalMonitor;
use super::{store, tools};
use crate::export::report::ReportSignal;
use crate::model::signal::SignalKind;
use crate::patrol::signals_again::again;
use crate::storage::index::ItemQuery;
use crate::storage::index::signals::SignalQuery;
use crate::storage::store::Store;
use crate::wire::item_signals::{difference_label, resemblance_label, view_label};
use crate::wire::manifest::Manifest;
use crate::wire::signal::StoredSignal;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use clap::Args;
use std::collections::BTreeMap;

/// `wangxun signals`.
#[derive(Debug, Args)]
#[command(
    after_help = "Signals are no findings and add to no score: what changed on a site, who shows others another page,
near copies, missing filing numbers, weak security. Each names the captures that show it.

Examples:
  wangxun signals
  wangxun signals --site www.example.test
  wangxun signals --kind cloaking --format json
  wangxun signals --severity 2 --run RUN
  wangxun signals --rebuild                     after the index was lost
  wangxun history https://www.example.test/     how a page changed"
)]
pub struct Signals {
    /// Of this host and those below it
    #[arg(long, value_name = "HOST")]
    pub site: Option<String>,
    /// Of this kind, such as cloaking, vanished, content-replaced (a wrong word lists all)
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Observed last in this run
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// At least this severity
    #[arg(long, value_name = "1-3", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub severity: u8,
    /// Make all signals again from the archives of the runs first (needs the home for itself); what archives do not tell, such as
    /// names that did not resolve, is lost
    #[arg(long)]
    pub rebuild: bool,
    /// At most so many, the newest first
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub limit: usize,
}

/// Carries the command out.
pub fn run(asked: &Signals, settings: &Settings) -> Done {
    if let Some(kind) = &asked.kind
        && SignalKind::parse(kind).is_none()
    {
        let known: Vec<String> = SignalKind::ALL
            .iter()
            .map(|k| format!("  {}  {}", k.code(), k.label()))
            .collect();
        return Err(misuse(anyhow!(
            "{kind:?} is no kind of signal; the kinds are\n{}",
            known.join("\n")
        )));
    }
    if asked.rebuild {
        rebuild(settings)?;
    }
    let store = store::open_existing(settings)?;
    let query = SignalQuery {
        site: asked.site.as_ref().map(|s| s.trim().to_ascii_lowercase()),
        code: asked.kind.clone(),
        run: asked.run.clone(),
        severity: asked.severity,
    };
    let rows = store.index().signals(&query).map_err(incomplete)?;
    let shown = rows.get(..asked.limit).unwrap_or(&rows);
    match settings.format {
        Format::Json => {
            for row in shown {
                Output.json_line(row)?;
            }
        }
        Format::Table => list(shown, rows.len())?,
    }
    Ok(Exit::Fine)
}

/// Makes the signals again from the archives.
fn rebuild(settings: &Settings) -> Result<(), Trouble> {
    let monitor = TerminalMonitor::new(settings.quiet);
    let store = store::open(settings, &monitor)?;
    let inspector = tools::inspector(settings)?;
    let networks = tools::networks(settings)?;
    let done = again(&store, &inspector, networks.as_deref(), &monitor).map_err(incomplete)?;
    tracing::info!(
        captures = done.captures,
        signals = done.signals,
        "signals made again"
    );
    if done.unread > 0 {
        tracing::warn!("{} captures could not be read", done.unread);
    }
    Ok(())
}

fn list(shown: &[StoredSignal], all: usize) -> Result<(), Trouble> {
    let cells: Vec<Vec<String>> = shown.iter().map(cells).collect();
    let header = ["最近", "级", "信号", "网址", "说明", "此前", "现在", "证据"];
    Output.line(table(&header, &cells).trim_end())?;
    Output.line(format!(
        "{all} 条网站信号{},均为线索,不计入违规评分",
        if shown.len() < all {
            format!("(列出 {} 条)", shown.len())
        } else {
            String::new()
        }
    ))
}

fn cells(row: &StoredSignal) -> Vec<String> {
    let part = |text: &Option<String>| {
        shorten(
            &text.as_deref().unwrap_or("").replace(['\n', '\t'], " "),
            36,
        )
    };
    let again = match row.times {
        1 => String::new(),
        times => format!("×{times}"),
    };
    let view = row.vantage.as_deref().map(view_label);
    let view = view.map(|v| format!("[{v}]")).unwrap_or_default();
    vec![
        row.last.get(..16).unwrap_or(&row.last).replace('T', " "),
        row.severity.to_string(),
        format!("{}{again}", row.label),
        shorten(&row.url, 48),
        format!("{view}{}", shorten(&row.detail, 44)),
        part(&row.before),
        part(&row.after),
        row.capture
            .evidence_id
            .clone()
            .unwrap_or_else(|| "-".to_owned()),
    ]
}

/// Prints what a sealed item says of its vantage, of the comparison, and of signals.
pub fn show_stored(facts: &Manifest) -> Result<(), Trouble> {
    if let Some(vantage) = &facts.vantage {
        let referrer = vantage.referrer.as_deref().unwrap_or("无");
        Output.line(format!(
            "\n访问身份\t{},来源页 {referrer},依据 {}",
            view_label(&vantage.view),
            vantage.basis.as_deref().unwrap_or("未使用其他身份")
        ))?;
    }
    if let Some(comparison) = &facts.comparison {
        let base = &comparison.base;
        Output.line(format!(
            "对照\t{}于 {} 所见:状态 {} {}「{}」,相同文字占较短一方 {}‰,{}\n  记录 {} 载荷 sha256 {}",
            view_label(&base.view),
            base.captured,
            base.status,
            base.final_url,
            base.title,
            comparison.contained,
            resemblance_label(&comparison.resemblance),
            base.response,
            base.payload_sha256
        ))?;
        for difference in &comparison.differences {
            let value = |text: &str| {
                if text.is_empty() {
                    "无".to_owned()
                } else {
                    text.to_owned()
                }
            };
            Output.line(format!(
                "  {}\t对照 {}\t本次 {}",
                difference_label(&difference.what),
                value(&difference.base),
                value(&difference.other)
            ))?;
        }
    }
    if facts.site_signals.is_empty() {
        return Ok(());
    }
    Output.line("")?;
    let cells: Vec<Vec<String>> = facts.site_signals.iter().map(cells).collect();
    let cells: Vec<Vec<String>> = cells
        .into_iter()
        .map(|c| c.get(1..7).unwrap_or_default().to_vec())
        .collect();
    let header = ["级", "网站信号", "网址", "说明", "此前", "现在"];
    Output.line(table(&header, &cells).trim_end())
}

/// Prints how many signals of which kind a run had, and what looks from other vantages said.
pub fn show_counts(
    signals: &BTreeMap<&'static str, u64>,
    looks: &BTreeMap<&'static str, u64>,
) -> Result<(), Trouble> {
    let told = |counts: &BTreeMap<&'static str, u64>| {
        let parts: Vec<String> = counts
            .iter()
            .map(|(code, n)| format!("{code} {n}"))
            .collect();
        parts.join(", ")
    };
    if !looks.is_empty() {
        Output.line(format!("vantages   {}", told(looks)))?;
    }
    if !signals.is_empty() {
        Output.line(format!(
            "signals    new: {} (`wangxun signals` lists all)",
            told(signals)
        ))?;
    }
    Ok(())
}

/// Signals told one by one, and the number of others by name.
type ForReport = (Vec<ReportSignal>, Vec<(String, u64)>);

/// The signals of a report: those from severity 2 one by one, the lesser ones counted by name.
pub fn of_report(store: &Store, query: &ItemQuery) -> Result<ForReport, Trouble> {
    let asked = SignalQuery {
        run: query.run.clone(),
        ..SignalQuery::default()
    };
    let rows = store.index().signals(&asked).map_err(incomplete)?;
    let same = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|w| w == value);
    let last = |row: &StoredSignal| row.last.parse::<DateTime<Utc>>().unwrap_or_default();
    let rows = rows.into_iter().filter(|row| {
        same(&query.seed, &row.seed)
            && same(&query.host, &row.host)
            && same(&query.url, &row.url)
            && query.from.is_none_or(|from| last(row) >= from)
            && query.until.is_none_or(|until| last(row) < until)
    });
    let mut told = Vec::new();
    let mut lesser: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows {
        if row.severity < 2 || told.len() >= MOST_IN_REPORT {
            *lesser.entry(row.label).or_default() += 1;
            continue;
        }
        let record = row.capture.record;
        told.push(ReportSignal {
            last: row.last.get(..16).unwrap_or("").replace('T', " "),
            label: row.label,
            url: terminal_safe(&row.url),
            detail: terminal_safe(&row.detail),
            before: terminal_safe(&row.before.unwrap_or_default()),
            after: terminal_safe(&row.after.unwrap_or_default()),
            evidence: row.capture.evidence_id.unwrap_or(record),
        });
    }
    Ok((told, lesser.into_iter().collect()))
}

/// Signals that a report lists one by one.
const MOST_IN_REPORT: usize = 200;
