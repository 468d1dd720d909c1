//! Patrol lists that offices keep in spreadsheets.

use super::csv_words::{Column, HEADERS, column, normal};
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, Severity, quoted};
use super::patrol_list::{is_id, judge_start};
use super::terms::{self, Terms};
use super::units::bundled_units;
use super::{quantity, start_url, words};
use crate::model::region::Units;
use crate::model::register::distance::nearest;
use crate::model::seed::{PatrolList, RobotsPolicy, Sector, Seed};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use url::Url;

/// Rows above the header that may hold a title.
const TITLE_ROWS: usize = 10;
/// Longest cell that is read, in characters.
const LONGEST_CELL: usize = 2048;

/// Reads a spreadsheet saved as CSV (comma, semicolon or tab; UTF-8, UTF-16 with mark, or GBK).
pub fn import_csv(path: &Path) -> Result<Loaded<PatrolList>, SeedsError> {
    let bytes = read(path)?;
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned());
    let source = path.display().to_string();
    Ok(import_csv_bytes(
        &bytes,
        name.as_deref().unwrap_or("巡查名单"),
        &source,
        bundled_units(),
    ))
}

/// Reads a spreadsheet from bytes; `name` becomes the list's name. Rows with an error are left out.
pub fn import_csv_bytes(
    bytes: &[u8],
    name: &str,
    source: &str,
    units: &Units,
) -> Loaded<PatrolList> {
    let (text, sound) = decode(bytes);
    let mut scribe = Scribe::new(source, &text);
    let mut list = PatrolList {
        name: clean(name),
        office: None,
        source: source.to_owned(),
        seeds: Vec::new(),
    };
    if !sound {
        let advice = "save the sheet as \"CSV UTF-8\"";
        scribe.at(
            (0, 0),
            "",
            "the file is neither UTF-8 nor GBK",
            advice,
            Severity::Error,
        );
        return scribe.finish(list);
    }
    let mut rows = Rows::new(&text, &mut scribe);
    let Some(header) = rows.header(&mut scribe) else {
        return scribe.finish(list);
    };
    let mut taken = Taken::default();
    while let Some((line, cells)) = rows.next(&mut scribe) {
        let row = Row {
            line,
            cells: &cells,
            header: &header,
        };
        let before = scribe.errors();
        let seed = read_row(&row, units, &mut taken, &mut scribe);
        if let Some(seed) = seed.filter(|_| scribe.errors() == before) {
            taken.ids.insert(seed.id.clone());
            list.seeds.push(seed);
        }
    }
    scribe.finish(list)
}

/// A list name without control characters, never empty.
fn clean(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let name = name.trim();
    if name.is_empty() {
        "巡查名单".to_owned()
    } else {
        name.to_owned()
    }
}

/// Text of the bytes, and whether every byte could be read.
fn decode(bytes: &[u8]) -> (String, bool) {
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
struct Rows<'t> {
    reader: csv::Reader<&'t [u8]>,
}

