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
    words: Vec<(String, Weights)>,
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
            words: wording.words.clone(),
        })
    }

    pub(super) fn opinion(&self, features: &Features) -> Opinion {
        let mut sums = self.bias;
        self.each(features, |_, value, weights| {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += weight * value;
            }
        });
        Opinion {
            sums,
            reasons: self.reasons(features),
        }
    }

    fn reasons(&self, features: &Features) -> Vec<String> {
        let mut parts: Vec<(f32, &str)> = Vec::new();
        self.each(features, |name, value, weights| {
            parts.push((weights[BREACH] * value, name));
        });
        parts.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.cmp(b.1)));
        let spoken = parts.into_iter().take(REASONS).filter(|p| p.0 != 0.0);
        spoken.map(|(p, name)| format!("{name} {p:+.2}")).collect()
    }

    fn each<'a>(&'a self, features: &'a Features, mut see: impl FnMut(&'a str, f32, &'a Weights)) {
        for (name, value) in &features.named {
            if let Some((name, weights)) = self.features.get_key_value(name.as_str()) {
                see(name, *value, weights);
            }
        }
        let share = features.word_share();
        for at in &features.words {
            if let Some((word, weights)) = self.words.get(*at as usize) {
                see(word, share, weights);
            }
        }
    }
}
