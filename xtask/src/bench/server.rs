//! Starts a server to measure.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::shell;
use crate::stopwatch::Stopwatch;

/// Far above any sensible result: only a server that hangs meets it.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// A running `thuocdo`, ended when dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Host and port.
    pub(super) address: String,
}

impl Server {
    /// Starts `thuocdo demo` and waits for its address; returns the seconds that took.
    pub(super) fn demo(binary: &Path, data: &Path) -> Result<(Self, f64)> {
        let watch = Stopwatch::start();
        let demo = Self::start(shell::untouched(binary).args(["demo", "--data-dir"]).arg(data))?;
        Ok((demo, watch.seconds()))
    }

    /// Starts `thuocdo serve` with its log in a file, as a service has it.
    pub(super) fn serve(binary: &Path, arguments: &[&str], log: &Path) -> Result<Self> {
        let log = File::create(log)?;
        Self::start(shell::untouched(binary).arg("serve").args(arguments).stderr(log))
    }

    fn start(command: &mut Command) -> Result<Self> {
        let child = command
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        // From here on every way out ends the child.
        let mut server = Self { child, address: String::new() };
        let output = server.child.stdout.take().context("the server has no output")?;
        let (sender, receiver) = mpsc::channel();
        // The thread reads on to the end: a full pipe would stop the server.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(address) = address(&line) {
                    let _ = sender.send(address);
                }
            }
        });
        server.address = receiver
            .recv_timeout(PATIENCE)
            .context("the server ended or hung before it printed its address")?;
        Ok(server)
    }

    /// The most memory that it has had at a time (Linux only).
    pub(super) fn peak_rss_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("the memory of a process is read on Linux only")?;
        peak_rss_kb(&status).map(|kb| kb / 1_024.0).context("no VmHWM in the status of the process")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The host and port in a line such as `listening on http://127.0.0.1:41234/console`.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("http://127.0.0.1:")?;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("127.0.0.1:{port}"))
}

/// The number in a line such as `VmHWM: 12345 kB`.
fn peak_rss_kb(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{address, peak_rss_kb};

    #[test]
    fn the_address_is_found_in_any_line() {
        assert_eq!(
            address("open http://127.0.0.1:41234/console now").as_deref(),
            Some("127.0.0.1:41234")
        );
        assert_eq!(address("http://127.0.0.1:80").as_deref(), Some("127.0.0.1:80"));
        assert_eq!(address("opening http://127.0.0.1:"), None);
        assert_eq!(address("loading data"), None);
    }

    #[test]
    fn the_peak_of_memory_is_found() {
        let status = "Name:\tthuocdo\nVmPeak:\t  99 kB\nVmHWM:\t   12345 kB\nVmRSS:\t 12 kB\n";
        assert_eq!(peak_rss_kb(status), Some(12_345.0));
        assert_eq!(peak_rss_kb("Name:\tthuocdo\n"), None);
    }
}
