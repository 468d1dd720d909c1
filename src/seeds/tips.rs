//! Tips in a spreadsheet: which address was reported, and what was said of it. Who reported it is not read.

use super::csv_sheet::decode;
use super::csv_words::normal;
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, Severity};
use super::start_url;
use std::collections::HashMap;
use std::path::Path;
use url::Url;

/// Rows of one file at most.
const MOST_ROWS: usize = 10_000;
/// Characters of a note.
const NOTE: usize = 1_000;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TipRow {
    /// Line in the file.
    pub line: usize,
    /// The address.
    pub url: Url,
    /// Name of the site or app, as reported; empty when not told.
    pub name: String,
    /// What was reported; empty when not told.
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Url,
    Name,
    Note,
    /// Who reported it.
    Reporter,
}

const HEADERS: [(&str, Column); 33] = [
    ("网址", Column::Url),
    ("链接", Column::Url),
    ("网站", Column::Url),
    ("网站地址", Column::Url),
    ("举报网址", Column::Url),
    ("域名", Column::Url),
    ("url", Column::Url),
    ("website", Column::Url),
    ("名称", Column::Name),
    ("平台名称", Column::Name),
    ("网站名称", Column::Name),
    ("被举报平台", Column::Name),
    ("name", Column::Name),
    ("内容", Column::Note),
    ("举报内容", Column::Note),
    ("说明", Column::Note),
    ("情况说明", Column::Note),
    ("备注", Column::Note),
    ("note", Column::Note),
    ("举报人", Column::Reporter),
    ("举报人姓名", Column::Reporter),
    ("姓名", Column::Reporter),
    ("联系人", Column::Reporter),
    ("电话", Column::Reporter),
    ("联系电话", Column::Reporter),
    ("手机", Column::Reporter),
    ("手机号", Column::Reporter),
    ("身份证", Column::Reporter),
    ("身份证号", Column::Reporter),
    ("住址", Column::Reporter),
    ("邮箱", Column::Reporter),
    ("reporter", Column::Reporter),
    ("phone", Column::Reporter),
];

/// Reads a spreadsheet of tips (CSV, UTF-8 or GBK). Rows with an error are left out.
pub fn load_tips(path: &Path) -> Result<(Loaded<Vec<TipRow>>, Vec<u8>), SeedsError> {
    let bytes = read(path)?;
    Ok((read_tips(&bytes, &path.display().to_string()), bytes))
}

/// Reads a spreadsheet of tips from bytes.
pub fn read_tips(bytes: &[u8], source: &str) -> Loaded<Vec<TipRow>> {
    let (text, sound) = decode(bytes);
    let mut scribe = Scribe::new(source, &text);
    let mut rows = Vec::new();
    if !sound {
        let advice = "save the sheet as \"CSV UTF-8\"";
        fault(
            &mut scribe,
            (0, 0),
            "",
            "the file is neither UTF-8 nor GBK",
            advice,
        );
        return scribe.finish(rows);
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(header) => columns(header, &mut scribe),
        Err(error) => {
            fault(
                &mut scribe,
                (1, 0),
                "",
                &error.to_string(),
                "save the sheet as CSV",
            );
            return scribe.finish(rows);
        }
    };
    if !columns.contains(&Some(Column::Url)) {
        let advice = "name a column 网址; besides, 名称 and 举报内容 are read";
        fault(
            &mut scribe,
            (1, 0),
            "网址",
            "there is no column with addresses",
            advice,
        );
        return scribe.finish(rows);
    }
    let mut seen: HashMap<(Url, String), usize> = HashMap::new();
    for (n, record) in reader.records().enumerate() {
        if n >= MOST_ROWS {
            let problem = format!("more than {MOST_ROWS} rows, the rest is not read");
            fault(&mut scribe, (n + 2, 0), "", &problem, "split the file");
            break;
        }
        match record {
            Ok(record) => {
                let line = record.position().map_or(n + 2, |p| p.line() as usize);
                if record.iter().all(str::is_empty) {
                    continue;
                }
                let Some(row) = row(&record, line, &columns, &mut scribe) else {
                    continue;
                };
                if let Some(first) = seen.insert((row.url.clone(), row.note.clone()), line) {
                    let problem = format!("the same tip as in line {first}");
                    scribe.at(
                        (line, 0),
                        "网址",
                        problem,
                        "it counts once",
                        Severity::Warning,
                    );
                    continue;
                }
                rows.push(row);
            }
            Err(error) => {
                let line = error.position().map_or(n + 2, |p| p.line() as usize);
                fault(
                    &mut scribe,
                    (line, 0),
                    "",
                    "the row cannot be read",
                    "save the sheet as CSV",
                );
            }
        }
    }
    scribe.finish(rows)
}

fn fault(scribe: &mut Scribe<'_>, at: (usize, usize), field: &str, problem: &str, advice: &str) {
    scribe.at(at, field, problem, advice, Severity::Error);
}

fn columns(header: &csv::StringRecord, scribe: &mut Scribe<'_>) -> Vec<Option<Column>> {
    let mut columns = Vec::new();
    for (n, cell) in header.iter().enumerate() {
        let word = normal(cell.trim_start_matches('\u{feff}'));
        let column = HEADERS.iter().find(|(h, _)| *h == word).map(|(_, c)| *c);
        match column {
            Some(Column::Reporter) => {
                let advice = "who reported it is kept elsewhere, and better left out of the file";
                scribe.at(
                    (1, n + 1),
                    cell,
                    "the column is not read",
                    advice,
                    Severity::Warning,
                );
            }
            None => {
                let advice = "read are 网址, 名称, 举报内容";
                scribe.at(
                    (1, n + 1),
                    cell,
                    "an unknown column",
                    advice,
                    Severity::Warning,
                );
            }
            Some(_) => {}
        }
        let twice = column.is_some_and(|c| c != Column::Reporter && columns.contains(&Some(c)));
        columns.push(column.filter(|_| !twice));
    }
    columns
}

fn row(
    record: &csv::StringRecord,
    line: usize,
    columns: &[Option<Column>],
    scribe: &mut Scribe<'_>,
) -> Option<TipRow> {
    let cell = |column: Column| {
        let at = columns.iter().position(|c| *c == Some(column))?;
        Some((at + 1, record.get(at).unwrap_or_default()))
    };
    let (number, text) = cell(Column::Url)?;
    let url = match start_url::lenient(text) {
        Ok(url) => url,
        Err((problem, advice)) => {
            fault(scribe, (line, number), "网址", &problem, &advice);
            return None;
        }
    };
    let (number, note) = cell(Column::Note).unwrap_or((0, ""));
    if note.chars().count() > NOTE {
        let problem = format!("longer than {NOTE} characters");
        fault(scribe, (line, number), "举报内容", &problem, "shorten it");
        return None;
    }
    let plain = |text: &str| -> String {
        let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        clean.collect::<String>().trim().to_owned()
    };
    let (_, name) = cell(Column::Name).unwrap_or((0, ""));
    Some(TipRow {
        line,
        url,
        name: plain(name).chars().take(100).collect(),
        note: plain(note),
    })
}
