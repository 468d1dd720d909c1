//! What the patrol was to look at, what it reached, and what not, with reasons.

use super::ask::Ask;
use super::bulletin::runs_table;
use super::facts::SiteRow;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::count::Count;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};

/// Runs and totals of the period.
pub fn blocks(ask: &Ask<'_>) -> Vec<Block> {
    let mut all = vec![runs_table(ask)];
    if !ask.facts.sites.is_empty() {
        all.push(totals(ask));
    }
    all
}

fn traces<'a>(sites: impl Iterator<Item = &'a SiteRow>) -> Count {
    Count::of(sites.map(|s| Trace::new(TraceKind::Site, s.id.as_str(), s.name.as_str())))
}

/// Listed, reached and not reached platforms.
pub(super) fn totals(ask: &Ask<'_>) -> Block {
    let sites = &ask.facts.sites;
    let listed = traces(sites.iter());
    let reached = traces(sites.iter().filter(|s| s.pages > 0));
    let failed = traces(sites.iter().filter(|s| s.pages == 0));
    let columns = vec![
        Column::number("列入平台", 6),
        Column::number("到达", 6),
        Column::number("未到达", 6),
        Column::number("到达率", 6),
    ];
    let row = vec![
        Cell::Count(listed.clone()),
        Cell::Count(reached.clone()),
        Cell::Count(failed),
        Cell::Share {
            part: reached,
            whole: listed,
        },
    ];
    Block::Table(Table::new("平台覆盖", columns).rows([row]))
}

/// One line for each platform.
pub(super) fn sites_table(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("平台编号", 7),
        Column::words("名称", 10),
        Column::words("入口", 13),
        Column::number("页面", 4),
        Column::words("最近到达", 8),
        Column::words("结果", 4),
        Column::words("未访问原因", 13),
    ];
    let row = |site: &SiteRow| {
        let runs = site
            .runs
            .iter()
            .map(|r| Trace::new(TraceKind::Run, r.as_str(), ""));
        let failed: Vec<String> = site
            .failed
            .iter()
            .map(|(why, n)| format!("{why}{n}"))
            .collect();
        vec![
            Cell::text(site.id.as_str()),
            Cell::text(site.name.as_str()),
            Cell::text(site.start.as_str()),
            Cell::Count(Count::told(site.pages, runs)),
            Cell::moment(site.last),
            Cell::text(if site.pages > 0 {
                "到达"
            } else {
                "未到达"
            }),
            Cell::text(failed.join("、")),
        ]
    };
    Block::Table(
        Table::new("逐平台情况", columns)
            .rows(ask.facts.sites.iter().map(row))
            .note("未到达的平台不视为合规。"),
    )
}

/// The report.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let sections = vec![
        Section::new("总体情况", [totals(ask), runs_table(ask)]),
        Section::new("逐平台情况", [sites_table(ask)]),
    ];
    ask.report(ReportForm::Coverage, sections)
}
