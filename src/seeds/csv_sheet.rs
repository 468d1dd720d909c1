//! A spreadsheet's bytes become rows under a header.

use super::csv_words::{Column, HEADERS, column, normal};
use super::fault::{Scribe, Severity, quoted};
use crate::model::register::distance::nearest;
use std::collections::HashSet;

/// Rows above the header that may hold a title.
const TITLE_ROWS: usize = 10;

/// Text of the bytes, and whether every byte could be read.
pub(super) fn decode(bytes: &[u8]) -> (String, bool) {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, broken) =
            encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return (text.into_owned(), !broken);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), true);
    }
    let (text, broken) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    (text.into_owned(), !broken)
}

/// The delimiter that stands most often in the first lines.
fn delimiter(text: &str) -> u8 {
    let head: String = text.lines().take(TITLE_ROWS).collect::<Vec<_>>().join("\n");
    let head: String = head.chars().take(8192).collect();
    let count = |d: u8| head.bytes().filter(|b| *b == d).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|d| count(*d))
        .unwrap_or(b',')
}

/// The rows of the sheet with their lines.
pub(super) struct Rows<'t> {
    reader: csv::Reader<&'t [u8]>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t str, scribe: &mut Scribe<'_>) -> Self {
        if text.contains('\0') {
            let advice = "save the sheet as CSV, not as a workbook";
            scribe.at(
                (0, 0),
                "",
                "the file holds NUL bytes",
                advice,
                Severity::Error,
            );
        }
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(text))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        Self { reader }
    }

    pub(super) fn next(&mut self, scribe: &mut Scribe<'_>) -> Option<(usize, Vec<String>)> {
        loop {
            let mut record = csv::StringRecord::new();
            match self.reader.read_record(&mut record) {
                Ok(false) => return None,
                Ok(true) => {}
                Err(error) => {
                    let problem = format!("not CSV: {error}");
                    scribe.at(
                        (0, 0),
                        "",
                        problem,
                        "save the sheet as CSV again",
                        Severity::Error,
                    );
                    return None;
                }
            }
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                let line = record.position().map_or(0, |p| p.line());
                let cells = record.iter().map(str::to_owned).collect();
                return Some((usize::try_from(line).unwrap_or(usize::MAX), cells));
            }
        }
    }

    /// The first row that has a name and an address column.
    pub(super) fn header(&mut self, scribe: &mut Scribe<'_>) -> Option<Header> {
        for _ in 0..TITLE_ROWS {
            let Some((line, cells)) = self.next(scribe) else {
                break;
            };
            let columns: Vec<Option<Column>> = cells.iter().map(|c| column(c)).collect();
            let has = |c: Column| columns.contains(&Some(c));
            if has(Column::Start) {
                let header = Header { cells, columns };
                header.judge(line, scribe);
                return Some(header);
            }
        }
        let advice =
            "the first row must name the columns, at least 名称 and 网址 (see seeds/README.md)";
        scribe.at(
            (1, 0),
            "",
            "no header row with an address column",
            advice,
            Severity::Error,
        );
        None
    }
}

/// The names of the columns, as written and as understood.
pub(super) struct Header {
    pub(super) cells: Vec<String>,
    pub(super) columns: Vec<Option<Column>>,
}

impl Header {
    fn judge(&self, line: usize, scribe: &mut Scribe<'_>) {
        let known: Vec<&str> = HEADERS.iter().map(|(h, _)| *h).collect();
        let mut seen = HashSet::new();
        for (i, (cell, column)) in self.cells.iter().zip(&self.columns).enumerate() {
            match column {
                Some(Column::Ignored) => {}
                Some(c) if !seen.insert(*c) => {
                    let problem = format!("column {} says the same as one before", quoted(cell));
                    scribe.at(
                        (line, i + 1),
                        short(cell),
                        problem,
                        "the first is used",
                        Severity::Warning,
                    );
                }
                Some(_) => {}
                None if cell.trim().is_empty() => {}
                None => {
                    let problem = format!("unknown column {}, not read", quoted(cell));
                    let advice = nearest(&normal(cell), &known).map_or_else(
                        || "see the headers in seeds/README.md".to_owned(),
                        |n| format!("did you mean {n}?"),
                    );
                    scribe.at(
                        (line, i + 1),
                        short(cell),
                        problem,
                        advice,
                        Severity::Warning,
                    );
                }
            }
        }
    }
}

/// A cell for the field of a message.
pub(super) fn short(cell: &str) -> String {
    cell.chars()
        .take(40)
        .collect::<String>()
        .escape_debug()
        .to_string()
}
