//! A report of the desk as HTML (to be printed as PDF), as a spreadsheet (XLSX) and as canonical JSON.
//!
//! All words are escaped, nothing is loaded, and every count leads to the identifiers of what was counted.

pub mod charts;
pub mod html;
pub mod json;
mod ledger;
mod shapes;
pub mod sheets;

use super::court::plain;

/// Words of outside origin for one line: control and invisible characters made visible.
fn line(words: &str) -> String {
    plain(words)
}

#[cfg(test)]
mod tests_sample {
    use crate::model::desk_report::DeskReport;
    use crate::model::desk_report::cell::Cell;
    use crate::model::desk_report::chart::{Chart, ChartKind, Series};
    use crate::model::desk_report::form::ReportForm;
    use crate::model::desk_report::matrix::{Placed, matrix};
    use crate::model::desk_report::period::Period;
    use crate::model::desk_report::section::{Block, Section};
    use crate::model::desk_report::table::{Column, Table};
    use crate::model::desk_report::trace::{Trace, TraceKind};

    /// Words that mean harm.
    pub(super) const HOSTILE: &str =
        "=HYPERLINK(\"http://x.test\")</td><script>alert(1)</script>\u{202e}";

    /// A report with every kind of block and cell.
    pub(super) fn sample() -> DeskReport {
        let case = |id: &str| Trace::new(TraceKind::Case, id, HOSTILE);
        let place = |row: &str, id: &str| Placed {
            row: row.to_owned(),
            column: "P2P网络借贷".to_owned(),
            thing: case(id),
        };
        let placed = [
            place("甲镇", "A-1"),
            place("甲镇", "A-2"),
            place("乙乡", "A-3"),
        ];
        let cells = Table::new(
            HOSTILE,
            vec![
                Column::words("名称", 12),
                Column::number("数", 5),
                Column::number("占比", 5),
                Column::words("日期", 8),
                Column::words("时间", 9),
                Column::number("金额（元）", 8),
                Column::words("编号", 10),
            ],
        )
        .rows([vec![
            Cell::text(HOSTILE),
            Cell::count([case("A-1"), case("A-2")]),
            Cell::Share {
                part: crate::model::desk_report::count::Count::of([case("A-1")]),
                whole: crate::model::desk_report::count::Count::of([
                    case("A-1"),
                    case("A-2"),
                    case("A-3"),
                    case("A-4"),
                ]),
            },
            Cell::Date("2026-11-26".parse().unwrap()),
            Cell::Moment("2026-11-26T00:30:00Z".parse().unwrap()),
            Cell::Fen(123_450),
            Cell::Traces(vec![case("A-1")]),
        ]])
        .note("附注");
        let chart = |kind| {
            Block::Chart(Chart {
                title: "按乡镇".to_owned(),
                kind,
                labels: vec!["甲镇".to_owned(), HOSTILE.to_owned()],
                series: vec![
                    Series {
                        name: "存量".to_owned(),
                        values: vec![3, 1],
                    },
                    Series {
                        name: "增量".to_owned(),
                        values: vec![0, 2],
                    },
                ],
                unit: "户".to_owned(),
            })
        };
        DeskReport {
            form: ReportForm::Daily,
            title: "网络巡查值班日报".to_owned(),
            number: "网巡日报〔2026〕330号".to_owned(),
            unit: "虚构县金融办".to_owned(),
            to: "领导小组办公室".to_owned(),
            period: Period::day("2026-11-26".parse().unwrap()),
            made_at: "2026-11-26T09:30:00Z".parse().unwrap(),
            made_by: "甲某".to_owned(),
            tool: "wangxun 0.1.0".to_owned(),
            sections: vec![
                Section::new(
                    "总体情况",
                    [
                        Block::Figures(vec![("新立案件".to_owned(), Cell::count([case("A-1")]))]),
                        Block::Words(HOSTILE.to_owned()),
                        Block::Notice("线索不是认定".to_owned()),
                        Block::Quote("统一口径".to_owned()),
                        Block::List(vec!["一项".to_owned()]),
                        Block::Facts(vec![("承办人".to_owned(), Cell::Blank)]),
                    ],
                ),
                Section::new(
                    "分布",
                    [
                        Block::Table(cells),
                        Block::Table(matrix("分布", "乡镇", Vec::new(), Vec::new(), &placed)),
                        chart(ChartKind::Bars),
                        chart(ChartKind::Stacked),
                        chart(ChartKind::Lines),
                    ],
                ),
            ],
            signatures: vec!["制表人".to_owned(), "审核人".to_owned()],
            notes: vec!["说明".to_owned()],
            wide: false,
        }
    }
}
