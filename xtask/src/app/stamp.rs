//! Records what `target/app` was made from.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::PROFILE;
use super::hash::hex;
use crate::shell;
use crate::workspace::Workspace;

/// Everything that can change the bundles: sources, versions, profiles, flags, and the chore.
const INPUTS: [&str; 6] =
    ["app", "survey-defs", "xtask/src/app", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"];

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// A hash of all inputs.
    pub(crate) inputs: String,
    /// What would have made the bundles smaller, but could not be had.
    pub(crate) lacking: Vec<String>,
}

impl Stamp {
    pub(crate) fn read(dist: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(dist.join(".stamp")).ok()?)
    }

    pub(super) fn write(&self, dist: &Path) -> Result<()> {
        Ok(fs::write(dist.join(".stamp"), self.to_text())?)
    }

    fn to_text(&self) -> String {
        let Self { inputs, lacking } = self;
        format!("inputs = {inputs}\nlacking = {}\n", lacking.join(", "))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let inputs = lines.next()?.strip_prefix("inputs = ")?.to_owned();
        let lacking = lines.next()?.strip_prefix("lacking = ")?.split(", ");
        let lacking = lacking.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Some(Self { inputs, lacking })
    }
}

/// The hash of the inputs as they are now.
pub(super) fn inputs(workspace: &Workspace) -> Result<String> {
    let mut hash = Sha256::new();
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    hash.update(shell::output(Command::new(compiler).arg("--version"))?);
    hash.update(PROFILE);
    for input in INPUTS {
        for file in files(&workspace.root.join(input))? {
            let content =
                fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            hash.update(workspace.relative(&file));
            // The length keeps apart what stands in one file and what in the next.
            hash.update(content.len().to_le_bytes());
            hash.update(&content);
        }
    }
    Ok(hex(&hash.finalize()))
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::Stamp;

    #[test]
    fn stamps_are_read_as_written() {
        for lacking in [vec![], vec!["wasm-opt"], vec!["wasm-opt", "esbuild"]] {
            let lacking = lacking.into_iter().map(str::to_owned).collect();
            let stamp = Stamp { inputs: "ab12".to_owned(), lacking };
            assert_eq!(Stamp::parse(&stamp.to_text()), Some(stamp));
        }
        assert_eq!(Stamp::parse("something else"), None);
    }
}
