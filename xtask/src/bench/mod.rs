//! `cargo xtask bench NAME`: measurements of release builds from outside.
//!
//! A new benchmark is one variant of [`Name`] and one module whose `run` returns its JSON line.

mod client;
mod cluster;
mod form;
mod fsync;
mod http;
mod ingest;
mod scoring;
mod server;
mod siege;
mod startup;
mod storm;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::ValueEnum;
use serde_json::Value;

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
    /// Submissions that are acknowledged per second: SQLite, and PostgreSQL with two servers; needs
    /// PostgreSQL and about 5 GB of disk.
    Ingest,
    /// 1,000 kiosks that come back with 200 submissions each.
    Storm,
    /// Strangers who stuff, fill and flood, and an honest client beside them: SQLite and PostgreSQL.
    Siege,
}

pub(crate) fn bench(workspace: &Workspace, name: Name) -> Result<()> {
    let result = match name {
        Name::Startup => startup::run(workspace)?,
        Name::Scoring => scoring::run(workspace)?,
        Name::Form => form::run(workspace)?,
        Name::Ingest => ingest::run(workspace)?,
        Name::Storm => storm::run(workspace)?,
        Name::Siege => siege::run(workspace)?,
    };
    println!("{result}");
    nothing_has_failed(&result)
}

/// Figures of a run that lost something are no figures.
fn nothing_has_failed(line: &str) -> Result<()> {
    let result: Value = serde_json::from_str(line)?;
    for field in ["failed", "lost", "doubled"] {
        let count = result.get(field).map_or(Some(0), Value::as_u64);
        ensure!(count == Some(0), "{field}: {}", result[field]);
    }
    Ok(())
}

/// To three decimals.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
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

#[cfg(test)]
mod tests {
    use super::nothing_has_failed;

    #[test]
    fn a_run_that_lost_something_is_an_error() {
        assert!(nothing_has_failed(r#"{"bench": "storm", "lost": 0, "failed": 0}"#).is_ok());
        assert!(nothing_has_failed(r#"{"bench": "form"}"#).is_ok());
        for field in ["failed", "lost", "doubled"] {
            assert!(nothing_has_failed(&format!(r#"{{"{field}": 1}}"#)).is_err(), "{field}");
        }
    }
}
