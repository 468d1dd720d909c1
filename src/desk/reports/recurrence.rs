//! What became of the work: the violation rate with its denominator, reviews, and what came up again after it was closed
//! (整治一批、又出一批).

use super::ask::Ask;
use super::parts::{case_trace, moved};
use crate::desk::cases::{Case, Sample};
use crate::desk::figures::{day_of, recurrence, sites_of};
use crate::model::case::CaseState;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::chart::{Chart, ChartKind, Series};
use crate::model::desk_report::count::Count;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};
use std::collections::BTreeSet;

/// The scoreboard of townships, what came up again, and the rates.
pub fn blocks(ask: &Ask<'_>) -> Vec<Block> {
    vec![rates(ask), board(ask), again(ask), samples(ask)]
}

/// The report.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let sections = vec![
        Section::new("违规率", [rates(ask)]),
        Section::new("各乡镇反弹情况", [board(ask), chart(ask), again(ask)]),
        Section::new("抽查复核", [samples(ask)]),
    ];
    let mut report = ask.report(ReportForm::Recurrence, sections);
    report.notes = vec![
        "反弹指结案后同一主体、站点、名称或雷同网页再次立案。".to_owned(),
        "违规率的分母为本期巡查实际到达的站点,未到达的不计入,也不视为合规。".to_owned(),
    ];
    report
}

fn site_traces(sites: &BTreeSet<String>) -> Count {
    Count::of(
        sites
            .iter()
            .map(|s| Trace::new(TraceKind::Site, s.as_str(), "")),
    )
}

/// The violation rate of sites and the share of cases that were upheld, each with its denominator.
pub fn rates(ask: &Ask<'_>) -> Block {
    let reached = &ask.facts.reached;
    let among = |cases: Vec<&Case>| -> BTreeSet<String> {
        let sites = cases.into_iter().flat_map(sites_of);
        sites.filter(|s| reached.contains(s)).collect()
    };
    let determined: Vec<&Case> = moved(ask, |s| s == CaseState::Determined)
        .map(|(c, _)| c)
        .collect();
    let unfounded: Vec<&Case> = moved(ask, |s| s == CaseState::Unfounded)
        .map(|(c, _)| c)
        .collect();
    let traces = |cases: &[&Case]| -> Vec<Trace> { cases.iter().map(|c| case_trace(c)).collect() };
    let upheld = Count::of(traces(&determined));
    let decided = Count::of([traces(&determined), traces(&unfounded)].concat());
    let columns = vec![
        Column::words("指标", 14),
        Column::number("分子", 6),
        Column::number("分母", 6),
        Column::number("比率", 6),
    ];
    let line = |label: &str, part: Count, whole: Count| {
        vec![
            Cell::text(label),
            Cell::Count(part.clone()),
            Cell::Count(whole.clone()),
            Cell::Share { part, whole },
        ]
    };
    let suspected = among(super::parts::opened(ask).collect());
    let rows = [
        line(
            "立案站点/到达站点",
            site_traces(&suspected),
            site_traces(reached),
        ),
        line(
            "认定违规站点/到达站点",
            site_traces(&among(determined.clone())),
            site_traces(reached),
        ),
        line("认定案件/办结初核案件", upheld, decided),
    ];
    Block::Table(
        Table::new("违规率", columns)
            .rows(rows)
            .note("到达站点为本期有页面采集的可注册域名。"),
    )
}

/// A line of the scoreboard.
type Line = (String, Count, Count);

/// The scoreboard's lines: township, closed cases, those of which something came up again.
fn lines(ask: &Ask<'_>) -> Vec<Line> {
    let (again, _) = recurrence(&ask.facts.cases, &ask.facts.alike);
    let before: BTreeSet<&str> = again.iter().map(|a| a.before.as_str()).collect();
    let closed: Vec<&Case> = ask
        .facts
        .all_cases()
        .filter(|c| c.state == CaseState::Closed && c.came_to(CaseState::Determined).is_some())
        .collect();
    let towns = ask
        .facts
        .townships()
        .into_iter()
        .chain([super::parts::ELSEWHERE.to_owned()]);
    towns
        .map(|town| {
            let of = |only: bool| {
                let cases = closed
                    .iter()
                    .filter(|c| ask.facts.township(&c.region) == town);
                let cases = cases.filter(|c| !only || before.contains(c.number()));
                Count::of(cases.map(|c| case_trace(c)))
            };
            (town.clone(), of(false), of(true))
        })
        .collect()
}

