//! The desk: what officers do with sealed evidence. Folded from the events that [`crate::storage::desk`] keeps; decisions
//! are functions from what is known to an event, or to a refusal that says what is allowed.
//!
//! The desk never calls the patrol: it writes work orders.

pub mod appeals;
pub mod basis;
pub mod campaigns;
pub mod cases;
pub mod decide;
pub mod determine;
pub mod duty;
pub mod figures;
pub mod officers;
pub mod open;
pub mod opinion;
pub mod receipts;
pub mod recheck;
pub mod referral;
pub mod reports;
pub mod sample;
pub mod scale;
pub mod subjects;
pub mod tips;
pub mod urgent;
