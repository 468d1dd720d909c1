//! `wangxun seeds`: checks and imports patrol lists, looks up the registers.

use super::arguments::{Format, Seeds};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, misuse};
use super::output::{Output, table};
use crate::model::register::{Institution, Registers};
use crate::seeds::{self, Fault, Severity};
use anyhow::Context;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Carries the command out.
pub fn run(asked: &Seeds, settings: &Settings) -> Done {
    match asked {
        Seeds::Check { paths } => check(paths, settings.format),
        Seeds::Import { file } => import(file),
        Seeds::Lookup { what } => lookup(what, settings),
    }
}

fn check(paths: &[PathBuf], format: Format) -> Done {
    let faults = seeds::check(paths);
    let errors = faults
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .count();
    match format {
        Format::Json => Output.json(&json!({
            "errors": errors,
            "warnings": faults.len() - errors,
            "faults": faults.iter().map(fault_json).collect::<Vec<_>>(),
        }))?,
        Format::Table => {
            for fault in &faults {
                Output.line(fault)?;
            }
            Output.line(format!(
                "{errors} errors, {} warnings",
                faults.len() - errors
            ))?;
        }
    }
    Ok(if errors == 0 {
        Exit::Fine
    } else {
        Exit::CheckFailed
    })
}

fn fault_json(fault: &Fault) -> Value {
    json!({
        "file": fault.file, "line": fault.line, "column": fault.column, "field": fault.field,
        "problem": fault.problem, "advice": fault.advice, "severity": fault.severity.code(),
    })
}

fn import(file: &Path) -> Done {
    let loaded = seeds::import_csv(file)
        .with_context(|| format!("{} cannot be read", file.display()))
        .map_err(misuse)?;
    for fault in &loaded.faults {
        tracing::warn!("{fault}");
    }
    Output.write(&seeds::to_toml(&loaded.value))?;
    Ok(if loaded.has_errors() {
        Exit::CheckFailed
    } else {
        Exit::Fine
    })
}

fn lookup(what: &str, settings: &Settings) -> Done {
    let registers = seeds::load_registers(settings.registers.as_deref())
        .map_err(misuse)?
        .value;
    let hits = hits(&registers, what);
    match settings.format {
        Format::Json => Output.json(&json!({
            "asked": what,
            "standing": if hits.is_empty() { "unknown" } else { "found" },
            "institutions": hits.iter().map(|(how, i)| institution_json(how, i)).collect::<Vec<_>>(),
            "refused": registers.refused(what).or_else(|| registers.refused_by_code(what)).map(|r| json!({
                "name": r.name, "source": r.provenance.source, "as_of": r.provenance.as_of,
            })),
        }))?,
        Format::Table => show(&registers, what, &hits)?,
    }
    Ok(Exit::Fine)
}

/// Institutions under this name, code or domain, with how each was found.
fn hits<'r>(registers: &'r Registers, what: &str) -> Vec<(String, &'r Institution)> {
    let mut hits: Vec<(String, &Institution)> = registers
        .by_name(what)
        .into_iter()
        .map(|hit| (hit.how.code().to_owned(), hit.institution))
        .collect();
    hits.extend(registers.by_code(what).map(|i| ("code".to_owned(), i)));
    let by_domain = registers.by_domain(what).and_then(|hit| hit.institution);
    hits.extend(by_domain.map(|i| ("domain".to_owned(), i)));
    hits
}

fn institution_json(how: &str, institution: &Institution) -> Value {
    json!({
        "how": how,
        "name": institution.name,
        "licences": institution.licences.iter().map(|l| json!({
            "kind": l.kind.code(), "label": l.kind.label(),
            "source": l.provenance.source, "as_of": l.provenance.as_of,
        })).collect::<Vec<_>>(),
    })
}

fn show(registers: &Registers, what: &str, hits: &[(String, &Institution)]) -> Result<(), Trouble> {
    if hits.is_empty() {
        Output.line(format!("{what}:登记库中未见,待核(不表示无证)"))?;
    }
    let rows: Vec<Vec<String>> = hits
        .iter()
        .flat_map(|(how, i)| {
            i.licences.iter().map(move |l| {
                vec![
                    i.name.clone(),
                    l.kind.label().to_owned(),
                    how.clone(),
                    l.provenance.as_of.clone(),
                    l.provenance.source.clone(),
                ]
            })
        })
        .collect();
    if !rows.is_empty() {
        Output.line(table(&["名称", "许可类别", "匹配", "截至", "来源"], &rows).trim_end())?;
    }
    if let Some(refused) = registers
        .refused(what)
        .or_else(|| registers.refused_by_code(what))
    {
        Output.line(format!(
            "曾被不予登记:{}({},截至 {})",
            refused.name, refused.provenance.source, refused.provenance.as_of
        ))?;
    }
    if let Some(look) = registers.look_alike(what) {
        Output.line(format!(
            "与持牌机构相似:{}({}),请人工核对",
            look.original,
            look.how.code()
        ))?;
    }
    Ok(())
}
