//! The five phase reports of the plan (摸底排查、明确责任、清理整顿、督查评估、验收总结) and their roll-up.

use super::ask::Ask;
use super::bulletin::{CLUES, cases_table};
use super::distribution::{
    case_matrix, concerned, outcome_matrix, stacked, state_matrix, stock_table, subject_matrix,
};
use super::parts::{case_trace, deadlines_table, moved, overdue, source_label};
use super::{coverage, recurrence, sector, survey};
use crate::model::case::CaseState;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::count::Count;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::matrix::{Placed, matrix};
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};

/// One of the five phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// 摸底排查.
    Survey,
    /// 明确责任.
    Duty,
    /// 清理整顿.
    CleanUp,
    /// 督查评估.
    Supervision,
    /// 验收总结.
    Acceptance,
}

impl Phase {
    /// All five, in order.
    pub const ALL: [Self; 5] = [
        Self::Survey,
        Self::Duty,
        Self::CleanUp,
        Self::Supervision,
        Self::Acceptance,
    ];

    /// The word of commands.
    pub fn code(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Duty => "duty",
            Self::CleanUp => "clean-up",
            Self::Supervision => "supervision",
            Self::Acceptance => "acceptance",
        }
    }

    /// Its name in the plan.
    pub fn label(self) -> &'static str {
        match self {
            Self::Survey => "摸底排查",
            Self::Duty => "明确责任",
            Self::CleanUp => "清理整顿",
            Self::Supervision => "督查评估",
            Self::Acceptance => "验收总结",
        }
    }

    /// The phase of a word, a name, or its number from 1.
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = (1..).zip(Self::ALL);
        all.find(|(number, p)| p.code() == word || p.label() == word || number.to_string() == word)
            .map(|(_, p)| p)
    }
}

/// The report of a phase.
pub fn report(ask: &Ask<'_>, phase: Phase) -> DeskReport {
    let sections = match phase {
        Phase::Survey => surveyed(ask),
        Phase::Duty => duties(ask),
        Phase::CleanUp => cleaned(ask),
        Phase::Supervision => supervised(ask),
        Phase::Acceptance => accepted(ask),
    };
    let mut report = ask.report(ReportForm::Phase, sections);
    report.title = format!("专项整治{}阶段报告", phase.label());
    report.wide = true;
    report.notes = vec![
        "各表合计与主体台账、案件台账逐一对应;案件数统计范围为期末在办和本期结案案件。".to_owned(),
        CLUES.to_owned(),
    ];
    report
}

fn surveyed(ask: &Ask<'_>) -> Vec<Section> {
    vec![
        Section::new("巡查覆盖", coverage::blocks(ask)),
        Section::new(
            "底数",
            [subject_matrix(ask, "各乡镇从业机构户数"), sources(ask)],
        ),
        Section::new("逐户核实", [survey::totals(ask)]),
        Section::new(
            "分领域分布",
            [
                case_matrix(ask, "各乡镇分领域案件"),
                stacked(ask, "各乡镇案件数"),
            ],
        ),
        Section::new("存量与增量", [stock_table(ask)]),
        written("存在问题与下步打算"),
    ]
}

fn duties(ask: &Ask<'_>) -> Vec<Section> {
    vec![
        Section::new("牵头单位", [leads(ask), departments(ask)]),
        Section::new("属地移交与协办", [super::assist::log(ask)]),
        Section::new("定性意见报送与确认", [sector::totals(ask)]),
        Section::new("办理状态", [state_matrix(ask, "各乡镇案件办理状态")]),
        written("存在问题与下步打算"),
    ]
}

fn cleaned(ask: &Ask<'_>) -> Vec<Section> {
    vec![
        Section::new("处置结果", [outcome_matrix(ask, "各乡镇案件处置结果")]),
        Section::new(
            "分领域",
            [
                case_matrix(ask, "各乡镇分领域案件"),
                stacked(ask, "各乡镇案件数"),
            ],
        ),
        Section::new(
            "整改与逾期",
            [deadlines_table(ask, "期末逾期事项", ask.period.to())],
        ),
        Section::new("专项清理", [campaigns(ask)]),
        Section::new(
            "处置清单与回执",
            [super::bulletin::lists(ask), super::bulletin::operators(ask)],
        ),
        Section::new("复查", [super::bulletin::rechecks(ask)]),
        written("存在问题与下步打算"),
    ]
}

fn supervised(ask: &Ask<'_>) -> Vec<Section> {
    vec![
        Section::new(
            "分领域分乡镇情况",
            [
                case_matrix(ask, "各乡镇分领域案件"),
                stacked(ask, "各乡镇案件数"),
            ],
        ),
        Section::new("违规率", [recurrence::rates(ask)]),
        Section::new("反弹情况", [recurrence::board(ask), recurrence::again(ask)]),
        Section::new("抽查复核", [recurrence::samples(ask)]),
        Section::new(
            "逾期情况",
            [
                late(ask),
                deadlines_table(ask, "期末逾期事项", ask.period.to()),
            ],
        ),
        written("督查意见"),
    ]
}

