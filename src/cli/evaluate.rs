//! `wangxun evaluate`: measures the audit against labelled texts, or one lexicon against another.

use super::arguments::{By, Evaluate, Format};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble};
use super::output::{Output, shorten, table};
use super::{against, labelled, tools};
use crate::model::context::{Context, Offer};
use crate::patrol::counts::{Counts, Rate};
use crate::patrol::evaluate::{Confusion, Evaluation, Part, Said, judge_all};
use crate::patrol::inspect::Inspector;
use serde_json::json;
use std::collections::BTreeMap;

/// Carries the command out.
pub fn run(asked: &Evaluate, settings: &Settings) -> Done {
    let mut rows = Vec::new();
    let mut bad = 0;
    for file in &asked.files {
        let (of_file, faults) = labelled::read(file)?;
        rows.extend(of_file);
        bad += faults;
    }
    let date = asked.date.unwrap_or_else(tools::today);
    let judged = |inspector: Inspector| -> Judged {
        let said = judge_all(&inspector, &rows, date);
        Judged {
            version: inspector.version().to_owned(),
            found: Evaluation::of(&rows, &said),
            said,
        }
    };
    let now = judged(tools::inspector(settings)?);
    let other = match asked.against.as_deref() {
        Some(dir) => Some(judged(tools::inspector_by(Some(dir), settings)?)),
        None => None,
    };
    match (&other, asked.against.as_deref()) {
        (Some(other), Some(dir)) => {
            against::run(&rows, other, &now, dir, asked, settings.format)?;
        }
        _ if settings.format == Format::Json => Output.json(&now.json(asked.errors))?,
        _ => show(&now.found, asked)?,
    }
    Ok(if bad == 0 { Exit::Fine } else { Exit::Misuse })
}

/// What one lexicon said.
pub(super) struct Judged {
    pub(super) version: String,
    pub(super) said: Vec<Said>,
    pub(super) found: Evaluation,
}

impl Judged {
    pub(super) fn json(&self, errors: bool) -> serde_json::Value {
        let mut out = self.found.json(errors);
        if let Some(map) = out.as_object_mut() {
            map.insert("lexicon_version".into(), json!(self.version));
        }
        out
    }
}

fn show(found: &Evaluation, asked: &Evaluate) -> Result<(), Trouble> {
    Output.line(format!("texts      {}", found.finding.all()))?;
    if found.unreadable > 0 {
        let unknown = found.unreadable;
        Output.line(format!("left out   {unknown} with an unknown context word"))?;
    }
    Output.line(format!("precision  {}", rate(&found.finding.precision())))?;
    Output.line(format!("recall     {}", rate(&found.finding.recall())))?;
    Output.line(format!("f1         {:.3}", found.finding.f1()))?;
    Output.line(format!("context    {}", rate(&found.context())))?;
    let offer = rate(&found.offer());
    Output.line(format!("offer      {offer} labelled advertisements"))?;
    for by in &asked.by {
        match by {
            By::Source => show_parts("source", &found.sources)?,
            By::File => show_parts("file", &found.files)?,
            By::Claim => show_counts("claim", &found.claims)?,
            By::Context => {
                show_counts("context", &found.contexts)?;
                let order: Vec<&str> = Context::ALL.iter().map(|c| c.code()).collect();
                show_confusion("context", &order, &found.confusion)?;
            }
            By::Offer => {
                show_counts("offer (in ads)", &found.offers)?;
                let order: Vec<&str> = Offer::ALL.iter().map(|o| o.code()).collect();
                show_confusion("offer", &order, &found.offer_confusion)?;
            }
        }
    }
    if asked.errors && !found.misses.is_empty() {
        Output.line("")?;
        for miss in &found.misses {
            Output.line(format!(
                "{} [{}] labelled {} judged {}  rules {}  cues {}\n  {}",
                miss.id,
                miss.source,
                verdict(miss.label),
                verdict(miss.said),
                miss.rules.join(","),
                miss.cues.join(","),
                quoted(&miss.head)
            ))?;
        }
    }
    Ok(())
}

