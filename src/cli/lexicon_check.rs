//! `wangxun lexicon check`: faults, advice, and what a corpus does not bear out.

use super::arguments::{Format, LexiconCheck};
use super::config::Settings;
use super::exit::{Done, Exit, Trouble, misuse};
use super::output::{Output, table};
use super::progress::TerminalMonitor;
use super::tools;
use crate::lexicons::advice::{Advice, AdviceKind, advise};
use crate::lexicons::check::{Fault, check};
use crate::lexicons::places::Places;
use crate::lexicons::rulebook;
use crate::model::monitor::{Event, Monitor};
use crate::patrol::usage::{CorpusText, IdleWord, Limits, OverFiring, Usage};
use anyhow::{Context, anyhow};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Carries the command out.
pub fn run(asked: &LexiconCheck, settings: &Settings) -> Done {
    if !(0.0..=1.0).contains(&asked.over_share) {
        return Err(misuse(anyhow!("--over-share must lie between 0 and 1")));
    }
    let dir = asked.dir.as_deref().or(settings.lexicons.as_deref());
    let faults = check(dir).map_err(misuse)?;
    let advice = advise(dir).map_err(misuse)?;
    // Faulty lexicons cannot judge; what is wrong with them comes first.
    let corpus = match asked.corpus.is_empty() || !faults.is_empty() {
        true => None,
        false => Some(corpus(asked, dir, settings)?),
    };
    match settings.format {
        Format::Json => Output.json(&json(&faults, &advice, corpus.as_ref()))?,
        Format::Table => show(&faults, &advice, corpus.as_ref())?,
    }
    if !asked.corpus.is_empty() && corpus.is_none() {
        tracing::warn!("the corpus was not looked at: the lexicons have faults");
    }
    Ok(match (faults.is_empty(), corpus.map_or(0, |c| c.bad)) {
        (false, _) => Exit::CheckFailed,
        (true, 0) => Exit::Fine,
        (true, _) => Exit::Misuse,
    })
}

/// What a corpus told.
struct Corpus {
    files: Vec<PathBuf>,
    usage: Usage,
    idle: Vec<IdleWord>,
    over: Vec<OverFiring>,
    places: Places,
    /// Lines that are no texts.
    bad: u64,
}

fn corpus(
    asked: &LexiconCheck,
    dir: Option<&Path>,
    settings: &Settings,
) -> Result<Corpus, Trouble> {
    let lexicon = rulebook::load(dir).map_err(misuse)?;
    let inspector = tools::inspector_by(dir, settings)?;
    let monitor = TerminalMonitor::new(settings.quiet);
    let mut usage = Usage::new(&lexicon);
    let mut bad = 0;
    for file in &asked.corpus {
        bad += each_text(file, |row| {
            usage.add(&inspector, &row);
            if usage.texts.is_multiple_of(100) {
                monitor.event(Event::Progress {
                    what: "texts read",
                    done: usage.texts,
                    total: 0,
                });
            }
        })?;
    }
    monitor.clear();
    if usage.texts == 0 {
        return Err(misuse(anyhow!("the corpus holds no text")));
    }
    let limits = Limits {
        share: asked.over_share,
        texts: asked.over_texts,
    };
    Ok(Corpus {
        files: asked.corpus.clone(),
        idle: usage.idle(),
        over: usage.over_firing(limits),
        places: Places::load(dir).map_err(misuse)?,
        usage,
        bad,
    })
}

/// Gives every text of a file to `take`; says how many lines are none.
pub(super) fn each_text(file: &Path, mut take: impl FnMut(CorpusText)) -> Result<u64, Trouble> {
    let failed = || format!("cannot read {}", file.display());
    let open = File::open(file).with_context(failed).map_err(misuse)?;
    let mut bad = 0;
    for (at, line) in BufReader::new(open).lines().enumerate() {
        let line = line.with_context(failed).map_err(misuse)?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(row) => take(row),
            Err(error) => {
                bad += 1;
                tracing::error!("{}:{}: {error}", file.display(), at + 1);
            }
        }
    }
    Ok(bad)
}

fn json(faults: &[Fault], advice: &[Advice], corpus: Option<&Corpus>) -> Value {
    let faults: Vec<Value> = faults
        .iter()
        .map(|f| json!({ "file": f.file, "line": f.line, "field": f.field, "problem": f.what }))
        .collect();
    let advice: Vec<Value> = advice
        .iter()
        .map(|a| {
            json!({
                "kind": a.kind.code(), "file": a.file, "line": a.line, "row": a.sort, "id": a.id,
                "word": a.word, "other": a.other, "advice": a.what(),
            })
        })
        .collect();
    json!({ "faults": faults, "advice": advice, "corpus": corpus.map(Corpus::json) })
}

