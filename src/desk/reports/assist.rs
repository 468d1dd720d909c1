//! Cases of several places: who leads, who assists (条例 20), and how a case went from one unit to another.

use super::ask::{Ask, NotReady};
use super::parts::{is_open, item_traces};
use crate::desk::cases::Case;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};

/// Handovers of the period's cases.
pub fn log(ask: &Ask<'_>) -> Block {
    table(ask, ask.facts.all_cases().filter(|c| is_open(c)))
}

fn table<'a>(ask: &Ask<'_>, cases: impl Iterator<Item = &'a Case>) -> Block {
    let columns = vec![
        Column::words("案件编号", 8),
        Column::words("移交时间", 8),
        Column::words("移出单位", 8),
        Column::words("接收单位", 8),
        Column::words("角色", 4),
        Column::words("原因", 12),
        Column::words("文号", 8),
        Column::words("接收时间", 8),
    ];
    let rows = cases.flat_map(|case| {
        case.handovers.iter().map(move |h| {
            vec![
                Cell::text(case.number()),
                Cell::Moment(h.stamp.at),
                Cell::text(ask.facts.unit(&h.from)),
                Cell::text(ask.facts.unit(&h.to)),
                Cell::text(if h.part == "lead" { "牵头" } else { "协办" }),
                Cell::text(h.why.as_str()),
                Cell::text(h.document.as_str()),
                Cell::moment(h.taken.as_ref().map(|(by, _)| by.at)),
            ]
        })
    });
    Block::Table(Table::new("移交记录", columns).rows(rows))
}

/// The letter by which the leading unit asks others to assist.
///
/// # Errors
/// Says that nobody leads the case, or that nobody is to assist.
pub fn letter(ask: &Ask<'_>, case: &Case) -> Result<DeskReport, NotReady> {
    let route = case.route.as_ref().ok_or_else(|| {
        NotReady(format!(
            "nobody leads {} yet; `wangxun cases route` decides it",
            case.number()
        ))
    })?;
    if route.assist.is_empty() {
        return Err(NotReady(format!(
            "no unit assists in {}; `wangxun cases route` names those that do",
            case.number()
        )));
    }
    let assist: Vec<String> = route.assist.iter().map(|u| ask.facts.unit(u)).collect();
    let facts = vec![
        ("案件编号".to_owned(), Cell::text(case.number())),
        ("名称".to_owned(), Cell::text(case.opened.title.as_str())),
        (
            "牵头单位".to_owned(),
            Cell::text(ask.facts.unit(&route.lead)),
        ),
        ("协办单位".to_owned(), Cell::text(assist.join("、"))),
        ("确定依据".to_owned(), Cell::text(route.why.as_str())),
        ("案件状态".to_owned(), Cell::text(case.state.label())),
        ("证据".to_owned(), Cell::count(item_traces(case))),
    ];
    let body = format!(
        "我单位牵头办理的{}(案件编号{})涉及你单位辖区或职责。依照《防范和处置非法集资条例》第二十条关于由行为人登记地牵头、其他地方配合的规定,\
         请协助核实有关情况,并将结果函复我单位。",
        case.opened.title,
        case.number()
    );
    let wanted = ["协助事项", "函复期限", "联系人和电话"].map(|l| (l.to_owned(), Cell::Blank));
    let sections = vec![
        Section::new("", [Block::Words(body), Block::Facts(facts)]),
        Section::new("请予协助", [Block::Facts(wanted.into())]),
        Section::new("移交与协办记录", [table(ask, std::iter::once(case))]),
    ];
    let mut report = ask.report(ReportForm::Assist, sections);
    if report.to.is_empty() {
        report.to = assist.join("、");
    }
    report.signatures = ["承办人", "负责人", "(印章)"].map(str::to_owned).into();
    Ok(report)
}
