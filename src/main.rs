//! The `wangxun` program: calls the command line and sets the exit code.

use std::process::ExitCode;

/// The system's allocator keeps memory of each thread apart: over many runs of a watch it grew without end.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    wangxun::cli::main().into()
}
