//! `context.toml`: cues of context, and marks.

use super::check::{Fault, line_of};
use super::pattern_file::PatternKeys;
use crate::model::context::Context;
use crate::model::lexicon::{Cue, Mark};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    cue: Vec<toml::Spanned<CueRow>>,
    #[serde(default)]
    mark: Vec<toml::Spanned<MarkRow>>,
}

#[derive(Deserialize)]
struct CueRow {
    id: String,
    context: String,
    weight: f64,
    cap: u32,
    #[serde(flatten)]
    pattern: PatternKeys,
}

#[derive(Deserialize)]
struct MarkRow {
    id: String,
    #[serde(flatten)]
    pattern: PatternKeys,
}

/// Cues and marks with the line each stands on.
pub(super) type Lines = (Vec<(usize, Cue)>, Vec<(usize, Mark)>);

pub(super) fn read(name: &str, text: &str, faults: &mut Vec<Fault>) -> Lines {
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            faults.push(Fault::syntax(name, text, &error));
            return Lines::default();
        }
    };
    let cues = file
        .cue
        .into_iter()
        .filter_map(|row| {
            let line = line_of(text, row.span().start);
            cue(name, line, row.into_inner(), faults).map(|c| (line, c))
        })
        .collect();
    let marks = file
        .mark
        .into_iter()
        .map(|row| {
            let line = line_of(text, row.span().start);
            let row = row.into_inner();
            let pattern = row.pattern.build();
            (
                line,
                Mark {
                    id: row.id,
                    pattern,
                },
            )
        })
        .collect();
    (cues, marks)
}

fn cue(name: &str, line: usize, row: CueRow, faults: &mut Vec<Fault>) -> Option<Cue> {
    let Some(context) = Context::parse(&row.context) else {
        let what = format!("unknown context {:?}", row.context);
        faults.push(Fault::new(name, line, "context", what));
        return None;
    };
    if !row.weight.is_finite() || row.weight.abs() > 100.0 {
        let what = "weight must be a number between -100 and 100";
        faults.push(Fault::new(name, line, "weight", what));
        return None;
    }
    Some(Cue {
        id: row.id,
        context,
        weight: row.weight,
        cap: row.cap,
        pattern: row.pattern.build(),
    })
}
