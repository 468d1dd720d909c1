//! The findings report: sealed items with what re-audits say of them.

use super::alerts::{class_label, level_label};
use super::exit::{Trouble, incomplete};
use super::reaudit;
use crate::export::report::{Report, ReportAlert, ReportFinding, ReportItem, render};
use crate::model::context::Offer;
use crate::storage::index::ItemQuery;
use crate::storage::package;
use crate::storage::rebuild::read_row;
use crate::storage::seal::Sealed;
use crate::storage::store::Store;
use crate::wire::alert::{StoredAlert, StoredSpot};
use crate::wire::item_row::ItemRow;
use crate::wire::manifest::{Manifest, StoredFinding, StoredScore};
use crate::wire::reaudit::{ChangeKind, ReauditPage, ReauditRow};
use anyhow::{Context, anyhow};
use chrono::{FixedOffset, Utc};
use std::path::Path;

/// Characters shown before and after a quote in the report.
const AROUND: usize = 60;

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
        let (mut item, version) = item(store, row, wanted)?;
        if let Some(reaudit) = store
            .index()
            .reaudit(&row.evidence_id)
            .map_err(incomplete)?
        {
            add_reaudit(store, &reaudit, &mut item, wanted)?;
        }
        if !item.findings.is_empty() || !item.alerts.is_empty() {
            items.push(item);
            lexicon_version = version;
        }
    }
    for reaudit in store.index().reaudits(query).map_err(incomplete)? {
        if !reaudit.page.sealed {
            items.push(unsealed(store, &reaudit, wanted)?);
        }
    }
    items.retain(|item| !item.findings.is_empty() || !item.alerts.is_empty());
    items.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.evidence_id.cmp(&b.evidence_id))
    });
    let (signals, lesser_signals) = super::signals::of_report(store, query)?;
    Ok(Report {
        title: "网络巡查发现报告".to_owned(),
        made_at: beijing_now(),
        tool: format!("wangxun {}", env!("CARGO_PKG_VERSION")),
        lexicon_version: lexicon_version.chars().take(16).collect(),
        items,
        unjudged: Vec::new(),
        signals,
        lesser_signals,
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
        parts: named_parts(&manifest.score),
        findings: manifest
            .findings
            .iter()
            .filter(|f| wanted(f))
            .map(|f| finding(f, &text))
            .collect(),
        behind: behind(&manifest),
        alerts: manifest.alerts.iter().map(alert).collect(),
    };
    Ok((item, manifest.lexicon_version))
}

fn named_parts(score: &StoredScore) -> Vec<(String, f64, String)> {
    let scored = &score.contributions;
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
        "complaints" => "举报投诉",
        "wording" => "整体用语",
        other => other,
    }
}

/// Brand, operator and payee in words.
fn behind(manifest: &Manifest) -> Vec<(String, String)> {
    let who = &manifest.who;
    let payee = who.payee.as_ref().map(|p| {
        let name = p.name.as_deref().unwrap_or("未署名");
        format!("{name} {}", p.account)
    });
    let standing = match who.standing.as_str() {
        "unknown" => Some("名录未见,待核".to_owned()),
        "listed" | "refused" => Some(format!(
            "{}({})",
            who.institution.as_deref().unwrap_or(""),
            who.source.as_deref().unwrap_or("")
        )),
        _ => None,
    };
    [
        ("品牌", who.brand.clone()),
        ("运营主体", who.operator.clone()),
        ("收款方", payee),
        ("名录", standing),
        ("提示", who.disagreement.clone()),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label.to_owned(), value?)))
    .collect()
}

