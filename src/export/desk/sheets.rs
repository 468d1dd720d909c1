//! The report as a spreadsheet (XLSX): one sheet for each table, with numbers, dates and shares as such; charts; and a sheet
//! of what was counted, to which every count is linked. Words never become formulas.

mod drawn;
mod ledger_sheet;
mod values;

use super::ledger::Ledger;
use super::line;
use crate::model::desk_report::DeskReport;
use crate::model::desk_report::cell::{Cell, beijing};
use crate::model::desk_report::section::Block;
use crate::model::desk_report::table::Table;
use chrono::{Datelike, NaiveDateTime, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;
use values::{Formats, write_cell, write_words};

/// Most characters of a sheet's name (limit of the format).
const MOST_NAME: usize = 31;
/// Name of the sheet of what was counted.
const LEDGER: &str = "溯源";
/// Name of the sheet of charts.
const CHARTS: &str = "图表";
/// Row of the heads of a table's sheet: the title stands above.
const HEADS: u32 = 1;

/// Width of the second column of the first sheet, in digits.
const COVER: f64 = 90.0;
/// Height of a line, in points.
const LINE: f64 = 15.0;
/// Lines of a row at most: the format allows 409 points.
const MOST_LINES: u16 = 27;

/// The spreadsheet. The time of the file is the report's own, so that the same report gives the same bytes.
pub fn render(report: &DeskReport) -> Result<Vec<u8>, XlsxError> {
    let ledger = Ledger::of(report);
    let formats = Formats::new();
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(line(&report.title))
        .set_subject(line(&report.number))
        .set_author(line(&report.made_by))
        .set_company(line(&report.unit))
        .set_creation_datetime(&moment(beijing(report.made_at))?);
    workbook.set_properties(&properties);
    let rows = ledger_sheet::rows(&ledger);
    cover(workbook.add_worksheet(), report, &formats, &rows, &ledger)?;
    let mut names: BTreeSet<String> = [LEDGER, CHARTS, "说明"].map(str::to_owned).into();
    for (number, table) in (1usize..).zip(tables(report)) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(number, &table.title, &mut names))?;
        let link = Links {
            ledger: &ledger,
            rows: &rows,
        };
        write_table(sheet, number, table, &formats, &link, report.wide)?;
    }
    drawn::write(&mut workbook, report, &formats)?;
    ledger_sheet::write(&mut workbook, &ledger, &formats)?;
    workbook.save_to_buffer()
}

/// Where counts lead: the ledger, and the row of each of its entries.
struct Links<'a> {
    ledger: &'a Ledger,
    rows: &'a [u32],
}

impl Links<'_> {
    fn row(&self, cell: &Cell) -> Option<u32> {
        let count = cell.counts().first().copied()?;
        let number = self.ledger.number(count)?;
        self.rows.get(number - 1).copied()
    }
}

