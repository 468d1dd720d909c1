//! The `wangxun` program: calls the command line and sets the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    wangxun::cli::main().into()
}
