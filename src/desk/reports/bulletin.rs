//! The daily duty report (值班日报) and the weekly and monthly bulletins (周报、月报).

mod figures;
mod tables;

use super::ask::Ask;
use super::distribution::{case_matrix, outcome_matrix, stacked, stock_table};
use super::parts::{changes_table, deadlines_table, opened};
use super::{coverage, recurrence};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::chart::{Chart, ChartKind, Series};
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use chrono::Days;
use figures::{compared, figures, summary};
pub(super) use tables::{cases_table, runs_table};
use tables::{
    lists_table, operators_table, proposals_table, rechecks_table, roster_table, tips_table,
};

/// Days ahead whose deadlines are told.
const AHEAD: u64 = 3;
/// Days that a line chart shows at most.
const MOST_DAYS: usize = 62;

/// The note below every report that counts clues.
pub(super) const CLUES: &str = "“新发现”为网络巡查等来源的线索,未经认定不作为处置依据;“认定”以主管机关文书及两名执法人员签名为准。";

/// The daily duty report.
pub fn daily(ask: &Ask<'_>) -> DeskReport {
    let soon = ask.period.to().checked_add_days(Days::new(AHEAD));
    let sections = vec![
        Section::new(
            "总体情况",
            [
                Block::Words(summary(ask, "当日")),
                Block::Figures(figures(ask)),
            ],
        ),
        Section::new("值班情况", [roster_table(ask)]),
        Section::new("巡查情况", [runs_table(ask)]),
        Section::new(
            "案件办理",
            [
                cases_table("新立案件", opened(ask), ask.facts),
                changes_table(ask, "案件进展"),
                proposals_table(ask),
            ],
        ),
        Section::new("举报受理", [tips_table(ask)]),
        Section::new("舆情与预警", super::opinion::blocks(ask)),
        Section::new(
            "处置与复查",
            [lists_table(ask), operators_table(ask), rechecks_table(ask)],
        ),
        Section::new(
            "逾期与近期到期事项",
            [deadlines_table(
                ask,
                "逾期和三日内到期",
                soon.unwrap_or(ask.period.to()),
            )],
        ),
    ];
    let mut report = ask.report(ReportForm::Daily, sections);
    report.signatures = ["值班人员", "带班领导", "接班人员"]
        .map(str::to_owned)
        .into();
    report.notes = notes();
    report
}

/// The weekly bulletin.
pub fn weekly(ask: &Ask<'_>) -> DeskReport {
    bulletin(ask, ReportForm::Weekly, "本周")
}

/// The monthly bulletin.
pub fn monthly(ask: &Ask<'_>) -> DeskReport {
    bulletin(ask, ReportForm::Monthly, "本月")
}

fn bulletin(ask: &Ask<'_>, form: ReportForm, when: &str) -> DeskReport {
    let soon = ask.period.to().checked_add_days(Days::new(7));
    let sections = vec![
        Section::new(
            "总体情况",
            [
                Block::Words(summary(ask, when)),
                Block::Figures(figures(ask)),
                compared(ask),
                Block::Chart(by_day(ask)),
            ],
        ),
        Section::new("巡查覆盖", coverage::blocks(ask)),
        Section::new(
            "分领域分乡镇情况",
            [
                case_matrix(ask, "在办及本期结案案件"),
                stacked(ask, "各乡镇案件数"),
                stock_table(ask),
            ],
        ),
        Section::new(
            "案件办理",
            [
                cases_table("本期新立案件", opened(ask), ask.facts),
                match form {
                    ReportForm::Weekly => changes_table(ask, "本期案件进展"),
                    _ => outcome_matrix(ask, "各乡镇案件处置结果"),
                },
            ],
        ),
        Section::new("整治成效", recurrence::blocks(ask)),
        Section::new("举报受理", [tips_table(ask)]),
        Section::new("舆情与预警", super::opinion::blocks(ask)),
        Section::new(
            "处置与复查",
            [lists_table(ask), operators_table(ask), rechecks_table(ask)],
        ),
        Section::new(
            "逾期与近期到期事项",
            [deadlines_table(
                ask,
                "逾期和七日内到期",
                soon.unwrap_or(ask.period.to()),
            )],
        ),
    ];
    let mut report = ask.report(form, sections);
    report.notes = notes();
    report
}

fn notes() -> Vec<String> {
    vec![
        CLUES.to_owned(),
        "舆情与群体预警另列一类,不计入违规评分。".to_owned(),
        "案件数、户数均与台账逐一对应,点击数字可查编号。".to_owned(),
    ]
}

/// New and closed cases by day.
fn by_day(ask: &Ask<'_>) -> Chart {
    let days = ask.period.days(MOST_DAYS);
    let count = |of: &dyn Fn(chrono::NaiveDate) -> usize| -> Vec<u64> {
        days.iter().map(|day| of(*day) as u64).collect()
    };
    let day = crate::desk::figures::day_of;
    let new = count(&|d| opened(ask).filter(|c| day(c.stamp.at) == d).count());
    let by_state = |state| {
        count(&|d| {
            let changes = super::parts::moved(ask, move |to| to == state);
            changes.filter(|(_, c)| day(c.stamp.at) == d).count()
        })
    };
    let series = |name: &str, values| Series {
        name: name.to_owned(),
        values,
    };
    Chart {
        title: "每日新立、认定与结案".to_owned(),
        kind: ChartKind::Lines,
        labels: days.iter().map(|d| d.format("%m-%d").to_string()).collect(),
        series: vec![
            series("新立", new),
            series("认定", by_state(crate::model::case::CaseState::Determined)),
            series("结案", by_state(crate::model::case::CaseState::Closed)),
        ],
        unit: "件".to_owned(),
    }
}

/// Lists that were issued in the period.
pub(super) fn lists(ask: &Ask<'_>) -> Block {
    lists_table(ask)
}

/// What operators answered.
pub(super) fn operators(ask: &Ask<'_>) -> Block {
    operators_table(ask)
}

/// What rechecks saw.
pub(super) fn rechecks(ask: &Ask<'_>) -> Block {
    rechecks_table(ask)
}
