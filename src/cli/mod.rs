//! The command line: arguments, configuration, one file per command, the progress display.
