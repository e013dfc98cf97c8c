//! Measures how soon and how well the counter form works on a slow phone.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::Scratch;
use super::server::Server;
use crate::progress::note;
use crate::workspace::Workspace;
use crate::{build, npm, shell};

const PATH: &str = "/s/giao-dich-2026/00004-wall_qr";
const LIGHTHOUSE_RUNS: usize = 3;
const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    npm::ensure(workspace, npm::LIGHTHOUSE)?;
    let browser = browser()?;
    let binary = build::build(workspace)?;
    let folder = Scratch::new(workspace.root.join("target/bench-form"))?;
    note("starting the demo…");
    let (demo, _) = Server::demo(&binary, folder.path())?;
    let address = format!("http://{}{PATH}", demo.address);
    let Lighthouse { points: [performance, accessibility, best_practices], layout_shift } =
        lighthouse(workspace, &browser, &address)?;
    note("time until the first question can be answered, five times…");
    let usable = usable(workspace, &browser, &address)?;
    let mut result = json!({
        "bench": "form",
        "performance": performance,
        "accessibility": accessibility,
        "best_practices": best_practices,
        "cumulative_layout_shift": layout_shift,
    });
    if let (Some(result), Value::Object(usable)) = (result.as_object_mut(), usable) {
        result.extend(usable);
    }
    Ok(result.to_string())
}

fn browser() -> Result<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.into_iter().find_map(shell::find).context("install a Chromium")
}

struct Lighthouse {
    /// The median of the scores in each category, in points of 100.
    points: [u64; CATEGORIES.len()],
    /// How much of the page moved by itself: the worst of all runs.
    layout_shift: f64,
}

fn lighthouse(workspace: &Workspace, browser: &Path, address: &str) -> Result<Lighthouse> {
    let program = npm::LIGHTHOUSE.folder(workspace).join("cli/index.js");
    let mut runs = CATEGORIES.map(|_| Vec::new());
    let mut layout_shift: f64 = 0.0;
    for number in 1..=LIGHTHOUSE_RUNS {
        note(&format!("Lighthouse, run {number} of {LIGHTHOUSE_RUNS}…"));
        let report = shell::output(
            Command::new("node")
                .arg(&program)
                .args([address, "--quiet", "--output=json"])
                .arg(format!("--only-categories={}", CATEGORIES.join(",")))
                .arg("--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage")
                .env("CHROME_PATH", browser),
        )?;
        let report: Value = serde_json::from_str(&report)?;
        for (category, scores) in CATEGORIES.into_iter().zip(&mut runs) {
            scores.push(points(&report, category)?);
        }
        layout_shift = layout_shift.max(shift(&report)?);
        tell(&report);
    }
    let points = runs.map(|mut scores| {
        scores.sort_unstable();
        scores[LIGHTHOUSE_RUNS / 2]
    });
    Ok(Lighthouse { points, layout_shift })
}

fn shift(report: &Value) -> Result<f64> {
    let audit = &report["audits"]["cumulative-layout-shift"];
    audit["numericValue"].as_f64().context("Lighthouse tells no layout shift")
}

fn points(report: &Value, category: &str) -> Result<u64> {
    let Some(score) = report["categories"][category]["score"].as_f64() else {
        bail!("Lighthouse has no score of {category}: {}", report["runtimeError"]);
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a score is between 0 and 1"
    )]
    Ok((score * 100.0).round() as u64)
}

/// What costs points.
fn tell(report: &Value) {
    for category in CATEGORIES {
        let audits = report["categories"][category]["auditRefs"].as_array();
        for reference in audits.into_iter().flatten() {
            let audit = &report["audits"][reference["id"].as_str().unwrap_or_default()];
            let is_full = audit["score"].as_f64().is_none_or(|score| score >= 1.0);
            if !is_full && reference["weight"].as_f64().is_some_and(|weight| weight > 0.0) {
                note(&format!("{category}: {} {}", audit["title"], audit["displayValue"]));
            }
        }
    }
}

fn usable(workspace: &Workspace, browser: &Path, address: &str) -> Result<Value> {
    let script = workspace.root.join("xtask/src/bench/form.mjs");
    let printed = shell::output(
        Command::new("node").arg(script).arg(npm::folder(workspace)).arg(browser).arg(address),
    )?;
    serde_json::from_str(printed.trim()).context("the measurement printed no JSON")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{points, shift};

    #[test]
    fn scores_are_points_of_a_hundred() {
        let report = json!({ "categories": { "performance": { "score": 0.985 } } });
        assert_eq!(points(&report, "performance").unwrap(), 99);
        assert!(points(&report, "accessibility").is_err());
    }

    #[test]
    fn a_layout_shift_that_is_not_told_is_not_none() {
        let report = json!({ "audits": { "cumulative-layout-shift": { "numericValue": 0.02 } } });
        assert!((shift(&report).unwrap() - 0.02).abs() < 1e-9);
        assert!(shift(&json!({})).is_err());
    }
}
