//! Values to bytes: the findings report (HTML). Pure: what it shows it was given.

mod form;
pub mod handover;
pub mod preserve_form;
pub mod report;
