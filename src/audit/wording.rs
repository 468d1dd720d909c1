//! The trained model as a judge among others: its sums, and the features that made them.

use crate::model::context::Context;
use crate::model::wording::{Features, SUMS, Weights, Wording};
use std::collections::HashMap;

/// Index of the sum that speaks for a breach.
const BREACH: usize = SUMS - 1;

/// The model, compiled for look-ups.
#[derive(Debug, Default)]
pub(super) struct Model {
    bias: Weights,
    features: HashMap<String, Weights>,
    words: Vec<(String, Weights)>,
}

/// What the model says of one group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opinion {
    sums: [f32; SUMS],
}

impl Opinion {
    /// The context with the greatest sum.
    pub(super) fn context(&self) -> Context {
        let mut best = (Context::Ordinary, f32::MIN);
        for (context, sum) in Context::ALL.into_iter().zip(self.sums) {
            if sum > best.1 {
                best = (context, sum);
            }
        }
        best.0
    }

    /// Above zero where the wording is more likely that of a breach than not (log odds).
    pub(super) fn breach(&self) -> f32 {
        self.sums[BREACH]
    }
}

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
        Opinion { sums }
    }

    /// The features that speak loudest for and against a breach, as `name +points`.
    pub(super) fn reasons(&self, features: &Features, most: usize) -> Vec<String> {
        let mut parts: Vec<(f32, &str)> = Vec::new();
        self.each(features, |name, value, weights| {
            parts.push((weights[BREACH] * value, name));
        });
        parts.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.cmp(b.1)));
        let spoken = parts.into_iter().take(most).filter(|p| p.0 != 0.0);
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
