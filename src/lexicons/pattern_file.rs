//! The pattern keys that terms, cues and marks share in their files.

use crate::model::lexicon::Pattern;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct PatternKeys {
    pub(super) words: Vec<String>,
    #[serde(default)]
    pub(super) near: Vec<String>,
    within: Option<usize>,
    #[serde(default)]
    pub(super) without: Vec<String>,
    #[serde(default)]
    pub(super) apart: Vec<String>,
    pub(super) pattern: Option<String>,
}

/// Distance of a required neighbour when the file names none.
const WITHIN: usize = 12;

impl PatternKeys {
    pub(super) fn build(self) -> Pattern {
        Pattern {
            words: self.words,
            near: self.near,
            within: self.within.unwrap_or(WITHIN),
            without: self.without,
            apart: self.apart,
            regex: self.pattern,
        }
    }
}
