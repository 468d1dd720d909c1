//! Yields, guarantees, endorsements, promotions, contacts: what a text says, and how it is meant. Pure.
//!
//! One multi-pattern scan finds every word of the lexicon; only texts with hits are looked at further.

mod contact;
mod extractor;
mod finder;
mod neighbours;
pub mod numerals;
mod polarity;
mod scanner;
mod scope;
mod trace;
pub mod yields;

pub use extractor::{CompileError, Extract, Extractor};
pub use neighbours::Fate;
pub use scanner::compared;
pub use trace::{Owner, WordUse};
