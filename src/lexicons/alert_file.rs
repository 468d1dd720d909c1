//! `alerts.toml`: words and figures of the warnings of opinion and crowds.

use super::check::Fault;
use crate::model::alert::AlertWords;
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    many: usize,
    #[serde(default)]
    past_years: i32,
    #[serde(default)]
    own: Vec<String>,
    #[serde(default)]
    report: Vec<String>,
    #[serde(default)]
    places: Vec<String>,
    #[serde(default)]
    times: Vec<String>,
}

pub(super) fn read(name: &str, text: &str, faults: &mut Vec<Fault>) -> AlertWords {
    let file: File = super::word_files::parse(name, text, faults);
    if file.many == 0 {
        faults.push(Fault::new(name, 0, "many", "must be 1 or more"));
    }
    for (field, list) in [("places", &file.places), ("times", &file.times)] {
        for expression in list {
            if let Err(error) = regex::Regex::new(expression) {
                let what = format!("not a regular expression: {error}");
                faults.push(Fault::new(name, 0, field, what));
            }
        }
    }
    AlertWords {
        many: file.many,
        past_years: file.past_years,
        report: file.report,
        own: file.own,
        places: file.places,
        times: file.times,
    }
}
