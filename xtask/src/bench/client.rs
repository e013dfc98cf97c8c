//! Runs the program `load`, which posts submissions.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

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

    /// Starts attackers at a low priority; what they print is their result.
    pub(super) fn begin_attack(&self, task: &[&str], address: &str) -> Result<Child> {
        let mut command = Command::new("nice");
        command.args(["-n", "10"]).arg(&self.program).args(task);
        command.args(["--wave", WAVE, "--address", address]).stdout(Stdio::piped());
        command.spawn().context("cannot start the attackers")
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

/// What a server is told that shall take all it can: phones come through a proxy, and the limits of
/// one service point, one wave, one device and one address do not count, because there are few here.
pub(super) const UNLIMITED: [&str; 10] = [
    "--requests-per-minute",
    "0",
    "--device-records-per-minute",
    "0",
    "--trusted-proxy",
    "127.0.0.1",
    "--point-records-per-minute",
    "0",
    "--wave-records-per-minute",
    "0",
];

/// Adds devices at the service point, and writes their codes into a file.
pub(super) fn add_devices(
    thuocdo: &Path,
    storage: &[&str],
    (number, file): (u64, &Path),
) -> Result<()> {
    let mut codes = String::new();
    for _ in 0..number {
        let mut add = shell::untouched(thuocdo);
        let place = ["device", "add", "--wave", WAVE, "--point", "p1", "--name", "bench"];
        let added = add.args(place).args(storage).output()?;
        let said = String::from_utf8(added.stdout)?;
        let code = said.lines().find_map(|line| line.trim().strip_prefix("code"));
        writeln!(codes, "{}", code.context("a device has no code")?.trim())?;
    }
    fs::write(file, codes).context("the codes cannot be written")
}

/// Submissions in the log; fails if any is in quarantine.
pub(super) fn recorded(thuocdo: &Path, storage: &[&str]) -> Result<u64> {
    let mut list = shell::untouched(thuocdo);
    let listed = list.args(["wave", "list", "--format", "json"]).args(storage).output()?;
    let waves: Value = serde_json::from_slice(&listed.stdout).context("no list of waves")?;
    let wave = &waves[0];
    ensure!(wave["quarantine"] == 0, "something went into quarantine: {wave}");
    wave["forms"].as_u64().with_context(|| format!("no number of submissions: {wave}"))
}

pub(super) fn number(result: &Value, field: &str) -> Result<f64> {
    result[field].as_f64().with_context(|| format!("the client said nothing of {field}: {result}"))
}

pub(super) fn count(result: &Value, field: &str) -> Result<u64> {
    result[field].as_u64().with_context(|| format!("the client said nothing of {field}: {result}"))
}
