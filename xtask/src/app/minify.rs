//! Minifies scripts and style sheets with esbuild.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::workspace::Workspace;
use crate::{npm, shell};

/// The syntax of the oldest browsers that run WebAssembly as rustc emits it.
const TARGET: &str = "--target=es2021";

#[derive(Debug)]
pub(super) struct Esbuild {
    program: PathBuf,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A script whose names are its own.
    Module,
    /// A script whose names others may use.
    Script,
    Style,
}

impl Source {
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Module => &["--loader=js", "--format=esm", TARGET],
            Self::Script => &["--loader=js", TARGET],
            Self::Style => &["--loader=css"],
        }
    }
}

impl Esbuild {
    /// Finds esbuild, or installs it below `target/tools`.
    pub(super) fn obtain(workspace: &Workspace) -> Result<Self> {
        let program = npm::program(workspace, "esbuild");
        if !Self::runs(&program) {
            npm::ensure(workspace, npm::ESBUILD)?;
        }
        if Self::runs(&program) {
            Ok(Self { program })
        } else {
            bail!("esbuild is installed, but does not run")
        }
    }

    fn runs(program: &PathBuf) -> bool {
        program.is_file() && shell::succeeds(Command::new(program).arg("--version"))
    }

    /// Shortens a text.
    pub(super) fn minify(&self, source: Source, text: &str) -> Result<String> {
        let mut child = Command::new(&self.program)
            .args(["--minify", "--charset=utf8", "--log-level=warning"])
            .args(source.options())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start esbuild")?;
        // It reads all before it writes, and the pipe is closed at the end of the statement.
        child.stdin.take().context("esbuild has no input")?.write_all(text.as_bytes())?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "esbuild ended with {}", output.status);
        Ok(String::from_utf8(output.stdout)?)
    }
}
