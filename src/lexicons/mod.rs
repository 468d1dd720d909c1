//! The only reader of `lexicons/`: terms, rules, context cues, dictionary, evasion tables, benchmarks.

pub mod ad_lists;
pub mod advice;
pub mod benchmarks;
pub mod bundle;
pub mod check;
pub mod dictionary;
pub mod evasion;
pub mod file;
pub mod places;
pub mod rulebook;
pub mod wording_file;

mod alert_file;
mod catalogue_files;
mod check_catalogue;
mod cover_file;
mod cue_file;
mod pattern_file;

mod rule_file;
mod score_file;
mod term_file;
mod who_file;
mod word_files;