fn tables(report: &DeskReport) -> impl Iterator<Item = &Table> {
    let blocks = report.sections.iter().flat_map(|s| &s.blocks);
    blocks.filter_map(|b| match b {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

/// A name that the format allows and that no other sheet bears.
fn sheet_name(number: usize, title: &str, taken: &mut BTreeSet<String>) -> String {
    let good = |c: &char| {
        !matches!(
            c,
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' | '\u{fffd}'
        )
    };
    let title: String = line(title).chars().filter(good).collect();
    let full = format!("表{number} {}", title.trim());
    let name: String = full.chars().take(MOST_NAME).collect();
    let name = name.trim().to_owned();
    match taken.insert(name.clone()) {
        true => name,
        false => format!("表{number}"),
    }
}

/// A moment as spreadsheets count it.
fn moment(at: NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let small = |n: u32| u8::try_from(n).unwrap_or(0);
    let year = u16::try_from(at.year()).unwrap_or(1900);
    ExcelDateTime::from_ymd(year, small(at.month()), small(at.day()))?.and_hms(
        u16::try_from(at.hour()).unwrap_or(0),
        small(at.minute()),
        f64::from(at.second()),
    )
}

fn page(sheet: &mut Worksheet, wide: bool) {
    match wide {
        true => sheet.set_landscape(),
        false => sheet.set_portrait(),
    };
    sheet
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_footer("&C第 &P 页 共 &N 页");
}

/// The first sheet: head, text and single figures of the report.
fn cover(
    sheet: &mut Worksheet,
    report: &DeskReport,
    formats: &Formats,
    rows: &[u32],
    ledger: &Ledger,
) -> Result<(), XlsxError> {
    sheet.set_name("说明")?;
    page(sheet, false);
    sheet.set_column_width(0, 20)?;
    sheet.set_column_width(1, COVER)?;
    write_words(sheet, 0, 0, &report.title, &formats.title)?;
    let head = [
        ("编号", Cell::text(report.number.as_str())),
        ("单位", Cell::text(report.unit.as_str())),
        ("报送", Cell::text(report.to.as_str())),
        ("统计期间", Cell::text(report.period.label())),
        ("制表人", Cell::text(report.made_by.as_str())),
        ("制表时间", Cell::Moment(report.made_at)),
        ("工具", Cell::text(report.tool.as_str())),
    ];
    let mut row = 2;
    for (label, cell) in &head {
        write_words(sheet, row, 0, label, &formats.head)?;
        write_cell(sheet, row, 1, cell, formats, None)?;
        row += 1;
    }
    let links = Links { ledger, rows };
    let mut number = 0;
    for section in &report.sections {
        row += 1;
        write_words(sheet, row, 0, &section.title, &formats.strong)?;
        row += 1;
        for block in &section.blocks {
            row = cover_block(sheet, row, block, formats, &links)?;
            if let Block::Table(table) = block {
                number += 1;
                let words = format!("见“表{number} {}”", table.title);
                write_words(sheet, row, 0, &words, &formats.plain)?;
                row += 1;
            }
        }
    }
    for words in report
        .signatures
        .iter()
        .map(|s| format!("{s}："))
        .chain(report.notes.clone())
    {
        row += 1;
        write_words(sheet, row, 0, &words, &formats.plain)?;
    }
    Ok(())
}

fn cover_block(
    sheet: &mut Worksheet,
    row: u32,
    block: &Block,
    formats: &Formats,
    links: &Links<'_>,
) -> Result<u32, XlsxError> {
    let mut row = row;
    match block {
        Block::Words(words) | Block::Notice(words) | Block::Quote(words) => {
            height(sheet, row, std::iter::once((COVER, words.clone())))?;
            write_words(sheet, row, 1, words, &formats.body)?;
            row += 1;
        }
        Block::List(items) => {
            for item in items {
                height(sheet, row, std::iter::once((COVER, item.clone())))?;
                write_words(sheet, row, 1, item, &formats.body)?;
                row += 1;
            }
        }
        Block::Figures(facts) | Block::Facts(facts) => {
            for (label, cell) in facts {
                write_words(sheet, row, 0, label, &formats.head)?;
                write_cell(sheet, row, 1, cell, formats, links.row(cell))?;
                row += 1;
            }
        }
        Block::Table(_) | Block::Chart(_) => {}
    }
    Ok(row)
}

/// Width of a column in digits: a Chinese character is as wide as two.
fn width(characters: u8) -> f64 {
    f64::from(characters) * 2.0 + 2.0
}

/// Makes a row as high as its longest cell needs: not every program does so by itself.
fn height(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl Iterator<Item = (f64, String)>,
) -> Result<(), XlsxError> {
    let lines = cells.map(|(width, words)| lines(&words, width)).max();
    let lines = lines.unwrap_or(1).min(MOST_LINES);
    if lines > 1 {
        sheet.set_row_height(row, f64::from(lines) * LINE)?;
    }
    Ok(())
}

/// Lines that words take in a column of this width, estimated.
fn lines(words: &str, width: f64) -> u16 {
    let digits = |c: char| if c.is_ascii() { 1.0 } else { 2.0 };
    let of_line = |text: &str| {
        let wanted: f64 = text.chars().map(digits).sum();
        // The bound keeps the number inside of u16; a margin stands at both sides of a cell.
        (wanted / (width - 1.0).max(1.0))
            .ceil()
            .clamp(1.0, f64::from(MOST_LINES)) as u16
    };
    let all = words.lines().map(of_line);
    all.fold(0, u16::saturating_add).max(1)
}

fn write_table(
    sheet: &mut Worksheet,
    number: usize,
    table: &Table,
    formats: &Formats,
    links: &Links<'_>,
    wide: bool,
) -> Result<(), XlsxError> {
    page(sheet, wide || table.columns.len() > 8);
    sheet.set_freeze_panes(HEADS + 1, 0)?;
    sheet.set_repeat_rows(HEADS, HEADS)?;
    let title = format!("表{number} {}", table.title);
    write_words(sheet, 0, 0, &title, &formats.strong)?;
    for (column, of) in (0u16..).zip(&table.columns) {
        sheet.set_column_width(column, width(of.width))?;
        write_words(sheet, HEADS, column, &of.head, &formats.head)?;
    }
    let widths: Vec<f64> = table.columns.iter().map(|c| width(c.width)).collect();
    let mut row = HEADS;
    for cells in &table.rows {
        row += 1;
        height(
            sheet,
            row,
            widths.iter().copied().zip(cells.iter().map(Cell::words)),
        )?;
        for (column, cell) in (0u16..).zip(cells) {
            write_cell(sheet, row, column, cell, formats, links.row(cell))?;
        }
    }
    if let (Some(last), true) = (table.columns.len().checked_sub(1), row > HEADS) {
        sheet.autofilter(HEADS, 0, row, u16::try_from(last).unwrap_or(0))?;
    }
    if let Some(total) = &table.total {
        row += 1;
        for (column, cell) in (0u16..).zip(total) {
            write_cell(sheet, row, column, cell, &formats.bold(), links.row(cell))?;
        }
    }
    if !table.note.is_empty() {
        write_words(
            sheet,
            row + 1,
            0,
            &format!("注：{}", table.note),
            &formats.plain,
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests_sample::sample;
    use super::*;

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let bytes = render(&sample()).unwrap();
        assert_eq!(bytes, render(&sample()).unwrap());
        assert!(bytes.starts_with(b"PK"));
    }

    #[test]
    fn a_row_is_as_high_as_its_longest_cell() {
        assert_eq!(lines("", 10.0), 1);
        assert_eq!(lines("四个汉字", 10.0), 1);
        assert_eq!(lines("这里有十个汉字才对", 10.0), 2);
        assert_eq!(lines("甲\n乙", 10.0), 2);
        assert_eq!(lines(&"长".repeat(100_000), 3.0), MOST_LINES);
    }

    #[test]
    fn names_of_sheets_are_allowed_and_unique() {
        let mut taken = BTreeSet::new();
        let first = sheet_name(1, "a/b:c[1]*?'", &mut taken);
        assert_eq!(first, "表1 abc1");
        assert_eq!(sheet_name(1, "a/b:c[1]", &mut taken), "表1");
        let long = sheet_name(2, &"长".repeat(50), &mut taken);
        assert_eq!(long.chars().count(), MOST_NAME);
    }
}
