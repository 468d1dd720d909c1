//! `negation.toml`, `names.toml`, `topics.toml`: plain word lists.

use super::check::{Fault, line_of};
use super::rule_file::day;
use crate::model::lexicon::{NameList, NameUse, PolarityWords, Topic};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Polarity {
    after: Vec<String>,
    attribution: Vec<String>,
    before: Vec<String>,
    idiom: Vec<String>,
    prohibition: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Names {
    names: Vec<toml::Spanned<NamesRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesRow {
    id: String,
    tier: u8,
    basis: String,
    from: Option<toml::value::Datetime>,
    looks: Vec<String>,
    words: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Topics {
    topic: Vec<TopicRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicRow {
    id: String,
    title: String,
    departments: Vec<String>,
    words: Vec<String>,
    #[serde(default)]
    tells: Vec<String>,
    #[serde(default)]
    benign: Vec<String>,
}

pub(super) fn parse<T: DeserializeOwned + Default>(
    name: &str,
    text: &str,
    faults: &mut Vec<Fault>,
) -> T {
    toml::from_str(text).unwrap_or_else(|error| {
        faults.push(Fault::syntax(name, text, &error));
        T::default()
    })
}

pub(super) fn polarity(name: &str, text: &str, faults: &mut Vec<Fault>) -> PolarityWords {
    let file: Polarity = parse(name, text, faults);
    PolarityWords {
        before: file.before,
        after: file.after,
        attribution: file.attribution,
        prohibition: file.prohibition,
        idiom: file.idiom,
    }
}

pub(super) fn names(name: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<NameList> {
    let file: Names = parse(name, text, faults);
    file.names
        .into_iter()
        .map(|row| {
            let line = line_of(text, row.span().start);
            list(name, line, row.into_inner(), faults)
        })
        .collect()
}

fn list(name: &str, line: usize, row: NamesRow, faults: &mut Vec<Fault>) -> NameList {
    let mut fault = |field: &str, what: &str| faults.push(Fault::new(name, line, field, what));
    if !(1..=3).contains(&row.tier) {
        fault("tier", "must be 1, 2 or 3");
    }
    let looks: Vec<NameUse> = row.looks.iter().filter_map(|w| NameUse::parse(w)).collect();
    if looks.is_empty() || looks.len() != row.looks.len() {
        fault("looks", "must hold \"company\", \"site\" or both");
    }
    NameList {
        from: day(row.from.as_ref(), "from", &mut fault),
        id: row.id,
        tier: row.tier,
        basis: row.basis,
        looks,
        words: row.words,
        without: row.without,
    }
}

pub(super) fn topics(name: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<Topic> {
    let file: Topics = parse(name, text, faults);
    file.topic
        .into_iter()
        .map(|row| Topic {
            id: row.id,
            title: row.title,
            departments: row.departments,
            words: row.words,
            tells: row.tells,
            benign: row.benign,
        })
        .collect()
}
