//! Starts chromedriver and its browsers, as one group of processes that can be killed.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A profile folder: what a device keeps when its browser dies.
#[derive(Debug)]
pub struct Profile(TempDir);

impl Profile {
    /// The profile of a browser that was never started.
    pub fn fresh() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A browser that was killed leaves its lock behind.
    fn unlock(&self) {
        for name in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            // Not there if the browser had not come so far.
            let _ = std::fs::remove_file(self.0.path().join(name));
        }
    }
}

/// How often chromedriver is started until it says its port.
const STARTS: u32 = 3;

/// A running chromedriver; it and its browsers are killed when it is dropped.
#[derive(Debug)]
pub(super) struct Process {
    /// Where it listens.
    pub(super) address: String,
    child: Child,
    group: u32,
}

impl Process {
    /// Starts it. It takes a free port of one protocol and ends if the same port of the other is
    /// taken by then, which happens now and then on a busy machine: it is started again.
    pub(super) async fn start() -> Result<Self> {
        for _ in 1..STARTS {
            if let Ok(process) = Self::start_once().await {
                return Ok(process);
            }
        }
        Self::start_once().await
    }

    async fn start_once() -> Result<Self> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver is missing: apt-get install chromium chromium-driver")?;
        let group = child.id().context("chromedriver has ended")?;
        let port = port(&mut child).await?;
        Ok(Self { address: format!("http://127.0.0.1:{port}"), child, group })
    }

    /// Kills all processes of the browser at once (`kill -9`), and returns when none is left.
    pub(super) async fn kill(mut self, profile: &Profile) -> Result<()> {
        signal(self.group);
        self.child.wait().await?;
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        while is_alive(self.group) {
            ticks.tick().await;
        }
        profile.unlock();
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        signal(self.group);
    }
}

fn signal(group: u32) {
    // The group is gone when everything in it has ended by itself.
    let _ = std::process::Command::new("sh")
        .args(["-c", &format!("kill -9 -{group}")])
        .stderr(Stdio::null())
        .status();
}

/// Whether a process of the group still runs. Those that nobody has waited for do not count: their
/// files are closed.
fn is_alive(group: u32) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes.flatten().any(|process| {
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // The name stands in brackets and may contain anything; after it: state, parent, group.
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let mut fields = after_name.split_whitespace();
        let (state, group_of) = (fields.next(), fields.nth(1));
        group_of == Some(&group.to_string()) && !matches!(state, Some("Z" | "X"))
    })
}

/// The port that chromedriver chose, from what it prints.
async fn port(chromedriver: &mut Child) -> Result<u16> {
    let stdout = chromedriver.stdout.take().context("stdout is piped")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            return Ok(port.trim_end_matches('.').parse()?);
        }
    }
    bail!("chromedriver stopped before it said its port")
}
