//! The machine's corridor: list -> polite fetch -> audit -> sealed evidence.

pub mod compare;
pub mod counts;
pub mod discover;
pub mod environment;
pub mod evaluate;
pub mod import;
pub mod inspect;
mod judged;
pub mod order;
pub mod pipeline;
mod propose;
pub mod reaudit;
pub mod recover;
pub mod rendering;
pub mod revisits;
pub mod sealing;
pub mod settle;
mod side_by_side;
mod sitemaps;
pub mod summary;
pub mod train;
pub mod usage;
pub mod watch;
