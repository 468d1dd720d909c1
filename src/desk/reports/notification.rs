//! Companies whose registered name or business scope holds watch words (重点字样), for the finance office and the departments.

use super::ask::Ask;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::form::ReportForm;
use crate::model::desk_report::matrix::{Placed, matrix};
use crate::model::desk_report::section::{Block, Section};
use crate::model::desk_report::table::{Column, Table};
use crate::model::desk_report::trace::{Trace, TraceKind};

/// The notification of names imported in the period.
pub fn report(ask: &Ask<'_>) -> DeskReport {
    let hits: Vec<_> = ask
        .facts
        .registrations
        .iter()
        .filter(|r| r.day.is_none_or(|d| ask.period.has(d)))
        .collect();
    let things: Vec<Placed> = hits
        .iter()
        .map(|r| Placed {
            row: ask.facts.township(&r.region),
            column: "企业数".to_owned(),
            thing: Trace::new(TraceKind::Registration, r.id.as_str(), r.name.as_str()),
        })
        .collect();
    let columns = vec![
        Column::number("序号", 3),
        Column::words("企业名称", 16),
        Column::words("统一社会信用代码", 11),
        Column::words("属地", 7),
        Column::words("重点字样", 10),
        Column::words("出现在", 7),
        Column::words("来源", 10),
    ];
    let rows = (1..).zip(&hits).map(|(number, r)| {
        let words: Vec<&str> = r.words.iter().map(|(w, _)| w.as_str()).collect();
        let mut places: Vec<&str> = r.words.iter().map(|(_, p)| p.as_str()).collect();
        places.dedup();
        vec![
            Cell::Figure(number),
            Cell::text(r.name.as_str()),
            Cell::text(r.code.as_str()),
            Cell::text(ask.facts.township(&r.region)),
            Cell::text(words.join("、")),
            Cell::text(places.join("、")),
            Cell::text(r.id.as_str()),
        ]
    });
    let sections = vec![
        Section::new(
            "说明",
            [Block::Words(
                "下列企业(含存量企业)在名称或经营范围中使用重点字样,现将登记信息告知,请予持续关注,列入重点监管对象。\
                 使用重点字样本身不表示违法。"
                    .to_owned(),
            )],
        ),
        Section::new(
            "汇总",
            [Block::Table(matrix(
                "各乡镇企业数",
                "乡镇",
                Vec::new(),
                vec!["企业数".to_owned()],
                &things,
            ))],
        ),
        Section::new("名单", [Block::Table(Table::new("重点字样企业名单", columns).rows(rows))]),
    ];
    ask.report(ReportForm::Notification, sections)
}
