//! `cargo xtask build`: the release binary with the app inside.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::app;
use crate::progress::Steps;
use crate::shell;
use crate::workspace::Workspace;

/// Builds the app and then the server that embeds it; returns the binary's absolute path.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let mut steps = Steps::new(app::STEPS + 1);
    app::ensure(workspace, &mut steps)?;
    steps.next("building the server with the app inside…");
    package(workspace, "server")?;
    Ok(binary(workspace, "thuocdo"))
}

/// Builds a package whose program has the same name; returns the program's absolute path. Each
/// package is built by itself: together they would have other features of shared dependencies than
/// alone, and what takes minutes would be compiled twice.
pub(crate) fn program(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    package(workspace, name)?;
    Ok(binary(workspace, name))
}

fn package(workspace: &Workspace, name: &str) -> Result<()> {
    let arguments = ["build", "--release", "-p", name, "--locked"];
    shell::run(shell::cargo().current_dir(&workspace.root).args(arguments))
}

fn binary(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.target.join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
