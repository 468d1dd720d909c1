//! Lists of entities (CSV, UTF-8 or GBK): registrations, licences, court and police lists.

use super::csv_sheet::decode;
use super::csv_words::normal;
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, Severity};
use std::path::Path;

/// Rows of one file at most.
const MOST_ROWS: usize = 200_000;
/// Characters of a cell that are kept.
const MOST_CHARS: usize = 4_000;

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityRow {
    /// Line in the file.
    pub line: usize,
    /// 名称.
    pub name: String,
    /// 统一社会信用代码; empty when not told.
    pub code: String,
    /// 经营范围.
    pub scope: String,
    /// 住所.
    pub address: String,
    /// 法定代表人.
    pub legal_rep: String,
    /// What else the list says (案号、处罚、备注).
    pub text: String,
}

const HEADERS: [(&str, usize); 26] = [
    ("名称", 0),
    ("企业名称", 0),
    ("主体名称", 0),
    ("单位名称", 0),
    ("机构名称", 0),
    ("当事人", 0),
    ("name", 0),
    ("统一社会信用代码", 1),
    ("社会信用代码", 1),
    ("信用代码", 1),
    ("code", 1),
    ("经营范围", 2),
    ("业务范围", 2),
    ("scope", 2),
    ("住所", 3),
    ("地址", 3),
    ("注册地址", 3),
    ("经营场所", 3),
    ("address", 3),
    ("法定代表人", 4),
    ("负责人", 4),
    ("legal_rep", 4),
    ("备注", 5),
    ("案由", 5),
    ("内容", 5),
    ("note", 5),
];

/// Reads a list of entities and gives the bytes, too. Rows without a name are left out with a fault.
pub fn load_entities(path: &Path) -> Result<(Loaded<Vec<EntityRow>>, Vec<u8>), SeedsError> {
    let bytes = read(path)?;
    Ok((read_entities(&bytes, &path.display().to_string()), bytes))
}

/// Reads a list of entities from bytes.
pub fn read_entities(bytes: &[u8], source: &str) -> Loaded<Vec<EntityRow>> {
    let (text, sound) = decode(bytes);
    let mut scribe = Scribe::new(source, &text);
    let mut rows = Vec::new();
    if !sound {
        let advice = "save the sheet as \"CSV UTF-8\"";
        scribe.at(
            (0, 0),
            "",
            "the file is neither UTF-8 nor GBK",
            advice,
            Severity::Error,
        );
        return scribe.finish(rows);
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns: Vec<Option<usize>> = match reader.headers() {
        Ok(header) => header.iter().map(column).collect(),
        Err(error) => {
            scribe.at(
                (1, 0),
                "",
                error.to_string(),
                "save the sheet as CSV",
                Severity::Error,
            );
            return scribe.finish(rows);
        }
    };
    if !columns.contains(&Some(0)) {
        let advice = "name a column 名称; besides, 统一社会信用代码, 经营范围, 住所, 法定代表人, 备注 are read";
        scribe.at(
            (1, 0),
            "名称",
            "there is no column with names",
            advice,
            Severity::Error,
        );
        return scribe.finish(rows);
    }
    for (n, record) in reader.records().enumerate() {
        if n >= MOST_ROWS {
            let problem = format!("more than {MOST_ROWS} rows, the rest is not read");
            scribe.at((n + 2, 0), "", problem, "split the file", Severity::Error);
            break;
        }
        let Ok(record) = record else {
            scribe.at(
                (n + 2, 0),
                "",
                "the row cannot be read",
                "save the sheet as CSV",
                Severity::Error,
            );
            continue;
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map_or(n + 2, |p| p.line() as usize);
        let row = row(line, &record, &columns);
        if row.name.is_empty() {
            scribe.at(
                (line, 0),
                "名称",
                "the name is missing",
                "fill it in",
                Severity::Error,
            );
        } else {
            rows.push(row);
        }
    }
    scribe.finish(rows)
}

fn column(cell: &str) -> Option<usize> {
    let word = normal(cell.trim_start_matches('\u{feff}'));
    HEADERS.iter().find(|(h, _)| *h == word).map(|(_, c)| *c)
}

fn row(line: usize, record: &csv::StringRecord, columns: &[Option<usize>]) -> EntityRow {
    let cell = |wanted: usize| -> String {
        let at = columns.iter().position(|c| *c == Some(wanted));
        let text = at.and_then(|at| record.get(at)).unwrap_or_default();
        let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        clean.take(MOST_CHARS).collect::<String>().trim().to_owned()
    };
    EntityRow {
        line,
        name: cell(0),
        code: cell(1).to_uppercase(),
        scope: cell(2),
        address: cell(3),
        legal_rep: cell(4),
        text: cell(5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_and_gbk_are_read_alike() {
        let text = "名称,统一社会信用代码,经营范围\n示例财富管理有限公司,91210727ma0000000x,投资咨询\n,,无名\n";
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        let (one, other) = (
            read_entities(text.as_bytes(), "a"),
            read_entities(&gbk, "a"),
        );
        assert_eq!(one.value, other.value);
        assert_eq!(one.value.len(), 1);
        assert_eq!(one.value[0].code, "91210727MA0000000X");
        assert_eq!(one.faults.len(), 1);
    }

    #[test]
    fn a_list_without_names_is_told() {
        assert!(
            read_entities("甲,乙\n1,2\n".as_bytes(), "a")
                .value
                .is_empty()
        );
    }
}
