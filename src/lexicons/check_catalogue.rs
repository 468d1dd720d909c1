//! Faults of the catalogue: what rules, topics and names refer to must be there.

use super::check::{Fault, check_words};
use super::rulebook::Rows;
use crate::model::lexicon::Lexicon;

pub(super) fn check(rows: &Rows, lexicon: &Lexicon, faults: &mut Vec<Fault>) {
    let department = |id: &String| lexicon.departments.iter().any(|d| d.id == *id);
    let benign = |id: &String| lexicon.benign.iter().any(|b| b.id == *id);
    for (file, line, rule) in &rows.rules {
        for id in rule.departments.iter().filter(|id| !department(id)) {
            let what = format!("unknown department {id}");
            faults.push(Fault::new(file, *line, "departments", what));
        }
        for id in rule.benign.iter().filter(|id| !benign(id)) {
            let what = format!("unknown benign context {id}");
            faults.push(Fault::new(file, *line, "benign", what));
        }
    }
    for topic in &lexicon.topics {
        for id in topic.departments.iter().filter(|id| !department(id)) {
            let what = format!("unknown department {id}");
            faults.push(Fault::new("topics.toml", 0, &topic.id, what));
        }
    }
    lists(lexicon, faults);
    order(
        "departments.toml",
        lexicon.departments.iter().map(|d| &d.id),
        faults,
    );
    order("names.toml", lexicon.names.iter().map(|n| &n.id), faults);
    order("topics.toml", lexicon.topics.iter().map(|t| &t.id), faults);
}

fn lists(lexicon: &Lexicon, faults: &mut Vec<Fault>) {
    for list in &lexicon.names {
        check_words("names.toml", 0, &list.id, &list.without, faults);
    }
    for topic in &lexicon.topics {
        check_words("topics.toml", 0, &topic.id, &topic.tells, faults);
        check_words("topics.toml", 0, &topic.id, &topic.benign, faults);
    }
    for trade in &lexicon.trades {
        check_words("covers.toml", 0, &trade.id, &trade.words, faults);
    }
    let alerts = &lexicon.alerts;
    for (field, words) in [("own", &alerts.own), ("report", &alerts.report)] {
        check_words("alerts.toml", 0, field, words, faults);
    }
}

/// Ids stand in order and once.
fn order<'a>(file: &str, ids: impl Iterator<Item = &'a String>, faults: &mut Vec<Fault>) {
    let mut last: Option<&String> = None;
    for id in ids {
        if let Some(before) = last.filter(|before| *before >= id) {
            let what = format!("{id} must stand before {before} and once only (sorted by id)");
            faults.push(Fault::new(file, 0, id, what));
        }
        last = Some(id);
    }
}
