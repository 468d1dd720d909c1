//! The sheet of what was counted: one row for each thing.

use super::values::{Formats, write_words};
use super::{LEDGER, page};
use crate::export::desk::ledger::Ledger;
use rust_xlsxwriter::{Workbook, XlsxError};

const HEADS: [(&str, f64); 6] = [
    ("序号", 8.0),
    ("所在位置", 46.0),
    ("数", 10.0),
    ("类别", 10.0),
    ("编号", 34.0),
    ("名称", 40.0),
];

/// The row at which each entry begins, counted from 0.
pub(super) fn rows(ledger: &Ledger) -> Vec<u32> {
    let mut next = 1u32;
    let mut rows = Vec::new();
    for (_, entry) in ledger.entries() {
        rows.push(next);
        next = next.saturating_add(u32::try_from(entry.count.traces().len()).unwrap_or(u32::MAX));
    }
    rows
}

/// Writes the sheet.
pub(super) fn write(
    workbook: &mut Workbook,
    ledger: &Ledger,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(LEDGER)?;
    page(sheet, true);
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    for (column, (head, width)) in (0u16..).zip(HEADS) {
        sheet.set_column_width(column, width)?;
        write_words(sheet, 0, column, head, &formats.head)?;
    }
    let mut row = 0;
    for (number, entry) in ledger.entries() {
        let place = entry.place();
        for trace in entry.count.traces() {
            row += 1;
            sheet.write_number_with_format(row, 0, number as f64, &formats.body)?;
            write_words(sheet, row, 1, &place, &formats.body)?;
            sheet.write_number_with_format(row, 2, entry.count.number() as f64, &formats.body)?;
            write_words(sheet, row, 3, trace.kind.label(), &formats.body)?;
            write_words(sheet, row, 4, &trace.id, &formats.body)?;
            write_words(sheet, row, 5, &trace.name, &formats.body)?;
        }
    }
    if row > 0 {
        sheet.autofilter(0, 0, row, 5)?;
    }
    Ok(())
}
