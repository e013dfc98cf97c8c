//! `cargo xtask demo`: build everything and run the demo.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::app::{self, TARGET};
use crate::build::{self, Profile};
use crate::progress::{Steps, duration, note};
use crate::shell;
use crate::stopwatch::Stopwatch;
use crate::workspace::Workspace;

pub(crate) fn demo(workspace: &Workspace, args: &[OsString]) -> Result<()> {
    // Cargo has compiled this program, then become it.
    let whole = Stopwatch::of_process();
    let mut steps = Steps::new(build::STEPS + 1);
    steps.next("downloading what is not there yet…");
    let before = whole.elapsed();
    fetch(workspace)?;
    let downloads = whole.elapsed().saturating_sub(before);
    note(&format!("it took {}", duration(downloads)));

    let binary = build::with_app(workspace, Profile::Demo, &mut steps)?;
    let (built, downloads) = (whole.elapsed().saturating_sub(downloads), duration(downloads));
    note(&format!("built in {}, besides {downloads} for downloads", duration(built)));
    note("this program is compiled to be there soon; `cargo xtask build` makes the fast one");
    shell::become_program(Command::new(binary).arg("demo").args(args))?;
    Ok(())
}

/// Everything from the network, so that its time is known apart.
fn fetch(workspace: &Workspace) -> Result<()> {
    let mut fetch = shell::cargo();
    fetch.args(["fetch", "--locked", "--target", TARGET, "--target", &shell::host()?]);
    shell::run(fetch.current_dir(&workspace.root))?;
    app::fetch(workspace)
}
