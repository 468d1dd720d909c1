//! `wangxun findings`: what was found, as a table, JSON lines or a report for officers.

use super::arguments::{Findings, FoldBy, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete};
use super::output::{Output, shorten, table};
use super::report::{report, write_report};
use super::{reaudit, store};
use crate::storage::index::ItemQuery;
use crate::wire::item_row::FindingRow;
use crate::wire::manifest::StoredFinding;
use crate::wire::reaudit::ReauditMark;

/// Carries the command out.
pub fn run(asked: &Findings, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    let query = ItemQuery {
        seed: asked.seed.clone(),
        rule: asked.rule.clone(),
        limit: asked.limit,
        ..ItemQuery::default()
    };
    let wanted = |f: &StoredFinding| {
        asked.min_severity.is_none_or(|least| f.severity >= least)
            && asked.rule.as_ref().is_none_or(|rule| *rule == f.rule)
    };
    if asked.alerts {
        return super::alerts::run(&store, &query, asked.urgent, settings);
    }
    if let Some(FoldBy::Site) = asked.by {
        return super::findings_site::run(&store, &query, &wanted, settings);
    }
    if let Some(file) = &asked.report {
        let report = report(&store, &query, &wanted)?;
        write_report(file, &report)?;
        Output.line(format!(
            "{} items -> {}",
            report.items.len(),
            file.display()
        ))?;
        return Ok(Exit::Fine);
    }
    let rows: Vec<FindingRow> = store
        .index()
        .findings_reaudited(&query)
        .map_err(incomplete)?
        .into_iter()
        .filter(|row| wanted(&row.finding))
        .collect();
    match settings.format {
        Format::Json => {
            for row in &rows {
                Output.json_line(row)?;
            }
        }
        Format::Table => show(&rows)?,
    }
    Ok(Exit::Fine)
}

/// Prints findings as a table; with a column for the re-audit where there was one.
fn show(rows: &[FindingRow]) -> Result<(), Trouble> {
    let reaudited = rows.iter().any(|row| row.reaudit.is_some());
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let finding = &row.finding;
            let mut cells = vec![
                row.evidence_id.clone(),
                shorten(&row.platform, 24),
                finding.rule.clone(),
                format!("{}{}", finding.severity, finding.strength),
            ];
            if reaudited {
                cells.push(row.reaudit.as_ref().map_or(String::new(), mark));
            }
            cells.push(shorten(&finding.quote.replace(['\n', '\t'], " "), 44));
            cells.push(shorten(
                finding.advertiser.as_deref().unwrap_or(&row.url),
                56,
            ));
            cells
        })
        .collect();
    let mut heads = vec!["证据编号", "平台", "规则", "级", "引文", "网址"];
    if reaudited {
        heads.insert(4, "复审");
    }
    Output.line(table(&heads, &cells).trim_end())?;
    Output.line(format!("{} 条(线索,待人工认定)", rows.len()))
}

/// What a re-audit says of a finding, in a few words.
fn mark(mark: &ReauditMark) -> String {
    let day = mark.made.get(..10).unwrap_or(&mark.made);
    let label = reaudit::label(mark.change);
    match (mark.was, mark.now) {
        (Some(_), Some(_)) => format!("{label} {}({day})", reaudit::levels(mark.was, mark.now)),
        _ => format!("{label}({day})"),
    }
}
