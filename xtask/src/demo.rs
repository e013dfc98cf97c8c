//! `cargo xtask demo`: build everything and run the demo.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::shell;
use crate::workspace::Workspace;

pub(crate) fn demo(workspace: &Workspace, args: &[OsString]) -> Result<()> {
    let binary = build::build(workspace)?;
    shell::become_program(Command::new(binary).arg("demo").args(args))?;
    Ok(())
}
