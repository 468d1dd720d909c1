//! One row of a spreadsheet becomes one seed.

use super::csv_sheet::{Header, short};
use super::csv_words::Column;
use super::fault::{Scribe, Severity, quoted};
use super::patrol_list::is_id;
use super::start_rules::judge_start;
use super::terms::{self, Terms};
use super::{quantity, start_url, words};
use crate::model::region::Units;
use crate::model::register::distance::nearest;
use crate::model::seed::{RobotsPolicy, Seed};
use std::collections::{HashMap, HashSet};
use url::Url;

/// Longest cell that is read, in characters.
const LONGEST_CELL: usize = 2048;

/// A row with its line and the sheet's header.
pub(super) struct Row<'r> {
    pub(super) line: usize,
    pub(super) cells: &'r [String],
    pub(super) header: &'r Header,
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

/// Ids and start addresses of the sound rows before.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) ids: HashSet<String>,
    pub(super) starts: HashMap<Url, usize>,
}

/// The seed of a row; the caller leaves it out when an error was told.
pub(super) fn read_row(
    row: &Row<'_>,
    units: &Units,
    taken: &Taken,
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
    (!start_urls.is_empty() && !name.is_empty()).then_some(terms.seed(id, name, start_urls))
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

fn read_starts(row: &Row<'_>, terms: &Terms, taken: &Taken, scribe: &mut Scribe<'_>) -> Vec<Url> {
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
        if let Some(first) = taken.starts.get(url) {
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
