//! How soon the demo answers.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Result, ensure};

use super::Scratch;
use super::demo::{Demo, PATIENCE};
use crate::build;
use crate::progress::note;
use crate::stopwatch::Stopwatch;
use crate::workspace::Workspace;

const SCORES: &str = "/api/v1/scores?wave=sipas-2024&by=ward";

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    let binary = build::build(workspace)?;
    let folder = Scratch::new(workspace.root.join("target/bench-startup"))?;
    note("starting the demo with an empty data folder…");
    let (first, first_start_seconds) = Demo::start(&binary, folder.path())?;
    drop(first);
    note("starting it again with the data it made…");
    let (demo, second_start_seconds) = Demo::start(&binary, folder.path())?;
    note("asking for the scores of all wards, twice…");
    let first_scores_ms = get(&demo.address, SCORES)?;
    let second_scores_ms = get(&demo.address, SCORES)?;
    Ok(format!(
        "{{\"bench\":\"startup\",\
         \"first_start_seconds\":{first_start_seconds:.3},\
         \"second_start_seconds\":{second_start_seconds:.3},\
         \"first_scores_ms\":{first_scores_ms:.3},\
         \"second_scores_ms\":{second_scores_ms:.3}}}"
    ))
}

/// Requests a path and returns the milliseconds until the whole answer was there.
fn get(address: &str, path: &str) -> Result<f64> {
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
