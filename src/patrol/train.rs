//! From labelled texts to the trained model: candidate words, features, weights; checked on files left out.

use super::evaluate::{Evaluation, Labelled, evaluate};
use super::inspect::{Inspector, InspectorError};
use crate::audit::train::{Example, Schooling, train};
use crate::model::context::{Context, Offer};
use crate::model::register::Registers;
use crate::model::tokens::Tokenizer;
use crate::model::wording::{SUMS, Wording};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// A labelled text with the group it is left out with when the model is checked (its file).
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The text and its labels.
    pub row: Labelled,
    /// Name of the group.
    pub fold: String,
}

/// Which words may become features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Texts that must hold the word.
    pub texts: usize,
    /// Most characters of a word.
    pub chars: usize,
}

impl Default for Choice {
    fn default() -> Self {
        Self { texts: 4, chars: 6 }
    }
}

/// Words that enough lessons hold, sorted.
pub fn candidates(lessons: &[Lesson], words: &dyn Tokenizer, choice: Choice) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for lesson in lessons {
        let text = lesson.row.text.to_lowercase();
        let mut met: BTreeSet<&str> = BTreeSet::new();
        for span in words.words(&text) {
            if let Some(word) = text.get(span).filter(|w| plain(w, choice.chars)) {
                met.insert(word);
            }
        }
        for word in met {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
    counts.retain(|_, n| *n >= choice.texts);
    counts.into_keys().collect()
}

/// Han words only: figures, letters and signs are features of their own.
fn plain(word: &str, most: usize) -> bool {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    word.chars().all(han) && (1..=most).contains(&word.chars().count())
}

/// Where the lexicons and registers come from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// Folder of lexicons, or those built in.
    pub lexicons: Option<&'a Path>,
    /// Registers of licensed institutions.
    pub registers: &'a Arc<Registers>,
    /// The day whose rules hold.
    pub date: NaiveDate,
}

/// The lessons as examples: features by the lexicons with these words.
pub fn examples(
    lessons: &[Lesson],
    words: &[String],
    sources: Sources<'_>,
) -> Result<Vec<Example>, InspectorError> {
    let unweighted = words.iter().map(|w| (w.clone(), [0.0; SUMS])).collect();
    let wording = Wording {
        words: unweighted,
        ..Wording::default()
    };
    let registers = Arc::clone(sources.registers);
    let inspector = Inspector::with_wording(sources.lexicons, registers, wording)?;
    let example = |lesson: &Lesson| {
        Some(Example {
            features: inspector.features(&lesson.row.text, sources.date),
            context: Context::parse(&lesson.row.context)?,
            offer: Offer::parse(&lesson.row.offer).unwrap_or(Offer::None),
            finding: lesson.row.finding == 1,
            weight: match lesson.row.sure {
                Some(0) => 0.3,
                Some(1) => 0.7,
                _ => 1.0,
            },
        })
    };
    Ok(lessons.iter().filter_map(example).collect())
}

/// Trains on all lessons.
pub fn school(
    lessons: &[Lesson],
    tokenizer: &dyn Tokenizer,
    choice: Choice,
    how: Schooling,
    sources: Sources<'_>,
) -> Result<Wording, InspectorError> {
    let words = candidates(lessons, tokenizer, choice);
    let examples = examples(lessons, &words, sources)?;
    Ok(train(&examples, &words, how))
}

/// Leaves each fold out in turn, trains on the others and judges the fold: how the model carries over to sources it never
/// saw.
pub fn cross_check(
    lessons: &[Lesson],
    tokenizer: &dyn Tokenizer,
    choice: Choice,
    how: Schooling,
    sources: Sources<'_>,
    mut each: impl FnMut(&str, &Evaluation),
) -> Result<(), InspectorError> {
    let folds: BTreeSet<&str> = lessons.iter().map(|l| l.fold.as_str()).collect();
    for fold in folds {
        let (out, rest): (Vec<Lesson>, Vec<Lesson>) =
            lessons.iter().cloned().partition(|l| l.fold == fold);
        let wording = school(&rest, tokenizer, choice, how, sources)?;
        let registers = Arc::clone(sources.registers);
        let inspector = Inspector::with_wording(sources.lexicons, registers, wording)?;
        let rows: Vec<Labelled> = out.into_iter().map(|l| l.row).collect();
        each(fold, &evaluate(&inspector, &rows, sources.date));
    }
    Ok(())
}
