//! How soon the demo answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Scratch;
use crate::build;
use crate::progress::note;
use crate::stopwatch::Stopwatch;
use crate::workspace::Workspace;

const SCORES: &str = "/api/v1/scores?wave=sipas-2024&by=ward";

/// Far above any sensible result: only a demo that hangs meets it.
const PATIENCE: Duration = Duration::from_mins(10);

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    let binary = build::build(workspace)?;
    let folder = Scratch::new(workspace.root.join("target/bench-startup"))?;
    note("starting the demo with an empty data folder…");
    let (first, first_start_seconds) = Demo::start(&binary, folder.path())?;
    drop(first);
    note("starting it again with the data it made…");
    let (demo, second_start_seconds) = Demo::start(&binary, folder.path())?;
    note("asking for the scores of all wards, twice…");
    let first_scores_ms = demo.get(SCORES)?;
    let second_scores_ms = demo.get(SCORES)?;
    Ok(format!(
        "{{\"bench\":\"startup\",\
         \"first_start_seconds\":{first_start_seconds:.3},\
         \"second_start_seconds\":{second_start_seconds:.3},\
         \"first_scores_ms\":{first_scores_ms:.3},\
         \"second_scores_ms\":{second_scores_ms:.3}}}"
    ))
}

/// A running `thuocdo demo`, ended when dropped.
#[derive(Debug)]
struct Demo {
    child: Child,
    /// Host and port.
    address: String,
}

impl Demo {
    /// Starts it and waits for its address; returns the seconds that took.
    fn start(binary: &Path, data: &Path) -> Result<(Self, f64)> {
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

    /// Requests a path and returns the milliseconds until the whole answer was there.
    fn get(&self, path: &str) -> Result<f64> {
        let address = &self.address;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\
             Connection: close\r\n\r\n"
        );
        let watch = Stopwatch::start();
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        // In one write, so that the request is one packet.
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let millis = watch.millis();
        let head = String::from_utf8_lossy(&answer[..answer.len().min(600)]);
        ensure!(head.starts_with("HTTP/1.1 200"), "GET {path} was not answered with 200:\n{head}");
        Ok(millis)
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
