//! Advertisements: which elements filter lists know, what stands in each slot, where it leads.

mod campaign;
mod describe;
mod engine;
mod landing;
mod marks;

pub use campaign::campaign;
pub use engine::AdEngine;
pub use landing::landing_chain;

pub(super) use describe::{describe, style_shows_label};
pub(super) use marks::{Marks, marks};
