//! Regional units in TOML.

use super::embedded;
use super::error::{SeedsError, read};
use super::fault::{Loaded, Scribe, quoted};
use super::table::Table;
use crate::model::region::{Unit, Units, is_unit_code};
use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use toml::de::DeTable;

/// The units of the bundled `seeds/units.toml`, parsed once.
pub(super) fn bundled_units() -> &'static Units {
    static UNITS: OnceLock<Units> = OnceLock::new();
    UNITS.get_or_init(|| parse_units(embedded::UNITS, "seeds/units.toml").value)
}

/// Reads the regional units of a file, or the bundled ones (义县 and its 18 townships).
pub fn load_units(path: Option<&Path>) -> Result<Loaded<Units>, SeedsError> {
    let Some(path) = path else {
        return Ok(parse_units(embedded::UNITS, "seeds/units.toml"));
    };
    let bytes = read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(parse_units(&text, &path.display().to_string()))
}

/// Reads regional units from text. Units with an error are left out.
pub fn parse_units(text: &str, source: &str) -> Loaded<Units> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut scribe = Scribe::new(source, text);
    let (parsed, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        scribe.error(
            &span,
            "",
            format!("not TOML: {}", quoted(error.message())),
            "see the grammar in seeds/README.md",
        );
    }
    let root = Table::root(&parsed);
    root.only(&["source", "as_of", "strangers", "unit"], &mut scribe);
    for field in ["source", "as_of"] {
        if root.text(field, &mut scribe).is_none() && root.get(field).is_none() {
            scribe.warning(
                &(0..0),
                field,
                "the field is missing",
                format!("write {field} = \"...\" at the top"),
            );
        }
    }
    let strangers = root.texts("strangers", &mut scribe).unwrap_or_default();
    let strangers = strangers
        .iter()
        .filter_map(|s| s.text(&mut scribe))
        .collect();
    let mut seen = HashMap::new();
    let mut units = Vec::new();
    for table in root.tables("unit", &mut scribe) {
        if let Some(unit) = read_unit(&table, &mut scribe)
            && is_new(&unit, &table, &mut seen, &mut scribe)
        {
            units.push(unit);
        }
    }
    scribe.finish(Units::new(units, strangers))
}

fn is_new(
    unit: &Unit,
    table: &Table<'_>,
    seen: &mut HashMap<String, usize>,
    scribe: &mut Scribe<'_>,
) -> bool {
    let span = table.span_of("code");
    let (line, _) = scribe.place(span.start);
    match seen.insert(unit.code.clone(), line) {
        Some(first) => {
            let problem = format!("code {} is taken by line {first}", quoted(&unit.code));
            scribe.error(
                &span,
                format!("{}.code", table.path),
                problem,
                "give every unit its own code",
            );
            false
        }
        None => true,
    }
}

fn read_unit(table: &Table<'_>, scribe: &mut Scribe<'_>) -> Option<Unit> {
    table.only(&["code", "name", "aliases"], scribe);
    for field in ["code", "name"] {
        if table.get(field).is_none() {
            let at = format!("{}.{field}", table.path);
            scribe.error(
                &table.span,
                at,
                "the field is missing",
                format!("write {field} = \"...\""),
            );
        }
    }
    let code = table.text("code", scribe);
    let name = table.text("name", scribe);
    let aliases = table.texts("aliases", scribe).unwrap_or_default();
    let aliases = aliases.iter().filter_map(|a| a.text(scribe)).collect();
    let (code, name) = (code?, name?);
    if !is_unit_code(&code) {
        let problem = format!("{} is not a unit code", quoted(&code));
        scribe.error(
            &table.span_of("code"),
            format!("{}.code", table.path),
            problem,
            "write 6, 9 or 12 digits",
        );
        return None;
    }
    Some(Unit {
        code,
        name,
        aliases,
    })
}
