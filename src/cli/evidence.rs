//! `wangxun evidence`: the archive: list, show, verify, rebuild; what finds and hands out has files of its own.

use super::arguments::{Evidence, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, shorten, table};
use super::progress::TerminalMonitor;
use super::report::text_of;
use super::sealing::Vouched;
use super::{court, export, extract, record, search, stamp, store};
use crate::model::custody::ItemKind;
use crate::storage::home::Home;
use crate::storage::index::ItemQuery;
use crate::storage::item::{id_of, is_evidence_id, item_files};
use crate::storage::rebuild::rebuild;
use crate::storage::seal::Sealed;
use crate::storage::verify::{
    Outcome, Report, Trust, verify_file_by, verify_item, verify_store, verify_store_deep,
};
use crate::wire::custody_state::CustodyState;
use crate::wire::item_row::ItemRow;
use anyhow::{Context, anyhow};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Carries the command out.
pub fn run(asked: &Evidence, settings: &Settings) -> Done {
    match asked {
        Evidence::List {
            url,
            seed,
            rule,
            limit,
        } => {
            let query = ItemQuery {
                seed: seed.clone(),
                rule: rule.clone(),
                limit: if url.is_some() { 0 } else { *limit },
                ..ItemQuery::default()
            };
            list(&query, url.as_deref(), *limit, settings)
        }
        Evidence::Show { id, actor } => show(id, actor.as_deref(), settings),
        Evidence::Verify {
            what,
            all,
            deep,
            keys,
            ca,
        } => verify(
            what.as_deref(),
            *all,
            *deep,
            (keys, ca.as_deref()),
            settings,
        ),
        Evidence::Sign(asked) => stamp::sign(asked, settings),
        Evidence::Stamp(asked) => stamp::run(asked, settings),
        Evidence::Search(asked) => search::run(asked, settings),
        Evidence::Extract(asked) => extract::run(asked, settings),
        Evidence::Export(asked) => export::run(asked, settings),
        Evidence::Court(asked) => court::run(asked, settings),
        Evidence::Rebuild => rebuild_index(settings),
        Evidence::Custody(asked) => super::custody::run(asked, settings),
        Evidence::Import(asked) => super::import::run(asked, settings),
    }
}

fn list(query: &ItemQuery, url: Option<&str>, limit: usize, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    super::preserve::remind(&store);
    let custody = store.index().custody().map_err(incomplete)?;
    let mut rows = store.index().items(query).map_err(incomplete)?;
    rows.retain(|row| {
        url.is_none_or(|part| row.url.contains(part) || row.requested_url.contains(part))
    });
    rows.truncate(limit);
    match settings.format {
        Format::Json => {
            for row in &rows {
                Output.json_line(row)?;
            }
        }
        Format::Table => {
            let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &custody)).collect();
            Output.line(
                table(
                    &[
                        "证据编号",
                        "时间(UTC)",
                        "平台",
                        "分",
                        "规则",
                        "状态",
                        "网址",
                    ],
                    &cells,
                )
                .trim_end(),
            )?;
            let counts = store.index().counts().map_err(incomplete)?;
            Output.line(format!(
                "{} of {} items, {} findings in all",
                rows.len(),
                counts.items,
                counts.findings
            ))?;
        }
    }
    Ok(Exit::Fine)
}

fn cells(row: &ItemRow, custody: &CustodyState) -> Vec<String> {
    let kind = ItemKind::parse(&row.kind).unwrap_or_default();
    let held = custody.keeping(&row.evidence_id, &row.run, row.case_no.as_deref());
    let state: Vec<&str> = [
        (kind != ItemKind::PageCapture).then(|| kind.label()),
        (!held.is_empty()).then_some("冻结"),
    ]
    .into_iter()
    .flatten()
    .collect();
    vec![
        row.evidence_id.clone(),
        row.captured.clone(),
        shorten(&row.platform, 24),
        format!("{:.0}", row.score),
        shorten(&row.rules.join(","), 40),
        state.join(","),
        shorten(&row.url, 60),
    ]
}

