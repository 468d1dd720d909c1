//! Where cases and subjects are: by sector and township, by outcome, stock against increment.

use super::ask::Ask;
use super::bulletin::CLUES;
use super::parts::{case_trace, is_open, licensed_label, outcome_label};
use crate::desk::cases::Case;
use crate::model::case::CaseState;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::chart::{Chart, ChartKind, Series};
use crate::model::desk_report::count::Count;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::matrix::{Placed, matrix};
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};

/// Cases that the period concerns: worked on at its end, or closed in it.
pub fn concerned<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = &'a Case> {
    let period = ask.period;
    ask.facts.all_cases().filter(move |case| {
        let closed = case.came_to(CaseState::Closed);
        is_open(case) || closed.is_some_and(|c| period.holds(c.stamp.at))
    })
}

fn placed<'a>(
    ask: &Ask<'_>,
    cases: impl Iterator<Item = &'a Case>,
    column: &dyn Fn(&Case) -> String,
) -> Vec<Placed> {
    let place = |case: &Case| Placed {
        row: ask.facts.township(&case.region),
        column: column(case),
        thing: case_trace(case),
    };
    cases.map(place).collect()
}

/// Cases of the period by township and sector.
pub fn case_matrix(ask: &Ask<'_>, title: &str) -> Block {
    let cases: Vec<&Case> = concerned(ask).collect();
    let things = placed(ask, cases.iter().copied(), &|c| ask.facts.sector_of(c));
    Block::Table(matrix(
        title,
        "乡镇",
        ask.facts.townships(),
        ask.facts.shown_sectors(&cases),
        &things,
    ))
}

/// Cases of the period by township and what was decided.
pub fn outcome_matrix(ask: &Ask<'_>, title: &str) -> Block {
    let things = placed(ask, concerned(ask), &|c| outcome_label(c).to_owned());
    let columns = ["限期整改", "关闭取缔", "移送司法", "不成立", "未处置"];
    Block::Table(matrix(
        title,
        "乡镇",
        ask.facts.townships(),
        columns.map(str::to_owned).into(),
        &things,
    ))
}

/// Cases of the period by township and state.
pub fn state_matrix(ask: &Ask<'_>, title: &str) -> Block {
    let things = placed(ask, concerned(ask), &|c| c.state.label().to_owned());
    let columns = CaseState::ALL.map(|s| s.label().to_owned());
    Block::Table(matrix(
        title,
        "乡镇",
        ask.facts.townships(),
        columns.into(),
        &things,
    ))
}

/// Subjects by township and licence.
pub fn subject_matrix(ask: &Ask<'_>, title: &str) -> Block {
    let subjects = ask.facts.subjects.values();
    let place = |s: &super::facts::SubjectRow| Placed {
        row: ask.facts.township(&s.region),
        column: licensed_label(&s.licensed).to_owned(),
        thing: Trace::new(TraceKind::Subject, s.id.as_str(), s.name.as_str()),
    };
    let things: Vec<Placed> = subjects.map(place).collect();
    let columns = ["不持牌", "持牌", "待核"].map(str::to_owned);
    Block::Table(matrix(
        title,
        "乡镇",
        ask.facts.townships(),
        columns.into(),
        &things,
    ))
}

/// Cases of the period by township, sectors behind one another.
pub fn stacked(ask: &Ask<'_>, title: &str) -> Block {
    let cases: Vec<&Case> = concerned(ask).collect();
    let mut sectors = ask.facts.sectors();
    sectors.push(super::parts::OTHER_SECTOR.to_owned());
    let townships = ask.facts.townships();
    let at = |case: &&&Case, town: &str, sector: &str| {
        ask.facts.township(&case.region) == town && ask.facts.sector_of(case) == sector
    };
    let series = sectors.iter().map(|sector| Series {
        name: sector.clone(),
        values: townships
            .iter()
            .map(|town| cases.iter().filter(|c| at(c, town, sector)).count() as u64)
            .collect(),
    });
    let series = series.filter(|s| s.values.iter().any(|v| *v > 0)).collect();
    Block::Chart(Chart {
        title: title.to_owned(),
        kind: ChartKind::Stacked,
        labels: townships.clone(),
        series,
        unit: "件".to_owned(),
    })
}

/// Stock against increment by the baseline, with how much of each is closed.
pub fn stock_table(ask: &Ask<'_>) -> Block {
    let baseline = ask.baseline.unwrap_or(ask.period.from());
    let columns = vec![
        Column::words("类别", 8),
        Column::number("案件", 6),
        Column::number("在办", 6),
        Column::number("结案", 6),
        Column::number("结案率", 6),
    ];
    let line = |label: &str, wanted: &dyn Fn(&Case) -> bool| {
        let all: Vec<&Case> = ask.facts.all_cases().filter(|c| wanted(c)).collect();
        let of = |open: bool| {
            let cases = all.iter().filter(|c| is_open(c) == open);
            Count::of(cases.map(|c| case_trace(c)))
        };
        let whole = Count::of(all.iter().map(|c| case_trace(c)));
        vec![
            Cell::text(label),
            Cell::Count(whole.clone()),
            Cell::Count(of(true)),
            Cell::Count(of(false)),
            Cell::Share {
                part: of(false),
                whole,
            },
        ]
    };
    let is_stock = |case: &Case| ask.facts.first_seen(case) < baseline;
    let rows = [
        line("存量", &is_stock),
        line("增量", &|case| !is_stock(case)),
    ];
    let table = Table::new("存量与增量", columns)
        .rows(rows)
        .total(line("合计", &|_| true))
        .note(format!(
            "首次发现早于基准日({baseline})的为存量,其余为增量。"
        ));
    Block::Table(table)
}

/// The report: sector × township, outcome × township, stock against increment.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let sections = vec![
        Section::new(
            "分领域",
            [
                case_matrix(ask, "各乡镇分领域案件"),
                stacked(ask, "各乡镇案件数"),
            ],
        ),
        Section::new("办理状态", [state_matrix(ask, "各乡镇案件办理状态")]),
        Section::new("处置结果", [outcome_matrix(ask, "各乡镇案件处置结果")]),
        Section::new(
            "底数",
            [subject_matrix(ask, "各乡镇从业机构户数"), stock_table(ask)],
        ),
    ];
    let mut report = ask.report(ReportForm::Matrix, sections);
    report.wide = true;
    report.notes = vec![
        "案件按登记所在乡镇和主要承诺内容归类;登记地不明的列县级统筹。统计范围为期末在办和本期结案案件。".to_owned(),
        CLUES.to_owned(),
    ];
    report
}
