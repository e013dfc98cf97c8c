//! Fetches tools that come as npm packages, in exactly these versions, below `target/tools`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::progress::note;
use crate::workspace::Workspace;
use crate::{shell, system};

/// A package and its version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    version: &'static str,
}

/// wasm-opt. Debian's is too old for what rustc emits.
pub(crate) const BINARYEN: Package = Package { name: "binaryen", version: "132.0.0" };
/// Shorter scripts and style sheets.
pub(crate) const ESBUILD: Package = Package { name: "esbuild", version: "0.28.2" };
/// The rules of accessibility that a program can check. `tests/src/chrome/axe.rs` reads it.
pub(crate) const AXE: Package = Package { name: "axe-core", version: "4.14.1" };
/// Scores of a page, and `puppeteer-core`, which it brings.
pub(crate) const LIGHTHOUSE: Package = Package { name: "lighthouse", version: "12.8.2" };

impl Package {
    /// What npm installs.
    pub(crate) fn spec(self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// Where its files are, once it is installed.
    pub(crate) fn folder(self, workspace: &Workspace) -> PathBuf {
        folder(workspace).join("node_modules").join(self.name)
    }

    /// Whether exactly this version is there.
    fn is_installed(self, workspace: &Workspace) -> bool {
        let manifest = fs::read_to_string(self.folder(workspace).join("package.json"));
        let manifest = manifest.ok().and_then(|text| serde_json::from_str(&text).ok());
        manifest.is_some_and(|manifest: serde_json::Value| manifest["version"] == self.version)
    }
}

/// Where all of them are.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("target/tools")
}

/// Where a program of a package is, once it is installed.
pub(crate) fn program(workspace: &Workspace, name: &str) -> PathBuf {
    folder(workspace).join("node_modules/.bin").join(name)
}

/// Installs a package unless it is there.
pub(crate) fn ensure(workspace: &Workspace, package: Package) -> Result<()> {
    if package.is_installed(workspace) {
        return Ok(());
    }
    let spec = package.spec();
    if shell::find("npm").is_none() {
        system::apt_install(&["nodejs", "npm"])
            .with_context(|| format!("{spec} comes with npm, which is missing"))?;
    }
    note(&format!("installing {spec} with npm into target/tools…"));
    let folder = folder(workspace);
    fs::create_dir_all(&folder)?;
    // Saved to a manifest there, because npm removes what it has not noted down.
    shell::run_aside(
        Command::new("npm")
            .args(["install", "--save-exact", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .arg(&spec),
    )
    .with_context(|| format!("npm could not install {spec}"))?;
    ensure!(package.is_installed(workspace), "npm did not install {spec}");
    Ok(())
}
