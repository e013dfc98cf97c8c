//! A running demo.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::stopwatch::Stopwatch;

/// Far above any sensible result: only a demo that hangs meets it.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// A running `thuocdo demo`, ended when dropped.
#[derive(Debug)]
pub(super) struct Demo {
    child: Child,
    /// Host and port.
    pub(super) address: String,
}

impl Demo {
    /// Starts it and waits for its address; returns the seconds that took.
    pub(super) fn start(binary: &Path, data: &Path) -> Result<(Self, f64)> {
        let watch = Stopwatch::start();
        let child = Command::new(binary)
            .args(["demo", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        // From here on every way out ends the child.
        let mut demo = Self { child, address: String::new() };
        let output = demo.child.stdout.take().context("the demo has no output")?;
        let (sender, receiver) = mpsc::channel();
        // The thread reads on to the end: a full pipe would stop the demo.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(address) = address(&line) {
                    let _ = sender.send(address);
                }
            }
        });
        demo.address = receiver
            .recv_timeout(PATIENCE)
            .context("the demo ended or hung before it printed its address")?;
        Ok((demo, watch.seconds()))
    }
}

impl Drop for Demo {
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

#[cfg(test)]
mod tests {
    use super::address;

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
}
