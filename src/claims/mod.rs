//! Yields, guarantees, endorsements, promotions, contacts: what a text says, and how it is meant. Pure.

pub mod numerals;
pub mod yields;
