//! The list for joint inspections (联合检查名单): the N with the highest scores, with addresses and evidence, to be taken along.

use super::ask::Ask;
use super::parts::{is_open, item_traces, licensed_label};
use crate::desk::cases::Case;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};

/// Quotes shown of one case.
const MOST_QUOTES: usize = 3;

/// The list of at most `top` open cases, gravest first.
pub fn report(ask: &Ask<'_>, top: usize) -> DeskReport {
    let mut cases: Vec<&Case> = ask.facts.all_cases().filter(|c| is_open(c)).collect();
    cases.sort_by(|a, b| {
        let gravity = |c: &Case| (c.opened.severity, c.opened.score);
        let (a_gravity, b_gravity) = (gravity(a), gravity(b));
        b_gravity
            .0
            .cmp(&a_gravity.0)
            .then(b_gravity.1.total_cmp(&a_gravity.1))
            .then(a.number().cmp(b.number()))
    });
    let all = cases.len();
    cases.truncate(top);
    let mut sections = vec![Section::new("检查名单", [table(ask, &cases, all)])];
    sections.push(Section::new(
        "检查要点",
        cases.iter().map(|c| points(ask, c)),
    ));
    let mut report = ask.report(ReportForm::Inspection, sections);
    report.wide = true;
    report.signatures = ["带队人", "检查人员", "检查人员"].map(str::to_owned).into();
    report.notes = vec![
        "按严重度和线索分排序,仅为检查安排,不是认定。检查时出示执法证件,人员不少于两人。"
            .to_owned(),
    ];
    report
}

fn table(ask: &Ask<'_>, cases: &[&Case], all: usize) -> Block {
    let columns = vec![
        Column::number("序号", 3),
        Column::words("从业机构", 11),
        Column::words("统一社会信用代码", 9),
        Column::words("地址", 13),
        Column::words("属地", 6),
        Column::words("持牌", 4),
        Column::words("领域", 8),
        Column::number("严重度", 4),
        Column::number("线索分", 4),
        Column::words("案件编号", 7),
        Column::number("证据", 3),
        Column::words("检查结果", 9),
    ];
    let rows = (1..).zip(cases).map(|(number, case)| {
        let subject = ask.facts.subjects.get(&case.subject);
        vec![
            Cell::Figure(number),
            Cell::text(subject.map_or(case.opened.title.as_str(), |s| s.name.as_str())),
            Cell::text(subject.map_or("", |s| s.code.as_str())),
            Cell::text(subject.map_or("", |s| s.address.as_str())),
            Cell::text(ask.facts.township(&case.region)),
            Cell::text(licensed_label(&case.licensed)),
            Cell::text(ask.facts.sector_of(case)),
            Cell::Figure(i64::from(case.opened.severity)),
            Cell::Figure(case.opened.score.round() as i64),
            Cell::text(case.number()),
            Cell::count(item_traces(case)),
            Cell::Blank,
        ]
    });
    let note = format!("在办案件{all}件,列出前{}件。", cases.len());
    Block::Table(Table::new("联合检查名单", columns).rows(rows).note(note))
}

/// What to look at on the spot: quotes with their rules.
fn points(ask: &Ask<'_>, case: &Case) -> Block {
    let columns = vec![
        Column::words("宣传原文", 20),
        Column::words("涉嫌违反", 16),
        Column::words("网址", 14),
        Column::words("证据编号", 12),
    ];
    let items = case
        .evidence
        .iter()
        .filter_map(|(e, _)| ask.facts.items.get(&e.id));
    let mut quotes: Vec<_> = items
        .flat_map(|item| item.quotes.iter().map(move |q| (item, q)))
        .collect();
    quotes.sort_by_key(|(item, (_, rule, severity))| {
        (std::cmp::Reverse(*severity), rule.clone(), item.id.clone())
    });
    quotes.truncate(MOST_QUOTES);
    let rows = quotes.into_iter().map(|(item, (quote, rule, _))| {
        let title = ask
            .facts
            .names
            .rules
            .get(rule)
            .map_or("", |r| r.title.as_str());
        vec![
            Cell::text(quote.as_str()),
            Cell::text(format!("{rule} {title}")),
            Cell::text(item.url.as_str()),
            Cell::text(item.id.as_str()),
        ]
    });
    let title = format!("{} {}", case.number(), case.opened.title);
    Block::Table(Table::new(title, columns).rows(rows))
}
