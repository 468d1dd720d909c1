//! Values to bytes: the findings report (HTML). Pure: what it shows it was given.

pub mod report;
