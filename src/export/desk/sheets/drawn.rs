//! Charts of a spreadsheet: its own ones, made from values on the same sheet.

use super::values::{Formats, write_words};
use super::{CHARTS, page};
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::chart::{Chart, ChartKind};
use crate::model::desk_report::section::Block;
use rust_xlsxwriter::{Chart as Drawn, ChartType, Workbook, Worksheet, XlsxError};

/// Rows that a chart covers at least.
const TALL: u32 = 18;

/// Writes the sheet of charts, where there are any.
pub(super) fn write(
    workbook: &mut Workbook,
    report: &DeskReport,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let blocks = report.sections.iter().flat_map(|s| &s.blocks);
    let charts: Vec<&Chart> = blocks
        .filter_map(|b| match b {
            Block::Chart(chart) if !chart.is_empty() => Some(chart),
            _ => None,
        })
        .collect();
    if charts.is_empty() {
        return Ok(());
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name(CHARTS)?;
    page(sheet, true);
    sheet.set_column_width(0, 24)?;
    let mut row = 0;
    for chart in charts {
        row = write_chart(sheet, row, chart, formats)?;
    }
    Ok(())
}

/// The values of a chart with the chart beside them; gives the row below both.
fn write_chart(
    sheet: &mut Worksheet,
    row: u32,
    chart: &Chart,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    write_words(sheet, row, 0, &chart.title, &formats.strong)?;
    write_words(sheet, row + 1, 0, &chart.unit, &formats.head)?;
    let first = row + 2;
    for (at, label) in (first..).zip(&chart.labels) {
        write_words(sheet, at, 0, label, &formats.body)?;
    }
    let last = first + u32::try_from(chart.labels.len()).unwrap_or(1).max(1) - 1;
    let mut drawn = Drawn::new(match chart.kind {
        ChartKind::Bars => ChartType::Bar,
        ChartKind::Stacked => ChartType::BarStacked,
        ChartKind::Lines => ChartType::Line,
    });
    drawn.title().set_name((CHARTS, row, 0));
    if chart.kind != ChartKind::Lines {
        // The first label on top, as in the table.
        drawn.x_axis().set_reverse();
    }
    for (column, series) in (1u16..).zip(&chart.series) {
        write_words(sheet, row + 1, column, &series.name, &formats.head)?;
        for (at, value) in (first..).zip(&series.values) {
            sheet.write_number_with_format(at, column, *value as f64, &formats.body)?;
        }
        drawn
            .add_series()
            .set_name((CHARTS, row + 1, column))
            .set_categories((CHARTS, first, 0, last, 0))
            .set_values((CHARTS, first, column, last, column));
    }
    let beside = u16::try_from(chart.series.len()).unwrap_or(1) + 2;
    let rows = (last - row + 1).max(TALL);
    drawn.set_width(640).set_height(rows * 20);
    sheet.insert_chart(row, beside, &drawn)?;
    Ok(row + rows + 2)
}
