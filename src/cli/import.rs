//! `wangxun evidence import`: WARC files that other programs made; and `wangxun evidence show im-...`.

use super::arguments::{self, Format};
use super::config::Settings;
use super::evidence::viewer;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::progress::TerminalMonitor;
use super::{patrol, store, tools};
use crate::model::custody::{Action, Actor};
use crate::patrol::import::{Import, ImportOrder, import};
use crate::patrol::order::tool;
use crate::storage::error::StorageError;
use crate::storage::import::keep::read_record;
use crate::storage::import::place::imports;
use crate::storage::journal::Act;
use crate::storage::store::Store;
use crate::wire::import::{ImportRecord, ImportedPage, Refused};
use anyhow::{Context, anyhow};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;

/// Carries the command out.
pub fn run(asked: &arguments::Import, settings: &Settings) -> Done {
    for file in &asked.files {
        look_at(file)?;
    }
    let monitor = Arc::new(TerminalMonitor::new(settings.quiet));
    let mut store = store::open(settings, monitor.as_ref())?;
    super::search::open(&mut store, settings, monitor.as_ref())?;
    let inspector = tools::inspector(settings)?;
    let (files, format) = (asked.files.clone(), settings.format);
    let (origin, legal_basis) = (asked.origin.clone(), settings.legal_basis.clone());
    let actor = Actor {
        name: viewer(asked.actor.as_deref()),
        role: "importer".to_owned(),
        unit: settings.unit.clone(),
    };
    let work = move |stop: watch::Receiver<bool>| {
        let order = ImportOrder {
            store: &store,
            inspector: &inspector,
            monitor: monitor.as_ref(),
            tool: tool(),
            legal_basis,
            origin,
            actor,
        };
        let mut exit = Exit::Fine;
        for file in &files {
            let done = import(&order, file, &stop);
            monitor.clear();
            exit = exit.max(tell(done, file, &order, format)?);
            if *stop.borrow() {
                break;
            }
        }
        Ok(exit)
    };
    let done = tools::runtime()?.block_on(async move {
        let stop = patrol::interrupted();
        tokio::task::spawn_blocking(move || work(stop)).await
    });
    done.map_err(incomplete)?
}

/// What can be told of a file before anything is done.
fn look_at(file: &Path) -> Result<(), Trouble> {
    if !file.is_file() {
        return Err(misuse(anyhow!(
            "{} is no file; give WARC files (.warc, .warc.gz)",
            file.display()
        )));
    }
    if file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("wacz"))
    {
        return Err(misuse(anyhow!(
            "{0} is a package of WARC files; take them out first: unzip -j {0} 'archive/*' -d FOLDER",
            file.display()
        )));
    }
    Ok(())
}

fn tell(
    done: Result<Import, StorageError>,
    file: &Path,
    order: &ImportOrder<'_>,
    format: Format,
) -> Result<Exit, Trouble> {
    let (record, known) = match done {
        Ok(Import::Read(record)) => (record, false),
        Ok(Import::Known(record)) => (record, true),
        Ok(Import::Stopped) => {
            tracing::warn!("{}: stopped; the same command goes on", file.display());
            return Ok(Exit::Incomplete);
        }
        Err(error @ StorageError::NotWarc { .. }) => return Err(misuse(error)),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("{} was not imported to its end", file.display()))
                .map_err(incomplete);
        }
    };
    match format {
        Format::Json => Output.json_line(&json!({ "known": known, "import": record }))?,
        Format::Table => {
            if known {
                Output.line(format!(
                    "{}: 此前已导入({}),未重复保存",
                    file.display(),
                    record.imported.beijing
                ))?;
                if order.origin.is_some() && order.origin != record.origin {
                    tracing::warn!(
                        "the origin stays as it was stated at the first import; `wangxun evidence show {}` shows it",
                        record.id
                    );
                }
            }
            show_record(&record)?;
        }
    }
    Ok(match record.refused_count {
        0 => Exit::Fine,
        _ => Exit::CheckFailed,
    })
}

