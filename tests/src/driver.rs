//! Starts the program that drives a browser, as one group of processes with the browser that can be
//! killed.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::page::PATIENCE;

/// How often a driver is started until it says its port.
const STARTS: u32 = 3;

/// A running chromedriver or geckodriver; it and its browsers are killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Driver {
    /// Where it listens.
    pub(crate) address: String,
    child: Child,
    group: u32,
}

impl Driver {
    /// Starts the program; it prints its port after `before_port`. It takes a free port of one
    /// protocol and ends if the same port of the other is taken by then, which happens now and then
    /// on a busy machine: it is started again.
    pub(crate) async fn start(
        command: impl Fn() -> Command,
        before_port: &'static str,
    ) -> Result<Self> {
        for _ in 1..STARTS {
            if let Ok(driver) = Self::start_once(command(), before_port).await {
                return Ok(driver);
            }
        }
        Self::start_once(command(), before_port).await
    }

    async fn start_once(mut command: Command, before_port: &'static str) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = child.id().context("the driver has ended")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        // It is dropped, and with it the process, if it does not say its port.
        let mut driver = Self { address: String::new(), child, group };
        let mut lines = BufReader::new(stdout).lines();
        let port = timeout(PATIENCE, port(&mut lines, before_port)).await;
        let port = port.context("the driver does not say its port")??;
        driver.address = format!("http://127.0.0.1:{port}");
        // It goes on printing, and may end where nobody reads.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(driver)
    }

    /// Kills all processes of the browser at once (`kill -9`), and returns when none is left.
    pub(crate) async fn kill(mut self) -> Result<()> {
        signal(self.group);
        self.child.wait().await?;
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        while is_alive(self.group) {
            ticks.tick().await;
        }
        Ok(())
    }
}

impl Drop for Driver {
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

/// The port that the program chose, from what it prints.
async fn port(lines: &mut Lines<BufReader<ChildStdout>>, before_port: &str) -> Result<u16> {
    while let Some(line) = lines.next_line().await? {
        if let Some((_, port)) = line.rsplit_once(before_port) {
            return Ok(port.trim_end_matches('.').parse()?);
        }
    }
    bail!("the driver stopped before it said its port")
}
