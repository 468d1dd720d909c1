//! Tips, reports of townships and complaints, as CSV (UTF-8 or GBK) or JSON: what was reported, and who reported it.
//!
//! The two are told apart here, so that whoever keeps them can keep them apart. Trouble names file, line and field, and
//! never quotes a reporter.

use super::cells::{self, NamedColumn, Table};
use super::csv_sheet::decode;
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, Severity, quoted};
use super::start_url;
use crate::model::tip::TipSource;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::path::Path;
use url::Url;

/// Rows of one file at most.
const MOST_ROWS: usize = 10_000;
/// Characters of a note.
const NOTE: usize = 1_000;
/// Characters of a name, a unit, or a part of a reporter's data.
const NAME: usize = 100;

/// What holds for rows that do not say it themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TipForm {
    /// Where they come from.
    pub source: TipSource,
    /// Name or code of the unit that sends them in; empty when every row must tell it, or needs none.
    pub unit: String,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TipRow {
    /// Line in the file.
    pub line: usize,
    /// Where it comes from.
    pub source: TipSource,
    /// Name or code of the unit that sends it in; never empty for a township's report.
    pub unit: String,
    /// The address, when one was told.
    pub url: Option<Url>,
    /// Name of the site, app or company, as reported; never empty without an address.
    pub name: String,
    /// Unified credit code in capitals; empty when not told.
    pub code: String,
    /// What was reported; empty when not told.
    pub note: String,
    /// When it was received, when the file tells it.
    pub received: Option<DateTime<Utc>>,
    /// Who reported it, when told.
    pub reporter: Option<TipReporter>,
}

/// Who reported a tip.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct TipReporter {
    /// Name.
    pub name: String,
    /// Telephone, mail address or other contact.
    pub contact: String,
    /// Identity card number.
    pub id_number: String,
    /// Address.
    pub address: String,
}

impl std::fmt::Debug for TipReporter {
    /// Never what must not get into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TipReporter")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Source,
    Unit,
    Url,
    Name,
    Code,
    Note,
    Received,
    Reporter,
    Contact,
    IdNumber,
    Address,
}

const COLUMNS: [Column; 11] = [
    Column::Source,
    Column::Unit,
    Column::Url,
    Column::Name,
    Column::Code,
    Column::Note,
    Column::Received,
    Column::Reporter,
    Column::Contact,
    Column::IdNumber,
    Column::Address,
];

impl NamedColumn for Column {
    fn field(self) -> &'static str {
        match self {
            Self::Source => "来源",
            Self::Unit => "报送单位",
            Self::Url => "网址",
            Self::Name => "名称",
            Self::Code => "统一社会信用代码",
            Self::Note => "举报内容",
            Self::Received => "受理时间",
            Self::Reporter => "举报人",
            Self::Contact => "联系电话",
            Self::IdNumber => "身份证号",
            Self::Address => "住址",
        }
    }
}

const HEADERS: [(&str, Column); 57] = [
    ("来源", Column::Source),
    ("线索来源", Column::Source),
    ("source", Column::Source),
    ("报送单位", Column::Unit),
    ("单位", Column::Unit),
    ("乡镇", Column::Unit),
    ("乡镇(街道)", Column::Unit),
    ("unit", Column::Unit),
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
    ("企业名称", Column::Name),
    ("被举报平台", Column::Name),
    ("被举报对象", Column::Name),
    ("name", Column::Name),
    ("统一社会信用代码", Column::Code),
    ("信用代码", Column::Code),
    ("code", Column::Code),
    ("内容", Column::Note),
    ("举报内容", Column::Note),
    ("线索内容", Column::Note),
    ("说明", Column::Note),
    ("情况说明", Column::Note),
    ("备注", Column::Note),
    ("note", Column::Note),
    ("受理时间", Column::Received),
    ("举报时间", Column::Received),
    ("报送时间", Column::Received),
    ("收到时间", Column::Received),
    ("时间", Column::Received),
    ("received", Column::Received),
    ("举报人", Column::Reporter),
    ("举报人姓名", Column::Reporter),
    ("姓名", Column::Reporter),
    ("联系人", Column::Reporter),
    ("reporter", Column::Reporter),
    ("联系电话", Column::Contact),
    ("电话", Column::Contact),
    ("手机", Column::Contact),
    ("手机号", Column::Contact),
    ("邮箱", Column::Contact),
    ("contact", Column::Contact),
    ("phone", Column::Contact),
    ("身份证号", Column::IdNumber),
    ("身份证", Column::IdNumber),
    ("id_number", Column::IdNumber),
    ("住址", Column::Address),
    ("地址", Column::Address),
    ("address", Column::Address),
];

