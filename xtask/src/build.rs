//! `cargo xtask build`: the release binary with the app inside.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::progress::Steps;
use crate::workspace::Workspace;
use crate::{app, compile, shell};

/// How the server and its dependencies are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Fast code, for real answers.
    Release,
    /// Code that is there soon, for simulated ones.
    Demo,
}

/// What the server takes in the profile `demo`, in seconds of one core.
const SERVER: f64 = 560.0;

/// How many steps [`with_app`] announces.
pub(crate) const STEPS: usize = app::STEPS + 1;

/// Builds the app and then the server that embeds it; returns the binary's absolute path.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    with_app(workspace, Profile::Release, &mut Steps::new(STEPS))
}

/// The same in any profile.
pub(crate) fn with_app(
    workspace: &Workspace,
    profile: Profile,
    steps: &mut Steps,
) -> Result<PathBuf> {
    steps.later = SERVER;
    app::ensure(workspace, steps)?;
    steps.next("building the server with the app inside…");
    package(workspace, "server", profile)?;
    Ok(binary(workspace, "thuocdo", profile))
}

/// Builds a package whose program has the same name; returns the program's absolute path. Each
/// package is built by itself: together they would have other features of shared dependencies than
/// alone, and what takes minutes would be compiled twice.
pub(crate) fn program(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    package(workspace, name, Profile::Release)?;
    Ok(binary(workspace, name, Profile::Release))
}

fn package(workspace: &Workspace, name: &str, profile: Profile) -> Result<()> {
    let mut build = shell::cargo();
    build.args(["build", "--locked", "-p", name, "--profile", profile.name()]);
    let mut tree = shell::cargo();
    tree.args(["tree", "--locked", "-p", name, "-e", "normal,build", "--prefix", "none"]);
    compile::run(build.current_dir(&workspace.root), tree.current_dir(&workspace.root), 0.0)
}

fn binary(workspace: &Workspace, name: &str, profile: Profile) -> PathBuf {
    workspace.target.join(profile.name()).join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

impl Profile {
    /// As cargo calls it, and its folder below the target folder.
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Demo => "demo",
        }
    }
}
