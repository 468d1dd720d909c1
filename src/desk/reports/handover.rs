//! Handover of a shift (交接班): what was done, what is left, and what the next shift has to look at.

use super::ask::Ask;
use super::bulletin::cases_table;
use super::parts::{deadlines_table, opened};
use crate::desk::duty::ShiftHandover;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::trace::{Trace, TraceKind};
use chrono::Days;

/// The record of the handovers of the period, with what waits.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let shifts: Vec<&ShiftHandover> = ask
        .facts
        .handovers
        .iter()
        .filter(|s| ask.period.has(s.what.day))
        .collect();
    let mut sections: Vec<Section> = shifts.iter().map(|s| shift(s)).collect();
    if sections.is_empty() {
        let blank = ["交班人", "接班人", "已办事项", "未办事项", "重点关注案件"];
        let facts = blank.map(|label| (label.to_owned(), Cell::Blank));
        sections.push(Section::new(
            "交接内容",
            [
                Block::Notice("本期没有登记交接;请填写并签名。".to_owned()),
                Block::Facts(facts.into()),
            ],
        ));
    }
    let soon = ask.period.to().checked_add_days(Days::new(3));
    sections.push(Section::new(
        "移交时在办事项",
        [
            deadlines_table(ask, "逾期和三日内到期", soon.unwrap_or(ask.period.to())),
            super::opinion::waiting(ask),
            cases_table("本班新立案件", opened(ask), ask.facts),
        ],
    ));
    let mut report = ask.report(ReportForm::Handover, sections);
    report.signatures = ["交班人", "接班人", "带班领导"].map(str::to_owned).into();
    report
}

fn shift(entered: &ShiftHandover) -> Section {
    let shift = &entered.what;
    let cases = shift
        .cases
        .iter()
        .map(|c| Trace::new(TraceKind::Case, c.as_str(), ""));
    let facts = vec![
        (
            "日期和班次".to_owned(),
            Cell::text(format!("{} {}", shift.day, shift.shift)),
        ),
        ("交班人".to_owned(), Cell::text(shift.from.as_str())),
        ("接班人".to_owned(), Cell::text(shift.to.as_str())),
        ("登记时间".to_owned(), Cell::Moment(entered.at)),
        ("已办事项".to_owned(), Cell::text(shift.done.as_str())),
        ("未办事项".to_owned(), Cell::text(shift.left.as_str())),
        ("重点关注案件".to_owned(), Cell::Traces(cases.collect())),
    ];
    Section::new(format!("{}交接", shift.shift), [Block::Facts(facts)])
}
