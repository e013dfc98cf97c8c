//! The `thuocdo` program.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use server::program::{Cli, run};

/// See docs/adr/0012-allocator.md.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    run(Cli::parse()).await
}
