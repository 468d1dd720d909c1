//! Tables of bulletins.

use super::super::ask::Ask;
use super::super::facts::Facts;
use super::super::parts::{item_traces, licensed_label, source_label};
use crate::desk::cases::Case;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::count::Count;
use crate::model::desk_report::section::Block;
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};

/// Who was on duty.
pub(super) fn roster_table(ask: &Ask<'_>) -> Block {
    let rows = ask.facts.roster.iter().filter(|r| ask.period.has(r.day));
    let columns = vec![
        Column::words("日期", 6),
        Column::words("班次", 5),
        Column::words("值班人员", 16),
        Column::words("带班领导", 7),
    ];
    Block::Table(Table::new("值班安排", columns).rows(rows.map(|r| {
        vec![
            Cell::Date(r.day),
            Cell::text(r.shift.as_str()),
            Cell::text(r.officers.join("、")),
            Cell::text(r.leader.as_str()),
        ]
    })))
}

/// What was patrolled.
pub(in crate::desk::reports) fn runs_table(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("巡查编号", 8),
        Column::words("开始", 8),
        Column::words("结束", 8),
        Column::words("执行", 8),
        Column::number("页面", 5),
        Column::number("有发现", 5),
        Column::number("未访问", 5),
        Column::number("待访问", 5),
        Column::words("状态", 5),
    ];
    let told = |number, run: &Trace| Cell::Count(Count::told(number, [run.clone()]));
    let rows = ask.runs().map(|r| {
        let run = r.trace();
        vec![
            Cell::text(r.id.as_str()),
            Cell::Moment(r.began),
            Cell::moment(r.ended),
            Cell::text(r.by.as_str()),
            told(r.pages, &run),
            told(r.findings, &run),
            told(r.skipped, &run),
            told(r.queued, &run),
            Cell::text(r.state_label()),
        ]
    });
    Block::Table(Table::new("巡查轮次", columns).rows(rows).note(
        "未访问含按robots规则、范围、配额等不访问的目标和访问失败的目标,均不计为正常;原因见巡查记录。",
    ))
}

/// Cases with what they are about.
pub(in crate::desk::reports) fn cases_table<'a>(
    title: &str,
    cases: impl Iterator<Item = &'a Case>,
    facts: &Facts,
) -> Block {
    let columns = vec![
        Column::words("案件编号", 8),
        Column::words("名称", 12),
        Column::words("领域", 8),
        Column::words("属地", 6),
        Column::words("持牌", 4),
        Column::number("严重度", 4),
        Column::number("线索分", 4),
        Column::words("来源", 5),
        Column::words("状态", 5),
        Column::number("证据", 4),
    ];
    let row = |case: &Case| {
        vec![
            Cell::text(case.number()),
            Cell::text(case.opened.title.as_str()),
            Cell::text(facts.sector_of(case)),
            Cell::text(facts.township(&case.region)),
            Cell::text(licensed_label(&case.licensed)),
            Cell::Figure(i64::from(case.opened.severity)),
            Cell::Figure(case.opened.score.round() as i64),
            Cell::text(source_label(&case.opened.source)),
            Cell::text(case.state.label()),
            Cell::count(item_traces(case)),
        ]
    };
    Block::Table(Table::new(title, columns).rows(cases.map(row)))
}

/// Proposals that wait for another officer.
pub(super) fn proposals_table(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("案件编号", 8),
        Column::words("名称", 12),
        Column::words("提请", 6),
        Column::words("提请单位", 8),
        Column::words("提请时间", 8),
        Column::words("理由", 14),
    ];
    let rows = ask.facts.all_cases().filter_map(|case| {
        let proposal = case.open_proposal()?;
        Some(vec![
            Cell::text(case.number()),
            Cell::text(case.opened.title.as_str()),
            Cell::text(proposal.to.label()),
            Cell::text(ask.facts.unit(&proposal.unit)),
            Cell::Moment(proposal.stamp.at),
            Cell::text(proposal.why.as_str()),
        ])
    });
    Block::Table(Table::new("待确认事项", columns).rows(rows))
}

