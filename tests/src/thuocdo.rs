//! The program itself, built with the tests, so that one of them can kill it.

use std::process::ExitCode;

use clap::Parser;
use server::program::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    run(Cli::parse()).await
}
