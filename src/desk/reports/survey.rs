//! The survey of a township (摸底表): every subject with the source of the lead, and whether, how and by whom it was verified.

use super::ask::Ask;
use super::facts::SubjectRow;
use super::parts::{licensed_label, source_label};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::matrix::{Placed, matrix};
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};

/// Verified and unverified subjects by township.
pub fn totals(ask: &Ask<'_>) -> Block {
    let place = |s: &SubjectRow| Placed {
        row: ask.facts.township(&s.region),
        column: if s.verified.is_some() {
            "已核实"
        } else {
            "未核实"
        }
        .to_owned(),
        thing: Trace::new(TraceKind::Subject, s.id.as_str(), s.name.as_str()),
    };
    let things: Vec<Placed> = ask.facts.subjects.values().map(place).collect();
    let columns = ["已核实", "未核实"].map(str::to_owned);
    Block::Table(matrix(
        "逐户核实情况",
        "乡镇",
        ask.facts.townships(),
        columns.into(),
        &things,
    ))
}

/// The survey, one table for each township that has subjects.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let mut sections = vec![Section::new("汇总", [totals(ask)])];
    let elsewhere = super::parts::ELSEWHERE.to_owned();
    for town in ask.facts.townships().into_iter().chain([elsewhere]) {
        let of: Vec<&SubjectRow> = ask
            .facts
            .subjects
            .values()
            .filter(|s| ask.facts.township(&s.region) == town)
            .collect();
        if !of.is_empty() {
            sections.push(Section::new(town.as_str(), [table(&town, ask, &of)]));
        }
    }
    let mut report = ask.report(ReportForm::Survey, sections);
    report.wide = true;
    report.signatures = ["填表人", "乡镇负责人", "日期"].map(str::to_owned).into();
    report
}

fn table(town: &str, ask: &Ask<'_>, subjects: &[&SubjectRow]) -> Block {
    let columns = vec![
        Column::number("序号", 3),
        Column::words("机构名称", 12),
        Column::words("统一社会信用代码", 10),
        Column::words("地址", 12),
        Column::words("领域", 8),
        Column::words("持牌", 4),
        Column::words("线索来源", 5),
        Column::words("首次发现", 7),
        Column::words("核实方式", 6),
        Column::words("核实人", 6),
        Column::words("核实日期", 7),
    ];
    let rows = (1..).zip(subjects).map(|(number, s)| {
        let mut row = vec![
            Cell::Figure(number),
            Cell::text(s.name.as_str()),
            Cell::text(s.code.as_str()),
            Cell::text(s.address.as_str()),
            Cell::text(ask.facts.sector(&s.sector)),
            Cell::text(licensed_label(&s.licensed)),
            Cell::text(source_label(&s.source)),
            Cell::day(s.first_seen),
        ];
        match &s.verified {
            Some((how, by, day)) => row.extend([
                Cell::text(how.as_str()),
                Cell::text(by.as_str()),
                Cell::Date(*day),
            ]),
            None => row.extend([Cell::Blank, Cell::Blank, Cell::Blank]),
        }
        row
    });
    Block::Table(Table::new(format!("{town}摸底表"), columns).rows(rows))
}
