//! Finds or installs Firefox, and geckodriver from crates.io in exactly one version below
//! `target/tools`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::progress::note;
use crate::workspace::Workspace;
use crate::{npm, shell, system};

/// `tests/src/firefox/process.rs` starts it.
const GECKODRIVER: &str = "0.37.1";

/// Installs what is missing.
pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    if ["firefox-esr", "firefox"].into_iter().find_map(shell::find).is_none() {
        system::apt_install(&["firefox-esr"]).context("the browser tests need a Firefox")?;
    }
    if is_installed(workspace) {
        return Ok(());
    }
    note(&format!("compiling geckodriver {GECKODRIVER} with cargo into target/tools…"));
    let install = format!("install geckodriver --locked --force --version {GECKODRIVER}");
    let mut cargo = shell::cargo();
    cargo.args(install.split_whitespace()).arg("--root").arg(npm::folder(workspace));
    shell::run_aside(&mut cargo).context("the tests in Firefox need geckodriver")?;
    ensure!(is_installed(workspace), "cargo did not install geckodriver {GECKODRIVER}");
    Ok(())
}

fn program(workspace: &Workspace) -> PathBuf {
    npm::folder(workspace).join("bin").join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX))
}

/// Whether exactly this version is there and runs.
fn is_installed(workspace: &Workspace) -> bool {
    let printed = Command::new(program(workspace)).arg("--version").output();
    printed.is_ok_and(|printed| {
        let text = String::from_utf8_lossy(&printed.stdout);
        text.split_whitespace().take(2).eq(["geckodriver", GECKODRIVER])
    })
}

#[cfg(test)]
mod tests {
    use super::GECKODRIVER;

    #[test]
    fn the_tests_ask_for_the_version_that_is_installed() {
        let source = include_str!("../../tests/src/firefox/process.rs");
        assert!(source.contains(&format!("--version {GECKODRIVER} ")));
    }
}
