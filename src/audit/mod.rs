//! Claims x rules x registers -> findings and scores with named contributions. Pure.
//!
//! A page falls into groups: its own blocks, and the blocks of each advertisement slot. Every group has a context
//! and a speaker of its own, so that a portal stays innocent of what others advertise in its slots.

mod alerts;
pub mod catalogue;
mod context;
mod custody;
mod derive;
mod features;
mod findings;
pub mod fold;
mod group;
mod identity;
mod image;
mod judge;
mod measure;
mod offer;
mod raising;
mod score;
mod sector;
mod speaker;
mod strength;
mod structure;
pub mod train;
mod who;
mod wording;

pub use judge::{Judge, Subject};
pub use strength::PER_RULE;
