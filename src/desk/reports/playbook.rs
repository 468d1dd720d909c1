//! What is done at each severity (处置预案): who is called, within how many hours, and the steps, as the office's table says.

use super::ask::Ask;
use crate::desk::cases::Case;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};

/// The sheet of all severities, or of the severity of one case.
pub fn report(ask: &Ask<'_>, case: Option<&Case>) -> DeskReport {
    let book = &ask.facts.playbook;
    let called = |ids: &[String]| -> String {
        let names: Vec<String> = ids.iter().map(|id| ask.facts.unit(id)).collect();
        names.join("、")
    };
    let columns = vec![
        Column::number("严重度", 4),
        Column::number("时限（小时）", 5),
        Column::words("通知单位", 12),
        Column::words("步骤", 24),
        Column::words("联系人和电话", 10),
    ];
    let plays = book
        .plays
        .iter()
        .filter(|p| case.is_none_or(|c| c.opened.severity == p.level));
    let rows = plays.map(|p| {
        let steps: Vec<String> = (1..)
            .zip(&p.steps)
            .map(|(n, s)| format!("{n}.{s}"))
            .collect();
        vec![
            Cell::Figure(i64::from(p.level)),
            Cell::Figure(i64::from(p.within_hours)),
            Cell::text(called(&p.call)),
            Cell::text(steps.join(" ")),
            Cell::Blank,
        ]
    });
    let mut sections = Vec::new();
    if let Some(case) = case {
        sections.push(Section::new(
            "案件",
            [Block::Facts(vec![
                ("案件编号".to_owned(), Cell::text(case.number())),
                ("名称".to_owned(), Cell::text(case.opened.title.as_str())),
                ("状态".to_owned(), Cell::text(case.state.label())),
                (
                    "严重度".to_owned(),
                    Cell::Figure(i64::from(case.opened.severity)),
                ),
            ])],
        ));
    }
    let table = Table::new("分级处置", columns).rows(rows);
    sections.push(Section::new("分级处置", [Block::Table(table)]));
    let now = &book.immediate;
    let rule = format!(
        "严重度{}级以上,且自称规模达到{}元、自称人数达到{}人、或{}天内出现于{}个站点之一的,{}小时内报告{}。",
        now.severity,
        now.yuan,
        now.people,
        now.days,
        now.sites,
        now.within_hours,
        called(&now.call),
    );
    sections.push(Section::new("重大情况立即报告", [Block::Words(rule)]));
    let columns = vec![Column::words("状态", 10), Column::number("期限（天）", 8)];
    let days = book
        .days
        .iter()
        .map(|(state, days)| vec![Cell::text(state.label()), Cell::Figure(i64::from(*days))]);
    sections.push(Section::new(
        "办理期限",
        [Block::Table(
            Table::new("各状态办理期限", columns).rows(days),
        )],
    ));
    let mut report = ask.report(ReportForm::Playbook, sections);
    report.notes =
        vec!["本预案由本单位制定,可在数据目录的 tables/playbook.toml 中修改。".to_owned()];
    report
}
