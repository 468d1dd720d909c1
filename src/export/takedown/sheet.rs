//! A list as a workbook: a cover, what is to be acted upon, what no longer holds. Days are days and numbers are numbers.

use super::FormError;
use super::table::{self, Cell, Table, is_active};
use crate::model::schedule::BEIJING;
use crate::model::takedown::header::{Counts, ListHeader, ListKind};
use crate::model::takedown::list::{TakedownList, count};
use crate::model::takedown::referral::ReferralList;
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Most characters of a cell (limit of the format).
const MOST_CHARACTERS: usize = 32_000;
const LINE: u32 = 0x00BF_C6CE;

/// The action list.
pub fn action(list: &TakedownList) -> Result<Vec<u8>, FormError> {
    let table = table::action(list);
    workbook(
        list.header(),
        ListKind::Action,
        &list.counts(),
        &table,
        ["处置名单", "撤回与失效"],
    )
}

/// The referral list.
pub fn referral(list: &ReferralList) -> Result<Vec<u8>, FormError> {
    let table = table::referral(list);
    let counts = count(list.entries().iter().map(|e| e.status.state));
    workbook(
        list.header(),
        ListKind::Referral,
        &counts,
        &table,
        ["线索移送", "撤回"],
    )
}

struct Formats {
    head: Format,
    text: Format,
    marked: Format,
    day: Format,
    moment: Format,
    number: Format,
}

fn formats() -> Formats {
    let text = Format::new()
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE)
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    Formats {
        head: Format::new()
            .set_bold()
            .set_border(FormatBorder::Thin)
            .set_border_color(LINE)
            .set_background_color(0x00DD_E7F2)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap(),
        marked: text.clone().set_quote_prefix(),
        day: text.clone().set_num_format("yyyy-mm-dd"),
        moment: text.clone().set_num_format("yyyy-mm-dd hh:mm"),
        number: text.clone().set_num_format("0"),
        text,
    }
}

fn workbook(
    header: &ListHeader,
    kind: ListKind,
    counts: &Counts,
    table: &Table,
    names: [&str; 2],
) -> Result<Vec<u8>, FormError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(format!("{} {}", header.list_id, header.serial))
        .set_author(&header.issuer.name)
        .set_creation_datetime(&excel(&local(header.issued))?);
    workbook.set_properties(&properties);
    cover(workbook.add_worksheet(), header, kind, counts)?;
    let formats = formats();
    for (name, active) in names.into_iter().zip([true, false]) {
        let rows = table.rows.iter().filter(|(a, _)| *a == active);
        let rows: Vec<&Vec<Cell>> = rows.map(|(_, row)| row).collect();
        sheet(workbook.add_worksheet(), name, table, &rows, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn local(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&BEIJING).naive_local()
}

fn excel(at: &NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let small = |n: u32| u8::try_from(n).unwrap_or(0);
    ExcelDateTime::from_ymd(
        u16::try_from(at.year()).unwrap_or(2000),
        small(at.month()),
        small(at.day()),
    )?
    .and_hms(
        u16::try_from(at.hour()).unwrap_or(0),
        small(at.minute()),
        f64::from(at.second()),
    )
}

fn cover(
    to: &mut Worksheet,
    header: &ListHeader,
    kind: ListKind,
    counts: &Counts,
) -> Result<(), XlsxError> {
    let text = Format::new()
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE)
        .set_align(FormatAlign::Left)
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    let label = text.clone().set_bold().set_background_color(0x00F0_F4F8);
    let title = Format::new().set_bold().set_font_size(16);
    let moment = text.clone().set_num_format("yyyy-mm-dd hh:mm");
    let number = text.clone().set_num_format("#,##0");
    to.set_name("说明")?;
    to.set_column_width(0, 18)?;
    to.set_column_width(1, 76)?;
    to.set_paper_size(9).set_print_fit_to_pages(1, 0);
    to.write_string_with_format(0, 0, kind.label(), &title)?;
    let mut row = 2;
    for (name, value) in [
        ("名单编号", header.list_id.as_str()),
        ("发布单位", header.issuer.name.as_str()),
        ("联系", header.issuer.contact.as_str()),
        ("签名密钥", header.key_id.as_str()),
    ] {
        to.write_string_with_format(row, 0, name, &label)?;
        to.write_string_with_format(row, 1, value, &text)?;
        row += 1;
    }
    for (name, at) in [
        ("发布时间（北京）", header.issued),
        ("停用时间（北京）", header.expires),
    ] {
        to.write_string_with_format(row, 0, name, &label)?;
        to.write_datetime_with_format(row, 1, excel(&local(at))?, &moment)?;
        row += 1;
    }
    let mut numbers = vec![
        ("序列号", u64::from(header.serial)),
        ("有效条目", counts.active),
        ("已撤回", counts.withdrawn),
        ("已到期", counts.expired),
        ("已替换", counts.superseded),
    ];
    if let Some(before) = &header.previous {
        numbers.insert(1, ("上一期序列号", u64::from(before.serial)));
    }
    for (name, value) in numbers {
        to.write_string_with_format(row, 0, name, &label)?;
        // Counts are far below 2^53.
        to.write_number_with_format(row, 1, value as f64, &number)?;
        row += 1;
    }
    let note = match kind {
        ListKind::Action => {
            "“有效”条目请依认定文书处置；“撤回与失效”页所列请恢复原状并回执。以同一序列号的签名 JSON 为准。"
        }
        ListKind::Referral => {
            "本名单为涉嫌线索，尚未认定，供主管部门核查，不得据以停止解析、阻断或公开。"
        }
    };
    to.write_string_with_format(row, 0, "使用说明", &label)?;
    to.write_string_with_format(row, 1, note, &text)?;
    Ok(())
}

fn sheet(
    to: &mut Worksheet,
    name: &str,
    table: &Table,
    rows: &[&Vec<Cell>],
    formats: &Formats,
) -> Result<(), XlsxError> {
    to.set_name(name)?;
    to.set_landscape()
        .set_paper_size(8)
        .set_print_fit_to_pages(1, 0);
    to.set_freeze_panes(1, 3)?;
    to.set_repeat_rows(0, 0)?;
    to.set_row_height(0, 22)?;
    for (column, (name, width)) in (0u16..).zip(&table.columns) {
        to.set_column_width(column, *width)?;
        to.write_string_with_format(0, column, *name, &formats.head)?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells.iter()) {
            write(to, row, column, cell, formats)?;
        }
    }
    let last_row = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let last_column = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(0);
    to.autofilter(0, 0, last_row, last_column)?;
    Ok(())
}

fn write(
    to: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => {
            let text: String = text.chars().take(MOST_CHARACTERS).collect();
            let format = match is_active(&text) {
                true => &formats.marked,
                false => &formats.text,
            };
            to.write_string_with_format(row, column, text, format)?;
        }
        Cell::Day(Some(day)) => {
            let at = excel(&day.and_time(chrono::NaiveTime::MIN))?;
            to.write_datetime_with_format(row, column, at, &formats.day)?;
        }
        Cell::Day(None) => {
            to.write_blank(row, column, &formats.text)?;
        }
        Cell::Moment(at) => {
            to.write_datetime_with_format(row, column, excel(at)?, &formats.moment)?;
        }
        Cell::Number(number) => {
            to.write_number_with_format(row, column, *number as f64, &formats.number)?;
        }
    }
    Ok(())
}