impl Corpus {
    fn json(&self) -> Value {
        let placed = |value: Value, (file, line): (String, usize)| {
            let mut value = value;
            if let Some(map) = value.as_object_mut() {
                map.insert("file".to_owned(), json!(file));
                map.insert("line".to_owned(), json!(line));
            }
            value
        };
        let word = |w: &IdleWord| placed(json!(w), self.places.word(w.sort, &w.id, &w.word));
        let row = |o: &OverFiring| placed(json!(o), self.places.row(o.sort, &o.id));
        let (taken, never): (Vec<&IdleWord>, Vec<&IdleWord>) =
            self.idle.iter().partition(|w| w.is_taken());
        json!({
            "files": self.files,
            "texts": self.usage.texts,
            "labelled": self.usage.labelled,
            "findings": self.usage.findings,
            "never_firing": never.into_iter().map(word).collect::<Vec<_>>(),
            "always_taken": taken.into_iter().map(word).collect::<Vec<_>>(),
            "over_firing": self.over.iter().map(row).collect::<Vec<_>>(),
        })
    }
}

fn show(faults: &[Fault], advice: &[Advice], corpus: Option<&Corpus>) -> Result<(), Trouble> {
    for fault in faults {
        Output.line(fault)?;
    }
    Output.line(format!("{} faults", faults.len()))?;
    for kind in [
        AdviceKind::Double,
        AdviceKind::Shadowed,
        AdviceKind::Taken,
        AdviceKind::IdleStop,
    ] {
        let of_kind: Vec<&Advice> = advice.iter().filter(|a| a.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        Output.line("")?;
        Output.line(format!("{} ({})", title(kind), of_kind.len()))?;
        for a in of_kind {
            Output.line(format!("  {}:{}: {}: {}", a.file, a.line, a.id, a.what()))?;
        }
    }
    match corpus {
        Some(corpus) => corpus.show(),
        None => Ok(()),
    }
}

fn title(kind: AdviceKind) -> &'static str {
    match kind {
        AdviceKind::Double => "advice: the same word in two rows of a kind",
        AdviceKind::Shadowed => "advice: a shorter word of the list does the same",
        AdviceKind::Taken => "advice: words that their own stop phrase takes away",
        AdviceKind::IdleStop => "advice: stop phrases that touch no word",
    }
}

impl Corpus {
    fn show(&self) -> Result<(), Trouble> {
        let usage = &self.usage;
        Output.line("")?;
        Output.line(format!(
            "corpus: {} texts, {} labelled, {} of them findings",
            usage.texts, usage.labelled, usage.findings
        ))?;
        self.show_over()?;
        self.show_taken()?;
        self.show_never()
    }

    fn show_over(&self) -> Result<(), Trouble> {
        if self.over.is_empty() {
            return Ok(());
        }
        let cells = |o: &OverFiring| {
            let (file, line) = self.places.row(o.sort, &o.id);
            let labels = o.labels.iter().map(|(label, n)| format!("{label} {n}"));
            let words = o.words.iter();
            vec![
                format!("  {file}:{line}"),
                o.id.clone(),
                o.expected.to_owned(),
                o.texts.to_string(),
                o.wrong.to_string(),
                format!("{:.2}", o.share),
                labels.collect::<Vec<_>>().join(", "),
                words
                    .map(|(word, wrong, texts)| format!("{word} {wrong}/{texts}"))
                    .collect::<Vec<_>>()
                    .join(", "),
            ]
        };
        let rows: Vec<Vec<String>> = self.over.iter().map(cells).collect();
        Output.line("")?;
        Output.line(format!(
            "advice: rows that fire mostly in other texts than they should ({})",
            rows.len()
        ))?;
        let heads = [
            "  place", "id", "expected", "texts", "wrong", "share", "labelled", "words",
        ];
        Output.line(table(&heads, &rows).trim_end())
    }

    fn show_taken(&self) -> Result<(), Trouble> {
        let taken: Vec<&IdleWord> = self.idle.iter().filter(|w| w.is_taken()).collect();
        if taken.is_empty() {
            return Ok(());
        }
        Output.line("")?;
        Output.line(format!(
            "advice: words that a stop phrase always takes away ({})",
            taken.len()
        ))?;
        for word in taken {
            let (file, line) = self.places.word(word.sort, &word.id, &word.word);
            let stops = word.stops.iter().map(|(stop, n)| format!("{stop:?} {n}"));
            Output.line(format!(
                "  {file}:{line}: {}: {:?} stands in {} places, taken by {}",
                word.id,
                word.word,
                word.places,
                stops.collect::<Vec<_>>().join(", ")
            ))?;
        }
        Ok(())
    }

    /// One line for each row, for the list is long where the corpus is small.
    fn show_never(&self) -> Result<(), Trouble> {
        let mut rows: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        let never = self.idle.iter().filter(|w| !w.is_taken());
        let mut count = 0;
        for word in never {
            count += 1;
            let reasons = word.reasons.iter().map(|(why, n)| format!("{why} {n}"));
            let reasons = reasons.collect::<Vec<_>>().join(", ");
            let shown = if reasons.is_empty() {
                word.word.clone()
            } else {
                format!("{} ({reasons})", word.word)
            };
            rows.entry((word.sort, &word.id)).or_default().push(shown);
        }
        if rows.is_empty() {
            return Ok(());
        }
        Output.line("")?;
        Output.line(format!("advice: words that never fire ({count})"))?;
        for ((sort, id), words) in rows {
            let (file, line) = self.places.row(sort, id);
            Output.line(format!("  {file}:{line}: {id}: {}", words.join("、")))?;
        }
        Ok(())
    }
}
