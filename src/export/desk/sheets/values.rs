//! Cells of a spreadsheet: numbers as numbers, dates as dates, words that cannot act.

use super::{LEDGER, moment};
use crate::export::desk::line;
use crate::model::desk_report::cell::{Cell, beijing};
use chrono::NaiveDateTime;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Url, Worksheet, XlsxError};

/// Most characters of a cell (limit of the format).
const MOST_CHARACTERS: usize = 32_000;

/// How cells look.
#[derive(Clone)]
pub(super) struct Formats {
    pub(super) title: Format,
    pub(super) strong: Format,
    pub(super) head: Format,
    pub(super) plain: Format,
    pub(super) body: Format,
    number: Format,
    share: Format,
    money: Format,
    date: Format,
    moment: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let font = Format::new().set_font_name("宋体").set_font_size(11);
        let boxed = font
            .clone()
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter);
        let right = boxed.clone().set_align(FormatAlign::Right);
        let middle = boxed.clone().set_align(FormatAlign::Center);
        Self {
            title: font.clone().set_bold().set_font_size(18),
            strong: font.clone().set_bold().set_font_size(13),
            head: boxed
                .clone()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_background_color(0x00EE_F1F5)
                .set_text_wrap(),
            plain: font,
            body: boxed.clone().set_text_wrap(),
            number: right.clone().set_num_format("#,##0"),
            share: right.clone().set_num_format("0.0%"),
            money: right.set_num_format("#,##0.00"),
            date: middle.clone().set_num_format("yyyy-mm-dd"),
            moment: middle.set_num_format("yyyy-mm-dd hh:mm"),
        }
    }

    /// The same for a row of totals.
    pub(super) fn bold(&self) -> Self {
        let mut bold = self.clone();
        for format in [
            &mut bold.body,
            &mut bold.number,
            &mut bold.share,
            &mut bold.money,
            &mut bold.date,
            &mut bold.moment,
        ] {
            *format = format.clone().set_bold().set_background_color(0x00F6_F8FA);
        }
        bold
    }
}

/// Words. Those that would become a formula when they are edited or pasted bear the mark that forbids it.
pub(super) fn write_words(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    words: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let text: String = line(words).chars().take(MOST_CHARACTERS).collect();
    match is_active(&text) {
        true => {
            sheet.write_string_with_format(row, column, text, &format.clone().set_quote_prefix())?
        }
        false => sheet.write_string_with_format(row, column, text, format)?,
    };
    Ok(())
}

/// Whether a spreadsheet could take a text for a formula when it is edited, pasted or saved as CSV.
fn is_active(text: &str) -> bool {
    text.trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// One cell; a count leads to the row of the sheet of what was counted.
pub(super) fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
    link: Option<u32>,
) -> Result<(), XlsxError> {
    // The link is written first: the number then takes the place of its text.
    if let Some(target) = link {
        let url = Url::new(format!("internal:'{LEDGER}'!A{}", target + 1));
        sheet.write_url_with_format(row, column, url, &formats.number)?;
    }
    match cell {
        Cell::Empty | Cell::Blank => {
            sheet.write_blank(row, column, &formats.body)?;
        }
        Cell::Count(count) => number(sheet, row, column, count.number() as f64, &formats.number)?,
        Cell::Figure(figure) => number(sheet, row, column, *figure as f64, &formats.number)?,
        Cell::Share { part, whole } if whole.number() > 0 => {
            let share = part.number() as f64 / whole.number() as f64;
            number(sheet, row, column, share, &formats.share)?;
        }
        Cell::Fen(fen) => number(sheet, row, column, *fen as f64 / 100.0, &formats.money)?,
        Cell::Date(day) => {
            let at = moment(NaiveDateTime::from(*day))?;
            sheet.write_datetime_with_format(row, column, &at, &formats.date)?;
        }
        Cell::Moment(at) => {
            let at = moment(beijing(*at))?;
            sheet.write_datetime_with_format(row, column, &at, &formats.moment)?;
        }
        Cell::Text(_) | Cell::Traces(_) | Cell::Share { .. } => {
            write_words(sheet, row, column, &cell.words(), &formats.body)?;
        }
    }
    Ok(())
}

fn number(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: f64,
    format: &Format,
) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, column, value, format)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_could_act_are_told() {
        for text in ["=1+1", "+1", "-1", "@a", "  =cmd", "＝1"] {
            assert!(is_active(text), "{text}");
        }
        assert!(!is_active("年化=18%"));
    }
}