/// Reads a file of tips, with its bytes. Rows with an error are left out.
pub fn load_tips(
    path: &Path,
    form: &TipForm,
) -> Result<(Loaded<Vec<TipRow>>, Vec<u8>), SeedsError> {
    let bytes = read(path)?;
    let rows = read_tips(&bytes, &path.display().to_string(), form);
    Ok((rows, bytes))
}

/// Reads tips from bytes: JSON when they begin like it, else CSV.
pub fn read_tips(bytes: &[u8], source: &str, form: &TipForm) -> Loaded<Vec<TipRow>> {
    let (text, sound) = decode(bytes);
    let mut scribe = Scribe::new(source, &text);
    let table = cells::read(&text, sound, &HEADERS, &COLUMNS, &mut scribe);
    let rows = rows(table, form, &mut scribe);
    scribe.finish(rows)
}

/// The columns of a form for this source, to be filled in.
pub fn tip_headers(source: TipSource) -> Vec<&'static str> {
    let wanted = |c: &Column| match source {
        TipSource::Tip => !matches!(c, Column::Source | Column::Unit),
        // A township speaks for itself; it names no reporter.
        TipSource::Township => matches!(
            c,
            Column::Unit
                | Column::Url
                | Column::Name
                | Column::Code
                | Column::Note
                | Column::Received
        ),
        TipSource::Complaint => !matches!(c, Column::Source),
    };
    let columns = COLUMNS.iter().filter(|c| wanted(c));
    columns.map(|c| c.field()).collect()
}

fn rows(table: Table, form: &TipForm, scribe: &mut Scribe<'_>) -> Vec<TipRow> {
    let mut table = table.into_iter();
    let Some((_, head)) = table.next() else {
        if scribe.errors() == 0 {
            let advice = "name the columns 网址, 名称, 举报内容";
            scribe.at((0, 0), "", "the file is empty", advice, Severity::Error);
        }
        return Vec::new();
    };
    let Some(columns) = columns(&head, scribe) else {
        return Vec::new();
    };
    let mut rows: Vec<TipRow> = Vec::new();
    let mut seen: HashMap<(String, Option<TipReporter>), usize> = HashMap::new();
    for (n, (line, cells)) in table.enumerate() {
        if n >= MOST_ROWS {
            let problem = format!("more than {MOST_ROWS} rows, the rest is not read");
            scribe.at((line, 0), "", problem, "split the file", Severity::Error);
            break;
        }
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let at = Row {
            line,
            cells: &cells,
            columns: &columns,
        };
        let Some(row) = at.read(form, scribe) else {
            continue;
        };
        let said = format!(
            "{:?}",
            (
                &row.source,
                &row.unit,
                &row.url,
                &row.name,
                &row.code,
                &row.note
            )
        );
        if let Some(first) = seen.insert((said, row.reporter.clone()), line) {
            let problem = format!("the same tip as in line {first}");
            scribe.at((line, 0), "", problem, "it counts once", Severity::Warning);
            continue;
        }
        rows.push(row);
    }
    rows
}

