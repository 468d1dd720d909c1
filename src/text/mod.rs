//! Normalisation with offset map, sentences, tokens. The only user of jieba-rs. Pure.
//!
//! [`Normaliser`] undoes evasive spelling (catalogue classes OB-a to OB-n) and keeps the way back to the
//! original; [`Segmenter`] cuts plain text into words; [`sentences`] and [`clauses`] give the scopes in
//! which negation and labels hold.

mod brackets;
mod confusions;
mod contacts;
mod digits;
mod entities;
mod fold;
mod gaps;
mod glyphs;
mod hash;
mod homophones;
mod letters;
mod normaliser;
mod numbering;
mod numbers;
mod restore;
mod ruby;
mod scan;
mod search;
mod segmenter;
mod sentences;
mod sounds;
mod spacing;
mod trie;
mod units;

pub use normaliser::{CompileError, Normaliser};
pub use segmenter::Segmenter;
pub use sentences::{clauses, sentences};
