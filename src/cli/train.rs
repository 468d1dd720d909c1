//! `wangxun lexicon train`: the linear model of wording, from labelled texts.

use super::arguments::{Format, Train};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, incomplete, misuse};
use super::output::{Output, table};
use super::{labelled, tools};
use crate::audit::train::{Example, Schooling};
use crate::lexicons::{dictionary, wording_file};
use crate::patrol::train::{Choice, Lesson, Sources, candidates, cross_check, examples, school};
use crate::seeds;
use crate::text::Segmenter;
use anyhow::Context;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Carries the command out.
pub fn run(asked: &Train, settings: &Settings) -> Done {
    let (lessons, digest, bad) = lessons(asked)?;
    let words = dictionary::load(settings.lexicons.as_deref()).map_err(misuse)?;
    let segmenter = Segmenter::new(&words);
    let registers = seeds::load_registers(settings.registers.as_deref()).map_err(misuse)?;
    let registers = Arc::new(registers.value);
    let sources = Sources {
        lexicons: settings.lexicons.as_deref(),
        registers: &registers,
        date: tools::today(),
    };
    let choice = Choice {
        texts: asked.word_texts,
        ..Choice::default()
    };
    let how = Schooling {
        penalty: asked.penalty,
        passes: asked.passes,
        ..Schooling::default()
    };
    if let Some(path) = &asked.features {
        let words = candidates(&lessons, &segmenter, choice);
        let examples = examples(&lessons, &words, sources).map_err(misuse)?;
        write(path, &features(&lessons, &examples, &words))?;
        return Ok(if bad == 0 { Exit::Fine } else { Exit::Misuse });
    }
    if !asked.no_check {
        let mut rows = Vec::new();
        cross_check(&lessons, &segmenter, choice, how, sources, |fold, found| {
            rows.push((fold.to_owned(), found.clone()));
        })
        .map_err(misuse)?;
        show(&rows, settings.format)?;
    }
    if let Some(out) = asked.out.as_ref().filter(|_| !asked.check_only) {
        let wording = school(&lessons, &segmenter, choice, how, sources).map_err(misuse)?;
        let head = [
            "Weights of the linear model of wording: feature, then the sums: contexts (ad, warning, \
             news, reference, ordinary), breach, offers (in the order of the labelling guide)."
                .to_owned(),
            format!(
                "Made by `wangxun lexicon train` from {} texts (SHA-256 {digest}), penalty {}, {} passes.",
                lessons.len(),
                how.penalty,
                how.passes
            ),
        ];
        write(out, &wording_file::write(&wording, &head))?;
    }
    Ok(if bad == 0 { Exit::Fine } else { Exit::Misuse })
}

/// What the model is asked about each text, a line each.
fn features(lessons: &[Lesson], examples: &[Example], words: &[String]) -> String {
    let mut out = String::new();
    for (lesson, example) in lessons.iter().zip(examples) {
        let met = &example.features.words;
        let met: Vec<&String> = met.iter().filter_map(|w| words.get(*w as usize)).collect();
        let line = json!({
            "id": lesson.row.id, "file": lesson.fold, "context": lesson.row.context,
            "offer": lesson.row.offer, "finding": lesson.row.finding,
            "features": example.features.named.iter().map(|(n, v)| json!([n, v])).collect::<Vec<_>>(),
            "words": met,
        });
        out.push_str(&line.to_string());
        out.push('\n');
    }
    out
}

fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    fs::write(path, text)
        .with_context(|| format!("cannot write {}", path.display()))
        .map_err(incomplete)
}

/// The lessons of all files, the digest over their texts and labels, and the number of lines that cannot be read.
fn lessons(asked: &Train) -> Result<(Vec<Lesson>, String, u64), Trouble> {
    let mut lessons = Vec::new();
    let mut digest = Sha256::new();
    let mut bad = 0;
    for file in &asked.files {
        let (rows, faults) = labelled::read(file)?;
        bad += faults;
        digest.update(fs::read(file).map_err(misuse)?);
        let fold = file.file_stem().unwrap_or_default().to_string_lossy();
        lessons.extend(rows.into_iter().map(|row| Lesson {
            row,
            fold: fold.clone().into_owned(),
        }));
    }
    Ok((lessons, hex::encode(digest.finalize()), bad))
}

fn show(
    folds: &[(String, crate::patrol::evaluate::Evaluation)],
    format: Format,
) -> Result<(), Trouble> {
    if format == Format::Json {
        let folds: Vec<_> = folds
            .iter()
            .map(|(fold, found)| json!({"left_out": fold, "figures": found.json(false)}))
            .collect();
        return Output.json(&json!({ "folds": folds }));
    }
    let rows: Vec<Vec<String>> = folds
        .iter()
        .map(|(fold, found)| {
            vec![
                fold.clone(),
                found.finding.precision().of.to_string(),
                format!("{:.3}", found.finding.precision().value),
                format!("{:.3}", found.finding.recall().value),
                format!("{:.3}", found.finding.f1()),
                format!("{:.3}", found.context().value),
            ]
        })
        .collect();
    let heads = ["left out", "said", "precision", "recall", "f1", "context"];
    Output.line(table(&heads, &rows).trim_end())
}