impl<'t> Rows<'t> {
    fn new(text: &'t str, scribe: &mut Scribe<'_>) -> Self {
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

    fn next(&mut self, scribe: &mut Scribe<'_>) -> Option<(usize, Vec<String>)> {
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
    fn header(&mut self, scribe: &mut Scribe<'_>) -> Option<Header> {
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

struct Header {
    cells: Vec<String>,
    columns: Vec<Option<Column>>,
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

fn short(cell: &str) -> String {
    cell.chars()
        .take(40)
        .collect::<String>()
        .escape_debug()
        .to_string()
}

struct Row<'r> {
    line: usize,
    cells: &'r [String],
    header: &'r Header,
}

impl Row<'_> {
    /// The first cell of a column that is not empty, with its number and header.
    fn cell(&self, wanted: Column) -> Option<(usize, &str, String)> {
        let at = self
            .header
            .columns
            .iter()
            .position(|c| *c == Some(wanted))?;
        let text = self.cells.get(at)?.trim();
        let header = self
            .header
            .cells
            .get(at)
            .map_or_else(String::new, |h| short(h));
        (!text.is_empty()).then_some((at + 1, text, header))
    }

    fn missing(&self, wanted: Column, scribe: &mut Scribe<'_>, advice: &str) {
        let at = self.header.columns.iter().position(|c| *c == Some(wanted));
        let field = at
            .and_then(|i| self.header.cells.get(i))
            .map_or_else(|| format!("{wanted:?}").to_lowercase(), |h| short(h));
        let column = at.map_or(0, |i| i + 1);
        scribe.at(
            (self.line, column),
            field,
            "the cell is empty",
            advice,
            Severity::Error,
        );
    }
}

/// Ids and start addresses of the rows before.
#[derive(Default)]
struct Taken {
    ids: HashSet<String>,
    starts: HashMap<Url, usize>,
}

fn read_row(
    row: &Row<'_>,
    units: &Units,
    taken: &mut Taken,
    scribe: &mut Scribe<'_>,
) -> Option<Seed> {
    for (i, cell) in row.cells.iter().enumerate() {
        if cell.chars().count() > LONGEST_CELL {
            scribe.at(
                (row.line, i + 1),
                "",
                "the cell is longer than 2048 characters",
                "shorten it",
                Severity::Error,
            );
            return None;
        }
    }
    let mut terms = Terms::default();
    read_words(row, &mut terms, units, scribe);
    read_limits(row, &mut terms, scribe);
    let start_urls = read_starts(row, &terms, taken, scribe);
    let host = start_urls.first().and_then(Url::host_str).unwrap_or("");
    let name = match row.cell(Column::Name) {
        Some((_, name, _)) => name.chars().filter(|c| !c.is_control()).collect(),
        None => host.to_owned(),
    };
    let id = read_id(row, host, taken, scribe)?;
    (!start_urls.is_empty() && !name.is_empty()).then_some(Seed {
        id,
        name,
        start_urls,
        kind: terms.kind,
        sector: terms.sector.unwrap_or(Sector::Other),
        region: terms.region,
        scope: terms.scope,
        budget: terms.budget,
        pace: terms.pace,
        robots: terms.robots,
        render: terms.render,
        addresses: terms.addresses,
        resolve: terms.resolve,
    })
}

fn read_words(row: &Row<'_>, terms: &mut Terms, units: &Units, scribe: &mut Scribe<'_>) {
    if let Some((at, word, header)) = row.cell(Column::Sector) {
        terms.sector = words::sector(word);
        if terms.sector.is_none() {
            let known = words::sector_words();
            let advice = nearest(word, &known).map_or_else(
                || format!("one of: {}", known.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            let problem = format!("unknown sector {}, 其他 is taken", quoted(word));
            scribe.at((row.line, at), header, problem, advice, Severity::Warning);
        }
    }
    if let Some((at, word, header)) = row.cell(Column::Kind) {
        match words::meaning(words::KINDS, word) {
            Some(kind) => terms.kind = kind,
            None => {
                let advice = format!("one of: {}", words::all(words::KINDS).join(", "));
                let problem = format!("unknown kind {}, platform is taken", quoted(word));
                scribe.at((row.line, at), header, problem, advice, Severity::Warning);
            }
        }
    }
    if let Some((at, word, header)) = row.cell(Column::Region) {
        match terms::region(word, units) {
            Ok((code, known)) => {
                if !known {
                    let problem = format!("unit {} is not in units.toml", quoted(&code));
                    scribe.at(
                        (row.line, at),
                        header,
                        problem,
                        "mend the code or add the unit",
                        Severity::Warning,
                    );
                }
                terms.region = Some(code);
            }
            Err((problem, advice)) => {
                let problem = format!("{problem}, none is taken");
                scribe.at((row.line, at), header, problem, advice, Severity::Warning);
            }
        }
    }
}

fn read_limits(row: &Row<'_>, terms: &mut Terms, scribe: &mut Scribe<'_>) {
    if let Some((at, text, header)) = row.cell(Column::Pages) {
        match text.parse().ok().filter(|p| (1..=10_000_000).contains(p)) {
            Some(pages) => terms.budget.pages = pages,
            None => {
                let problem = format!("{} is not a number of pages", quoted(text));
                scribe.at(
                    (row.line, at),
                    header,
                    problem,
                    "write a whole number",
                    Severity::Error,
                );
            }
        }
    }
    if let Some((at, text, header)) = row.cell(Column::Interval) {
        // In a sheet a bare number means seconds.
        let written = if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            format!("{text}s")
        } else {
            text.to_owned()
        };
        match quantity::duration(&written).filter(|d| d.as_millis() >= 500) {
            Some(interval) => terms.pace.interval = interval,
            None => {
                let problem = format!("{} is not an interval of 0.5 s or more", quoted(text));
                scribe.at(
                    (row.line, at),
                    header,
                    problem,
                    "write such as 2s",
                    Severity::Error,
                );
            }
        }
    }
    if let Some((at, text, header)) = row.cell(Column::Basis) {
        if terms::is_legal_basis(text) && !text.chars().any(char::is_control) {
            terms.robots = RobotsPolicy::Ignore {
                legal_basis: text.to_owned(),
            };
        } else {
            let problem = format!("{} is no written legal basis", quoted(text));
            scribe.at(
                (row.line, at),
                header,
                problem,
                "name law and article, or leave the cell empty",
                Severity::Error,
            );
        }
    }
}

fn read_starts(
    row: &Row<'_>,
    terms: &Terms,
    taken: &mut Taken,
    scribe: &mut Scribe<'_>,
) -> Vec<Url> {
    let Some((at, text, header)) = row.cell(Column::Start) else {
        row.missing(Column::Start, scribe, "write the address of the site");
        return Vec::new();
    };
    let mut urls: Vec<Url> = Vec::new();
    for part in split_addresses(text) {
        match start_url::lenient(&part) {
            Ok(url) => {
                for (severity, problem, advice) in judge_start(&url, &terms.scope, &terms.addresses)
                {
                    scribe.at((row.line, at), &header, problem, advice, severity);
                }
                if !urls.contains(&url) {
                    urls.push(url);
                }
            }
            Err((problem, advice)) => {
                let problem = format!("{}: {problem}", quoted(&part));
                scribe.at((row.line, at), &header, problem, advice, Severity::Error);
            }
        }
    }
    for url in &urls {
        if let Some(first) = taken.starts.insert(url.clone(), row.line) {
            let problem = format!("{} stands in line {first} too", quoted(url.as_str()));
            scribe.at(
                (row.line, at),
                &header,
                problem,
                "keep one of the two",
                Severity::Error,
            );
        }
    }
    urls
}

/// Several addresses of one cell: by 、；; line breaks, or a space before a scheme or www.
fn split_addresses(text: &str) -> Vec<String> {
    let marked = text
        .replace(['；', '、', '\n', '\r'], ";")
        .replace(" http", ";http")
        .replace(" www.", ";www.");
    let parts = marked.split(';').map(str::trim).filter(|p| !p.is_empty());
    parts.map(str::to_owned).collect()
}

/// The sheet's id where it is one, else one made of the host.
fn read_id(row: &Row<'_>, host: &str, taken: &Taken, scribe: &mut Scribe<'_>) -> Option<String> {
    if let Some((at, text, header)) = row.cell(Column::Id) {
        let id = text.to_ascii_lowercase().replace(['_', ' ', '.'], "-");
        if is_id(&id) {
            if taken.ids.contains(&id) {
                let problem = format!("id {} is taken by a row before", quoted(&id));
                scribe.at(
                    (row.line, at),
                    header,
                    problem,
                    "give every row its own id",
                    Severity::Error,
                );
                return None;
            }
            return Some(id);
        }
        let problem = format!("{} is not an id, one is made from the host", quoted(text));
        scribe.at(
            (row.line, at),
            header,
            problem,
            "use a-z, 0-9 and -",
            Severity::Warning,
        );
    }
    let base: String = host
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(50)
        .collect();
    let base = if is_id(&base) {
        base
    } else {
        "seed".to_owned()
    };
    (1u32..)
        .map(|n| {
            if n == 1 {
                base.clone()
            } else {
                format!("{base}-{n}")
            }
        })
        .find(|id| !taken.ids.contains(id))
}