/// Tips that came in, or were settled.
pub(super) fn tips_table(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("受理编号", 11),
        Column::words("受理时间", 8),
        Column::words("来源", 5),
        Column::words("被举报对象", 14),
        Column::words("首报", 3),
        Column::words("案件", 7),
        Column::words("结果", 5),
    ];
    let within = |t: &&crate::desk::tips::Tip| {
        ask.period.holds(t.received) || t.settled.is_some_and(|at| ask.period.holds(at))
    };
    let rows = ask.facts.tips.iter().filter(within).map(|t| {
        vec![
            Cell::Traces(vec![Trace::new(TraceKind::Tip, t.receipt.as_str(), "")]),
            Cell::Moment(t.received),
            Cell::text(t.source.label()),
            Cell::text(t.about()),
            Cell::text(if t.first { "是" } else { "" }),
            Cell::text(t.case.as_str()),
            Cell::text(t.outcome_label()),
        ]
    });
    Block::Table(
        Table::new("举报受理和办结", columns)
            .rows(rows)
            .note("举报人信息单独保存,不列入报表。"),
    )
}

/// Lists that were issued.
pub(super) fn lists_table(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("清单", 10),
        Column::number("序号", 4),
        Column::words("签发时间", 8),
        Column::number("有效条目", 5),
        Column::number("撤回或失效", 5),
        Column::number("涉及案件", 5),
        Column::words("签发人", 5),
    ];
    let rows = ask
        .facts
        .lists
        .iter()
        .filter(|l| ask.period.holds(l.issued))
        .map(|l| {
            let list = Trace::new(TraceKind::List, l.id.as_str(), "");
            let told = |number| Cell::Count(Count::told(number, [list.clone()]));
            vec![
                Cell::text(l.id.as_str()),
                Cell::Figure(i64::try_from(l.serial).unwrap_or(i64::MAX)),
                Cell::Moment(l.issued),
                told(l.active),
                told(l.ended),
                Cell::count(
                    l.cases
                        .iter()
                        .map(|c| Trace::new(TraceKind::Case, c.as_str(), "")),
                ),
                Cell::text(l.by.as_str()),
            ]
        });
    Block::Table(Table::new("签发的处置清单", columns).rows(rows))
}

/// What operators answered, and who has not.
pub(super) fn operators_table(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("运营单位", 10),
        Column::number("清单序号", 5),
        Column::words("回执时间", 8),
        Column::words("逐条结果", 20),
    ];
    let within =
        |r: &&super::super::facts::ReceiptRow| r.received.is_none_or(|at| ask.period.holds(at));
    let rows = ask.facts.receipts.iter().filter(within).map(|r| {
        let results: Vec<String> = r.results.iter().map(|(l, n)| format!("{l}{n}条")).collect();
        vec![
            Cell::text(r.operator.as_str()),
            Cell::Figure(i64::try_from(r.serial).unwrap_or(i64::MAX)),
            Cell::moment(r.received),
            Cell::text(match r.received {
                Some(_) => results.join("、"),
                None => "未回执".to_owned(),
            }),
        ]
    });
    Block::Table(Table::new("运营单位回执", columns).rows(rows))
}

/// What rechecks saw.
pub(super) fn rechecks_table(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("复查时间", 8),
        Column::words("案件编号", 8),
        Column::words("对象", 14),
        Column::words("结果", 5),
        Column::words("前后证据", 14),
    ];
    let rows = ask
        .facts
        .rechecks
        .iter()
        .filter(|r| ask.period.holds(r.at))
        .map(|r| {
            let items = [&r.evidence.0, &r.evidence.1]
                .into_iter()
                .filter(|id| !id.is_empty());
            let items = items.map(|id| Trace::new(TraceKind::Item, id.as_str(), ""));
            vec![
                Cell::Moment(r.at),
                Cell::text(r.case.as_str()),
                Cell::text(r.target.as_str()),
                Cell::text(r.result.as_str()),
                Cell::Traces(items.collect()),
            ]
        });
    Block::Table(Table::new("复查结果", columns).rows(rows))
}
