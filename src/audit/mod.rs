//! Claims x rules x registers -> findings and scores with named contributions. Pure.
//!
//! A page falls into groups: its own blocks, and the blocks of each advertisement slot. Every group has a context
//! and a speaker of its own, so that a portal stays innocent of what others advertise in its slots.

mod context;
mod derive;
mod features;
mod findings;
mod group;
mod judge;
mod offer;
mod score;
mod sector;
mod speaker;
mod structure;
pub mod train;
mod wording;

pub use judge::{Judge, PER_RULE, Subject};
