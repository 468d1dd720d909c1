//! Dossiers (一户一档): facts of sites and of imported lists are joined to subjects. Pure.
//!
//! ```text
//! facts with provenance -> table of values -> what many have in common joins nobody -> rounds of joining, the surest
//! first -> groups with the reason of every link, and ties between groups -> circles of companies
//! ```
//!
//! What an officer decided goes before what facts say. The order of the input does not matter.

mod circles;
mod common;
mod families;
mod groups;
mod joining;
pub mod pseudonym;
mod table;
pub mod watch_words;
mod weights;

pub use joining::join;
