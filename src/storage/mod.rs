//! The only writer of evidence: WARC, sealed items, journal, frontier, index.
//!
//! Truth is the sealed packages (`evidence/`), the runs' WARC files (`runs/`) and the journal (`journal/`); the index
//! can be deleted and built again. `storage/README.md` is the format of all that is kept.
//!
//! Reading order: [`home`] (layout and lock), [`warc`] (records), [`run`] (rolling captures), [`seal`] (one page, one
//! package, for ever), [`journal`] (who did what), [`store`] (the three together), [`custody`] (hold, hand over,
//! delete), [`verify`].

pub mod access;
pub mod cdxj;
pub mod certificate;
pub mod chain;
pub mod checkpoint;
mod checkpoint_file;
pub mod custody;
pub mod desk;
pub mod digest;
pub mod discoveries;
mod durable;
pub mod entered;
pub mod error;
pub mod extract;
pub mod frontier;
pub mod handout;
pub mod home;
pub mod import;
pub mod index;
pub mod item;
pub mod journal;
pub mod journal_proof;
pub mod journal_tree;
pub mod keys;
pub mod merkle;
pub mod minisign;
pub mod package;
mod private;
pub mod reaudit;
pub mod rebuild;
pub mod run;
pub mod seal;
pub mod search;
pub mod sidecar;
pub mod signature;
pub mod store;
pub mod surt;
pub mod takedown;
pub mod timestamp;
pub mod verify;
pub mod warc;
pub mod watch;
pub mod work_orders;
pub mod zip_store;
