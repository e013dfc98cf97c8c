//! The `thuocdo` program.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use mimalloc::MiMalloc;
use server::program::{Cli, cannot_start, run};

/// See docs/adr/0012-allocator.md.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How long the program waits at its end for what still computes. Its result reaches nobody any more.
const LEAVE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return cannot_start(&error),
    };
    let code = runtime.block_on(run(cli));
    runtime.shutdown_timeout(LEAVE);
    code
}
