//! Which words of the trained model a text holds.

use aho_corasick::{AhoCorasick, MatchKind};

/// The compiled words, or none.
#[derive(Debug)]
pub(super) struct Words {
    automaton: Option<AhoCorasick>,
}

impl Words {
    pub(super) fn compile<'a>(
        words: impl Iterator<Item = &'a str>,
    ) -> Result<Self, super::CompileError> {
        let words: Vec<&str> = words.collect();
        let automaton = if words.is_empty() {
            None
        } else {
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::Standard);
            Some(builder.ascii_case_insensitive(true).build(words)?)
        };
        Ok(Self { automaton })
    }

    /// Indices of the words met anywhere, sorted, without doubles.
    pub(super) fn find(&self, text: &str) -> Vec<u32> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let hits = automaton.find_overlapping_iter(text);
        let mut found: Vec<u32> = hits.map(|hit| hit.pattern().as_u32()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
