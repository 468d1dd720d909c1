//! The trained model as a judge among others: its sums, and the features that made them.

use crate::model::context::{Context, Offer};
use crate::model::wording::{BREACH, CONTEXTS, Features, OFFERS, Weights, Wording};
use std::collections::HashMap;
use std::ops::Range;

/// The model, compiled for look-ups.
#[derive(Debug)]
pub(super) struct Model {
    bias: Weights,
    features: HashMap<String, Weights>,
    /// Names and weights of words apart, so that the weights lie close together.
    words: Vec<String>,
    word_weights: Vec<Weights>,
}

/// What the model says of one group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opinion {
    sums: Weights,
    /// The features that speak loudest for and against a breach, as `name +points`.
    pub(super) reasons: Vec<String>,
}

impl Opinion {
    /// The context with the greatest sum.
    pub(super) fn context(&self) -> Context {
        self.greatest(CONTEXTS, &Context::ALL)
            .unwrap_or(Context::Ordinary)
    }

    /// The offer with the greatest sum.
    pub(super) fn offer(&self) -> Offer {
        self.greatest(OFFERS, &Offer::ALL).unwrap_or(Offer::None)
    }

    /// Above zero where the wording is more likely that of a breach than not (log odds).
    pub(super) fn breach(&self) -> f32 {
        self.sums[BREACH]
    }

    fn greatest<T: Copy>(&self, range: Range<usize>, all: &[T]) -> Option<T> {
        let sums = self.sums.get(range)?.iter().zip(all);
        sums.max_by(|a, b| a.0.total_cmp(b.0)).map(|(_, t)| *t)
    }
}

/// Features named beside the model's sum.
const REASONS: usize = 6;

impl Model {
    pub(super) fn compile(wording: &Wording) -> Option<Self> {
        (!wording.is_empty()).then(|| Self {
            bias: wording.bias,
            features: wording.features.clone().into_iter().collect(),
            words: wording.words.iter().map(|(w, _)| w.clone()).collect(),
            word_weights: wording.words.iter().map(|(_, w)| *w).collect(),
        })
    }

    pub(super) fn opinion(&self, features: &Features) -> Opinion {
        let mut sums = self.bias;
        let mut loudest = Loudest::default();
        self.each(features, |name, value, weights| {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += weight * value;
            }
            loudest.hear(weights[BREACH] * value, name);
        });
        Opinion {
            sums,
            reasons: loudest.named(),
        }
    }

    fn each<'a>(&'a self, features: &'a Features, mut see: impl FnMut(&'a str, f32, &'a Weights)) {
        for (name, value) in &features.named {
            if let Some((name, weights)) = self.features.get_key_value(name.as_str()) {
                see(name, *value, weights);
            }
        }
        let share = features.word_share();
        for at in &features.words {
            let at = *at as usize;
            if let (Some(word), Some(weights)) = (self.words.get(at), self.word_weights.get(at)) {
                see(word, share, weights);
            }
        }
    }
}

/// The features that speak loudest, the loudest first, by name where they are as loud.
#[derive(Default)]
struct Loudest<'a> {
    parts: Vec<(f32, &'a str)>,
}

impl<'a> Loudest<'a> {
    fn hear(&mut self, points: f32, name: &'a str) {
        let louder = |other: &(f32, &str)| {
            let by_points = other.0.abs().total_cmp(&points.abs());
            by_points.then(name.cmp(other.1)).is_gt()
        };
        let at = self.parts.partition_point(louder);
        if at < REASONS {
            self.parts.truncate(REASONS - 1);
            self.parts.insert(at, (points, name));
        }
    }

    fn named(self) -> Vec<String> {
        let spoken = self.parts.into_iter().filter(|(points, _)| *points != 0.0);
        spoken
            .map(|(points, name)| format!("{name} {points:+.2}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The loudest are those that sorting all would put first.
        #[test]
        fn the_loudest_are_kept(points in proptest::collection::vec(-3_i8..4, 0..20)) {
            let names: Vec<String> = (0..points.len()).map(|n| format!("f{n}")).collect();
            let mut loudest = Loudest::default();
            let mut all: Vec<(f32, &str)> = Vec::new();
            for (points, name) in points.iter().zip(&names) {
                loudest.hear(f32::from(*points), name);
                all.push((f32::from(*points), name));
            }
            all.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.cmp(b.1)));
            all.truncate(REASONS);
            prop_assert_eq!(loudest.parts, all);
        }
    }
}
