//! Serde forms of what is stored or sent, with versions. Keepers, export, corridors and doors share them.

pub mod verdict;
