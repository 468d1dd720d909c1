//! Receipts as operators send them: CSV (UTF-8 or GBK), JSON, or a workbook (XLSX). Trouble names file, line and field.

use super::cells::{self, NamedColumn, Table};
use super::csv_sheet::decode;
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, Severity, quoted};
use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::io::Cursor;
use std::path::Path;

/// Rows of one file at most.
const MOST_ROWS: usize = 200_000;
/// Largest workbook.
const MOST_BYTES: usize = 64 << 20;

/// What an operator says of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Line in the file.
    pub line: usize,
    /// The list.
    pub list_id: String,
    /// Its serial.
    pub serial: u32,
    /// SHA-256 of the list, as stated; may be empty.
    pub list_sha256: String,
    /// The entry.
    pub entry: String,
    /// `blocked`, `partial`, `not-ours`, `refused` or `lifted`.
    pub result: String,
    /// Why.
    pub reason: String,
    /// When it was done.
    pub done: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    List,
    Serial,
    Digest,
    Entry,
    Result,
    Reason,
    Done,
}

const COLUMNS: [Column; 7] = [
    Column::List,
    Column::Serial,
    Column::Digest,
    Column::Entry,
    Column::Result,
    Column::Reason,
    Column::Done,
];

impl NamedColumn for Column {
    fn field(self) -> &'static str {
        match self {
            Self::List => "名单编号",
            Self::Serial => "序列号",
            Self::Digest => "名单SHA-256",
            Self::Entry => "条目编号",
            Self::Result => "结果",
            Self::Reason => "理由",
            Self::Done => "办理时间",
        }
    }
}

const HEADERS: [(&str, Column); 25] = [
    ("名单编号", Column::List),
    ("名单", Column::List),
    ("list", Column::List),
    ("list_id", Column::List),
    ("序列号", Column::Serial),
    ("期数", Column::Serial),
    ("serial", Column::Serial),
    ("名单sha-256", Column::Digest),
    ("名单摘要", Column::Digest),
    ("list_sha256", Column::Digest),
    ("digest", Column::Digest),
    ("条目编号", Column::Entry),
    ("条目", Column::Entry),
    ("entry", Column::Entry),
    ("结果", Column::Result),
    ("办理结果", Column::Result),
    ("处置结果", Column::Result),
    ("result", Column::Result),
    ("理由", Column::Reason),
    ("理由、备注", Column::Reason),
    ("备注", Column::Reason),
    ("reason", Column::Reason),
    ("办理时间", Column::Done),
    ("完成时间", Column::Done),
    ("done", Column::Done),
];

const WORDS: [(&str, &str); 14] = [
    ("blocked", "blocked"),
    ("已处置", "blocked"),
    ("已阻断", "blocked"),
    ("已封堵", "blocked"),
    ("partial", "partial"),
    ("部分处置", "partial"),
    ("not-ours", "not-ours"),
    ("不属本单位", "not-ours"),
    ("非本单位", "not-ours"),
    ("refused", "refused"),
    ("不能办理", "refused"),
    ("lifted", "lifted"),
    ("已解除", "lifted"),
    ("已恢复", "lifted"),
];

/// Reads a file of receipts, with its bytes. Rows with an error are left out.
pub fn load_receipts(path: &Path) -> Result<(Loaded<Vec<ReceiptRow>>, Vec<u8>), SeedsError> {
    let bytes = read(path)?;
    Ok((read_receipts(&bytes, &path.display().to_string()), bytes))
}

/// Reads receipts from bytes; what they are is told from their beginning.
pub fn read_receipts(bytes: &[u8], source: &str) -> Loaded<Vec<ReceiptRow>> {
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook(bytes, source);
    }
    let (text, sound) = decode(bytes);
    let mut scribe = Scribe::new(source, &text);
    let table = cells::read(&text, sound, &HEADERS, &COLUMNS, &mut scribe);
    if table.is_empty() {
        return scribe.finish(Vec::new());
    }
    let rows = rows(table, &mut scribe);
    scribe.finish(rows)
}