fn accepted(ask: &Ask<'_>) -> Vec<Section> {
    let closed = moved(ask, |s| s == CaseState::Closed).map(|(case, _)| case);
    vec![
        Section::new(
            "总体情况",
            [subject_matrix(ask, "各乡镇从业机构户数"), stock_table(ask)],
        ),
        Section::new(
            "分领域",
            [
                case_matrix(ask, "各乡镇分领域案件"),
                stacked(ask, "各乡镇案件数"),
            ],
        ),
        Section::new("处置结果", [outcome_matrix(ask, "各乡镇案件处置结果")]),
        Section::new("结案", [cases_table("本期结案案件", closed, ask.facts)]),
        Section::new("整治成效", [recurrence::rates(ask), recurrence::board(ask)]),
        Section::new(
            "遗留事项",
            [deadlines_table(ask, "期末逾期事项", ask.period.to())],
        ),
        written("建立健全长效机制的建议"),
    ]
}

/// A section that people write.
fn written(title: &str) -> Section {
    Section::new(
        title,
        [Block::Facts(vec![(
            "(由填报单位填写)".to_owned(),
            Cell::Blank,
        )])],
    )
}

fn sources(ask: &Ask<'_>) -> Block {
    let place = |s: &super::facts::SubjectRow| Placed {
        row: source_label(&s.source).to_owned(),
        column: "户数".to_owned(),
        thing: Trace::new(TraceKind::Subject, s.id.as_str(), s.name.as_str()),
    };
    let things: Vec<Placed> = ask.facts.subjects.values().map(place).collect();
    Block::Table(matrix(
        "发现来源",
        "来源",
        Vec::new(),
        vec!["户数".to_owned()],
        &things,
    ))
}

/// Cases by the unit that leads and by state.
fn leads(ask: &Ask<'_>) -> Block {
    let things: Vec<Placed> = concerned(ask)
        .map(|case| Placed {
            row: case
                .route
                .as_ref()
                .map_or_else(|| "未明确".to_owned(), |r| ask.facts.unit(&r.lead)),
            column: case.state.label().to_owned(),
            thing: case_trace(case),
        })
        .collect();
    Block::Table(matrix(
        "各牵头单位案件",
        "牵头单位",
        Vec::new(),
        Vec::new(),
        &things,
    ))
}

/// Cases by the department that is competent in the first place.
fn departments(ask: &Ask<'_>) -> Block {
    let things: Vec<Placed> = concerned(ask)
        .map(|case| {
            let first = case.route.as_ref().and_then(|r| r.departments.first());
            Placed {
                row: first.map_or_else(|| "未明确".to_owned(), |d| ask.facts.unit(d)),
                column: ask.facts.sector_of(case),
                thing: case_trace(case),
            }
        })
        .collect();
    Block::Table(matrix(
        "各主管部门案件",
        "主管部门",
        Vec::new(),
        ask.facts.shown_sectors(&concerned(ask).collect::<Vec<_>>()),
        &things,
    ))
}

/// Overdue cases by township.
fn late(ask: &Ask<'_>) -> Block {
    let things: Vec<Placed> = overdue(ask)
        .map(|case| Placed {
            row: ask.facts.township(&case.region),
            column: "逾期案件".to_owned(),
            thing: case_trace(case),
        })
        .collect();
    Block::Table(matrix(
        "各乡镇逾期案件",
        "乡镇",
        Vec::new(),
        vec!["逾期案件".to_owned()],
        &things,
    ))
}

/// What units found and had removed in campaigns.
pub(super) fn campaigns(ask: &Ask<'_>) -> Block {
    let columns = vec![
        Column::words("专项", 12),
        Column::words("单位", 8),
        Column::number("发现", 5),
        Column::number("清理", 5),
        Column::number("剩余", 5),
        Column::words("结果", 12),
    ];
    let running = ask
        .facts
        .campaigns
        .iter()
        .filter(|c| c.days.0 <= ask.period.to() && c.days.1 >= ask.period.from());
    let mut rows = Vec::new();
    for campaign in running {
        let trace = Trace::new(
            TraceKind::Campaign,
            campaign.id.as_str(),
            campaign.name.as_str(),
        );
        let told = |n| Cell::Count(Count::told(n, [trace.clone()]));
        for (unit, count) in &campaign.counts {
            rows.push(vec![
                Cell::text(campaign.name.as_str()),
                Cell::text(ask.facts.unit(unit)),
                told(count.found),
                told(count.removed),
                told(count.left()),
                Cell::text(campaign.result.as_deref().unwrap_or("进行中")),
            ]);
        }
    }
    Block::Table(Table::new("专项排查清理", columns).rows(rows))
}

#[cfg(test)]
mod tests {
    use super::Phase;

    #[test]
    fn phases_are_found_by_word_name_and_number() {
        for (number, phase) in (1..).zip(Phase::ALL) {
            for word in [phase.code(), phase.label(), &format!("{number}")] {
                assert_eq!(Phase::parse(word), Some(phase));
            }
        }
        assert_eq!(Phase::parse("6"), None);
    }
}
