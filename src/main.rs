//! The `wangxun` program: calls the command line and sets the exit code.

use std::process::ExitCode;

/// A page is read in thousands of small allocations on several threads, where the system's allocator took an eighth of
/// the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wangxun::cli::main().into()
}
