//! The transfer of a case to the police or another department (移送): dossier, evidence manifest, list of digests.

use super::ask::{Ask, NotReady};
use super::parts::licensed_label;
use crate::desk::cases::Case;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};

/// The transfer of a case.
///
/// # Errors
/// Refuses a case without evidence of which the digest is known.
pub fn report(ask: &Ask<'_>, case: &Case) -> Result<DeskReport, NotReady> {
    if case.evidence.is_empty() {
        return Err(NotReady(format!(
            "{} has no sealed evidence",
            case.number()
        )));
    }
    let sections = vec![
        Section::new("案件情况", [facts(ask, case)]),
        Section::new("涉嫌违反的规定", [rules(ask, case)]),
        Section::new("办理经过", [history(case)]),
        Section::new("主体档案", [dossier(ask, case)]),
        Section::new("证据清单与校验值", [manifest(ask, case), documents(case)]),
        Section::new(
            "核验方法",
            [Block::List(
                [
                    "证据包为WACZ格式,用sha256sum和openssl dgst -sm3复算,与清单一致即未被改动。",
                    "用wangxun evidence verify 证据编号 离线核验封存时间、签名和保管记录。",
                    "证据包用wangxun evidence export或evidence court移交,移交记入日志。",
                ]
                .map(str::to_owned)
                .into(),
            )],
        ),
    ];
    let mut report = ask.report(ReportForm::Transfer, sections);
    report.wide = true;
    report.signatures = ["移送人", "审批人", "接收人", "接收日期"]
        .map(str::to_owned)
        .into();
    report.notes = vec!["人员姓名、账号等个人信息按规定遮盖,原始信息见所附证据包。".to_owned()];
    Ok(report)
}

fn facts(ask: &Ask<'_>, case: &Case) -> Block {
    let opened = &case.opened;
    let money = |yuan: u64| match yuan {
        0 => Cell::text("页面未见"),
        some => Cell::Fen(i64::try_from(some.saturating_mul(100)).unwrap_or(i64::MAX)),
    };
    let determination = case.determinations.last().map(|w| {
        let d = &w.determination;
        format!("{}({},{})：{}", d.number, d.authority, d.date, d.statement)
    });
    Block::Facts(vec![
        ("案件编号".to_owned(), Cell::text(case.number())),
        ("名称".to_owned(), Cell::text(opened.title.as_str())),
        ("领域".to_owned(), Cell::text(ask.facts.sector_of(case))),
        (
            "属地".to_owned(),
            Cell::text(ask.facts.township(&case.region)),
        ),
        (
            "持牌情况".to_owned(),
            Cell::text(licensed_label(&case.licensed)),
        ),
        ("状态".to_owned(), Cell::text(case.state.label())),
        ("自称规模（元）".to_owned(), money(opened.claimed_yuan)),
        (
            "自称人数".to_owned(),
            Cell::Figure(i64::try_from(opened.claimed_people).unwrap_or(i64::MAX)),
        ),
        (
            "认定".to_owned(),
            Cell::text(determination.unwrap_or_else(|| "未认定".to_owned())),
        ),
        ("移送理由".to_owned(), Cell::Blank),
        ("接收单位".to_owned(), Cell::Blank),
    ])
}

fn rules(ask: &Ask<'_>, case: &Case) -> Block {
    let columns = vec![
        Column::words("规则", 7),
        Column::words("内容", 18),
        Column::words("依据", 18),
    ];
    let rows = case.rules().into_iter().map(|id| {
        let rule = ask.facts.names.rules.get(&id);
        vec![
            Cell::text(id.as_str()),
            Cell::text(rule.map_or("", |r| r.title.as_str())),
            Cell::text(rule.map_or("", |r| r.basis.as_str())),
        ]
    });
    Block::Table(Table::new("规则与依据", columns).rows(rows))
}