/// What the columns are; `None` when neither address nor name is among them.
fn columns(head: &[String], scribe: &mut Scribe<'_>) -> Option<Vec<Option<Column>>> {
    let mut columns: Vec<Option<Column>> = Vec::new();
    for (n, cell) in head.iter().enumerate() {
        let column = cells::column(cell, &HEADERS);
        let at = (1, n + 1);
        if column.is_none() {
            let advice = "read are 网址, 名称, 统一社会信用代码, 举报内容, 受理时间, 报送单位, 举报人, 联系电话, 身份证号, 住址";
            let field = cell.trim_start_matches('\u{feff}');
            scribe.at(at, field, "an unknown column", advice, Severity::Warning);
        }
        let twice = column.is_some() && columns.contains(&column);
        if twice {
            let advice = "the first one is read";
            scribe.at(
                at,
                cell.as_str(),
                "a column of this kind stands twice",
                advice,
                Severity::Warning,
            );
        }
        columns.push(column.filter(|_| !twice));
    }
    if columns.contains(&Some(Column::Url)) || columns.contains(&Some(Column::Name)) {
        return Some(columns);
    }
    let advice = "name a column 网址 or 名称; besides, 举报内容 and others are read";
    let problem = "there is no column with addresses or names";
    scribe.at((1, 0), "网址", problem, advice, Severity::Error);
    None
}

/// A row that is being read.
struct Row<'r> {
    line: usize,
    cells: &'r [String],
    columns: &'r [Option<Column>],
}

