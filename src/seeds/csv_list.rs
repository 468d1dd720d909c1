//! Patrol lists that offices keep in spreadsheets.

use super::csv_row::{Row, Taken, read_row};
use super::csv_sheet::{Rows, decode};
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, Severity};
use super::units::bundled_units;
use crate::model::region::Units;
use crate::model::seed::PatrolList;
use crate::model::watch_plan::WatchPlan;
use std::path::Path;

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
        watch: WatchPlan::default(),
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
        let seed = read_row(&row, units, &taken, &mut scribe);
        if let Some(seed) = seed.filter(|_| scribe.errors() == before) {
            taken.ids.insert(seed.id.clone());
            let starts = seed.start_urls.iter().cloned();
            taken.starts.extend(starts.map(|url| (url, line)));
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