fn workbook(bytes: &[u8], source: &str) -> Loaded<Vec<ReceiptRow>> {
    let mut scribe = Scribe::new(source, "");
    let advice = "save the workbook again, or send CSV";
    if bytes.len() > MOST_BYTES {
        let problem = "the workbook is larger than 64 MB";
        scribe.at((0, 0), "", problem, advice, Severity::Error);
        return scribe.finish(Vec::new());
    }
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => {
            let problem = format!("the workbook cannot be read: {error}");
            scribe.at((0, 0), "", problem, advice, Severity::Error);
            return scribe.finish(Vec::new());
        }
    };
    // The first sheet that names an entry and a result.
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else {
            continue;
        };
        let first = range.start().map_or(0, |(row, _)| row as usize);
        let table: Table = range
            .rows()
            .take(MOST_ROWS + 10)
            .enumerate()
            .map(|(n, row)| (first + n + 1, row.iter().map(cell).collect()))
            .collect();
        if table.iter().take(10).any(|(_, cells)| is_head(cells)) {
            let rows = rows(table, &mut scribe);
            return scribe.finish(rows);
        }
    }
    let problem = "no sheet has the columns 条目编号 and 结果";
    scribe.at((0, 0), "", problem, "name the columns", Severity::Error);
    scribe.finish(Vec::new())
}

fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(at) => at_text(at.as_f64()),
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        other => other.to_string().trim().to_owned(),
    }
}

/// Days since 1899-12-30, as workbooks count them.
fn at_text(serial: f64) -> String {
    let day = NaiveDate::from_ymd_opt(1899, 12, 30).map(|d| d.and_time(NaiveTime::MIN));
    let seconds = (serial * 86_400.0).round();
    let within = (0.0..4e11).contains(&seconds);
    let at = day.filter(|_| within).and_then(|day| {
        // The bound keeps the number far inside of i64.
        day.checked_add_signed(TimeDelta::seconds(seconds as i64))
    });
    at.map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M:%S").to_string())
}

fn column(cell: &str) -> Option<Column> {
    cells::column(cell, &HEADERS)
}

fn is_head(cells: &[String]) -> bool {
    let columns: Vec<Column> = cells.iter().filter_map(|c| column(c)).collect();
    columns.contains(&Column::Entry) && columns.contains(&Column::Result)
}

fn rows(table: Table, scribe: &mut Scribe<'_>) -> Vec<ReceiptRow> {
    let mut table = table.into_iter();
    let Some((_, head)) = table.by_ref().take(10).find(|(_, cells)| is_head(cells)) else {
        let problem = "no row names the columns 条目编号 and 结果";
        let advice = "name 名单编号, 序列号, 条目编号, 结果, 理由, 办理时间";
        scribe.at((1, 0), "", problem, advice, Severity::Error);
        return Vec::new();
    };
    let columns: Vec<Option<Column>> = head.iter().map(|c| column(c)).collect();
    let mut rows = Vec::new();
    for (n, (line, cells)) in table.enumerate() {
        if n >= MOST_ROWS {
            let problem = format!("more than {MOST_ROWS} rows, the rest is not read");
            scribe.at((line, 0), "", problem, "split the file", Severity::Error);
            break;
        }
        let get = |wanted: Column| {
            let at = columns.iter().position(|c| *c == Some(wanted));
            at.and_then(|at| cells.get(at))
                .map(|c| c.trim().trim_start_matches('\'').to_owned())
                .unwrap_or_default()
        };
        // Rows of the letter's form that nobody has filled in.
        if get(Column::Result).is_empty() && get(Column::Reason).is_empty() {
            continue;
        }
        rows.extend(row(line, &columns, &get, scribe));
    }
    rows
}

