//! `cargo xtask test`: everything that CI runs, and `--fast`, what a developer runs all the time.

use std::fmt::Write as _;
use std::process::Command;
use std::thread;

use anyhow::{Context as _, Result};

use crate::app::{self, TARGET, toolchain};
use crate::progress::{Steps, note};
use crate::stopwatch::Stopwatch;
use crate::workspace::Workspace;
use crate::{budget, firefox, generate, npm, postgresql, shell, system, tidy};

#[derive(Debug)]
enum Outcome {
    Passed,
    Skipped(&'static str),
}

type Step = (&'static str, fn(&Workspace) -> Result<Outcome>);

/// Cheap checks first: most failures should be known within seconds.
const STEPS: [Step; 9] = [
    ("tools", tools),
    ("formatting", formatting),
    ("tidy", |workspace| tidy::tidy(workspace).map(passed)),
    ("app for the browser", |workspace| {
        app::ensure(workspace, &mut Steps::new(app::STEPS)).map(passed)
    }),
    ("clippy", clippy),
    ("clippy for the browser", clippy_app),
    ("generated files", |workspace| generate::check(workspace).map(passed)),
    ("size budget", |workspace| budget::budget(workspace).map(passed)),
    ("licences and sources", licences),
];

const FAST_STEPS: [Step; 5] = [
    ("tools of Rust", |workspace| rust_tools(workspace).map(passed)),
    ("formatting", formatting),
    ("tidy", |workspace| tidy::tidy(workspace).map(passed)),
    ("clippy", clippy),
    ("building the tests", |workspace| {
        shell::run(&mut cargo(workspace, "test --workspace --locked --no-run")).map(passed)
    }),
];

/// A fast run leaves out the tests with one of these words in their path: those that need a browser or
/// PostgreSQL, and those that take longest. A test that needs one of the two and does not say so fails
/// in a fast run, because what starts a browser or PostgreSQL refuses to there.
const LEFT_OUT: [&str; 4] = ["browser::", "postgres", "fuzz::", "crash"];

/// Tells the tests that the run is a fast one.
const FAST: &str = "THUOCDO_TEST_FAST";

/// How long the tests of a fast run may take on two cores.
const FAST_SECONDS: f64 = 90.0;

/// Runs the steps, prints how long each took, and becomes `cargo test`, whose lines are the last.
pub(crate) fn test(workspace: &Workspace) -> Result<()> {
    run_steps(workspace, &STEPS)?;
    let mut tests = cargo(workspace, "test --workspace --locked --no-fail-fast");
    // Tests with a browser mostly wait, and as many as there are cores leave a third of them idle.
    let threads = thread::available_parallelism().map_or(2, usize::from) + 1;
    shell::become_program(tests.env("RUST_TEST_THREADS", threads.to_string()))?;
    Ok(())
}

/// What a developer runs between two commits.
pub(crate) fn fast(workspace: &Workspace) -> Result<()> {
    run_steps(workspace, &FAST_STEPS)?;
    let watch = Stopwatch::start();
    let mut tests = cargo(workspace, "test --workspace --locked --no-fail-fast --");
    for marker in LEFT_OUT {
        tests.args(["--skip", marker]);
    }
    shell::run(tests.env(FAST, "1")).context("a test failed; the lines above say which")?;
    let seconds = watch.seconds();
    note(&format!("the tests took {seconds:.0} s; on two idle cores they may take {FAST_SECONDS}"));
    note(
        "`cargo xtask test` also runs those with browsers, PostgreSQL, crashes, and damaged input",
    );
    Ok(())
}

/// Runs one after the other until one fails, prints how long each took, and announces the tests.
fn run_steps(workspace: &Workspace, steps: &[Step]) -> Result<()> {
    let total = steps.len() + 1;
    let mut summary = String::from("\nsummary\n");
    for (index, (name, step)) in steps.iter().enumerate() {
        let number = index + 1;
        eprintln!("\n=== {number}/{total} {name}");
        let watch = Stopwatch::start();
        let result = step(workspace);
        let seconds = watch.seconds();
        let verdict = match &result {
            Ok(Outcome::Passed) => "passed".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("skipped: {why}"),
            Err(_) => "FAILED".to_owned(),
        };
        eprintln!("=== {number}/{total} {name}: {verdict}, {seconds:.1} s");
        writeln!(summary, "{number:>4}/{total} {name:<24}{seconds:>8.1} s  {verdict}")?;
        if let Err(error) = result {
            eprintln!("{summary}");
            return Err(error.context(format!("step {number}/{total} failed: {name}")));
        }
    }
    eprintln!("{summary}\n=== {total}/{total} tests");
    Ok(())
}

fn passed((): ()) -> Outcome {
    Outcome::Passed
}

/// Cargo in the root with arguments as one would type them.
fn cargo(workspace: &Workspace, arguments: &str) -> Command {
    let mut command = shell::cargo();
    command.current_dir(&workspace.root).args(arguments.split_whitespace());
    command
}

fn rust_tools(workspace: &Workspace) -> Result<()> {
    for (component, probe) in [("rustfmt", "fmt --version"), ("clippy", "clippy --version")] {
        if !shell::succeeds(&mut cargo(workspace, probe)) {
            system::rustup_component(component)?;
        }
    }
    Ok(())
}

fn tools(workspace: &Workspace) -> Result<Outcome> {
    rust_tools(workspace)?;
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let browser = browsers.into_iter().find_map(shell::find);
    if browser.is_none() || shell::find("chromedriver").is_none() {
        system::apt_install(&["chromium", "chromium-driver"])
            .context("the browser tests need a Chromium and its chromedriver on the search path")?;
    }
    if !postgresql::is_there() {
        postgresql::install().context("the tests of several servers need PostgreSQL")?;
    }
    firefox::ensure(workspace)?;
    npm::ensure(workspace, npm::AXE).context("the browser tests need axe-core")?;
    Ok(Outcome::Passed)
}

fn formatting(workspace: &Workspace) -> Result<Outcome> {
    shell::run(&mut cargo(workspace, "fmt --all --check"))
        .context("run `cargo fmt --all`")
        .map(passed)
}

fn clippy(workspace: &Workspace) -> Result<Outcome> {
    shell::run(&mut cargo(
        workspace,
        "clippy --workspace --exclude app --all-targets --locked -- -D warnings",
    ))
    .map(passed)
}

/// The lints of package `app` as it is compiled for browsers.
fn clippy_app(workspace: &Workspace) -> Result<Outcome> {
    toolchain::obtain()?;
    let arguments = format!("clippy -p app --target {TARGET} --locked -- -D warnings");
    shell::run(&mut cargo(workspace, &arguments)).map(passed)
}

fn licences(workspace: &Workspace) -> Result<Outcome> {
    if shell::find("cargo-deny").is_none() {
        return Ok(Outcome::Skipped("cargo-deny is not installed (`cargo install cargo-deny`)"));
    }
    shell::run(&mut cargo(
        workspace,
        "deny --locked check --hide-inclusion-graph bans licenses sources",
    ))
    .map(passed)
}

#[cfg(test)]
mod tests {
    use super::{FAST, LEFT_OUT};

    #[test]
    fn what_a_fast_run_leaves_out_refuses_to_start_in_it() {
        let sources = [
            include_str!("../../tests/src/slot.rs"),
            include_str!("../../tests/cluster/src/cluster/mod.rs"),
        ];
        for (marker, source) in LEFT_OUT.into_iter().zip(sources) {
            let module = marker.trim_end_matches(':');
            assert!(source.contains(&format!("const FAST: &str = \"{FAST}\";")), "{marker}");
            assert!(source.contains("std::env::var_os(FAST).is_none()"), "{marker}");
            assert!(source.contains(&format!("`{module}`")), "{marker}");
        }
    }
}
