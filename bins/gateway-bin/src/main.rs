//! The `phanedge` command.

use std::process::ExitCode;

/// Small allocations dominate; this allocator is the faster one for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    gateway::run(std::env::args_os())
}