fn row(
    line: usize,
    columns: &[Option<Column>],
    get: &dyn Fn(Column) -> String,
    scribe: &mut Scribe<'_>,
) -> Option<ReceiptRow> {
    let mut fault = |column: Column, problem: String, advice: &str| {
        let at = columns.iter().position(|c| *c == Some(column));
        let place = (line, at.map_or(0, |at| at + 1));
        scribe.at(place, column.field(), problem, advice, Severity::Error);
    };
    let entry = get(Column::Entry);
    if !entry.starts_with("te-") {
        let problem = format!("{} is no entry", quoted(&entry));
        fault(
            Column::Entry,
            problem,
            "copy the 条目编号 (te-...) of the list",
        );
        return None;
    }
    let said = get(Column::Result);
    let word = said
        .split(['（', '('])
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let Some((_, result)) = WORDS.iter().find(|(w, _)| *w == word) else {
        let problem = format!("{} is no result", quoted(&said));
        let advice = "write 已处置, 部分处置, 不属本单位, 不能办理 or 已解除";
        fault(Column::Result, problem, advice);
        return None;
    };
    let reason = get(Column::Reason);
    if reason.is_empty() && matches!(*result, "partial" | "refused") {
        let problem = format!("{} has no reason", quoted(&said));
        fault(Column::Reason, problem, "write why");
        return None;
    }
    let serial = get(Column::Serial);
    let Ok(serial) = serial.parse::<u32>() else {
        let problem = format!("{} is no serial", quoted(&serial));
        fault(Column::Serial, problem, "copy the 序列号 of the list");
        return None;
    };
    let done = get(Column::Done);
    let Some(done) = cells::moment(&done) else {
        let problem = format!("{} is no time", quoted(&done));
        fault(
            Column::Done,
            problem,
            "write 2026-12-01 10:30 or 2026-12-01",
        );
        return None;
    };
    Some(ReceiptRow {
        line,
        list_id: get(Column::List),
        serial,
        list_sha256: get(Column::Digest).to_lowercase(),
        entry,
        result: (*result).to_owned(),
        reason: reason.chars().take(1_000).collect(),
        done,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_and_json_say_the_same() {
        let csv = "名单编号,序列号,条目编号,结果,理由,办理时间\nyx-action,3,te-a,已处置,,2026-12-01 10:30\n";
        let json = r#"[{"list":"yx-action","serial":3,"entry":"te-a","result":"blocked","done":"2026-12-01T10:30:00+08:00"}]"#;
        let one = read_receipts(csv.as_bytes(), "a.csv");
        let two = read_receipts(json.as_bytes(), "a.json");
        assert!(one.faults.is_empty(), "{:?}", one.faults);
        let strip = |rows: Vec<ReceiptRow>| {
            rows.into_iter()
                .map(|r| ReceiptRow { line: 0, ..r })
                .collect::<Vec<_>>()
        };
        assert_eq!(strip(one.value), strip(two.value));
    }

    #[test]
    fn faults_name_line_and_field() {
        let text = "条目编号,结果,理由,序列号,办理时间\nte-a,不能办理,,1,2026-12-01\nx,已处置,,1,2026-12-01\nte-b,好的,,1,2026-12-01\nte-c,已处置,,一,2026-12-01\nte-d,已处置,,1,昨天\n";
        let faults = read_receipts(text.as_bytes(), "r.csv").faults;
        let seen: Vec<(usize, &str)> = faults.iter().map(|f| (f.line, f.field.as_str())).collect();
        assert_eq!(
            seen,
            [
                (2, "理由"),
                (3, "条目编号"),
                (4, "结果"),
                (5, "序列号"),
                (6, "办理时间")
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn foreign_bytes_never_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), zip: bool) {
            let mut bytes = bytes;
            if zip { bytes.splice(0..0, *b"PK\x03\x04"); }
            let _ = read_receipts(&bytes, "x");
        }
    }
}