/// `ad/finding`.
pub(super) fn verdict((context, finding): (&str, bool)) -> String {
    let what = if finding { "finding" } else { "none" };
    format!("{context}/{what}")
}

/// The beginning of a text on one line, in quotation marks, everything that is not plain escaped.
pub(super) fn quoted(head: &str) -> String {
    format!("{:?}", shorten(head, 100))
}

fn rate(rate: &Rate) -> String {
    format!(
        "{:.3}  (95 % interval {:.3} to {:.3}, of {})",
        rate.value, rate.low, rate.high, rate.of
    )
}

/// A rate in a table's cell.
pub(super) fn cell(rate: &Rate) -> String {
    if rate.of == 0 {
        return "-".to_owned();
    }
    format!("{:.3} ({:.2}-{:.2})", rate.value, rate.low, rate.high)
}

fn show_parts(heading: &str, parts: &BTreeMap<String, Part>) -> Result<(), Trouble> {
    let rows: Vec<Vec<String>> = parts
        .iter()
        .map(|(name, part)| {
            let mut row = row(name, &part.finding);
            row.insert(1, part.finding.all().to_string());
            row.push(cell(&part.context()));
            row
        })
        .collect();
    let heads = [
        heading,
        "texts",
        "labelled",
        "right",
        "wrong",
        "missed",
        "precision",
        "recall",
        "f1",
        "context",
    ];
    Output.line("")?;
    Output.line(table(&heads, &rows).trim_end())
}

fn show_counts(heading: &str, counts: &BTreeMap<&'static str, Counts>) -> Result<(), Trouble> {
    let met = |c: &Counts| c.all() > c.true_negative;
    let rows: Vec<Vec<String>> = counts
        .iter()
        .filter(|(_, counts)| met(counts))
        .map(|(name, counts)| row(name, counts))
        .collect();
    let heads = [
        heading,
        "labelled",
        "right",
        "wrong",
        "missed",
        "precision",
        "recall",
        "f1",
    ];
    Output.line("")?;
    Output.line(table(&heads, &rows).trim_end())
}

fn row(name: &str, counts: &Counts) -> Vec<String> {
    vec![
        name.to_owned(),
        counts.labelled().to_string(),
        counts.true_positive.to_string(),
        counts.false_positive.to_string(),
        counts.false_negative.to_string(),
        cell(&counts.precision()),
        cell(&counts.recall()),
        f1(counts),
    ]
}

/// F1 in a table's cell, where there is something to find.
pub(super) fn f1(counts: &Counts) -> String {
    match counts.labelled() {
        0 => "-".to_owned(),
        _ => format!("{:.3}", counts.f1()),
    }
}

/// Labels down, verdicts across; labels and verdicts that do not occur are left out.
fn show_confusion(what: &str, order: &[&str], confusion: &Confusion) -> Result<(), Trouble> {
    let said: Vec<&str> = order
        .iter()
        .copied()
        .filter(|word| confusion.keys().any(|(_, said)| said == word))
        .collect();
    let rows: Vec<Vec<String>> = order
        .iter()
        .filter(|word| confusion.keys().any(|(label, _)| label == *word))
        .map(|label| {
            let count = |said: &&str| {
                let found = confusion.iter().find(|((l, s), _)| l == label && s == said);
                found.map_or(0, |(_, n)| *n).to_string()
            };
            std::iter::once((*label).to_owned())
                .chain(said.iter().map(count))
                .collect()
        })
        .collect();
    let heading = format!("{what} labelled \\ judged");
    let heads: Vec<&str> = std::iter::once(heading.as_str()).chain(said).collect();
    Output.line("")?;
    Output.line(table(&heads, &rows).trim_end())
}
