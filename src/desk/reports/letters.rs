//! Papers of one case: 责令限期整改, 吊销建议, 信访答复口径. What a person has to decide or sign is left blank.

use super::ask::{Ask, NotReady};
use super::parts::item_traces;
use crate::desk::cases::{Case, Written};
use crate::model::case::CaseState;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::period::chinese;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::rule::BasisGrade;

/// The determination on which a paper rests: signed by officer and reviewer, its document in the case.
fn determined<'c>(case: &'c Case, paper: &str) -> Result<&'c Written, NotReady> {
    let refused = |why: &str| NotReady(format!("{paper} of {}: {why}", case.number()));
    let number = case
        .came_to(CaseState::Determined)
        .map(|c| c.document.as_str());
    let number = number.ok_or_else(|| {
        refused(
            "the case was never determined; `wangxun cases determine` and `cases sign` lead there",
        )
    })?;
    let written = case
        .determinations
        .iter()
        .rev()
        .find(|w| w.determination.number == number);
    let written = written.ok_or_else(|| refused("its determination is not in the case"))?;
    let sha256 = &written.determination.document_sha256;
    if !case.documents.iter().any(|d| d.document.sha256 == *sha256) {
        return Err(refused(
            "the document of the determination is not attached; `wangxun cases attach` attaches it",
        ));
    }
    Ok(written)
}

/// Bases of the determination's rules. One that was not read in full and that no officer has confirmed keeps a notice from
/// being written.
fn bases(ask: &Ask<'_>, written: &Written, paper: &str) -> Result<Block, NotReady> {
    let mut rows = Vec::new();
    for id in &written.determination.rules {
        let Some(rule) = ask.facts.names.rules.get(id) else {
            return Err(NotReady(format!(
                "{paper}: {id} is no rule of the catalogue"
            )));
        };
        let confirmed = ask.facts.cases.bases.get(id);
        let read = rule.grade == BasisGrade::Verified
            || confirmed.is_some_and(|all| all.iter().any(|c| c.basis == rule.basis));
        if !read {
            return Err(NotReady(format!(
                "{paper}: the legal basis of {id} was not read in full (grade {}); an officer reads it and confirms: \
                 `wangxun cases confirm-basis {id}`",
                rule.grade.code()
            )));
        }
        rows.push(vec![
            Cell::text(rule.title.as_str()),
            Cell::text(rule.basis.as_str()),
        ]);
    }
    let columns = vec![Column::words("违法情形", 20), Column::words("依据", 20)];
    Ok(Block::Table(
        Table::new("认定的违法情形和依据", columns).rows(rows),
    ))
}

fn name(ask: &Ask<'_>, case: &Case) -> String {
    let subject = ask.facts.subjects.get(&case.subject);
    subject.map_or_else(|| case.opened.title.clone(), |s| s.name.clone())
}

/// The order to put right by a day (责令限期整改通知书).
///
/// # Errors
/// Refuses cases that are not in 限期整改, that have no determination, or whose legal basis nobody has read.
pub fn rectification(ask: &Ask<'_>, case: &Case) -> Result<DeskReport, NotReady> {
    let paper = "the notice of rectification";
    let written = determined(case, paper)?;
    let ordered = case
        .came_to(CaseState::Rectify)
        .filter(|_| case.state == CaseState::Rectify);
    let (Some(change), Some(due)) = (ordered, ordered.and_then(|c| c.due)) else {
        return Err(NotReady(format!(
            "{paper} of {}: the case is in state {}, not in 限期整改 with a day",
            case.number(),
            case.state.label()
        )));
    };
    let d = &written.determination;
    let body = format!(
        "经查,你单位存在下列行为:{}。上述行为已由{}以{}认定。现责令你单位于{}前完成整改,停止有关行为,删除或更正有关宣传内容,\
         并将整改情况书面报告我单位。",
        d.statement.trim_end_matches('。'),
        d.authority,
        d.number,
        chinese(due)
    );
    let facts = vec![
        ("案件编号".to_owned(), Cell::text(case.number())),
        ("认定文号".to_owned(), Cell::text(d.number.as_str())),
        ("整改文号".to_owned(), Cell::text(change.document.as_str())),
        ("整改期限".to_owned(), Cell::Date(due)),
        ("具体要求".to_owned(), Cell::text(change.why.as_str())),
        ("证据".to_owned(), Cell::count(item_traces(case))),
    ];
    let rights = [
        "你单位对本通知有陈述、申辩的权利。",
        "不服本通知的,可依法申请行政复议或者提起行政诉讼;期限和受理机关由发文单位填写:",
    ];
    let sections = vec![
        Section::new("", [Block::Words(body), Block::Facts(facts)]),
        Section::new("违法情形和依据", [bases(ask, written, paper)?]),
        Section::new(
            "权利告知",
            [
                Block::List(rights.map(str::to_owned).into()),
                Block::Facts(vec![("救济期限和机关".to_owned(), Cell::Blank)]),
            ],
        ),
        Section::new(
            "逾期后果",
            [Block::Words(
                "到期由我单位复查。拒不整改或者违规情节较重的,依法依规予以关闭或者取缔;涉嫌犯罪的,移送司法机关。".to_owned(),
            )],
        ),
    ];
    let mut report = ask.report(ReportForm::Rectification, sections);
    report.to = name(ask, case);
    if report.number.is_empty() {
        report.number = change.document.clone();
    }
    report.signatures = ["执法人员", "执法人员", "送达人", "收件人签名", "收件日期"]
        .map(str::to_owned)
        .into();
    Ok(report)
}

