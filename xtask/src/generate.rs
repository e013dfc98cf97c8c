//! `cargo xtask gen`: files that are generated from the code and checked in for readers.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::app;
use crate::progress::{Steps, note};
use crate::shell;
use crate::workspace::Workspace;

const OPENAPI: &str = "docs/openapi.json";

pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    let wanted = openapi(workspace)?;
    let path = workspace.root.join(OPENAPI);
    if fs::read_to_string(&path).is_ok_and(|found| found == wanted) {
        note(&format!("{OPENAPI} is up to date"));
        return Ok(());
    }
    fs::write(&path, wanted).with_context(|| format!("cannot write {OPENAPI}"))?;
    note(&format!("wrote {OPENAPI}"));
    Ok(())
}

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let wanted = openapi(workspace)?;
    let found = fs::read_to_string(workspace.root.join(OPENAPI)).unwrap_or_default();
    if let Some(difference) = first_difference(&found, &wanted) {
        bail!("{OPENAPI} is stale; run `cargo xtask gen` and look at the change\n{difference}");
    }
    note(&format!("{OPENAPI} is up to date"));
    Ok(())
}

/// The document as the server prints it, byte for byte: parsing and printing it again here
/// would depend on the features that serde_json happens to have in this build.
fn openapi(workspace: &Workspace) -> Result<String> {
    let mut steps = Steps::new(app::STEPS + 1);
    app::ensure(workspace, &mut steps)?;
    steps.next("asking the server for its OpenAPI document…");
    // Built as `cargo test` builds it, so that the tests find their dependencies compiled.
    shell::run(shell::cargo().current_dir(&workspace.root).args([
        "build",
        "--workspace",
        "--bin",
        "thuocdo",
        "--locked",
    ]))?;
    let mut text =
        shell::output(Command::new(workspace.target.join("debug/thuocdo")).arg("openapi"))?;
    let document: serde_json::Value = serde_json::from_str(&text)
        .context("`thuocdo openapi` printed something else than JSON")?;
    ensure!(
        document.get("openapi").is_some(),
        "`thuocdo openapi` printed JSON without an `openapi` member"
    );
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

/// The first line in which two texts differ, in the manner of a diff.
fn first_difference(found: &str, wanted: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let (mut old, mut new) = (found.lines(), wanted.lines());
    let mut number = 1;
    loop {
        match (old.next(), new.next()) {
            (Some(old), Some(new)) if old == new => number += 1,
            (None, None) => return Some("  the line ends differ".to_owned()),
            (old, new) => {
                let show = |line: Option<&str>| line.unwrap_or("(end of file)").to_owned();
                return Some(format!("  line {number}\n  - {}\n  + {}", show(old), show(new)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_difference_is_shown_with_its_line() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n").as_deref(), Some("  line 2\n  - b\n  + c"));
        assert_eq!(
            first_difference("", "a\n").as_deref(),
            Some("  line 1\n  - (end of file)\n  + a")
        );
    }
}