/// The one item whose identifier begins like this.
pub(super) fn full_id(home: &Home, start: &str) -> Result<String, Trouble> {
    if is_evidence_id(start) {
        return Ok(start.to_owned());
    }
    let files = item_files(home).map_err(incomplete)?;
    let mut found: Vec<&str> = files
        .iter()
        .filter_map(|p| id_of(p))
        .filter(|id| id.starts_with(start))
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(id), true) => Ok(id.to_owned()),
        (None, _) => Err(misuse(anyhow!(
            "no evidence item begins with {start:?}; `wangxun evidence list` shows them"
        ))),
        (Some(_), false) => Err(misuse(anyhow!(
            "{start:?} begins {} items; give more of the identifier",
            found.len() + 1
        ))),
    }
}

fn show(id: &str, actor: Option<&str>, settings: &Settings) -> Done {
    let store = store::open_existing(settings)?;
    if id.starts_with("ra-") {
        return record::show(&store, id, &viewer(actor), settings.format);
    }
    if id.starts_with("im-") {
        return super::import::show(&store, id, &viewer(actor), settings.format);
    }
    let id = full_id(store.home(), id)?;
    let sealed = store
        .view(&id, &format!("查看人：{}", viewer(actor)))
        .map_err(incomplete)?;
    let vouched = Vouched::of(store.home(), sealed.path()).map_err(incomplete)?;
    match settings.format {
        Format::Json => {
            let mut all = serde_json::to_value(sealed.manifest()).map_err(incomplete)?;
            if let Some(all) = all.as_object_mut() {
                all.insert("beside".to_owned(), vouched.json());
            }
            Output.json(&all)?;
        }
        Format::Table => show_sealed(&sealed, &vouched)?,
    }
    Ok(Exit::Fine)
}

/// Who acts, for the journal.
pub(super) fn viewer(actor: Option<&str>) -> String {
    actor
        .map(str::to_owned)
        .or_else(|| std::env::var("USER").ok())
        .unwrap_or_else(|| "未具名".to_owned())
}

fn show_sealed(sealed: &Sealed, vouched: &Vouched) -> Result<(), Trouble> {
    let facts = sealed.manifest();
    let text = text_of(sealed)?;
    for (label, value) in [
        ("证据编号", facts.evidence_id.clone()),
        (
            "种类",
            facts
                .custody
                .item_kind()
                .unwrap_or_default()
                .label()
                .to_owned(),
        ),
        (
            "案号",
            facts
                .custody
                .case_no
                .clone()
                .unwrap_or_else(|| "-".to_owned()),
        ),
        ("平台", facts.platform.clone()),
        ("网址", facts.final_url.clone()),
        ("标题", facts.title.clone()),
        (
            "固证时间",
            format!(
                "{} (北京时间 {})",
                facts.captured_start.utc, facts.captured_start.beijing
            ),
        ),
        ("证据包", sealed.path().display().to_string()),
        ("SHA-256", hex::encode(sealed.digests().sha256)),
        ("SM3", hex::encode(sealed.digests().sm3)),
        ("robots", facts.robots.policy.clone()),
        ("词库版本", facts.lexicon_version.clone()),
        (
            "综合分",
            format!("{:.0} {}", facts.score.total, facts.score.colour),
        ),
    ] {
        Output.line(format!("{label}\t{value}"))?;
    }
    for (label, value) in vouched.lines() {
        Output.line(format!("{label}\t{value}"))?;
    }
    super::custody::show::show(&facts.custody)?;
    for hop in &facts.redirect_chain {
        let server = hop.server.as_deref().unwrap_or("-");
        Output.line(format!(
            "跳转\t{} {} {server} 载荷 sha256 {}",
            hop.status, hop.url, hop.payload_sha256
        ))?;
    }
    for finding in &facts.findings {
        let line = text
            .get(..finding.end)
            .map_or("", |t| t.rsplit('\n').next().unwrap_or(""));
        Output.line(format!(
            "\n{} 严重度 {} 强度 {} {}\n  引文 「{}」\n  所在 {}\n  位置 文本记录 {}–{} 字节,{}\n  依据 {}",
            finding.rule,
            finding.severity,
            finding.strength,
            finding.title,
            finding.quote,
            shorten(line, 120),
            finding.start,
            finding.end,
            finding.path,
            finding.basis
        ))?;
        if !finding.remark.is_empty() {
            Output.line(format!("  说明 {}", finding.remark))?;
        }
        if let Some(image) = finding.image {
            Output.line(format!("  来自图片 {image}"))?;
        }
        if let Some(advertiser) = &finding.advertiser {
            Output.line(format!("  广告主落地页 {advertiser}"))?;
        }
    }
    super::evidence_page::show(facts)?;
    super::behind::show(&facts.who)?;
    super::signals::show_stored(facts)?;
    super::alerts::show_stored(&facts.alerts)
}

