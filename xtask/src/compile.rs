//! Compiling, with a line now and then that says how far it is and how long the rest may take.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::Message;

use crate::progress::{duration, note};
use crate::shell;
use crate::stopwatch::Stopwatch;

/// Packages that take long, with the seconds of one core that they took in the profile `demo`, build
/// scripts included. Other profiles take longer in about the same proportions, and the pace is that
/// of the machine, so the figures need not be exact.
const LONG: [(&str, f64); 20] = [
    ("polars-core", 46.0),
    ("polars-arrow", 16.0),
    ("lz4-sys", 15.0),
    ("object_store", 14.0),
    ("polars-parquet", 13.0),
    ("polars-compute", 12.0),
    ("zstd-sys", 18.0),
    ("tokio", 11.0),
    ("polars-ops", 8.0),
    ("rustls", 8.0),
    ("polars-stream", 8.0),
    ("polars-expr", 8.0),
    ("server", 10.0),
    ("h2", 8.0),
    ("read-fonts", 7.0),
    ("chrono-tz", 7.0),
    ("store", 6.0),
    ("libsqlite3-sys", 12.0),
    ("ring", 9.0),
    ("app", 100.0),
];

/// What any other package takes.
const USUAL: f64 = 0.6;

/// Between two lines.
const INTERVAL: Duration = Duration::from_secs(20);

/// Runs `cargo build` for a package. `later` is what comes after it, in seconds of one core; the time
/// that remains includes it.
pub(crate) fn run(build: &mut Command, tree: &mut Command, later: f64) -> Result<()> {
    let mut work = Work::of(&shell::output(tree)?, later);
    let (watch, mut said) = (Stopwatch::start(), Duration::ZERO);
    let mut child = build
        .args(["--quiet", "--message-format", "json-render-diagnostics"])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    for message in Message::parse_stream(BufReader::new(output)) {
        let Message::CompilerArtifact(artifact) = message? else { continue };
        if artifact.target.is_custom_build() {
            continue;
        }
        work.done(&package(&artifact.package_id.repr), artifact.fresh);
        let elapsed = watch.elapsed();
        if elapsed >= said + INTERVAL {
            said = elapsed;
            note(&work.line(elapsed));
        }
    }
    let status = child.wait()?;
    ensure!(status.success(), "cargo build ended with {status}");
    Ok(())
}

/// Packages of which some are compiled.
#[derive(Debug)]
struct Work {
    /// What waits, with the seconds that it takes.
    waiting: BTreeMap<String, f64>,
    compiled: usize,
    /// Seconds of what was compiled.
    seconds: f64,
    later: f64,
}

impl Work {
    /// All packages that `cargo tree --prefix none` prints.
    fn of(tree: &str, later: f64) -> Self {
        let packages = tree.lines().filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            let version = rest.split_whitespace().next()?;
            let long = LONG.iter().find(|(long, _)| *long == name);
            Some((format!("{name}@{version}"), long.map_or(USUAL, |(_, seconds)| *seconds)))
        });
        Self { waiting: packages.collect(), compiled: 0, seconds: 0.0, later }
    }

    /// A package is there; one with several programs is when the first of them is.
    fn done(&mut self, package: &str, was_there: bool) {
        if let Some(seconds) = self.waiting.remove(package)
            && !was_there
        {
            self.compiled += 1;
            self.seconds += seconds;
        }
    }

    fn line(&self, elapsed: Duration) -> String {
        let Self { waiting, compiled, .. } = self;
        let (all, rest) = (compiled + waiting.len(), duration(self.remaining(elapsed)));
        format!("{compiled} of {all} packages in {}, about {rest} to go", duration(elapsed))
    }

    fn remaining(&self, elapsed: Duration) -> Duration {
        let rest = self.waiting.values().sum::<f64>() + self.later;
        // Until some of it is measured, all cores are thought to be free.
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let cores = f64::from(u32::try_from(cores).unwrap_or(u32::MAX));
        let (guess, known) = (30.0, self.seconds);
        let pace = (guess / cores + elapsed.as_secs_f64()) / (guess + known);
        Duration::try_from_secs_f64(rest * pace).unwrap_or_default()
    }
}

/// `name@version` of `registry+https://…#name@version`, or of `path+file:///…/name#version`.
fn package(id: &str) -> String {
    let (place, fragment) = id.rsplit_once('#').unwrap_or((id, id));
    if fragment.contains('@') {
        return fragment.to_owned();
    }
    let name = place.rsplit('/').next().unwrap_or(place);
    format!("{name}@{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "server v0.1.0 (/x/server)\nserde v1.0.229\nserde_core v1.0.229\n\
                        serde_derive v1.0.229 (proc-macro)\nserde_core v1.0.229\nserde v1.0.229 (*)\n";

    #[test]
    fn packages_are_counted_once_and_found_by_their_ids() {
        let mut work = Work::of(TREE, 0.0);
        assert_eq!(work.waiting.len(), 4);
        let registry = "registry+https://github.com/rust-lang/crates.io-index#";
        for id in [
            "path+file:///x/server#0.1.0",
            &format!("{registry}serde_core@1.0.229"),
            &format!("{registry}serde_derive@1.0.229"),
            &format!("{registry}unknown@1.0.0"),
        ] {
            work.done(&package(id), id.contains("derive"));
        }
        assert_eq!(work.waiting.keys().collect::<Vec<_>>(), ["serde@1.0.229"]);
        assert_eq!(work.compiled, 2, "what was there is no work");
        assert_eq!(package("path+file:///x/defs#survey-defs@0.1.0"), "survey-defs@0.1.0");
    }

    #[test]
    fn what_remains_follows_the_pace() {
        let of = |names: usize, later| {
            let tree: Vec<String> = (0..names).map(|n| format!("p{n} v1.0.0")).collect();
            Work::of(&tree.join("\n"), later)
        };
        let mut work = of(200, 0.0);
        for n in 0..100 {
            work.done(&format!("p{n}@1.0.0"), false);
        }
        let after =
            |work: &Work, seconds| work.remaining(Duration::from_secs(seconds)).as_secs_f64();
        assert!(after(&work, 200) > after(&work, 50), "a slow machine goes on slowly");
        work.later = 100.0 * USUAL;
        let both = after(&work, 100);
        work.later = 0.0;
        assert!((both - 2.0 * after(&work, 100)).abs() < 1e-6, "what comes later is added");
        assert!(after(&of(0, 0.0), 10) < 1e-9);
        assert_eq!(
            of(3, 0.0).line(Duration::from_secs(75)).split(", ").next(),
            Some("0 of 3 packages in 1 min 15 s")
        );
    }

    #[test]
    fn the_list_of_long_ones_names_each_once() {
        let mut names: Vec<&str> = LONG.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), LONG.len());
    }
}
