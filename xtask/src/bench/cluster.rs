//! Starts a PostgreSQL to measure with.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::progress::note;
use crate::workspace::Workspace;
use crate::{build, shell};

/// A throw-away PostgreSQL, ended when dropped.
#[derive(Debug)]
pub(super) struct Cluster {
    child: Child,
    /// Of an empty database.
    pub(super) url: String,
}

impl Cluster {
    pub(super) fn start(workspace: &Workspace) -> Result<Self> {
        note("starting a PostgreSQL cluster…");
        let program = build::program(workspace, "cluster")?;
        let child = shell::untouched(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the program cluster")?;
        let mut cluster = Self { child, url: String::new() };
        let output = cluster.child.stdout.take().context("the cluster has no output")?;
        BufReader::new(output).read_line(&mut cluster.url)?;
        cluster.url.truncate(cluster.url.trim_end().len());
        ensure!(cluster.url.starts_with("postgres"), "the cluster did not start");
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
