//! The decision sheet of one reward (举报奖励审批表). The reporter stands in it by receipt number only; whoever pays looks the
//! name up with `tips reporter`, which the journal enters.

use super::ask::{Ask, NotReady};
use crate::desk::figures::day_of;
use crate::desk::tips::Tip;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::trace::{Trace, TraceKind};
use crate::model::tip::TipOutcome;

/// The sheet of one tip; what is not decided yet is left blank for pens.
///
/// # Errors
/// Refuses tips that were not verified.
pub fn report(ask: &Ask<'_>, tip: &Tip) -> Result<DeskReport, NotReady> {
    if tip.outcome != Some(TipOutcome::Verified) {
        return Err(NotReady(format!(
            "{} is not verified ({}): `wangxun tips outcome {} verified` first",
            tip.receipt,
            tip.outcome_label(),
            tip.receipt
        )));
    }
    let sections = vec![
        Section::new("举报情况", [Block::Facts(told(ask, tip))]),
        Section::new("奖励意见", [Block::Facts(decided(tip))]),
    ];
    let mut report = ask.report(ReportForm::RewardSheet, sections);
    report.signatures = ["经办人", "审核人", "审批人"].map(str::to_owned).into();
    report.notes = vec![
        "举报人身份单独保存,由专人凭受理编号核发;查阅逐次留痕。本表不含举报人信息。".to_owned(),
        "同一事项由两人以上分别举报的,按受理时间确认首报。".to_owned(),
    ];
    Ok(report)
}

type Facts = Vec<(String, Cell)>;

fn fact(label: &str, cell: Cell) -> (String, Cell) {
    (label.to_owned(), cell)
}

fn told(ask: &Ask<'_>, tip: &Tip) -> Facts {
    let receipt = Trace::new(TraceKind::Tip, tip.receipt.as_str(), "");
    let outcome = ask
        .facts
        .cases
        .get(&tip.case)
        .map(super::parts::outcome_label);
    vec![
        fact("受理编号", Cell::Traces(vec![receipt])),
        fact("受理时间", Cell::Moment(tip.received)),
        fact("被举报对象", Cell::text(tip.about())),
        fact("举报内容", Cell::text(tip.note.as_str())),
        fact("是否首报", Cell::text(if tip.first { "是" } else { "否" })),
        fact("核查结果", Cell::text(tip.outcome_label())),
        fact("核查说明", Cell::text(tip.comment.as_str())),
        fact("案件", Cell::text(tip.case.as_str())),
        fact("案件结果", Cell::text(outcome.unwrap_or(""))),
    ]
}

fn decided(tip: &Tip) -> Facts {
    let reward = tip.reward.as_ref();
    let text = |of: Option<&str>| of.map_or(Cell::Blank, Cell::text);
    let paid = reward.and_then(|r| r.paid.as_ref());
    vec![
        fact("计算依据", text(reward.map(|r| r.basis.as_str()))),
        fact(
            "奖励金额（元）",
            reward.map_or(Cell::Blank, |r| {
                Cell::Fen(i64::try_from(r.fen).unwrap_or(i64::MAX))
            }),
        ),
        fact("决定文号", text(reward.map(|r| r.decision.as_str()))),
        fact("经办人", text(reward.map(|r| r.entered_by.as_str()))),
        fact("审批人", text(reward.map(|r| r.approved_by.as_str()))),
        fact(
            "决定日期",
            reward.map_or(Cell::Blank, |r| Cell::Date(day_of(r.decided))),
        ),
        fact("发放凭证", text(paid.map(|(voucher, _)| voucher.as_str()))),
        fact(
            "发放日期",
            paid.map_or(Cell::Blank, |(_, at)| Cell::Date(day_of(*at))),
        ),
    ]
}