/// Shows the import whose identifier begins like this, and enters the viewing in the journal.
pub fn show(store: &Store, start: &str, viewer: &str, format: Format) -> Done {
    let all = imports(store.home()).map_err(incomplete)?;
    let mut found = all.iter().filter(|id| id.starts_with(start));
    let id = match (found.next(), found.next()) {
        (Some(id), None) => id,
        (None, _) => return Err(misuse(anyhow!("no import begins with {start:?}"))),
        (Some(_), Some(_)) => {
            let what = "begins several imports; give more of the identifier";
            return Err(misuse(anyhow!("{start:?} {what}")));
        }
    };
    let record = read_record(store.home(), id)
        .with_context(|| format!("{id} was not read to its end; import the file again"))
        .map_err(incomplete)?;
    let reason = format!("查看人：{viewer}");
    store
        .record(Act::new(Action::View, id.as_str()).reason(reason))
        .map_err(incomplete)?;
    match format {
        Format::Json => Output.json(&record)?,
        Format::Table => show_record(&record)?,
    }
    Ok(Exit::Fine)
}

fn show_record(record: &ImportRecord) -> Result<(), Trouble> {
    let software = match record.software.is_empty() {
        true => "文件未注明".to_owned(),
        false => record.software.join("; "),
    };
    let dates = record.dates.as_ref();
    let dates = dates.map_or("文件未注明".to_owned(), |(a, b)| {
        format!("{a} 至 {b} (UTC,按文件所载)")
    });
    let sealed = record.pages.iter().filter(|p| p.evidence_id.is_some());
    let digests = &record.digests;
    let total: u64 = record.records.values().sum();
    for (label, value) in [
        ("导入编号", record.id.clone()),
        ("原文件名", record.name.clone()),
        ("保存为", record.file.path.clone()),
        ("SHA-256", record.file.sha256.clone()),
        ("SM3", record.file.sm3.clone()),
        (
            "来源说明",
            record.origin.clone().unwrap_or("未说明".to_owned()),
        ),
        ("导入人", record.by.clone()),
        ("导入时间", record.imported.beijing.clone()),
        ("采集时间", dates),
        ("采集程序", software),
        (
            "记录",
            format!(
                "{total} 条({});摘要相符 {},不符 {},未载 {},未核 {}",
                record.layout, digests.right, digests.wrong, digests.absent, digests.unchecked
            ),
        ),
        (
            "网页",
            format!("{} 页已审,{} 页固证", record.pages.len(), sealed.count()),
        ),
    ] {
        Output.line(format!("{label}\t{value}"))?;
    }
    if record.revisits.missing > 0 {
        Output.line(format!(
            "重复抓取\t{} 条所指的原页不在本文件内,未审",
            record.revisits.missing
        ))?;
    }
    show_pages(&record.pages)?;
    show_refused(record)
}

fn show_pages(pages: &[ImportedPage]) -> Result<(), Trouble> {
    let told = |page: &&ImportedPage| !page.rules.is_empty() || page.evidence_id.is_some();
    let row = |page: &ImportedPage| {
        vec![
            page.evidence_id.clone().unwrap_or("(未固证)".to_owned()),
            page.captured.clone(),
            format!("{:.0}", page.score.total),
            shorten(&page.rules.join(","), 40),
            shorten(&page.url, 60),
            shorten(&page.marks.join("; "), 60),
        ]
    };
    let rows: Vec<Vec<String>> = pages.iter().filter(told).map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let heads = ["证据编号", "采集时间(UTC)", "分", "规则", "网址", "备注"];
    Output.line(table(&heads, &rows).trim_end())
}

fn show_refused(record: &ImportRecord) -> Result<(), Trouble> {
    if record.refused_count == 0 {
        return Ok(());
    }
    Output.line(format!(
        "\n{} 处有损坏或不能采用,其余照常导入:",
        record.refused_count
    ))?;
    let row = |refused: &Refused| {
        vec![
            refused.offset.to_string(),
            refused.record_id.clone().unwrap_or_default(),
            shorten(&refused.why, 90),
        ]
    };
    let rows: Vec<Vec<String>> = record.refused.iter().take(50).map(row).collect();
    Output.line(table(&["字节", "记录", "原因"], &rows).trim_end())?;
    if record.refused_count > 50 {
        Output.line("其余见 import.json(--format json)")?;
    }
    Ok(())
}
