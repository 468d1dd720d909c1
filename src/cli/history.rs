//! `wangxun history`: the captures of an address over all runs, and what changed between two of them.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::progress::TerminalMonitor;
use super::{store, tools};
use crate::export;
use crate::patrol::history::{HistoryError, difference, history};
use crate::wire::history::{HistoryDiff, HistoryPage, claim_labels};
use crate::wire::item_signals::view_label;
use anyhow::{Context, anyhow};
use clap::Args;
use std::path::PathBuf;
use url::Url;

/// `wangxun history`.
#[derive(Debug, Args)]
#[command(
    after_help = "Everything is read from the archives of the runs; nothing is fetched. Numbers count from 1, the oldest first.

Examples:
  wangxun history https://www.example.test/
  wangxun history https://www.example.test/ --diff 1 2
  wangxun history https://www.example.test/ --diff 1 2 --html change.html
  wangxun history https://www.example.test/ --format json"
)]
pub struct History {
    /// The address, asked for or final
    #[arg(value_name = "URL")]
    pub url: Url,
    /// What changed from capture A to capture B, block by block
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    pub diff: Vec<usize>,
    /// Write the difference as a page in Chinese
    #[arg(long, value_name = "FILE", requires = "diff")]
    pub html: Option<PathBuf>,
}

/// Carries the command out.
pub fn run(asked: &History, settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    let inspector = tools::inspector(settings)?;
    let monitor = TerminalMonitor::new(settings.quiet);
    let pages = history(&home, &asked.url, &inspector, &monitor).map_err(incomplete)?;
    if pages.is_empty() {
        return Err(incomplete(anyhow!(
            "no run has captured {}; `wangxun explain` tells whether a list would visit it",
            asked.url
        )));
    }
    let [one, two] = asked.diff[..] else {
        list(&pages, settings.format)?;
        return Ok(Exit::Fine);
    };
    let found = difference(&home, &pages, (one, two), &inspector);
    let found = found.map_err(|error| match error {
        HistoryError::NoCapture { .. } => misuse(error),
        HistoryError::Storage(_) => incomplete(error),
    })?;
    if let Some(file) = &asked.html {
        std::fs::write(file, export::history::html(&found))
            .with_context(|| format!("cannot write {}", file.display()))
            .map_err(incomplete)?;
    }
    match settings.format {
        Format::Json => Output.json(&found)?,
        Format::Table => show(&found)?,
    }
    Ok(Exit::Fine)
}

fn list(pages: &[HistoryPage], format: Format) -> Result<(), Trouble> {
    if format == Format::Json {
        return pages.iter().try_for_each(|page| Output.json_line(page));
    }
    let cells: Vec<Vec<String>> = pages
        .iter()
        .map(|page| {
            let likeness = page.likeness.map(|l| format!("{}%", l / 10));
            vec![
                page.number.to_string(),
                page.captured
                    .beijing
                    .get(..19)
                    .unwrap_or("")
                    .replace('T', " "),
                page.vantage.as_deref().map(view_label).unwrap_or_default(),
                page.status.to_string(),
                likeness.unwrap_or_else(|| "-".to_owned()),
                page.findings.to_string(),
                page.payload_sha256.get(..12).unwrap_or("").to_owned(),
                page.evidence_id.clone().unwrap_or_else(|| "-".to_owned()),
                shorten(&page.title, 40),
            ]
        })
        .collect();
    let header = [
        "序号",
        "时间(北京)",
        "访问身份",
        "状态",
        "相似",
        "发现",
        "载荷摘要",
        "证据",
        "标题",
    ];
    Output.line(table(&header, &cells).trim_end())
}

fn show(diff: &HistoryDiff) -> Result<(), Trouble> {
    for (mark, page) in [("---", &diff.earlier), ("+++", &diff.later)] {
        Output.line(format!(
            "{mark} {} {} {}「{}」",
            page.number, page.captured.beijing, page.final_url, page.title
        ))?;
    }
    Output.line(format!("文字相似 {}%", diff.likeness / 10))?;
    for (label, words) in [
        ("新增宣传内容", claim_labels(&diff.claims_gained)),
        ("消失的宣传内容", claim_labels(&diff.claims_lost)),
        ("新触发的规则", diff.rules_gained.join(" ")),
        ("不再触发的规则", diff.rules_lost.join(" ")),
    ] {
        if !words.is_empty() {
            Output.line(format!("{label}: {words}"))?;
        }
    }
    let mut same = 0;
    for piece in &diff.pieces {
        let mark = match piece.change.as_str() {
            "added" => "新增",
            "removed" => "消失",
            _ => {
                same += 1;
                continue;
            }
        };
        Output.line(format!("{mark}\t{}", piece.text))?;
    }
    Output.line(format!("另有 {same} 段没有变化"))
}
