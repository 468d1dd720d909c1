//! Writes a report: files by their endings, or a summary for the terminal.

use super::super::arguments::Format;
use super::super::config::Settings;
use super::super::exit::{Trouble, incomplete, misuse};
use super::super::output::{Output, shorten, table};
use super::arguments::ReportArguments;
use crate::export::desk::{html, json, sheets};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::section::Block;
use crate::model::desk_report::table::Table;
use crate::printer;
use crate::storage::store::Store;
use anyhow::{Context, anyhow};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Columns of a cell in the terminal.
const WIDE: usize = 28;

/// The form that an ending stands for.
fn ending(path: &Path) -> Option<&str> {
    let ending = path.extension()?.to_str()?;
    ["html", "pdf", "xlsx", "json"]
        .into_iter()
        .find(|e| ending.eq_ignore_ascii_case(e))
}

/// Refuses files whose ending says no form, before anything is read.
pub(super) fn check(files: &[PathBuf]) -> Result<(), Trouble> {
    match files.iter().find(|f| ending(f).is_none()) {
        Some(file) => Err(misuse(anyhow!(
            "{}: the ending says the form of a report: .html, .pdf, .xlsx or .json",
            file.display()
        ))),
        None => Ok(()),
    }
}

/// Writes all files asked for.
pub(super) fn write(
    report: &DeskReport,
    asked: &ReportArguments,
    store: &Store,
) -> Result<(), Trouble> {
    for file in &asked.out {
        match ending(file) {
            Some("html") => put(file, html::render(report).as_bytes())?,
            Some("xlsx") => put(file, &sheets::render(report).map_err(incomplete)?)?,
            Some("json") => put(file, &json::render(report))?,
            _ => print(report, file, store, asked.pdf_seconds)?,
        }
    }
    Ok(())
}

/// Names the files that were written, or shows the report.
pub(super) fn tell(
    report: &DeskReport,
    asked: &ReportArguments,
    settings: &Settings,
) -> Result<(), Trouble> {
    for file in &asked.out {
        Output.line(format!("{}  {}", report.title, file.display()))?;
    }
    match (asked.out.is_empty(), settings.format) {
        (false, _) => Ok(()),
        (true, Format::Json) => Output.bytes(&json::render(report)),
        (true, Format::Table) => show(report),
    }
}

/// Writes aside and renames into place.
fn put(file: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let mut aside = file.as_os_str().to_owned();
    aside.push(".part");
    let aside = PathBuf::from(aside);
    std::fs::write(&aside, bytes)
        .and_then(|()| std::fs::rename(&aside, file))
        .with_context(|| format!("cannot write {}", file.display()))
        .map_err(incomplete)
}

fn print(report: &DeskReport, file: &Path, store: &Store, seconds: u64) -> Result<(), Trouble> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let browser = printer::browser(&path)
        .ok_or(printer::PrintError::NoBrowser)
        .map_err(incomplete)?;
    let tmp = store.home().tmp();
    let scratch = tmp.join(format!("report-{}", std::process::id()));
    let page = tmp.join(format!("report-{}.html", std::process::id()));
    let printed = tmp.join(format!("report-{}.pdf", std::process::id()));
    std::fs::create_dir_all(&tmp).map_err(incomplete)?;
    put(&page, html::render(report).as_bytes())?;
    let done = printer::print(
        &browser,
        &page,
        &printed,
        &scratch,
        Duration::from_secs(seconds.max(1)),
    );
    // What is left under tmp/ holds nothing that is not written elsewhere.
    let _ = std::fs::remove_file(&page);
    done.map_err(incomplete)?;
    let bytes = std::fs::read(&printed).map_err(incomplete)?;
    let _ = std::fs::remove_file(&printed);
    put(file, &bytes)
}

fn show(report: &DeskReport) -> Result<(), Trouble> {
    Output.line(format!(
        "{} {}  {}",
        report.title,
        report.number,
        report.period.label()
    ))?;
    for section in &report.sections {
        if !section.title.is_empty() {
            Output.line(format!("\n{}", section.title))?;
        }
        for block in &section.blocks {
            show_block(block)?;
        }
    }
    Output.line("\n--out FILE writes it as .html, .pdf, .xlsx or .json")
}

fn show_block(block: &Block) -> Result<(), Trouble> {
    match block {
        Block::Words(words) | Block::Notice(words) | Block::Quote(words) => Output.line(words),
        Block::List(items) => items
            .iter()
            .try_for_each(|item| Output.line(format!("- {item}"))),
        Block::Figures(facts) | Block::Facts(facts) => facts
            .iter()
            .try_for_each(|(label, cell)| Output.line(format!("  {label}  {}", cell.words()))),
        Block::Table(table) => show_table(table),
        Block::Chart(_) => Ok(()),
    }
}

fn show_table(of: &Table) -> Result<(), Trouble> {
    let heads: Vec<&str> = of.columns.iter().map(|c| c.head.as_str()).collect();
    let cells = |row: &Vec<Cell>| -> Vec<String> {
        row.iter()
            .map(|c| shorten(&c.words().replace(['\n', '\t'], " "), WIDE))
            .collect()
    };
    let rows: Vec<Vec<String>> = of.rows.iter().chain(&of.total).map(cells).collect();
    Output.line(format!("[{}]", of.title))?;
    match rows.is_empty() {
        true => Output.line("  无"),
        false => Output.line(table(&heads, &rows).trim_end()),
    }
}
