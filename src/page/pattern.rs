//! Constant patterns, compiled once.

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

/// Compiles a pattern that stands in the code. Only for the initialisers of statics, which the tests run.
pub(super) fn constant(pattern: &'static str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

/// An automaton over words that stand in the code: longest match, letters of either case.
pub(super) fn words(words: &[&str]) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(words)
        .expect("constant words")
}
