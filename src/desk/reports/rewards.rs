//! The ledger of rewards for tips (举报奖励台账), for the finance bureau. Reporters stand in it by receipt number only.

use super::ask::Ask;
use crate::desk::tips::{Reward, Tip};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};

/// The ledger of rewards decided or paid in the period.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let within = |r: &Reward| {
        let paid = r.paid.as_ref().is_some_and(|(_, at)| ask.period.holds(*at));
        ask.period.holds(r.decided) || paid
    };
    let rewarded: Vec<(&Tip, &Reward)> = ask
        .facts
        .tips
        .iter()
        .filter_map(|t| Some((t, t.reward.as_ref()?)))
        .filter(|(_, r)| within(r))
        .collect();
    let sections = vec![
        Section::new("汇总", [Block::Figures(totals(&rewarded))]),
        Section::new("明细", [table(ask, &rewarded)]),
    ];
    let mut report = ask.report(ReportForm::Rewards, sections);
    report.wide = true;
    report.signatures = ["经办人", "审批人", "财务复核"].map(str::to_owned).into();
    report.notes = vec!["举报人身份单独保存,凭受理编号由专人核发;本表不含举报人信息。".to_owned()];
    report
}

fn traces<'a>(tips: impl Iterator<Item = &'a Tip>) -> Cell {
    Cell::count(tips.map(|t| Trace::new(TraceKind::Tip, t.receipt.as_str(), t.about())))
}

fn fen<'a>(rewards: impl Iterator<Item = &'a Reward>) -> i64 {
    let sum = rewards.fold(0u64, |sum, r| sum.saturating_add(r.fen));
    i64::try_from(sum).unwrap_or(i64::MAX)
}

fn totals(rewarded: &[(&Tip, &Reward)]) -> Vec<(String, Cell)> {
    let paid = || rewarded.iter().filter(|(_, r)| r.paid.is_some());
    vec![
        (
            "奖励件数".to_owned(),
            traces(rewarded.iter().map(|(t, _)| *t)),
        ),
        (
            "奖励金额（元）".to_owned(),
            Cell::Fen(fen(rewarded.iter().map(|(_, r)| *r))),
        ),
        ("已发放件数".to_owned(), traces(paid().map(|(t, _)| *t))),
        (
            "已发放金额（元）".to_owned(),
            Cell::Fen(fen(paid().map(|(_, r)| *r))),
        ),
    ]
}

fn table(ask: &Ask<'_>, rewarded: &[(&Tip, &Reward)]) -> Block {
    let columns = vec![
        Column::words("受理编号", 11),
        Column::words("受理时间", 8),
        Column::words("首报", 3),
        Column::words("案件", 7),
        Column::words("查处结果", 6),
        Column::words("决定文号", 9),
        Column::words("决定日期", 7),
        Column::words("审批人", 5),
        Column::words("计算依据", 12),
        Column::number("金额（元）", 7),
        Column::words("发放凭证", 7),
        Column::words("发放日期", 7),
    ];
    let row = |(tip, reward): &(&Tip, &Reward)| {
        let outcome = ask
            .facts
            .cases
            .get(&tip.case)
            .map(super::parts::outcome_label);
        let day = crate::desk::figures::day_of;
        vec![
            Cell::Traces(vec![Trace::new(TraceKind::Tip, tip.receipt.as_str(), "")]),
            Cell::Moment(tip.received),
            Cell::text(if tip.first { "是" } else { "" }),
            Cell::text(tip.case.as_str()),
            Cell::text(outcome.unwrap_or(tip.outcome_label())),
            Cell::text(reward.decision.as_str()),
            Cell::Date(day(reward.decided)),
            Cell::text(reward.approved_by.as_str()),
            Cell::text(reward.basis.as_str()),
            Cell::Fen(i64::try_from(reward.fen).unwrap_or(i64::MAX)),
            Cell::text(
                reward
                    .paid
                    .as_ref()
                    .map_or("", |(voucher, _)| voucher.as_str()),
            ),
            Cell::day(reward.paid.as_ref().map(|(_, at)| day(*at))),
        ]
    };
    let mut total = vec![Cell::text("合计")];
    total.resize(columns.len(), Cell::Empty);
    if let Some(cell) = total.get_mut(9) {
        *cell = Cell::Fen(fen(rewarded.iter().map(|(_, r)| *r)));
    }
    let table = Table::new("举报奖励明细", columns).rows(rewarded.iter().map(row));
    Block::Table(table.total(total))
}
