//! `wangxun evaluate --against`: two lexicons on the same texts.

use super::arguments::{By, Evaluate, Format};
use super::evaluate::{Judged, cell, f1, quoted, verdict};
use super::exit::Trouble;
use super::output::{Output, table};
use crate::patrol::compare::{Change, Comparison, Turn};
use crate::patrol::counts::{Counts, McNemar, Rate};
use crate::patrol::evaluate::{Labelled, Part};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Prints both, side by side, and what changed.
pub(super) fn run(
    rows: &[Labelled],
    other: &Judged,
    now: &Judged,
    dir: &Path,
    asked: &Evaluate,
    format: Format,
) -> Result<(), Trouble> {
    let found = Comparison::of(rows, &other.said, &now.said);
    if format == Format::Json {
        let mut out = now.json(asked.errors);
        if let Some(map) = out.as_object_mut() {
            map.insert("against".into(), other.json(asked.errors));
            map.insert("against_lexicons".into(), json!(dir));
            map.insert("changes".into(), json!(found.changes));
            let tests = json!({ "finding": found.finding, "context": found.context });
            map.insert("mcnemar".into(), tests);
        }
        return Output.json(&out);
    }
    show_both(other, now, dir)?;
    for by in &asked.by {
        match by {
            By::Source => show_parts_both("source", &other.found.sources, &now.found.sources)?,
            By::File => show_parts_both("file", &other.found.files, &now.found.files)?,
            By::Claim => show_counts_both("claim", &other.found.claims, &now.found.claims)?,
            By::Context => show_counts_both("context", &other.found.contexts, &now.found.contexts)?,
            By::Offer => {
                show_counts_both("offer (in ads)", &other.found.offers, &now.found.offers)?
            }
        }
    }
    show_changes(&found)
}

fn show_both(other: &Judged, now: &Judged, dir: &Path) -> Result<(), Trouble> {
    let (a, b) = (&other.found, &now.found);
    let pair = |name: &str, a: Rate, b: Rate| {
        vec![
            name.to_owned(),
            cell(&a),
            cell(&b),
            format!("{:+.3}", b.value - a.value),
        ]
    };
    let means = vec![
        "f1".to_owned(),
        format!("{:.3}", a.finding.f1()),
        format!("{:.3}", b.finding.f1()),
        format!("{:+.3}", b.finding.f1() - a.finding.f1()),
    ];
    let rows = vec![
        pair("precision", a.finding.precision(), b.finding.precision()),
        pair("recall", a.finding.recall(), b.finding.recall()),
        means,
        pair("context", a.context(), b.context()),
        pair("offer", a.offer(), b.offer()),
    ];
    let short = |version: &str| version.chars().take(12).collect::<String>();
    Output.line(format!("texts    {}", b.finding.all()))?;
    Output.line(format!(
        "against  {} {}",
        short(&other.version),
        dir.display()
    ))?;
    Output.line(format!("current  {}", short(&now.version)))?;
    Output.line("")?;
    Output.line(table(&["figure", "against", "current", "change"], &rows).trim_end())
}

const BOTH: [&str; 7] = [
    "labelled",
    "against: precision",
    "recall",
    "f1",
    "current: precision",
    "recall",
    "f1",
];

fn row_both(name: &str, a: &Counts, b: &Counts) -> Vec<String> {
    let figures = |c: &Counts| [cell(&c.precision()), cell(&c.recall()), f1(c)];
    let head = [name.to_owned(), b.labelled().to_string()];
    head.into_iter()
        .chain(figures(a))
        .chain(figures(b))
        .collect()
}

fn show_parts_both(
    heading: &str,
    other: &BTreeMap<String, Part>,
    now: &BTreeMap<String, Part>,
) -> Result<(), Trouble> {
    let rows: Vec<Vec<String>> = now
        .iter()
        .filter_map(|(name, b)| Some(row_both(name, &other.get(name)?.finding, &b.finding)))
        .collect();
    both(heading, &rows)
}

fn show_counts_both(
    heading: &str,
    other: &BTreeMap<&'static str, Counts>,
    now: &BTreeMap<&'static str, Counts>,
) -> Result<(), Trouble> {
    let rows: Vec<Vec<String>> = now
        .iter()
        .filter_map(|(name, b)| Some((name, other.get(name)?, b)))
        .filter(|(_, a, b)| a.all() > a.true_negative || b.all() > b.true_negative)
        .map(|(name, a, b)| row_both(name, a, b))
        .collect();
    both(heading, &rows)
}

fn both(heading: &str, rows: &[Vec<String>]) -> Result<(), Trouble> {
    let heads: Vec<&str> = std::iter::once(heading).chain(BOTH).collect();
    Output.line("")?;
    Output.line(table(&heads, rows).trim_end())
}

fn show_changes(found: &Comparison) -> Result<(), Trouble> {
    let n = |turn| found.count(turn);
    Output.line("")?;
    Output.line(format!(
        "findings  newly found {} right, {} wrong; newly lost {} right, {} wrong",
        n(Turn::NewlyFoundRight),
        n(Turn::NewlyFoundWrong),
        n(Turn::NewlyLostRight),
        n(Turn::NewlyLostWrong)
    ))?;
    Output.line(format!("          {}", test(&found.finding)))?;
    Output.line(format!(
        "contexts  changed to the right one {}, from the right one {}, between wrong ones {}",
        n(Turn::Right),
        n(Turn::Wrong),
        n(Turn::Neither)
    ))?;
    Output.line(format!("          {}", test(&found.context)))?;
    if !found.changes.is_empty() {
        Output.line("")?;
    }
    for change in &found.changes {
        Output.line(change_line(change))?;
    }
    Ok(())
}

fn test(test: &McNemar) -> String {
    format!(
        "McNemar: only the other lexicons right on {}, only the current ones on {}, p = {:.3}",
        test.only_before, test.only_after, test.p
    )
}

fn change_line(change: &Change) -> String {
    let turn = match change.finding {
        Turn::NewlyFoundRight => "newly found, right",
        Turn::NewlyFoundWrong => "newly found, WRONG",
        Turn::NewlyLostRight => "newly lost, right",
        Turn::NewlyLostWrong => "newly lost, WRONG",
        _ => match change.context {
            Turn::Right => "context, right",
            Turn::Wrong => "context, WRONG",
            _ => "context, neither",
        },
    };
    let rules = |sign: char, rules: &[String]| {
        let signed = rules.iter().map(|rule| format!(" {sign}{rule}"));
        signed.collect::<String>()
    };
    format!(
        "{turn:<18}  {} [{}] labelled {} before {} now {} {}{}\n  {}",
        change.id,
        change.source,
        verdict(change.label),
        verdict(change.before),
        verdict(change.after),
        rules('+', &change.rules_new),
        rules('-', &change.rules_lost),
        quoted(&change.head)
    )
}