/// Closed cases of each township, and how many came up again.
pub fn board(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("乡镇", 10),
        Column::number("认定后结案", 6),
        Column::number("结案后反弹", 6),
        Column::number("反弹率", 6),
    ];
    let line = |(town, closed, again): Line| {
        vec![
            Cell::text(town),
            Cell::Count(closed.clone()),
            Cell::Count(again.clone()),
            Cell::Share {
                part: again,
                whole: closed,
            },
        ]
    };
    let all = lines(ask);
    let sum = |of: &dyn Fn(&Line) -> Vec<Trace>| Count::of(all.iter().flat_map(of));
    let total = (
        "合计".to_owned(),
        sum(&|(_, closed, _)| closed.traces().to_vec()),
        sum(&|(_, _, again)| again.traces().to_vec()),
    );
    let total = line(total);
    Block::Table(
        Table::new("各乡镇反弹情况", columns)
            .rows(all.into_iter().map(line))
            .total(total),
    )
}

fn chart(ask: &Ask<'_>) -> Block {
    let all: Vec<_> = lines(ask)
        .into_iter()
        .filter(|(_, closed, _)| closed.number() > 0)
        .collect();
    let series = |name: &str, of: &dyn Fn(&Line) -> u64| Series {
        name: name.to_owned(),
        values: all.iter().map(of).collect(),
    };
    Block::Chart(Chart {
        title: "结案与反弹".to_owned(),
        kind: ChartKind::Bars,
        labels: all.iter().map(|(town, ..)| town.clone()).collect(),
        series: vec![
            series("认定后结案", &|(_, closed, _)| closed.number()),
            series("结案后反弹", &|(_, _, again)| again.number()),
        ],
        unit: "件".to_owned(),
    })
}

/// What came up again.
pub fn again(ask: &Ask<'_>) -> Block {
    let (again, _) = recurrence(&ask.facts.cases, &ask.facts.alike);
    let columns = vec![
        Column::words("新案件", 8),
        Column::words("原案件", 8),
        Column::words("名称", 12),
        Column::words("属地", 7),
        Column::number("间隔（天）", 5),
        Column::words("相同之处", 14),
    ];
    let rows = again.iter().filter_map(|a| {
        let case = ask.facts.cases.get(&a.case)?;
        ask.period.holds(case.stamp.at).then(|| {
            vec![
                Cell::text(a.case.as_str()),
                Cell::text(a.before.as_str()),
                Cell::text(case.opened.title.as_str()),
                Cell::text(ask.facts.township(&a.region)),
                Cell::Figure(a.days),
                Cell::text(a.why.as_str()),
            ]
        })
    });
    Block::Table(Table::new("本期反弹案件", columns).rows(rows))
}

/// Reviews that were drawn in the period.
pub fn samples(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("抽查编号", 8),
        Column::words("抽取日期", 6),
        Column::words("抽取种子", 8),
        Column::number("总体", 5),
        Column::number("抽取", 5),
        Column::number("已复核", 5),
        Column::number("意见不一致", 5),
        Column::number("不一致率", 5),
    ];
    let row = |s: &Sample| {
        let case = |id: &str| Trace::new(TraceKind::Case, id, "");
        let reviewed = Count::of(s.reviews.iter().map(|(_, c, _, _)| case(c)));
        let disagreed = s.reviews.iter().filter(|(_, _, agrees, _)| !agrees);
        let disagreed = Count::of(disagreed.map(|(_, c, _, _)| case(c)));
        vec![
            Cell::text(s.sample.as_str()),
            Cell::Date(day_of(s.stamp.at)),
            Cell::text(s.seed.as_str()),
            Cell::Count(Count::told(
                s.population,
                [Trace::new(TraceKind::Review, s.sample.as_str(), "")],
            )),
            Cell::count(s.drawn.iter().map(|d| case(&d.case))),
            Cell::Count(reviewed.clone()),
            Cell::Count(disagreed.clone()),
            Cell::Share {
                part: disagreed,
                whole: reviewed,
            },
        ]
    };
    let drawn = ask
        .facts
        .cases
        .samples
        .iter()
        .filter(|s| ask.period.holds(s.stamp.at));
    Block::Table(
        Table::new("抽查复核", columns)
            .rows(drawn.map(row))
            .note("同一种子对同一总体抽出相同案件,可重复验证。"),
    )
}
