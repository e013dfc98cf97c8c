//! Asks the installers of the machine, each through its own client.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use anyhow::{Context as _, Result, bail};

use crate::progress::note;
use crate::shell;

/// Installs Debian packages, as root only; the error says what to type otherwise.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if shell::find("apt-get").is_none() {
        bail!("install {list} (Debian's package names)");
    }
    if !is_root() {
        bail!("install them with: sudo apt-get install {list}");
    }
    note(&format!("installing {list} with apt-get…"));
    let install = || {
        shell::run_aside(
            apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages),
        )
    };
    // A fresh machine or an old package list knows the packages only after an update.
    install()
        .or_else(|_| shell::run_aside(apt_get().arg("update")).and_then(|()| install()))
        .with_context(|| format!("apt-get could not install {list}"))
}

/// Adds a component of the Rust toolchain.
pub(crate) fn rustup_component(name: &str) -> Result<()> {
    note(&format!("adding the component {name} with rustup…"));
    shell::run_aside(Command::new("rustup").args(["component", "add", name]))
        .with_context(|| format!("install the {name} component of the Rust toolchain"))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
    command
}

fn is_root() -> bool {
    shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Does something while a file has another content; afterwards it is as it was.
pub(crate) fn with_content(
    file: &Path,
    content: &str,
    run: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let before = match fs::read(file) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| file.display().to_string()),
    };
    let written = |done: io::Result<()>| {
        done.with_context(|| format!("{} could not be written", file.display()))
    };
    written(fs::write(file, content))?;
    let done = run();
    written(match before {
        Some(before) => fs::write(file, before),
        None => fs::remove_file(file),
    })?;
    done
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use anyhow::bail;

    use super::with_content;

    #[test]
    fn a_file_is_as_it_was_also_after_a_failure() {
        let file = env::temp_dir().join(format!("xtask-content-{}", std::process::id()));
        let other = || {
            assert_eq!(fs::read_to_string(&file).unwrap(), "other");
            bail!("it fails")
        };
        assert!(with_content(&file, "other", other).is_err());
        assert!(!file.exists());
        fs::write(&file, "own").unwrap();
        assert!(with_content(&file, "other", other).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "own");
        fs::remove_file(&file).unwrap();
    }
}
