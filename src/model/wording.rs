//! The trained part of the audit: a linear model over named features.

use std::collections::BTreeMap;

/// Number of sums: the five contexts in the order of [`super::context::Context::ALL`], and the probable breach.
pub const SUMS: usize = 6;

/// One weight for each sum.
pub type Weights = [f32; SUMS];

/// Weights by feature, trained by `wangxun lexicon train` on labelled texts and stored as a table. Without weights the
/// hand-set points decide alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wording {
    /// What is added to each sum of every text.
    pub bias: Weights,
    /// Weights of named features: cues, terms, structure, speaker.
    pub features: BTreeMap<String, Weights>,
    /// Weights of words, sorted by word.
    pub words: Vec<(String, Weights)>,
}

impl Wording {
    /// Whether nothing was trained.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty() && self.words.is_empty()
    }
}

/// What the model is asked about: features by name with their values, and which of the model's words were met.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// Names with values.
    pub named: Vec<(String, f32)>,
    /// Indices into [`Wording::words`], sorted, without doubles.
    pub words: Vec<u32>,
}

impl Features {
    /// Adds a feature of value one.
    pub fn set(&mut self, name: impl Into<String>) {
        self.add(name, 1.0);
    }

    /// Adds a feature.
    pub fn add(&mut self, name: impl Into<String>, value: f32) {
        self.named.push((name.into(), value));
    }

    /// What each met word weighs: words share a length of one, so that long texts do not shout.
    pub fn word_share(&self) -> f32 {
        1.0 / (self.words.len().max(1) as f32).sqrt()
    }
}
