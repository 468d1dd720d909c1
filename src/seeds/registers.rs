//! Registers of licensed institutions: the bundled ones, and an office's own over them.

use super::embedded;
use super::error::{SeedsError, read};
use super::fault::{Fault, Loaded, Scribe, Severity};
use super::register_rows::read_rows;
use crate::model::register::{RegisterData, Registers};
use std::collections::BTreeMap;
use std::path::Path;

/// Loads the bundled registers. With a folder, its `*.csv` files are added; one of the same name as a bundled file
/// takes its place.
pub fn load_registers(folder: Option<&Path>) -> Result<Loaded<Registers>, SeedsError> {
    let mut files: BTreeMap<String, (String, String)> = embedded::REGISTERS
        .files()
        .filter_map(|f| {
            let name = f.path().to_str()?.to_owned();
            let shown = format!("seeds/registers/{name}");
            Some((name, (shown, f.contents_utf8()?.to_owned())))
        })
        .filter(|(name, _)| name.ends_with(".csv"))
        .collect();
    if let Some(folder) = folder {
        files.extend(own_files(folder)?);
    }
    let mut data = RegisterData::default();
    let mut faults = Vec::new();
    for (shown, text) in files.values() {
        faults.extend(read_file(shown, text, &mut data));
    }
    faults.extend(orphans(&data));
    Ok(Loaded {
        value: Registers::build(data)?,
        faults,
    })
}

/// The faults of one register file, its sound rows in `data`.
pub(super) fn read_file(shown: &str, text: &str, data: &mut RegisterData) -> Vec<Fault> {
    let mut scribe = Scribe::new(shown, text);
    read_rows(text, data, &mut scribe);
    scribe.finish(()).faults
}

fn own_files(folder: &Path) -> Result<Vec<(String, (String, String))>, SeedsError> {
    let fail = |source| SeedsError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
            continue;
        };
        if name.ends_with(".csv") && path.is_file() {
            let bytes = read(&path)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            out.push((name.to_owned(), (path.display().to_string(), text)));
        }
    }
    Ok(out)
}

/// Aliases whose institution no register names.
fn orphans(data: &RegisterData) -> Vec<Fault> {
    use crate::model::register::fold;
    let names: std::collections::HashSet<String> = data
        .rows
        .iter()
        .flat_map(|r| r.short_names.iter().chain([&r.name]))
        .map(|n| fold(n))
        .collect();
    let orphan = data
        .aliases
        .iter()
        .filter(|a| !names.contains(&fold(&a.institution)));
    orphan
        .map(|a| Fault {
            file: "registers".to_owned(),
            line: 0,
            column: 0,
            field: "institution".to_owned(),
            problem: format!(
                "alias {} names {}, which no register has",
                super::fault::quoted(&a.alias),
                super::fault::quoted(&a.institution)
            ),
            advice: "write the name as its register does".to_owned(),
            severity: Severity::Warning,
        })
        .collect()
}