fn verify(
    what: Option<&str>,
    all: bool,
    deep: bool,
    (keys, ca): (&[PathBuf], Option<&Path>),
    settings: &Settings,
) -> Done {
    let monitor = TerminalMonitor::new(settings.quiet);
    let report = match what {
        None if deep => verify_store_deep(&store::read_only(settings)?, &monitor),
        None => verify_store(&store::read_only(settings)?, &monitor),
        Some(path) if Path::new(path).exists() => {
            let trust = Trust {
                keys: super::keys::ring(keys, settings)?,
                certificates: ca
                    .map(std::fs::read)
                    .transpose()
                    .context("cannot read the certificates given with --ca")
                    .map_err(misuse)?
                    .unwrap_or_default(),
            };
            verify_file_by(Path::new(path), &trust, &monitor)
        }
        Some(id) => {
            let home = store::read_only(settings)?;
            let id = full_id(&home, id)?;
            verify_item(&home, &id, &monitor)
        }
    };
    monitor.clear();
    conclude(&report.map_err(incomplete)?, all, settings)
}

/// Shows a report and gives its exit code.
pub(super) fn conclude(report: &Report, all: bool, settings: &Settings) -> Done {
    match settings.format {
        Format::Json => Output.json(&report_json(report))?,
        Format::Table => show_report(report, all)?,
    }
    Ok(match report.outcome() {
        Outcome::Pass => Exit::Fine,
        Outcome::Fail => Exit::CheckFailed,
        Outcome::NotChecked => Exit::Incomplete,
    })
}

fn report_json(report: &Report) -> serde_json::Value {
    let sealing = report.sealing();
    json!({
        "items": sealing.items,
        "signed": sealing.signed,
        "with_trusted_time": sealing.stamped,
        "outcome": report.outcome().code(),
        "passed": report.count(Outcome::Pass),
        "failed": report.count(Outcome::Fail),
        "not_checked": report.count(Outcome::NotChecked),
        "checks": report.checks.iter().map(|c| json!({
            "name": c.name, "subject": c.subject, "outcome": c.outcome.code(), "detail": c.detail,
        })).collect::<Vec<_>>(),
    })
}

fn show_report(report: &Report, all: bool) -> Result<(), Trouble> {
    for check in report
        .checks
        .iter()
        .filter(|c| all || c.outcome != Outcome::Pass)
    {
        let word = match check.outcome {
            Outcome::Pass => "pass",
            Outcome::Fail => "FAIL",
            Outcome::NotChecked => "not checked",
        };
        Output.line(
            format!(
                "{word:<12} {} [{}] {}",
                check.subject, check.name, check.detail
            )
            .trim_end(),
        )?;
    }
    let sealing = report.sealing();
    if sealing.items > 0 {
        let without = sealing.items.saturating_sub(sealing.stamped);
        Output.line(format!(
            "{} items: {} signed, {} with trusted time{}",
            sealing.items,
            sealing.signed,
            sealing.stamped,
            if without > 0 {
                " (no trusted time for the others)"
            } else {
                ""
            }
        ))?;
    }
    Output.line(format!(
        "{}: {} checks passed, {} FAILED, {} not checked",
        report.outcome().code(),
        report.count(Outcome::Pass),
        report.count(Outcome::Fail),
        report.count(Outcome::NotChecked)
    ))
}

fn rebuild_index(settings: &Settings) -> Done {
    let mut store = store::open_existing(settings)?;
    let monitor = TerminalMonitor::new(settings.quiet);
    let words = search::words(settings)?;
    let rebuilt = rebuild(&store, &monitor);
    let filled = store.rebuild_search(words, &monitor);
    monitor.clear();
    let (rebuilt, filled) = (rebuilt.map_err(incomplete)?, filled.map_err(incomplete)?);
    for note in &rebuilt.notes {
        tracing::error!("{}: {}", note.code, note.message);
    }
    Output.line(format!(
        "{} items indexed, {} searchable, {} could not be read",
        rebuilt.items,
        filled.entered,
        rebuilt.notes.len().max(filled.notes.len())
    ))?;
    Ok(if rebuilt.notes.is_empty() && filled.notes.is_empty() {
        Exit::Fine
    } else {
        Exit::Incomplete
    })
}
