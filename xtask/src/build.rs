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
    shell::run(shell::cargo().current_dir(&workspace.root).args([
        "build",
        "--release",
        "-p",
        "server",
        "--locked",
    ]))?;
    let name = format!("thuocdo{}", env::consts::EXE_SUFFIX);
    Ok(workspace.target.join("release").join(name))
}
