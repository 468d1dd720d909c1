//! `wangxun findings`: what was found, as a table, JSON lines or a report for officers.

use super::arguments::{Findings, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete};
use super::output::{Output, shorten, table};
use super::store;
use crate::export::report::{Report, ReportFinding, ReportItem, render};
use crate::model::context::Offer;
use crate::storage::index::ItemQuery;
use crate::storage::package;
use crate::storage::rebuild::read_row;
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::item_row::{FindingRow, ItemRow};
use crate::wire::manifest::{Manifest, StoredFinding};
use anyhow::{Context, anyhow};
use chrono::{FixedOffset, Utc};
use std::path::Path;

/// Characters shown before and after a quote in the report.
const AROUND: usize = 60;

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
        .findings(&query)
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

/// Prints findings as a table.
pub fn show(rows: &[FindingRow]) -> Result<(), Trouble> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let finding = &row.finding;
            vec![
                row.evidence_id.clone(),
                shorten(&row.platform, 24),
                finding.rule.clone(),
                format!("{}{}", finding.severity, finding.strength),
                shorten(&finding.quote.replace(['\n', '\t'], " "), 44),
                shorten(finding.advertiser.as_deref().unwrap_or(&row.url), 56),
            ]
        })
        .collect();
    Output.line(table(&["证据编号", "平台", "规则", "级", "引文", "网址"], &cells).trim_end())?;
    Output.line(format!("{} 条(线索,待人工认定)", rows.len()))
}

/// The report of the items wanted, strongest first.
pub fn report(
    store: &Store,
    query: &ItemQuery,
    wanted: &dyn Fn(&StoredFinding) -> bool,
) -> Result<Report, Trouble> {
    let rows = store.index().items(query).map_err(incomplete)?;
    let mut items: Vec<ReportItem> = Vec::new();
    let mut lexicon_version = String::new();
    for row in &rows {
        let (item, version) = item(store, row, wanted)?;
        if !item.findings.is_empty() {
            items.push(item);
            lexicon_version = version;
        }
    }
    items.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.evidence_id.cmp(&b.evidence_id))
    });
    Ok(Report {
        title: "网络巡查发现报告".to_owned(),
        made_at: beijing_now(),
        tool: format!("wangxun {}", env!("CARGO_PKG_VERSION")),
        lexicon_version: lexicon_version.chars().take(16).collect(),
        items,
        unjudged: Vec::new(),
    })
}

fn item(
    store: &Store,
    row: &ItemRow,
    wanted: &dyn Fn(&StoredFinding) -> bool,
) -> Result<(ReportItem, String), Trouble> {
    let path = store.home().root().join(&row.path);
    let bytes = std::fs::read(&path)
        .with_context(|| format!("cannot read {}", path.display()))
        .map_err(incomplete)?;
    let (_, manifest) = read_row(store.home(), &path)
        .map_err(|why| incomplete(anyhow!("{}: {why}", path.display())))?;
    let text =
        package::text_of(&bytes).map_err(|why| incomplete(anyhow!("{}: {why}", path.display())))?;
    let sm3 = crate::storage::digest::digests(&bytes).sm3;
    let item = ReportItem {
        evidence_id: row.evidence_id.clone(),
        platform: row.platform.clone(),
        url: row.url.clone(),
        title: row.title.clone(),
        captured_at: manifest.captured_start.beijing.clone(),
        score: row.score,
        colour: row.colour.clone(),
        offer: Offer::parse(&manifest.offer).map_or(String::new(), |o| o.label().to_owned()),
        sha256: row.sha256.clone(),
        sm3: hex::encode(sm3),
        path: row.path.clone(),
        parts: parts(&manifest),
        findings: manifest
            .findings
            .iter()
            .filter(|f| wanted(f))
            .map(|f| finding(f, &text))
            .collect(),
    };
    Ok((item, manifest.lexicon_version))
}

fn parts(manifest: &Manifest) -> Vec<(String, f64, String)> {
    let scored = &manifest.score.contributions;
    scored
        .iter()
        .map(|c| (part_label(&c.name).to_owned(), c.points, c.reason.clone()))
        .collect()
}

/// The name of a part of the score, for officers.
fn part_label(name: &str) -> &str {
    match name {
        "compliance" => "违规用语",
        "yield" => "收益偏离",
        "licence" => "许可",
        "spread" => "传播",
        "evasion" => "规避写法",
        "disclosure" => "风险提示",
        other => other,
    }
}

fn finding(finding: &StoredFinding, text: &str) -> ReportFinding {
    let before = text.get(..finding.start).unwrap_or("");
    let after = text.get(finding.end..).unwrap_or("");
    let line_before = before.rsplit('\n').next().unwrap_or("");
    let line_after = after.split('\n').next().unwrap_or("");
    let skipped = line_before.chars().count().saturating_sub(AROUND);
    let mut lead: String = line_before.chars().skip(skipped).collect();
    if skipped > 0 {
        lead.insert(0, '…');
    }
    let mut tail: String = line_after.chars().take(AROUND).collect();
    if line_after.chars().count() > AROUND {
        tail.push('…');
    }
    ReportFinding {
        rule: finding.rule.clone(),
        title: finding.title.clone(),
        basis: finding.basis.clone(),
        severity: finding.severity,
        strength: finding.strength.clone(),
        before: lead,
        quote: finding.quote.clone(),
        after: tail,
        remark: finding.remark.clone(),
        css_path: finding.path.clone(),
        span: (finding.start, finding.end),
        advertiser: finding.advertiser.clone(),
    }
}

/// Writes a report aside and renames it into place.
pub fn write_report(file: &Path, report: &Report) -> Result<(), Trouble> {
    let aside = file.with_extension("html.part");
    std::fs::write(&aside, render(report))
        .and_then(|()| std::fs::rename(&aside, file))
        .with_context(|| format!("cannot write {}", file.display()))
        .map_err(incomplete)
}

fn beijing_now() -> String {
    let now = Utc::now();
    let beijing = FixedOffset::east_opt(8 * 3600).map(|offset| {
        now.with_timezone(&offset)
            .format("%Y-%m-%d %H:%M:%S 北京时间")
            .to_string()
    });
    beijing.unwrap_or_else(|| now.to_rfc3339())
}

/// A sealed item with its text record, for showing it.
pub fn text_of(sealed: &Sealed) -> Result<String, Trouble> {
    let bytes = std::fs::read(sealed.path()).map_err(incomplete)?;
    package::text_of(&bytes)
        .map_err(|why| incomplete(anyhow!("{}: {why}", sealed.path().display())))
}