fn history(case: &Case) -> Block {
    let columns = vec![
        Column::words("时间", 8),
        Column::words("变化", 9),
        Column::words("理由", 16),
        Column::words("文书", 9),
        Column::words("经办", 6),
    ];
    let mut rows = vec![vec![
        Cell::Moment(case.stamp.at),
        Cell::text("立案(发现)"),
        Cell::Empty,
        Cell::Empty,
        Cell::text(case.stamp.by.as_str()),
    ]];
    rows.extend(case.history.iter().map(|c| {
        vec![
            Cell::Moment(c.stamp.at),
            Cell::text(format!("{}→{}", c.from.label(), c.to.label())),
            Cell::text(c.why.as_str()),
            Cell::text(c.document.as_str()),
            Cell::text(c.stamp.by.as_str()),
        ]
    }));
    Block::Table(Table::new("办理经过", columns).rows(rows))
}

fn dossier(ask: &Ask<'_>, case: &Case) -> Block {
    let Some(subject) = ask.facts.subjects.get(&case.subject) else {
        return Block::Words("案件尚未关联主体档案。".to_owned());
    };
    let persons: Vec<String> = subject
        .persons
        .iter()
        .map(|(role, name)| format!("{role} {name}"))
        .collect();
    Block::Facts(vec![
        ("主体编号".to_owned(), Cell::text(subject.id.as_str())),
        ("名称".to_owned(), Cell::text(subject.name.as_str())),
        (
            "统一社会信用代码".to_owned(),
            Cell::text(subject.code.as_str()),
        ),
        ("地址".to_owned(), Cell::text(subject.address.as_str())),
        ("站点".to_owned(), Cell::text(subject.sites.join("、"))),
        ("人员（遮盖）".to_owned(), Cell::text(persons.join("、"))),
        ("首次发现".to_owned(), Cell::day(subject.first_seen)),
        (
            "投诉举报".to_owned(),
            Cell::Figure(i64::try_from(subject.complaints).unwrap_or(i64::MAX)),
        ),
    ])
}

fn manifest(ask: &Ask<'_>, case: &Case) -> Block {
    let columns = vec![
        Column::number("序号", 3),
        Column::words("证据编号", 10),
        Column::words("网址", 13),
        Column::words("采集时间", 7),
        Column::number("字节", 5),
        Column::words("SHA-256", 16),
        Column::words("SM3", 16),
    ];
    let rows = (1..).zip(&case.evidence).map(|(number, (e, _))| {
        let item = ask.facts.items.get(&e.id);
        vec![
            Cell::Figure(number),
            Cell::text(e.id.as_str()),
            Cell::text(e.url.as_str()),
            Cell::moment(item.and_then(|i| i.captured)),
            item.map_or(Cell::Empty, |i| {
                Cell::Figure(i64::try_from(i.bytes).unwrap_or(i64::MAX))
            }),
            Cell::text(e.sha256.as_str()),
            Cell::text(item.map_or("", |i| i.sm3.as_str())),
        ]
    });
    Block::Table(Table::new("电子数据证据清单", columns).rows(rows))
}

fn documents(case: &Case) -> Block {
    let columns = vec![
        Column::number("序号", 3),
        Column::words("文书", 8),
        Column::words("文件名", 12),
        Column::words("附入时间", 7),
        Column::number("字节", 5),
        Column::words("SHA-256", 16),
        Column::words("SM3", 16),
    ];
    let rows = (1..).zip(&case.documents).map(|(number, d)| {
        vec![
            Cell::Figure(number),
            Cell::text(document_label(&d.what)),
            Cell::text(d.document.name.as_str()),
            Cell::Moment(d.stamp.at),
            Cell::Figure(i64::try_from(d.document.bytes).unwrap_or(i64::MAX)),
            Cell::text(d.document.sha256.as_str()),
            Cell::text(d.document.sm3.as_str()),
        ]
    });
    Block::Table(Table::new("随案文书", columns).rows(rows))
}

/// What a document in a case is, in words.
pub fn document_label(what: &str) -> &str {
    match what {
        "determination" => "认定文书",
        "notice" => "通知文书",
        "bank-report" => "银行资料",
        "interview" => "约谈记录",
        "wording" => "口径文件",
        "other" => "其他",
        word => word,
    }
}