fn alert(alert: &StoredAlert) -> ReportAlert {
    let joined = |spots: &[StoredSpot]| {
        let quotes: Vec<&str> = spots.iter().map(|s| s.quote.as_str()).collect();
        quotes.join("、")
    };
    ReportAlert {
        urgent: alert.is_urgent(),
        level: level_label(&alert.level).to_owned(),
        class: class_label(&alert.class).to_owned(),
        quote: alert.quote.clone(),
        times: joined(&alert.times),
        places: joined(&alert.places),
        remark: alert.remark.clone(),
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

/// What a re-audit says of a sealed item's findings, and what it found besides.
fn add_reaudit(
    store: &Store,
    row: &ReauditRow,
    item: &mut ReportItem,
    wanted: &dyn Fn(&StoredFinding) -> bool,
) -> Result<(), Trouble> {
    for change in row
        .page
        .changes
        .iter()
        .filter(|c| c.change != ChangeKind::New)
    {
        let same = |f: &&mut ReportFinding| {
            f.rule == change.rule && f.quote == change.quote && f.advertiser == change.advertiser
        };
        for finding in item.findings.iter_mut().filter(same) {
            let levels = reaudit::levels(change.was, change.now);
            let said = match change.change {
                ChangeKind::Lost => "按现行规则词库不再成立".to_owned(),
                _ => format!("按现行规则词库严重度 {levels}"),
            };
            finding.remark = format!("{}{said}。{}", told(row), finding.remark);
        }
    }
    item.findings.extend(found_anew(store, row, wanted)?);
    Ok(())
}

/// A page without sealed item in which only a re-audit found something. Its record stands in the place of the package.
fn unsealed(
    store: &Store,
    row: &ReauditRow,
    wanted: &dyn Fn(&StoredFinding) -> bool,
) -> Result<ReportItem, Trouble> {
    let path = store.home().root().join(&row.path);
    let bytes = std::fs::read(&path)
        .with_context(|| format!("cannot read {}", path.display()))
        .map_err(incomplete)?;
    let digests = crate::storage::digest::digests(&bytes);
    let page = &row.page;
    Ok(ReportItem {
        evidence_id: row.record.clone(),
        platform: page.platform.clone(),
        url: page.url.clone(),
        title: page.title.clone(),
        captured_at: page.captured.beijing.clone(),
        score: page.score.total,
        colour: page.score.colour.clone(),
        offer: Offer::parse(&page.offer).map_or(String::new(), |o| o.label().to_owned()),
        sha256: hex::encode(digests.sha256),
        sm3: hex::encode(digests.sm3),
        path: format!(
            "{}(复审记录;原页存于档案 {},未单独固证)",
            row.path, page.place.file
        ),
        parts: named_parts(&page.score),
        findings: found_anew(store, row, wanted)?,
        ..ReportItem::default()
    })
}

/// The findings that only the re-audit made, with the words around them.
fn found_anew(
    store: &Store,
    row: &ReauditRow,
    wanted: &dyn Fn(&StoredFinding) -> bool,
) -> Result<Vec<ReportFinding>, Trouble> {
    let new = |f: &&StoredFinding| {
        row.page.changes.iter().any(|c| {
            c.change == ChangeKind::New
                && c.rule == f.rule
                && c.quote == f.quote
                && c.advertiser == f.advertiser
        })
    };
    let found: Vec<&StoredFinding> = row.page.findings.iter().filter(new).collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let path = store.home().root().join(&row.path);
    let record = crate::storage::reaudit::read(store.home(), &path).map_err(incomplete)?;
    let same = |page: &&ReauditPage| page.evidence_id == row.page.evidence_id;
    let page = record.pages.iter().find(same);
    let text = page.and_then(|page| page.text.as_deref()).unwrap_or("");
    let found = found.into_iter().filter(|f| wanted(f));
    Ok(found
        .map(|f| {
            let mut one = finding(f, text);
            one.remark = format!("{}新发现。{}", told(row), one.remark);
            one
        })
        .collect())
}

/// Who says so: the re-audit with its day and lexicons.
fn told(row: &ReauditRow) -> String {
    let day = row.made.get(..10).unwrap_or(&row.made);
    let lexicon = row.lexicon_version.get(..12).unwrap_or("");
    format!("复审({day},词库 {lexicon}):")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::PART_NAMES;

    #[test]
    fn parts_of_the_score_have_the_names_of_the_file() {
        let lexicon = crate::lexicons::rulebook::load(None).expect("embedded lexicons");
        let mut names: Vec<&str> = Vec::new();
        for part in &lexicon.scoring.parts {
            assert_eq!(part_label(&part.name), part.label);
            names.push(&part.name);
        }
        names.sort_unstable();
        assert_eq!(names, PART_NAMES);
    }
}
