//! Finds the compiler's target for WebAssembly, and fetches it when it is missing.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::{PROFILE, TARGET};
use crate::progress::note;
use crate::shell;
use crate::workspace::Workspace;

/// Stripping, which the release profile asks for, would take away the list of WebAssembly features
/// that wasm-bindgen and wasm-opt read. They remove names and debug information themselves.
const KEEP_FEATURES: &str = "profile.wasm-release.strip=false";

/// Adds the target to the toolchain that runs xtask, where it is missing.
pub(crate) fn obtain() -> Result<()> {
    if target_exists() {
        return Ok(());
    }
    note(&format!("the Rust toolchain lacks the target {TARGET}; adding it with rustup…"));
    shell::run_aside(Command::new("rustup").args(["target", "add", TARGET])).with_context(
        || format!("no compiler for WebAssembly; install rustup, then: rustup target add {TARGET}"),
    )?;
    ensure!(
        target_exists(),
        "rustup has added {TARGET} to another toolchain than the one that runs xtask; run \
         `cargo xtask` with the cargo of rustup"
    );
    Ok(())
}

/// The command that compiles the bundles.
pub(super) fn build(workspace: &Workspace) -> Command {
    let flags = remap_flags();
    let mut command = shell::cargo();
    command
        .args(["build", "-p", "app", "--bins", "--locked"])
        .args(["--target", TARGET, "--profile", PROFILE])
        .arg("--target-dir")
        .arg(&workspace.target)
        .args(["--config", KEEP_FEATURES])
        // This joins the flags of the configuration files; a variable would replace them.
        .args(["--config", &format!("target.{TARGET}.rustflags={flags:?}")]);
    command
}

/// Panic messages carry source paths. Shortened, they cost citizens fewer bytes, do not tell where
/// the build machine keeps its files, and make builds alike on all machines.
fn remap_flags() -> Vec<String> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let registries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let registries = registries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let library = sysroot().map(|sysroot| sysroot.join("lib/rustlib/src/rust"));
    registries
        .chain(library.ok())
        .filter_map(|path| Some(format!("--remap-path-prefix={}=", path.to_str()?)))
        .collect()
}

fn sysroot() -> Result<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let sysroot = shell::output(Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}

fn target_exists() -> bool {
    sysroot().is_ok_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).is_dir())
}
