//! The trained part of the audit: a linear model over named features.

use std::collections::BTreeMap;
use std::ops::Range;

/// The sums for the contexts, in the order of [`super::context::Context::ALL`].
pub const CONTEXTS: Range<usize> = 0..5;
/// The sum for a probable breach.
pub const BREACH: usize = 5;
/// The sums for the offers, in the order of [`super::context::Offer::ALL`].
pub const OFFERS: Range<usize> = 6..18;
/// Number of sums.
pub const SUMS: usize = 18;

/// One weight for each sum.
pub type Weights = [f32; SUMS];

/// Weights by feature, trained by `wangxun lexicon train` on labelled texts and stored as a table. Without weights the
/// hand-set points decide alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Wording {
    /// What is added to each sum of every text.
    pub bias: Weights,
    /// Weights of named features: cues, terms, structure, speaker.
    pub features: BTreeMap<String, Weights>,
    /// Weights of words, sorted by word.
    pub words: Vec<(String, Weights)>,
}

impl Default for Wording {
    fn default() -> Self {
        Self {
            bias: [0.0; SUMS],
            features: BTreeMap::new(),
            words: Vec::new(),
        }
    }
}

impl Wording {
    /// Whether nothing was trained.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty() && self.words.is_empty()
    }
}

/// Length of the vector of a text's words, beside named features of about one each (chosen by cross-checking).
const WORD_LENGTH: f32 = 4.0;

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

    /// What each met word weighs: words share a fixed length, so that long texts do not shout.
    pub fn word_share(&self) -> f32 {
        WORD_LENGTH / (self.words.len().max(1) as f32).sqrt()
    }
}
