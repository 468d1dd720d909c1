//! `score.toml`: weights, caps and colours of the score.

use super::check::Fault;
use crate::model::scoring::{Part, Scoring};
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    red: f64,
    #[serde(default)]
    orange: f64,
    #[serde(default)]
    part: Vec<PartRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartRow {
    name: String,
    label: String,
    unit: f64,
    most: f64,
}

pub(super) fn read(name: &str, text: &str, faults: &mut Vec<Fault>) -> Scoring {
    let file: File = super::word_files::parse(name, text, faults);
    let sound = |figure: f64| figure.is_finite() && (0.0..=100.0).contains(&figure);
    if !sound(file.red) || !sound(file.orange) || file.orange > file.red {
        let what = "`orange` and `red` must lie between 0 and 100, `orange` first";
        faults.push(Fault::new(name, 0, "red", what));
    }
    for part in &file.part {
        if !sound(part.unit) || !sound(part.most) {
            let what = "`unit` and `most` must lie between 0 and 100";
            faults.push(Fault::new(name, 0, &part.name, what));
        }
    }
    Scoring {
        parts: file
            .part
            .into_iter()
            .filter(|p| sound(p.unit) && sound(p.most))
            .map(|row| Part {
                name: row.name,
                label: row.label,
                unit: row.unit,
                most: row.most,
            })
            .collect(),
        red: file.red,
        orange: file.orange,
    }
}
