//! `wangxun subjects circles`: which companies one operator seems to stand behind.

use super::folded;
use super::show::{link_json, link_line};
use crate::cli::arguments::Format;
use crate::cli::config::Settings;
use crate::cli::exit::{Done, Exit};
use crate::cli::output::{Output, shorten};
use crate::desk::subjects::circles::Circle;
use serde_json::{Value, json};

pub(super) fn run(settings: &Settings) -> Done {
    let dossiers = folded(settings)?;
    let circles = dossiers.circles();
    for circle in &circles {
        match settings.format {
            Format::Json => Output.json_line(&json_of(circle))?,
            Format::Table => people(circle)?,
        }
    }
    if settings.format == Format::Table {
        Output.line(format!(
            "{} 个关联圈(线索:圈内主体在法律上各自独立,是否同一实际控制人须经调查)",
            circles.len()
        ))?;
    }
    Ok(Exit::Fine)
}

fn people(circle: &Circle<'_>) -> Result<(), crate::cli::exit::Trouble> {
    Output.line(format!(
        "关联圈 {} 个主体,{} 处站点或名单记载",
        circle.subjects.len(),
        circle.bearers()
    ))?;
    for dossier in &circle.subjects {
        let (id, name) = (&dossier.id, shorten(dossier.name(), 40));
        Output.line(format!("  {id}  分 {:.0}  {name}", dossier.score()))?;
    }
    for link in &circle.why {
        Output.line(format!("  依据 {}", link_line(link)))?;
    }
    Ok(())
}

/// A circle for machines.
pub(super) fn json_of(circle: &Circle<'_>) -> Value {
    let subjects: Vec<Value> = circle
        .subjects
        .iter()
        .map(|d| json!({"id": d.id, "name": d.name(), "score": d.score(), "track": d.track()}))
        .collect();
    let why: Vec<Value> = circle.why.iter().map(|l| link_json(l)).collect();
    json!({"format": "wangxun-circle/1", "subjects": subjects, "bearers": circle.bearers(), "why": why})
}
