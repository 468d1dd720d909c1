//! `wangxun findings --by site`: the stored findings folded by site.

use super::arguments::Format;
use super::config::Settings;
use super::exit::{Done, Exit, incomplete, misuse};
use super::output::{Output, shorten, table};
use crate::audit::fold::{Folded, FoldedRule, PageLine, fold};
use crate::desk::tips::{complaints_by_site, tips};
use crate::lexicons::rulebook;
use crate::model::finding::Finding;
use crate::model::politeness::politeness_group;
use crate::storage::desk;
use crate::storage::index::ItemQuery;
use crate::storage::store::Store;
use crate::wire::item_row::ItemRow;
use crate::wire::manifest::StoredFinding;
use crate::wire::site_row::{SITE_FORMAT, SiteRow, SiteRule};
use std::collections::BTreeMap;
use url::Url;

/// Carries the command out over the items wanted.
pub fn run(
    store: &Store,
    query: &ItemQuery,
    wanted: &dyn Fn(&StoredFinding) -> bool,
    settings: &Settings,
) -> Done {
    let lexicon = rulebook::load(settings.lexicons.as_deref()).map_err(misuse)?;
    let items = store.index().items(query).map_err(incomplete)?;
    let found = store
        .index()
        .findings(&ItemQuery {
            limit: 0,
            ..query.clone()
        })
        .map_err(incomplete)?;
    let mut of: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for row in found.into_iter().filter(|row| wanted(&row.finding)) {
        let list = of.entry(row.evidence_id).or_default();
        list.push(row.finding.finding());
    }
    let mut sites: BTreeMap<String, Vec<PageLine>> = BTreeMap::new();
    for item in &items {
        let findings = of.remove(&item.evidence_id).unwrap_or_default();
        for (site, line) in lines(item, findings) {
            sites.entry(site).or_default().push(line);
        }
    }
    let complaints = complaints_by_site(&tips(&desk::read(store.home()).map_err(incomplete)?));
    let mut rows: Vec<SiteRow> = sites
        .into_iter()
        .map(|(site, lines)| {
            let named = complaints.get(&group_of(&site)).copied().unwrap_or(0);
            let folded = fold(&lines, named, &lexicon.scoring);
            SiteRow {
                complaints: named,
                ..row(site, &folded)
            }
        })
        .filter(|row| row.guilty_pages > 0 || row.alerts > 0 || row.complaints > 0)
        .collect();
    rows.sort_by(|a, b| {
        let score = b.score.total.total_cmp(&a.score.total);
        score.then_with(|| a.site.cmp(&b.site))
    });
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

/// The registrable domain of a site, under which tips are kept.
fn group_of(site: &str) -> String {
    Url::parse(&format!("http://{site}/"))
        .map_or_else(|_| site.to_owned(), |url| politeness_group(&url))
}

/// What an item tells of each site: of the page's own, and of the sites to which the advertisements on it lead.
fn lines(item: &ItemRow, findings: Vec<Finding>) -> Vec<(String, PageLine)> {
    let mut of: BTreeMap<(String, String), Vec<Finding>> = BTreeMap::new();
    let own = (item.host.clone(), item.url.clone());
    of.entry(own.clone()).or_default();
    for finding in findings {
        let landing = finding.advertiser.as_ref().and_then(|a| {
            let url = Url::parse(a).ok()?;
            Some((url.host_str()?.to_owned(), a.clone()))
        });
        // A slot without a link leads nowhere: it stays with the page, under a name of its own.
        let key = match (&finding.advertiser, landing) {
            (Some(_), None) => (format!("{}(广告位)", item.host), item.url.clone()),
            (_, landing) => landing.unwrap_or_else(|| own.clone()),
        };
        of.entry(key).or_default().push(finding);
    }
    of.into_iter()
        .map(|((site, page), findings)| {
            let is_own = (site.as_str(), page.as_str()) == (own.0.as_str(), own.1.as_str());
            let line = PageLine {
                page,
                captured: item.captured.clone(),
                findings,
                who: if is_own {
                    item.who.who()
                } else {
                    Default::default()
                },
                alerts: if is_own {
                    (item.alerts.0 as usize, item.alerts.1 as usize)
                } else {
                    (0, 0)
                },
            };
            (site, line)
        })
        .collect()
}

fn row(site: String, folded: &Folded) -> SiteRow {
    SiteRow {
        format: SITE_FORMAT,
        site,
        pages: folded.pages,
        guilty_pages: folded.guilty,
        captures: folded.captures,
        severity: folded.severity,
        strength: folded.strength.map(|s| s.code()),
        score: (&folded.score).into(),
        rules: folded.rules.iter().map(rule).collect(),
        operators: folded.operators.clone(),
        payees: folded.payees.clone(),
        standings: folded.standings.clone(),
        notes: folded.notes.clone(),
        alerts: folded.alerts.0,
        urgent_alerts: folded.alerts.1,
        complaints: 0,
        seen: folded.seen.clone(),
    }
}

fn rule(rule: &FoldedRule) -> SiteRule {
    SiteRule {
        rule: rule.rule.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        strength: rule.strength.code(),
        pages: rule.pages,
        quote: rule.quote.clone(),
        page: rule.page.clone(),
    }
}

/// Rules named in the table.
const RULES: usize = 4;

fn show(rows: &[SiteRow]) -> Result<(), super::exit::Trouble> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let rules: Vec<String> = row
                .rules
                .iter()
                .take(RULES)
                .map(|r| format!("{} {}{}", r.rule, r.severity, r.strength))
                .collect();
            let operator = row.operators.first().map_or("", |(name, _)| name.as_str());
            vec![
                shorten(&row.site, 36),
                format!("{:.0}", row.score.total),
                colour(&row.score.colour).to_owned(),
                format!("{}{}", row.severity, row.strength.unwrap_or("")),
                format!("{}/{}", row.guilty_pages, row.pages),
                if row.alerts == 0 {
                    String::new()
                } else {
                    format!("{}(紧急{})", row.alerts, row.urgent_alerts)
                },
                match row.complaints {
                    0 => String::new(),
                    n => n.to_string(),
                },
                rules.join("、"),
                shorten(operator, 40),
            ]
        })
        .collect();
    let header = [
        "站点",
        "分",
        "色",
        "级",
        "有发现/页",
        "舆情",
        "举报",
        "主要规则",
        "运营主体",
    ];
    Output.line(table(&header, &cells).trim_end())?;
    for row in rows.iter().filter(|row| !row.notes.is_empty()) {
        Output.line(format!("{}: {}", row.site, row.notes.join(";")))?;
    }
    Output.line(format!("{} 个站点(线索,待人工认定)", rows.len()))
}

fn colour(code: &str) -> &'static str {
    match code {
        "red" => "红",
        "orange" => "橙",
        "yellow" => "黄",
        _ => "—",
    }
}
