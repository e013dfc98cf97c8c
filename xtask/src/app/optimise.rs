//! Runs wasm-opt of binaryen: from the search path when recent enough, else from its npm package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::workspace::Workspace;
use crate::{npm, shell};

/// Older versions (Debian has 108) do not know the instructions that rustc emits today.
const OLDEST: u32 = 120;

/// For size: expressions taken apart and put together again make the form 2.4 kB smaller than `-Oz`
/// alone, and once more 0.6 kB. The first KiB of the memory is the end of the stack, so no address is
/// below it.
const SMALL: [&str; 9] = [
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
];

#[derive(Debug)]
pub(super) struct WasmOpt {
    program: PathBuf,
    pub(super) version: u32,
}

impl WasmOpt {
    /// Finds wasm-opt, or installs it below `target/tools`.
    pub(super) fn obtain(workspace: &Workspace) -> Result<Self> {
        let installed = npm::program(workspace, "wasm-opt");
        let candidates = [shell::find("wasm-opt"), Some(installed.clone())];
        if let Some(found) = candidates.into_iter().flatten().find_map(Self::at) {
            return Ok(found);
        }
        npm::ensure(workspace, npm::BINARYEN)?;
        match Self::at(installed) {
            Some(found) => Ok(found),
            None => {
                bail!("{} is installed, but its wasm-opt does not run", npm::BINARYEN.spec())
            }
        }
    }

    fn at(program: PathBuf) -> Option<Self> {
        if !program.is_file() {
            return None;
        }
        let printed = shell::output(Command::new(&program).arg("--version")).ok()?;
        let version = parse_version(&printed)?;
        (version >= OLDEST).then_some(Self { program, version })
    }

    /// Shrinks a file in place. The features that the code may use stand in the file itself.
    pub(super) fn optimise(&self, wasm: &Path) -> Result<()> {
        let small = wasm.with_extension("opt");
        shell::run_aside(
            Command::new(&self.program)
                .args(SMALL)
                .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
                .arg(wasm)
                .arg("-o")
                .arg(&small),
        )?;
        ensure!(fs::metadata(&small)?.len() > 0, "wasm-opt wrote an empty file");
        fs::rename(small, wasm)?;
        Ok(())
    }
}

/// Reads `wasm-opt version 132 (version_132)`.
fn parse_version(printed: &str) -> Option<u32> {
    printed.split_whitespace().skip_while(|word| *word != "version").nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_are_read_with_and_without_the_commit() {
        assert_eq!(parse_version("wasm-opt version 108"), Some(108));
        assert_eq!(parse_version("wasm-opt version 132 (version_132)\n"), Some(132));
        assert_eq!(parse_version("command not found"), None);
    }
}
