//! Runs other programs.

use std::convert::Infallible;
use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// Variables that the cargo which started xtask has set for xtask alone. Build scripts may watch
/// them (`rerun-if-env-changed`), and then every chore would compile those packages again.
const OUTER_CARGO: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// Variables that lead the program elsewhere than a measurement means.
const FOREIGN: [&str; 4] = ["THUOCDO_", "AWS_", "PG", "RUST_LOG"];

/// The cargo that runs xtask, in a clean environment.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if let Some(text) = name.to_str()
            && OUTER_CARGO.iter().any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command
}

/// A program of ours, without what a developer has set for programs of their own.
pub(crate) fn untouched(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if FOREIGN.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to the end with our own output streams.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", text(command)))?;
    ensure!(status.success(), "{} ended with {status}", text(command));
    Ok(())
}

/// Like [`run`], with standard output sent to stderr: for tools whose chatter is not a result.
pub(crate) fn run_aside(command: &mut Command) -> Result<()> {
    run(command.stdout(Stdio::from(io::stderr())))
}

/// What a program prints on standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", text(command)))?;
    ensure!(output.status.success(), "{} ended with {}", text(command), output.status);
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed something other than UTF-8", text(command)))
}

/// Whether a program runs and succeeds; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Becomes the other program, so that its last line is our last line, its exit code ours, and a
/// Ctrl-C reaches it alone.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command) -> Result<Infallible> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start {}", text(command)))
}

#[cfg(not(unix))]
pub(crate) fn become_program(command: &mut Command) -> Result<Infallible> {
    let status = command.status().with_context(|| format!("cannot start {}", text(command)))?;
    std::process::exit(status.code().unwrap_or(1))
}

/// The full path of a program on the search path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

/// The platform of this machine, as the compiler calls it.
pub(crate) fn host() -> Result<String> {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let printed = output(Command::new(compiler).arg("-vV"))?;
    let host = printed.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("the compiler does not say its host")
}

/// The command line as one would type it.
fn text(command: &Command) -> String {
    let mut words = vec![command.get_program()];
    words.extend(command.get_args());
    words.join(OsStr::new(" ")).to_string_lossy().into_owned()
}
