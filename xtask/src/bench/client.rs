//! Runs the program `load`, which posts submissions.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::http;
use crate::progress::note;
use crate::workspace::Workspace;
use crate::{build, shell};

/// The wave that is written to.
const WAVE: &str = "bench";

/// The client, built, and the wave file.
#[derive(Debug)]
pub(super) struct Client {
    program: PathBuf,
    wave: PathBuf,
}

impl Client {
    pub(super) fn build(workspace: &Workspace) -> Result<Self> {
        note("building the client…");
        let program = build::program(workspace, "load")?;
        Ok(Self { program, wave: workspace.root.join("xtask/src/bench/wave.toml") })
    }

    /// Makes the wave in an empty database.
    pub(super) fn add_wave(&self, thuocdo: &Path, storage: &[&str]) -> Result<()> {
        shell::run_aside(
            shell::untouched(thuocdo).args(["wave", "add"]).arg(&self.wave).args(storage),
        )
    }

    /// Posts to servers of one database; returns what the client has printed. Failures are in
    /// there.
    pub(super) fn run(&self, task: &[&str], addresses: &[&str]) -> Result<Value> {
        let mut command = shell::untouched(&self.program);
        command.args(task).args(["--wave", WAVE, "--point", "p1"]);
        for address in addresses {
            command.args(["--address", address]);
        }
        let output =
            command.stderr(Stdio::inherit()).output().context("cannot start the client")?;
        let line = String::from_utf8(output.stdout)?;
        note(line.trim());
        serde_json::from_str(&line).context("the client printed no result")
    }
}

/// Submissions in the log; fails if any is in quarantine.
pub(super) fn recorded(address: &str) -> Result<u64> {
    let wave = http::get(address, &format!("/api/v1/waves/{WAVE}"))?;
    let wave: Value = serde_json::from_slice(&wave)?;
    ensure!(wave["quarantined"] == 0, "something went into quarantine: {wave}");
    wave["submissions"].as_u64().with_context(|| format!("no number of submissions: {wave}"))
}

pub(super) fn number(result: &Value, field: &str) -> Result<f64> {
    result[field].as_f64().with_context(|| format!("the client said nothing of {field}: {result}"))
}

pub(super) fn count(result: &Value, field: &str) -> Result<u64> {
    result[field].as_u64().with_context(|| format!("the client said nothing of {field}: {result}"))
}
