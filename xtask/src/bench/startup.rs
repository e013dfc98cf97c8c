//! Measures how soon the demo answers.

use anyhow::Result;

use super::server::Server;
use super::{Scratch, http};
use crate::build;
use crate::progress::note;
use crate::stopwatch::Stopwatch;
use crate::workspace::Workspace;

const SCORES: &str = "/api/v1/scores?wave=sipas-2024&by=ward";

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    let binary = build::build(workspace)?;
    let folder = Scratch::new(workspace.root.join("target/bench-startup"))?;
    note("starting the demo with an empty data folder…");
    let (first, first_start_seconds) = Server::demo(&binary, folder.path())?;
    drop(first);
    note("starting it again with the data it made…");
    let (demo, second_start_seconds) = Server::demo(&binary, folder.path())?;
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
    let watch = Stopwatch::start();
    http::get(address, path)?;
    Ok(watch.millis())
}
