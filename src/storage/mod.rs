//! The only writer of evidence: WARC, sealed items, journal, frontier, index.
//!
//! Truth is the sealed packages (`evidence/`), the runs' WARC files (`runs/`) and the journal (`journal/`); the index
//! can be deleted and built again. `storage/README.md` is the format of all that is kept.
//!
//! Reading order: [`home`] (layout and lock), [`warc`] (records), [`run`] (rolling captures), [`seal`] (one page, one
//! package, for ever), [`journal`] (who did what), [`store`] (the three together), [`verify`].

pub mod cdxj;
pub mod chain;
pub mod digest;
mod durable;
pub mod error;
pub mod extract;
pub mod frontier;
pub mod handout;
pub mod home;
pub mod index;
pub mod item;
pub mod journal;
pub mod package;
pub mod reaudit;
pub mod rebuild;
pub mod run;
pub mod seal;
pub mod search;
pub mod store;
pub mod surt;
pub mod verify;
pub mod warc;
pub mod zip_store;
