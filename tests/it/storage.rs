//! The keeper of evidence: what it writes can be read by others, and nothing that happens to it goes unnoticed.

mod damage;
mod forge;
mod judges;
mod kill;
mod sample;
mod store;
mod warc;
