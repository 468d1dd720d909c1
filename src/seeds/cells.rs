//! Cells of a form that others fill in, whether it comes as CSV or as JSON.

use super::csv_words::normal;
use super::fault::{Scribe, Severity};
use crate::model::schedule::BEIJING;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde_json::Value;
use std::collections::HashMap;

/// Cells with their lines, the header first.
pub(super) type Table = Vec<(usize, Vec<String>)>;

/// A column of a form.
pub(super) trait NamedColumn: Copy + PartialEq {
    /// Its name in messages and in the header that stands for a JSON file.
    fn field(self) -> &'static str;
}

/// The column of a header's cell.
pub(super) fn column<C: Copy>(cell: &str, headers: &[(&str, C)]) -> Option<C> {
    let text = normal(cell.trim().trim_start_matches('\u{feff}'));
    let found = headers.iter().find(|(name, _)| normal(name) == text);
    found.map(|(_, column)| *column)
}

/// The cells of a text: JSON when it begins like it, else CSV. Empty, with a fault, when nothing can be read.
pub(super) fn read<C: NamedColumn>(
    text: &str,
    sound: bool,
    headers: &[(&str, C)],
    columns: &[C],
    scribe: &mut Scribe<'_>,
) -> Table {
    if !sound {
        let problem = "the file is neither UTF-8 nor GBK";
        let advice = "save the sheet as \"CSV UTF-8\"";
        scribe.at((0, 0), "", problem, advice, Severity::Error);
        return Table::new();
    }
    match text.trim_start().starts_with(['[', '{']) {
        true => json(text, headers, columns, scribe),
        false => csv(text, scribe),
    }
}

fn csv(text: &str, scribe: &mut Scribe<'_>) -> Table {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut table = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |p| p.line() as usize);
                table.push((line, record.iter().map(str::to_owned).collect()));
            }
            Err(error) => {
                let line = error.position().map_or(0, |p| p.line() as usize);
                let advice = "save the sheet as CSV again";
                scribe.at((line, 0), "", error.to_string(), advice, Severity::Error);
            }
        }
    }
    table
}

/// An array of objects, or JSON lines. Unknown names of members are told.
fn json<C: NamedColumn>(
    text: &str,
    headers: &[(&str, C)],
    columns: &[C],
    scribe: &mut Scribe<'_>,
) -> Table {
    let head = columns.iter().map(|c| c.field().to_owned()).collect();
    let mut table = vec![(0, head)];
    let mut places: HashMap<String, Option<usize>> = HashMap::new();
    for (line, value) in values(text, scribe) {
        let Some(members) = value.as_object() else {
            let problem = "is no object";
            let advice = "write an array of objects, or one object a line";
            scribe.at((line, 0), "", problem, advice, Severity::Error);
            continue;
        };
        let mut cells = vec![String::new(); columns.len()];
        for (name, value) in members {
            let at = places.entry(name.clone()).or_insert_with(|| {
                let known = column(name, headers)?;
                columns.iter().position(|c| *c == known)
            });
            let Some(cell) = at.and_then(|at| cells.get_mut(at)) else {
                let advice = "it is not read";
                scribe.at(
                    (line, 0),
                    name.as_str(),
                    "an unknown field",
                    advice,
                    Severity::Warning,
                );
                continue;
            };
            *cell = match value {
                Value::String(text) => text.trim().to_owned(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
        }
        table.push((line, cells));
    }
    table
}

fn values(text: &str, scribe: &mut Scribe<'_>) -> Vec<(usize, Value)> {
    let mut values = Vec::new();
    let mut fail = |line: usize, error: serde_json::Error| {
        let advice = "write an array of objects, or one object a line";
        scribe.at((line, 0), "", error.to_string(), advice, Severity::Error);
    };
    if text.trim_start().starts_with('[') {
        match serde_json::from_str::<Vec<Value>>(text) {
            Ok(all) => values.extend(all.into_iter().enumerate().map(|(n, v)| (n + 1, v))),
            Err(error) => fail(error.line(), error),
        }
        return values;
    }
    // One object over many lines, as people write a single form.
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(text) {
        return vec![(1, value)];
    }
    let lines = text.lines().enumerate();
    for (n, line) in lines.filter(|(_, l)| !l.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(value) => values.push((n + 1, value)),
            Err(error) => fail(n + 1, error),
        }
    }
    values
}

/// A day or a moment, in Beijing time where no zone stands.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let text = text.replace(['/', '.'], "-").replace('T', " ");
    let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(|d| d.and_time(NaiveTime::MIN));
    let local = day
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M"))
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S"))
        .ok()?;
    let at = local.and_local_timezone(BEIJING).single();
    at.map(|at| at.to_utc())
}
