//! The only reader of `lexicons/`: terms, rules, context cues, dictionary, evasion tables, benchmarks.

pub mod benchmarks;
pub mod dictionary;
pub mod evasion;
pub mod file;
