//! `wangxun evaluate`: measures the audit against labelled texts.

use super::arguments::{Evaluate, Format};
use super::config::Settings;
use super::exit::{Done, Exit};
use super::labelled;
use super::output::{Output, table};
use super::tools;
use crate::patrol::evaluate::{Counts, Evaluation, Rate, evaluate};

/// Carries the command out.
pub fn run(asked: &Evaluate, settings: &Settings) -> Done {
    let (rows, bad) = labelled::read(&asked.file)?;
    let inspector = tools::inspector(settings)?;
    let found = evaluate(&inspector, &rows, asked.date.unwrap_or_else(tools::today));
    match settings.format {
        Format::Json => Output.json(&found.json(asked.errors))?,
        Format::Table => show(&found, rows.len(), asked.errors)?,
    }
    Ok(if bad == 0 { Exit::Fine } else { Exit::Misuse })
}

fn show(found: &Evaluation, texts: usize, errors: bool) -> Result<(), super::exit::Trouble> {
    Output.line(format!("texts      {texts}"))?;
    Output.line(format!("precision  {}", rate(&found.finding.precision())))?;
    Output.line(format!("recall     {}", rate(&found.finding.recall())))?;
    Output.line(format!("f1         {:.3}", found.finding.f1()))?;
    Output.line(format!("context    {}", rate(&found.context())))?;
    for (heading, groups) in [("source", &found.sources), ("claim", &found.claims)] {
        let rows: Vec<Vec<String>> = groups
            .iter()
            .map(|(name, counts)| row(name, counts))
            .collect();
        Output.line("")?;
        Output.line(
            table(
                &[
                    heading,
                    "right",
                    "wrong",
                    "missed",
                    "precision",
                    "recall",
                    "f1",
                ],
                &rows,
            )
            .trim_end(),
        )?;
    }
    if !found.confusion.is_empty() {
        let rows: Vec<Vec<String>> = found
            .confusion
            .iter()
            .map(|((label, said), count)| vec![label.clone(), said.clone(), count.to_string()])
            .collect();
        Output.line("")?;
        Output.line(table(&["context", "judged", "texts"], &rows).trim_end())?;
    }
    if errors {
        for miss in &found.misses {
            Output.line(format!(
                "{} [{}] labelled {}/{} judged {}/{}  rules {}  cues {}",
                miss.id,
                miss.source,
                miss.label.0,
                miss.label.1,
                miss.said.0,
                miss.said.1,
                miss.rules.join(","),
                miss.cues.join(",")
            ))?;
        }
    }
    Ok(())
}

fn rate(rate: &Rate) -> String {
    format!(
        "{:.3}  (95 % interval {:.3} to {:.3}, of {})",
        rate.value, rate.low, rate.high, rate.of
    )
}

fn row(name: &str, counts: &Counts) -> Vec<String> {
    vec![
        name.to_owned(),
        counts.true_positive.to_string(),
        counts.false_positive.to_string(),
        counts.false_negative.to_string(),
        format!("{:.3}", counts.precision().value),
        format!("{:.3}", counts.recall().value),
        format!("{:.3}", counts.f1()),
    ]
}
