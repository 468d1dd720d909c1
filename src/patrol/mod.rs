//! The machine's corridor: list -> polite fetch -> audit -> sealed evidence.

pub mod compare;
pub mod counts;
pub mod discover;
pub mod environment;
pub mod evaluate;
pub mod images;
pub mod import;
pub mod inspect;
mod judged;
pub mod order;
mod pictured;
pub mod pipeline;
pub mod reaudit;
pub mod recover;
pub mod rendering;
pub mod sealing;
pub mod settle;
mod side_by_side;
mod slots;
pub mod summary;
pub mod train;
pub mod usage;