impl Row<'_> {
    fn place(&self, column: Column) -> usize {
        let at = self.columns.iter().position(|c| *c == Some(column));
        at.map_or(0, |at| at + 1)
    }

    /// The cell as one line, without control characters.
    fn text(&self, column: Column) -> String {
        let at = self.place(column);
        let cell = at.checked_sub(1).and_then(|at| self.cells.get(at));
        let text = cell.map(String::as_str).unwrap_or_default();
        let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        clean.collect::<String>().trim().to_owned()
    }

    fn fault(&self, column: Column, problem: &str, advice: &str, scribe: &mut Scribe<'_>) {
        let at = (self.line, self.place(column));
        scribe.at(at, column.field(), problem, advice, Severity::Error);
    }

    fn short(&self, column: Column, most: usize, scribe: &mut Scribe<'_>) -> Option<String> {
        let text = self.text(column);
        if text.chars().count() > most {
            let problem = format!("longer than {most} characters");
            self.fault(column, &problem, "shorten it", scribe);
            return None;
        }
        Some(text)
    }

    fn read(&self, form: &TipForm, scribe: &mut Scribe<'_>) -> Option<TipRow> {
        let source = self.source(form, scribe)?;
        let unit = match self.short(Column::Unit, NAME, scribe)? {
            unit if unit.is_empty() => form.unit.clone(),
            unit => unit,
        };
        if unit.is_empty() && source == TipSource::Township {
            let advice = "write the township's name or code, or give --unit";
            self.fault(
                Column::Unit,
                "a township's report names no unit",
                advice,
                scribe,
            );
            return None;
        }
        let name = self.short(Column::Name, NAME, scribe)?;
        let url = self.url(&name, scribe)?;
        Some(TipRow {
            line: self.line,
            source,
            unit,
            url,
            name,
            code: self.code(scribe)?,
            note: self.short(Column::Note, NOTE, scribe)?,
            received: self.received(scribe)?,
            reporter: self.reporter(scribe)?,
        })
    }

    fn source(&self, form: &TipForm, scribe: &mut Scribe<'_>) -> Option<TipSource> {
        let text = self.text(Column::Source);
        if text.is_empty() {
            return Some(form.source);
        }
        let source = TipSource::parse(&text);
        if source.is_none() {
            let problem = format!("{} is no source", quoted(&text));
            let advice = "write 举报, 乡镇报送 or 投诉信访";
            self.fault(Column::Source, &problem, advice, scribe);
        }
        source
    }

    /// The address; a row must have one or a name.
    fn url(&self, name: &str, scribe: &mut Scribe<'_>) -> Option<Option<Url>> {
        let text = self.text(Column::Url);
        if text.is_empty() {
            if name.is_empty() {
                let advice = "fill in 网址 or 名称";
                self.fault(Column::Url, "neither address nor name", advice, scribe);
                return None;
            }
            return Some(None);
        }
        match start_url::lenient(&text) {
            Ok(url) => Some(Some(url)),
            Err((problem, advice)) => {
                self.fault(Column::Url, &problem, &advice, scribe);
                None
            }
        }
    }

    fn code(&self, scribe: &mut Scribe<'_>) -> Option<String> {
        let code = self.text(Column::Code).to_uppercase();
        let right = code.len() == 18 && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if code.is_empty() || right {
            return Some(code);
        }
        let problem = format!("{} is no credit code", quoted(&code));
        let advice = "18 letters and digits, or leave it empty";
        self.fault(Column::Code, &problem, advice, scribe);
        None
    }

    fn received(&self, scribe: &mut Scribe<'_>) -> Option<Option<DateTime<Utc>>> {
        let text = self.text(Column::Received);
        if text.is_empty() {
            return Some(None);
        }
        let moment = cells::moment(&text);
        if moment.is_none() {
            let problem = format!("{} is no time", quoted(&text));
            let advice = "write 2026-12-01 10:30 or 2026-12-01";
            self.fault(Column::Received, &problem, advice, scribe);
        }
        moment.map(Some)
    }

    fn reporter(&self, scribe: &mut Scribe<'_>) -> Option<Option<TipReporter>> {
        let reporter = TipReporter {
            name: self.short(Column::Reporter, NAME, scribe)?,
            contact: self.short(Column::Contact, NAME, scribe)?,
            id_number: self.short(Column::IdNumber, NAME, scribe)?,
            address: self.short(Column::Address, NAME, scribe)?,
        };
        Some(Some(reporter).filter(|r| *r != TipReporter::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, form: &TipForm) -> (Vec<TipRow>, Vec<String>) {
        let loaded = read_tips(text.as_bytes(), "t", form);
        let faults = loaded.faults.iter().map(ToString::to_string).collect();
        (loaded.value, faults)
    }

    #[test]
    fn csv_and_json_say_the_same() {
        let csv = "网址,名称,举报内容,受理时间,举报人,电话\na.test/x,镜花贷,保本,2026-11-20 09:30,甲某某,13800138000\n";
        let json = r#"{"url":"a.test/x","name":"镜花贷","note":"保本","received":"2026-11-20T09:30:00+08:00",
            "reporter":"甲某某","phone":"13800138000"}"#;
        let form = TipForm::default();
        let ((one, faults), (two, others)) = (read(csv, &form), read(json, &form));
        assert!(
            faults.is_empty() && others.is_empty(),
            "{faults:?} {others:?}"
        );
        let strip = |r: TipRow| TipRow { line: 0, ..r };
        assert_eq!(
            one.into_iter().map(strip).collect::<Vec<_>>(),
            two.into_iter().map(strip).collect::<Vec<_>>()
        );
    }

    #[test]
    fn two_reporters_of_one_thing_are_two_tips_and_one_twice_is_one() {
        let csv = "网址,举报内容,举报人\na.test,保本,甲\na.test,保本,乙\na.test,保本,甲\n";
        let (rows, faults) = read(csv, &TipForm::default());
        assert_eq!(rows.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3]);
        assert!(
            faults.len() == 1 && faults[0].contains("the same tip as in line 2"),
            "{faults:?}"
        );
        assert!(!faults[0].contains('甲'));
    }

    #[test]
    fn a_township_names_itself_and_a_name_is_enough() {
        let form = TipForm {
            source: TipSource::Township,
            unit: String::new(),
        };
        let csv = "单位,名称,信用代码,网址,时间\n刘龙台镇,甲财富,,,2026-11-01\n,乙财富,,,\n刘龙台镇,,,,\n刘龙台镇,丙,123,,\n刘龙台镇,丁,,,昨天\n";
        let (rows, faults) = read(csv, &form);
        assert_eq!(rows.len(), 1);
        assert!(rows[0].url.is_none() && rows[0].received.is_some());
        let starts = [
            "t:3:1: error: 报送单位",
            "t:4:4: error: 网址: neither",
            "t:5:3: error: 统一社会信用代码",
            "t:6:5: error: 受理时间",
        ];
        for (fault, start) in faults.iter().zip(starts) {
            assert!(fault.starts_with(start), "{fault}");
        }
        assert_eq!(faults.len(), 4);
    }

    #[test]
    fn a_form_of_each_source_reads_itself() {
        for source in TipSource::ALL {
            let form = TipForm {
                source,
                unit: "义县".to_owned(),
            };
            let text = tip_headers(source).join(",") + "\n";
            let (_, faults) = read(&text, &form);
            assert!(faults.is_empty(), "{faults:?}");
        }
    }
}
