//! Training of the linear model: a softmax over the contexts, one over the offers, and a logistic over the breach, with
//! squared weights held down. Full passes in a fixed order: the same rows give the same weights.

use super::features::SHAPE;
use crate::model::context::{Context, Offer};
use crate::model::wording::{BREACH, CONTEXTS, Features, OFFERS, SUMS, Weights, Wording};
use std::collections::BTreeMap;

/// One labelled text.
#[derive(Debug, Clone)]
pub struct Example {
    /// What was seen in it.
    pub features: Features,
    /// Its context.
    pub context: Context,
    /// What it offers.
    pub offer: Offer,
    /// Whether a duty officer should see it.
    pub finding: bool,
    /// How much it counts (1 for a sure label).
    pub weight: f32,
}

/// How the weights are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schooling {
    /// Penalty on squared weights, for each example.
    pub penalty: f32,
    /// Passes over all examples.
    pub passes: u32,
    /// Weights smaller than this in every sum are left out.
    pub least: f32,
}

impl Default for Schooling {
    fn default() -> Self {
        Self {
            penalty: 0.0004,
            passes: 300,
            least: 0.03,
        }
    }
}

/// A row by feature numbers.
struct Row<'a> {
    parts: Vec<(u32, f32)>,
    example: &'a Example,
}

/// Weights for `words` and for every named feature that the examples show at least twice.
pub fn train(examples: &[Example], words: &[String], how: Schooling) -> Wording {
    let names = named(examples);
    let rows: Vec<Row<'_>> = examples
        .iter()
        .map(|e| row(e, &names, words.len()))
        .collect();
    let layout: Vec<bool> = (words.iter().map(|_| false))
        .chain(names.keys().map(|name| name.starts_with(SHAPE)))
        .collect();
    let (bias, weights) = descend(&rows, &layout, how);
    let kept = |w: &Weights| w.iter().any(|x| x.abs() >= how.least);
    let of = |at: usize| weights.get(at).copied().unwrap_or([0.0; SUMS]);
    let mut wording = Wording {
        bias,
        ..Wording::default()
    };
    for (at, word) in words.iter().enumerate().filter(|(at, _)| kept(&of(*at))) {
        wording.words.push((word.clone(), of(at)));
    }
    for (name, number) in names {
        let weights = of(number as usize + words.len());
        if kept(&weights) {
            wording.features.insert(name.to_owned(), weights);
        }
    }
    wording
}

/// Numbers of the named features, those met once left out: one text teaches nothing about others.
fn named(examples: &[Example]) -> BTreeMap<&str, u32> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, _) in examples.iter().flat_map(|e| &e.features.named) {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    counts.retain(|_, count| *count >= 2);
    for (number, slot) in (0..).zip(counts.values_mut()) {
        *slot = number;
    }
    counts
}

fn row<'a>(example: &'a Example, names: &BTreeMap<&str, u32>, words: usize) -> Row<'a> {
    let share = example.features.word_share();
    let mut parts: Vec<(u32, f32)> = example.features.words.iter().map(|w| (*w, share)).collect();
    for (name, value) in &example.features.named {
        if let Some(number) = names.get(name.as_str()) {
            parts.push((number + words as u32, *value));
        }
    }
    Row { parts, example }
}

/// First step of a weight; it shrinks with the squares of the slopes met (AdaGrad).
const STEP: f32 = 0.5;

/// Weights for the bias and each feature; those of mere `layout` get none for the breach.
fn descend(rows: &[Row<'_>], layout: &[bool], how: Schooling) -> (Weights, Vec<Weights>) {
    let width = layout.len();
    // The bias is one weight more, at the end.
    let mut weights = vec![[0.0f32; SUMS]; width + 1];
    let mut squares = vec![[1e-6f32; SUMS]; width + 1];
    let total: f32 = rows.iter().map(|r| r.example.weight).sum::<f32>().max(1.0);
    for _ in 0..how.passes {
        let mut slopes = vec![[0.0f32; SUMS]; width + 1];
        for row in rows {
            let errors = errors(row, &weights, width);
            for (at, value) in row.parts.iter().copied().chain([(width as u32, 1.0)]) {
                if let Some(slope) = slopes.get_mut(at as usize) {
                    for (s, error) in slope.iter_mut().zip(errors) {
                        *s += error * value / total;
                    }
                }
            }
        }
        for (at, (weight, square)) in weights.iter_mut().zip(&mut squares).enumerate() {
            let Some(slope) = slopes.get(at) else {
                continue;
            };
            let penalty = if at == width { 0.0 } else { how.penalty };
            let silent = layout.get(at).copied().unwrap_or(false);
            for sum in (0..SUMS).filter(|sum| !(silent && *sum == BREACH)) {
                let slope = slope[sum] + penalty * weight[sum];
                square[sum] += slope * slope;
                weight[sum] -= STEP * slope / square[sum].sqrt() * 0.2;
            }
        }
    }
    let bias = weights.pop().unwrap_or([0.0; SUMS]);
    (bias, weights)
}

/// Said minus true, for each sum.
fn errors(row: &Row<'_>, weights: &[Weights], width: usize) -> Weights {
    let mut sums = weights.get(width).copied().unwrap_or([0.0; SUMS]);
    for (at, value) in &row.parts {
        if let Some(weight) = weights.get(*at as usize) {
            for (sum, w) in sums.iter_mut().zip(weight) {
                *sum += w * value;
            }
        }
    }
    let mut said = sums;
    let context = Context::ALL.iter().position(|c| *c == row.example.context);
    softmax(&mut said[CONTEXTS], context);
    let offer = Offer::ALL.iter().position(|o| *o == row.example.offer);
    softmax(&mut said[OFFERS], offer);
    let finding = f32::from(u8::from(row.example.finding));
    said[BREACH] = 1.0 / (1.0 + (-sums[BREACH]).exp()) - finding;
    said.map(|e| e * row.example.weight)
}

/// Turns sums into shares, less one at the true place.
fn softmax(sums: &mut [f32], truth: Option<usize>) {
    let top = sums.iter().copied().fold(f32::MIN, f32::max);
    for sum in sums.iter_mut() {
        *sum = (*sum - top).exp();
    }
    let all: f32 = sums.iter().sum();
    for (at, sum) in sums.iter_mut().enumerate() {
        *sum = *sum / all - f32::from(u8::from(Some(at) == truth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(name: &str, word: u32, context: Context, finding: bool) -> Example {
        let mut features = Features {
            words: vec![word],
            ..Features::default()
        };
        features.set(name);
        Example {
            features,
            context,
            offer: Offer::None,
            finding,
            weight: 1.0,
        }
    }

    #[test]
    fn what_tells_the_classes_apart_gets_the_weight() {
        let mut examples = Vec::new();
        for _ in 0..10 {
            examples.push(example("cue:a", 0, Context::Ad, true));
            examples.push(example("cue:b", 1, Context::Warning, false));
        }
        let words = ["保本".to_owned(), "谨防".to_owned()];
        let wording = train(&examples, &words, Schooling::default());
        let breach = |name: &str| wording.features.get(name).map_or(0.0, |w| w[BREACH]);
        assert!(
            breach("cue:a") > 0.5 && breach("cue:b") < -0.5,
            "{wording:?}"
        );
        assert_eq!(wording.words.len(), 2);
        assert_eq!(wording, train(&examples, &words, Schooling::default()));
    }
}
