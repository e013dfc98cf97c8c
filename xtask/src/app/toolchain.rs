//! Finds a compiler that can make WebAssembly, and fetches it when it is missing.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use super::{PROFILE, TARGET};
use crate::progress::note;
use crate::workspace::Workspace;
use crate::{shell, system};

/// Debian's own compiler for WebAssembly; all four must be of one version.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_FILES: [&str; 4] = [
    "/usr/bin/rustc",
    "/usr/bin/cargo",
    "/usr/bin/wasm-ld-22",
    "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
];

/// Stripping, which the release profile asks for, would take away the list of WebAssembly features
/// that wasm-bindgen and wasm-opt read. They remove names and debug information themselves.
const KEEP_FEATURES: &str = "profile.wasm-release.strip=false";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The toolchain that runs xtask has the target.
    Own,
    /// Debian's compiler builds the standard library from source.
    Debian,
}

impl Toolchain {
    /// Finds a toolchain without installing anything.
    pub(crate) fn find() -> Option<Self> {
        if own_target_exists() {
            Some(Self::Own)
        } else if debian_exists() {
            Some(Self::Debian)
        } else {
            None
        }
    }

    /// Finds a toolchain, or installs one.
    pub(crate) fn obtain() -> Result<Self> {
        if own_target_exists() {
            return Ok(Self::Own);
        }
        note(&format!("the Rust toolchain lacks the target {TARGET}"));
        if shell::find("rustup").is_some() {
            note("adding it with rustup…");
            let added =
                shell::run_aside(Command::new("rustup").args(["target", "add", TARGET])).is_ok();
            if added && own_target_exists() {
                return Ok(Self::Own);
            }
        }
        if debian_exists() {
            note("using Debian's compiler for WebAssembly");
            return Ok(Self::Debian);
        }
        match system::apt_install(&DEBIAN_PACKAGES) {
            Ok(()) if debian_exists() => Ok(Self::Debian),
            Ok(()) => bail!(
                "{} are installed but do not bring {}",
                DEBIAN_PACKAGES.join(", "),
                DEBIAN_FILES.join(", ")
            ),
            Err(error) => bail!(
                "no compiler for WebAssembly.\n\
                 With rustup: rustup target add {TARGET}\n\
                 On Debian, where rustup cannot download: {error:#}"
            ),
        }
    }

    fn cargo(self) -> Command {
        match self {
            Self::Own => shell::cargo(),
            Self::Debian => {
                let mut command = shell::cargo_at(Path::new("/usr/bin/cargo"));
                command
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22");
                command
            }
        }
    }

    fn rustc(self) -> OsString {
        match self {
            Self::Own => env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()),
            Self::Debian => "/usr/bin/rustc".into(),
        }
    }

    /// The command that compiles the bundles.
    pub(super) fn build(self, workspace: &Workspace) -> Command {
        let mut command = self.cargo();
        command.arg("build");
        match self {
            Self::Own => {}
            Self::Debian => {
                command.arg("-Zbuild-std=std,panic_abort");
            }
        }
        self.finish(command, workspace)
    }

    fn finish(self, mut command: Command, workspace: &Workspace) -> Command {
        let flags = self.remap_flags();
        command
            .args(["-p", "app", "--bins", "--locked"])
            .args(["--target", TARGET, "--profile", PROFILE])
            .arg("--target-dir")
            .arg(&workspace.target)
            .args(["--config", KEEP_FEATURES])
            // This joins the flags of the configuration files; a variable would replace them.
            .args(["--config", &format!("target.{TARGET}.rustflags={flags:?}")]);
        command
    }

    /// Panic messages carry source paths. Shortened, they cost citizens fewer bytes, do not tell
    /// where the build machine keeps its files, and make builds alike on all machines.
    fn remap_flags(self) -> Vec<String> {
        let home = env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
        let registries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
        let registries =
            registries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let library = sysroot(&self.rustc()).map(|sysroot| sysroot.join("lib/rustlib/src/rust"));
        registries
            .chain(library.ok())
            .filter_map(|path| Some(format!("--remap-path-prefix={}=", path.to_str()?)))
            .collect()
    }
}

fn sysroot(rustc: &OsStr) -> Result<PathBuf> {
    let sysroot = shell::output(Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}

fn own_target_exists() -> bool {
    sysroot(&Toolchain::Own.rustc())
        .is_ok_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).is_dir())
}

fn debian_exists() -> bool {
    DEBIAN_FILES.iter().all(|file| Path::new(file).exists())
}
