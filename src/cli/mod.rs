//! The command line: arguments, configuration, one file per command, the progress display.

pub mod arguments;
pub mod config;
pub mod exit;
pub mod output;
pub mod progress;

use arguments::{Arguments, Command};
use clap::{CommandFactory, Parser};
use exit::{Done, Exit};
use std::io::Write;
use tracing_subscriber::EnvFilter;

/// Reads the arguments, runs the command, reports trouble on standard error.
pub fn main() -> Exit {
    let arguments = Arguments::parse();
    start_logging(arguments.global.verbose, arguments.global.log_json);
    match run(&arguments) {
        Ok(exit) => exit,
        Err(trouble) => {
            let message = output::terminal_safe(&format!("{:#}", trouble.error));
            // Nothing can be done when standard error is gone.
            let _ = writeln!(std::io::stderr(), "wangxun: {message}");
            trouble.exit
        }
    }
}

fn run(_arguments: &Arguments) -> Done {
    Ok(Exit::Fine)
}

fn start_logging(verbose: u8, json: bool) {
    let default = match verbose {
        0 => "wangxun=warn",
        1 => "wangxun=info",
        2 => "wangxun=debug",
        _ => "wangxun=trace,info",
    };
    let filter = EnvFilter::try_from_env("WANGXUN_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if json {
        logs.json().init();
    } else {
        logs.with_target(false).init();
    }
}

/// Writes the completion script for a shell.
fn completions(shell: clap_complete::Shell) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "wangxun", &mut script);
    output::Output.write(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
