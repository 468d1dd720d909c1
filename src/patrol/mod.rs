//! The machine's corridor: list -> polite fetch -> audit -> sealed evidence.

pub mod compare;
pub mod counts;
pub mod discover;
pub mod evaluate;
pub mod inspect;
pub mod order;
pub mod pipeline;
pub mod recover;
pub mod settle;
pub mod summary;
pub mod train;
pub mod usage;
