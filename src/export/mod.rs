//! Values to bytes: the findings report (HTML), the forms of custody, the receipt list of what is handed out, the documents
//! of a court package (HTML, XLSX). Pure: what it shows it was given.

pub mod court;
pub mod desk;
mod form;
pub mod handover;
pub mod history;
pub mod preserve_form;
pub mod receipt;
pub mod report;
pub mod takedown;
