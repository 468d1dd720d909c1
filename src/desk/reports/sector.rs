//! What townships submit to the work groups of the sectors (分领域报送): entity, sector, opinion, reasons, evidence, and what
//! the work group said to it.

use super::ask::Ask;
use super::parts::{case_trace, item_traces, licensed_label};
use crate::desk::cases::{Case, Proposal};
use crate::model::case::CaseState;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::matrix::{Placed, matrix};
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};

/// The opinion of the last proposal: 合规、整改、取缔.
fn opinion(case: &Case) -> &'static str {
    match last(case).map(|p| p.to) {
        Some(CaseState::Unfounded) => "合规",
        Some(CaseState::Rectify) => "整改",
        Some(CaseState::CloseDown) => "取缔",
        Some(CaseState::Judicial) => "取缔(移送司法)",
        _ => "待提出",
    }
}

/// The last proposal of an opinion.
fn last(case: &Case) -> Option<&Proposal> {
    let opinions = |p: &&Proposal| p.to == CaseState::Unfounded || p.to.outcome().is_some();
    case.proposals.iter().rev().find(opinions)
}

/// What the work group said.
fn answer(case: &Case) -> (&'static str, String) {
    match last(case).map(|p| &p.decided) {
        None => ("未报送", String::new()),
        Some(None) => ("待确认", String::new()),
        Some(Some((by, true, comment))) => ("已确认", format!("{} {comment}", by.by)),
        Some(Some((by, false, comment))) => ("退回", format!("{} {comment}", by.by)),
    }
}

/// Opinions and what became of them, by township.
pub fn totals(ask: &Ask<'_>) -> Block {
    let things: Vec<Placed> = super::distribution::concerned(ask)
        .map(|case| Placed {
            row: ask.facts.township(&case.region),
            column: answer(case).0.to_owned(),
            thing: case_trace(case),
        })
        .collect();
    let columns = ["未报送", "待确认", "已确认", "退回"].map(str::to_owned);
    Block::Table(matrix(
        "定性意见报送与确认",
        "乡镇",
        ask.facts.townships(),
        columns.into(),
        &things,
    ))
}

/// The submission, one table for each sector; of one sector when it is named.
pub fn report(ask: &Ask<'_>, only: Option<&str>) -> DeskReport {
    let wanted = only.map(|word| ask.facts.sector(word));
    let cases: Vec<&Case> = super::distribution::concerned(ask).collect();
    let mut sectors = ask.facts.sectors();
    sectors.push(super::parts::OTHER_SECTOR.to_owned());
    sectors.retain(|s| wanted.as_ref().is_none_or(|w| w == s));
    let mut sections = vec![Section::new("汇总", [summary(ask, &cases, &sectors)])];
    for sector in sectors {
        let of: Vec<&Case> = cases
            .iter()
            .copied()
            .filter(|c| ask.facts.sector_of(c) == sector)
            .collect();
        if !of.is_empty() {
            sections.push(Section::new(sector.as_str(), [table(ask, &sector, &of)]));
        }
    }
    let mut report = ask.report(ReportForm::Sector, sections);
    report.wide = true;
    report.signatures = ["填报人", "乡镇负责人", "工作组复核"]
        .map(str::to_owned)
        .into();
    report.notes = vec![
        "整治意见由报送单位提出,经专项工作组核查确认后生效;“退回”的按批注补正后重新报送。"
            .to_owned(),
    ];
    report
}

fn summary(ask: &Ask<'_>, cases: &[&Case], sectors: &[String]) -> Block {
    let things: Vec<Placed> = cases
        .iter()
        .map(|case| Placed {
            row: ask.facts.sector_of(case),
            column: opinion(case).to_owned(),
            thing: case_trace(case),
        })
        .filter(|p| sectors.contains(&p.row))
        .collect();
    let columns = ["合规", "整改", "取缔", "取缔(移送司法)", "待提出"].map(str::to_owned);
    Block::Table(matrix(
        "整治意见汇总",
        "领域",
        Vec::new(),
        columns.into(),
        &things,
    ))
}

fn table(ask: &Ask<'_>, sector: &str, cases: &[&Case]) -> Block {
    let columns = vec![
        Column::words("案件编号", 8),
        Column::words("从业机构", 11),
        Column::words("统一社会信用代码", 10),
        Column::words("属地", 6),
        Column::words("持牌", 4),
        Column::words("意见", 5),
        Column::words("理由", 14),
        Column::words("依据规则", 9),
        Column::words("工作组意见", 9),
        Column::words("证据编号", 12),
    ];
    let row = |case: &&Case| {
        let (said, comment) = answer(case);
        let subject = ask.facts.subjects.get(&case.subject);
        vec![
            Cell::text(case.number()),
            Cell::text(subject.map_or(case.opened.title.as_str(), |s| s.name.as_str())),
            Cell::text(subject.map_or("", |s| s.code.as_str())),
            Cell::text(ask.facts.township(&case.region)),
            Cell::text(licensed_label(&case.licensed)),
            Cell::text(opinion(case)),
            Cell::text(last(case).map_or("", |p| p.why.as_str())),
            Cell::text(case.rules().join("、")),
            Cell::text(format!("{said} {comment}").trim().to_owned()),
            Cell::Traces(item_traces(case)),
        ]
    };
    Block::Table(Table::new(format!("{sector}报送表"), columns).rows(cases.iter().map(row)))
}
