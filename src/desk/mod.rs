//! The desk: what officers do with sealed evidence. Folded from the events that [`crate::storage::desk`] keeps; decisions
//! are functions from what is known to an event, or to a refusal that says what is allowed.
//!
//! The desk never calls the patrol: it writes work orders.

pub mod cases;
