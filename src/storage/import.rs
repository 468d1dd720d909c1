//! WARC files that others made: taken in as they are, read however damaged they are, every byte accounted for.
//!
//! The file itself is kept unchanged under `imports/<id>/` and fixed by the journal before anything is read from it
//! ([`keep`]). [`scan`] finds its records, past whatever is broken; [`page`] makes an exchange of a record, transfer
//! coding undone, for the auditor. What was found is written down once, beside the file (`import.json`).

pub(crate) mod chunks;
pub mod keep;
pub mod page;
pub mod pairs;
pub mod place;
pub mod scan;
mod search;
mod unpack;
