//! The command line: arguments, configuration, one file per command, the progress display.

pub mod arguments;
pub mod exit;
pub mod output;
pub mod progress;
