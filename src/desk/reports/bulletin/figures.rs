//! Headline figures of a period, and the same of the period before it.

use super::super::ask::Ask;
use super::super::parts::{case_trace, is_open, moved, opened, overdue};
use crate::desk::cases::Case;
use crate::model::alert::AlertLevel;
use crate::model::case::CaseState;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::count::Count;
use crate::model::desk_report::period::Period;
use crate::model::desk_report::section::Block;
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};
use chrono::Days;

/// The names of what happened in a period, in their order.
const EVENTS: [&str; 8] = [
    "新立案件",
    "认定",
    "限期整改",
    "关闭取缔",
    "移送司法",
    "结案",
    "受理举报",
    "紧急舆情",
];

fn of<'a>(cases: impl Iterator<Item = &'a Case>) -> Count {
    Count::of(cases.map(case_trace))
}

fn moved_to(ask: &Ask<'_>, state: CaseState) -> Count {
    of(moved(ask, move |to| to == state).map(|(case, _)| case))
}

/// What happened in the period of `ask`, in the order of [`EVENTS`].
fn events(ask: &Ask<'_>) -> Vec<Count> {
    let tips = ask
        .facts
        .tips
        .iter()
        .filter(|t| ask.period.holds(t.received));
    let tips = tips.map(|t| Trace::new(TraceKind::Tip, t.receipt.as_str(), t.about()));
    vec![
        of(opened(ask)),
        moved_to(ask, CaseState::Determined),
        moved_to(ask, CaseState::Rectify),
        moved_to(ask, CaseState::CloseDown),
        moved_to(ask, CaseState::Judicial),
        moved_to(ask, CaseState::Closed),
        Count::of(tips),
        urgent(ask),
    ]
}

/// Urgent warnings of the period.
fn urgent(ask: &Ask<'_>) -> Count {
    let alerts = ask.facts.alerts.iter();
    let urgent = alerts.filter(|a| a.level == AlertLevel::Urgent && ask.period.holds(a.captured));
    Count::of(urgent.map(|a| a.trace()))
}

/// Runs that went on in the period, and the pages that they brought.
fn patrolled(ask: &Ask<'_>) -> (Count, Count) {
    let runs: Vec<Trace> = ask.runs().map(|r| r.trace()).collect();
    let pages = ask.runs().map(|r| r.pages).sum();
    (Count::of(runs.clone()), Count::told(pages, runs))
}

/// Everything at the head of a bulletin.
pub(super) fn figures(ask: &Ask<'_>) -> Vec<(String, Cell)> {
    let (runs, pages) = patrolled(ask);
    let names = EVENTS.iter().map(|n| (*n).to_owned());
    let mut all = vec![
        ("巡查轮次".to_owned(), Cell::Count(runs)),
        ("巡查页面".to_owned(), Cell::Count(pages)),
    ];
    all.extend(names.zip(events(ask).into_iter().map(Cell::Count)));
    all.push((
        "在办案件".to_owned(),
        Cell::Count(of(ask.facts.all_cases().filter(|c| is_open(c)))),
    ));
    all.push(("逾期案件".to_owned(), Cell::Count(of(overdue(ask)))));
    all
}

/// The figures in a sentence.
pub(super) fn summary(ask: &Ask<'_>, when: &str) -> String {
    let (runs, pages) = patrolled(ask);
    let numbers: Vec<u64> = events(ask).iter().map(Count::number).collect();
    let [
        new,
        determined,
        rectify,
        close,
        judicial,
        closed,
        tips,
        urgent,
    ] = numbers.as_slice()
    else {
        return String::new();
    };
    let open = ask.facts.all_cases().filter(|c| is_open(c)).count();
    format!(
        "{when}巡查{}轮,采集页面{}个;新立案件{new}件,认定{determined}件,责令限期整改{rectify}件,关闭取缔{close}件,\
         移送司法{judicial}件,结案{closed}件;受理举报{tips}件,发现紧急舆情{urgent}条。\
         期末在办案件{open}件,其中逾期{}件。",
        runs.number(),
        pages.number(),
        overdue(ask).count(),
    )
}

/// The period beside the one of the same length before it.
pub(super) fn compared(ask: &Ask<'_>) -> Block {
    let before = Ask {
        period: previous(ask.period),
        ..*ask
    };
    let columns = vec![
        Column::words("项目", 10),
        Column::number("本期", 6),
        Column::number("上期", 6),
        Column::words("增减", 8),
    ];
    let rows = EVENTS.iter().zip(events(ask)).zip(events(&before));
    let row = |((name, now), then): ((&&str, Count), Count)| {
        let change = i128::from(now.number()) - i128::from(then.number());
        let said = match change {
            0 => "持平".to_owned(),
            1.. => format!("增{change}"),
            _ => format!("减{}", -change),
        };
        vec![
            Cell::text(*name),
            Cell::Count(now),
            Cell::Count(then),
            Cell::text(said),
        ]
    };
    let title = format!("与上期({})比较", before.period.label());
    Block::Table(Table::new(title, columns).rows(rows.map(row)))
}

/// The period of the same length before this one; the month before a whole month.
pub(super) fn previous(period: Period) -> Period {
    let last = period
        .from()
        .checked_sub_days(Days::new(1))
        .unwrap_or(period.from());
    if period == Period::month(period.from()) {
        return Period::month(last);
    }
    let length = (period.to() - period.from()).num_days().unsigned_abs();
    let first = last.checked_sub_days(Days::new(length)).unwrap_or(last);
    Period::new(first, last).unwrap_or(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_before() {
        let day = |text: &str| text.parse().unwrap();
        let before = |p| previous(p).label();
        assert_eq!(before(Period::day(day("2026-03-01"))), "2026年2月28日");
        assert_eq!(
            before(Period::week(day("2026-11-26"))),
            "2026年11月16日至2026年11月22日"
        );
        assert_eq!(
            before(Period::month(day("2026-03-15"))),
            "2026年2月1日至2026年2月28日"
        );
    }
}
