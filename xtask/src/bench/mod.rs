//! `cargo xtask bench NAME`: measurements of release builds from outside.
//!
//! A new benchmark is one variant of [`Name`] and one module whose `run` returns its JSON line.

mod demo;
mod form;
mod scoring;
mod startup;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use crate::workspace::Workspace;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Name {
    /// Time until the demo answers, with an empty and a filled data folder, and the first scores.
    Startup,
    /// Ten million forms to all scores with standard errors, in fresh processes; needs about 1 GB
    /// of disk, and compares with R where it is installed with the package `survey`.
    Scoring,
    /// Lighthouse and the time until the first question can be answered on a slow phone; needs a
    /// Chromium and, through npm, Lighthouse.
    Form,
}

pub(crate) fn bench(workspace: &Workspace, name: Name) -> Result<()> {
    let result = match name {
        Name::Startup => startup::run(workspace)?,
        Name::Scoring => scoring::run(workspace)?,
        Name::Form => form::run(workspace)?,
    };
    println!("{result}");
    Ok(())
}

/// A folder that is empty at first and gone at the end.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Scratch {
    fn new(path: PathBuf) -> Result<Self> {
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The next run empties it anyway.
        let _ = fs::remove_dir_all(&self.0);
    }
}
