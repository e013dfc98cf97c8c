//! How soon scores with standard errors are there, and in how much memory.
//!
//! The work is done by the example `scoring_bench` of the crate `scoring`, each measurement in a
//! process of its own, so that nothing is warm but the disk cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::{Scratch, rounded};
use crate::progress::note;
use crate::shell;
use crate::workspace::Workspace;

const EXAMPLE: &str = "scoring_bench";
const LARGE: u64 = 10_000_000;
const MIDDLE: u64 = 1_000_000;
const SMALL: u64 = 100_000;

/// Each time is the median of so many fresh processes.
const REPEATS: usize = 3;

/// Scores are printed with six decimals, so R's agree if they differ by half of the last one.
const ROUNDED: f64 = 0.5e-6 + 1e-9;

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    let program = Program::build(workspace)?;
    let folder = Scratch::new(workspace.target.join("bench-scoring"))?;
    let [large, middle, small] =
        [LARGE, MIDDLE, SMALL].map(|rows| folder.path().join(rows.to_string()));
    for (rows, folder) in [(LARGE, &large), (MIDDLE, &middle), (SMALL, &small)] {
        note(&format!("writing {rows} forms…"));
        let written = program.run("generate", &[rows.to_string().as_ref(), folder])?;
        note(&written.to_string());
    }
    note("decoding all columns, nothing else…");
    let decode = program.median("decode", &large)?;
    note("all scores with standard errors, from rows on disk…");
    let score = program.median("score", &large)?;
    note(&score.to_string());
    let score_middle = program.median("score", &middle)?;
    note("the same for 5 of the 25 statements…");
    let few = few_items(&program, folder.path())?;
    note(&few.to_string());
    note("all scores again after 1,000 new forms…");
    let refresh = program.median("refresh", &large)?;
    note(&refresh.to_string());
    let small_score = program.median("small", &small)?;
    let r = survey(workspace, &program, &small)?;
    let (seconds, decode_seconds) = (number(&score, "seconds")?, number(&decode, "seconds")?);
    let small_ms = number(&small_score, "ms")?;
    let seconds_middle = number(&score_middle, "seconds")?;
    note(&format!("10 million take {:.1} times as long as 1 million", seconds / seconds_middle));
    Ok(json!({
        "bench": "scoring",
        "rows": LARGE,
        "seconds": rounded(seconds),
        "decode_seconds": rounded(decode_seconds),
        "ratio": rounded(seconds / decode_seconds),
        "refresh_ms": rounded(number(&refresh, "ms")?),
        "seconds_1m": rounded(seconds_middle),
        "peak_rss_mb": rounded(number(&score, "peak_rss_mb")?),
        "peak_rss_mb_5_items": rounded(number(&few, "peak_rss_mb")?),
        "small_ms": rounded(small_ms),
        "r_ratio": r.map(|seconds| rounded(seconds * 1000.0 / small_ms)),
    })
    .to_string())
}

/// Peak memory must not follow the number of statements that are scored at once.
fn few_items(program: &Program, folder: &Path) -> Result<Value> {
    let few = folder.join("few");
    program.run("generate-few", &[LARGE.to_string().as_ref(), &few])?;
    let score = program.run("score-few", &[&few])?;
    fs::remove_dir_all(few)?;
    Ok(score)
}

/// The seconds that R takes for the small file, after its numbers were compared with ours; none
/// where R or its package is not installed.
fn survey(workspace: &Workspace, program: &Program, small: &Path) -> Result<Option<f64>> {
    let installed = shell::succeeds(Command::new("Rscript").args(["-e", "library(survey)"]));
    if !installed {
        note("R with the package “survey” is not installed: no comparison");
        return Ok(None);
    }
    note("the same 100,000 forms in R, which takes about a minute…");
    let csv = small.join("forms.csv");
    program.run("export", &[SMALL.to_string().as_ref(), &csv])?;
    let script = workspace.root.join("xtask/src/bench/svyby.R");
    let r = shell::output(Command::new("Rscript").arg(script).arg(&csv))?;
    let r: Value = serde_json::from_str(last_line(&r)?)?;
    let ours = program.run("one", &[small])?;
    note(&format!("R: {r}"));
    note(&format!("we: {ours}"));
    for field in ["score", "se"] {
        let (r, ours) = (number(&r, field)?, number(&ours, field)?);
        ensure!((r - ours).abs() <= ROUNDED, "R has the {field} {r}, we have {ours}");
    }
    Ok(Some(number(&r, "seconds")?))
}

/// The example, built.
#[derive(Debug)]
struct Program(PathBuf);

impl Program {
    fn build(workspace: &Workspace) -> Result<Self> {
        note("building the benchmark…");
        // Together with the server, so that both have one build of what they depend on.
        shell::run_aside(shell::cargo().current_dir(&workspace.root).args([
            "build",
            "--release",
            "-p",
            "server",
            "-p",
            "scoring",
            "--example",
            EXAMPLE,
            "--locked",
        ]))?;
        let name = format!("{EXAMPLE}{}", std::env::consts::EXE_SUFFIX);
        Ok(Self(workspace.target.join("release/examples").join(name)))
    }

    /// The JSON object that a fresh process prints last.
    fn run(&self, task: &str, arguments: &[&Path]) -> Result<Value> {
        let output = shell::output(Command::new(&self.0).arg(task).args(arguments))?;
        Ok(serde_json::from_str(last_line(&output)?)?)
    }

    /// The result of the process that is in the middle by time.
    fn median(&self, task: &str, folder: &Path) -> Result<Value> {
        let mut results = (0..REPEATS)
            .map(|_| {
                let result = self.run(task, &[folder])?;
                let time = number(&result, "seconds").or_else(|_| number(&result, "ms"))?;
                Ok((time, result))
            })
            .collect::<Result<Vec<(f64, Value)>>>()?;
        results.sort_by(|one, other| one.0.total_cmp(&other.0));
        Ok(results.swap_remove(REPEATS / 2).1)
    }
}

fn last_line(output: &str) -> Result<&str> {
    output.lines().next_back().context("a program printed nothing")
}

fn number(result: &Value, field: &str) -> Result<f64> {
    match result.get(field).and_then(Value::as_f64) {
        Some(number) => Ok(number),
        None => bail!("{result} has no number “{field}”"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{last_line, number, rounded};

    #[test]
    fn results_are_the_last_line() {
        assert_eq!(last_line("chatter\n{}\n").unwrap(), "{}");
        assert!(last_line("").is_err());
        assert!(number(&json!({"seconds": 1.5}), "ms").is_err());
        assert!((rounded(number(&json!({"ms": 1.23456}), "ms").unwrap()) - 1.235).abs() < 1e-12);
    }
}
