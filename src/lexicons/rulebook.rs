//! From lexicon files to the [`Lexicon`] that the audit is compiled from.

use super::bundle::{Bundle, BundleError};
use super::check::{Fault, check_rows};
use super::{
    ad_lists, alert_file, catalogue_files, cover_file, cue_file, rule_file, score_file, term_file,
    who_file, word_files, wording_file,
};
use crate::model::lexicon::{Cue, Lexicon, Mark, Term};
use crate::model::rule::Rule;
use std::path::Path;

/// The lexicon: the embedded files, or with `dir` its own copies of them.
pub fn load(dir: Option<&Path>) -> Result<Lexicon, BundleError> {
    let bundle = match dir {
        Some(dir) => Bundle::open(dir)?,
        None => Bundle::embedded(),
    };
    let (lexicon, faults) = read(&bundle);
    match faults.into_iter().next() {
        Some(fault) => Err(BundleError::Fault { fault }),
        None => Ok(lexicon),
    }
}

/// Rows of all files with file and line, before they are joined.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) rules: Vec<(String, usize, Rule)>,
    pub(super) terms: Vec<(String, usize, Term)>,
    pub(super) cues: Vec<(String, usize, Cue)>,
    pub(super) marks: Vec<(String, usize, Mark)>,
}

/// Reads the rows of the files that hold rules, terms, cues and marks.
pub(super) fn rows(bundle: &Bundle, faults: &mut Vec<Fault>) -> Rows {
    let mut rows = Rows::default();
    for (line, rule) in rule_file::read("rules.toml", bundle.text("rules.toml"), faults) {
        rows.rules.push(("rules.toml".into(), line, rule));
    }
    for (name, text) in bundle.folder("terms/") {
        for (line, term) in term_file::read(name, text, faults) {
            rows.terms.push((name.to_owned(), line, term));
        }
    }
    let context = "context.toml";
    let (cues, marks) = cue_file::read(context, bundle.text(context), faults);
    rows.cues = at(context, cues);
    rows.marks = at(context, marks);
    rows
}

/// Reads and checks all files; faulty rows are left out of the lexicon.
pub fn read(bundle: &Bundle) -> (Lexicon, Vec<Fault>) {
    let mut faults = Vec::new();
    let rows = rows(bundle, &mut faults);
    let (covers, trades) = cover_file::read("covers.toml", bundle.text("covers.toml"), &mut faults);
    let (departments, benign) = ("departments.toml", "benign.toml");
    let mut lexicon = Lexicon {
        departments: catalogue_files::departments(
            departments,
            bundle.text(departments),
            &mut faults,
        ),
        benign: catalogue_files::benign(benign, bundle.text(benign), &mut faults),
        covers,
        trades,
        scoring: score_file::read("score.toml", bundle.text("score.toml"), &mut faults),
        who: who_file::read("who.toml", bundle.text("who.toml"), &mut faults),
        alerts: alert_file::read("alerts.toml", bundle.text("alerts.toml"), &mut faults),
        version: bundle.version(),
        ad_lists: ad_lists::read(bundle),
        polarity: word_files::polarity("negation.toml", bundle.text("negation.toml"), &mut faults),
        names: word_files::names("names.toml", bundle.text("names.toml"), &mut faults),
        topics: word_files::topics("topics.toml", bundle.text("topics.toml"), &mut faults),
        wording: wording_file::read(bundle.text(wording_file::FILE), &mut faults),
        ..Lexicon::default()
    };
    check_rows(&rows, &lexicon, &mut faults);
    lexicon.rules = bare(rows.rules);
    lexicon.terms = bare(rows.terms);
    lexicon.cues = bare(rows.cues);
    lexicon.marks = bare(rows.marks);
    (lexicon, faults)
}

fn at<T>(name: &str, rows: Vec<(usize, T)>) -> Vec<(String, usize, T)> {
    rows.into_iter()
        .map(|(line, row)| (name.to_owned(), line, row))
        .collect()
}

fn bare<T>(rows: Vec<(String, usize, T)>) -> Vec<T> {
    rows.into_iter().map(|(_, _, row)| row).collect()
}
