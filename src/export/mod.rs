//! Values to bytes: the findings report (HTML), the receipt list of what is handed out. Pure: what it shows it was given.

pub mod receipt;
pub mod report;