/// The proposal to revoke a business licence (吊销建议), which rests on an attached determination.
///
/// # Errors
/// Refuses cases without a determination whose document is attached.
pub fn revocation(ask: &Ask<'_>, case: &Case) -> Result<DeskReport, NotReady> {
    let paper = "the proposal of revocation";
    let written = determined(case, paper)?;
    let d = &written.determination;
    let code = ask
        .facts
        .subjects
        .get(&case.subject)
        .map_or("", |s| s.code.as_str());
    let body = format!(
        "{}已由{}以{}认定:{}。现附认定文书,建议依法吊销其营业执照。",
        name(ask, case),
        d.authority,
        d.number,
        d.statement.trim_end_matches('。')
    );
    let facts = vec![
        ("企业名称".to_owned(), Cell::text(name(ask, case))),
        ("统一社会信用代码".to_owned(), Cell::text(code)),
        (
            "登记属地".to_owned(),
            Cell::text(ask.facts.township(&case.region)),
        ),
        ("案件编号".to_owned(), Cell::text(case.number())),
        ("认定文号".to_owned(), Cell::text(d.number.as_str())),
        ("认定日期".to_owned(), Cell::Date(d.date)),
        (
            "认定人、复核人".to_owned(),
            Cell::text(format!("{}、{}", d.officer, d.reviewer)),
        ),
        (
            "认定文书SHA-256".to_owned(),
            Cell::text(d.document_sha256.as_str()),
        ),
        ("证据".to_owned(), Cell::count(item_traces(case))),
    ];
    let sections = vec![
        Section::new("", [Block::Words(body), Block::Facts(facts)]),
        Section::new("违法情形和依据", [bases(ask, written, paper)?]),
        Section::new(
            "吊销的法律依据",
            [Block::Facts(vec![(
                "(由建议单位填写)".to_owned(),
                Cell::Blank,
            )])],
        ),
    ];
    let mut report = ask.report(ReportForm::Revocation, sections);
    if report.to.is_empty() {
        report.to = ask.facts.unit("market");
    }
    report.signatures = ["承办人", "审核人", "负责人"].map(str::to_owned).into();
    Ok(report)
}

/// Questions and answers for petitioners (信访答复口径), with the approved wording word for word.
///
/// # Errors
/// Says that nothing was approved or written down yet.
pub fn answers(ask: &Ask<'_>, case: &Case) -> Result<DeskReport, NotReady> {
    if case.questions.is_empty() && case.wording.is_none() {
        return Err(NotReady(format!(
            "{} has neither an approved wording nor questions; `wangxun cases wording` and `cases qa` enter them",
            case.number()
        )));
    }
    let mut sections = Vec::new();
    match &case.wording {
        Some(wording) => sections.push(Section::new(
            "统一口径",
            [
                Block::Quote(wording.text.clone()),
                Block::Facts(vec![
                    (
                        "批准人".to_owned(),
                        Cell::text(wording.approved_by.as_str()),
                    ),
                    ("登记人".to_owned(), Cell::text(wording.stamp.by.as_str())),
                    ("登记时间".to_owned(), Cell::Moment(wording.stamp.at)),
                    ("文号".to_owned(), Cell::text(wording.document.as_str())),
                ]),
            ],
        )),
        None => sections.push(Section::new(
            "统一口径",
            [Block::Notice(
                "尚无批准的统一口径,以下问答未经批准不得对外使用。".to_owned(),
            )],
        )),
    }
    let columns = vec![
        Column::number("序号", 3),
        Column::words("群众可能的问题", 16),
        Column::words("答复", 26),
    ];
    let rows = (1..)
        .zip(&case.questions)
        .map(|(number, (question, answer))| {
            vec![
                Cell::Figure(number),
                Cell::text(question.as_str()),
                Cell::text(answer.as_str()),
            ]
        });
    sections.push(Section::new(
        "问答",
        [Block::Table(Table::new("问答", columns).rows(rows))],
    ));
    let mut report = ask.report(ReportForm::Answers, sections);
    report.title = format!("{}({})", ReportForm::Answers.title(), case.number());
    report.signatures = ["起草人", "审核人", "批准人"].map(str::to_owned).into();
    report.notes = vec!["统一口径逐字使用,不得改动。".to_owned()];
    Ok(report)
}
