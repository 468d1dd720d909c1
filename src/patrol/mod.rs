//! The machine's corridor: list -> polite fetch -> audit -> sealed evidence.

pub mod evaluate;
pub mod inspect;
