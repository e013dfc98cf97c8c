//! The chores of the project: `cargo xtask --help` lists them.
//!
//! Progress goes to stderr and results to stdout, so that `$(cargo xtask build | tail -1)` is the
//! path of the binary and the last line of `budget` and `bench` is one JSON object.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "xtask is a command line")]

mod app;
mod bench;
mod budget;
mod build;
mod compile;
mod demo;
mod firefox;
mod generate;
mod npm;
mod postgresql;
mod progress;
mod shell;
mod stopwatch;
mod system;
mod test;
mod tidy;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use progress::Steps;
use workspace::Workspace;

/// Chores of the Thước Đo workspace.
///
/// Progress is printed to stderr; what a chore produces is printed to stdout.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Chore {
    /// Build the browser side (`form` and `console`) into target/app.
    ///
    /// Compiles for wasm32-unknown-unknown, runs wasm-bindgen, wasm-opt and esbuild, gives every asset a
    /// name with its content hash, and writes a brotli and a gzip file beside each. Does nothing
    /// when the sources have not changed. Fetches the WebAssembly target and wasm-opt when they
    /// are missing.
    App {
        /// Build again even when nothing has changed.
        #[arg(long)]
        force: bool,
    },
    /// Build the release binary with the app inside; the last line on stdout is its path.
    Build,
    /// Build everything and run `thuocdo demo`.
    ///
    /// The server is compiled in the profile `demo`, which takes a third of the time of `build`.
    Demo {
        /// Arguments for `thuocdo demo`, after `--`.
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Everything that CI runs, in order; the first failing step ends it.
    ///
    /// Tools, formatting, tidy, the app, clippy (host and WebAssembly), generated files, the size
    /// budget, licences, and at last all unit, integration and documentation tests. A table of
    /// the durations comes before the tests, so that the output ends with their own result.
    Test {
        /// Only what needs no browser, no PostgreSQL and no WebAssembly.
        ///
        /// Formatting, tidy, clippy, and all tests but those whose path says `browser::`,
        /// `postgres`, `fuzz::` or `crash`.
        #[arg(long)]
        fast: bool,
    },
    /// Check the rules of the house that the compiler cannot see.
    ///
    /// Dependency arrows between packages and between the layers of the server, cycles of its
    /// modules, one manifest per heavy dependency, file sizes, names and links in the documents,
    /// migration numbers, no sleeping tests, the times that forms promise. Prints all findings as file:line.
    Tidy,
    /// Compressed sizes of the bundles against their limits; one JSON line last.
    Budget,
    /// Write the generated files (docs/openapi.json, the tables of docs/DATABASE.md).
    Gen {
        /// Write nothing; fail when a file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Run a benchmark on the release binary; one JSON line last.
    Bench {
        /// Which one.
        name: bench::Name,
    },
}

fn main() -> ExitCode {
    match run(Chore::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    match chore {
        Chore::App { force: true } => app::rebuild(&workspace, &mut Steps::new(app::STEPS)),
        Chore::App { force: false } => app::ensure(&workspace, &mut Steps::new(app::STEPS)),
        Chore::Build => {
            println!("{}", build::build(&workspace)?.display());
            Ok(())
        }
        Chore::Demo { args } => demo::demo(&workspace, &args),
        Chore::Test { fast: true } => test::fast(&workspace),
        Chore::Test { fast: false } => test::test(&workspace),
        Chore::Tidy => tidy::tidy(&workspace),
        Chore::Budget => budget::budget(&workspace),
        Chore::Gen { check: true } => generate::check(&workspace),
        Chore::Gen { check: false } => generate::write(&workspace),
        Chore::Bench { name } => bench::bench(&workspace, name),
    }
}

#[cfg(test)]
mod tests {
    use super::Chore;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Chore::command().debug_assert();
    }
}
