//! The report as canonical JSON (format `wangxun-report/1`): fields sorted, no fractions, UTF-8, one line end.

use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::Cell;
use crate::model::desk_report::chart::Chart;
use crate::model::desk_report::count::Count;
use crate::model::desk_report::section::Block;
use crate::model::desk_report::table::Table;
use chrono::SecondsFormat;
use serde_json::{Value, json};

/// Name and version of the format.
pub const REPORT_FORMAT: &str = "wangxun-report/1";

/// The report as bytes.
pub fn render(report: &DeskReport) -> Vec<u8> {
    let mut text = value(report).to_string();
    text.push('\n');
    text.into_bytes()
}

/// The report as a value.
pub fn value(report: &DeskReport) -> Value {
    let sections: Vec<Value> = report
        .sections
        .iter()
        .map(|s| {
            let blocks: Vec<Value> = s.blocks.iter().map(block).collect();
            json!({ "title": s.title, "blocks": blocks })
        })
        .collect();
    json!({
        "format": REPORT_FORMAT,
        "form": report.form.code(),
        "title": report.title,
        "number": report.number,
        "unit": report.unit,
        "to": report.to,
        "period": { "from": report.period.from().to_string(), "to": report.period.to().to_string() },
        "made": { "at": report.made_at.to_rfc3339_opts(SecondsFormat::Millis, true), "by": report.made_by, "tool": report.tool },
        "sections": sections,
        "signatures": report.signatures,
        "notes": report.notes,
    })
}

fn block(block: &Block) -> Value {
    let pairs = |facts: &[(String, Cell)]| -> Vec<Value> {
        let pair = |(name, value): &(String, Cell)| json!({ "name": name, "value": cell(value) });
        facts.iter().map(pair).collect()
    };
    match block {
        Block::Words(words) => json!({ "words": words }),
        Block::Notice(words) => json!({ "notice": words }),
        Block::Quote(words) => json!({ "quote": words }),
        Block::List(items) => json!({ "list": items }),
        Block::Figures(figures) => json!({ "figures": pairs(figures) }),
        Block::Facts(facts) => json!({ "facts": pairs(facts) }),
        Block::Table(of) => json!({ "table": table(of) }),
        Block::Chart(of) => json!({ "chart": chart(of) }),
    }
}

fn table(table: &Table) -> Value {
    let row = |cells: &Vec<Cell>| cells.iter().map(cell).collect::<Vec<Value>>();
    let heads: Vec<&str> = table.columns.iter().map(|c| c.head.as_str()).collect();
    json!({
        "title": table.title,
        "columns": heads,
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
        "total": table.total.as_ref().map(row),
        "note": table.note,
    })
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Empty | Cell::Blank => Value::Null,
        Cell::Text(words) => json!(words),
        Cell::Count(of) => count(of),
        Cell::Share { part, whole } => json!({ "part": count(part), "whole": count(whole) }),
        Cell::Date(day) => json!({ "date": day.to_string() }),
        Cell::Moment(at) => json!({ "at": at.to_rfc3339_opts(SecondsFormat::Millis, true) }),
        Cell::Fen(fen) => json!({ "fen": fen }),
        Cell::Figure(number) => json!({ "figure": number }),
        Cell::Traces(traces) => {
            let ids: Vec<Value> = traces
                .iter()
                .map(|t| json!({ "kind": t.kind.code(), "id": t.id }))
                .collect();
            json!({ "ids": ids })
        }
    }
}

fn count(count: &Count) -> Value {
    let ids: Vec<Value> = count
        .traces()
        .iter()
        .map(|t| json!({ "kind": t.kind.code(), "id": t.id }))
        .collect();
    match count {
        Count::Traced(_) => json!({ "count": count.number(), "of": ids }),
        Count::Told { .. } => json!({ "count": count.number(), "told_by": ids }),
    }
}

fn chart(chart: &Chart) -> Value {
    let series: Vec<Value> = chart
        .series
        .iter()
        .map(|s| json!({ "name": s.name, "values": s.values }))
        .collect();
    json!({
        "title": chart.title, "kind": chart.kind.code(), "labels": chart.labels, "series": series, "unit": chart.unit,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests_sample::sample;
    use super::*;

    #[test]
    fn counts_hold_their_identifiers() {
        let bytes = render(&sample());
        assert_eq!(bytes, render(&sample()));
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let count = &value["sections"][1]["blocks"][0]["table"]["rows"][0][1];
        assert_eq!(count["count"], 2);
        assert_eq!(count["of"][1]["id"], "A-2");
        assert_eq!(value["made"]["at"], "2026-11-26T09:30:00.000Z");
    }
}
