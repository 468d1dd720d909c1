//! The keeper of evidence: what it writes can be read by others, and nothing that happens to it goes unnoticed.

// clippy lets tests unwrap and print, but not the functions that they share.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod access;
mod archives;
pub(crate) mod authority;
mod custody;
mod damage;
mod damage_table;
pub(crate) mod foreign;
mod forge;
mod full;
mod handout;
mod import;
mod judges;
pub(crate) mod judges_home;
mod kill;
mod reaudit;
mod rendering;
mod replay;
mod sealing;
mod sealing_kill;

pub(crate) mod sample;
mod search;
mod store;
mod verify;
mod warc;
