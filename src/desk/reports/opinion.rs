//! The opinion digest (舆情日报): warnings of opinion and crowds, urgent ones first. A class of its own, no part of any score.

use super::ask::Ask;
use super::facts::AlertRow;
use crate::desk::opinion::is_settled;
use crate::model::alert::AlertLevel;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::matrix::{Placed, matrix};
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};
use crate::model::partial_mask::mask;

fn of_period<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = &'a AlertRow> {
    ask.facts
        .alerts
        .iter()
        .filter(|a| ask.period.holds(a.captured))
}

/// Totals and the list, for bulletins.
pub fn blocks(ask: &Ask<'_>) -> Vec<Block> {
    vec![totals(ask), list("舆情与群体预警", of_period(ask))]
}

/// Urgent warnings that nobody has settled, of whatever day.
pub fn waiting(ask: &Ask<'_>) -> Block {
    let waiting = ask.facts.alerts.iter();
    let waiting = waiting.filter(|a| a.level == AlertLevel::Urgent && !is_settled(&a.handled));
    list("尚未办结的紧急预警", waiting)
}

/// The digest.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let (urgent, normal): (Vec<&AlertRow>, Vec<&AlertRow>) =
        of_period(ask).partition(|a| a.level == AlertLevel::Urgent);
    let sections = vec![
        Section::new("总体情况", [totals(ask)]),
        Section::new("紧急预警", [list("紧急预警", urgent.into_iter())]),
        Section::new("一般舆情", [list("一般舆情", normal.into_iter())]),
        Section::new("往期未办结", [waiting(ask)]),
    ];
    let mut report = ask.report(ReportForm::Opinion, sections);
    report.wide = true;
    report.signatures = ["采编", "审核", "签发"].map(str::to_owned).into();
    report.notes = vec![
        "内部资料,限按职责接收的人员阅看。引文中的个人信息已遮盖。".to_owned(),
        "舆情另列一类,不计入违规评分。“紧急”为含聚集时间地点、多种兑付困难迹象并见或自伤暴力威胁。"
            .to_owned(),
    ];
    report
}

fn totals(ask: &Ask<'_>) -> Block {
    let things: Vec<Placed> = of_period(ask)
        .map(|a| Placed {
            row: a.class.clone(),
            column: level(a).to_owned(),
            thing: a.trace(),
        })
        .collect();
    let columns = ["紧急", "普通"].map(str::to_owned);
    Block::Table(matrix(
        "舆情分类",
        "类别",
        Vec::new(),
        columns.into(),
        &things,
    ))
}

fn level(alert: &AlertRow) -> &'static str {
    match alert.level {
        AlertLevel::Urgent => "紧急",
        AlertLevel::Normal => "普通",
    }
}

fn list<'a>(title: &str, alerts: impl Iterator<Item = &'a AlertRow>) -> Block {
    let columns = vec![
        Column::words("时间", 8),
        Column::words("级别", 4),
        Column::words("类别", 6),
        Column::words("引文", 16),
        Column::words("时间地点", 9),
        Column::words("平台与网址", 13),
        Column::words("处理", 10),
        Column::words("证据", 9),
    ];
    let row = |a: &AlertRow| {
        let handled: Vec<String> = a.handled.iter().map(|h| h.what.told()).collect();
        vec![
            Cell::Moment(a.captured),
            Cell::text(level(a)),
            Cell::text(a.class.as_str()),
            Cell::text(mask(&a.quote).into_owned()),
            Cell::text(mask(&a.when_where).into_owned()),
            Cell::text(format!("{} {}", a.platform, mask(&a.url))),
            Cell::text(if handled.is_empty() {
                "未处理".to_owned()
            } else {
                handled.join("；")
            }),
            Cell::Traces(vec![Trace::new(TraceKind::Item, a.item.as_str(), "")]),
        ]
    };
    let mut all: Vec<&AlertRow> = alerts.collect();
    all.sort_by_key(|a| {
        (
            a.level != AlertLevel::Urgent,
            a.captured,
            a.item.clone(),
            a.number,
        )
    });
    Block::Table(Table::new(title, columns).rows(all.into_iter().map(row)))
}
