//! `terms/*.toml`: what an advertiser says.

use super::check::Fault;
use super::pattern_file::PatternKeys;
use super::rule_file::day;
use crate::model::claim::ClaimKind;
use crate::model::context::Offer;
use crate::model::lexicon::Term;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    term: Vec<toml::Spanned<Row>>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    kind: String,
    #[serde(default)]
    rules: Vec<String>,
    offer: Option<String>,
    weight: u8,
    #[serde(default)]
    support: bool,
    #[serde(default)]
    bound: bool,
    lawful_until: Option<toml::value::Datetime>,
    #[serde(flatten)]
    pattern: PatternKeys,
}

/// Terms of one file with the line each stands on.
pub(super) fn read(name: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<(usize, Term)> {
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            faults.push(Fault::syntax(name, text, &error));
            return Vec::new();
        }
    };
    file.term
        .into_iter()
        .filter_map(|row| {
            let line = super::check::line_of(text, row.span().start);
            term(name, line, row.into_inner(), faults).map(|t| (line, t))
        })
        .collect()
}

fn term(name: &str, line: usize, row: Row, faults: &mut Vec<Fault>) -> Option<Term> {
    let mut fault = |field: &str, what: String| {
        faults.push(Fault::new(name, line, field, what));
    };
    let Some(kind) = ClaimKind::parse(&row.kind) else {
        fault("kind", format!("unknown claim kind {:?}", row.kind));
        return None;
    };
    let offer = match row.offer.as_deref().map(|o| (o, Offer::parse(o))) {
        Some((word, None)) => {
            fault("offer", format!("unknown offer {word:?}"));
            None
        }
        Some((_, offer)) => offer,
        None => None,
    };
    let lawful_until = day(
        row.lawful_until.as_ref(),
        "lawful_until",
        &mut |field, what| {
            fault(field, what.to_owned());
        },
    );
    Some(Term {
        id: row.id,
        kind,
        rules: row.rules,
        offer,
        weight: row.weight,
        support: row.support,
        bound: row.bound,
        lawful_until,
        pattern: row.pattern.build(),
    })
}
