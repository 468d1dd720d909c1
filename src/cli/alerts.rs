//! Warnings of opinion and crowds (舆情): `wangxun findings --alerts`, and as part of what other commands show.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete};
use super::output::{Output, shorten, table};
use crate::model::alert::{Alert, AlertClass, AlertLevel};
use crate::storage::index::ItemQuery;
use crate::storage::store::Store;
use crate::wire::alert::{AlertRow, StoredAlert};

/// The rule that names gatherings to come.
const OPN: &str = "OPN-1";

/// Lists the stored warnings, urgent ones first, then the newest.
pub fn run(store: &Store, query: &ItemQuery, urgent: bool, settings: &Settings) -> Done {
    let mut rows = store.index().alerts(query).map_err(incomplete)?;
    rows.retain(|r| !urgent || r.alert.is_urgent());
    rows.sort_by(|a, b| {
        let key = |r: &AlertRow| !r.alert.is_urgent();
        key(a)
            .cmp(&key(b))
            .then_with(|| b.captured.cmp(&a.captured))
    });
    match settings.format {
        Format::Json => {
            for row in &rows {
                Output.json_line(&row.named())?;
            }
        }
        Format::Table => list(&rows)?,
    }
    Ok(Exit::Fine)
}

fn list(rows: &[AlertRow]) -> Result<(), Trouble> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let mut cells = stored_cells(&row.alert);
            cells.insert(0, row.evidence_id.clone());
            cells.push(shorten(&row.url, 56));
            cells
        })
        .collect();
    let header = [
        "证据编号",
        "级别",
        "规则",
        "类别",
        "引文",
        "时间",
        "地点",
        "说明",
        "网址",
    ];
    Output.line(table(&header, &cells).trim_end())?;
    let urgent = rows.iter().filter(|r| r.alert.is_urgent()).count();
    Output.line(format!(
        "{} 条舆情预警,其中紧急 {urgent} 条(不计入违规评分)",
        rows.len()
    ))?;
    if rows.iter().any(|r| r.alert.rule() == OPN) {
        Output.line(format!(
            "{OPN} 为可能出现的群体性事件:马上报公安、信访,限办理人员查看"
        ))?;
    }
    Ok(())
}

fn stored_cells(alert: &StoredAlert) -> Vec<String> {
    let joined = |spots: &[crate::wire::alert::StoredSpot]| {
        let quotes: Vec<&str> = spots.iter().map(|s| s.quote.as_str()).collect();
        shorten(&quotes.join("、"), 30)
    };
    vec![
        level_label(&alert.level).to_owned(),
        alert.rule().to_owned(),
        class_label(&alert.class).to_owned(),
        shorten(&alert.quote.replace(['\n', '\t'], " "), 24),
        joined(&alert.times),
        joined(&alert.places),
        shorten(&alert.remark, 30),
    ]
}

/// The name of a stored level for officers.
pub fn level_label(code: &str) -> &'static str {
    [AlertLevel::Urgent, AlertLevel::Normal]
        .into_iter()
        .find(|l| l.code() == code)
        .map_or("", AlertLevel::label)
}

/// The name of a stored class for officers.
pub fn class_label(code: &str) -> &'static str {
    AlertClass::ALL
        .into_iter()
        .find(|c| c.code() == code)
        .map_or("", AlertClass::label)
}

/// Prints the warnings of one verdict.
pub fn show(alerts: &[Alert]) -> Result<(), Trouble> {
    let stored: Vec<StoredAlert> = alerts.iter().map(Into::into).collect();
    show_stored(&stored)
}

/// Prints the warnings of a sealed item.
pub fn show_stored(alerts: &[StoredAlert]) -> Result<(), Trouble> {
    if alerts.is_empty() {
        return Ok(());
    }
    let cells: Vec<Vec<String>> = alerts.iter().map(stored_cells).collect();
    Output.line("")?;
    let header = ["舆情", "规则", "类别", "引文", "时间", "地点", "说明"];
    Output.line(table(&header, &cells).trim_end())
}
