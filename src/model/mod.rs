//! Floor 0: the nouns of the house, one per file, and the [`monitor::Monitor`] trait.
//!
//! No IO, no clock, no serde: stored and sent forms live in `wire/`.

pub mod ad;
pub mod address;
pub mod alert;
pub mod benchmarks;
pub mod benign;
pub mod capture;
pub mod claim;
pub mod context;
pub mod cover;
pub mod cue;
pub mod custody;
pub mod department;
pub mod dictionary;
pub mod digest;
pub mod evasion;
pub mod finding;
pub mod glob;
pub mod host_memory;
pub mod identity;
pub mod image;
pub mod lexicon;
pub mod likeness;
pub mod mask;
pub mod monitor;
pub mod note;
pub mod officer;
pub mod offset_map;
pub mod page;
pub mod partial_mask;

pub mod politeness;
pub mod reading;
pub mod region;
pub mod register;
pub mod rendering;
pub mod rule;
pub mod scoring;
pub mod seed;
pub mod skip;
pub mod spent;
pub mod target;
pub mod tokens;
pub mod visit;
pub mod who;
pub mod wording;
pub mod yields;
