//! `negation.toml`, `names.toml`, `topics.toml`: plain word lists.

use super::check::Fault;
use crate::model::lexicon::{NameList, PolarityWords, Topic};
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
    names: Vec<NamesRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesRow {
    id: String,
    tier: u8,
    basis: String,
    words: Vec<String>,
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
    words: Vec<String>,
}

fn parse<T: DeserializeOwned + Default>(name: &str, text: &str, faults: &mut Vec<Fault>) -> T {
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
        .map(|row| NameList {
            id: row.id,
            tier: row.tier,
            basis: row.basis,
            words: row.words,
        })
        .collect()
}

pub(super) fn topics(name: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<Topic> {
    let file: Topics = parse(name, text, faults);
    file.topic
        .into_iter()
        .map(|row| Topic {
            id: row.id,
            title: row.title,
            words: row.words,
        })
        .collect()
}
